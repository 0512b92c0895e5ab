// A map in the frame of another site: it points, and says in words what it points at.
import * as layers from "./layers.mjs";
import { drawMap, moveTogether } from "./map.mjs";

const data = JSON.parse(document.getElementById("atlas-daten").textContent);
const shapes = await (await fetch(data.shapes)).json();
const maps = [];

function show(key) {
  const line = key && document.querySelector(`#rangliste tr[data-key="${CSS.escape(key)}"]`);
  document.getElementById("zeiger").textContent = line ? line.dataset.label : "";
  for (const map of maps) map.show(key, data.selected);
}

for (const [n, id] of ["karte", "karte-2"].entries()) {
  const place = document.getElementById(id);
  const drawn = place && (await drawMap(place, shapes, data.maps[n], { point: show, keep: show }));
  if (drawn) maps.push(drawn);
}
if (maps.length === 2) moveTogether(maps[0].map, maps[1].map);
show(data.selected);
await Promise.all(maps.map((each) => layers.show(each, data.beneath)));
document.documentElement.dataset.map = "ready";
