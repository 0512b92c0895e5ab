// The page on the way: packs texts, opens them without network, keeps notes, and brings home what was done.
import * as seals from "./away-seal.mjs";
import * as store from "./away-store.mjs";
import { asked, idOf, placeOf, post, renew, sendNotes, sendSteps } from "./away-sync.mjs";
import { element } from "./coding-chooser.mjs";
import { standing } from "./coding-history.mjs";
import { Queue } from "./coding-queue.mjs";

const SOON = 800; // ms after a step
const PATIENCE = 20_000; // ms: until the page itself is kept, or a text is drawn
const AGAIN = 30_000; // ms: while something waits
const CHECK = "nahraum";
const { standing: ADDRESS, worker: WORKER, scope: SCOPE } = document.body.dataset;
const by = (id) => document.getElementById(id);
const words = (name, given = {}) => document.querySelector("#worte").content.querySelector(`[data-w="${name}"]`).textContent.replace(/\{(\w+)\}/g, (_all, key) => given[key]);
const day = (iso) => new Date(`${iso}T12:00`).toLocaleDateString(document.documentElement.lang);
const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

let server = { state: "offline" }; // what it told last
let pack = null; // what is unlocked: {person, key, covers: Map of id -> cover}
let open = null; // the text that is shown
let going = Promise.resolve();
const news = []; // sentences about what was done since the page was opened

const within = (ms, promise) => Promise.race([promise, new Promise((done) => { setTimeout(done, ms); })]);
const keptOf = (person) => new Queue({ person, away: true, told: { state() {} } });

function say(error) {
  by("fehler").textContent = error;
  by("fehler").hidden = !error;
  if (error) by("fehler").focus();
}

// --- what is shown

async function draw() {
  const packs = await store.all("packs");
  if (pack && !open && !packs.some((each) => each.person === pack.person)) pack = null;
  const own = packs.some((each) => each.person === server.person);
  const person = server.person ?? pack?.person ?? packs[0]?.person;
  const waiting = person ? keptOf(person).keys().length : 0;
  const locked = pack ? 0 : (await store.all("notes", person ?? "")).filter((each) => !each.sent).length;
  by("lage").replaceChildren(...[words(server.state), ...news, waiting ? words("waiting", { count: waiting }) : ""].filter(Boolean).map((each) => element("span", {}, `${each} `)));
  by("lage").dataset.state = server.state;
  by("anmelden").hidden = server.state !== "signin";
  by("zu-studien").hidden = server.state === "offline";
  by("zu").hidden = Boolean(pack) || !packs.length;
  const foreign = Boolean(server.person) && !own; // who is signed in can open it, knowing the passphrase, and no more
  by("zu-fremd").hidden = !foreign;
  for (const each of document.querySelectorAll("#zu [data-own]")) each.hidden = foreign;
  by("zu-notizen").textContent = words("locked", { count: locked });
  by("zu-notizen").hidden = !locked;
  by("liste").hidden = !pack || Boolean(open);
  by("offen").hidden = !open;
  by("packen").hidden = server.state !== "online" || own || Boolean(pack);
  drawRefused(person);
  if (pack && !open) await drawTexts();
}

function drawRefused(person) {
  const found = person ? keptOf(person).refused() : [];
  by("abgelehnt").hidden = !found.length;
  by("abgelehnt-liste").replaceChildren(...found.map(({ key, url, wish, why }) => {
    const item = element("li");
    const what = wish.line ? words("line", { n: wish.line }) : words(wish.kind === "note" ? "a-note" : "a-through");
    const dismiss = element("button", { type: "button", class: "link" }, words("dismiss"));
    dismiss.addEventListener("click", () => {
      localStorage.removeItem(key);
      draw().then(() => by("inhalt").focus());
    });
    item.append(`${nameOf(idOf(url))}, ${what}: ${/^\d+$/.test(why) ? words("no-text") : why} `, dismiss);
    return item;
  }));
}

function nameOf(id) {
  const told = (server.studies ?? []).flatMap((each) => each.texts).find((each) => each.id === id);
  return pack?.covers.get(id)?.name ?? told?.name ?? words("a-text");
}

