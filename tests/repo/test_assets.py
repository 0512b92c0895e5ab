"""Front-end files are complete, point nowhere else, and work under a policy without eval and without inline styles."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep

import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import sync_playwright

from scripts import assets

POLICY = "; ".join(
    ["default-src 'none'", "img-src 'self' data: blob:"]
    + [f"{kind}-src 'self'" for kind in ("script", "style", "worker", "font", "connect")]
)
CHART = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
const spec = {
  data: {values: [{quarter: "A", z: -1.5}, {quarter: "B", z: 0.5}]},
  transform: [{calculate: "datum.z > 0 ? 'above' : 'below'", as: "side"}],
  mark: "bar",
  encoding: {x: {field: "z", type: "quantitative"}, y: {field: "quarter"}, color: {field: "side"}},
};
const options = {ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: false};
vegaEmbed("#chart", spec, options).then(() => { window.drawn = true; }, (error) => { window.failed = String(error); });
"""
MAP = """
import {Map, setWorkerUrl} from "/maplibre/maplibre-gl.mjs";
setWorkerUrl("/maplibre/maplibre-gl-worker.mjs");
const square = {type: "Polygon", coordinates: [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]};
const source = {type: "geojson", data: {type: "Feature", properties: {}, geometry: square}};
const layer = {id: "area", type: "fill", source: "area", paint: {"fill-color": "#004466"}};
const map = new Map({container: "map", center: [0.5, 0.5], zoom: 6, attributionControl: false,
  style: {version: 8, sources: {area: source}, layers: [layer]}});
map.once("idle", () => { window.shown = map.queryRenderedFeatures({layers: ["area"]}).length; });
"""
PAGE = """<!doctype html><html lang="de"><title>x</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/maplibre/maplibre-gl.css">
<link rel="stylesheet" href="/page.css"><div id="chart"></div><div id="map"></div>
<script src="/vega/vega.js"></script><script src="/chart.js"></script>
<script type="module" src="/map.mjs"></script></html>"""
PAGES = {
    "/": ("text/html", PAGE),
    "/chart.js": ("text/javascript", CHART),
    "/map.mjs": ("text/javascript", MAP),
    "/page.css": ("text/css", "#map { width: 300px; height: 300px; }"),
}


class Handler(SimpleHTTPRequestHandler):
    """Serve the front-end files and the page above under the strict policy."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript"}

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def do_GET(self) -> None:
        if self.path not in PAGES:
            return super().do_GET()
        kind, text = PAGES[self.path]
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())
        return None

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the test tells what failed."""


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("localhost", 0), partial(Handler, directory=str(assets.VENDOR)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()


@pytest.mark.browser
def test_charts_and_maps_work_under_a_strict_policy(address: str, chromium: str) -> None:
    arguments = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page()
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto(address)
        until = monotonic() + 30
        while monotonic() < until and not page.evaluate(
            "(window.drawn || window.failed) && window.shown !== undefined"
        ):
            sleep(0.1)  # wait_for_function would need eval
        assert page.evaluate("window.failed") is None
        assert page.locator("#chart svg .mark-rect path").count() >= 2
        assert page.evaluate("window.shown") >= 1  # once per tile that the area lies in
        assert page.evaluate("window.violations") == []
        assert told == []
        browser.close()


def test_no_style_sheet_or_script_asks_for_a_file_that_is_not_there() -> None:
    lost = []
    for path in assets.VENDOR.rglob("*.css"):
        for target in re.findall(r"url\(\s*[\"']?([^\"')]+)", path.read_text(encoding="utf-8")):
            if not target.startswith(("data:", "#")) and not (path.parent / target).exists():
                lost.append(f"{path.name}: {target}")
    for path in (*assets.VENDOR.rglob("*.js"), *assets.VENDOR.rglob("*.mjs")):
        lost += [path.name for _ in re.findall("sourceMapping" + "URL=", path.read_text(encoding="utf-8")[-500:])]
    assert not lost


@pytest.mark.parametrize("face", assets.FACES)
def test_the_reports_fonts_have_every_letter_we_write(face: str) -> None:
    font = TTFont(assets.FONTS / f"FiraSans-{face}.ttf")
    assert font.sfntVersion == "\x00\x01\x00\x00"
    assert font["OS/2"].usWeightClass == assets.FACES[face][0]
    assert not [letter for letter in "ÄÖÜäöüß≥–…−×²" if ord(letter) not in font.getBestCmap()]


def test_every_front_end_file_brings_its_licence() -> None:
    folders = [folder for folder in assets.VENDOR.iterdir() if folder.is_dir()]
    assert not [folder.name for folder in folders if not list(folder.glob("LICENSE*"))]


def test_versions_are_exact() -> None:
    package = json.loads((assets.ROOT / "package.json").read_text(encoding="utf-8"))
    versions = (package["dependencies"] | package["devDependencies"]).values()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
