"""The atlas in a real browser, as a person uses it: pointing, keeping, comparing, classing, taking along, framing."""

import functools
import http.server
import re
import threading
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.driven import MODES, judge, listen
from tests.site.running import free_port, running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STATES = {
    "atlas-jahre": "/atlas/?zeige=unemployment&neben_zeit=2018&gebiet=1306",
    "atlas-indikatoren": "/atlas/?zeige=unemployment&neben=sports&klassen=quantile&anzahl=4",
    "atlas-grenzen-falsch": "/atlas/?zeige=unemployment&klassen=eigene&grenzen=5;zehn",
    "atlas-sozialraum": "/atlas/?zeige=unemployment&raum=Hafen&farben=flieder",
    "atlas-ebene": "/atlas/?zeige=unemployment&ebene=social_space",
    "atlas-druck": "/atlas/druck/?zeige=unemployment&neben_zeit=2018",
    "gebiete-vergleich": "/gebiete/vergleich/?eins=1306&zwei=1101",
    "gebiet-aehnlich": "/gebiete/1101/",
    "einbetten": "/einbetten/atlas/?zeige=unemployment",
}


@pytest.fixture(scope="module")
def ports():
    return {"named": free_port(), "stranger": free_port()}


@pytest.fixture(scope="module")
def site(musterstadt, ports):
    """Serve Musterstadt; one other site may show its maps."""
    environment, folder = musterstadt
    named = {"NAHRAUM_EMBED": f"http://localhost:{ports['named']}"}
    with running(environment | named, folder) as served:
        yield served.address
        assert served.end() == 0


@pytest.fixture
def context(browser):
    found = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield found
    found.close()


def drawn(page, *wanted):
    """Wait until map and charts are drawn."""
    for _ in range(200):
        state = page.evaluate("({...document.documentElement.dataset})")
        if all(state.get(each) == "ready" for each in wanted):
            return page
        time.sleep(0.1)
    raise AssertionError(f"not drawn: {state}")


def opened(context, address, path, page=None):
    page = page or context.new_page()
    page.goto(address + path, wait_until="load")
    wanted = {"/atlas/": ("map", "chart"), "/einbetten/atlas/": ("map",), "/atlas/druck/": ()}
    return drawn(page, *wanted.get(path.partition("?")[0], ("charts",)))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", STATES)
def test_a_state_is_whole_accessible_and_asks_nobody_else(site, browser, name, mode):
    scheme, width = MODES[mode]
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    heard = listen(page, site, "data:", "blob:")
    opened(context, site, STATES[name], page)
    judge(page, f"{name}-{mode}")
    assert heard == []
    context.close()


def chosen(page):
    rows = page.locator("#rangliste tr.is-chosen")
    return rows.first.get_attribute("data-key") if rows.count() else ""


def test_a_click_on_the_map_keeps_an_area_and_escape_lets_go(site, context):
    page = opened(context, site, "/atlas/")
    box = page.locator("#karte").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.3)
    expect(page.locator("#rangliste tr.is-chosen")).to_have_count(1)
    key = chosen(page)
    assert f"gebiet={key}" in page.url
    assert f"gebiet={key}" in page.locator("#dauerlink").input_value()
    page.locator("#rangliste tbody tr").nth(5).hover()
    page.mouse.move(5, 5)
    assert chosen(page) == key  # pointing elsewhere does not let go
    assert page.locator(f'#rangliste tr[data-key="{key}"]').get_attribute("data-label") in page.inner_text("#zeiger")
    again = opened(context, site, page.url.removeprefix(site))
    assert chosen(again) == key
    again.keyboard.press("Escape")
    assert chosen(again) == ""
    assert "gebiet" not in again.url


def test_the_keyboard_keeps_an_area_and_lets_it_go(site, context):
    page = opened(context, site, "/atlas/")
    link = page.locator("#rangliste tbody tr a").nth(2)
    link.focus()
    key = page.locator("#rangliste tbody tr").nth(2).get_attribute("data-key")
    page.keyboard.press("Space")
    assert chosen(page) == key
    assert page.input_value("#gebiet") == key
    page.keyboard.press("Tab")
    assert chosen(page) == key
    page.locator("#loesen").focus()
    page.keyboard.press("Enter")
    assert chosen(page) == ""
    assert page.evaluate("document.activeElement.closest('tr').dataset.key") == key
    page.locator("details.options summary").click()
    page.select_option("#gebiet", "1306")
    assert chosen(page) == "1306"


def test_years_go_by_with_the_arrow_keys_and_are_announced(site, context):
    page = opened(context, site, "/atlas/?zeige=unemployment")
    slider = page.locator("#zeitregler")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#karte-titel")).to_contain_text("2023")
    drawn(page, "map", "chart")
    assert "zeit=2023" in page.url
    assert page.locator("#zeitregler").get_attribute("aria-valuetext") == "2023"
    assert page.locator("#ansage").inner_text().endswith("2023")
    assert page.evaluate("document.activeElement.id") == "zeitregler"
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#karte-titel")).to_contain_text("2022")
    page.click("#zeit-weiter")
    expect(page.locator("#karte-titel")).to_contain_text("2023")
    assert page.evaluate("document.activeElement.id") == "zeit-weiter"


def test_the_kept_area_stays_when_another_indicator_is_chosen(site, context):
    page = opened(context, site, "/atlas/?gebiet=1306")
    page.select_option("#zeige", "sports")
    expect(page.locator("#karte-titel")).to_contain_text("Sportvereinen")
    drawn(page, "map", "chart")
    assert chosen(page) == "1306"
    assert "gebiet=1306" in page.url


