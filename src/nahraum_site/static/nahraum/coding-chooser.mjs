// Choosing a category: by typing (a combobox), by a click, or by the number keys.
const NUMBERS = 9;
const fold = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export class Chooser {
  constructor({ categories, words, chosen, left }) {
    this.categories = categories.map((each, n) => ({ ...each, n, key: fold(each.label) })).filter((each) => each.codable);
    this.slots = this.categories.slice(0, NUMBERS);
    this.chosen = chosen;
    this.left = left;
    this.words = words;
    this.field = document.getElementById("suche");
    this.list = document.getElementById("vorschlaege");
    this.numbers = document.getElementById("nummern");
    this.active = -1;
    this.field.addEventListener("input", () => this.open());
    this.field.addEventListener("focus", () => this.open());
    this.field.addEventListener("click", () => this.open());
    this.field.addEventListener("blur", () => this.close());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the field keeps the focus until something is chosen
      const item = event.target.closest("[data-id]");
      if (item) this.take(item.dataset.id);
    });
    this.numbers.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
    this.numbers.addEventListener("click", (event) => {
      const item = event.target.closest("[data-id]");
      if (item) this.take(item.dataset.id);
    });
    this.drawNumbers();
  }

  // a name that several categories bear is no name without what it stands under
  short(category) {
    return this.categories.some((each) => each !== category && each.name === category.name) ? category.label : category.name;
  }

  drawNumbers() {
    this.numbers.replaceChildren(...this.slots.map((each, n) => {
      const button = element("button", { type: "button", "data-id": each.id, title: each.hint || each.label });
      button.append(element("kbd", {}, `${n + 1}`), element("span", { class: `chip k${each.n}`, "aria-hidden": "true" }), ` ${this.short(each)}`);
      const item = element("li");
      item.append(button);
      return item;
    }));
  }

  // a number key: true if it stands for a category
  press(number) {
    const slot = this.slots[number - 1];
    if (slot) this.take(slot.id);
    return Boolean(slot);
  }

  begin(typed = "") {
    this.field.value = typed;
    this.field.focus();
    this.open();
  }

  open() {
    const asked = fold(this.field.value.trim());
    const found = this.categories.filter((each) => each.key.includes(asked));
    const first = (each) => (fold(each.name).startsWith(asked) ? 0 : 1);
    this.found = asked ? [...found].sort((one, other) => first(one) - first(other)) : found;
    this.list.replaceChildren(...this.found.map((each) => {
      const item = element("li", { role: "option", id: `v-${each.n}`, "data-id": each.id, "aria-selected": "false" });
      item.append(element("span", { class: `chip k${each.n}`, "aria-hidden": "true" }), ` ${each.label}`);
      return item;
    }));
    if (!this.found.length) this.list.append(element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, this.words("none")));
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.go(asked && this.found.length ? 0 : -1);
  }

  close() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  go(to) {
    this.active = to;
    for (const [n, item] of [...this.list.children].entries()) item.setAttribute("aria-selected", String(n === to));
    if (to < 0) return this.field.removeAttribute("aria-activedescendant");
    this.field.setAttribute("aria-activedescendant", this.list.children[to].id);
    return this.list.children[to].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const count = this.found?.length ?? 0;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.open();
      else if (count) this.go((this.active + (event.key === "ArrowDown" ? 1 : -1) + count + (this.active < 0 && event.key === "ArrowUp" ? 1 : 0)) % count);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.active >= 0 && count) this.take(this.found[this.active].id);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.field.value = "";
      this.close();
      this.left();
    }
  }

  take(id) {
    const category = this.categories.find((each) => each.id === id);
    if (!category) return;
    if (!this.slots.includes(category)) {
      this.slots[Math.min(this.slots.length, NUMBERS - 1)] = category;
      this.drawNumbers();
    }
    this.field.value = "";
    this.close();
    this.chosen(category);
  }
}

export function element(name, attributes = {}, words = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (words) made.textContent = words;
  return made;
}
