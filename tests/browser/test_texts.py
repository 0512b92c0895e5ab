"""A protocol in a real browser: uploaded, names replaced, read, searched, deleted; as a person would do it."""

import pytest

from tests.browser.driven import MODES, PASSWORD, judge, listen
from tests.site.running import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PROTOCOL = """Protokoll vom 9. Mai

Moderation: Herr Krahwinkel begrüßte acht Menschen.
Der Spielplatz an der Hafenstraße fehlt seit zwei Jahren, sagte Frau Tannhuber (Tel. 0151 23456789).
Die Beratungsstelle hilft, ist aber nur dienstags offen. Das erzählte auch das Quittenpaar.
"""


@pytest.fixture(scope="module")
def address(musterstadt):
    """Serve Musterstadt."""
    environment, folder = musterstadt
    with running(environment, folder) as served:
        yield served.address


@pytest.fixture(scope="module")
def done(address, browser, tmp_path_factory):
    """Begin a study, note an interview, upload its protocol; return the session, the study and the waiting file."""
    file = tmp_path_factory.mktemp("protocol") / "Protokoll Hafen.txt"
    file.write_text(PROTOCOL, encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    heard = listen(page, address)
    page.goto(f"{address}/anmelden/?next=/studien/neu/")
    page.get_by_label("E-Mail").first.fill("paula@musterstadt.example")
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Titel").fill("Gespräche am Hafen")
    page.get_by_role("button", name="Beginnen", exact=True).click()
    page.get_by_text("Die Studie hat begonnen").wait_for()
    study = page.url
    page.get_by_role("link", name="Erhebung festhalten").click()
    page.get_by_label("Methode").select_option(label="Fokusgruppe")
    page.get_by_label("Titel").fill("Runde am Hafen")
    page.get_by_label("Teilnehmende").fill("8")
    page.get_by_role("button", name="Speichern", exact=True).click()
    page.goto(f"{study}texte/einlesen/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("select").first.select_option(index=1)
    page.get_by_role("button", name="Hochladen", exact=True).click()
    page.get_by_role("heading", name="Was wird ersetzt?").or_(page.get_by_role("link", name=file.name)).first.wait_for()
    if "Was wird ersetzt?" not in page.locator("h1").inner_text():
        page.get_by_role("link", name=file.name).click()
    page.get_by_role("heading", name="Was wird ersetzt?").wait_for()
    assert heard == []
    yield context.storage_state(), study, page.url
    context.close()


@pytest.fixture
def open_at(address, browser, done):
    """Open pages as Paula in a mode; nothing may be complained about by the browser."""
    opened = []

    def open_page(where, mode="hell"):
        scheme, width = MODES[mode]
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=done[0]
        )
        page = context.new_page()
        heard = listen(page, address)
        opened.append((context, heard))
        page.goto(where)
        return page

    yield open_page
    for context, heard in opened:
        assert heard == []
        context.close()


@pytest.mark.parametrize("mode", MODES)
def test_the_pages_before_are_whole_and_accessible(open_at, done, mode):
    _state, study, waiting = done
    for name, where in {"texte": f"{study}texte/", "einlesen": f"{study}texte/einlesen/", "ersetzen": waiting}.items():
        judge(open_at(where, mode), f"texte-{name}-{mode}")


def test_names_are_replaced_and_the_text_is_read_searched_and_deleted(open_at, done):
    _state, study, waiting = done
    page = open_at(waiting)
    ticked = page.locator(".said__mark:has(input:checked)").all_inner_texts()
    assert any("Tannhuber" in each for each in ticked)
    assert any("0151" in each for each in ticked)
    # what the rules did not find is marked in the text itself
    assert not any("Quittenpaar" in each for each in ticked)
    page.evaluate(
        """() => { const walk = document.createTreeWalker(document.querySelector(".said__words"), NodeFilter.SHOW_TEXT);
          for (let node; (node = walk.nextNode());) { const at = node.data.indexOf("Quittenpaar"); if (at < 0) continue;
            const range = document.createRange(); range.setStart(node, at); range.setEnd(node, at + 11);
            getSelection().removeAllRanges(); getSelection().addRange(range); return; } }"""
    )
    page.get_by_role("button", name="Ausgewählte Wörter nennen eine Person").click()
    page.get_by_role("button", name="Markieren und neu ansehen").click()
    page.locator(".said__mark", has_text="Quittenpaar").wait_for()
    page.get_by_role("button", name="Angekreuztes ersetzen und einlesen").click()
    page.wait_for_url(f"{study}texte/**")
    page.goto(f"{study}texte/")
    page.get_by_role("link", name="Protokoll Hafen").first.click()
    words = page.locator("main").inner_text()
    for gone in ("Tannhuber", "Krahwinkel", "0151", "Quittenpaar"):
        assert gone not in words, gone
    assert "Der Spielplatz an der" in words
    text = page.url
    for mode in MODES:
        judge(open_at(text, mode), f"texte-text-{mode}")

    page.goto(f"{study}texte/")
    page.get_by_role("searchbox").first.fill("Spielpl*")
    page.keyboard.press("Enter")
    page.get_by_text("Spielplatz").first.wait_for()
    for mode in MODES:
        judge(open_at(page.url, mode), f"texte-treffer-{mode}")

    page.goto(f"{study}texte/")
    page.get_by_role("link", name="Texte löschen").click()
    judge(page, "texte-loeschen-hell")
    page.get_by_role("textbox").first.fill("Runde am Hafen")
    page.get_by_role("button", name="Endgültig löschen").click()
    page.wait_for_url(lambda where: "texte-loeschen" not in where)
    assert page.request.get(text).status == 404
