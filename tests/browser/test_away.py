"""A day in the field: texts are packed, coded without network, and brought home without overwriting anything."""

import json
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.driven import MODES, PASSWORD, judge, violations
from tests.browser.test_coding import SEED, press
from tests.site.coding_fixtures import SAID
from tests.site.running import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSPHRASE = "drei Möwen am Kai"
WAITING = "Object.keys(localStorage).filter(key => key.startsWith('nahraum-step')).length"
NOTE = "Zum Platz noch einmal nachfragen."
# While the coder is away, the lead merges a category and another coder codes the same place.
MEANWHILE = """
import sys, django; django.setup()
from nahraum.evidence.voices.categories import Merge, Remove
from nahraum_site.accounts.models import User
from nahraum_site.voices.categories import actions, queries
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.texts.models import Text
text = Text.objects.select_related("collection__study").get(uuid=sys.argv[1])
study, ada, dana = text.collection.study, User.objects.get(name="Ada"), User.objects.get(name="Dana")
ids = {each.name: each.id for each in queries.system_of(study).categories}
Coding.objects.create(text=text, coder=dana, category=ids["Schule"], made_with=ids["Schule"], start=0, end=11)
Coding.objects.filter(category=ids["Lärm"]).delete()  # what is coded with is not removed
version = queries.row_of(study).version
actions.change(study, [Merge(id=ids["Verkehr"], into=ids["Wohnen"]), Remove(id=ids["Lärm"])], version, ada)
"""
ALLOW = """
import sys, django; django.setup()
from nahraum_site.voices.away import packing
from nahraum_site.voices.texts.models import Text
study = Text.objects.select_related("collection__study").get(uuid=sys.argv[1]).collection.study
packing.allow(study, study.made_by, is_allowed=True)
"""
STANDS = """
import json, sys, django; django.setup()
from nahraum_site.voices.categories import queries
from nahraum_site.voices.coding import memos
from nahraum_site.voices.coding.models import Coding, Memo, Worked
from nahraum_site.voices.texts.models import Text
text = Text.objects.select_related("collection__study").get(uuid=sys.argv[1])
names = {each.id: each.name for each in queries.system_of(text.collection.study).categories}
found = Coding.objects.filter(text=text, removed_at=None).select_related("coder")
print(json.dumps({
    "codings": [[c.coder.name, names.get(c.category, "?"), c.start, c.end, c.is_quotation] for c in found],
    "memos": sorted(memos.said(list(Memo.objects.filter(text=text).select_related("text__collection"))).values()),
    "through": [each.coder.name for each in Worked.objects.filter(text=text).select_related("coder")],
}))
"""
# every word that the browser keeps, wherever; bytes as they lie there
KEPT = """
async () => {
    const said = JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage});
    const readable = value => {
        if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
            return new TextDecoder('latin1').decode(value) + new TextDecoder().decode(value);
        }
        if (value && typeof value === 'object') return Object.values(value).map(readable).join(' ');
        return String(value);
    };
    const parts = [said];
    for (const {name, version} of await indexedDB.databases()) {
        const base = await new Promise(done => {
            const asked = indexedDB.open(name, version);
            asked.onsuccess = () => done(asked.result);
        });
        for (const store of base.objectStoreNames) {
            const asked = base.transaction(store).objectStore(store).getAll();
            const rows = await new Promise(done => { asked.onsuccess = () => done(asked.result); });
            parts.push(`store ${store}`, readable(rows));
        }
        base.close();
    }
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            parts.push(request.url, await (await cache.match(request)).text());
        }
    }
    return parts.join('\\n');
}
"""
# a text whose time on the device was over yesterday
END = """
async () => {
    const base = await new Promise(done => {
        const asked = indexedDB.open('nahraum-unterwegs');
        asked.onsuccess = () => done(asked.result);
    });
    const texts = base.transaction('texts', 'readwrite').objectStore('texts');
    const [text] = await new Promise(done => {
        const asked = texts.getAll();
        asked.onsuccess = () => done(asked.result);
    });
    texts.put({...text, ends: new Date(Date.now() - 86400000).toISOString().slice(0, 10)});
    base.close();
}
"""


@pytest.fixture(scope="module")
def served(empty_site):
    """Serve a study whose texts may be taken along; return its address, what is where, and how to ask its database."""
    environment, folder = empty_site
    settings = environment | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}

    def run(*words):
        done = subprocess.run([sys.executable, "-c", *words], env=settings, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else None

    found = run(SEED, PASSWORD, SAID)
    with running(environment, folder) as site:
        yield site.address, found, run


def sign_in(page, address, name):
    page.goto(f"{address}/anmelden/")
    page.fill("[name=login]", f"{name.lower()}@musterstadt.example")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda where: "/anmelden/" not in where)