async function drawTexts() {
  const queue = keptOf(pack.person);
  const notes = new Set((await store.all("notes", pack.person)).map((each) => each.id));
  const texts = (await store.all("texts", pack.person)).filter((each) => pack.covers.has(each.id)).sort((one, other) => one.position - other.position);
  by("leer").hidden = texts.length > 0;
  const held = by("texte").contains(document.activeElement) ? document.activeElement.dataset.id : null;
  by("texte").replaceChildren(...texts.map((text) => {
    const cover = pack.covers.get(text.id);
    const [steps, said] = [queue.all(cover.step), queue.all(cover.throughAt)];
    const waiting = steps.length + said.length;
    const rows = [...standing([...cover.codings, ...(text.now?.codings ?? [])], steps).values()];
    const through = said.at(-1)?.through ?? text.now?.through ?? cover.through;
    const about = [
      cover.collection,
      words("codings", { count: rows.filter((row) => !row[6]).length }),
      through ? `✓ ${words("through")}` : "",
      notes.has(text.id) ? words("has-note") : "",
      waiting ? words("waiting", { count: waiting }).replace(/\.$/, "") : "",
      words("until", { day: day(text.ends) }),
    ];
    const item = element("li");
    const button = element("button", { type: "button", class: "link", "data-id": text.id }, cover.name);
    button.addEventListener("click", () => openText(text.id));
    item.append(button, element("p", { class: "note" }, about.filter(Boolean).join(" · ")));
    return item;
  }));
  if (held) by("texte").querySelector(`[data-id="${held}"]`)?.focus(); // drawn anew, the focus stays
}

// --- packing

function drawChoice() {
  const studies = (server.studies ?? []).filter((each) => each.texts.length);
  by("nichts").hidden = studies.length > 0;
  by("packen-form").hidden = !studies.length;
  by("auswahl").replaceChildren(...studies.map((study) => {
    const set = element("fieldset", { "data-address": study.address });
    set.append(element("legend", {}, study.title), ...study.texts.map((text) => {
      const label = element("label");
      const box = element("input", { type: "checkbox", value: text.id });
      box.checked = !text.through;
      label.append(box, `${text.name} `, element("span", { class: "muted" }, [text.collection, text.through ? `✓ ${words("through")}` : "", words("until", { day: day(text.ends) })].filter(Boolean).join(" · ")));
      return label;
    }));
    return set;
  }));
}

async function packTexts() {
  const passphrase = by("satz-1").value;
  const chosen = [...by("auswahl").querySelectorAll("fieldset")].map((set) => [set.dataset.address, [...set.querySelectorAll(":checked")].map((box) => box.value)]).filter(([, texts]) => texts.length);
  if (!chosen.length) return say(words("none"));
  if ([...passphrase].length < seals.SHORTEST) return say(words("short"));
  if (passphrase !== by("satz-2").value) return say(words("differ"));
  say("");
  news.splice(0, Infinity, words("packing"));
  await draw();
  navigator.storage?.persist?.(); // so that the browser does not clear it when room gets scarce
  if (!(await within(PATIENCE, navigator.serviceWorker.ready))) return failed(words("unpacked")); // else this page would not open
  const texts = [];
  for (const [address, ids] of chosen) {
    const answer = await post(address, server.token, { texts: ids });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) return failed(said.error ?? words("unpacked"));
    texts.push(...said.texts);
  }
  const how = { salt: seals.salt(), rounds: seals.ROUNDS };
  const [key, { person }] = [await seals.keyFrom(passphrase, how), server];
  const rows = await Promise.all(texts.map((text, position) => sealedText(key, { person, ...text, position })));
  const check = await seals.seal(key, CHECK, placeOf({ person, id: "-" }, "check"));
  await store.put({ packs: [{ person, ...how, check }], texts: rows });
  by("packen-form").reset();
  news.splice(0, Infinity, words("packed", { count: rows.length }));
  await draw();
  return by("satz").focus();
}

