"""Condensing in a real browser: Mayring's table by keyboard, two at once, a lost connection; grid, suggestions."""

import json
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.driven import MODES, PASSWORD, judge
from tests.site.running import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SEED = """
import json, sys, django; django.setup()
from allauth.account.models import EmailAddress
from nahraum.evidence.voices.categories import Add, Category, Merge
from nahraum_site.accounts.models import Assignment, User
from nahraum_site.voices import actions
from nahraum_site.voices.categories import actions as categories
from nahraum_site.voices.coding.models import Coding, Openness
from nahraum_site.voices.condensing import kept
from nahraum_site.voices.condensing.models import CellSummary
from nahraum_site.voices.models import Member
from tests.site.texts_fixtures import imported
people = {}
for name in ("Ada", "Cem"):
    people[name] = User.objects.create_user(f"{name.lower()}@musterstadt.example", sys.argv[1], name=name)
    EmailAddress.objects.create(user=people[name], email=people[name].email, verified=True, primary=True)
    Assignment.objects.create(user=people[name], role="researcher")
study = actions.begin("Nachbarschaften", people["Ada"])
Member.objects.create(study=study, user=people["Cem"], part=Member.Part.CODER)
Openness.objects.create(study=study, is_open=True)
top = [Category(id=str(categories.new_id()), name=name) for name in ("Bedarfe", "Ressourcen")]
below = [Category(id=str(categories.new_id()), name=name, parent=top[0].id) for name in ("Verkehr", "Wohnen")]
categories.change(study, [Add(category=each) for each in (*top, *below)], None, people["Ada"])
said = ("Der Bus kommt am Abend nie pünktlich, und dann ist er voll.", "Die Miete ist für Familien viel zu hoch.")
for n in range(5):
    space = ("Hafen", "Altstadt")[n % 2] if n < 4 else ""
    given = {"method": "focus_group", "title": f"Gruppe {n + 1}", "space": space}
    place = actions.note_collection(study, given, people["Ada"])
    lines = [f"{said[k % 2]} Das sagen viele, Nummer {n}{k}." for k in range(5)]
    (text,) = imported(study, place, people["Ada"], f"gruppe-{n + 1}.txt", "\\n".join(lines).encode(), replaced=False)
    start = 0
    for k, line in enumerate(lines[:4]):
        id = below[k % 2].id
        Coding.objects.create(
            text=text, coder=people["Ada"], category=id, made_with=id, start=start, end=start + len(line)
        )
        start += len(line) + 1
large = actions.begin("Große Studie", people["Ada"])
Openness.objects.create(study=large, is_open=True)
some = [Category(id=str(categories.new_id()), name=name) for name in ("Verkehr", "Wohnen", "Busse")]
categories.change(large, [Add(category=each) for each in some], None, people["Ada"])
place = actions.note_collection(
    large, {"method": "focus_group", "title": "Viele", "space": "Hafen", "participants": 9}, people["Ada"]
)
for n in range(6):
    more = "Das sagen hier sehr viele, und zwar nicht erst seit gestern"
    lines = [f"{said[k % 2]} {more}, Nummer {n}{k}." for k in range(13)]
    (long,) = imported(large, place, people["Ada"], f"lang-{n + 1}.txt", "\\n".join(lines).encode(), replaced=False)
    start = 0
    for k, line in enumerate(lines[:12]):
        id = some[k % 2].id
        Coding.objects.create(
            text=long, coder=people["Ada"], category=id, made_with=id, start=start, end=start + len(line)
        )
        start += len(line) + 1
for each, told in ((some[0], "Busse kommen nie."), (some[2], "Busse sind voll.")):
    row = CellSummary(
        study=large, space="Hafen", category=each.id, whose="alle", author=people["Ada"], changed_by=people["Ada"]
    )
    kept.close(row, {"text": told, "rests_on": [], "seen": []}, [str(place.uuid)])
    row.save()
categories.change(large, [Merge(id=some[2].id, into=some[0].id)], None, people["Ada"])
found = {"study": study.uuid, "bedarfe": top[0].id, "verkehr": below[0].id, "text": text.uuid}
found |= {"large": large.uuid, "long": long.uuid, "bus": some[0].id}
print(json.dumps(found, default=str))
"""


@pytest.fixture(scope="module")
def served(empty_site):
    """Serve a study with five coded texts; return the site and what is where."""
    environment, folder = empty_site
    settings = environment | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    command = [sys.executable, "-c", SEED, PASSWORD]
    seeded = subprocess.run(command, env=settings, check=False, capture_output=True, text=True)
    assert seeded.returncode == 0, seeded.stderr[-3000:]
    found = json.loads(seeded.stdout.splitlines()[-1])
    with running(environment, folder) as site:
        yield site, found


