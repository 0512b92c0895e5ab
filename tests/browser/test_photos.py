"""Cards on a photograph: drawn and typed, coded by an area of the picture; a recording heard from a line."""

import io
import json
import math
import random
import struct
import subprocess
import sys
import time
import wave

import pytest
from PIL import Image, ImageDraw

from tests.browser.driven import MODES, PASSWORD, judge, listen
from tests.site.running import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SEED = """
import json, sys, django; django.setup()
from allauth.account.models import EmailAddress
from nahraum.evidence.voices.categories import Add, Category
from nahraum_site.accounts.models import Assignment, User
from nahraum_site.voices import actions
from nahraum_site.voices.categories import actions as categories
from tests.site.texts_fixtures import imported
ada = User.objects.create_user("ada@musterstadt.example", sys.argv[1], name="Ada")
EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
Assignment.objects.create(user=ada, role="researcher")
study = actions.begin("Karten am Hafen", ada)
cafe = actions.note_collection(study, {"method": "world_cafe", "title": "Café Hafen", "participants": 12}, ada)
ids = {"Wohnen": "11111111-1111-4111-8111-111111111111", "Verkehr": "22222222-2222-4222-8222-222222222222"}
categories.change(study, [Add(category=Category(id=id, name=name)) for name, id in ids.items()], None, ada)
said = "1\\n00:00:00,500 --> 00:00:02,000\\nDer Platz ist laut.\\n\\n2\\n00:00:02,500 --> 00:00:04,000\\nAber grün.\\n"
text = imported(study, cafe, ada, "gespraech.srt", said.encode())[0]
print(json.dumps({"study": str(study.uuid), "text": str(text.uuid)}))
"""
PATIENCE = 60  # seconds
CARDS = {"Mehr Bänke am Markt": (0.06, 0.1, 0.4, 0.35), "Der Bus kommt zu selten": (0.55, 0.1, 0.4, 0.35)}


@pytest.fixture(scope="module")
def served(empty_site):
    """Serve a study with a transcript; return its address and the transcript's."""
    environment, folder = empty_site
    settings = environment | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    words = [sys.executable, "-c", SEED, PASSWORD]
    seeded = subprocess.run(words, env=settings, check=False, capture_output=True, text=True)
    assert seeded.returncode == 0, seeded.stderr[-3000:]
    found = json.loads(seeded.stdout.splitlines()[-1])
    with running(environment, folder) as site:
        study = f"{site.address}/studien/{found['study']}/"
        yield site.address, study, f"{study}texte/{found['text']}/"


