"""The site in a real browser: nothing foreign, nothing broken, all by keyboard, in light, dark and narrow."""

import re
import time

import pytest

from tests.browser.driven import MODES, judge, listen
from tests.site.running import Running, environment_of

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

    folder = tmp_path_factory.mktemp("browser")
    served = Running(environment_of(folder / "var", None), folder, "--project", make(folder / "town"))
    yield served.address
    assert served.end() == 0


def opened(context, address, path):
    """Open a page and wait until its map and charts are drawn."""
    return drawn(context.new_page(), address, path)


def drawn(page, address, path):
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
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    heard = listen(page, site, "data:", "blob:")
    drawn(page, site, PAGES[name])
    judge(page, f"{name}-{mode}")
    assert [fault for fault in heard if fault.startswith("foreign") or "404" not in fault] == []
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
