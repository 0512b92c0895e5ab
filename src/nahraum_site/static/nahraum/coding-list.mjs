// The codings as lists: those at the place where one is, and all of them, a page at a time.
import { element } from "./coding-chooser.mjs";

const AT_ONCE = 50;
const HERE = 12;
const EXCERPT = 70;

export class Lists {
  constructor({ text, codings, number, name, coder, words, may, memo, acts }) {
    Object.assign(this, { text, codings, number, name, coder, words, may, memo, acts });
    this.page = 0;
    this.all = document.getElementById("liste");
    this.here = document.getElementById("hier-liste");
    this.filter = document.getElementById("liste-code");
    document.getElementById("liste-js").hidden = false;
    document.getElementById("hier").hidden = false;
    for (const list of [this.all, this.here]) list.addEventListener("click", (event) => this.click(event));
    this.filter.addEventListener("change", () => { this.page = 0; this.drawAll(); });
    document.getElementById("liste-vor").addEventListener("click", () => this.turn(-1));
    document.getElementById("liste-nach").addEventListener("click", () => this.turn(1));
  }

  offer(categories) {
    const wanted = this.filter.value;
    this.filter.replaceChildren(this.filter.options[0], ...categories.map((each) => element("option", { value: each.id }, each.label)));
    this.filter.value = categories.some((each) => each.id === wanted) ? wanted : "";
  }

  click(event) {
    const button = event.target.closest("button[data-do]");
    const coding = button && this.codings().find((each) => each.uuid === button.closest("li").dataset.uuid);
    if (coding) this.acts[button.dataset.do](coding);
  }

  turn(by) {
    this.page += by;
    this.drawAll();
    this.all.querySelector("button")?.focus();
  }

  drawAll() {
    const wanted = this.codings().filter((each) => !this.filter.value || each.category === this.filter.value).sort(inOrder);
    const pages = Math.max(1, Math.ceil(wanted.length / AT_ONCE));
    this.page = Math.min(Math.max(this.page, 0), pages - 1);
    const from = this.page * AT_ONCE;
    this.all.start = from + 1;
    this.all.replaceChildren(...wanted.slice(from, from + AT_ONCE).map((each) => this.item(each)));
    const until = Math.min(from + AT_ONCE, wanted.length);
    document.getElementById("liste-stand").textContent = wanted.length ? this.words("of", { from: from + 1, to: until, count: wanted.length }) : this.words("empty");
    document.getElementById("liste-vor").hidden = this.page === 0;
    document.getElementById("liste-nach").hidden = this.page >= pages - 1;
  }

  drawHere(start, end) {
    const until = Math.max(end, start + 1);
    const found = this.codings().filter((each) => each.start < until && each.end > start).sort(inOrder);
    document.getElementById("hier-leer").hidden = found.length > 0;
    this.here.replaceChildren(...found.slice(0, HERE).map((each) => this.item(each)));
    if (found.length > HERE) this.here.append(element("li", { class: "muted" }, `+ ${found.length - HERE}`));
  }

  item(coding) {
    const line = this.words("line", { n: this.text.lineOf(coding.start) + 1 });
    const name = this.name(coding);
    const item = element("li", { "data-uuid": coding.uuid });
    const jump = element("button", { type: "button", class: "link", "data-do": "jump" });
    jump.append(element("span", { class: `chip k${this.number(coding)}`, "aria-hidden": "true" }), ` ${name}`);
    item.append(jump, element("span", { class: "muted" }, ` ${line}${this.coder(coding) ? `, ${this.coder(coding)}` : ""}`));
    const words = this.text.words(coding.start, Math.min(coding.end, coding.start + EXCERPT));
    item.append(element("p", { class: "note" }, coding.end - coding.start > EXCERPT ? `${words} …` : words));
    if (this.may && !coding.coder) {
      const about = `${name}, ${line}`;
      const tools = element("p", { class: "codings__tools" });
      const quotation = element("button", { type: "button", class: "link", "data-do": "quote", "aria-pressed": String(coding.quotation) }, this.words("quotation"));
      const remove = element("button", { type: "button", class: "link", "data-do": "remove", "aria-label": `${this.words("remove")}: ${about}` }, this.words("remove"));
      tools.append(quotation);
      if (this.memo) tools.append(element("a", { href: this.memo.replace(/0\/$/, `${coding.uuid}/`), "aria-label": `${this.words("memo")}: ${about}` }, this.words("memo")));
      tools.append(remove);
      item.append(tools);
    } else if (coding.quotation) {
      item.append(element("span", { class: "marked" }, this.words("quotation")));
    }
    return item;
  }
}

const inOrder = (one, other) => one.start - other.start || one.end - other.end || (one.uuid < other.uuid ? -1 : 1);