def test_a_level_is_chosen_pointed_at_and_left_again(site, context):
    page = context.new_page()
    heard = listen(page, site, "data:", "blob:")
    opened(context, site, "/atlas/?zeige=unemployment", page)
    finest = page.locator("#rangliste tbody tr").count()
    page.locator("summary", has_text="Vergleichen").click()
    page.select_option("#ebene", "district")
    expect(page).to_have_url(re.compile("ebene=district"))
    drawn(page, "map", "chart")
    rows = page.locator("#rangliste tbody tr")
    expect(page.locator("#karte-titel")).to_contain_text("Bezirk")
    assert 1 < rows.count() < 10
    page.locator("#karte").scroll_into_view_if_needed()
    box = page.locator("#karte").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.3)
    expect(page.locator("#rangliste tr.is-chosen")).to_have_count(1)
    key = chosen(page)
    assert page.input_value("#gebiet") == key
    assert page.locator("#gebiet option").count() == rows.count() + 1
    page.select_option("#ebene", "")
    expect(page.locator("#rangliste tbody tr")).to_have_count(finest)
    drawn(page, "map", "chart")
    assert heard == []


def test_two_years_two_maps_and_a_difference(site, context):
    page = opened(context, site, "/atlas/?zeige=unemployment")
    page.locator("details.options summary").click()
    page.select_option("#neben_zeit", "2018")
    expect(page.locator("#karte-2")).to_have_count(1)
    drawn(page, "map", "chart")
    expect(page.locator("#rangliste thead")).to_contain_text("Veränderung von 2018 bis 2024 (Prozentpunkte)")
    assert "neben_zeit=2018" in page.url
    page.locator("#karte-2").scroll_into_view_if_needed()
    box = page.locator("#karte-2").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.3)
    expect(page.locator("#rangliste tr.is-picked")).to_have_count(1)
    page.select_option("#zweite", "jahr")
    expect(page.locator("#karte-2-titel")).to_contain_text("2018")
    page.select_option("#neben_zeit", "")
    expect(page.locator("#karte-2")).to_have_count(0)


def test_own_limits_are_typed_and_a_mistake_is_kept(site, context):
    page = opened(context, site, "/atlas/?zeige=unemployment")
    page.locator("details.options summary").click()
    page.select_option("#klassen", "eigene")
    page.locator("#grenzen").fill("5; zehn")
    page.keyboard.press("Tab")
    expect(page.locator("#grenzen-fehler")).to_contain_text("„zehn“ ist keine Zahl")
    assert page.input_value("#grenzen") == "5; zehn"
    page.locator("#grenzen").fill("5; 10,5")
    page.keyboard.press("Enter")
    expect(page.locator(".legend").first).to_contain_text("5,0 bis 10,5 %")
    expect(page.locator("#grenzen-fehler")).to_have_count(0)


def test_the_view_is_taken_along_as_files(site, context, tmp_path):
    page = opened(context, site, "/atlas/?zeige=unemployment&gebiet=1306")
    for words, start in (
        ("Karte als Bild (PNG)", b"\x89PNG"),
        ("Karte zum Weiterbearbeiten (SVG)", b"<svg"),
        ("Tabelle (CSV)", b"Nr.;"),
        ("Tabelle (Excel)", b"PK"),
        ("Karte mit Werten für GIS (GeoPackage)", b"SQLite format 3"),
    ):
        with page.expect_download() as found:
            page.get_by_role("link", name=words, exact=True).click()
        assert Path(found.value.path()).read_bytes().startswith(start), words


def test_without_script_years_and_limits_still_work(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/atlas/?zeige=unemployment&zeit=2020&klassen=eigene&grenzen=5")
    page.click("#zeit-weiter")
    assert page.locator("#karte-titel").inner_text().endswith("2021")
    page.fill("#grenzen", "6")
    page.locator("noscript button, form.choose button").first.click()
    assert "grenzen=6" in page.url
    assert "bis 6,0" in page.locator(".legend").inner_text()
    context.close()


@pytest.fixture
def other_site(tmp_path):
    """Serve a page of another site that holds the map in a frame; return a function port -> address."""
    servers = []

    def serve(port, inside):
        folder = tmp_path / str(port)
        folder.mkdir()
        (folder / "index.html").write_text(f'<!doctype html><iframe width="700" height="600" src="{inside}"></iframe>')
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("localhost", port), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://localhost:{port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_only_a_named_site_may_show_the_map_in_a_frame(site, context, ports, other_site):
    inside = f"{site}/einbetten/atlas/?zeige=unemployment"
    page = context.new_page()
    page.goto(other_site(ports["named"], inside), wait_until="load")
    frame = page.frame_locator("iframe")
    expect(frame.locator("#karte-titel")).to_contain_text("Arbeitslose")
    expect(frame.locator("#karte canvas")).to_have_count(1)
    page = context.new_page()
    log = []
    page.on("console", lambda message: log.append(message.text))
    page.goto(other_site(ports["stranger"], inside), wait_until="load")
    for _ in range(50):
        if log:
            break
        time.sleep(0.1)
    assert any("frame-ancestors" in line for line in log)
    assert page.frame_locator("iframe").locator("#karte-titel").count() == 0


def test_an_area_leads_to_similar_areas_and_side_by_side(site, context):
    page = opened(context, site, "/gebiete/1101/")
    name = page.locator("h1").inner_text()
    page.get_by_role("link", name=re.compile("nebeneinander")).first.click()
    drawn(page, "charts")
    assert name.partition(" (")[0] in page.locator("h1").inner_text()
    assert page.locator("#profil-diagramm svg").count() == 1
