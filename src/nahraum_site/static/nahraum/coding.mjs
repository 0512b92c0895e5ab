// The coding page: what is selected, chosen and taken back here becomes a small step that is sent at once.
import { Adding, fewWords } from "./coding-adding.mjs";
import { travel } from "./coding-away.mjs";
import { Categories } from "./coding-categories.mjs";
import { Chooser } from "./coding-chooser.mjs";
import { after, History } from "./coding-history.mjs";
import { readByKeyboard } from "./coding-keys.mjs";
import { Lists } from "./coding-list.mjs";
import { Queue } from "./coding-queue.mjs";
import { say, tellState, words } from "./coding-said.mjs";
import { Stripes } from "./coding-stripes.mjs";
import { CodedText } from "./coding-text.mjs";
import { Tree } from "./coding-tree.mjs";
import { lookAndListen } from "./coding-beside.mjs";

const WATCH = 4000; // ms
const data = JSON.parse(document.getElementById("kodier-daten").textContent);
const root = document.getElementById("text");
const text = new CodedText(root);
const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
const categories = new Categories({ ...data, token });
const codings = new Map();
let shown = null; // the codings that are there, as a list; made anew when one changes
let told = data.now;
const history = data.away ? new History() : null; // where no server takes steps back

const number = (coding) => categories.number(coding.category);
const name = (coding) => categories.get(coding.category)?.label ?? "?";
const coder = (coding) => data.coders[coding.coder] ?? "";
const living = () => (shown ??= [...codings.values()].filter((each) => !each.removed));
const uuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (sign) => (sign ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (sign / 4)))).toString(16));

function put([id, category, start, end, who, quotation, removed]) {
  const before = codings.get(id);
  codings.set(id, { uuid: id, category, start, end, coder: who, quotation: Boolean(quotation), removed: Boolean(removed) });
  shown = null;
  return JSON.stringify(before) !== JSON.stringify(codings.get(id));
}
for (const row of data.codings) put(row);

let chosen = null; // the last stretch that was selected in the text
const lists = new Lists({ text, codings: living, number, name, coder, words, may: data.mayCode, memo: data.memo, acts: { jump, remove, quote } });
const stripes = new Stripes(document.getElementById("streifen"), text, { codings: living, number, name: (coding) => categories.get(coding.category)?.name ?? "?", picked: jump });
lists.offer(categories.list);

function show(rows) {
  const changed = rows.filter(put);
  if (!changed.length) return;
  for (const row of changed) text.redraw(row[2], row[3], living(), number);
  lists.drawAll();
  if (chosen) lists.drawHere(...chosen);
  stripes.soon();
}

const queue = new Queue({
  person: document.body.dataset.person,
  away: data.away,
  token,
  told: {
    state: tellState,
    answered(url, wish, answer) {
      if (url !== data.step) return;
      show(answer.codings);
      back(answer);
      if (wish.kind === "undo" || wish.kind === "redo") {
        say(words(wish.kind === "undo" ? "undone" : "redone"));
        if (!answer.codings.length) watch();
      }
    },
    refused(url, wish, why) {
      say(why);
      if (url !== data.step) return;
      if (wish.kind === "make") show([[wish.coding, wish.category, wish.start, wish.end, 0, 0, 1]]);
      watch(true);
    },
  },
});

const row = (id) => {
  const known = codings.get(id);
  return known && [id, known.category, known.start, known.end, known.coder, Number(known.quotation), Number(known.removed)];
};

// show what a step makes of its coding
function shownAfter(wish) {
  const before = row(wish.coding);
  const now = after(before, wish);
  if (now) show([now]);
  history?.note(wish, before);
  if (history) back(history.possible);
}

function act(wish) {
  const line = history && { line: text.lineOf(wish.start ?? codings.get(wish.coding).start) + 1 };
  const step = { key: uuid(), ...wish, ...line };
  shownAfter(step);
  queue.put(data.step, step);
}

function goBack(kind) {
  const wish = history ? history.back(kind) : { kind };
  if (wish) act(wish);
  if (history && wish) say(words(kind === "undo" ? "undone" : "redone"));
}

function back({ undo, redo }) {
  for (const [kind, possible] of Object.entries({ undo, redo })) {
    const button = document.querySelector(`[data-back="${kind}"] button`);
    if (button) button.disabled = !possible;
  }
}

function make(category) {
  const place = chosen;
  if (!isSelected()) return say(words("select"));
  const original = document.getElementById("original");
  act({ kind: "make", coding: uuid(), category: category.id, start: place[0], end: place[1], quotation: original.checked });
  original.checked = false;
  say(words("coded", { name: category.label }));
  root.focus();
  return text.select(...place);
}

function remove(coding) {
  act({ kind: "remove", coding: coding.uuid });
  say(words("removed", { name: name(coding) }));
}
function quote(coding) {
  act({ kind: "change", coding: coding.uuid, quotation: !coding.quotation });
  document.querySelector(`#liste [data-uuid="${coding.uuid}"] [data-do=quote]`)?.focus();
}
function jump(coding) {
  root.focus();
  text.select(coding.start, coding.end);
  text.lines[text.lineOf(coding.start)].scrollIntoView({ block: "center" });
}

