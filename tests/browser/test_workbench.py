"""The workbench in a real browser: by mouse, by keyboard, without scripts, in light, dark and narrow."""

import pytest
from playwright.sync_api import expect

from tests.browser.driven import MODES, SHOTS, judge
from tests.browser.test_catalogue import place, state  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(place, browser, state):  # noqa: F811
    context = browser.new_context(storage_state=state, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.faults = []
    # a newer question replaces one that is still on its way: htmx calls that an error, too; real ones have other names
    replaced = ("htmx:afterRequest", "htmx:sendAbort")
    page.on(
        "console",
        lambda message: (
            page.faults.append(message.text)
            if message.type == "error" and not message.text.startswith(replaced)
            else None
        ),
    )
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(f"{place[0]}/werkstatt/")
    yield page
    assert page.faults == []
    context.close()


def answered(page, change):
    with page.expect_response(lambda answer: "/werkstatt/probe/" in answer.url and "ganz" not in answer.url):
        change()
    expect(page.locator("#ergebnis")).to_have_attribute("aria-busy", "false")


def opened(page, title):
    page.locator("details.sheet", has=page.locator("summary", has_text=title)).first.locator("summary").click()


def test_minimum_of_300_set_and_unset_names_every_change_of_rank(page):
    ranks = "rows => Object.fromEntries(rows.map(row => [row.dataset.area, row.cells[0].textContent]))"
    before = page.locator("tr[data-area]").evaluate_all(ranks)
    opened(page, "Auswahl der Gebiete")
    answered(page, lambda: page.select_option("#gegen", index=1))
    field = page.locator("[id='steps.0.min_inhabitants']")
    answered(page, lambda: (field.fill("300"), field.press("Tab")))
    after = page.locator("tr[data-area]").evaluate_all(ranks)
    moved = [key for key in before if after[key] not in ("–", before[key])]
    dropped = [key for key in before if after[key] == "–" and before[key] != "–"]
    assert moved
    assert dropped
    page.locator("summary", has_text="Jede Änderung eines Ranges").click()
    told = page.locator("details", has=page.locator("summary", has_text="Jede Änderung eines Ranges")).locator("li")
    assert len([text for text in told.all_inner_texts() if text.strip() != "Keine."]) >= len(moved)
    page.screenshot(path=SHOTS / "werkstatt-vergleich.png", full_page=True)
    answered(page, lambda: (field.fill("0"), field.press("Tab")))
    assert page.locator("tr[data-area]").evaluate_all(ranks) == before


def test_an_area_clicked_on_the_map_shows_its_profile_and_a_wrong_text_is_marked_where_it_stands(page):
    shape = page.locator(".bench__map path").nth(7)
    key = shape.get_attribute("data-area")
    answered(page, lambda: shape.dispatch_event("click"))
    assert page.locator("#gebiet").input_value() == key
    assert page.locator(f"tr[data-area='{key}']").get_attribute("aria-current") == "true"
    opened(page, "Fehlende Werte")
    field = page.locator("[id='steps.1.min_share']")
    answered(page, lambda: (field.fill("viel"), field.press("Tab")))
    assert field.get_attribute("aria-invalid") == "true"
    assert page.locator("#fehler").is_visible()
    assert field.input_value() == "viel"
    answered(page, lambda: (field.fill("0,5"), field.press("Tab")))
    assert field.get_attribute("aria-invalid") is None


@pytest.mark.parametrize("mode", list(MODES))
def test_every_state_is_accessible_and_pleasant(place, browser, state, mode):  # noqa: F811
    scheme, width = MODES[mode]
    viewport = {"width": width, "height": 900}
    context = browser.new_context(storage_state=state, viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    for name, path in (("werkstatt", "/werkstatt/"), ("fassungen", "/werkstatt/fassungen/")):
        page.goto(f"{place[0]}{path}")
        for each in page.locator("details.sheet").all():
            each.evaluate("each => each.open = true")
        judge(page, f"{name}-{mode}")
    context.close()


def test_without_scripts_all_of_it_works(place, browser, state):  # noqa: F811
    context = browser.new_context(storage_state=state, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{place[0]}/werkstatt/")
    page.locator("summary", has_text="Auswahl der Gebiete").click()
    page.locator("[id='steps.0.min_inhabitants']").fill("300")
    with page.expect_navigation():
        page.get_by_role("button", name="Rechnen").first.click()
    assert page.locator("tr[data-area]").count() > 70
    assert page.locator("[id='steps.0.min_inhabitants']").input_value() in ("300", "300.0")
    context.close()
