"""Agreement in a real browser: blind at first, then values, differences side by side, and what the team agrees on."""

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
for name in ("Ada", "Cem"):
    people[name] = User.objects.create_user(f"{name.lower()}@musterstadt.example", sys.argv[1], name=name)
    EmailAddress.objects.create(user=people[name], email=people[name].email, verified=True, primary=True)
    Assignment.objects.create(user=people[name], role="researcher")
study = actions.begin("Nachbarschaften", people["Ada"])
Member.objects.create(study=study, user=people["Cem"], part=Member.Part.CODER)
place = actions.note_collection(study, {"method": "focus_group", "title": "Gruppe am Markt"}, people["Ada"])
top = Category(id=categories.new_id(), name="Bedarfe", codable=False)
names = ("Wohnen", "Verkehr", "Treffpunkte und Orte ohne Anlass")
below = [Category(id=categories.new_id(), name=each, parent=top.id) for each in names]
ids = [each.id for each in categories.change(study, [Add(category=each) for each in (top, *below)], None,
                                             people["Ada"]).categories[1:]]
found = {"study": str(study.uuid)}
words = "im Viertel fehlt ein Ort an dem man sich ohne Anlass treffen kann und wo Kinder spielen".split()
rng = random.Random(4)
said = ["Der Platz ist laut.", "Die Wohnungen sind teuer, und der Bus kommt selten.", "Es fehlt ein Treff."]
said += ["Absatz %d: %s." % (n, " ".join(rng.choice(words) for _ in range(25))) for n in range(90)]
for key in ("markt", "hafen"):
    (text,) = imported(study, place, people["Ada"], key + ".txt", (key + "\\n" + "\\n".join(said)).encode(),
                       replaced=False)
    found[key] = str(text.uuid)
    first = len(key) + 1
    marks = [("Ada", 0, first, first + 19), ("Cem", 0, first, first + 9), ("Ada", 1, first + 46, first + 70),
             ("Cem", 1, first + 46, first + 70), ("Cem", 2, first + 72, first + 91)]
    marks += [("Ada", 2, first + 110, first + 300)]
    for n in range(60):
        start = 600 + 150 * n
        seen = [who for who in ("Ada", "Cem") if rng.random() < .8]
        marks += [(who, n % 3, start + rng.choice((0, 0, 7)), start + 60) for who in seen]
    Coding.objects.bulk_create(Coding(text=text, coder=people[who], category=ids[n], made_with=ids[n], start=s, end=e)
                               for who, n, s, e in marks)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def served(empty_site):
    """Serve a study with two texts that Ada, who leads, and Cem coded."""
    environment, folder = empty_site
    settings = environment | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    words = [sys.executable, "-c", SEED, PASSWORD]
    seeded = subprocess.run(words, env=settings, check=False, capture_output=True, text=True)
    assert seeded.returncode == 0, seeded.stderr[-3000:]
    found = json.loads(seeded.stdout.splitlines()[-1])
    with running(environment, folder) as site:
        yield f"{site.address}/studien/{found['study']}", site.address, found


@pytest.fixture(scope="module")
def state(served, browser):
    """Return a function that signs somebody in once and returns what their browser keeps."""
    kept = {}

    def of(name):
        if name not in kept:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{served[1]}/anmelden/")
            page.fill("[name=login]", f"{name.lower()}@musterstadt.example")
            page.fill("[name=password]", PASSWORD)
            page.locator("main form button").first.click()
            page.wait_for_load_state()
            kept[name] = context.storage_state()
            context.close()
        return kept[name]

    return of


def opened(browser, state, name, mode="hell"):
    scheme, width = MODES[mode]
    size = {"width": width, "height": 900}
    return browser.new_context(viewport=size, color_scheme=scheme, storage_state=state(name)).new_page()