@pytest.fixture(scope="module")
def enter(served, browser):
    """Return a function that opens a page of the study as somebody, in a browser of their own."""
    site, found = served
    contexts = {}

    def enter(name, path, study="study"):
        if name not in contexts:
            contexts[name] = browser.new_context(viewport={"width": 1280, "height": 900})
            page = contexts[name].new_page()
            page.goto(f"{site.address}/anmelden/")
            page.fill("[name=login]", f"{name.lower()}@musterstadt.example")
            page.fill("[name=password]", PASSWORD)
            page.locator("main form button").first.click()
            page.wait_for_load_state()
        page = contexts[name].new_page()
        page.goto(f"{site.address}/studien/{found[study]}/{path}")
        return page

    yield enter
    for context in contexts.values():
        context.close()


def words(page, n):
    return page.locator("[data-cell]").nth(n)


def saved(page, n):
    expect(page.locator(".cell__state").nth(n)).to_contain_text("Gespeichert")


def test_the_table_is_worked_through_by_keyboard_and_keeps_what_two_typed(served, enter):
    _site, found = served
    table = f"verdichten/?category={found['bedarfe']}&space=Hafen&whose=alle"
    ada, cem = enter("Ada", table), enter("Cem", table)
    expect(ada.locator("main")).to_contain_text("8 Textstellen")
    words(ada, 0).focus()
    ada.keyboard.type("Der Bus ist abends unpünktlich und voll")
    ada.keyboard.press("Tab")
    saved(ada, 0)
    assert words(ada, 1).evaluate("each => each === document.activeElement")
    ada.keyboard.type("Busse abends unzuverlässig")
    ada.keyboard.press("Tab")
    saved(ada, 1)
    # Cem's page is older: he is told, keeps his words, and stores them nonetheless
    words(cem, 0).fill("Cems Worte")
    words(cem, 0).blur()
    wrong = cem.locator(".cell__state--wrong")
    expect(wrong).to_contain_text("Der Bus ist abends unpünktlich und voll")
    assert words(cem, 0).input_value() == "Cems Worte"
    wrong.get_by_role("button", name="Meine Worte trotzdem speichern").click()
    saved(cem, 0)
    cem.close()
    ada.close()


def test_what_cannot_be_sent_stays_and_what_is_stored_is_bundled_and_left_out(served, enter):
    site, found = served
    table = f"verdichten/?category={found['bedarfe']}&space=Hafen&whose=alle"
    ada = enter("Ada", table)
    # a connection that is lost: the words stay in the field and are sent again
    ada.route("**/zelle/", lambda route: route.abort())
    words(ada, 2).fill("Mieten zu hoch")
    words(ada, 2).blur()
    expect(ada.locator("#tafel-stand")).to_contain_text("Noch nicht gespeichert")
    ada.unroute("**/zelle/")
    saved(ada, 2)
    words(ada, 3).fill("Wohnen zu teuer")
    words(ada, 3).blur()
    saved(ada, 3)
    ada.reload()
    assert [words(ada, n).input_value() for n in range(4)] == [
        "Cems Worte", "Busse abends unzuverlässig", "Mieten zu hoch", "Wohnen zu teuer",
    ]  # fmt: skip
    expect(ada.locator(".kept")).to_have_count(0)  # nothing waits to be put back: all of it is stored
    expect(ada.locator("#tafel")).to_contain_text("Noch einmal ansehen")
    ada.get_by_role("button", name=re.compile("Gilt weiterhin")).click()
    expect(ada.locator("#tafel")).not_to_contain_text("Noch einmal ansehen")
    for n in range(2):
        ada.locator("tbody [name=pick]").nth(n).check()
    ada.get_by_label("Neue Reduktion aus Angehaktem").fill("Der Alltag ist mühsam und teuer")
    ada.get_by_role("button", name="Angehaktes bündeln").click()
    ada.get_by_role("link", name=re.compile("^Herkunft und Änderungen")).click()
    expect(ada.locator("main")).to_contain_text("Der Bus kommt am Abend nie pünktlich")
    ada.get_by_role("link", name=re.compile("gruppe-1.*Zeile 1")).click()
    ada.wait_for_url(re.compile(r"kodieren/\?stelle=0"))
    ada.go_back()
    # a segment is left out with a reason, without losing what stands elsewhere
    ada.get_by_role("navigation", name="Sie sind hier").get_by_role("link", name="Verdichten").click()
    ada.goto(f"{site.address}/studien/{found['study']}/{table}")
    ada.locator("tbody tr").nth(2).get_by_text("Weglassen").first.click()
    ada.locator("tbody tr").nth(2).get_by_label("Warum wird es weggelassen?").fill("sagt dasselbe")
    ada.locator("tbody tr").nth(2).get_by_role("button", name="Weglassen").click()
    expect(ada.locator("#tafel")).to_contain_text("Weggelassen: sagt dasselbe")
    ada.close()


