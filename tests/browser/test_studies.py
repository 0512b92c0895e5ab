"""A study in a real browser, done as a person would: begun from the overview, planned, people invited and heard."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.driven import HIRE, MODES, PASSWORD, judge, listen
from tests.site.running import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address(musterstadt):
    """Serve Musterstadt, where Rita does research and Anna administrates, too."""
    environment, folder = musterstadt
    hire = HIRE.replace(
        '("Paula", "planner"), ("Lena", "leader"), ("Vera", "releaser")',
        '("Rita", "researcher"), ("Anna", "administrator")',
    )
    settings = environment | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    subprocess.run([sys.executable, "-c", hire], env=settings, check=True)
    with running(environment, folder) as served:
        yield served.address


def entered(browser, address, name):
    """Return what the browser keeps after somebody signed in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/anmelden/")
    page.get_by_label("E-Mail").first.fill(f"{name}@musterstadt.example")
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda where: "/anmelden/" not in where)
    kept = context.storage_state()
    context.close()
    return kept


def save(page):
    page.get_by_role("button", name="Speichern", exact=True).click()


@pytest.fixture(scope="module")
def done(address, browser):
    """Do the whole job once as Paula; return her session and the address of the study."""
    state = entered(browser, address, "paula")
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    heard = listen(page, address)
    page.goto(f"{address}/uebersicht/")
    page.get_by_role("heading", name="Welche Quartiere sich abheben").wait_for()
    page.get_by_role("checkbox").nth(0).check()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="Studie mit diesen Gebieten beginnen").click()
    page.get_by_label("Titel").fill("Gespräche am Hafen")
    page.get_by_role("button", name="Beginnen", exact=True).click()
    page.get_by_text("Die Studie hat begonnen").wait_for()
    study = page.url

    page.get_by_role("link", name="Leitfragen ändern").click()
    page.get_by_label("Thema").first.fill("Herausforderungen und Bedarfe")
    page.get_by_label("Leitfragen, eine je Zeile").first.fill("Was fehlt im Quartier?\nWer wird nicht erreicht?")
    save(page)
    page.get_by_role("link", name="Arbeitspakete ändern").click()
    for n, (title, start, end) in enumerate(
        [("Vorbereitung", "2026-03-01", "2026-03-31"), ("Workshops in den Gebieten", "2026-05-04", "2026-06-30")]
    ):
        page.locator(f"#id_paket-{n}-title").fill(title)
        page.locator(f"#id_paket-{n}-start").fill(start)
        page.locator(f"#id_paket-{n}-end").fill(end)
    save(page)
    page.get_by_role("link", name="Erhebung festhalten").click()
    page.get_by_label("Methode").select_option(label="World-Café")
    page.get_by_label("Sozialraum oder Gebiet").select_option(index=1)
    page.get_by_label("Tag", exact=True).fill("2026-05-09")
    page.get_by_label("Teilnehmende").fill("8")
    page.get_by_label("Größe der Gruppen").fill("8")
    save(page)
    page.get_by_text("mehr als 6").wait_for()

    page.get_by_role("link", name="Einladungen").click()
    page.get_by_role("link", name="Kontakt hinzufügen").click()
    page.get_by_label("Name", exact=True).fill("Leitung der Beratungsstelle")
    page.get_by_label("Organisation").fill("Beratungsstelle Hafen")
    save(page)
    page.get_by_role("link", name="Leitung der Beratungsstelle").click()
    contact = page.url
    page.get_by_role("button", name="Versuch festhalten").click()
    page.get_by_text("Der Versuch ist festgehalten").wait_for()
    assert heard == []
    context.close()
    return state, study, contact


PAGES = {
    "studien": "../",
    "studie": "",
    "studie-fragen": "fragen/",
    "studie-plan": "plan/",
    "studie-gebiete": "gebiete/",
    "studie-team": "team/",
    "studie-uebergeben": "uebergeben/",
    "studie-loeschen": "loeschen/",
    "studie-erhebung": "erhebungen/neu/",
    "studie-einladungen": "einladungen/",
    "studie-kontakt": None,
    "studie-register-loeschen": "einladungen/loeschen/",
    "studie-ueberblick": "/uebersicht/",
}


@pytest.mark.parametrize("mode", MODES)
def test_the_pages_are_whole_and_accessible(address, browser, done, mode):
    (scheme, width), (state, study, contact) = MODES[mode], done
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=state)
    page = context.new_page()
    heard = listen(page, address)
    for name, rest in PAGES.items():
        where = contact if rest is None else address + rest if rest.startswith("/") else study + rest
        page.goto(where)
        assert "/anmelden/" not in page.url
        judge(page, f"{name}-{mode}")
    assert heard == []
    context.close()


