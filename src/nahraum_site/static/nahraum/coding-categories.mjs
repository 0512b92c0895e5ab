// The categories in force: as the page told them, asked for again where somebody changed them, and more of them.
export class Categories {
  constructor({ categories, version, more, token }) {
    this.version = version;
    this.address = more; // empty on the way
    this.token = token;
    this.put(categories);
  }

  // shifted: whether known categories have other numbers than before, and so other colours
  put(list) {
    const before = [...(this.known?.values() ?? [])];
    this.list = list;
    this.known = new Map(list.map((each, n) => [each.id, { ...each, n }]));
    this.shifted = before.some((each) => this.number(each.id) !== each.n);
  }

  get(id) {
    return this.known.get(id);
  }

  number(id) {
    return this.known.get(id)?.n ?? -1;
  }

  // Ask for the categories, or add one of them first: {name, parent}. Returns the answer; {error} without a sentence
  // where nothing came through.
  async ask(wish = null) {
    const post = { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": this.token }, body: JSON.stringify(wish), redirect: "manual" };
    const answer = await fetch(this.address, wish ? post : {}).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (!answer?.ok || !told) return { error: told?.error ?? "" };
    this.take(told);
    return told;
  }

  // former ones, at which codings may stand still, come last
  take({ version, categories, colours }) {
    if (version <= this.version) return; // an answer that was overtaken, or nothing new
    const ids = new Set(categories.map((each) => each.id));
    const former = this.list.filter((each) => !ids.has(each.id)).map((each) => ({ ...each, codable: false, former: true }));
    this.put([...categories, ...former]);
    this.version = version;
    const now = document.getElementById("farben");
    const next = now.cloneNode();
    next.href = colours;
    now.removeAttribute("id");
    next.addEventListener("load", () => {
      now.remove();
      document.documentElement.dataset.colours = version; // what is drawn with them is drawn anew
    });
    now.after(next);
  }
}
