"""Coding in a real browser: by keyboard alone, by mouse, by two at once, over a server that is killed, and fluently."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.driven import MODES, PASSWORD, judge
from tests.site.coding_fixtures import SAID
from tests.site.running import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SEED = """
import json, random, sys, django; django.setup()
from allauth.account.models import EmailAddress
from nahraum.evidence.voices.categories import Add, Category
from nahraum_site.accounts.models import Assignment, User
from nahraum_site.voices import actions
from nahraum_site.voices.categories import actions as categories
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.models import Member
from tests.site.texts_fixtures import imported
people = {}
for name in ("Ada", "Cem", "Dana"):
    people[name] = User.objects.create_user(f"{name.lower()}@musterstadt.example", sys.argv[1], name=name)
    EmailAddress.objects.create(user=people[name], email=people[name].email, verified=True, primary=True)
    Assignment.objects.create(user=people[name], role="researcher")
study = actions.begin("Nachbarschaften", people["Ada"])
for name in ("Cem", "Dana"):
    Member.objects.create(study=study, user=people[name], part=Member.Part.CODER)
place = actions.note_collection(study, {"method": "focus_group", "title": "Gruppe am Markt"}, people["Ada"])
names = "Wohnen Verkehr Treffpunkte Lärm Grünflächen Schule Ärzte Ehrenamt Digitales Armut Zusammenhalt "
names = (names + "Sicherheit").split()
top = Category(id=str(categories.new_id()), name="Bedarfe", codable=False)
below = [Category(id=categories.new_id(), name=n, parent=top.id, rule="Wenn es um " + n + " geht.") for n in names]
made = [Add(category=each) for each in (top, *below)]
system = categories.change(study, made, None, people["Ada"])
ids = [each.id for each in system.categories[1:]]
words = "im Viertel fehlt ein Ort an dem man sich ohne Anlass treffen kann und wo Kinder spielen".split()
rng = random.Random(4)
found = {"study": str(study.uuid)}
for key, codings in (("klein", 0), ("tausend", 1000), ("viele", 5000)):
    said = sys.argv[2] if not codings else "\\n".join(
        "Absatz %d: %s." % (n, " ".join(rng.choice(words) for _ in range(40))) for n in range(125 + codings % 7))
    (text,) = imported(study, place, people["Ada"], key + ".txt", said.encode(), replaced=False)
    found[key] = str(text.uuid)
    rows = []
    for n in range(codings):
        start = rng.randrange(text.length - 300)
        end = start + rng.randrange(10, 260)
        id = rng.choice(ids)
        rows.append(Coding(text=text, coder=people["Cem"], category=id, made_with=id, start=start, end=end))
    Coding.objects.bulk_create(rows)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def served(empty_site):
    """Serve a study with a short text and two long ones; return the site and what is where."""
    environment, folder = empty_site
    settings = environment | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    words = [sys.executable, "-c", SEED, PASSWORD, SAID]
    seeded = subprocess.run(words, env=settings, check=False, capture_output=True, text=True)
    assert seeded.returncode == 0, seeded.stderr[-3000:]
    found = json.loads(seeded.stdout.splitlines()[-1])
    with running(environment, folder) as site:
        yield site, found


@pytest.fixture(scope="module")
def desk(served, browser):
    """Return a function that opens the coding page of a text as somebody, in a browser of their own."""
    site, found = served
    contexts = {}

    def enter(name, text="klein", path="kodieren/"):
        if name not in contexts:
            contexts[name] = browser.new_context(viewport={"width": 1280, "height": 900})
            page = contexts[name].new_page()
            page.goto(f"{site.address}/anmelden/")
            page.fill("[name=login]", f"{name.lower()}@musterstadt.example")
            page.fill("[name=password]", PASSWORD)
            page.locator("main form button").first.click()
            page.wait_for_load_state()
        page = contexts[name].new_page()
        page.goto(f"{site.address}/studien/{found['study']}/texte/{found[text]}/{path}")
        if path == "kodieren/":
            page.wait_for_selector("html[data-coding=ready]")
        return page

    yield enter
    for context in contexts.values():
        context.close()


def rows(page):
    """Return the codings that the server knows, as {(start, end): name}."""
    told = page.evaluate(
        """async () => {
            const data = JSON.parse(document.getElementById('kodier-daten').textContent);
            const now = await (await fetch(data.state)).json();
            const names = Object.fromEntries(data.categories.map(each => [each.id, each.name]));
            return now.codings.filter(row => !row[6]).map(row => [row[2], row[3], names[row[1]], row[5]]);
        }"""
    )
    return {(start, end): (name, bool(quotation)) for start, end, name, quotation in told}


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def saved(page):
    expect(page.locator("#gespeichert")).to_have_text("Alles ist gespeichert.")


