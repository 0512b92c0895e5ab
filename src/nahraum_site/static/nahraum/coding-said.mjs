// What the coding page says: whether all is stored, and what the last act did.
const stored = document.getElementById("gespeichert");
let saying = 0;

// a sentence in the language of the page, with what it names
export const words = (name, given = {}) => document.querySelector("#worte").content.querySelector(`[data-w="${name}"]`).textContent.replace(/\{(\w+)\}/g, (_all, key) => given[key]);

export function tellState(state, count) {
  stored.textContent = words(state, { count });
  stored.dataset.state = state;
}

export function say(sentence) {
  const box = document.getElementById("gesagt") ?? stored.cloneNode();
  box.id = "gesagt";
  box.textContent = sentence;
  box.hidden = false;
  stored.after(box);
  clearTimeout(saying);
  saying = setTimeout(() => { box.hidden = true; }, 8000);
}