function failed(sentence) {
  news.length = 0;
  draw();
  return say(sentence);
}

async function sealedText(key, { person, id, ends, position, page, ...cover }) {
  const row = { person, id, ends, position };
  return {
    ...row,
    cover: await seals.seal(key, JSON.stringify(cover), placeOf(row, "cover")),
    page: await seals.seal(key, page, placeOf(row, "page")),
  };
}

// --- opening

async function unlock() {
  const packs = await store.all("packs");
  packs.sort((one, other) => (other.person === server.person) - (one.person === server.person));
  for (const each of packs) {
    const key = await seals.keyFrom(by("satz").value, each);
    const fits = await seals.unseal(key, each.check, placeOf({ person: each.person, id: "-" }, "check")).catch(() => "");
    if (fits !== CHECK) continue;
    by("satz").value = "";
    say("");
    news.length = 0;
    pack = { person: each.person, key, covers: new Map() };
    for (const text of await store.all("texts", each.person)) {
      pack.covers.set(text.id, JSON.parse(await seals.unseal(key, text.cover, placeOf(text, "cover"))));
    }
    await draw();
    by("liste-h").focus();
    return home();
  }
  return say(words("wrong"));
}

async function openText(id) {
  const text = await store.get("texts", pack.person, id);
  if (!text) return draw();
  const cover = pack.covers.get(id);
  const note = await store.get("notes", pack.person, id);
  open = { id, note, address: cover.note };
  by("offen-h").textContent = cover.name;
  by("notiz").value = note ? await seals.unseal(pack.key, note, placeOf(note, "note")) : "";
  by("notiz-stand").textContent = "";
  const frame = element("iframe", { title: words("frame", { name: cover.name }) });
  frame.srcdoc = withNews(await seals.unseal(pack.key, text.page, placeOf(text, "page")), text.now);
  by("blatt").replaceChildren(frame);
  await draw();
  by("offen-h").focus();
  setTimeout(() => {
    if (frame.isConnected && frame.contentDocument?.documentElement.dataset.coding !== "ready") say(words("frame-failed"));
  }, PATIENCE);
}

// the page as it was packed, told what the server said of its codings since
function withNews(page, now) {
  if (!now) return page;
  const whole = new DOMParser().parseFromString(page, "text/html");
  const script = whole.getElementById("kodier-daten");
  const data = { ...JSON.parse(script.textContent), newer: now.codings, isThrough: now.through };
  script.textContent = JSON.stringify(data).replaceAll("<", "\\u003c");
  return `<!doctype html>${whole.documentElement.outerHTML}`;
}

async function closeText() {
  await keepNote();
  const { id } = open;
  open = null;
  by("blatt").replaceChildren();
  by("notiz").value = "";
  await draw();
  by("texte").querySelector(`[data-id="${id}"]`)?.focus();
  return home();
}

// --- notes

let typing = 0;
let keeping = Promise.resolve();
function keepNote() {
  clearTimeout(typing);
  const [here, said, { person, key }] = [open, by("notiz").value, pack];
  keeping = keeping.then(async () => {
    const before = (await store.get("notes", person, here.id)) ?? null;
    const same = before ? await seals.unseal(key, before, placeOf(before, "note")) : "";
    if (said === same) return;
    if (!said.trim() && !before?.version) {
      await store.remove("notes", person, here.id);
      return;
    }
    const row = { person, id: here.id, address: here.address, uuid: before?.uuid ?? crypto.randomUUID(), version: before?.version ?? 0, sent: false };
    await store.put({ notes: [{ ...row, ...(await seals.seal(key, said, placeOf(row, "note"))) }] });
    by("notiz-stand").textContent = words("note-kept");
  }).catch(() => { by("notiz-stand").textContent = words("note-lost"); });
  return keeping;
}

// --- bringing home

// one after the other: what is sent, asked and removed here must not cross
function home() {
  going = going.then(async () => {
    try {
      await tidy();
      server = await asked(ADDRESS);
      if (server.state === "online") await bring();
    } catch {
      server = { state: "offline" }; // the network went while it was used: what was not answered is sent again
    }
    await draw();
  });
  return going;
}