def test_a_text_is_coded_by_keyboard_alone(desk):
    page = desk("Cem")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "text":
            break
    assert page.evaluate("document.activeElement.id") == "text"
    press(page, "Control+Home", *["Shift+ArrowRight"] * 11)  # Der Platz 🌳: eleven signs, twelve units of UTF-16
    page.keyboard.type("tref")
    expect(page.locator("#vorschlaege > li").first).to_have_text(re.compile("Treffpunkte"))
    marked = "[...(CSS.highlights.get('gewaehlt') ?? [])].map(each => each.toString())"
    assert page.evaluate(marked) == [SAID[0:11]]  # what is to be coded stays visible while a category is sought
    press(page, "Enter")
    assert page.evaluate(marked) == []
    saved(page)
    assert SAID[0:11] == "Der Platz 🌳"
    assert rows(page) == {(0, 11): ("Treffpunkte", False)}
    assert page.evaluate("document.activeElement.id") == "text"
    # the second line begins with a combining mark: one step of the caret is two code points
    press(page, "Control+Home", "ArrowDown", "Home", "Shift+ArrowRight", "Shift+ArrowRight", "1")
    saved(page)
    second = SAID.index("\n") + 1
    assert SAID[second : second + 3] == "E\u0301s"
    assert rows(page)[second, second + 3] == ("Wohnen", False)
    # whole lines: the caret in the last one, Enter, a number
    press(page, "Control+End", "Enter", "2")
    saved(page)
    last = SAID.rindex("\n") + 1
    assert rows(page)[last, len(SAID)] == ("Verkehr", False)
    press(page, "Control+z")
    expect(page.locator("#gesagt")).to_have_text("Zurückgenommen.")
    assert (last, len(SAID)) not in rows(page)
    press(page, "Control+y")
    expect(page.locator("#gesagt")).to_have_text("Wiederhergestellt.")
    assert (last, len(SAID)) in rows(page)
    # nothing that is typed changes the text
    press(page, "Control+End", "Delete", "Backspace", "Control+x", "Control+v")
    page.keyboard.type(" .-")
    assert page.evaluate("[...document.querySelectorAll('.line')].map(l => l.textContent).join('\\n')") == SAID
    page.close()


def test_a_text_is_coded_by_mouse_with_overlaps_quotation_and_memo(desk):
    page = desk("Dana")
    line = page.locator("#z4")
    box = line.bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 12)
    page.mouse.up()
    page.get_by_label("als Originalzitat").check()
    page.locator("#nummern button").nth(1).click()
    saved(page)
    (one,) = rows(page).items()
    last = SAID.rindex("\n") + 1
    assert one == ((last, len(SAID)), ("Verkehr", True))
    line.dblclick(position={"x": 40, "y": 12})
    page.locator("#suche").click()
    page.locator("#vorschlaege").get_by_role("option", name=re.compile("Sicherheit")).click()
    saved(page)
    assert len(rows(page)) == 2
    expect(page.locator("#z4 .n2")).to_have_count(1)
    page.get_by_role("link", name=re.compile("^Memo: Bedarfe › Sicherheit")).first.click()
    page.get_by_label("Memo", exact=True).fill("Hier noch einmal nachfragen.")
    page.get_by_role("button", name="Speichern").click()
    page.wait_for_url(re.compile(r"kodieren/\?stelle="))
    page.get_by_role("link", name="Alle Memos").click()
    expect(page.locator("main")).to_contain_text("Hier noch einmal nachfragen.")
    page = desk("Dana")
    page.locator("#liste").get_by_role("button", name=re.compile("^Entfernen: Bedarfe › Sicherheit")).click()
    saved(page)
    assert len(rows(page)) == 1
    expect(page.locator("#liste > li")).to_have_count(1)
    page.close()


def test_a_killed_server_loses_nothing_that_was_coded(served, desk):
    site, _found = served
    page = desk("Ada")
    press(page, "Tab")
    page.locator("#text").focus()
    before = len(rows(page))
    web = site.children()["web"]
    os.kill(web, signal.SIGKILL)
    press(page, "Control+Home", "Enter", "3")
    press(page, "ArrowDown", "Home", "Shift+End", "4")
    site.until(lambda: site.children().get("web") not in (None, web), 120)
    saved(page)
    assert len(rows(page)) == before + 2
    # and a page that was closed while the server was away sends when it is opened again
    page.route("**/schritt/", lambda route: route.abort())
    page.locator("#text").focus()
    press(page, "Control+End", "Enter", "5")
    expect(page.locator("#gespeichert")).to_contain_text("Noch nicht gespeichert: 1")
    page.close()
    page = desk("Ada")
    saved(page)
    assert len(rows(page)) == before + 3
    kept = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('nahraum-step')).length")
    assert kept == 0
    page.close()


def test_two_code_at_once_blind_at_first_then_seeing_each_other(served, desk):
    site, found = served
    cem, dana = desk("Cem"), desk("Dana")
    assert set(rows(cem)) != set(rows(dana))
    ada = desk("Ada", path="../../kodierungen/")
    ada.goto(f"{site.address}/studien/{found['study']}/kodierungen/")
    ada.get_by_role("button", name="Kodierungen der anderen zeigen").click()
    expect(ada.locator("main")).to_contain_text("sieht auch die Kodierungen der anderen")
    cem.reload()
    dana.reload()
    for page in (cem, dana):
        page.wait_for_selector("html[data-coding=ready]")
        page.locator("#text").focus()
        press(page, "Control+Home", "Enter")
    press(cem, "6")
    press(dana, "7")
    for page in (cem, dana):
        expect(page.locator("#liste")).to_contain_text("Schule")
        expect(page.locator("#liste")).to_contain_text("Ärzte")
    ada.get_by_role("button", name="Kodierungen der anderen verbergen").click()
    for page in (cem, dana, ada):
        page.close()


