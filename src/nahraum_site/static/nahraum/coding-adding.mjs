// A new category while coding: under which one it comes, and the words of the text as its name.
import { element } from "./coding-chooser.mjs";

const MOST_WORDS = 5; // a name stays when its text is deleted: a few words of it, no sentence
const LONGEST = 60; // signs

// the first words of a stretch, in one line and without the signs around them
export function fewWords(stretch) {
  const plain = stretch.normalize("NFC").replace(/[\p{Cf}\p{Cc}\p{Z}]+/gu, (signs) => (/^\p{Cf}+$/u.test(signs) ? "" : " ")).trim();
  const first = plain.split(" ").slice(0, MOST_WORDS).join(" ");
  return [...first].slice(0, LONGEST).join("").replace(/^[\p{P}\p{So}\s]+|[\p{P}\p{So}\s]+$/gu, "");
}

const alike = (name) => name.normalize("NFC").toLowerCase();

export class Adding {
  constructor({ field, remembered }) {
    this.field = field;
    this.box = document.getElementById("neu");
    this.under = document.getElementById("neu-unter");
    this.key = `nahraum-under:${remembered}`;
    this.under.addEventListener("change", () => this.remember());
  }

  get parent() {
    return this.under.value;
  }

  // the category that the new one comes under, as a sentence names it
  get place() {
    return this.parent ? this.under.selectedOptions[0].textContent : "";
  }

  remember() {
    try {
      window.localStorage.setItem(this.key, this.parent);
    } catch { /* where the browser stores nothing, it holds for this page */ }
  }

  offer(categories) {
    let last = this.under.value;
    try {
      last ||= window.localStorage.getItem(this.key) ?? "";
    } catch { /* as above */ }
    this.under.replaceChildren(this.under.options[0], ...categories.map((each) => element("option", { value: each.id }, each.label)));
    this.under.value = categories.some((each) => each.id === last) ? last : "";
  }

  // whether a name is that of no category there
  isNew(name, categories) {
    const label = this.place ? `${this.place} › ${name}` : name;
    return !categories.some((each) => alike(each.label) === alike(label));
  }

  show(isShown) {
    this.box.hidden = !isShown;
    if (isShown) this.field.setAttribute("aria-describedby", "neu-hinweis");
    else this.field.removeAttribute("aria-describedby");
  }
}
