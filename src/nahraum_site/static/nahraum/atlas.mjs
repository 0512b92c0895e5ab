// The atlas: maps, table and chart point at the same area and keep one, by mouse, touch and keyboard.
import { draw, ready } from "./charts.mjs";
import * as layers from "./layers.mjs";
import { drawMap, maplibre, moveTogether } from "./map.mjs";

const root = document.documentElement;
const form = document.querySelector("form.choose");
const view = { maps: [], chart: null, data: null, shapes: null, pointed: "", kept: "", turn: 0 };

const byId = (id) => document.getElementById(id);
const read = () => JSON.parse(byId("atlas-daten").textContent);
const row = (key) => (key ? document.querySelector(`#rangliste tr[data-key="${CSS.escape(key)}"]`) : null);

// --- pointing and keeping -------------------------------------------------------------------------------------------
function mark() {
  const shown = view.pointed || view.kept;
  for (const old of document.querySelectorAll("#rangliste tr.is-picked, #rangliste tr.is-chosen")) old.classList.remove("is-picked", "is-chosen");
  row(shown)?.classList.add("is-picked");
  row(view.kept)?.classList.add("is-chosen");
  const line = row(shown);
  if (line) byId("zeiger").textContent = line.dataset.class ? `${line.dataset.label} · ${line.dataset.class}` : line.dataset.label;
  byId("loesen").hidden = !view.kept;
  for (const map of view.maps) map.show(view.pointed, view.kept);
  if (view.chart) view.chart.signal("picked", shown).runAsync();
}

function point(key) {
  if (key === view.pointed) return;
  view.pointed = key;
  mark();
}

function keep(key, { scroll = true } = {}) {
  view.kept = row(key) ? key : "";
  if (scroll && view.kept) {
    // only the table moves: the page itself stays where the reader is
    const box = document.querySelector(".atlas__table"), line = row(view.kept);
    if (line.offsetTop < box.scrollTop || line.offsetTop + line.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = line.offsetTop - box.clientHeight / 3;
  }
  byId("gebiet").value = view.kept;
  mark();
  writeAddress();
}

function listenToTable() {
  const body = document.querySelector("#rangliste tbody");
  const key = (event) => event.target.closest("tr")?.dataset.key;
  body.addEventListener("mouseover", (event) => key(event) && point(key(event)));
  body.addEventListener("mouseleave", () => point(""));
  body.addEventListener("focusin", (event) => key(event) && point(key(event)));
  body.addEventListener("click", (event) => { if (!event.target.closest("a") && key(event)) keep(key(event) === view.kept ? "" : key(event), { scroll: false }); });
  body.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault(); // the space bar keeps the row instead of scrolling
    keep(key(event) === view.kept ? "" : key(event), { scroll: false });
  });
  byId("loesen").addEventListener("click", () => { const line = row(view.kept); keep(""); line?.querySelector("a").focus({ preventScroll: true }); });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !(view.kept || view.pointed)) return;
  view.pointed = "";
  keep("");
  byId("zeiger").textContent = "";
});

// --- the address holds the view: it can be kept and sent --------------------------------------------------------------
function asked() {
  const words = new URLSearchParams();
  for (const [word, value] of new FormData(form)) if (value) words.set(word, value);
  const boxes = [...form.querySelectorAll("input[type=checkbox][name=ebenen]")];
  const on = boxes.filter((box) => box.checked).map((box) => box.value).join(" ");
  if (boxes.length) words.set("ebenen", on || "keine");
  if (boxes.every((box) => box.checked === "first" in box.dataset)) words.delete("ebenen"); // as every map begins
  return words;
}

function writeAddress() {
  const words = asked();
  history.replaceState(null, "", `?${words}`);
  for (const link of document.querySelectorAll("[data-view-link]")) renew(link, words, ["gebiet", "ebenen", "grund"]);
  for (const link of document.querySelectorAll("#rangliste a[data-level-link]")) renew(link, words, ["ebenen", "grund"]); // names its own area
  for (const next of document.querySelectorAll("input[name=next]")) next.value = location.pathname + location.search; // in the other language
  const newer = document.querySelector(".newer a"); // stands outside of what the server sends anew
  words.delete("ausgabe");
  if (newer) newer.href = `?${words}`;
}

function renew(link, words, changing) {
  const address = new URL(link.href ?? link.value, location);
  for (const word of changing) if (words.has(word)) address.searchParams.set(word, words.get(word)); else address.searchParams.delete(word);
  if (link.href) link.href = address; else link.value = address;
}

