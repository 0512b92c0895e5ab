// Steps on their way to the server. Each lies in localStorage until it is answered, so that neither a killed server nor
// a closed tab loses one; sent twice it is carried out once. Only ids and places are kept there, no words of a text.
const PREFIX = "nahraum-step:";
const REFUSED = "nahraum-refused:";
const PAUSES = [500, 1000, 2000, 5000]; // ms

export class Queue {
  constructor({ person, token, told, away = false }) {
    this.prefix = `${PREFIX}${person}:`;
    this.refusals = `${REFUSED}${person}:`;
    this.token = token;
    this.away = away; // on the way steps are only kept: the page around sends them
    this.told = told; // {answered(url, wish, answer), refused(url, wish, why), state(name, count)}
    this.memory = new Map(); // where the browser stores nothing
    this.failed = 0;
    this.busy = false;
    this.count = 0;
    window.addEventListener(away ? "storage" : "online", () => this.send());
  }

  keys() {
    const stored = Object.keys(this.store() ?? {}).filter((key) => key.startsWith(this.prefix));
    return [...stored, ...this.memory.keys()].sort();
  }

  store() {
    try {
      return window.localStorage;
    } catch {
      return null;
    }
  }

  read(key) {
    const kept = this.memory.get(key) ?? this.store()?.getItem(key);
    return kept ? JSON.parse(kept) : null;
  }

  all(url) {
    return this.keys().map((key) => this.read(key)).filter((entry) => entry?.url === url).map((entry) => entry.wish);
  }

  put(url, wish) {
    this.count += 1;
    const key = `${this.prefix}${String(Date.now()).padStart(15, "0")}:${String(this.count).padStart(6, "0")}:${wish.key}`;
    const entry = JSON.stringify({ url, wish, away: this.away });
    try {
      this.store().setItem(key, entry);
    } catch {
      this.memory.set(key, entry);
    }
    this.send();
  }

  drop(key) {
    this.memory.delete(key);
    this.store()?.removeItem(key);
  }

  async send() {
    if (this.away) {
      const count = this.keys().length;
      this.told.state(count ? "kept" : "saved", count);
      return;
    }
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.later);
    for (let keys = this.keys(); keys.length; keys = this.keys()) {
      this.told.state(this.failed ? "waiting" : "saving", keys.length);
      const entry = this.read(keys[0]);
      const done = entry ? await this.one(entry) : true;
      if (!done) {
        this.failed += 1;
        this.later = setTimeout(() => this.send(), PAUSES[Math.min(this.failed, PAUSES.length) - 1]);
        break;
      }
      this.failed = 0;
      this.drop(keys[0]);
    }
    this.busy = false;
    if (!this.keys().length) this.told.state("saved", 0);
  }

  // true when a step needs no more sending
  async one({ url, wish, away }) {
    let answer;
    try {
      answer = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify(wish),
        redirect: "manual",
      });
    } catch {
      return this.wait("waiting");
    }
    if (answer.type === "opaqueredirect" || answer.status === 403) return this.wait("signin");
    if (answer.status >= 500 || answer.status === 429) return this.wait("waiting");
    const said = await answer.json().catch(() => null);
    if (answer.ok && said) this.told.answered(url, wish, said);
    else this.refuse(url, wish, said?.error ?? `${answer.status}`, away);
    return true;
  }

  // what was made on the way is refused long after: it is kept until somebody has read why
  refuse(url, wish, why, away) {
    const lacked = this.refused().some((each) => each.wish.kind === "make" && each.wish.coding === wish.coding); // said already
    if (away && !lacked) this.store()?.setItem(`${this.refusals}${wish.key}`, JSON.stringify({ url, wish, why }));
    this.told.refused(url, wish, why);
  }

  refused() {
    const keys = Object.keys(this.store() ?? {}).filter((key) => key.startsWith(this.refusals)).sort();
    return keys.map((key) => ({ key, ...JSON.parse(this.store().getItem(key)) }));
  }

  wait(name) {
    this.told.state(name, this.keys().length);
    return false;
  }
}
