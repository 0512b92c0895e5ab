"""Open coding: categories that are made while one codes - who may, once for two, and whatever is sent as a name."""

import json
import subprocess
import sys

import pytest

from tests.site.cast import words
from tests.site.coding_fixtures import *  # noqa: F403 - fixtures
from tests.site.coding_fixtures import at, code, page_data, step

AT_ONCE = """
import json, threading, django; django.setup()
from django.db import connections
from nahraum_site.accounts.models import User
from nahraum_site.voices import actions as studies
from nahraum_site.voices.categories import actions, queries
from nahraum_site.voices.categories.models import CategoryChange
user = User.objects.create_user("cem@musterstadt.example", "ein-langes-Wort-7", name="Cem")
study, found = studies.begin("Nachbarschaften", user), []
def add(name):
    try:
        found.append(actions.find_or_add(study, name, None, user))
    finally:
        connections.close_all()
threads = [threading.Thread(target=add, args=[name]) for name in ["Angst", "Hoffnung"] * 4]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
names = sorted(each.name for each in queries.system_of(study).categories)
versions = list(CategoryChange.objects.order_by("version").values_list("version", flat=True))
print(json.dumps([sum(is_new for _, is_new in found), len({each.id for each, _ in found}), names, versions]))
"""


@pytest.fixture
def cem(team, enter):
    return enter(team["Cem"])


def add(client, study, name, parent=None, **given):
    wish = {"name": name, "parent": parent, **given}
    return client.post(at(study, "kodierungen/kategorien/"), json.dumps(wish), content_type="application/json")


def labels(client, study):
    return [each["label"] for each in client.get(at(study, "kodierungen/kategorien/")).json()["categories"]]


def test_a_coder_makes_a_category_codes_with_it_and_undoing_leaves_it(study, text, system, cem):
    from nahraum_site.voices.categories import queries

    before = page_data(cem, study, text)["version"]
    told = add(cem, study, "Angst vor  Kündigung\n", system["Bedarfe"]).json()
    assert (told["isNew"], told["version"]) == (True, before + 1)
    assert cem.get(told["colours"]).status_code == 200
    order = ["Bedarfe", "Bedarfe › Wohnen", "Bedarfe › Verkehr", "Bedarfe › Angst vor Kündigung", "Ressourcen"]
    assert [each["label"] for each in told["categories"]] == labels(cem, study) == order
    made = queries.system_of(study).get(told["id"])
    assert (made.kind, made.codable, made.parent) == ("inductive", True, system["Bedarfe"])
    assert step(cem, study, text, start=0, end=9, category=told["id"]).status_code == 200
    assert page_data(cem, study, text)["codings"][0][1] == told["id"]
    step(cem, study, text, "undo")
    assert page_data(cem, study, text)["codings"] == []
    assert "Bedarfe › Angst vor Kündigung" in labels(cem, study)
    assert "Cem" in words(cem.get(at(study, "kategorien/")))  # the history says who


def test_only_those_who_code_add_and_adding_is_all_they_may(study, system, team, enter, cem):
    rita, olga = enter(team["Rita"]), enter(team["Olga"])
    assert add(enter(team["Ada"]), study, "Von Ada").status_code == 200
    assert add(cem, study, "Von Cem").status_code == 200
    assert add(rita, study, "Von Rita").status_code == 403
    assert add(olga, study, "Von Olga").status_code == 404
    assert olga.get(at(study, "kodierungen/kategorien/")).status_code == 404
    assert labels(rita, study)[-2:] == ["Von Ada", "Von Cem"]
    for do in ("move", "merge", "split", "remove"):
        answer = cem.post(at(study, f"kategorien/?kategorie={system['Wohnen']}"), {"do": do})
        assert answer.status_code == 403, do


