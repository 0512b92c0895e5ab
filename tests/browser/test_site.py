"""The site in a real browser: nothing foreign, nothing broken, all by keyboard, in light, dark and narrow."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browser.driven import AXE, MODES, SHOTS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = {
    "start": "/",
    "atlas": "/atlas/",
    "gebiete": "/gebiete/",
    "gebiet": "/gebiete/1306/",
    "methode": "/methode/",
    "bericht": "/bericht/",
    "fehlt": "/nirgends/",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Serve Musterstadt as a user would, and make sure that nothing is left when it ends."""
    from tests.town.make import make

    project = make(tmp_path_factory.mktemp("browser-town"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NAHRAUM_", "DJANGO_"))}
    environment["NAHRAUM_VAR"] = str(tmp_path_factory.mktemp("browser-var"))
    nahraum = Path(sys.executable).with_name("nahraum")
    server = subprocess.Popen([nahraum, "serve", "--project", project, "--port", str(port)], env=environment)
    address = f"http://localhost:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=1)
            break
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.1)
    yield address
    server.terminate()
    assert server.wait(timeout=10) == 0


def opened(context, address, path, *, log=None):
    """Open a page and wait until its map and charts are drawn."""
    page = context.new_page()
    if log is not None:
        page.on("console", lambda message: log.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: log.append(f"error: {error}"))
        page.on("request", lambda request: log.append(f"request: {request.url}"))
    page.goto(address + path)
    wanted = {"/atlas/": ("map", "chart"), "/gebiete/1306/": ("charts",)}.get(path.partition("?")[0], ())
    for _ in range(150):
        state = page.evaluate("({...document.documentElement.dataset})")
        if all(state.get(each) == "ready" for each in wanted):
            return page
        time.sleep(0.1)
    raise AssertionError(f"{path} was not drawn: {state}")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_accessible_and_asks_nobody_else(site, browser, name, mode):
    scheme, width = MODES[mode]
    log = []
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = opened(context, site, PAGES[name], log=log)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{mode}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    foreign = [
        line
        for line in log
        if line.startswith("request: ")
        and not line.startswith((f"request: {site}", "request: data:", "request: blob:"))
    ]
    assert foreign == []
    faults = [line for line in log if line.startswith("error") and "404" not in line]
    assert faults == []
    context.close()
    # axe needs to be let in; the policy itself was in force above
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page = opened(context, site, PAGES[name])
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    assert len(found["passes"]) > 10
    context.close()


@pytest.fixture
def context(browser):
    found = browser.new_context(viewport={"width": 1280, "height": 900})
    yield found
    found.close()


def test_map_table_and_chart_point_at_the_same_area(site, context):
    page = opened(context, site, "/atlas/")
    row = page.locator("#rangliste tbody tr").nth(3)
    row.hover()
    assert "is-picked" in row.get_attribute("class")
    assert row.locator("a").inner_text() in page.locator("#zeiger").inner_text()
    box = page.locator("#karte").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.3)
    for _ in range(30):
        picked = page.locator("#rangliste tr.is-picked")
        if picked.count() and picked.first.get_attribute("data-key") != row.get_attribute("data-key"):
            break
        time.sleep(0.1)
    name = picked.first.locator("a").inner_text()
    assert name in page.locator("#zeiger").inner_text()
    assert page.locator("#diagramm svg").count() == 1


def test_the_keyboard_alone_leads_from_start_to_an_area(site, context):
    page = opened(context, site, "/atlas/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('#rangliste')"):
            break
    row = page.evaluate("document.activeElement.closest('tr').dataset.key")
    assert page.evaluate("document.activeElement.closest('tr').classList.contains('is-picked')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/gebiete/{row}/"))
    assert page.evaluate("document.activeElement !== null")


def test_choosing_an_indicator_changes_map_table_chart_and_address(site, context):
    page = opened(context, site, "/atlas/")
    before = page.locator("#rangliste tbody tr").first.inner_text()
    page.select_option("#zeige", "sports")
    for _ in range(100):
        address = page.evaluate("location.href")
        if "zeige=sports" in address:
            break
        time.sleep(0.1)
    assert "zeige=sports" in address
    title = page.locator("#karte-titel").inner_text()
    assert title.startswith("Kinder und Jugendliche in Sportvereinen")
    assert page.locator("#rangliste tbody tr").first.inner_text() != before
    again = opened(context, site, address.removeprefix(site))
    assert again.locator("#karte-titel").inner_text() == title


def test_without_script_the_atlas_is_a_form_and_a_table(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/atlas/?zeige=unemployment&zeit=2018")
    assert page.locator("#rangliste tbody tr").count() == 77
    assert page.locator("noscript button, form.choose button").count() >= 1
    context.close()


def test_dark_is_remembered(site, context):
    page = opened(context, site, "/")
    page.click("#theme")
    assert page.evaluate("document.documentElement.dataset.kernTheme") == "dark"
    assert opened(context, site, "/methode/").evaluate("document.documentElement.dataset.kernTheme") == "dark"
