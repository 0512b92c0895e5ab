"""Texts taken along: who may, what travels and what does not, and notes that come home twice."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.site.cast import words
from tests.site.coding_fixtures import *  # noqa: F403 - fixtures
from tests.site.coding_fixtures import SAID, at, step


def sent(client, address, **given):
    return client.post(address, json.dumps(given), content_type="application/json")


def away(study, text, rest):
    return at(study, f"texte/{text.uuid}/unterwegs/{rest}")


@pytest.fixture
def people(team, enter):
    return {name: enter(user) for name, user in team.items()}


@pytest.fixture
def allowed(people, study):
    people["Ada"].post(at(study, "unterwegs/erlauben/"), {"allowed": "1"})
    return study


def packed(client, study, *texts):
    return sent(client, at(study, "unterwegs/"), texts=[str(each.uuid) for each in texts])


def test_nothing_travels_before_the_lead_allows_it_and_others_learn_of_nothing(people, study, text, system):
    assert packed(people["Cem"], study, text).status_code == 422
    assert "dürfen nicht mitgenommen werden" in packed(people["Cem"], study, text).json()["error"]
    assert people["Cem"].get("/unterwegs/stand/").json()["studies"] == []
    assert people["Cem"].post(at(study, "unterwegs/erlauben/"), {"allowed": "1"}).status_code == 403
    assert "Wer die Studie leitet, kann es erlauben" in words(people["Cem"].get(at(study, "unterwegs/")))
    assert "Unterwegs kodieren" not in words(people["Cem"].get("/studien/"))
    assert "Es zu erlauben bedeutet" in words(people["Ada"].get(at(study, "unterwegs/")))
    people["Ada"].post(at(study, "unterwegs/erlauben/"), {"allowed": "1"})
    assert "Unterwegs kodieren" in words(people["Cem"].get("/studien/"))
    (offered,) = people["Cem"].get("/unterwegs/stand/").json()["studies"]
    assert [each["name"] for each in offered["texts"]] == [text.name]
    assert packed(people["Rita"], study, text).status_code == 403  # she reads
    assert people["Rita"].get("/unterwegs/stand/").json()["studies"] == []
    assert packed(people["Olga"], study, text).status_code == 404
    for rest, given in (("durch/", {"through": True}), ("notiz/", {"uuid": str(uuid4()), "words": "x", "version": 0})):
        assert sent(people["Olga"], away(study, text, rest), **given).status_code == 404
        assert sent(people["Rita"], away(study, text, rest), **given).status_code == 403
    for given in ({}, {"texts": 3}, {"texts": ["x"]}, {"texts": []}, {"texts": [str(uuid4())]}):
        assert sent(people["Cem"], at(study, "unterwegs/"), **given).status_code == 422


@pytest.mark.parametrize(
    "raw",
    [
        "[" * 100_000,
        '{"texts":' + "[" * 100_000,
        '{"uuid":"00000000-0000-4000-8000-000000000001","words":"x","version":1e999}',
        '{"uuid":"00000000-0000-4000-8000-000000000001","words":"\\ud800","version":0}',
    ],
)
def test_what_no_page_of_ours_sends_is_refused(people, allowed, text, system, raw):
    for address in (
        at(allowed, "unterwegs/"),
        "/unterwegs/stand/",
        away(allowed, text, "durch/"),
        away(allowed, text, "notiz/"),
    ):
        answer = people["Cem"].post(address, raw, content_type="application/json")
        assert answer.status_code == 422, address
        assert answer.json()["error"]


def test_a_pack_holds_the_own_codings_and_nobody_elses_while_coders_are_blind(people, allowed, text, system, team):
    from nahraum_site.records.models import LogEntry

    step(people["Cem"], allowed, text, start=0, end=3, category=system["Wohnen"])
    step(people["Ada"], allowed, text, start=4, end=9, category=system["Verkehr"])
    answer = packed(people["Cem"], allowed, text)
    assert answer.headers["Cache-Control"] == "private, no-store"
    (one,) = answer.json()["texts"]
    assert [row[2:4] for row in one["codings"]] == [[0, 3]]
    assert "Der Bus kommt nie" in one["page"]
    assert "Ada" not in answer.content.decode()
    told = json.loads(one["page"].split('<script id="kodier-daten" type="application/json">')[1].split("</script>")[0])
    assert [row[2:4] for row in told["codings"]] == [[0, 3]]
    assert told["coders"] == {}
    assert "csrfmiddlewaretoken" not in one["page"]
    assert "href=" not in one["page"].split("</head>")[1]  # no link that needs the network
    entry = LogEntry.objects.filter(action="away.packed").get()
    assert (entry.after, entry.thing) == ({"texts": 1}, str(allowed.uuid))
    people["Ada"].post(at(allowed, "kodierungen/einsehen/"), {"open": "1"})
    assert team["Ada"].name in packed(people["Cem"], allowed, text).json()["texts"][0]["page"]


def test_a_text_stays_seven_days_at_most_and_leaves_no_more_when_it_has_to_be_deleted(people, allowed, text, system):
    from nahraum_site.voices.models import Collection

    def offered():
        (found,) = people["Cem"].get("/unterwegs/stand/").json()["studies"]
        return [each["ends"] for each in found["texts"]]

    def stands():
        return sent(people["Cem"], "/unterwegs/stand/", texts=[str(text.uuid)]).json()["texts"]

    today, rows = timezone.localdate(), Collection.objects.filter(pk=text.collection_id)
    assert offered() == [(today + timedelta(days=7)).isoformat()]
    rows.update(delete_on=today + timedelta(days=3))
    assert offered() == [(today + timedelta(days=3)).isoformat()]
    assert packed(people["Cem"], allowed, text).json()["texts"][0]["ends"] == offered()[0]
    step(people["Cem"], allowed, text, start=0, end=3, category=system["Wohnen"])
    sent(people["Cem"], away(allowed, text, "durch/"), through=True)
    (told,) = stands().values()
    assert (told["through"], [row[2:4] for row in told["codings"]]) == (True, [[0, 3]])
    for gone in ({"delete_on": today}, {"delete_on": None, "withdrawn_on": today}):
        rows.update(**gone)
        assert offered() == []
        assert stands() == {}
        assert packed(people["Cem"], allowed, text).status_code == 422
    rows.update(withdrawn_on=None)
    assert stands().keys() == {str(text.uuid)}
    people["Ada"].post(at(allowed, "unterwegs/erlauben/"), {"allowed": "0"})
    assert stands() == {}


def test_a_note_becomes_one_memo_however_often_it_is_sent_and_replaces_none(people, allowed, text, team):
    from nahraum_site.records.models import LogEntry
    from nahraum_site.voices.coding import memos
    from nahraum_site.voices.coding.models import Memo

    def note(who="Cem", **given):
        return sent(people[who], away(allowed, text, "notiz/"), **given)

    def said():
        return sorted(memos.said(list(Memo.objects.select_related("text__collection"))).values())

    uuid = str(uuid4())
    first, again = (note(uuid=uuid, words="Am Hafen nachfragen.", version=0) for _ in range(2))
    assert first.json() == again.json() == {"uuid": uuid, "version": 1, "beside": False}
    assert note(uuid=uuid, words="Am Hafen und am Markt.", version=1).json()["version"] == 2
    assert said() == ["Am Hafen und am Markt."]
    memo = Memo.objects.get()
    memos.write(memo, "Am Schreibtisch geändert.", team["Cem"], 2)
    kept, resent = (note(uuid=uuid, words="Unterwegs geändert.", version=2).json() for _ in range(2))
    assert kept == resent
    assert kept["beside"]
    assert said() == ["Am Schreibtisch geändert.", "Unterwegs geändert."]
    assert note("Ada", uuid=uuid, words="Von jemand anderem.", version=3).status_code == 422
    for bad in (
        {},
        {"uuid": uuid},
        {"uuid": "x", "words": "a", "version": 0},
        {"uuid": uuid, "words": " ", "version": 0},
    ):
        assert note(**bad).status_code == 422
    assert len(said()) == 2
    logged = json.dumps([[each.before, each.after] for each in LogEntry.objects.all()], ensure_ascii=False)
    assert not any(word in logged for word in ("nachfragen", "Markt", "Schreibtisch", "Unterwegs"))


def test_what_was_taken_back_comes_again_by_its_own_name_and_others_stay(people, allowed, text, system):
    from nahraum_site.voices.coding.models import Coding

    mine = step(people["Cem"], allowed, text, start=0, end=3, category=system["Wohnen"]).json()["codings"][0][0]
    step(people["Cem"], allowed, text, start=4, end=9, category=system["Wohnen"])
    step(people["Cem"], allowed, text, "remove", coding=mine)
    step(people["Cem"], allowed, text, "restore", coding=mine)
    assert not Coding.objects.exclude(removed_at=None).exists()
    assert step(people["Ada"], allowed, text, "restore", coding=mine).status_code == 422


def test_the_page_on_the_way_names_nobody_and_its_files_are_all_there(people, allowed, text, team, enter):
    page = people["Cem"].get("/unterwegs/")
    shown = page.content.decode()
    assert not any(each in shown for each in (team["Cem"].name, str(team["Cem"].uuid), allowed.title, text.name))
    assert "csrf" not in shown
    assert "manifest-src 'self'" in page.headers["Content-Security-Policy"]
    assert "worker-src 'self'" in page.headers["Content-Security-Policy"]
    program = enter().get("/unterwegs/arbeiter.js").content.decode()
    listed = json.loads(program.split("const FILES = ")[1].split(";")[0].replace(",\n]", "]"))
    assert {"/static/nahraum/coding-queue.mjs", "/static/vendor/kern/fonts/FiraSans-Regular.woff2"} <= set(listed)
    for address in {each.split('"')[0] for each in (shown + SAID).split('="/static/')[1:]}:
        assert f"/static/{address}" in listed
    assert all(enter().get(each).status_code == 200 for each in listed)
    manifest = enter().get("/unterwegs/nahraum.webmanifest")
    assert (manifest.json()["scope"], manifest.headers["Content-Type"]) == ("/unterwegs/", "application/manifest+json")
    assert enter().get("/unterwegs/").status_code == 302