async function bring() {
  const steps = await sendSteps(ADDRESS, server);
  const notes = await sendNotes(server, pack?.person === server.person ? pack.key : null);
  const gone = await renew(ADDRESS, server);
  if (steps) news.push(words("steps", { count: steps }));
  if (notes.stored) news.push(words("notes", { count: notes.stored }));
  if (notes.beside) news.push(words("beside"));
  if (gone) news.push(words("gone", { count: gone }));
  await tidy();
  if (!by("packen-form").matches(":focus-within") && !by("satz-1").value) drawChoice();
}

async function tidy() {
  const ended = (await store.all("texts")).filter((each) => each.ends <= today());
  for (const each of ended) await store.remove("texts", each.person, each.id);
  if (ended.length) news.push(words("ended", { count: ended.length }));
  for (const { person } of await store.all("packs")) await removeEmpty(person);
}

// a pack whose texts are gone stays only while notes wait that its passphrase opens
async function removeEmpty(person) {
  const notes = (await store.all("notes", person)).filter((each) => !each.sent);
  if ((open && pack.person === person) || notes.length || (await store.all("texts", person)).length) return;
  for (const each of await store.all("notes", person)) await store.remove("notes", person, each.id);
  await store.remove("packs", person);
}

async function removePack() {
  const person = pack?.person ?? server.person ?? (await store.all("packs"))[0]?.person;
  const ids = new Set((await store.all("texts", person)).map((each) => each.id));
  const queue = keptOf(person);
  const steps = queue.keys().filter((key) => ids.has(idOf(queue.read(key).url))).length;
  const notes = (await store.all("notes", person)).filter((each) => !each.sent).length;
  const said = [steps && words("ask-steps", { count: steps }), notes && words("ask-notes", { count: notes }), words("ask")];
  by("frage-worte").textContent = said.filter(Boolean).join(" ");
  by("frage").showModal();
  const answer = await new Promise((done) => by("frage").addEventListener("close", () => done(by("frage").returnValue), { once: true }));
  by("frage").returnValue = "";
  if (answer !== "yes") return;
  await going;
  for (const name of ["texts", "notes"]) for (const each of await store.all(name, person)) await store.remove(name, person, each.id);
  await store.remove("packs", person);
  pack = null;
  news.splice(0, Infinity, words("removed"));
  await home();
  by("inhalt").focus();
}

// --- the page itself

function listen() {
  const submit = (id, what, otherwise) => by(id).addEventListener("submit", (event) => {
    event.preventDefault();
    what().catch(() => failed(words(otherwise)));
  });
  submit("packen-form", packTexts, "unpacked");
  submit("oeffnen", unlock, "wrong");
  by("schliessen").addEventListener("click", closeText);
  by("abschliessen").addEventListener("click", () => location.reload()); // the key was in the memory of this page only
  for (const each of document.querySelectorAll("[data-remove]")) each.addEventListener("click", removePack);
  by("notiz").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(keepNote, 400);
  });
  window.addEventListener("pagehide", () => open && keepNote());
  window.addEventListener("online", home);
  window.addEventListener("offline", home);
  document.addEventListener("visibilitychange", () => document.hidden || home());
  let soon = 0;
  window.addEventListener("storage", (event) => { // the frame kept a step
    if (!event.newValue || !event.key?.startsWith("nahraum-step:")) return;
    clearTimeout(soon);
    soon = setTimeout(home, SOON);
  });
  setInterval(() => server.person && keptOf(server.person).keys().length && home(), AGAIN);
}

async function begin() {
  by("lage").textContent = "";
  if (!seals.able()) return say(words("insecure"));
  navigator.serviceWorker.register(WORKER, { scope: SCOPE }).catch(() => {}); // without network it is there already
  try {
    await tidy();
  } catch {
    return say(words("open-failed"));
  }
  listen();
  await home();
  return document.documentElement.setAttribute("data-away", "ready");
}
await begin();
