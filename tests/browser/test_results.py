"""Results of a study in a real browser: from a table to the passages behind a number, themes, report."""

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
from nahraum.evidence.voices.categories import Add, Category
from nahraum_site.accounts.models import Assignment, User
from nahraum_site.voices import actions
from nahraum_site.voices.categories import actions as categories
from nahraum_site.voices.coding.models import Coding, Openness
from nahraum_site.voices.models import Member
from tests.site.texts_fixtures import imported
from tests.town.voices import FINER, PERSPECTIVES, PROTOCOLS, THEMES
people = {}
for name in ("Ada", "Cem", "Vera"):
    people[name] = User.objects.create_user(f"{name.lower()}@musterstadt.example", sys.argv[1], name=name)
    EmailAddress.objects.create(user=people[name], email=people[name].email, verified=True, primary=True)
    Assignment.objects.create(user=people[name], role="releaser" if name == "Vera" else "researcher")
study = actions.begin("Stimmen aus Musterstadt", people["Ada"])
Member.objects.create(study=study, user=people["Cem"], part=Member.Part.CODER)
Openness.objects.create(study=study, is_open=True)
ids, made = {}, []
def add(key, name, parent=None):
    ids[key] = categories.new_id()
    made.append(Add(category=Category(id=ids[key], name=name, parent=ids.get(parent), codable=parent is not None)))
for key, name in THEMES.items():
    add(key, name)
    for short, perspective in PERSPECTIVES.items():
        add(key + short, perspective, key)
for key, name in FINER.items():
    add(key, name, key[:2])
categories.change(study, made, None, people["Ada"])
names = {"-": "", "13": "Hafen", "21": "Nordstadt"}
spaces, rows = {}, []
for part in PROTOCOLS.strip().split("# ")[1:]:
    head, *lines = [line for line in part.strip().splitlines() if line]
    space, method, day, count = [each.strip() for each in head.split("|")]
    space = "" if space == "-" else names.get(space, "Gebiet " + space)
    given = {"method": method, "day": day, "space": space, "participants": None if count == "?" else int(count)}
    said = [line.partition(" > ") for line in lines]
    place = actions.note_collection(study, {**given, "title": f"{space or 'Stadt'} am {day}"}, people["Ada"])
    body = chr(10).join(words for _c, _s, words in said)
    (text,) = imported(study, place, people["Ada"], f"{space or 'Stadt'} {day}.txt", body.encode(), replaced=False,
                       variables={"Rolle": "Mieterin"} if space == "Hafen" else {})
    spaces[space] = None
    for codes, _sep, words in said:
        start = body.index(words)
        for code in codes.lstrip("*").split("+"):
            for who in ("Ada",) if codes.startswith("*") else ("Ada", "Cem"):
                rows.append(Coding(text=text, coder=people[who], category=ids[code], made_with=ids[code], start=start,
                                   end=start + len(words), is_quotation=words.startswith(chr(0x201e))))
Coding.objects.bulk_create(rows)
study.refresh_from_db()
actions.change_plan(study, {"spaces": [each for each in spaces if each]}, study.version, people["Ada"])
from nahraum_site.voices.releases import actions as releases
few = study.collections.filter(participants__lt=5)
wish = releases.ask(few[0], "Das Zitat trägt das Kapitel.", people["Ada"])
found = {"study": str(study.uuid), "wege": ids["hs-wege"], "termine": ids["hi-termine"]}
print(json.dumps({**found, "release": str(wish.uuid), "few": str(few[1].uuid)}))
"""


@pytest.fixture(scope="module")
def served(empty_site):
    """Serve Musterstadt's study, coded by two; return the site and what is where."""
    environment, folder = empty_site
    settings = environment | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    seeded = subprocess.run(
        [sys.executable, "-c", SEED, PASSWORD], env=settings, check=False, capture_output=True, text=True
    )
    assert seeded.returncode == 0, seeded.stderr[-3000:]
    found = json.loads(seeded.stdout.splitlines()[-1])
    with running(environment, folder) as site:
        yield site, found


@pytest.fixture(scope="module")
def states(served, browser):
    """Return what the browsers of those who are signed in remember, by name."""
    site, _found = served
    kept = {}
    for name in ("ada", "cem", "vera"):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{site.address}/anmelden/")
        page.fill("[name=login]", f"{name}@musterstadt.example")
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_load_state()
        kept[name] = context.storage_state()
        context.close()
    return kept


