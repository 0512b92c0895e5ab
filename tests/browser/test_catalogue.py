"""Catalogue and deliveries in a real browser: by keyboard, without scripts, in light, dark and narrow."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.browser.driven import AXE, MODES, PASSWORD, SHOTS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PREPARE = f"""
import sys, django
django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from pathlib import Path
from nahraum_site.accounts.models import Assignment, User
from nahraum_site.indicators.models import Batch
from nahraum_site.reports.actions import publish_project
publish_project(Path(sys.argv[1]), None, lambda _step, _share: None)
user = User.objects.create_user("planung@musterstadt.example", {PASSWORD!r}, name="Petra Planung")
Assignment.objects.create(user=user, role="planner")
print(Batch.objects.get(key="jobs").uuid)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Serve Musterstadt with a planner; return the address and the uuid of a delivery."""
    from tests.town.make import make

    project = make(tmp_path_factory.mktemp("catalogue-town"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NAHRAUM_", "DJANGO_"))}
    environment |= {
        "NAHRAUM_VAR": str(tmp_path_factory.mktemp("catalogue-var")),
        "DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings",
    }
    made = subprocess.run(
        [sys.executable, "-c", PREPARE, project], env=environment, check=True, capture_output=True, text=True
    )
    server = subprocess.Popen(
        [sys.executable, "-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}"],
        env=environment | {"NAHRAUM_DEBUG": "1"},
    )
    address = f"http://localhost:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=1)
            break
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.1)
    yield address, made.stdout.split()[-1]
    server.terminate()
    server.wait(timeout=10)


@pytest.fixture(scope="module")
def state(place, browser):
    """Sign in once, and return what the browser keeps."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{place[0]}/anmelden/")
    page.get_by_label("E-Mail").first.fill("planung@musterstadt.example")
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
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True, storage_state=state
    )
    page, log = context.new_page(), []
    page.on("console", lambda message: log.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: log.append(f"error: {error}"))
    page.on("request", lambda request: log.append(f"request: {request.url}"))
    page.goto(address + PAGES[name].format(batch=batch))
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{mode}.png", full_page=True)
    assert page.url == address + PAGES[name].format(batch=batch)  # not the sign-in page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [line for line in log if line.startswith("error")] == []
    assert [line for line in log if line.startswith("request: ") and not line.startswith(f"request: {address}")] == []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
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
    assert "Petra Planung: geändert" in text
    context.close()


def test_a_delivery_is_read_page_by_page_and_withdrawn(place, browser, state):
    address, batch = place
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    page.goto(f"{address}/lieferungen/{batch}/")
    page.get_by_role("link", name="nächste Seite").click()
    assert page.locator("tbody tr").count() == 50
    page.get_by_role("link", name="vorige Seite").click()
    with page.expect_download() as caught:
        page.get_by_role("link", name="Datei herunterladen").click()
    assert caught.value.suggested_filename == "arbeitsmarkt.csv"
    page.get_by_role("link", name="Zurückziehen …").click()
    page.get_by_label("Grund").fill("Probe")
    page.get_by_role("button", name="Zurückziehen").click()
    assert "Zurückgezogen am" in page.locator("main").inner_text()
    page.goto(f"{address}/indikatoren/?stand=offen")
    assert "Keine Lieferung enthält" in page.locator("main").inner_text()
    context.close()
