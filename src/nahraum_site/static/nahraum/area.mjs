// Charts of an area's page; drawn anew when the page turns light or dark.
import { draw, ready } from "./charts.mjs";

const data = JSON.parse(document.getElementById("gebiet-daten").textContent);

async function show() {
  await ready();
  await draw(document.getElementById("profil-diagramm"), data.profile);
  for (const place of document.querySelectorAll("[data-series]")) {
    const spec = data.series[Number(place.dataset.series)];
    if (spec) await draw(place, spec); else place.remove();
  }
  document.documentElement.dataset.charts = "ready";
}

show();
document.addEventListener("nahraum:theme", show);