def test_a_team_goes_from_blind_coding_to_agreed_codings(served, browser, state):
    study, _address, found = served
    cem, ada = opened(browser, state, "Cem"), opened(browser, state, "Ada")
    cem.goto(f"{study}/texte/{found['markt']}/kodieren/")
    cem.get_by_role("button", name="Diesen Text habe ich durchkodiert").click()
    expect(cem.locator("main")).to_contain_text("Sie haben diesen Text durchkodiert")
    cem.goto(f"{study}/")
    cem.get_by_role("link", name="Übereinstimmung").click()
    expect(cem.get_by_role("heading", level=1)).to_have_text("Noch nicht zu sehen")
    judge(cem, "uebereinstimmung-blind")
    ada.goto(f"{study}/uebereinstimmung/")
    expect(ada.get_by_role("table").first).to_contain_text("Krippendorffs Alpha")
    expect(ada.get_by_role("link", name="markt")).to_have_count(0)
    ada.goto(f"{study}/kodierungen/")
    ada.get_by_role("button", name="Kodierungen der anderen zeigen").click()
    # the coder compares stretches, goes to the differences of one text
    cem.goto(f"{study}/uebereinstimmung/")
    cem.locator("details.panel > summary").click()
    cem.get_by_label("Was als eine Einheit zählt").select_option(label="Textstellen, die sich genug überdecken")
    cem.get_by_label(re.compile("^Deckung")).fill("50")
    cem.get_by_role("button", name="Vergleichen").click()
    expect(cem.locator("main")).to_contain_text("Es gibt keine Einheit, die beide ausgelassen haben")
    cem.get_by_role("link", name="markt").click()
    expect(cem.locator("#zeigen")).to_have_value("unterschiede")
    line = cem.locator("#z2 tr", has_text="Wohnen")
    expect(line).to_contain_text("andere Grenzen")
    line.get_by_role("button", name=re.compile("^Beide")).click()
    expect(cem.locator("#z2 tr", has_text="Wohnen")).to_contain_text("✓")
    expect(cem.locator("main")).to_contain_text("Ihr letzter Schritt hat 2 gemeinsame Kodierungen")
    cem.locator("#z2 tr", has_text="Wohnen").get_by_role("button", name=re.compile("^Entfernen")).first.click()
    expect(cem.locator("#z2").get_by_role("button", name=re.compile("^Entfernen"))).to_have_count(1)
    # a stretch of the team's own: the form says what is wrong and keeps what was typed
    form = cem.get_by_role("region", name="Eine andere Textstelle festhalten")
    form.get_by_label("Kategorie").select_option(label="Bedarfe › Verkehr")
    form.get_by_label("Von Zeile").fill("3")
    form.get_by_label("Nur diese Worte der Zeilen").fill("die Bahn")
    form.get_by_role("button", name="Gemeinsam festhalten").click()
    expect(cem.get_by_role("alert")).to_contain_text("stehen nicht in den Zeilen")
    form.get_by_label("Nur diese Worte der Zeilen").fill("der Bus kommt")
    form.get_by_role("button", name="Gemeinsam festhalten").click()
    expect(cem.locator("main")).to_contain_text("Gespeichert")
    # all that is alike, after a question; and back
    cem.get_by_role("link", name="Alles festhalten, was in diesem Text gleich ist").click()
    judge(cem, "uebereinstimmung-gleiches")
    cem.get_by_role("button", name="Gemeinsam festhalten").click()
    expect(cem.locator("main")).to_contain_text(re.compile(r"Gemeinsam festgehalten: \d\d"))
    cem.get_by_role("button", name="Zurücknehmen").click()
    expect(cem.locator("main")).to_contain_text(re.compile(r"Zurückgenommen: \d\d"))
    for page in (cem, ada):
        page.context.close()


def test_a_team_agrees_by_keyboard_that_a_place_stays_uncoded_and_takes_it_back(served, browser, state):
    study, _address, found = served
    ada, cem = opened(browser, state, "Ada"), opened(browser, state, "Cem", "schmal")
    ada.goto(f"{study}/kodierungen/")
    show = ada.get_by_role("button", name="Kodierungen der anderen zeigen")
    if show.count():  # the test above may have done it
        show.click()
    cem.goto(f"{study}/uebereinstimmung/{found['markt']}/?zeigen=offen")
    line = cem.locator("#z4 tr", has_text="nur Cem")
    line.locator("summary").focus()
    cem.keyboard.press("Enter")
    line.get_by_label("Grund").fill("Das ist die Meinung des Moderators.")
    judge(cem, "uebereinstimmung-nichts-kodieren")
    cem.keyboard.press("Enter")
    expect(cem.locator("main")).to_contain_text("Gespeichert")
    expect(cem.locator("#z4 tr", has_text="nur Cem")).to_have_count(0)
    cem.locator("#zeigen").select_option("unterschiede")
    cem.get_by_role("button", name="Zeigen", exact=True).click()
    line = cem.locator("#z4 tr", has_text="nur Cem")
    expect(line).to_contain_text("∅ bleibt unkodiert (Cem,")
    expect(line).to_contain_text("Meinung des Moderators")
    judge(cem, "uebereinstimmung-bleibt-unkodiert")
    line.get_by_role("button", name="Zurücknehmen").click()
    expect(cem.locator("#z4 tr", has_text="nur Cem").get_by_text("Nichts kodieren")).to_be_visible()
    for page in (cem, ada):
        page.context.close()


@pytest.mark.parametrize("mode", MODES)
def test_pages_are_whole_and_accessible(served, browser, state, mode):
    """After the team opened the study."""
    study, _address, found = served
    page = opened(browser, state, "Ada", mode)
    page.goto(f"{study}/kodierungen/")
    button = page.get_by_role("button", name="Kodierungen der anderen zeigen")
    if button.count():
        button.click()
    for name, path in {
        "uebereinstimmung": "uebereinstimmung/",
        "uebereinstimmung-stellen": "uebereinstimmung/?ebene=segment&deckung=80",
        "nebeneinander": f"uebereinstimmung/{found['markt']}/",
        "nebeneinander-unterschiede": f"uebereinstimmung/{found['hafen']}/?zeigen=unterschiede&seite=2",
        "kodierungen-durch": "kodierungen/",
    }.items():
        page.goto(f"{study}/{path}")
        judge(page, f"{name}-{mode}")
    page.context.close()
