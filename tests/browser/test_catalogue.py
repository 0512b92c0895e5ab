"""Catalogue and deliveries in a real browser: by keyboard, without scripts, in light, dark and narrow."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.driven import MODES, PASSWORD, judge, listen
from tests.site.running import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIND = """
import django; django.setup()
from nahraum_site.indicators.models import Batch
print(Batch.objects.get(key="jobs").uuid)
"""


@pytest.fixture(scope="module")
def place(musterstadt):
    """Serve Musterstadt; return the address and the uuid of a delivery."""
    environment, folder = musterstadt
    settings = environment | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    found = subprocess.run([sys.executable, "-c", FIND], env=settings, check=True, capture_output=True, text=True)
    with running(environment, folder) as served:
        yield served.address, found.stdout.split()[-1]


@pytest.fixture(scope="module")
def state(place, browser):
    """Sign in once, and return what the browser keeps."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{place[0]}/anmelden/")
    page.get_by_label("E-Mail").first.fill("paula@musterstadt.example")
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda where: "/anmelden/" not in where)
    kept = context.storage_state()
    context.close()
    return kept


PAGES = {
    "katalog": "/indikatoren/",
    "blatt": "/indikatoren/child_poverty/",
    "blatt-gebiete": "/indikatoren/child_poverty/gebiete/",
    "blatt-werte": "/indikatoren/child_poverty/werte/",
    "blatt-aendern": "/indikatoren/child_poverty/bearbeiten/",
    "blatt-stilllegen": "/indikatoren/child_poverty/ruhestand/",
    "lebenslagen": "/indikatoren/lebenslagen/",
    "lieferungen": "/lieferungen/",
    "lieferung": "/lieferungen/{batch}/",
    "lieferung-zurueckziehen": "/lieferungen/{batch}/zurueckziehen/",
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_accessible(place, browser, state, name, mode):
    (scheme, width), (address, batch) = MODES[mode], place
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=state)
    page = context.new_page()
    heard = listen(page, address)
    page.goto(address + PAGES[name].format(batch=batch))
    assert page.url == address + PAGES[name].format(batch=batch)  # not the sign-in page
    judge(page, f"{name}-{mode}")
    assert heard == []
    context.close()


def test_an_indicator_is_found_and_changed_without_scripts_by_keyboard(place, browser, state):
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{place[0]}/indikatoren/")
    page.locator("#suche").focus()
    page.keyboard.type("sportvereinen")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Kinder und Jugendliche in Sportvereinen").press("Enter")
    page.get_by_role("link", name="Ändern").press("Enter")
    page.locator("textarea[name=numerator]").fill("sports_member")
    page.locator("textarea[name=comment]").fill("Geprüft")
    page.get_by_role("button", name="Speichern").press("Enter")
    assert "Meinten Sie „sports_members" in page.locator("main").inner_text()
    assert page.locator("textarea[name=comment]").input_value() == "Geprüft"
    page.locator("textarea[name=numerator]").fill("sports_members")
    page.get_by_role("button", name="Weitere Zeilen").press("Enter")
    assert page.locator("textarea[name=comment]").input_value() == "Geprüft"
    page.get_by_role("button", name="Speichern").press("Enter")
    text = page.locator("main").inner_text()
    assert "Gespeichert." in text
    assert "Paula: geändert" in text
    context.close()


def test_a_delivery_is_read_page_by_page_and_withdrawn(place, browser, state):
    address, batch = place
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    page.goto(f"{address}/lieferungen/{batch}/")
    page.get_by_role("link", name="nächste Seite").click()
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_role("link", name="vorige Seite").click()
    with page.expect_download() as caught:
        page.get_by_role("link", name="Datei herunterladen").click()
    assert caught.value.suggested_filename == "arbeitsmarkt.csv"
    page.get_by_role("link", name="Zurückziehen …").click()
    page.get_by_label("Grund").fill("Probe")
    page.get_by_role("button", name="Zurückziehen").click()
    expect(page.locator("main")).to_contain_text("Zurückgezogen am")
    page.goto(f"{address}/indikatoren/?stand=offen")
    assert "Keine Lieferung enthält" in page.locator("main").inner_text()
    context.close()