// What others did, and other tabs of one's own, comes in by asking: all the time where coders see each other.
async function watch(all = false) {
  const answer = await fetch(`${data.state}?seit=${encodeURIComponent(all ? "" : told)}`).catch(() => null);
  if (!answer?.ok) return;
  const now = await answer.json();
  told = now.now;
  if (now.version > categories.version && !("error" in await categories.ask())) {
    offer();
    say(words("changed"));
  }
  Object.assign(data.coders, now.coders);
  const waiting = new Set(queue.all(data.step).map((wish) => wish.coding));
  show(now.codings.filter((each) => !waiting.has(each[0])));
  if (!waiting.size) back(now);
}
if (data.watches) setInterval(() => document.hidden || watch(), WATCH);
if (!data.away) document.addEventListener("visibilitychange", () => document.hidden || watch());

function look() {
  const place = text.selected();
  if (!place) return;
  chosen = place;
  lists.drawHere(...place);
}
document.addEventListener("selectionchange", look);
document.addEventListener("click", look, true); // a button may be faster than the news of what was selected
lookAndListen({ text, times: data.times ?? [], jump, place: () => chosen?.[0] ?? 0 });

const isSelected = () => Boolean(chosen) && chosen[0] !== chosen[1];
const choosing = document.getElementById("waehlen");
let chooser = null;
let tree = null;

// The browser shows no selection outside the field that has the focus: what is to be coded stays marked.
function mark() {
  if (isSelected()) CSS.highlights?.set("gewaehlt", new Highlight(text.range(...chosen)));
}

// categories that came or went: everything that names or colours them
function offer() {
  lists.offer(categories.list);
  chooser?.offer(categories.list);
  tree?.offer(chooser.inForce);
  if (categories.shifted) text.redraw(0, text.length, living(), number);
  if (choosing?.contains(document.activeElement)) mark();
  lists.drawAll();
  stripes.soon();
}

// a new category for the stretch that is selected now
async function add(name, parent) {
  const place = chosen;
  if (!isSelected()) return say(words("select"));
  const answer = await categories.ask({ name, parent });
  if ("error" in answer) {
    say(answer.error || words("unadded"));
    if (!answer.error || "error" in await categories.ask()) return undefined;
    return offer();
  }
  offer();
  chosen = place; // somebody may have selected another one meanwhile
  chooser.take(answer.id);
  return answer.isNew ? undefined : say(words("existing", { name: categories.get(answer.id).label }));
}

function inVivo() {
  if (!isSelected()) return say(words("select"));
  return chooser.begin(fewWords(text.words(...chosen)), true);
}

if (data.mayCode && choosing) {
  const field = document.getElementById("suche");
  const adding = data.more ? new Adding({ field, remembered: data.more }) : null;
  chooser = new Chooser({ words, chosen: make, left: again, add, adding });
  tree = new Tree({ root: document.getElementById("baum"), taken: (id) => chooser.take(id) });
  chooser.offer(categories.list);
  tree.offer(chooser.inForce);
  choosing.hidden = false;
  const verbatim = document.getElementById("wortlaut");
  verbatim?.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
  verbatim?.addEventListener("click", inVivo);
  for (const form of document.querySelectorAll("[data-back]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      goBack(form.dataset.back);
    });
  }
  document.getElementById("schritt").addEventListener("submit", (event) => event.preventDefault());

  choosing.addEventListener("focusin", mark);
  choosing.addEventListener("focusout", () => CSS.highlights?.delete("gewaehlt"));

  function again() {
    root.focus();
    if (chosen) text.select(...chosen);
  }

  function lines() {
    if (!chosen) return;
    const [first, last] = [text.lineOf(chosen[0]), text.lineOf(Math.max(...chosen))];
    text.select(text.starts[first], text.endOf(last));
  }

  readByKeyboard(root, {
    begins: look,
    undo: () => goBack("undo"),
    redo: () => goBack("redo"),
    lines,
    leave: () => field.focus(),
    number: (n) => chooser.press(n),
    letter: (sign) => chooser.begin(sign),
    verbatim: adding && inVivo,
  });
  show(data.newer ?? []);
  queue.all(data.step).forEach(shownAfter);
  if (data.away) travel({ data, queue, uuid });
  queue.send();
}

for (const each of document.querySelectorAll(".coding__plain")) each.hidden = true;
lists.drawAll();
lists.drawHere(-1, -1);
const asked = new URLSearchParams(location.search).get("stelle");
if (asked && Number(asked) <= text.length) {
  const line = text.lineOf(Number(asked));
  text.lines[line].scrollIntoView({ block: "center" });
  lists.drawHere(Number(asked), Number(asked));
}
document.documentElement.dataset.coding = "ready";
