// Choosing a category: by typing (a combobox), by a click, or by the number keys; a name that none has makes a new one.
const NUMBERS = 9;
const fold = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export class Chooser {
  // adding: where new ones come; null where none can be made. add(name, parent) makes one and codes with it
  constructor({ words, chosen, left, add, adding }) {
    Object.assign(this, { words, chosen, left, add, adding });
    this.field = document.getElementById("suche");
    this.list = document.getElementById("vorschlaege");
    this.numbers = document.getElementById("nummern");
    this.active = -1;
    this.field.addEventListener("input", () => this.open());
    this.field.addEventListener("focus", () => this.open());
    this.field.addEventListener("click", () => this.open());
    this.field.addEventListener("blur", (event) => this.leave(event));
    this.adding?.box.addEventListener("focusout", (event) => this.leave(event));
    this.adding?.under.addEventListener("change", () => this.open());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the field keeps the focus until something is chosen
      this.pick(event.target.closest("[role=option]"));
    });
    this.numbers.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
    this.numbers.addEventListener("click", (event) => {
      const item = event.target.closest("[data-id]");
      if (item) this.take(item.dataset.id);
    });
  }

  offer(categories) {
    const all = categories.map((each, n) => ({ ...each, n, key: fold(each.label) }));
    this.inForce = all.filter((each) => !each.former);
    this.categories = all.filter((each) => each.codable);
    const before = this.slots?.map((slot) => this.categories.find((each) => each.id === slot.id)).filter(Boolean);
    this.slots = before ?? this.categories.slice(0, NUMBERS);
    this.adding?.offer(this.inForce);
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

  begin(typed, isNew = false) {
    this.field.value = typed;
    this.field.focus();
    this.open();
    const last = this.list.lastElementChild;
    if (isNew && last.dataset.name) this.go(this.list.children.length - 1);
  }

  open() {
    const typed = this.field.value.trim().replace(/\s+/g, " ");
    const asked = fold(typed);
    const found = this.categories.filter((each) => each.key.includes(asked));
    const first = (each) => (fold(each.name).startsWith(asked) ? 0 : 1);
    const sorted = asked ? [...found].sort((one, other) => first(one) - first(other)) : found;
    this.list.replaceChildren(...sorted.map((each) => {
      const item = element("li", { role: "option", id: `v-${each.n}`, "data-id": each.id, "aria-selected": "false" });
      item.append(element("span", { class: `chip k${each.n}`, "aria-hidden": "true" }), ` ${each.label}`);
      return item;
    }));
    this.adding?.show(Boolean(typed));
    if (typed && this.adding?.isNew(typed, this.inForce)) this.list.append(this.newOne(typed));
    this.count = this.list.children.length;
    if (!this.count) this.list.append(element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, this.words("none")));
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.go(asked && this.count ? 0 : -1);
  }

  newOne(name) {
    const place = this.adding.place;
    return element("li", { role: "option", id: "v-neu", "data-name": name, "aria-selected": "false" }, this.words(place ? "new-under" : "new", { name, place }));
  }

  leave(event) {
    if (event.relatedTarget !== this.field && !this.adding?.box.contains(event.relatedTarget)) this.close();
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
    const count = this.count ?? 0;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.open();
      else if (count) this.go((this.active + (event.key === "ArrowDown" ? 1 : -1) + count + (this.active < 0 && event.key === "ArrowUp" ? 1 : 0)) % count);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.active >= 0 && count && !this.list.hidden) this.pick(this.list.children[this.active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.empty();
      this.left();
    }
  }

  async pick(item) {
    if (item?.dataset.id) this.take(item.dataset.id);
    else if (item?.dataset.name && !this.busy) {
      this.busy = true; // pressed twice it is made once
      await this.add(item.dataset.name, this.adding.parent).finally(() => { this.busy = false; });
    }
  }

  empty() {
    this.field.value = "";
    this.adding?.show(false);
    this.close();
  }

  take(id) {
    const category = this.categories.find((each) => each.id === id);
    if (!category) return;
    if (!this.slots.includes(category)) {
      this.slots[Math.min(this.slots.length, NUMBERS - 1)] = category;
      this.drawNumbers();
    }
    this.empty();
    this.chosen(category);
  }
}

export function element(name, attributes = {}, words = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (words) made.textContent = words;
  return made;
}