def test_a_text_with_many_codings_stays_fluent(desk):
    """Five times the codings take about five times as long (`make bench` holds the times themselves)."""
    few, many = (_opened(desk, *each) for each in (("tausend", 1000), ("viele", 5000)))
    assert many < 6 * few


def _opened(desk, text, codings):
    """Open a text and code a stretch of it; return how long it took to open, in ms."""
    page = desk("Cem", text)
    page.reload()
    page.wait_for_selector("html[data-coding=ready]")
    opened = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    assert page.evaluate("JSON.parse(document.getElementById('kodier-daten').textContent).codings.length") == codings
    assert page.locator(".c").count() < 3 * codings
    page.locator("#text").focus()
    press(page, "Control+Home", *["Shift+ArrowRight"] * 20)
    page.evaluate("document.querySelector('#nummern button').click()")
    saved(page)
    press(page, "Control+z")
    expect(page.locator("#gesagt")).to_have_text("Zurückgenommen.")
    page.close()
    return opened


def test_without_script_a_text_is_coded_line_by_line(served, desk, browser):
    site, found = served
    state = desk("Ada").context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{site.address}/studien/{found['study']}/texte/{found['klein']}/kodieren/")
    page.get_by_label("Von Zeile").fill("9")
    page.get_by_role("button", name="Zeilen kodieren").click()
    expect(page.get_by_role("alert")).to_contain_text("die Zeilen 1 bis 4")
    assert page.get_by_label("Von Zeile").input_value() == "9"
    page.get_by_label("Von Zeile").fill("1")
    page.get_by_label("bis Zeile").fill("2")
    page.get_by_label("Kategorie", exact=True).select_option(label="Bedarfe › Zusammenhalt")
    page.get_by_role("button", name="Zeilen kodieren").click()
    listed = page.get_by_role("region", name="Kodierungen in diesem Text")
    expect(listed).to_contain_text("Zeile 1: Bedarfe › Zusammenhalt")
    page.get_by_role("button", name=re.compile("Entfernen Zeile 1: Bedarfe › Zusammenhalt")).click()
    expect(listed).not_to_contain_text("Zeile 1: Bedarfe › Zusammenhalt")
    context.close()


@pytest.mark.parametrize("mode", MODES)
def test_pages_are_whole_and_accessible(served, desk, browser, mode):
    site, found = served
    scheme, width = MODES[mode]
    study = f"/studien/{found['study']}"
    pages = {
        "kodieren": f"{study}/texte/{found['klein']}/kodieren/",
        "kodieren-tausend": f"{study}/texte/{found['tausend']}/kodieren/",
        "kodierungen": f"{study}/kodierungen/",
        "kodierungen-suchen": f"{study}/kodierungen/suchen/",
        "kodierungen-umkodieren": f"{study}/kodierungen/umkodieren/",
        "kategorien": f"{study}/kategorien/",
        "memos": f"{study}/memos/",
        "memo-neu": f"{study}/memos/neu/studie/-/",
    }
    state = desk("Cem").context.storage_state()
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=state)
    for name, path in pages.items():
        page = context.new_page()
        page.goto(site.address + path)
        if name.startswith("kodieren"):
            page.wait_for_selector("html[data-coding=ready]")
        if name == "kategorien":
            page.get_by_role("link", name="Wohnen").click()
        judge(page, f"{name}-{mode}")
        page.close()
    context.close()


def test_a_colour_is_chosen_by_its_name_and_shown_where_the_category_stands(served, desk, browser):
    site, found = served
    page = desk("Ada")
    page.goto(f"{site.address}/studien/{found['study']}/kategorien/")
    page.get_by_role("link", name="Wohnen").click()
    form = page.locator("form[data-keep=describe]")
    chips = form.locator(".swatches .chip")
    shown = chips.evaluate_all("all => new Set(all.map((each) => getComputedStyle(each).backgroundColor)).size")
    assert shown == chips.count() == 16
    form.get_by_role("radio", name="Magenta").check()
    form.get_by_role("button", name="Speichern").click()
    chip = page.locator("#baum ~ .codes li", has=page.get_by_role("link", name="Wohnen")).locator(".chip")
    magenta = form.locator("label", has_text="Magenta").locator(".chip")
    painted = "each => getComputedStyle(each).backgroundColor"
    assert chip.first.evaluate(painted) == magenta.evaluate(painted)
    form.get_by_label("Eigene Farbe", exact=True).fill("#ffffaa")
    form.get_by_role("button", name="Speichern").click()
    expect(form.get_by_role("alert")).to_contain_text("Wählen Sie eine dunklere Farbe")