// --- choosing -------------------------------------------------------------------------------------------------------
form.addEventListener("change", (event) => {
  if (event.target.id === "gebiet") { event.stopPropagation(); keep(event.target.value); }
  if (event.target.id === "zeitregler") { event.stopPropagation(); step(Number(event.target.value)); }
  if (event.target.closest("#ebenen")) { event.stopPropagation(); showBeneath(); writeAddress(); }
}, { capture: true }); // before htmx hears it: these need no answer from the server, or go through another field
form.addEventListener("input", (event) => {
  if (event.target.id !== "zeitregler") return;
  const words = byId("zeit").options[Number(event.target.value)].textContent;
  event.target.setAttribute("aria-valuetext", words);
  byId("ansage").textContent = words;
});
form.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-step]");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  step(byId("zeit").selectedIndex + Number(link.dataset.step));
});
form.addEventListener("submit", (event) => { if (window.htmx) { event.preventDefault(); window.htmx.trigger(form, "change"); } });

function step(index) {
  const years = byId("zeit");
  if (index < 0 || index >= years.options.length) return;
  years.selectedIndex = index;
  years.dispatchEvent(new Event("change", { bubbles: true }));
}

// --- layers and background ------------------------------------------------------------------------------------------
function showBeneath() {
  const beneath = view.data.beneath;
  for (const layer of beneath.layers) layer.on = form.querySelector(`#ebenen input[value="${layer.word}"]`)?.checked ?? layer.on;
  beneath.ground = byId("grund")?.value ?? beneath.ground;
  for (const line of document.querySelectorAll("[data-layer]")) line.hidden = !beneath.layers.find((layer) => layer.word === line.dataset.layer)?.on;
  Promise.all(view.maps.map((each) => layers.show(each, beneath))).then(() => { root.dataset.layers = "ready"; });
}

// --- drawing --------------------------------------------------------------------------------------------------------
async function drawMaps(turn) {
  const library = maplibre(); // both at once: the library and the boundaries
  if (view.from !== view.data.shapes) { // another level has other boundaries
    const from = view.data.shapes, shapes = await (await fetch(from)).json();
    if (turn !== view.turn) return;
    Object.assign(view, { shapes, from });
  }
  await library;
  for (const old of view.maps) old.remove();
  view.maps = [];
  const places = ["karte", "karte-2"].map(byId).filter(Boolean);
  const found = [];
  for (const [n, place] of places.entries()) {
    const drawn = await drawMap(place, view.shapes, view.data.maps[n], { point, keep: (key) => keep(key) });
    if (turn !== view.turn) { drawn?.remove(); found.forEach((each) => each.remove()); return; } // the view changed meanwhile
    if (drawn) found.push(drawn);
  }
  view.maps = found;
  if (found.length === 2) moveTogether(found[0].map, found[1].map);
  mark();
  root.dataset.map = "ready";
  showBeneath(); // after the map itself, which it must not make slower
}

async function drawChart(turn) {
  await ready();
  if (turn !== view.turn) return;
  const chart = await draw(byId("diagramm"), view.data.chart);
  if (turn !== view.turn) return;
  view.chart = chart;
  view.chart.addEventListener("mouseover", (_event, item) => item?.datum?.key && point(item.datum.key));
  view.chart.addEventListener("mouseout", () => point(""));
  view.chart.addEventListener("click", (_event, item) => item?.datum?.key && keep(item.datum.key));
  mark();
  root.dataset.chart = "ready";
}

function show() {
  const turn = ++view.turn;
  view.data = read();
  view.pointed = "";
  view.chart = null;
  view.kept = row(view.data.selected) ? view.data.selected : "";
  const slider = byId("zeitregler");
  if (slider) slider.hidden = false;
  listenToTable();
  mark();
  drawMaps(turn).finally(() => drawChart(turn)); // the map first: it is what people look for
}

show();
document.addEventListener("nahraum:theme", () => { if (view.data) { const turn = ++view.turn; drawMaps(turn).finally(() => drawChart(turn)); } });
// htmx tells it for every new element; the view is new once.
let focused = "";
document.body.addEventListener("htmx:beforeSwap", () => { focused = document.activeElement.id; delete root.dataset.map; delete root.dataset.chart; });
let shown = byId("atlas-daten");
document.body.addEventListener("htmx:afterSettle", () => {
  const fresh = byId("atlas-daten");
  if (fresh === shown) return;
  shown = fresh;
  show();
  if (focused && document.activeElement === document.body) (byId(focused) ?? byId("zeit")).focus(); // its field came anew
  writeAddress();
  byId("ansage").textContent = byId("karte-titel").textContent;
});