def test_the_study_says_what_was_done(browser, done):
    state, study, _contact = done
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    page.goto(study)
    text = page.locator("main").inner_text()
    for words in ("Gespräche am Hafen", "Wer wird nicht erreicht?", "Workshops in den Gebieten", "Paula"):
        assert words in text, words
    assert page.locator(".gantt rect").count() == 2
    page.get_by_role("link", name="Abweichungsprofil").first.click()
    expect(page.locator("#profil")).to_have_count(1)
    assert "ausgabe=" in page.url
    context.close()


def test_a_collection_is_noted_and_corrected_by_keyboard_without_scripts(browser, done):
    state, study, _contact = done
    context = browser.new_context(storage_state=state, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{study}erhebungen/neu/")
    page.get_by_label("Methode").focus()
    page.keyboard.type("Fokus")
    page.get_by_label("Titel").focus()
    page.keyboard.type("Fokusgruppe")
    page.get_by_label("Größe der Gruppen").focus()
    page.keyboard.type("sechs")
    page.keyboard.press("Enter")
    assert "„sechs“ ist keine Größe einer Gruppe" in page.locator(".errors").inner_text()
    assert page.get_by_label("Titel").input_value() == "Fokusgruppe"
    page.get_by_label("Größe der Gruppen").fill("6")
    page.keyboard.press("Enter")
    assert "Fokusgruppe" in page.locator("#erhebungen + div").inner_text()
    context.close()


def test_others_find_no_study(address, browser, done):
    _state, study, _contact = done
    context = browser.new_context(storage_state=entered(browser, address, "vera"))
    page = context.new_page()
    assert page.goto(study).status in (403, 404)
    assert "Gespräche am Hafen" not in page.content()
    context.close()


@pytest.fixture(scope="module")
def handed_over(address, browser, done):
    """Let Paula begin a second study and hand it over to Rita; return its address."""
    context = browser.new_context(storage_state=done[0])
    page = context.new_page()
    heard = listen(page, address)
    page.goto(f"{address}/studien/neu/")
    page.get_by_label("Titel").fill("Nur zur Probe")
    page.get_by_role("button", name="Beginnen", exact=True).click()
    study = page.url
    page.get_by_role("link", name="Leitung übergeben").click()
    page.get_by_text("Sonst kann niemand im Team leiten").wait_for()
    page.get_by_role("main").get_by_role("link", name="Team ändern").click()
    page.get_by_label("Rita").select_option(label="erhebt und kodiert")
    save(page)
    page.get_by_role("link", name="Leitung übergeben").click()
    page.get_by_label("Wer von jetzt an leitet").select_option(label="Rita")
    page.get_by_label("liest").check()
    judge(page, "studie-uebergeben-gewaehlt")
    page.get_by_role("button", name="Übergeben").click()
    page.get_by_text("Rita leitet die Studie jetzt").wait_for()
    assert page.get_by_role("link", name="Studie löschen").count() == 0
    assert heard == []
    context.close()
    return study


NARROW = {"width": 320, "height": 900}


def test_the_administration_names_a_lead_unread_who_deletes_the_study(address, browser, done, handed_over):
    context = browser.new_context(storage_state=entered(browser, address, "anna"), viewport=NARROW)
    page = context.new_page()
    page.goto(f"{address}/menschen/")
    page.get_by_role("link", name="Rita").click()
    page.get_by_label("Darf sich anmelden").uncheck()
    save(page)
    page.goto(f"{address}/")
    judge(page, "start-studie-ohne-leitung")
    page.get_by_role("link", name="Studien ohne Leitung").click()
    page.wait_for_url("**/ohne-leitung/")
    judge(page, "studien-ohne-leitung")
    page.get_by_role("link", name="Nur zur Probe").click()
    page.get_by_label("Wer von jetzt an leitet").select_option(label="Paula")
    judge(page, "studie-leitung-benennen")
    page.get_by_role("button", name="Leiten lassen").click()
    page.get_by_text("Paula leitet die Studie jetzt").wait_for()
    assert page.goto(handed_over).status == 403
    context.close()

    context = browser.new_context(storage_state=done[0], viewport=NARROW)
    page = context.new_page()
    page.goto(handed_over)
    page.get_by_role("link", name="Studie löschen").click()
    page.get_by_label("Tippen Sie den Titel").fill("Nur so")
    page.get_by_label("Ich weiß").check()
    page.keyboard.press("Enter")
    page.get_by_text("nicht der Titel der Studie").first.wait_for()
    judge(page, "studie-loeschen-falsch")
    page.get_by_label("Tippen Sie den Titel").fill("Nur zur Probe")
    page.keyboard.press("Enter")
    page.get_by_text("endgültig gelöscht").wait_for()
    assert "Nur zur Probe" not in page.content()
    context.close()
