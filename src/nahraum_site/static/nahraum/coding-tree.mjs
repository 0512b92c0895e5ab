// All categories as a tree, for the mouse and for who looks before typing: arrow keys move, open and close.
import { element } from "./coding-chooser.mjs";

const FEW = 40; // up to so many are shown at once; of more, only the main categories

export class Tree {
  constructor({ root, taken }) {
    this.root = root;
    this.taken = taken;
    this.closed = null; // ids of the categories whose lower ones are hidden
    root.addEventListener("mousedown", (event) => event.preventDefault()); // the selection in the text stays
    root.addEventListener("click", (event) => {
      const item = event.target.closest("[role=treeitem]");
      if (item) this.act(item, event.target.matches(".tree__sign"));
    });
    root.addEventListener("keydown", (event) => this.key(event));
    root.closest("details").addEventListener("toggle", () => this.draw());
  }

  offer(categories) {
    this.categories = categories;
    this.root.closest("details").hidden = !categories.length;
    this.closed ??= new Set(categories.length > FEW ? categories.map((each) => each.id) : []);
    this.draw();
  }

  draw() {
    if (!this.root.closest("details").open) return;
    const focused = this.root.contains(document.activeElement);
    this.items = this.categories.map((each, n) => this.item(each, (this.categories[n + 1]?.depth ?? 0) > each.depth));
    this.root.replaceChildren(...this.items);
    this.fold();
    const at = this.items.find((item) => item.dataset.id === this.at) ?? this.items[0];
    if (at) this.stand(at, focused);
  }

  item(category, isAbove) {
    const item = element("li", { role: "treeitem", "data-id": category.id, "aria-level": category.depth + 1, tabindex: "-1", class: `codes__${category.depth}`, title: category.hint || category.label });
    if (isAbove) item.setAttribute("aria-expanded", String(!this.closed.has(category.id)));
    const name = category.codable ? {} : { class: "muted" };
    item.append(element("span", { class: "tree__sign", "aria-hidden": "true" }), element("span", { class: `chip k${category.n}`, "aria-hidden": "true" }), element("span", name, category.name));
    return item;
  }

  fold() {
    let under = Infinity; // depth of the closed category that is passed through
    for (const item of this.items) {
      const depth = Number(item.getAttribute("aria-level"));
      if (depth <= under) under = Infinity;
      item.hidden = depth > under;
      if (under === Infinity && item.getAttribute("aria-expanded") === "false") under = depth;
    }
  }

  act(item, onSign = false) {
    const category = this.categories.find((each) => each.id === item.dataset.id);
    this.stand(item, false);
    if (onSign || !category.codable) this.open(item, item.getAttribute("aria-expanded") === "false");
    else this.taken(category.id);
  }

  open(item, isOpen) {
    if (!item.hasAttribute("aria-expanded")) return;
    item.setAttribute("aria-expanded", String(isOpen));
    this.closed[isOpen ? "delete" : "add"](item.dataset.id);
    this.fold();
  }

  stand(item, focus = true) {
    for (const each of this.items) each.tabIndex = each === item ? 0 : -1;
    this.at = item.dataset.id;
    if (focus) item.focus();
  }

  key(event) {
    const item = event.target.closest("[role=treeitem]");
    const shown = this.items.filter((each) => !each.hidden);
    const n = shown.indexOf(item);
    const state = item.getAttribute("aria-expanded");
    const level = item.getAttribute("aria-level");
    const above = shown.slice(0, n).findLast((each) => each.getAttribute("aria-level") < level);
    const acts = {
      ArrowDown: () => this.stand(shown[n + 1] ?? item),
      ArrowUp: () => this.stand(shown[n - 1] ?? item),
      Home: () => this.stand(shown[0]),
      End: () => this.stand(shown.at(-1)),
      ArrowRight: () => (state === "true" ? this.stand(shown[n + 1]) : this.open(item, true)),
      ArrowLeft: () => (state === "true" ? this.open(item, false) : this.stand(above ?? item)),
      Enter: () => this.act(item),
      " ": () => this.act(item),
    };
    if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    acts[event.key]();
  }
}
