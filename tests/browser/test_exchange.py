"""A study leaves and a project comes in, in a real browser: downloaded, uploaded, decided, read."""

import json
import subprocess
import sys
import zipfile

import pytest

from tests.browser.driven import MODES, PASSWORD, judge, listen
from tests.core.voices import refi_files as refi
from tests.core.voices.test_beside import pictured, region
from tests.core.voices.test_cards import photo
from tests.site.running import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SEED = """
import json, sys, django; django.setup()
from allauth.account.models import EmailAddress
from nahraum.evidence.voices.categories import Add, Category
from nahraum_site.accounts.models import Assignment, User
from nahraum_site.voices import actions
from nahraum_site.voices.categories import actions as categories
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.models import Member
from tests.site.test_exchange_media import photographed, recorded
from tests.site.texts_fixtures import imported
people = {}
for name in ("Ada", "Cem"):
    people[name] = User.objects.create_user(f"{name.lower()}@musterstadt.example", sys.argv[1], name=name)
    EmailAddress.objects.create(user=people[name], email=people[name].email, verified=True, primary=True)
    Assignment.objects.create(user=people[name], role="researcher")
study = actions.begin("Nachbarschaften", people["Ada"])
Member.objects.create(study=study, user=people["Cem"], part=Member.Part.CODER)
place = actions.note_collection(study, {"method": "focus_group", "title": "Gruppe am Markt"}, people["Ada"])
id = categories.new_id()
categories.change(study, [Add(category=Category(id=id, name="Wohnen"))], None, people["Ada"])
(text,) = imported(study, place, people["Ada"], "markt.txt", "Der Markt ist laut.".encode(), replaced=False)
Coding.objects.create(text=text, coder=people["Ada"], category=id, made_with=id, start=0, end=9)
photographed(study, place, people["Ada"])
recorded(study, place, people["Ada"], shown=False)
print(json.dumps(f"/studien/{study.uuid}/"))
"""
SAID = "Frau Güneş-Wagenknecht sagt: Der Platz 🌳 ist laut.\nHerr Krahwinkel wartet auf den Bus.\n"
NOTE = f'<Notes><Note guid="{refi.guid(5, 7)}" name="n"><PlainTextContent>Nachfragen</PlainTextContent></Note></Notes>'
CASE = (
    f'<Cases><Case guid="{refi.guid(6, 7)}" name="Rundgang"><SourceRef targetGUID="{refi.TEXT}"/>'
    f'<SourceRef targetGUID="{refi.guid(99, 4)}"/></Case></Cases>'
)


@pytest.fixture(scope="module")
def served(empty_site):
    """Serve a small study; return the site and the study's address."""
    environment, folder = empty_site
    settings = environment | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    seeded = subprocess.run(
        [sys.executable, "-c", SEED, PASSWORD], env=settings, check=False, capture_output=True, text=True
    )
    assert seeded.returncode == 0, seeded.stderr[-3000:]
    with running(environment, folder) as site:
        yield site.address, json.loads(seeded.stdout.splitlines()[-1])


SELECT_PLATZ = """() => {
    const words = document.querySelector("details .said__words").firstChild;
    const range = document.createRange(), at = words.data.indexOf("Platz");
    range.setStart(words, at);
    range.setEnd(words, at + 5);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


def judge_in_all_modes(page, addresses):
    """Judge pages in light, dark and narrow; the last one stays open, wide again."""
    for name, at in addresses.items():
        for mode, (scheme, width) in MODES.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(at)
            judge(page, f"austausch-{name}-{mode}")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_study_leaves_and_a_project_comes_in(served, browser, tmp_path):
    address, study = served
    marks = [refi.selection(29, 49, 1), refi.selection(51, 62, 2)]
    sources = refi.text_source(marks) + pictured([region(3, (0, 0, 200, 150), words="Mehr Bänke")])
    xml = refi.project(sources, before=CASE, after=NOTE, origin="Nahraum")
    file = refi.qdpx(tmp_path / "viertel.qdpx", xml, {"sources/a.txt": SAID, "sources/k.jpg": photo()})
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    heard = listen(page, address)
    page.goto(f"{address}/anmelden/?next={study}")
    page.fill("[name=login]", "ada@musterstadt.example")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Austausch", exact=True).click()
    page.get_by_text("Es gehen nur Ihre eigenen Kodierungen und Memos mit").wait_for()
    for tick, media in ((False, []), (True, ["jpg"])):
        page.get_by_label("Fotos und Aufnahmen mitgeben").set_checked(tick)
        with page.expect_download() as taken:
            page.get_by_role("button", name="Projekt (REFI-QDA, .qdpx)").click()
        names = zipfile.ZipFile(taken.value.path()).namelist()
        assert [each[-3:] for each in names if not each.endswith(("qde", "txt"))] == media
    page.reload()
    page.get_by_text("Zuletzt heruntergeladen").wait_for()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Hochladen", exact=True).click()
    page.get_by_role("heading", name="Wer ist genannt?").wait_for()
    judge_in_all_modes(page, {"seite": f"{address}{study}austausch/", "entscheiden": page.url})
    page.get_by_label("Coder A").select_option(label="Cem")
    page.get_by_label("Methode").select_option(label="Sozialraumbegehung")
    assert page.get_by_role("checkbox", name="Güneş-Wagenknecht").is_checked()
    page.locator("summary", has_text="Protokoll").click()
    page.evaluate(SELECT_PLATZ)
    page.get_by_role("button", name="Ausgewählte Wörter weglassen").click()
    page.get_by_role("checkbox", name="Platz").wait_for()
    assert page.get_by_role("checkbox", name="Platz").is_checked()
    assert page.get_by_label("Coder A").evaluate("each => each.selectedOptions[0].text") == "Cem"
    for each in page.locator("select[name^=coder_]").all():  # of two strangers nobody is taken for the same person
        if not each.input_value():
            each.select_option(label="Ada")
    page.get_by_role("button", name="Angekreuzte ersetzen und alles einlesen").click()
    page.get_by_text("Eingelesen: Texte 2, Kodierungen 3, Memos 1, neue Kategorien 0.").wait_for()
    page.goto(f"{address}{study}texte/")
    page.get_by_role("link", name="Protokoll").first.click()
    words = page.locator("main").inner_text()
    assert "Wagenknecht" not in words
    assert "Krahwinkel" not in words
    assert "[Auslassung 1] 🌳 ist laut." in words
    assert heard == []
    context.close()
