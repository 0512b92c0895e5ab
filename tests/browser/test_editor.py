"""The report editor and the leaders' page in a real browser, as a planner, a leader and a releaser use them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.driven import MODES, PASSWORD, SHOTS, judge
from tests.site.running import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEXT = """Im {{gebiet: 1306}} sind **{{wert: unemployment | 1306}}** arbeitslos, in der Stadt {{wert: unemployment}}.

## Was das heißt

- Der Hafen liegt über der Stadt.
- Wie stark, zeigt das Bild.

{{karte: unemployment | | 1306}}

{{profil: 1306}}

Hier fehlt noch {{wert: gibtesnicht}}.
"""


@pytest.fixture(scope="module")
def site(musterstadt):
    with running(*musterstadt) as served:
        yield served.address
        assert served.end() == 0


@pytest.fixture(scope="module")
def as_person(site, browser):
    """Return a function that opens a browser in which somebody has signed in; what the console says is checked."""
    contexts, said = {}, []

    def enter(name):
        if name not in contexts:
            contexts[name] = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
            page = contexts[name].new_page()
            page.goto(f"{site}/anmelden/")
            page.fill("[name=login]", f"{name.lower()}@musterstadt.example")
            page.fill("[name=password]", PASSWORD)
            page.locator("main form button").first.click()
            page.wait_for_load_state()
        page = contexts[name].new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if _foreign(site, request.url) else None)
        return page

    yield enter
    assert [each for each in said if not re.search("status of (409|422)", each)] == []
    for context in contexts.values():
        context.close()


def _foreign(site, url):
    return not url.startswith((site, "data:", "blob:"))


def begin(page, site, report, chapter):
    """Begin a report with one chapter as Paula does; the page shows the chapter then."""
    page.goto(f"{site}/berichte/")
    page.get_by_role("link", name="Bericht beginnen").click()
    page.get_by_label("Titel", exact=True).fill(report)
    page.get_by_role("button", name="Beginnen").click()
    page.get_by_label("Neues eigenes Kapitel: Titel").fill(chapter)
    page.get_by_role("button", name="Hinzufügen").first.click()
    page.wait_for_url(re.compile("/kapitel/"))


@pytest.fixture(scope="module")
def chapter(site, as_person):
    """Write a chapter as Paula does, and return its address."""
    page = as_person("Paula")
    begin(page, site, "Sozialbericht 2025", "Am Hafen")
    page.get_by_label("Text", exact=True).fill(TEXT)
    expect(page.locator("#vorschau")).to_contain_text("Gewerbegebiet Hafeninsel", timeout=20_000)
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Als Fassung 2 gespeichert.")).to_be_visible()
    return page.url


def test_the_bar_inserts_and_a_gap_leads_to_its_line(as_person, chapter):
    page = as_person("Paula")
    page.goto(chapter)
    text = page.get_by_label("Text", exact=True)
    text.focus()
    page.keyboard.press("Control+End")
    page.locator("#ein-art").select_option(index=1)
    page.locator("#ein-merkmal").select_option("unemployment")
    page.locator("#ein-gebiet").select_option("1101")
    assert page.locator("#ein-kapitel").is_hidden()
    page.locator("#ein-jetzt").focus()
    page.keyboard.press("Enter")
    assert re.search(r"\{\{veränderung: unemployment \| 1101 \| \d{4}\}\}$", text.input_value())
    expect(page.locator("#vorschau")).to_contain_text("Prozentpunkte", timeout=20_000)
    page.get_by_role("button", name=re.compile("^Zeile 1[0-9]")).click()
    marked = page.evaluate("(t => t.value.slice(t.selectionStart, t.selectionEnd))(document.querySelector('#id_text'))")
    assert "gibtesnicht" in marked


def test_two_people_write_and_nothing_is_lost(as_person, chapter):
    one, two = as_person("Paula"), as_person("Paula")
    for page in (one, two):
        page.goto(chapter)
    one.get_by_label("Text", exact=True).fill(TEXT + "\nErster Satz.")
    one.get_by_role("button", name="Speichern").click()
    expect(one.get_by_text(re.compile("Als Fassung"))).to_be_visible()
    two.get_by_label("Text", exact=True).fill(TEXT + "\nZweiter Satz.")
    two.get_by_role("button", name="Speichern").click()
    expect(two.get_by_role("alert").first).to_contain_text("Beide Fassungen stehen unten")
    assert "Zweiter Satz." in two.get_by_label("Text", exact=True).input_value()
    expect(two.locator("del")).to_contain_text("Erster")
    two.screenshot(path=SHOTS / "bericht-konflikt.png", full_page=True)
    two.get_by_role("button", name="Speichern").click()
    two.get_by_role("link", name="Verlauf").click()
    expect(two.locator("ins")).to_contain_text("Zweiter")
    two.screenshot(path=SHOTS / "bericht-verlauf.png", full_page=True)


def test_a_leader_lands_on_the_overview_reads_comments_and_co_signs(site, as_person, chapter):
    page = as_person("Lena")
    page.goto(f"{site}/willkommen/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welche Quartiere sich abheben", timeout=60_000)
    page.goto(chapter)
    expect(page.get_by_label("Text", exact=True)).to_have_count(0)
    page.get_by_label("Ihr Kommentar", exact=True).fill("Bitte die Quelle nennen.")
    page.get_by_role("button", name="Kommentar senden").click()
    expect(page.locator("#kommentare")).to_contain_text("Bitte die Quelle nennen.")
    page.goto(chapter.split("kapitel/")[0])
    page.get_by_label("Für welches Amt zeichnen Sie mit?").fill("Jugendamt")
    page.get_by_role("button", name="Mitzeichnen").click()
    expect(page.locator("main")).to_contain_text("Jugendamt")


@pytest.mark.parametrize("mode", MODES)
def test_pages_are_whole_and_accessible(site, browser, as_person, chapter, mode):
    scheme, width = MODES[mode]
    report = chapter.split("kapitel/")[0].removeprefix(site)
    pages = {
        "bericht": report,
        "bericht-kapitel": chapter.removeprefix(site),
        "bericht-verlauf": chapter.removeprefix(site) + "verlauf/",
        "bericht-lesen": f"{report}lesen/",
        "bericht-ausgabe": f"{report}ausgabe/",
        "berichte": "/berichte/",
        "bericht-neu": "/berichte/neu/",
        "empfehlungen": "/empfehlungen/",
        "empfehlung-neu": "/empfehlungen/neu/",
        "uebersicht": "/uebersicht/",
    }
    state = as_person("Paula").context.storage_state()
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=state)
    for name, path in pages.items():
        page = context.new_page()
        page.goto(site + path)
        page.wait_for_url(re.compile("^(?!.*/arbeit/)"), timeout=60_000)
        judge(page, f"{name}-{mode}")
        page.close()
    context.close()


def test_a_releaser_publishes_with_a_reason_for_the_gap(site, as_person, chapter):
    report = chapter.split("kapitel/")[0]
    paula, vera = as_person("Paula"), as_person("Vera")
    paula.goto(report)
    paula.get_by_role("button", name="Vorlegen").click()
    expect(paula.locator("main")).to_contain_text("in Prüfung")
    vera.goto(report)
    vera.get_by_label("Ihre Worte").fill("Gelesen und gut.")
    vera.get_by_role("button", name="Veröffentlichen").click()
    expect(vera.get_by_role("alert")).to_contain_text("ließen sich nicht füllen")
    assert vera.get_by_label("Ihre Worte").input_value() == "Gelesen und gut."
    vera.get_by_label(re.compile("Warum darf er hinausgehen")).fill("Der Wert kommt nächstes Jahr.")
    vera.get_by_role("button", name="Veröffentlichen").click()
    vera.wait_for_url(re.compile("/berichte/"), timeout=60_000)
    expect(vera.locator("main")).to_contain_text("veröffentlicht")
    vera.goto(f"{site}/bericht/")
    with vera.expect_download() as taken:
        vera.get_by_role("link", name=re.compile(r"sozialbericht-2025\.docx")).click()
    assert Path(taken.value.path()).read_bytes()[:2] == b"PK"
    vera.screenshot(path=SHOTS / "bericht-oeffentlich.png", full_page=True)


def test_without_a_script_the_chapter_is_a_form_with_its_grammar(site, browser, as_person):
    context = browser.new_context(java_script_enabled=False, storage_state=as_person("Paula").context.storage_state())
    page = context.new_page()
    begin(page, site, "Ohne Skript", "Eins")
    assert page.locator("#einfuegen").is_hidden()
    page.get_by_text("Was man schreiben kann").click()
    expect(page.locator("main")).to_contain_text("{{wert: Indikator | Gebiet | Zeitraum}}")
    page.get_by_label("Text", exact=True).fill("Es sind {{wert: unemployment}}.")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("#vorschau")).to_contain_text("Es sind 7,0")
    context.close()


KEPT = "Object.keys(sessionStorage).filter(key => key.startsWith('nahraum-kept')).length"


def test_typed_text_outlives_a_session_that_ended_in_another_tab(site, as_person, browser):
    writer = as_person("Paula")
    begin(writer, site, "Was bleibt", "Entwurf")
    chapter = writer.url
    context = browser.new_context()
    page, other = context.new_page(), context.new_page()

    def sign_in(tab, name):
        tab.fill("[name=login]", f"{name.lower()}@musterstadt.example")
        tab.fill("[name=password]", PASSWORD)
        press(tab)

    def press(tab):
        with tab.expect_navigation():
            tab.locator("main form button").first.click()

    page.goto(f"{site}/anmelden/?next={chapter.removeprefix(site)}")
    sign_in(page, "Paula")
    text, offer = page.get_by_label("Text", exact=True), page.locator(".kept")
    assert offer.count() == 0
    before = text.input_value()
    text.fill("Was ich gerade schreibe.")
    other.goto(f"{site}/abmelden/")
    press(other)

    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Was Sie geschrieben haben, ist nicht verloren")).to_be_visible()
    sign_in(page, "Paula")
    page.wait_for_url(chapter)
    assert text.input_value() == before
    expect(offer).to_contain_text("Ihr nicht gespeicherter Text ist noch da")
    page.get_by_role("button", name="Wieder einsetzen").click()
    assert text.input_value() == "Was ich gerade schreibe."
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("gespeichert.", exact=False).first).to_be_visible()
    assert text.input_value() == "Was ich gerade schreibe."
    page.reload()
    assert offer.count() == 0
    assert page.evaluate(KEPT) == 0

    text.fill("Nur für mich")
    other.goto(f"{site}/abmelden/")
    press(other)
    page.goto(f"{site}/anmelden/")
    sign_in(page, "Vera")
    page.goto(chapter)
    assert page.evaluate(KEPT) == 0  # another person finds nothing
    context.close()


def test_kept_text_is_put_back_with_the_version_of_the_page_and_can_be_stored(site, as_person):
    writer, late = as_person("Paula"), as_person("Paula")
    begin(writer, site, "Was jemand überholt", "Entwurf")
    late.goto(writer.url.partition("kapitel/")[0])
    form = late.locator("form[action$='/beschreiben/']")
    form.locator("xpath=ancestor::details/summary").click()
    form.locator("[name=note]").fill("Bitte kürzen")
    writer.get_by_label("Text", exact=True).fill("Ein Satz.")
    writer.get_by_role("button", name="Speichern").click()  # counts the version of the whole report
    expect(writer.get_by_text("gespeichert.", exact=False).first).to_be_visible()
    late.reload()
    expect(late.locator(".kept")).to_contain_text("wurde später gespeichert")
    late.get_by_role("button", name="Wieder einsetzen").click()
    form.get_by_role("button", name="Speichern").click()
    expect(late.get_by_role("status").first).to_contain_text("Gespeichert.")
    expect(late.locator("dl.sheet").first).to_contain_text("Bitte kürzen")
