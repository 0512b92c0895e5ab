"""Map layers and a background map in a real browser, as planners and visitors use them."""

import json
import math
import re
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.driven import MODES, PASSWORD, judge
from tests.site.map_service import map_service
from tests.site.running import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIND = """
import django; django.setup()
from nahraum_site.places.models import Area
print(Area.objects.get(key="1306").geometry["coordinates"][0][0])
"""


def features(*shapes):
    found = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    return json.dumps({"type": "FeatureCollection", "features": found}).encode()


def streets(x, y):
    """Return a ring and rays around a place in the city; the rays reach far beyond it."""
    rays = [
        [[x, y], [x + 0.4 * math.cos(turn), y + 0.25 * math.sin(turn)]] for turn in [math.pi * n / 4 for n in range(8)]
    ]
    ring = [[x + 0.03 * math.cos(math.pi * n / 18), y + 0.02 * math.sin(math.pi * n / 18)] for n in range(37)]
    return features({"type": "MultiLineString", "coordinates": [*rays, ring]})


def park(x, y):
    ring = [[x + 0.012 * math.cos(math.pi * n / 9), y + 0.008 * math.sin(math.pi * n / 9)] for n in range(19)]
    return features({"type": "Polygon", "coordinates": [ring]})


@pytest.fixture(scope="module")
def service():
    with map_service() as server:
        yield server


@pytest.fixture(scope="module")
def place(musterstadt, service):
    """Serve Musterstadt with a background map; return the address and a place in the city."""
    environment, folder = musterstadt
    settings = environment | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    found = subprocess.run([sys.executable, "-c", FIND], env=settings, check=True, capture_output=True, text=True)
    map_settings = {
        "NAHRAUM_WMS": f"Stadt_plan={service.address}?layers=plan#© Vermessungsamt Musterstadt",
        "no_proxy": "127.0.0.1",
    }
    with running(environment | map_settings, folder) as site:
        yield site.address, json.loads(found.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def planner(place, browser):
    """Sign in once, and upload two layers as a person does."""
    address, (x, y) = place
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/anmelden/")
    page.get_by_label("E-Mail").first.fill("paula@musterstadt.example")
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda where: "/anmelden/" not in where)
    for name, content, kind, shown in (
        ("Hauptstraßen", streets(x, y), "streets", True),
        ("Parks", park(x, y), "green", False),
    ):
        page.goto(f"{address}/gebietsstaende/")
        page.get_by_role("link", name="Kartenebenen").click()
        page.get_by_role("link", name="Ebene hochladen").click()
        file = {"name": f"{name}.geojson", "mimeType": "application/json", "buffer": content}
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Hochladen").click()
        page.select_option("[name=kind]", kind)
        page.fill("[name=source]", "Stadt Musterstadt")
        page.fill("[name=licence]", "dl-de/by-2-0")
        page.set_checked("[name=shown]", shown)
        page.get_by_role("button", name="Auf die Stadt zuschneiden und speichern").click()
        expect(page.get_by_text(f"Gespeichert: {name}.")).to_be_visible()
    kept = context.storage_state()
    context.close()
    return kept


def opened(context, address, path, log=None):
    page = context.new_page()
    if log is not None:
        page.on("console", lambda message: log.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: log.append(f"error: {error}"))
        page.on("request", lambda request: log.append(f"request: {request.url}"))
    page.goto(address + path, wait_until="load")
    if path.startswith("/atlas/"):
        page.locator("html[data-layers=ready]").wait_for(timeout=20_000)
        page.wait_for_timeout(500)
    return page


def asked(log, part):
    return [line for line in log if line.startswith("request: ") and part in line]


