"""The atlas of 447 areas in headless Chromium with software WebGL: first map, and what travels without libraries."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median

from benchmarks.process import NAHRAUM, ROOT
from benchmarks.row import Row

FLAGS = ["--no-sandbox", "--disable-background-networking", "--use-gl=angle", "--use-angle=swiftshader"]
DATA = "447 areas x 16 indicators x 10 years"


def main() -> list[Row]:
    """Serve a larger town and open its atlas in fresh browser contexts."""
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if chromium is None:
        return [Row(what="first map paint", data=DATA, skipped="no Chromium")]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        maker = [sys.executable, "-m", "tests.town.bigger", "447", "16", "10", str(folder / "town")]
        subprocess.run(maker, check=True, cwd=ROOT, capture_output=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        words = [NAHRAUM, "serve", "--project", folder / "town", "--port", str(port)]
        environment = {**os.environ, "NAHRAUM_VAR": str(folder / "var")}
        server = subprocess.Popen([str(word) for word in words], env=environment, stdout=subprocess.DEVNULL)
        try:
            address = f"http://localhost:{port}"
            _wait(address)
            times, kilobytes = _open(chromium, address)
        finally:
            server.terminate()
            server.wait()
    return [
        Row(what="first map paint", data=DATA, ours=median(times), promise=2.5),
        Row(what="transfer without libraries", data=DATA, ours=kilobytes, unit="kB", promise=500.0),
    ]


def _wait(address: str) -> None:
    for _ in range(1200):
        try:
            urllib.request.urlopen(address, timeout=1)
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _open(chromium: str, address: str) -> tuple[list[float], float]:
    from playwright.sync_api import sync_playwright

    times, sizes = [], 0.0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=[*FLAGS, "--enable-unsafe-swiftshader"])
        for _ in range(3):
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.goto(address + "/atlas/")
            while page.evaluate("document.documentElement.dataset.map") != "ready":
                time.sleep(0.02)
            times.append(page.evaluate("performance.now()") / 1000)
            sizes = page.evaluate(
                "[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]"
                ".filter(e => !e.name.includes('/vendor/')).reduce((sum, e) => sum + e.transferSize, 0) / 1000"
            )
        browser.close()
    return times, sizes
