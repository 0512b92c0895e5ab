"""Files dropped anywhere on the dashed box arrive, several at once; beside it nothing is opened."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.driven import HIRE, PASSWORD
from tests.site.running import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DROP = """(named) => {
    const held = new DataTransfer();
    for (const [name, text] of named) held.items.add(new File([text], name));
    return held;
}"""
AREAS = '{"type": "FeatureCollection", "features": []}'


@pytest.fixture(scope="module")
def page(browser, empty_site):
    environment, folder = empty_site
    with running(environment, folder) as served:
        settings = environment | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
        subprocess.run([sys.executable, "-c", HIRE], env=settings, check=True)
        page = browser.new_context(base_url=served.address, locale="de-DE").new_page()
        page.goto("/anmelden/")
        page.fill("[name=login]", "paula@musterstadt.example")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda where: "/anmelden/" not in where)
        yield page


def drop(page, at, *named):
    """Drop files as a browser does; return whether the browser would have opened them itself."""
    held = page.evaluate_handle(DROP, list(named))
    opened = page.evaluate(
        """([at, held]) => {
            const place = document.querySelector(at);
            const event = (kind) => new DragEvent(kind, { dataTransfer: held, bubbles: true, cancelable: true });
            place.dispatchEvent(event("dragover"));
            return place.dispatchEvent(event("drop"));
        }""",
        [at, held],
    )
    return bool(opened)


def names(page, field):
    return page.locator(f"input[name={field}]").evaluate("field => [...field.files].map(file => file.name)")


def test_tables_dropped_on_the_box_are_uploaded_together(page):
    page.goto("/einlesen/")
    assert drop(page, "form.drop label", ("a.csv", "nr;a\n01;5\n02;6\n"), ("b.csv", "nr;b\n01;7\n02;8\n")) is False
    assert names(page, "files") == ["a.csv", "b.csv"]
    page.get_by_role("button", name="Hochladen", exact=True).click()
    expect(page.locator("main")).to_contain_text("a.csv")
    expect(page.locator("main")).to_contain_text("b.csv")


def test_boundaries_dropped_on_the_box_fill_one_field_after_the_other(page):
    page.goto("/gebietsstaende/neu/")
    assert drop(page, "form.drop", ("quartiere.geojson", AREAS)) is False
    assert (names(page, "file"), names(page, "above")) == (["quartiere.geojson"], [])
    assert drop(page, "form.drop", ("sozialraeume.geojson", AREAS)) is False
    assert (names(page, "file"), names(page, "above")) == (["quartiere.geojson"], ["sozialraeume.geojson"])


def test_a_file_dropped_beside_the_box_changes_nothing(page):
    page.goto("/einlesen/")
    assert drop(page, "h1", ("a.csv", "nr;a\n")) is False
    assert names(page, "files") == []