def test_the_same_name_in_the_same_place_is_the_same_category(study, system, cem, team, enter):
    first = add(cem, study, "Lärm", system["Bedarfe"]).json()
    for name in ("Lärm", " lärm ", "La\u0308rm", "LÄRM"):
        again = add(enter(team["Ada"]), study, name, system["Bedarfe"]).json()
        assert (again["id"], again["isNew"], again["version"]) == (first["id"], False, first["version"]), name
    elsewhere = add(cem, study, "Lärm").json()
    assert elsewhere["isNew"] is True
    assert elsewhere["id"] != first["id"]
    gathers = add(cem, study, "Bedarfe")
    assert gathers.status_code == 422
    assert "wird nicht kodiert" in gathers.json()["error"]


def test_who_codes_with_an_older_version_adds_all_the_same(study, text, system, cem, team, enter):
    from nahraum_site.voices.categories.models import CategoryChange

    seen = page_data(cem, study, text)["version"]
    add(enter(team["Ada"]), study, "Angst")
    told = add(cem, study, "Hoffnung").json()
    assert told["version"] == seen + 2
    assert labels(cem, study)[-2:] == ["Angst", "Hoffnung"]
    last = list(CategoryChange.objects.order_by("-version").values_list("version", "made_by__name")[:2])
    assert last == [(seen + 2, "Cem"), (seen + 1, "Ada")]


@pytest.mark.slow
def test_those_who_add_at_the_very_same_time_lose_nothing_and_share_a_name(prepared):
    settings = prepared | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    done = subprocess.run([sys.executable, "-c", AT_ONCE], env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == [2, 2, ["Angst", "Hoffnung"], [2, 3]]


@pytest.mark.parametrize(
    "name",
    ["", "   ", "a\0b", "a\u202eb", "\ud800", "x" * 201, None, 7, True, ["Angst"], {"name": "Angst"}],
)
def test_what_is_no_name_is_refused_with_a_sentence(study, system, cem, name):
    before = labels(cem, study)
    answer = add(cem, study, name)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert labels(cem, study) == before


@pytest.mark.parametrize("parent", ["gibt-es-nicht", "²", "\0", 7, ["x"], {"a": 1}, True])
def test_a_place_that_is_none_is_refused_with_a_sentence(study, system, cem, parent):
    before = labels(cem, study)
    answer = add(cem, study, "Angst", parent)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert labels(cem, study) == before


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_request_is_refused(study, cem, body):
    answer = cem.post(at(study, "kodierungen/kategorien/"), body, content_type="application/json")
    assert answer.status_code == 422


def test_a_name_cannot_write_the_page_nor_stand_in_the_log(study, text, system, cem):
    from nahraum_site.records.models import LogEntry

    told = add(cem, study, "<script>alert('Zwetschge')</script>").json()
    step(cem, study, text, start=0, end=9, category=told["id"])
    assert "<script>alert" not in cem.get(code(study, text)).content.decode()
    assert "Zwetschge" not in json.dumps(list(LogEntry.objects.values("before", "after")))


def test_a_category_of_another_study_is_no_place(study, system, cem, team):
    from nahraum_site.voices import actions

    other = actions.begin("Andere", team["Cem"])
    assert add(cem, other, "Angst", system["Bedarfe"]).status_code == 422
    assert add(cem, other, "Angst").json()["isNew"] is True
    assert "Angst" not in labels(cem, study)


def test_a_study_without_categories_is_coded_openly_from_the_start(study, text, cem):
    page = cem.get(code(study, text)).content.decode()
    assert 'id="suche"' in page
    told = add(cem, study, "Angst").json()
    assert step(cem, study, text, start=0, end=9, category=told["id"]).status_code == 200


def test_on_the_way_the_page_says_that_new_categories_wait(study, text, system, team):
    from nahraum_site.voices.away import packing

    packing.allow(study, team["Ada"], is_allowed=True)
    (packed,) = packing.pack(study, team["Cem"], [text.uuid])
    assert "Neue Kategorien legen Sie an, wenn Sie wieder Netz haben." in packed["page"]
    assert 'id="neu-unter"' not in packed["page"]
    assert "kodierungen/kategorien/" not in packed["page"]
