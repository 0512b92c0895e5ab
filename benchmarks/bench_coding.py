"""The coding page in headless Chromium: how long a text takes to open, and a keystroke to code, by its codings."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.process import ROOT
from benchmarks.row import Row
from tests.browser.driven import FLAGS, PASSWORD
from tests.browser.test_coding import SEED
from tests.site.coding_fixtures import SAID
from tests.site.running import environment_of, running

TIMES = 5
TEXTS = (("tausend", "1,000 codings in 125 paragraphs", 1.0), ("viele", "5,000 codings in 127 paragraphs", None))
CODE = """() => new Promise(done => {
    const begin = performance.now();
    document.querySelector('#nummern button').click();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begin)));
})"""


def main() -> list[Row]:
    """Serve a study with two long texts; open each some times, and code a stretch with the keyboard."""
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if chromium is None:
        return [Row(what="text opened to code", data=TEXTS[0][1], skipped="no Chromium")]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        environment = environment_of(folder / "var", None)
        settings = environment | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
        words = [sys.executable, "-c", SEED, PASSWORD, SAID]
        with running(environment, folder) as site:
            seeded = subprocess.run(words, env=settings, check=True, capture_output=True, text=True, cwd=ROOT)
            found = json.loads(seeded.stdout.splitlines()[-1])
            return _measured(chromium, site.address, found)


def _measured(chromium: str, address: str, found: dict[str, Any]) -> list[Row]:
    from playwright.sync_api import sync_playwright

    rows = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.goto(f"{address}/anmelden/")
        page.fill("[name=login]", "cem@musterstadt.example")
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_load_state()
        for key, data, promise in TEXTS:
            opened, coded = zip(*(_once(page, f"{address}/studien/{found['study']}/texte/{found[key]}/kodieren/")
                                  for _ in range(TIMES)), strict=True)  # fmt: skip
            rows += [
                Row(what="text opened to code", data=data, ours=median(opened), promise=promise),
                Row(what="... stretch coded, until it is drawn", data=data, ours=median(coded)),
            ]
        browser.close()
    return rows


def _once(page: Any, address: str) -> tuple[float, float]:
    page.goto(address)
    page.wait_for_selector("html[data-coding=ready]")
    opened = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    page.locator("#text").focus()
    for key in ("Control+Home", *["Shift+ArrowRight"] * 20):
        page.keyboard.press(key)
    coded = page.evaluate(CODE)
    page.get_by_text("Alles ist gespeichert.").wait_for(state="attached")
    return opened / 1000, coded / 1000