def test_cells_of_the_grid_are_summarised_beside_their_segments(enter):
    page = enter("Ada", "raster/")
    page.get_by_role("link", name=re.compile("Zusammenfassen ?: Hafen, Bedarfe")).click()
    expect(page.get_by_role("checkbox")).to_have_count(8)
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_label("Zusammenfassung").fill("Busse sind unpünktlich, Wohnen ist teuer.")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("region", name="Zusammenfassungsraster")).to_contain_text("8 Textstellen · gilt noch")
    page.get_by_label("Kategorien").select_option(label="Unterkategorien von „Bedarfe“")
    page.get_by_role("button", name="Zeigen").click()
    page.get_by_role("link", name=re.compile("Zusammenfassen ?: Hafen, Bedarfe › Verkehr")).click()
    expect(page.get_by_role("checkbox")).to_have_count(4)
    page.get_by_label("Zusammenfassung").fill("Busse sind unpünktlich.")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("columnheader", name="Bedarfe, insgesamt")).to_be_visible()
    expect(page.get_by_role("region", name="Zusammenfassungsraster")).to_contain_text("4 Textstellen · gilt noch")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tabelle (CSV)").click()
    words = taken.value.path().read_text("utf-8")  # of few people, so the file holds the cells without what they say
    assert "Bedarfe › Verkehr" in words
    assert "(zurückgehalten)" in words
    assert "Busse sind unpünktlich" not in words
    page.close()


def test_suggestions_show_how_good_they_are_and_code_what_was_ticked(enter):
    page = enter("Ada", "vorschlaege/")
    page.get_by_label(re.compile("gruppe-5")).check()
    page.get_by_role("button", name="Vorschlagen").click()
    expect(page.get_by_role("heading", name="Wie oft Vorschläge richtig waren")).to_be_visible()
    one = page.locator(".suggested > div")
    expect(one).to_have_count(1)
    one.get_by_role("checkbox", name=re.compile("Bedarfe › Verkehr")).check()
    page.get_by_role("button", name="Angehakte kodieren").click()
    expect(page.get_by_role("status").first).to_contain_text("Kodiert: 1")
    expect(page.locator(".suggested > div")).to_have_count(0)
    page.close()


def test_a_large_study_is_learned_from_while_nobody_waits(served, enter):
    _site, found = served
    page = enter("Ada", "vorschlaege/", "large")
    page.get_by_label(re.compile("lang-6")).check()
    page.get_by_role("button", name="Vorschlagen").click()
    page.get_by_role("button", name="Lernen").click()
    page.wait_for_url(re.compile("/arbeit/"))
    page.close()  # nothing is lost
    page = enter("Ada", f"vorschlaege/?whose=alle&text={found['long']}", "large")
    for _again in range(60):
        if page.get_by_role("button", name="Neu lernen").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.locator("main")).to_contain_text("Gelernt aus: die Kodierungen aller Kodierenden (72 Kodierungen)")
    one = page.locator(".suggested > div")
    expect(one).to_have_count(1)
    expect(one).to_contain_text("Nummer 512")
    page.get_by_role("button", name="Neu lernen").click()
    page.wait_for_url(re.compile("/vorschlaege/"), timeout=60_000)  # the page of the work leads back by itself
    expect(page.locator(".suggested > div")).to_have_count(1)
    page.close()


@pytest.mark.parametrize("mode", MODES)
def test_pages_are_whole_and_accessible(served, enter, browser, mode):
    site, found = served
    scheme, width = MODES[mode]
    table = f"verdichten/?category={found['bedarfe']}&whose=alle"
    pages = {
        "verdichten": "verdichten/",
        "verdichten-tafel": table,
        "raster": "raster/",
        "raster-zelle": f"raster/zelle/?space=Hafen&category={found['bedarfe']}&whose=alle",
        "raster-offen": f"raster/?opened={found['bedarfe']}",
        "vorschlaege": f"vorschlaege/?whose=alle&text={found['text']}",
        "vorschlaege-gross": f"../{found['large']}/vorschlaege/?whose=alle&text={found['long']}",
        "raster-zusammengelegt": f"../{found['large']}/raster/",
        "raster-zelle-zusammengelegt": f"../{found['large']}/raster/zelle/?space=Hafen&category={found['bus']}",
    }
    context = enter("Ada", table).context
    state = context.storage_state()
    other = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=state)
    for name, path in pages.items():
        page = other.new_page()
        page.goto(f"{site.address}/studien/{found['study']}/{path}")
        for each in page.locator("main details:not([open]) > summary").all()[:2]:
            each.click()
        judge(page, f"{name}-{mode}")
        if name == "verdichten-tafel":
            page.locator("#tafel a[href*=reduktion]").first.click()
            judge(page, f"reduktion-{mode}")
        page.close()
    other.close()