def test_from_a_table_to_what_was_said_and_to_the_report(served, browser, states):
    site, found = served
    context = browser.new_context(viewport={"width": 1280, "height": 900}, storage_state=states["cem"])
    page = context.new_page()
    page.goto(f"{site.address}/studien/{found['study']}/")
    page.get_by_role("link", name="Ergebnisse").click()
    row = page.get_by_role("row", name=re.compile("Weite Wege"))
    expect(row.get_by_role("cell").first).to_have_text("1")  # Hafen: one segment, two codings
    page.get_by_label("Was gezählt wird").select_option("kodierungen")
    page.get_by_role("button", name="Zeigen").click()
    expect(row.get_by_role("cell").first).to_have_text("2")
    assert "gezaehlt=kodierungen" in page.url
    row.get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("Zum Kinderarzt fahre ich zweimal um")
    expect(page.locator("main")).to_contain_text("kodiert von Ada, Cem")
    page.get_by_role("link", name=re.compile(r"^Hafen .*\.txt")).click()
    page.wait_for_url(re.compile(r"/kodieren/\?stelle=\d+"))
    page.go_back()
    page.get_by_role("link", name="Zurück zur Tabelle").click()
    assert "gezaehlt=kodierungen" in page.url
    page.get_by_role("link", name="Raumübergreifende Themen").click()
    wege = page.get_by_role("row", name=re.compile("Weite Wege"))
    expect(wege).to_contain_text(re.compile("4.*ja.*ja.*nein"))
    page.get_by_role("link", name="Ergebnisse").last.click()
    page.get_by_role("link", name="Bericht und Folien").click()
    page.get_by_role("link", name="Schreiben Hafen").click()
    page.get_by_label("Text").fill("Im Hafen sind die Wege weit:\n\n{{zitate: Weite Wege}}")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("row", name=re.compile("^Hafen"))).to_contain_text("9 Wörter")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Bericht (PDF)").click()
    assert taken.value.path().read_bytes().startswith(b"%PDF")
    context.close()


def test_a_table_by_attribute_is_limited_with_the_keyboard(served, browser, states):
    site, found = served
    context = browser.new_context(viewport={"width": 1280, "height": 900}, storage_state=states["cem"])
    page = context.new_page()
    page.goto(f"{site.address}/studien/{found['study']}/ergebnisse/")
    page.get_by_label("Tabelle", exact=True).select_option(label="Rolle nach Kategorien")
    page.get_by_text("Nur diese Texte").focus()
    page.keyboard.press("Enter")
    rolle = page.get_by_role("group", name="Rolle")
    rolle.get_by_label("Mieterin").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("nur=merkmal%3ARolle%3DMieterin"))
    expect(page.get_by_role("columnheader", name=re.compile(r"^Mieterin \(\d+\)$"))).to_be_visible()
    expect(page.get_by_role("columnheader", name=re.compile("ohne Angabe"))).to_have_count(0)
    expect(page.locator("main")).to_contain_text("Nur Texte mit: Rolle: Mieterin.")
    expect(rolle.get_by_label("Mieterin")).to_be_checked()
    judge(page, "ergebnisse-merkmal-begrenzt")
    page.get_by_role("row", name=re.compile("Weite Wege")).get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("Zum Kinderarzt fahre ich zweimal um")
    judge(page, "ergebnisse-merkmal-stellen")
    context.close()


@pytest.mark.parametrize("mode", MODES)
def test_pages_are_whole_and_accessible(served, browser, states, mode):
    site, found = served
    scheme, width = MODES[mode]
    above = f"/studien/{found['study']}/ergebnisse/"
    cell = f"stellen/?tabelle=raum&zeile={found['termine']}&spalte=*"
    pages = {
        "ergebnisse": "",
        "ergebnisse-texte": "?tabelle=text&ebene=2",
        "ergebnisse-merkmal": "?tabelle=merkmal:Rolle&nur=raum=Hafen",
        "ergebnisse-zusammen": "?tabelle=absatz",
        "ergebnisse-stellen": cell,
        "ergebnisse-raumuebergreifend": "raumuebergreifend/",
        "ergebnisse-bericht": "bericht/",
        "ergebnisse-kapitel": "bericht/kapitel/?raum=Hafen",
        "ergebnisse-angaben": "bericht/angaben/",
        "ergebnisse-zurueckgehalten": "zurueckgehalten/",
    }
    seen_by = {
        "cem": {name: above + path for name, path in pages.items()},
        "ada": {"freigabe-anfragen": f"{above}zurueckgehalten/{found['few']}/"},
        "vera": {"freigaben": "/studien/freigaben/", "freigabe": f"/studien/freigaben/{found['release']}/"},
    }
    for who, addresses in seen_by.items():
        kept = {"color_scheme": scheme, "storage_state": states[who]}
        context = browser.new_context(viewport={"width": width, "height": 900}, **kept)
        for name, address in addresses.items():
            page = context.new_page()
            page.goto(site.address + address)
            judge(page, f"{name}-{mode}")
            page.close()
        context.close()