@pytest.fixture
def enter(served, browser):
    """Return a function that gives somebody a browser of their own."""
    contexts = []

    def entered(name):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        sign_in(page, served[0], name)
        return page

    yield entered
    for context in contexts:
        context.close()


def away(page, address):
    page.goto(f"{address}/unterwegs/")
    page.wait_for_selector("html[data-away=ready]")


def pack(page, again=PASSPHRASE):
    """Pack the short text."""
    for name in ("tausend", "viele"):
        page.get_by_label(re.compile(name)).uncheck()
    page.get_by_label(re.compile("klein")).check()
    page.get_by_label("Kennsatz, mindestens").fill(PASSPHRASE)
    page.get_by_label("Noch einmal").fill(again)
    page.get_by_role("button", name="Einpacken").click()


def unlock(page, passphrase=PASSPHRASE):
    page.get_by_label("Kennsatz", exact=True).fill(passphrase)
    page.get_by_role("button", name="Öffnen").click()


def opened(page, name="klein"):
    page.get_by_role("button", name=name).click()
    frame = page.frame_locator("#blatt iframe")
    expect(frame.locator("html[data-coding=ready]")).to_be_attached()
    return frame


def in_all_modes(page, name):
    for mode, (scheme, width) in MODES.items():
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        judge(page, f"{name}-{mode}")
        for frame in page.frames[1:]:
            assert violations(frame) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_day_in_the_field_comes_home_whole(served, enter):
    address, found, run = served
    lead = enter("Ada")
    lead.goto(f"{address}/studien/{found['study']}/kodierungen/")
    lead.get_by_role("link", name="Einen Tag ohne Netz").click()
    in_all_modes(lead, "unterwegs-studie")
    lead.get_by_role("button", name="Mitnehmen erlauben").click()
    page = enter("Cem")
    page.goto(f"{address}/studien/")
    page.get_by_role("link", name="Unterwegs kodieren").click()
    page.wait_for_selector("html[data-away=ready]")
    in_all_modes(page, "unterwegs-packen")
    pack(page, again=PASSPHRASE + "!")
    expect(page.get_by_role("alert")).to_have_text("Die beiden Kennsätze sind verschieden.")
    pack(page)
    expect(page.locator("#lage")).to_contain_text("Eingepackte Texte: 1")
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("html[data-away=ready]")
    expect(page.locator("#lage")).to_contain_text("Kein Netz.")
    unlock(page, "drei Möwen am Kat")
    expect(page.get_by_role("alert")).to_have_text("Der Kennsatz passt nicht.")
    in_all_modes(page, "unterwegs-zu")
    code_and_note(page)
    page = opened_again(page, address)
    come_home(page, found, run)


def code_and_note(page):
    """Code by keyboard without network, take back and do again, say that it is coded through, write a note."""
    unlock(page)
    expect(page.locator("#texte")).to_contain_text("Kodierungen: 0")
    frame = opened(page)
    assert page.evaluate("document.activeElement.id") == "offen-h"
    frame.locator("#text").focus()
    press(page, "Control+Home", *["Shift+ArrowRight"] * 11, "2")  # Der Platz 🌳: Verkehr
    expect(frame.locator("#gespeichert")).to_contain_text("Auf diesem Gerät aufbewahrt: 1")
    press(page, "Control+End", "Enter", "4", "Control+z", "Control+y")  # the last line: Lärm
    expect(frame.locator("#gesagt")).to_have_text("Wiederhergestellt.")
    frame.locator("#text").focus()
    press(page, "Control+Home", "ArrowDown", "Home", "Shift+End", "1", "Control+z")
    expect(frame.locator("#gesagt")).to_have_text("Zurückgenommen.")
    frame.get_by_role("button", name="Diesen Text habe ich durchkodiert").click()
    page.get_by_label("Notiz zu diesem Text").fill(NOTE)
    expect(page.locator("#notiz-stand")).to_have_text("Aufbewahrt.")
    in_all_modes(page, "unterwegs-offen")
    page.get_by_role("button", name="Zurück zur Liste").click()
    expect(page.locator("#texte")).to_contain_text("Kodierungen: 2 · ✓ durchkodiert · mit Notiz")
    expect(page.locator("#texte button")).to_be_focused()
    in_all_modes(page, "unterwegs-liste")


