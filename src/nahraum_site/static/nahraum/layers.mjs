// What lies beneath and above the areas: context layers, each fetched once and only when shown, and a background map.
import { isDark } from "./charts.mjs";

const fetched = new Map();

function shapesOf(address) {
  if (!fetched.has(address)) fetched.set(address, fetch(address).then((answer) => { if (!answer.ok) throw new Error(address); return answer.json(); }));
  return fetched.get(address);
}

// Colours of the areas are the same in both modes, and so is what is drawn upon them; only what replaces them is not.
function paintOf(kind) {
  const dark = isDark(), width = (low, high) => ["interpolate", ["linear"], ["zoom"], 10, low, 15, high];
  const water = dark ? "#31566b" : "#b9d3e0", green = dark ? "#3f5f3a" : "#bfd8b0";
  return {
    streets: { line: { "line-color": "#46525c", "line-width": width(0.6, 2.5), "line-opacity": 0.75 } },
    water: { fill: { "fill-color": water }, line: { "line-color": water, "line-width": 3 } },
    green: { fill: { "fill-color": green }, line: { "line-color": green, "line-width": 2 } },
    other: { line: { "line-color": "#5b2a6e", "line-width": width(1.2, 3), "line-dasharray": [4, 2] } },
  }[kind];
}

// A line layer also draws the edge of areas where the kind fills nothing.
function drawnAs(layer) {
  const { fill, line } = paintOf(layer.kind), source = `layer-${layer.word}`;
  const areas = fill && { id: `${source}-fill`, type: "fill", source, filter: ["==", ["geometry-type"], "Polygon"], paint: fill };
  const lines = { id: `${source}-line`, type: "line", source, paint: line, ...(fill ? { filter: ["==", ["geometry-type"], "LineString"] } : {}) };
  return [areas, lines].filter(Boolean);
}

// Layers lie above the areas and below their outlines, the first lowest; those that are off are not even fetched.
export async function showLayers(map, layers) {
  const found = await Promise.all(layers.map((layer) => (layer.on ? shapesOf(layer.address).catch(() => null) : null)));
  if (!map.getLayer("outlines")) return; // the view changed meanwhile
  for (const [n, layer] of layers.entries()) {
    const source = `layer-${layer.word}`;
    for (const each of drawnAs(layer)) if (map.getLayer(each.id)) map.removeLayer(each.id);
    if (!layer.on || !found[n]) continue;
    if (!map.getSource(source)) map.addSource(source, { type: "geojson", data: found[n] });
    for (const each of drawnAs(layer)) map.addLayer(each, "outlines");
  }
}

// The background map comes through this server; over it the areas are see-through.
export function showGround(map, ground, limits) {
  if (map.getLayer("ground")) { map.removeLayer("ground"); map.removeSource("ground"); }
  for (const layer of ["outside", "classes", "patterns"]) if (map.getLayer(layer)) map.setPaintProperty(layer, "fill-opacity", ground ? 0.6 : 1);
  if (!ground) return;
  const [[west, south], [east, north]] = limits;
  map.addSource("ground", { type: "raster", tiles: [location.origin + ground.tiles], tileSize: 256, minzoom: 5, maxzoom: 19, bounds: [west, south, east, north] });
  map.addLayer({ id: "ground", type: "raster", source: "ground" }, map.getStyle().layers[0].id);
}

// Says under the map whether the service answers, once its pictures should be there.
export function tellGround(map, name, ground) {
  for (const note of document.querySelectorAll("[data-ground]")) note.hidden = note.dataset.ground !== name;
  const failing = document.querySelector(`[data-ground="${CSS.escape(name)}"] [data-failing]`);
  if (ground && failing) map.once("idle", async () => { failing.hidden = !(await (await fetch(ground.state)).json()).failing; });
}

// Everything of one map at once.
export function show(drawn, beneath) {
  const ground = beneath.grounds[beneath.ground];
  showGround(drawn.map, ground, drawn.limits);
  tellGround(drawn.map, beneath.ground, ground);
  return showLayers(drawn.map, beneath.layers);
}
