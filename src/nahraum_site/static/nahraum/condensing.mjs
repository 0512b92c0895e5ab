// Cells of Mayring's table are stored as they are left. What could not be sent stays in its field and is sent again.
const AGAIN = 5000; // ms
const table = document.getElementById("tafel");
const words = Object.fromEntries([...document.querySelectorAll("#worte")].flatMap((each) => [...each.content.querySelectorAll("[data-w]")]).map((each) => [each.dataset.w, each.textContent]));
const sent = new Map();
const cellOf = (detail) => document.getElementsByName(`t.${detail.target.id.slice(2)}`)[0];
const say = (text) => { document.getElementById("tafel-stand").textContent = text; };

function failed(field, text) {
  say(text);
  if (text === words.unsaved) setTimeout(() => field.dispatchEvent(new Event("change", { bubbles: true })), AGAIN);
}

table?.addEventListener("htmx:beforeRequest", ({ detail }) => {
  sent.set(detail.xhr, cellOf(detail).value);
  say(words.saving);
});
table?.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail; // who was signed out is led to another page
  if (new URL(xhr.responseURL).pathname !== pathInfo.requestPath || xhr.status === 403) event.detail.shouldSwap = false;
});
table?.addEventListener("htmx:afterRequest", ({ detail }) => {
  const field = cellOf(detail);
  const { xhr, successful, pathInfo } = detail;
  const value = sent.get(xhr);
  sent.delete(xhr);
  if (xhr.status === 403 || (xhr.responseURL && new URL(xhr.responseURL).pathname !== pathInfo.requestPath)) return failed(field, words.signin);
  if (!successful) return failed(field, words.unsaved);
  say("");
  if (field.value !== value || document.querySelector(`[id="s-${field.name.slice(2)}"].cell__state--wrong`)) return undefined;
  field.defaultValue = value;
  return field.dispatchEvent(new Event("stored", { bubbles: true }));
});
