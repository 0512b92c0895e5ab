// What was typed into a form marked data-keep stays in this tab until it is stored: a session may end meanwhile.
// Kept in sessionStorage only (gone with the tab); passwords, files and what another person typed never.
const PREFIX = "nahraum-kept:";
const person = document.body.dataset.person ?? "";
const words = document.getElementById("behalten");
const unsaved = new Set();

function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null; // some private windows keep nothing: then only the warning before leaving remains
  }
}
const store = storage();
const kept = () => Object.keys(store ?? {}).filter((key) => key.startsWith(PREFIX)).sort();
const read = (key) => JSON.parse(store.getItem(key));

// "name#2" is the third field of that name: [field, its part of the entry, whether its reader typed into it]
function fields(form) {
  const seen = new Map();
  const found = [];
  for (const field of form.elements) {
    const skipped = ["password", "file", "submit", "button", "fieldset", "reset"].includes(field.type);
    if (!field.name || skipped || ["csrfmiddlewaretoken", "kept"].includes(field.name)) continue;
    const n = seen.get(field.name) ?? 0;
    seen.set(field.name, n + 1);
    found.push([`${field.name}#${n}`, field]);
  }
  return found;
}
const ticked = (field) => field.type === "checkbox" || field.type === "radio";
const many = (field) => field.type === "select-multiple";
function value(field) {
  if (ticked(field)) return field.checked;
  return many(field) ? [...field.selectedOptions].map((each) => each.value).join("\n") : field.value;
}
function changed(field) {
  if (field.type === "hidden") return false;
  if (ticked(field)) return field.checked !== field.defaultChecked;
  if (field.options) {
    const set = [...field.options].some((each) => each.defaultSelected);
    return set || many(field) ? [...field.options].some((each) => each.selected !== each.defaultSelected) : field.selectedIndex > 0;
  }
  return field.value !== field.defaultValue;
}
function put(field, given) {
  if (ticked(field)) field.checked = given;
  else if (many(field)) for (const each of field.options) each.selected = given.split("\n").includes(each.value);
  else field.value = given;
}

// What a page was made from is said by the page itself: with an earlier one everything would be refused for ever.
const stand = (field) => field.type === "hidden" && /(^|-)(version|before)$/.test(field.name);

function watch(form) {
  const base = `${PREFIX}${form.getAttribute("action") || location.pathname}|${form.dataset.keep}|`;
  const same = ([name, field], entry) => !(name in entry.typed) || entry.typed[name] === value(field);
  let slot = "";
  const offered = [];
  for (const key of kept().filter((each) => each.startsWith(base))) {
    // a page that refused shows what was typed anyway: nothing to offer then
    if (fields(form).every((each) => same(each, read(key)))) slot = key;
    else offered.push(key);
  }
  slot ||= base + Date.now();
  const keep = () => {
    const before = store?.getItem(slot) ? read(slot).typed : {};
    const all = fields(form);
    const typed = Object.fromEntries(all.filter(([name, field]) => changed(field) || name in before).map(([name, field]) => [name, value(field)]));
    const hidden = Object.fromEntries(all.filter(([, field]) => field.type === "hidden").map(([name, field]) => [name, field.value]));
    unsaved[Object.keys(typed).length ? "add" : "delete"](form);
    try {
      if (Object.keys(typed).length) store?.setItem(slot, JSON.stringify({ person, typed, hidden }));
      else store?.removeItem(slot);
    } catch { /* full: the warning before leaving remains */ }
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => unsaved.delete(form));
  form.addEventListener("stored", ({ target }) => { // one field that was stored by itself
    const entry = store?.getItem(slot) ? read(slot) : { typed: {} };
    for (const [name, field] of fields(form)) if (field === target) delete entry.typed[name];
    if (store?.getItem(slot)) store.setItem(slot, JSON.stringify(entry));
    keep();
  });
  form.addEventListener("formdata", (event) => event.formData.set("kept", slot));
  for (const key of offered) {
    offer(form, key, () => {
      const entry = read(key);
      for (const [name, field] of fields(form)) {
        if (name in entry.typed) put(field, entry.typed[name]);
        else if (field.type === "hidden" && name in entry.hidden && !stand(field)) field.value = entry.hidden[name];
      }
      slot = key;
      form.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

function offer(form, key, restore) {
  const box = words.content.firstElementChild.cloneNode(true);
  const at = new Date(Number(key.split("|").at(-1)));
  box.querySelector("[data-when]").textContent = at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const { hidden } = read(key);
  box.querySelector("[data-newer]").hidden = !fields(form).some(([name, field]) => stand(field) && name in hidden && hidden[name] !== field.value);
  box.querySelector("[data-restore]").addEventListener("click", () => {
    box.remove();
    restore();
    form.querySelector("textarea, input:not([type=hidden])")?.focus();
  });
  box.querySelector("[data-discard]").addEventListener("click", () => {
    store.removeItem(key);
    box.remove();
  });
  const folded = form.closest("details");
  if (folded) folded.open = true;
  form.before(box);
}

if (store) {
  const saved = document.body.dataset.saved;
  if (saved?.startsWith(PREFIX)) store.removeItem(saved);
  if (person) for (const key of kept()) if (read(key).person !== person) store.removeItem(key);
  for (const note of document.querySelectorAll("[data-kept-note]")) note.hidden = !kept().length;
  for (const form of document.querySelectorAll("form[data-forget]")) {
    form.addEventListener("submit", () => kept().forEach((key) => store.removeItem(key)));
  }
}
if (person) for (const form of document.querySelectorAll("form[data-keep]")) watch(form);
window.addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});
