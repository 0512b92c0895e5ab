"""Category systems on the site: every change, its history, who may, files in and out, two people at once."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.site.cast import words
from tests.site.coding_fixtures import *  # noqa: F403 - fixtures
from tests.site.coding_fixtures import at, page_data, step


def send(client, study, do, chosen="", **given):
    version = given.pop("version", None) or page_version(client, study)
    posted = {"do": do, f"{do}-version": version, **{f"{do}-{name}": value for name, value in given.items()}}
    return client.post(at(study, f"kategorien/?kategorie={chosen}"), posted)


def page_version(client, study):
    return int(re.search(r"farben-(\d+)\.css", words(client.get(at(study, "kategorien/"))))[1])


def ids(client, study):
    """Return name -> id, in the order of the tree."""
    page = words(client.get(at(study, "kategorien/"))).partition('id="aendern"')[0]
    return {name: id for id, name in re.findall(r'kategorie=([^#"]+)#aendern"[^>]*>([^<]+)</a>', page)}


def names(study):
    from nahraum_site.voices.categories import queries

    system = queries.system_of(study)
    return [system.label(each.id) for each in system.categories]


@pytest.fixture
def ada(team, enter):
    return enter(team["Ada"])


def test_a_tree_is_built_changed_and_its_history_read(study, ada):
    assert "Noch keine Kategorien" in words(ada.get(at(study, "kategorien/")))
    assert send(ada, study, "add", name="Bedarfe", kind="deductive", codable="on").status_code == 302
    top = ids(ada, study)["Bedarfe"]
    send(ada, study, "add", name="Wohnen", parent=top, kind="inductive", codable="on", rule="Wenn es um Wohnungen geht")
    send(ada, study, "add", name="Verkehr", parent=top, kind="inductive", codable="on",
         colour="eigene", own_colour="#1A7F37")  # fmt: skip
    assert names(study) == ["Bedarfe", "Bedarfe › Wohnen", "Bedarfe › Verkehr"]
    known = [*ids(ada, study).values()]
    send(ada, study, "move", known[2], place=f"before:{known[1]}")
    assert names(study) == ["Bedarfe", "Bedarfe › Verkehr", "Bedarfe › Wohnen"]
    send(ada, study, "describe", known[1], name="Wohnungen", kind="inductive", codable="on", description="Miete")
    send(ada, study, "split", known[2], parts="Bus\n\n Rad \n")
    below = ["Verkehr", "Verkehr › Bus", "Verkehr › Rad", "Wohnungen"]
    assert names(study)[1:] == [f"Bedarfe › {each}" for each in below]
    bus = ids(ada, study)["Bus"]
    send(ada, study, "remove", bus)
    for do, field in (("merge", "into"), ("move", "place")):  # nothing is chosen beforehand
        assert send(ada, study, do, known[1], **{field: ""}).status_code == 422
    send(ada, study, "merge", known[1], into=known[0])
    assert names(study) == ["Bedarfe", "Bedarfe › Verkehr", "Bedarfe › Verkehr › Rad"]
    page = words(ada.get(at(study, "kategorien/")))
    for sentence in (
        "„Bedarfe › Wohnen“ kam hinzu", "„Bedarfe › Wohnen“ heißt jetzt „Wohnungen“",
        "„Bedarfe › Verkehr“ wurde geteilt in",
        "„Bedarfe › Verkehr › Bus“", "ging in „Bedarfe“ auf",
    ):  # fmt: skip
        assert sentence in page, sentence
    assert page_version(ada, study) == 10


def test_what_cannot_be_is_said_and_what_was_typed_stays(study, ada, system):
    answer = send(ada, study, "add", name="Bedarfe", kind="deductive", codable="on", rule="Meine Regel")
    assert answer.status_code == 422
    assert "Umbenennen" in words(answer) or "zweimal" in words(answer) or "zwei Kategorien" in words(answer)
    assert "Meine Regel" in words(answer)
    answer = send(ada, study, "describe", system["Wohnen"], name="Wohnen", kind="inductive", colour="rot")
    assert answer.status_code == 422
    assert "rot" in words(answer)
    assert len(names(study)) == 4


def test_who_comes_second_is_told_and_loses_nothing(study, ada, system, team, enter):
    version = page_version(ada, study)
    cem = enter(team["Cem"])
    assert send(cem, study, "add", name="Grün", kind="inductive", codable="on", version=version).status_code == 302
    answer = send(ada, study, "describe", system["Wohnen"], name="Wohnen", kind="inductive", codable="on",
                  description="Meine Worte", version=version)  # fmt: skip
    assert answer.status_code == 409
    page = words(answer)
    assert "Meine Worte" in page
    assert "„Grün“ kam hinzu" in page
    again = send(ada, study, "describe", system["Wohnen"], name="Wohnen", kind="inductive", codable="on",
                 description="Meine Worte", version=version + 1)  # fmt: skip
    assert again.status_code == 302


def test_codings_follow_a_merge_and_wait_after_a_split(study, ada, system, text, team, enter):
    from nahraum_site.voices.coding.models import Coding

    cem = enter(team["Cem"])
    ada.post(at(study, "kodierungen/einsehen/"), {"open": "1"})
    for place in ((0, 9), (4, 12)):
        assert step(cem, study, text, start=place[0], end=place[1], category=system["Wohnen"]).status_code == 200
    step(cem, study, text, start=0, end=3, category=system["Verkehr"])
    answer = send(ada, study, "remove", system["Wohnen"])
    assert answer.status_code == 422  # codings stand there
    send(ada, study, "split", system["Wohnen"], parts="Miete\nBau")
    page = words(ada.get(at(study, "kategorien/")))
    assert "2 Kodierungen" in page
    parts = ids(ada, study)
    deciding = at(study, f"kategorien/{system['Wohnen']}/aufteilen/")
    shown = words(ada.get(deciding))
    assert "<mark>Der Platz</mark>" in shown
    first, second = Coding.objects.filter(category=system["Wohnen"])
    ada.post(deciding, {"version": page_version(ada, study), f"c{first.pk}": parts["Miete"], f"c{second.pk}": ""})
    standing = {each.pk: each.category for each in Coding.objects.all()}
    assert standing[first.pk] == parts["Miete"]
    assert standing[second.pk] == system["Wohnen"]
    send(ada, study, "merge", system["Verkehr"], into=system["Ressourcen"])
    moved = Coding.objects.get(made_with=system["Verkehr"])
    assert moved.category == system["Ressourcen"]
    # a browser that was offline still codes with what was merged meanwhile: nothing is lost
    late = step(cem, study, text, start=5, end=6, category=system["Verkehr"]).json()
    assert late["codings"][0][1] == system["Ressourcen"]


def test_who_leads_and_codes_blind_shares_out_own_codings_only(study, ada, system, text, team, enter):
    from nahraum_site.voices.coding.models import Coding

    cem = enter(team["Cem"])
    step(cem, study, text, start=0, end=9, category=system["Wohnen"])
    step(ada, study, text, start=26, end=39, category=system["Wohnen"])
    theirs, own = (Coding.objects.get(coder=team[name]) for name in ("Cem", "Ada"))
    send(ada, study, "split", system["Wohnen"], parts="Miete\nBau")
    deciding, part = at(study, f"kategorien/{system['Wohnen']}/aufteilen/"), ids(ada, study)["Miete"]
    page = words(ada.get(deciding))
    assert re.findall(r'name="c(\d+)"', page) == [str(own.pk)]
    assert "<mark>Der Platz" not in page
    assert "1 Kodierung anderer wartet" in page
    assert "sobald Kodierende einander sehen" in page
    ada.post(deciding, {f"c{theirs.pk}": part, f"c{own.pk}": part})  # who knows or guesses the number changes nothing
    theirs.refresh_from_db()
    own.refresh_from_db()
    assert (theirs.category, own.category) == (system["Wohnen"], part)
    page = words(ada.get(deciding))
    assert "Alle Ihre Kodierungen" in page
    assert "1 Kodierung anderer wartet" in page
    ada.post(at(study, "kodierungen/einsehen/"), {"open": "1"})
    page = words(ada.get(deciding))
    assert "<mark>Der Platz</mark>" in page
    assert "anderer wartet" not in page
    ada.post(deciding, {f"c{theirs.pk}": part})
    theirs.refresh_from_db()
    assert theirs.category == part


def test_who_may(study, system, team, enter):
    cem, rita, olga = (enter(team[name]) for name in ("Cem", "Rita", "Olga"))
    assert olga.get(at(study, "kategorien/")).status_code == 404
    page = rita.get(at(study, "kategorien/"))
    assert 'name="do"' not in words(page)
    assert rita.post(at(study, "kategorien/"), {"do": "add"}).status_code == 403
    for do in ("move", "merge", "split", "remove"):
        assert cem.post(at(study, f"kategorien/?kategorie={system['Wohnen']}"), {"do": do}).status_code == 403
    assert cem.post(at(study, "kategorien/einlesen/"), {}).status_code == 403
    page = words(cem.get(at(study, f"kategorien/?kategorie={system['Wohnen']}")))
    assert re.findall(r'name="do" value="(\w+)"', page) == ["describe", "add"]


def test_who_codes_blind_does_not_see_how_often_others_gave_a_category(study, ada, system, text, team, enter):
    cem, rita = enter(team["Cem"]), enter(team["Rita"])
    step(cem, study, text, start=0, end=9, category=system["Wohnen"])
    for start in (0, 4, 10):
        step(ada, study, text, start=start, end=start + 3, category=system["Verkehr"])

    def counted(client):
        return re.findall(
            r">(\w+)</a> <span class=\"muted\">(\d+) Kodierung", words(client.get(at(study, "kategorien/")))
        )

    all_of_them = [("Wohnen", "1"), ("Verkehr", "3"), ("Ressourcen", "0")]
    assert counted(cem) == [("Wohnen", "1"), ("Verkehr", "0"), ("Ressourcen", "0")]
    assert counted(rita) == counted(ada) == all_of_them
    ada.post(at(study, "kodierungen/einsehen/"), {"open": "1"})
    assert counted(cem) == all_of_them


def test_a_parent_counts_its_own_codings_and_apart_those_below(study, ada, system, text, team, enter):
    cem = enter(team["Cem"])
    send(ada, study, "split", system["Verkehr"], parts="Bus\nRad")
    parts = ids(ada, study)
    for client, places in ((cem, (0, 4)), (ada, (8,))):
        for start in places:
            step(client, study, text, start=start, end=start + 3, category=parts["Bus"])
    step(cem, study, text, start=20, end=23, category=system["Verkehr"])  # from a page that does not know of the split
    step(cem, study, text, start=20, end=23, category=system["Wohnen"])

    def shown(client):
        tree = words(client.get(at(study, "kategorien/"))).partition('id="aendern"')[0]
        return dict(re.findall(r'#aendern">(\w+)</a> <span class="muted">([^<]+)</span>', tree))

    assert shown(ada) == {
        "Bedarfe": "fasst andere zusammen, mit Unterkategorien 5",
        "Wohnen": "1 Kodierung",
        "Verkehr": "1 Kodierung, mit Unterkategorien 4",
        "Bus": "3 Kodierungen",
        "Rad": "0 Kodierungen",
        "Ressourcen": "0 Kodierungen",
    }
    assert shown(cem)["Bedarfe"] == "fasst andere zusammen, mit Unterkategorien 4"  # blind: the own ones


def upload(client, study, name, content):
    file = SimpleUploadedFile(name, content)
    return client.post(at(study, "kategorien/einlesen/"), {"version": page_version(client, study), "file": file})


TABLE = (
    "Pfad;Beschreibung;Farbe;Kodierbar\nBedarfe;;;nein\n"
    "Bedarfe > Wohnen;Miete und Bau;#1a7f37;ja\nBedarfe > Verkehr;;;ja\n"
)


@pytest.mark.parametrize("kind", ["csv", "qdc"])
def test_a_codebook_goes_out_and_comes_back(study, ada, team, kind):
    from nahraum_site.voices import actions
    from nahraum_site.voices.categories import queries

    assert upload(ada, study, "t.csv", TABLE.encode("cp1252")).status_code == 302
    assert page_version(ada, study) == 1
    content = ada.get(at(study, f"kategorien.{kind}")).content
    other = actions.begin("Zweite", team["Ada"])
    assert upload(ada, other, f"t.{kind}", content).status_code == 302
    assert names(other) == ["Bedarfe", "Bedarfe › Wohnen", "Bedarfe › Verkehr"]
    shown = [(c.name, c.description, c.colour, c.codable) for c in queries.system_of(other).categories]
    housing = ("Wohnen", "Miete und Bau", "#1a7f37", True)  # what had no colour got one, and takes it along
    assert shown == [("Bedarfe", "", "#0072b2", False), housing, ("Verkehr", "", "#d55e00", True)]
    if kind == "csv":
        assert [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))][0:1] != ["Bedarfe"]


def test_another_system_takes_the_place_and_codings_stay(study, ada, system, text, team, enter):
    from nahraum_site.voices.coding.models import Coding

    cem = enter(team["Cem"])
    step(cem, study, text, start=0, end=9, category=system["Wohnen"])
    assert upload(ada, study, "neu.csv", TABLE.encode()).status_code == 302
    assert Coding.objects.get().category == system["Wohnen"]
    data = page_data(cem, study, text)
    assert data["categories"][-1]["name"] == "Wohnen"
    assert data["categories"][-1]["codable"] is False
    assert "umkodieren" in words(cem.get(at(study, "kodierungen/")))
    assert "umkodieren" not in words(ada.get(at(study, "kodierungen/")))
    page = words(cem.get(at(study, "kodierungen/umkodieren/")))
    assert "<mark>Der Platz</mark>" in page
    old = Coding.objects.get()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    posted = {"key": key, f"c{old.pk}": ids(ada, study)["Verkehr"]}
    for _ in range(2):
        cem.post(at(study, "kodierungen/umkodieren/"), posted)
    assert Coding.objects.get(replaces=old).category == ids(ada, study)["Verkehr"]
    assert Coding.objects.get(pk=old.pk).category == system["Wohnen"]
    assert "Nichts mehr umzukodieren" in words(cem.get(at(study, "kodierungen/umkodieren/")))
    assert "abgelöst" in words(ada.get(at(study, "kategorien/")))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leer.csv", b"\n"), ("bild.csv", b"\x89PNG\0\0"), ("ohne.csv", b"a;b\n1;2\n"),
        ("kaputt.qdc", b"<?xml version='1.0'?><CodeBook"),
        ("doctype.qdc", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><CodeBook xmlns='urn:QDA-XML:codebook:1.0'/>"),  # noqa: E501
        ("leer.qdc", b"<?xml version='1.0'?><CodeBook xmlns='urn:QDA-XML:codebook:1.0' origin='x'><Codes/></CodeBook>"),
        ("doppelt.csv", b"Pfad\nA\nA\n"),
    ],
)  # fmt: skip
def test_hostile_codebooks_are_refused_and_nothing_changes(study, ada, system, name, content):
    answer = upload(ada, study, name, content)
    assert answer.status_code == 422, words(answer)
    assert len(names(study)) == 4


def colours(study):
    """Return name -> colour."""
    from nahraum_site.voices.categories import queries

    return {each.name: each.colour for each in queries.system_of(study).categories}


def test_a_category_keeps_its_colour_for_life(study, ada, system, team):
    from nahraum_site.voices.categories import actions

    first = colours(study)
    assert len(set(first.values())) == 4
    send(ada, study, "add", name="Bus", parent=system["Verkehr"], kind="inductive", codable="on")
    send(ada, study, "move", system["Ressourcen"], place=f"before:{system['Bedarfe']}")
    send(
        ada, study, "describe", system["Wohnen"], name="Wohnungen", kind="inductive", codable="on"
    )  # as old pages send
    send(ada, study, "split", system["Verkehr"], parts="Rad\nFuß")
    actions.find_or_add(study, "Treff", None, team["Ada"])
    now = colours(study)
    first["Wohnungen"] = first.pop("Wohnen")
    assert first.items() <= now.items()
    assert len(set(now.values())) == len(now) == 8
    css = words(ada.get(at(study, "kategorien/farben-1.css")))
    for n, colour in enumerate(now.values()):  # the sheet numbers them by place, so that the place has the colour
        assert f".k{n} {{ --k: {colour}; }}" in css
    upload(ada, study, "neu.csv", TABLE.encode())
    assert colours(study) == {"Bedarfe": "#0072b2", "Wohnen": "#1a7f37", "Verkehr": "#d55e00"}


def test_one_chooses_a_colour_by_name_or_an_own_one(study, ada, system):
    page = words(ada.get(at(study, f"kategorien/?kategorie={system['Wohnen']}")))
    assert re.search(r'value="#e54151"[^>]*>\s*<span class="chip f12" aria-hidden="true"></span>Rot', page)
    assert re.search(r'type="radio" name="describe-colour" value="#d55e00"[^>]* checked', page)
    assert 'type="color" name="describe-own_colour" value="#d55e00"' in page
    assert "style=" not in page
    assert ".f12 { --k: #e54151; }" in words(ada.get(at(study, "kategorien/farben-5.css")))
    about = {"name": "Wohnen", "kind": "inductive", "codable": "on"}

    def choose(**given):
        answer = send(ada, study, "describe", system["Wohnen"], **about, **given)
        return answer.status_code, colours(study)["Wohnen"], words(answer)

    assert choose(colour="#e54151", own_colour="#d55e00")[:2] == (302, "#e54151")
    assert choose(colour="eigene", own_colour="#1A7F37")[:2] == (302, "#1a7f37")
    assert choose(colour="eigene", own_colour="#8a2be2")[:2] == (302, "#8a2be2")
    status, kept, page = choose(colour="eigene", own_colour="#fff59d")
    assert (status, kept) == (422, "#8a2be2")
    assert "Auf hellem Grund ist #fff59d kaum vom Papier zu unterscheiden" in page
    assert 'value="#fff59d"' in page
    status, kept, page = choose(colour="eigene", own_colour="#000000")
    assert (status, kept) == (422, "#8a2be2")
    assert "Auf dunklem Grund" in page
    assert choose(colour="eigene", own_colour="x; } * { display: none")[:2] == (422, "#8a2be2")
    assert choose(colour="#0072b2", own_colour="#8a2be2")[:2] == (302, "#0072b2")
    assert choose(colour="#0072b2", own_colour="#a0522d")[:2] == (302, "#a0522d")  # set, and nothing else touched


def test_a_colour_that_came_in_pale_stays_and_hinders_nothing(study, ada):
    upload(ada, study, "t.csv", TABLE.replace("#1a7f37", "#ffff00").encode())
    answer = send(ada, study, "describe", ids(ada, study)["Wohnen"], name="Haus", kind="inductive", codable="on",
                  colour="eigene", own_colour="#ffff00")  # fmt: skip
    assert answer.status_code == 302
    assert colours(study)["Haus"] == "#ffff00"


def test_systems_from_before_keep_what_was_on_the_screen(study, system):
    from importlib import import_module

    from django.apps import apps

    from nahraum_site.voices.categories.models import CategorySystem

    row = CategorySystem.objects.get(study=study)
    for n, each in enumerate(row.current["categories"]):
        each["colour"] = "#1a7f37" if n == 1 else ""
    row.save()
    import_module("nahraum_site.voices.categories.migrations.0002_colours_stay").keep(apps, None)
    assert list(colours(study).values()) == ["#0072b2", "#1a7f37", "#009e73", "#cc79a7"]


def test_colours_are_a_stylesheet_and_questions_stay_few(study, ada, system):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    send(ada, study, "describe", system["Wohnen"], name="Wohnen", kind="inductive", codable="on",
         colour="eigene", own_colour="#1a7f37")  # fmt: skip
    css = ada.get(at(study, "kategorien/farben-6.css"))
    assert css.headers["Content-Type"].startswith("text/css")
    assert ".k1 { --k: #1a7f37; }" in css.content.decode()
    with CaptureQueriesContext(connection) as asked:
        ada.get(at(study, "kategorien/"))
    few = len(asked)
    for n in range(12):
        send(ada, study, "add", name=f"K{n}", kind="inductive", codable="on")
    with CaptureQueriesContext(connection) as asked:
        ada.get(at(study, "kategorien/"))
    assert len(asked) == few <= 15, [each["sql"][:90] for each in asked]