def test_layers_are_switched_by_keyboard_fetched_once_and_remembered_in_the_address(place, planner, browser):
    address, _middle = place
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    log = []
    page = opened(context, address, "/atlas/", log)
    assert len(asked(log, "/karten/ebenen/")) == 1  # the parks are not fetched before anybody wants them
    legend = page.locator(".legend--layers li:visible")
    expect(legend).to_have_text(["Hauptstraßen (Stadt Musterstadt, dl-de/by-2-0)"])
    assert "ebenen" not in page.url
    page.locator("#ebenen summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Parks").focus()
    page.keyboard.press("Space")
    expect(legend).to_have_count(2)
    assert "ebenen=" in page.url
    for box in ("Parks", "Hauptstraßen", "Parks", "Parks"):
        page.get_by_label(box).focus()
        page.keyboard.press("Space")
    expect(legend).to_have_count(0)
    assert "ebenen=keine" in page.url
    assert "ebenen=keine" in page.locator("#dauerlink").input_value()
    assert len(asked(log, "/karten/ebenen/")) == 2
    page.select_option("#zeige", "unemployment")  # another view keeps the choice
    expect(page.locator("#karte-titel")).to_contain_text("rbeitslos")
    expect(legend).to_have_count(0)
    again = opened(context, address, page.url.removeprefix(address))
    expect(again.locator(".legend--layers li:visible")).to_have_count(0)
    assert [line for line in log if line.startswith("error")] == []
    context.close()


def test_a_background_comes_through_our_server_and_its_failure_is_told(place, planner, browser, service):
    address, _middle = place
    service.manner = "good"
    service.asked.clear()
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    log = []
    page = opened(context, address, "/atlas/", log)
    page.locator("#ebenen summary").click()
    page.select_option("#grund", "Stadt_plan")
    expect(page.get_by_text("© Vermessungsamt Musterstadt")).to_be_visible()
    assert "grund=Stadt_plan" in page.url
    for _ in range(100):
        if service.asked:
            break
        time.sleep(0.1)
    assert service.asked
    assert all("Chrom" not in headers["User-Agent"] for _path, headers in service.asked)
    assert [line for line in asked(log, "http") if not line.startswith(f"request: {address}")] == []
    expect(page.locator("[data-failing]")).to_be_hidden()
    service.manner = "html"
    for _ in range(2):
        page.get_by_role("button", name="Vergrößern").first.click()
        page.wait_for_timeout(400)
    page.select_option("#grund", "")
    page.select_option("#grund", "Stadt_plan")
    expect(page.get_by_text("Der Kartendienst antwortet gerade nicht")).to_be_visible()
    assert [line for line in log if line.startswith("error")] == []
    service.manner = "good"
    context.close()


def test_every_way_on_follows_what_is_chosen(place, planner, browser):
    """Steps of years, areas of a level and the other language: none leads back to an earlier view."""
    address, _middle = place
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = opened(context, address, "/atlas/?zeige=unemployment&ebene=social_space")
    page.select_option("#zeige", "sports")
    expect(page.locator("#karte-titel")).to_contain_text("Sportvereinen")
    page.locator("#ebenen summary").click()
    page.get_by_label("Hauptstraßen").uncheck()
    expect(page).to_have_url(re.compile("ebenen=keine"))
    for link in ("#rangliste a[data-level-link] >> nth=0", "#zeit-zurueck"):
        words = parse_qs(urlsplit(page.get_attribute(link, "href")).query)
        assert (words["zeige"], words["ebenen"]) == (["sports"], ["keine"]), link
    here = parse_qs(urlsplit(page.url).query)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert parse_qs(urlsplit(page.url).query) == here
    context.close()


STATES = {
    "ebenen-liste": "/gebietsstaende/ebenen/",
    "ebenen-hochladen": "/gebietsstaende/ebenen/neu/",
    "atlas-ebenen": "/atlas/?zeige=unemployment",
    "atlas-grund": "/atlas/?zeige=unemployment&grund=Stadt_plan",
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", STATES)
def test_a_page_is_whole_and_accessible(place, planner, browser, name, mode):
    (scheme, width), (address, _middle) = MODES[mode], place
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=planner)
    page = opened(context, address, STATES[name])
    if name == "atlas-ebenen":
        page.locator("#ebenen summary").click()
        page.get_by_label("Parks").check()
        page.wait_for_timeout(600)
    judge(page, f"{name}-{mode}")
    context.close()
