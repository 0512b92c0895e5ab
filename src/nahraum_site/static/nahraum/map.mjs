// One choropleth map in its place on the page: colours and patterns of areas, water, outlines of what is pointed at and kept.
import { isDark } from "./charts.mjs";

const here = document.querySelector("script[data-worker]").dataset;
let library = null;

export async function maplibre() {
  library ??= import(here.maplibre).then((found) => { found.setWorkerUrl(here.worker); return found; });
  return library;
}

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
  const features = shapes.features.map((feature) => {
    const [colour, kind] = areas[feature.properties.key] ?? ["", "missing"];
    return { ...feature, properties: { ...feature.properties, colour: colour || "#000000", pattern: kind } };
  });
  return { ...shapes, features };
}

function bounds(features) {
  let [west, south, east, north] = [180, 90, -180, -90];
  const walk = (part) => {
    if (typeof part[0] === "number") {
      west = Math.min(west, part[0]); east = Math.max(east, part[0]);
      south = Math.min(south, part[1]); north = Math.max(north, part[1]);
    } else part.forEach(walk);
  };
  features.forEach((feature) => walk(feature.geometry.coordinates));
  return [[west, south], [east, north]];
}

// Outlines of what is pointed at and kept; they come when the map is drawn, so that it is drawn sooner.
function marks() {
  const dark = isDark(), ink = dark ? "#ffffff" : "#1b2733", nothing = ["==", ["get", "key"], ""];
  return [
    { id: "kept-halo", type: "line", source: "areas", filter: nothing, paint: { "line-color": dark ? "#000000" : "#ffffff", "line-width": 7 } },
    { id: "kept", type: "line", source: "areas", filter: nothing, paint: { "line-color": ink, "line-width": 4 } },
    { id: "pointed", type: "line", source: "areas", filter: nothing, paint: { "line-color": ink, "line-width": 2.5 } },
  ];
}

function style(areas, context) {
  const dark = isDark(), water = dark ? "#31566b" : "#b9d3e0", line = dark ? "#1b2328" : "#ffffff";
  const outside = areas.features.some((feature) => feature.properties.pattern === "outside");
  return {
    version: 8,
    sources: { areas: { type: "geojson", data: areas }, context: { type: "geojson", data: context } },
    layers: [
      ...(outside ? [{ id: "outside", type: "fill", source: "areas", filter: ["==", ["get", "pattern"], "outside"], paint: { "fill-color": dark ? "#2a3036" : "#e4e8eb" } }] : []),
      { id: "classes", type: "fill", source: "areas", filter: ["==", ["get", "pattern"], ""], paint: { "fill-color": ["get", "colour"] } },
      { id: "patterns", type: "fill", source: "areas", filter: ["in", ["get", "pattern"], ["literal", ["missing", "protected"]]], paint: { "fill-pattern": ["get", "pattern"] } },
      { id: "water", type: "fill", source: "context", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": water } },
      { id: "rivers", type: "line", source: "context", filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": water, "line-width": 3 } },
      { id: "outlines", type: "line", source: "areas", paint: { "line-color": line, "line-width": 0.8 } },
    ],
  };
}

// Draws the map and returns {show(pointed, kept), fit(), remove()}; null where there are no boundaries or no WebGL.
export async function drawMap(place, shapes, areas, { point, keep }) {
  const found = coloured(shapes.areas, areas);
  if (!found.features.length) { place.remove(); return null; }
  const { Map, NavigationControl } = await maplibre();
  const inside = found.features.filter((feature) => feature.properties.pattern !== "outside");
  const frame = { padding: 14 }, limits = bounds(inside.length ? inside : found.features);
  let map;
  try {
    map = new Map({ container: place, style: style(found, shapes.context), bounds: limits, fitBoundsOptions: frame, attributionControl: false, dragRotate: false, pitchWithRotate: false, maxPitch: 0, cooperativeGestures: false, fadeDuration: 0, locale: { "NavigationControl.ZoomIn": place.dataset.zoomIn, "NavigationControl.ZoomOut": place.dataset.zoomOut, "Map.Title": place.getAttribute("aria-label") } });
  } catch { place.remove(); return null; } // no WebGL: table and chart say the same
  map.touchZoomRotate.disableRotation();
  map.scrollZoom.disable(); // a page must scroll past its map; buttons and keys zoom
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.on("style.load", () => { for (const kind of ["missing", "protected"]) if (!map.hasImage(kind)) map.addImage(kind, pattern(kind)); });
  const at = (event) => map.queryRenderedFeatures(event.point, { layers: ["classes", "patterns"] })[0]?.properties.key ?? "";
  map.on("mousemove", (event) => { const key = at(event); map.getCanvas().style.cursor = key ? "pointer" : ""; point(key); });
  map.on("mouseout", () => point(""));
  map.on("click", (event) => keep(at(event)));
  await new Promise((resolve) => { map.once("idle", resolve); });
  for (const layer of marks()) map.addLayer(layer);
  const only = (layer, key) => map.getLayer(layer) && map.setFilter(layer, ["==", ["get", "key"], key]);
  return {
    map,
    limits: bounds(found.features),
    show: (pointed, kept) => { only("pointed", pointed); only("kept", kept); only("kept-halo", kept); },
    remove: () => map.remove(),
  };
}

// Two maps move as one.
export function moveTogether(one, other) {
  let moving = false;
  const follow = (from, to) => from.on("move", () => {
    if (moving) return;
    moving = true;
    to.jumpTo({ center: from.getCenter(), zoom: from.getZoom() });
    moving = false;
  });
  follow(one, other);
  follow(other, one);
}