@pytest.fixture(scope="module")
def signed_in(served, browser):
    """Return what the browser of Ada, who leads, remembers."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{served[0]}/anmelden/")
    page.fill("[name=login]", "ada@musterstadt.example")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda where: "/anmelden/" not in where)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(served, browser, signed_in):
    """Give a page of Ada's; the browser may complain of nothing."""
    context = browser.new_context(storage_state=signed_in, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    heard = listen(page, served[0])
    yield page
    assert heard == []
    context.close()


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    picture = Image.new("RGB", (1200, 900), (235, 235, 230))
    draw = ImageDraw.Draw(picture)
    for x, y, width, height in CARDS.values():
        corner, end = (x * 1200, y * 900), ((x + width) * 1200, (y + height) * 900)
        draw.rectangle((*corner, *end), fill=(250, 225, 120))
    found = tmp_path_factory.mktemp("photo") / "wand.jpg"
    picture.save(found)
    return found


@pytest.fixture(scope="module")
def sound():
    found = io.BytesIO()
    with wave.open(found, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<h", int(3000 * math.sin(n / 5))) for n in range(8000 * 5)))
    return found.getvalue()


def drag(page, area):
    box = page.locator("#foto svg").bounding_box()
    x, y, width, height = area
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + (x + width) * box["width"], box["y"] + (y + height) * box["height"], steps=4)
    page.mouse.up()


def until(page, holds):
    """Wait until an expression holds: the page's policy lets no other way of waiting evaluate it."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(holds):
        assert time.monotonic() < end, holds
        page.wait_for_timeout(50)


def in_all_modes(page, name):
    for mode, (scheme, width) in MODES.items():
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        judge(page, f"{name}-{mode}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_cards_are_drawn_typed_and_coded_by_an_area_of_the_picture(served, page, photo):
    _address, study, _text = served
    page.goto(f"{study}texte/einlesen/")
    page.locator("input[type=file]").set_input_files(photo)
    page.locator("select").first.select_option(index=1)
    page.get_by_role("button", name="Hochladen", exact=True).click()
    page.get_by_role("heading", name="Was steht auf den Karten?").wait_for()
    page.locator("#foto img").evaluate("each => each.decode()")
    for words, area in CARDS.items():
        drag(page, area)  # the empty row that comes next is in hand
        page.keyboard.type(words)
    assert page.locator("#foto svg rect").count() == 2
    left = page.locator("[name=left]").evaluate_all("all => all.slice(0, 2).map((each) => Number(each.value))")
    assert left == pytest.approx([6, 55], abs=0.3)
    # one more by keyboard alone
    page.get_by_role("button", name="Noch eine Karte").press("Enter")
    page.keyboard.type("Danke")
    for number in ("10", "60", "20", "20"):
        page.keyboard.press("Tab")
        page.keyboard.type(number)
    assert page.locator("#foto svg rect.in-hand").count() == 1
    in_all_modes(page, "karten")
    page.get_by_role("button", name="Speichern und weiterschreiben").click()
    page.get_by_text("Gespeichert.").wait_for()
    assert page.locator("#foto svg rect").count() == 3
    page.get_by_role("button", name="Speichern und entscheiden").click()
    page.get_by_role("heading", name="Was wird ersetzt?").wait_for()
    page.get_by_role("button", name="ersetzen und einlesen").click()
    page.get_by_text("1 Text wurde eingelesen").wait_for()
    page.get_by_role("link", name="wand").first.click()
    page.locator("#foto img").evaluate("each => each.decode()")
    in_all_modes(page, "karten-text")
    page.get_by_role("link", name="Kodieren", exact=True).click()
    page.wait_for_selector("html[data-coding=ready]")
    area = page.get_by_role("link", name="Der Bus kommt zu selten")
    area.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("getSelection().toString()") == "Der Bus kommt zu selten"
    page.keyboard.type("Verk")
    page.keyboard.press("Enter")
    page.get_by_text("Kodiert: Verkehr").wait_for()
    page.get_by_text("Alles ist gespeichert.").wait_for()
    assert page.locator("#text .c").inner_text() == "Der Bus kommt zu selten"
    in_all_modes(page, "karten-kodieren")


def test_a_recording_is_heard_from_a_line(served, page, sound, tmp_path):
    _address, _study, text = served
    file = tmp_path / f"aufnahme-{random.randrange(10**9)}.wav"
    file.write_bytes(sound)
    page.goto(f"{text}aufnahme/")
    in_all_modes(page, "aufnahme")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Hochladen", exact=True).click()
    page.get_by_text("Die Aufnahme liegt jetzt beim Text").wait_for()
    until(page, "document.querySelector('audio').readyState >= 1")
    assert page.evaluate("document.querySelector('audio').duration") == pytest.approx(5, abs=0.1)
    page.get_by_role("button", name="Ab 0:00:02 hören").press("Enter")
    until(page, "document.querySelector('audio').currentTime > 2.6")
    assert page.locator("li[aria-current]").inner_text().endswith("Aber grün.")
    page.evaluate("document.querySelector('audio').pause()")
    in_all_modes(page, "aufnahme-text")
    page.get_by_role("link", name="Kodieren", exact=True).click()
    page.locator("#text .line").nth(1).click()
    page.get_by_role("button", name="Ab der Stelle im Text hören").press("Enter")
    until(page, "document.querySelector('audio').currentTime > 2.6")
    assert page.locator(".line[aria-current]").inner_text() == "Aber grün."
    page.evaluate("document.querySelector('audio').pause()")
    in_all_modes(page, "aufnahme-kodieren")
