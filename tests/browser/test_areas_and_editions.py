"""Boundaries from upload to crosswalk, and an edition from draft to withdrawal, as people do it: by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driven import MODES, PASSWORD, judge
from tests.site.running import running
from tests.site.test_areas import grid

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUARTERS = [("0101", "Ufer", 0, 0, 1000, 1000), ("0102", "Markt", 1000, 0, 2000, 1000),
            ("0201", "Wald", 2000, 0, 3000, 1000)]  # fmt: skip
DISTRICTS = [("01", "West", 0, 0, 1600, 1000), ("02", "Ost", 1600, 0, 3000, 1000)]  # Markt reaches into Ost
SPLIT = [*QUARTERS[:2], ("0202", "Wald-Süd", 2000, 0, 3000, 400), ("0203", "Wald-Nord", 2000, 400, 3000, 1000)]
LONG = 120_000  # ms: an edition is computed


@pytest.fixture(scope="module")
def site(musterstadt):
    with running(*musterstadt) as served:
        yield served.address


@pytest.fixture(scope="module")
def enter(site, browser):
    """Return a function that gives a person's signed-in page; nothing foreign is asked, no error is said."""
    states, said = {}, []

    def page_of(name, **options):
        if name not in states:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{site}/anmelden/")
            page.fill("[name=login]", f"{name.lower()}@musterstadt.example")
            page.fill("[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda where: "/anmelden/" not in where)
            states[name] = context.storage_state()
            context.close()
        options = {"viewport": {"width": 1280, "height": 900}} | options
        page = browser.new_context(storage_state=states[name], **options).new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("filechooser", lambda _chooser: None)  # from the start: the first dialogue is not missed
        page.on("request", lambda asked: None if asked.url.startswith((site, "data:", "blob:")) else said.append(asked))
        return page

    yield page_of
    assert [each for each in said if "422" not in str(each)] == []


def reach(page, wanted, most=120):
    """Press Tab until an element has the focus."""
    for _ in range(most):
        if wanted.evaluate("each => each === document.activeElement"):
            return wanted
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by keyboard")


def press(page, wanted, key="Enter"):
    reach(page, wanted)
    page.keyboard.press(key)


def write(page, name, text):
    reach(page, page.locator(f"[name={name}]"))
    page.keyboard.type(text)


def choose(page, name, content, filename):
    """Choose a file as the keyboard does: Enter on the field opens the dialogue."""
    reach(page, page.locator(f"[name={name}]"))
    with page.expect_file_chooser() as dialogue:
        page.keyboard.press("Enter")
    dialogue.value.set_files({"name": filename, "mimeType": "application/json", "buffer": content})


def described(page, name):
    """Fill in what the columns mean; the guessed key and name columns stay."""
    for field, text in (("name", name), ("level", "Quartier"), ("level_2", "Stadtbezirk"), ("prefix_2", "2")):
        write(page, field, text)
    write(page, "above_key", "nr")
    write(page, "city", "Musterstadt")
    press(page, page.get_by_role("button", name="Prüfen und speichern"))


@pytest.fixture(scope="module")
def stored(site, enter):
    """Upload two versions by keyboard, look, confirm; return the addresses of the pages on the way."""
    page, found = enter("Paula"), {}
    for name, cells in (("Quartiere 2020", QUARTERS), ("Quartiere 2024", SPLIT)):
        page.goto(f"{site}/gebietsstaende/")
        press(page, page.get_by_role("link", name="Grenzen hochladen"))
        page.wait_for_url("**/gebietsstaende/neu/")
        choose(page, "file", grid(cells), "quartiere.geojson")
        choose(page, "above", grid(DISTRICTS), "bezirke.geojson")
        press(page, page.get_by_role("button", name="Hochladen"))
        page.wait_for_url(re.compile("/gebietsstaende/neu/[0-9a-f-]{36}/"))
        found.setdefault("describe", page.url.removeprefix(site))
        described(page, name)
        expect(page.locator(".issues")).to_contain_text("Markt (0102)")
        expect(page.locator("svg.outlines path.spot--not-in-parent")).to_have_count(1)
        assert page.locator("[name=city]").input_value() == "Musterstadt"
        press(page, page.locator("[name=seen]"), "Space")
        press(page, page.get_by_role("button", name="Prüfen und speichern"))
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        expect(page.locator("svg.outlines path.spot--not-in-parent")).to_have_count(1)
        found[name] = page.url.removeprefix(site)
    page.context.close()
    return found


def test_versions_are_compared_and_a_crosswalk_is_adopted_by_keyboard(site, enter, stored):
    page = enter("Paula")
    page.goto(site + stored["Quartiere 2024"])
    expect(page.get_by_text("4 × Quartier, 2 × Stadtbezirk, 1 × Stadt")).to_be_visible()
    press(page, page.get_by_role("link", name="Quartiere 2020"))
    expect(page.get_by_role("heading", name=re.compile("Geteilt"))).to_be_visible()
    expect(page.locator("main")).to_contain_text("2 Gebiete haben für die Jahre davor keinen Wert")
    stored["compare"] = page.url.removeprefix(site)
    with page.expect_download() as sent:
        press(page, page.get_by_role("link", name="Überleitung nach Fläche (CSV)"))
    table = sent.value.path().read_bytes()
    assert b"0201;0203;0.6" in table
    adopting = page.locator("form[action$='uebernehmen/']")
    reach(page, adopting.locator("[name=file]"))
    with page.expect_file_chooser() as dialogue:
        page.keyboard.press("Enter")
    dialogue.value.set_files({"name": "u.csv", "mimeType": "text/csv", "buffer": table})
    adopting.locator("[name=valid_to]").fill("2023-12-31")
    press(page, adopting.get_by_role("button", name="Mit dieser Überleitung speichern"))
    expect(page.locator("main")).to_contain_text("bis 31. Dezember 2023")
    page.context.close()


@pytest.mark.parametrize("mode", MODES)
def test_pages_of_areas_are_whole_and_accessible(site, enter, stored, mode):
    scheme, width = MODES[mode]
    page = enter("Paula", viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(f"{site}/gebietsstaende/neu/")
    judge(page, f"gebiete-hochladen-{mode}")
    page.goto(site + stored["describe"])
    described(page, "Noch einmal")
    expect(page.locator(".issues")).to_be_visible()
    page.wait_for_load_state()
    judge(page, f"gebiete-pruefen-{mode}")
    page.goto(site + stored["Quartiere 2020"])
    judge(page, f"gebiete-stand-{mode}")
    page.goto(f"{site}{stored['Quartiere 2024']}gegen/{stored['Quartiere 2020'].split('/')[2]}/")
    judge(page, f"gebiete-vergleich-{mode}")
    page.goto(f"{site}/gebietsstaende/")
    judge(page, f"gebiete-liste-{mode}")
    page.context.close()


def judged_in_all_modes(site, enter, who, path, name):
    for mode, (scheme, width) in MODES.items():
        page = enter(who, viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.goto(site + path)
        judge(page, f"ausgabe-{name}-{mode}")
        page.context.close()


def test_an_edition_from_draft_to_withdrawal(site, enter):
    planner, releaser = enter("Paula"), enter("Vera")
    judged_in_all_modes(site, enter, "Paula", "/ausgaben/neu/", "neu")
    planner.goto(f"{site}/ausgaben/")
    press(planner, planner.get_by_role("link", name="Entwurf erstellen"))
    write(planner, "reason", "Zahlen von 2025")
    press(planner, planner.get_by_role("button", name="Rechnen"))
    planner.wait_for_url(re.compile(r"/ausgaben/[0-9a-f-]{36}/"), timeout=LONG)
    path = planner.url.removeprefix(site)
    judged_in_all_modes(site, enter, "Paula", path, "entwurf")
    press(planner, planner.get_by_role("button", name="Vorlegen"))
    expect(planner.locator("main")).to_contain_text("wartet auf eine")
    expect(planner.get_by_role("button", name="Veröffentlichen")).to_have_count(0)

    judged_in_all_modes(site, enter, "Vera", path, "pruefung")
    releaser.goto(site + path)
    press(releaser, releaser.get_by_role("button", name="Zurückgeben"))
    assert releaser.url == site + path, "without words nothing is given back"
    write(releaser, "words", "Bitte den Grund genauer nennen.")
    press(releaser, releaser.get_by_role("button", name="Zurückgeben"))
    releaser.wait_for_url(f"{site}/ausgaben/")

    planner.goto(site + path)
    expect(planner.locator("main")).to_contain_text("Bitte den Grund genauer nennen.")
    press(planner, planner.get_by_role("button", name="Vorlegen"))
    expect(planner.locator("main")).to_contain_text("wartet auf eine")
    releaser.goto(site + path)
    write(releaser, "words", "Geprüft.")
    if releaser.locator("[name=confirmed]").count():
        press(releaser, releaser.locator("[name=confirmed]"), "Space")
    press(releaser, releaser.get_by_role("button", name="Veröffentlichen"))
    expect(releaser.locator(".lead")).to_contain_text("die geltende", timeout=LONG)
    judged_in_all_modes(site, enter, "Vera", path, "veroeffentlicht")
    releaser.goto(f"{site}/ausgaben/")
    expect(releaser.locator("main tbody tr")).to_have_count(2)
    expect(releaser.locator("main tbody tr").last).to_contain_text("abgelöst")

    releaser.goto(site + path)
    press(releaser, releaser.locator("summary", has_text="Diese Ausgabe zurückziehen"))
    write(releaser, "words", "Die Zahlen von 2025 waren vorläufig.")
    press(releaser, releaser.get_by_role("button", name="Zurückziehen"))
    expect(releaser.locator("main")).to_contain_text("Die Zahlen von 2025 waren vorläufig.")
    judged_in_all_modes(site, enter, "Vera", path, "zurueckgezogen")
    releaser.goto(f"{site}/ausgaben/")
    expect(releaser.locator("main tbody tr").last).to_contain_text("die geltende")
    judged_in_all_modes(site, enter, "Vera", "/ausgaben/", "liste")
    planner.context.close()
    releaser.context.close()