def opened_again(page, address):
    """Close the page and open it again: nothing is lost, and no word lies there in clear. Return the new page."""
    context = page.context
    page.close()
    page = context.new_page()
    away(page, address)
    kept = page.evaluate(KEPT)
    assert "store texts" in kept
    assert "/static/nahraum/coding.mjs" in kept
    secret = ("ist laut", "fehlt ein", "pünktlich", "nachfragen", "Nachbarschaften", "Gruppe am", "klein.txt", "Möwen")
    assert [word for word in secret if word in kept] == []
    unlock(page)
    frame = opened(page)
    expect(frame.locator("#liste > li")).to_have_count(2)
    expect(frame.get_by_text("Sie haben diesen Text durchkodiert")).to_be_visible()
    assert page.get_by_label("Notiz zu diesem Text").input_value() == NOTE
    page.get_by_role("button", name="Zurück zur Liste").click()
    return page


def come_home(page, found, run):
    """Go online after others worked on: everything is there, nothing is overwritten, what was refused is said."""
    run(MEANWHILE, found["klein"])
    page.context.set_offline(False)
    expect(page.locator("#lage")).to_contain_text("Gespeicherte Notizen: 1.")
    expect(page.locator("#abgelehnt li")).to_have_count(1)
    expect(page.locator("#abgelehnt")).to_contain_text("klein.txt, Zeile 4: Diese Kategorie gibt es nicht mehr.")
    in_all_modes(page, "unterwegs-zurueck")
    now = run(STANDS, found["klein"])
    assert sorted(now["codings"]) == [["Cem", "Wohnen", 0, 11, False], ["Dana", "Schule", 0, 11, False]]
    assert (now["memos"], now["through"]) == ([NOTE], ["Cem"])
    assert page.evaluate(WAITING) == 0
    # sent, and still there when the text is opened without network once more
    page.context.set_offline(True)
    frame = opened(page)
    expect(frame.locator("#liste > li")).to_have_count(1)
    page.get_by_role("button", name="Zurück zur Liste").click()
    page.context.set_offline(False)
    page.locator("#abgelehnt").get_by_role("button", name="Gelesen").click()
    page.locator("#liste").get_by_role("button", name="Vom Gerät entfernen").click()
    page.get_by_role("button", name="Entfernen", exact=True).click()
    expect(page.locator("#lage")).to_contain_text("Die Texte sind von diesem Gerät entfernt.")
    expect(page.get_by_role("heading", name="Texte einpacken")).to_be_visible()


def test_nothing_is_sent_under_another_name_and_a_pack_ends(served, enter):
    address, found, run = served
    run(ALLOW, found["klein"])
    page = enter("Cem")
    away(page, address)
    pack(page)
    unlock(page)
    page.context.set_offline(True)
    frame = opened(page)
    frame.locator("#text").focus()
    press(page, "Control+Home", "ArrowDown", "Home", "Shift+End", "3")
    expect(frame.locator("#gespeichert")).to_contain_text("Auf diesem Gerät aufbewahrt: 1")
    page.get_by_role("button", name="Zurück zur Liste").click()
    before = run(STANDS, found["klein"])["codings"]

    # signed out, in a network that works: the page still opens, and says so
    page.context.clear_cookies()  # while nothing can be on its way: a page that is left may still send
    page.goto("about:blank")
    page.context.set_offline(False)
    away(page, address)
    expect(page.locator("#lage")).to_contain_text("Sie haben Netz, sind aber abgemeldet.")
    expect(page.locator("#lage")).to_contain_text("Noch nicht gesendete Schritte: 1.")
    in_all_modes(page, "unterwegs-abgemeldet")

    # another person in the same browser
    sign_in(page, address, "Dana")
    away(page, address)
    expect(page.locator("#zu")).to_contain_text("Texte einer anderen Person")
    in_all_modes(page, "unterwegs-fremd")
    unlock(page)
    expect(page.locator("#texte")).to_contain_text("Noch nicht gesendete Schritte: 1")
    assert page.evaluate(WAITING) == 1
    assert run(STANDS, found["klein"])["codings"] == before

    # when its days are over, without network: the text is gone, the step is not
    page.context.set_offline(True)
    page.evaluate(END)
    away(page, address)
    expect(page.locator("#lage")).to_contain_text("Texte, deren Zeit auf diesem Gerät um ist, wurden entfernt: 1.")
    expect(page.locator("#zu")).to_be_hidden()
    assert page.evaluate(WAITING) == 1
    page.context.clear_cookies()
    page.goto("about:blank")
    page.context.set_offline(False)
    sign_in(page, address, "Cem")
    away(page, address)
    expect(page.locator("#lage")).to_contain_text("Gespeicherte Kodierschritte: 1.")
    assert page.evaluate(WAITING) == 0
    assert len(run(STANDS, found["klein"])["codings"]) == len(before) + 1
