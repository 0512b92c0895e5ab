// The workbench answers every change; while it does, the result says so. An area clicked on map or ranking is chosen.
const form = document.getElementById("werkstatt");
const result = document.getElementById("ergebnis");

const busy = (is) => result.setAttribute("aria-busy", String(is));
document.body.addEventListener("htmx:beforeRequest", () => busy(true));
document.body.addEventListener("htmx:afterRequest", () => busy(false));

const unmark = () => {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const row of form.querySelectorAll(".row--wrong")) row.classList.remove("row--wrong");
  for (const words of form.querySelectorAll(".row__error")) words.remove();
};

// A text that does not fit is marked where it stands, in a step that is opened for it.
const mark = () => {
  unmark();
  const error = result.querySelector("[data-field]");
  const field = error && document.getElementById(error.dataset.field);
  if (!field) return;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", "fehler");
  field.closest(".row")?.classList.add("row--wrong");
  field.closest("details")?.setAttribute("open", "");
};
document.body.addEventListener("htmx:afterSwap", mark);

result.addEventListener("click", (event) => {
  const area = event.target.closest("[data-area]");
  const chosen = document.getElementById("gebiet");
  if (!area || !chosen || event.target.closest("a")) return;
  chosen.value = area.dataset.area;
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
});
