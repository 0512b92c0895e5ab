// The atlas: map, table and chart point at the same area, by mouse, touch and keyboard.
import { draw, isDark, ready } from "./charts.mjs";

const here = document.querySelector("script[data-worker]").dataset;
const root = document.documentElement;
const view = { map: null, chart: null, data: null, picked: "", shapes: null };

const read = () => JSON.parse(document.getElementById("atlas-daten").textContent);
const row = (key) => document.querySelector(`#rangliste tr[data-key="${CSS.escape(key)}"]`);

// --- pointing -------------------------------------------------------------------------------------------------------
function pick(key, { scroll = false } = {}) {
  if (key === view.picked) return;
  for (const old of document.querySelectorAll("#rangliste tr.is-picked")) old.classList.remove("is-picked");
  view.picked = key;
  const line = key ? row(key) : null;
  if (line) {
    line.classList.add("is-picked");
    if (scroll) line.scrollIntoView({ block: "nearest" });
    const words = line.dataset.class ? `${line.dataset.label} · ${line.dataset.class}` : line.dataset.label;
    document.getElementById("zeiger").textContent = words;
  }
  if (view.map && view.map.getLayer("picked")) view.map.setFilter("picked", ["==", ["get", "key"], key]);
  if (view.chart) view.chart.signal("picked", key).runAsync();
}

function listenToTable() {
  const body = document.querySelector("#rangliste tbody");
  const key = (event) => event.target.closest("tr")?.dataset.key;
  body.addEventListener("mouseover", (event) => key(event) && pick(key(event)));
  body.addEventListener("focusin", (event) => key(event) && pick(key(event)));
}

// --- map ------------------------------------------------------------------------------------------------------------
function pattern(kind) {
  const size = 12, canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  pen.fillStyle = isDark() ? "#2a333a" : "#ffffff";
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = pen.fillStyle = isDark() ? "#9aa5ad" : "#5a6770";
  if (kind === "protected") {
    for (const [x, y] of [[3, 3], [9, 9]]) { pen.beginPath(); pen.arc(x, y, 1.5, 0, 7); pen.fill(); }
  } else {
    pen.lineWidth = 1.2;
    for (const shift of [-size, 0, size]) { pen.beginPath(); pen.moveTo(shift, size); pen.lineTo(shift + size, 0); pen.stroke(); }
  }
  return pen.getImageData(0, 0, size, size);
}

function coloured(shapes, areas) {
  for (const feature of shapes.features) {
    const [colour, kind] = areas[feature.properties.key] ?? ["", "missing"];
    feature.properties.colour = colour || "#000000";
    feature.properties.pattern = kind;
  }
  return shapes;
}

function bounds(shapes) {
  let [west, south, east, north] = [180, 90, -180, -90];
  const walk = (part) => {
    if (typeof part[0] === "number") {
      west = Math.min(west, part[0]); east = Math.max(east, part[0]);
      south = Math.min(south, part[1]); north = Math.max(north, part[1]);
    } else part.forEach(walk);
  };
  shapes.features.forEach((feature) => walk(feature.geometry.coordinates));
  return [[west, south], [east, north]];
}

function style() {
  const water = isDark() ? "#31566b" : "#b9d3e0", line = isDark() ? "#1b2328" : "#ffffff", ink = isDark() ? "#ffffff" : "#1b2733";
  return {
    version: 8,
    sources: {
      areas: { type: "geojson", data: coloured(view.shapes.areas, view.data.areas) },
      context: { type: "geojson", data: view.shapes.context },
    },
    layers: [
      { id: "classes", type: "fill", source: "areas", filter: ["==", ["get", "pattern"], ""], paint: { "fill-color": ["get", "colour"] } },
      { id: "patterns", type: "fill", source: "areas", filter: ["!=", ["get", "pattern"], ""], paint: { "fill-pattern": ["get", "pattern"] } },
      { id: "water", type: "fill", source: "context", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": water } },
      { id: "rivers", type: "line", source: "context", filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": water, "line-width": 3 } },
      { id: "outlines", type: "line", source: "areas", paint: { "line-color": line, "line-width": 0.8 } },
      { id: "picked", type: "line", source: "areas", filter: ["==", ["get", "key"], view.picked], paint: { "line-color": ink, "line-width": 3 } },
    ],
  };
}

async function drawMap() {
  const place = document.getElementById("karte");
  view.shapes ??= await (await fetch(view.data.shapes)).json();
  if (!view.shapes.areas.features.length) { place.remove(); return; }
  const maplibre = await import(here.maplibre);
  maplibre.setWorkerUrl(here.worker);
  view.map?.remove();
  let map;
  try {
    map = new maplibre.Map({ container: place, style: style(), bounds: bounds(view.shapes.areas), fitBoundsOptions: { padding: 14 }, attributionControl: false, dragRotate: false, pitchWithRotate: false, maxPitch: 0, cooperativeGestures: false, fadeDuration: 0 });
  } catch { place.remove(); return; } // no WebGL: table and chart say the same
  map.touchZoomRotate.disableRotation();
  map.scrollZoom.disable(); // a page must scroll past its map; buttons and keys zoom
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.on("style.load", () => { for (const kind of ["missing", "protected"]) if (!map.hasImage(kind)) map.addImage(kind, pattern(kind)); });
  const point = (event) => map.queryRenderedFeatures(event.point, { layers: ["classes", "patterns"] })[0]?.properties.key;
  map.on("mousemove", (event) => { const key = point(event); map.getCanvas().style.cursor = key ? "pointer" : ""; if (key) pick(key, { scroll: false }); });
  map.on("click", (event) => { const key = point(event); if (key) { pick(key, { scroll: true }); row(key)?.querySelector("a").focus({ preventScroll: true }); } });
  view.map = map;
  await new Promise((resolve) => { map.once("idle", resolve); });
  root.dataset.map = "ready";
}

// --- chart ----------------------------------------------------------------------------------------------------------
async function drawChart() {
  await ready();
  view.chart = await draw(document.getElementById("diagramm"), view.data.chart);
  view.chart.addEventListener("mouseover", (_event, item) => item?.datum?.key && pick(item.datum.key, { scroll: false }));
  view.chart.addEventListener("click", (_event, item) => { const line = item?.datum?.key && row(item.datum.key); if (line) line.querySelector("a").click(); });
  root.dataset.chart = "ready";
}

function show() {
  view.data = read();
  view.picked = "";
  listenToTable();
  drawMap().finally(drawChart); // the map first: it is what people look for
}

show();
document.addEventListener("nahraum:theme", () => { if (view.data) drawMap().finally(drawChart); });
// htmx tells it for every new element; the view is new once.
let shown = document.getElementById("atlas-daten");
document.body.addEventListener("htmx:afterSettle", () => {
  const fresh = document.getElementById("atlas-daten");
  if (fresh === shown) return;
  shown = fresh;
  const chosen = new URLSearchParams(new FormData(document.querySelector("form.choose")));
  history.replaceState(null, "", `?${chosen}`); // the address holds the view: it can be kept and sent
  show();
});
