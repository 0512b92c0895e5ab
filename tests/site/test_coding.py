"""Coding on the site: steps are carried out once and undone; positions are code points; nobody sees too much."""

import json
from uuid import uuid4

import pytest

from tests.site.cast import words
from tests.site.coding_fixtures import *  # noqa: F403 - fixtures
from tests.site.coding_fixtures import SAID, at, code, page_data, step


@pytest.fixture
def cem(team, enter):
    return enter(team["Cem"])


@pytest.fixture
def ada(team, enter):
    return enter(team["Ada"])


def standing(client, study, text):
    return sorted((row[2], row[3]) for row in page_data(client, study, text)["codings"])


def test_a_step_sent_twice_is_carried_out_once_and_undone_and_redone(study, text, system, cem):
    wish = {"key": str(uuid4()), "coding": str(uuid4()), "start": 4, "end": 11, "category": system["Wohnen"]}
    first, again = (step(cem, study, text, **wish) for _ in range(2))
    assert first.json()["codings"] == again.json()["codings"] == [[wish["coding"], system["Wohnen"], 4, 11, 0, 0, 0]]
    other = step(cem, study, text, start=0, end=len(SAID), category=system["Verkehr"], quotation=True).json()
    assert other["codings"][0][2:] == [0, len(SAID), 0, 1, 0]
    assert standing(cem, study, text) == [(0, len(SAID)), (4, 11)]
    key = str(uuid4())
    step(cem, study, text, "undo", key=key)
    answer = step(cem, study, text, "undo", key=key)  # a lost answer: sent again it takes nothing more back
    assert answer.json()["undo"] is answer.json()["redo"] is True
    assert standing(cem, study, text) == [(4, 11)]
    step(cem, study, text, "remove", coding=wish["coding"])
    assert step(cem, study, text, "redo").status_code == 422  # another step lies between
    step(cem, study, text, "undo")
    assert standing(cem, study, text) == [(4, 11)]
    step(cem, study, text, "change", coding=wish["coding"], category=system["Ressourcen"], quotation=True)
    (row,) = page_data(cem, study, text)["codings"]
    assert row[1::4] == [system["Ressourcen"], 1]
    step(cem, study, text, "undo")
    (row,) = page_data(cem, study, text)["codings"]
    assert row[1::4] == [system["Wohnen"], 0]


def test_removed_codings_stay_as_tombstones(study, text, system, cem):
    from nahraum_site.voices.coding.models import Coding

    made = step(cem, study, text, start=0, end=3, category=system["Wohnen"]).json()["codings"][0][0]
    step(cem, study, text, "remove", coding=made)
    assert standing(cem, study, text) == []
    assert Coding.objects.get().removed_at is not None


def test_a_category_that_nothing_is_coded_with_any_more_can_be_removed_and_undo_says_so(study, text, system, cem, ada):
    from nahraum_site.voices.coding.models import Coding

    def remove(name):
        posted = {"do": "remove", "remove-version": page_data(cem, study, text)["version"]}
        return ada.post(at(study, f"kategorien/?kategorie={system[name]}"), posted)

    step(cem, study, text, start=0, end=3, category=system["Verkehr"])
    made = step(cem, study, text, start=4, end=9, category=system["Wohnen"]).json()["codings"][0][0]
    step(cem, study, text, start=10, end=14, category=system["Ressourcen"])
    assert remove("Wohnen").status_code == 422
    step(cem, study, text, "remove", coding=made)
    assert remove("Wohnen").status_code == 302
    answer = step(cem, study, text, "undo")
    assert answer.status_code == 422
    assert "„Wohnen“ wurde inzwischen entfernt" in answer.json()["error"]
    assert Coding.objects.get(uuid=made).removed_at is not None
    assert step(cem, study, text, "restore", coding=made).status_code == 422
    assert step(cem, study, text, "undo").status_code == 200  # it bars no earlier step
    assert standing(cem, study, text) == [(0, 3)]
    assert step(cem, study, text, "redo").status_code == 200
    assert standing(cem, study, text) == [(0, 3), (10, 14)]


def test_undo_of_another_category_says_that_it_is_gone_and_goes_on(study, text, system, cem, ada):
    made = step(cem, study, text, start=4, end=9, category=system["Wohnen"]).json()["codings"][0][0]
    step(cem, study, text, "change", coding=made, category=system["Verkehr"])
    version = page_data(cem, study, text)["version"]
    ada.post(at(study, f"kategorien/?kategorie={system['Wohnen']}"), {"do": "remove", "remove-version": version})
    assert system["Wohnen"] not in words(ada.get(at(study, "kategorien/")))
    assert step(cem, study, text, "undo").status_code == 422
    (row,) = page_data(cem, study, text)["codings"]
    assert row[1] == system["Verkehr"]
    assert step(cem, study, text, "undo").status_code == 200
    assert standing(cem, study, text) == []


def test_what_stood_at_a_replaced_system_still_comes_back(study, text, system, cem, team):
    from nahraum.evidence.voices.categories import Category, System
    from nahraum_site.voices.categories import actions

    made = step(cem, study, text, start=4, end=9, category=system["Wohnen"]).json()["codings"][0][0]
    step(cem, study, text, "remove", coding=made)
    new = System(id=str(uuid4()), name="Neu", categories=(Category(id=str(uuid4()), name="Neu"),))
    actions.take(study, new, page_data(cem, study, text)["version"], team["Ada"])
    assert step(cem, study, text, "undo").status_code == 200
    assert standing(cem, study, text) == [(4, 9)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"start": 5, "end": 5}, "liegt nicht im Text"),
        ({"start": 9, "end": 4}, "liegt nicht im Text"),
        ({"start": 0, "end": len(SAID) + 1}, "liegt nicht im Text"),
        ({"start": -1, "end": 4}, "nicht lesbar"),
        ({"start": "0", "end": 4}, "nicht lesbar"),
        ({"start": 0, "end": 2**40}, "nicht lesbar"),
        ({"start": 0, "end": 4, "category": "gibt-es-nicht"}, "gibt es nicht mehr"),
        ({"start": 0, "end": 4, "category": ""}, "Kategorie wählen"),
        ({"start": 0, "end": 4, "key": "x"}, "nicht lesbar"),
        ({"start": 0, "end": 4, "coding": "x"}, "nicht lesbar"),
    ],
)
def test_bad_steps_are_refused_with_a_sentence_and_store_nothing(study, text, system, cem, given, said):
    from nahraum_site.voices.coding.models import Coding, Receipt

    answer = step(cem, study, text, **{"category": system["Wohnen"], **given})
    assert answer.status_code == 422
    assert said in answer.json()["error"]
    assert not Coding.objects.exists()
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"[" * 100_000, b"{", b"\xff", b'{"kind": "drop"}', b"null"])
def test_a_request_that_is_none_is_refused(study, text, cem, body):
    answer = cem.post(code(study, text, "schritt/"), body, content_type="application/json")
    assert answer.status_code == 422


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "gestern"])
def test_a_moment_at_the_end_of_the_calendar_is_none(study, text, cem, moment):
    assert cem.get(code(study, text, "stand.json"), {"seit": moment}).status_code == 200


def test_a_category_that_gathers_others_takes_no_codings(study, text, system, cem):
    answer = step(cem, study, text, start=0, end=3, category=system["Bedarfe"])
    assert answer.status_code == 422
    assert "fasst nur andere zusammen" in answer.json()["error"]


def test_coders_are_blind_until_the_lead_opens_and_never_touch_each_others(study, text, system, ada, cem, team, enter):
    rita, olga = enter(team["Rita"]), enter(team["Olga"])
    made = step(cem, study, text, start=0, end=9, category=system["Wohnen"]).json()["codings"][0][0]
    step(ada, study, text, start=4, end=9, category=system["Verkehr"])
    assert standing(cem, study, text) == [(0, 9)]
    assert standing(ada, study, text) == [(4, 9)]
    assert standing(rita, study, text) == [(0, 9), (4, 9)]
    assert set(page_data(rita, study, text)["coders"].values()) == {"Ada", "Cem"}
    assert olga.get(code(study, text)).status_code == 404
    assert step(olga, study, text, start=0, end=1, category=system["Wohnen"]).status_code == 404
    assert step(rita, study, text, start=0, end=1, category=system["Wohnen"]).status_code == 403
    assert rita.post(code(study, text), {"kind": "make"}).status_code == 403
    assert cem.post(at(study, "kodierungen/einsehen/"), {"open": "1"}).status_code == 403
    ada.post(at(study, "kodierungen/einsehen/"), {"open": "1"})
    assert standing(cem, study, text) == standing(ada, study, text) == [(0, 9), (4, 9)]
    assert step(ada, study, text, "remove", coding=made).status_code == 422
    assert step(ada, study, text, start=1, end=2, coding=made, category=system["Wohnen"]).status_code == 422
    assert standing(ada, study, text) == [(0, 9), (4, 9)]
    told = ada.get(code(study, text, "stand.json?seit=2000-01-01T00:00:00%2B00:00")).json()
    assert {tuple(row[2:4]) for row in told["codings"]} == {(0, 9), (4, 9)}
    assert ada.get(code(study, text, "stand.json?seit=unsinn")).status_code == 200


def test_a_text_of_another_study_is_not_there(study, text, team, cem):
    from nahraum_site.voices import actions

    other = actions.begin("Andere", team["Cem"])
    assert cem.get(code(other, text)).status_code == 404
    assert cem.get(at(other, f"memos/neu/text/{text.uuid}/")).status_code == 404


def test_without_script_lines_are_coded_and_codings_removed(study, text, system, cem):
    posted = {"key": str(uuid4()), "kind": "make", "from": "1", "to": "2", "category": system["Wohnen"]}
    assert cem.post(code(study, text), posted).status_code == 302
    end = SAID.index("\n", SAID.index("\n") + 1)
    assert standing(cem, study, text) == [(0, end)]
    assert cem.post(code(study, text), posted).status_code == 302  # sent twice
    assert standing(cem, study, text) == [(0, end)]
    assert "Zeile 1: Bedarfe › Wohnen" in words(cem.get(code(study, text)))
    (row,) = page_data(cem, study, text)["codings"]
    cem.post(code(study, text), {"key": str(uuid4()), "kind": "remove", "coding": row[0]})
    assert standing(cem, study, text) == []
    answer = cem.post(code(study, text), {**posted, "key": str(uuid4()), "from": "17"})
    assert answer.status_code == 422
    assert "die Zeilen 1 bis 4" in words(answer)
    assert 'value="17"' in words(answer)


def test_the_page_asks_few_questions_however_many_codings(study, text, system, cem, team):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from nahraum_site.voices.coding.models import Coding

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert cem.get(code(study, text)).status_code == 200
        return len(found)

    step(cem, study, text, start=0, end=3, category=system["Wohnen"])
    asked()  # the first visit loads what is held of the edition
    few = asked()
    Coding.objects.bulk_create(
        Coding(
            text=text, coder=team["Cem"], category=system["Verkehr"], made_with=system["Verkehr"], start=n, end=n + 3
        )
        for n in range(30)
    )
    assert asked() == few
    assert few <= 18, few


def test_memos_on_texts_lie_sealed_and_go_with_the_text(study, text, system, cem, ada, collections, team):
    from nahraum_site.records.models import LogEntry
    from nahraum_site.voices.coding.models import Memo
    from nahraum_site.voices.texts.models import Text

    made = step(cem, study, text, start=0, end=9, category=system["Wohnen"]).json()["codings"][0][0]
    for about, id in (("kodierung", made), ("text", text.uuid), ("kategorie", system["Wohnen"]), ("studie", "-")):
        address = at(study, f"memos/neu/{about}/{id}/")
        assert cem.post(address, {"version": 0, "words": f"Zwetschge zu {about}"}).status_code == 302, about
    sealed = [bytes(each.sealed) for each in Memo.objects.exclude(text=None, coding=None)]
    assert len(sealed) == 2
    assert all(b"Zwetschge" not in each for each in sealed)
    assert not Memo.objects.exclude(text=None, coding=None).exclude(words="").exists()
    page = words(cem.get(at(study, "memos/")))
    for about in ("kodierung", "text", "kategorie", "studie"):
        assert f"Zwetschge zu {about}" in page
    assert "Zwetschge zu text" not in words(ada.get(at(study, "memos/")))  # coders are blind
    assert "Zwetschge zu kategorie" in words(ada.get(at(study, "memos/")))
    assert "Zwetschge" not in json.dumps(list(LogEntry.objects.values("before", "after")))
    one = Memo.objects.get(about="text")
    address = at(study, f"memos/{one.uuid}/")
    assert ada.get(address).status_code == 404
    assert cem.post(address, {"version": 1, "words": "Neu"}).status_code == 302
    second = cem.post(address, {"version": 1, "words": "Auch neu"})
    assert second.status_code == 409
    assert "Auch neu" in words(second)
    Text._base_manager.filter(pk=text.pk).delete()
    assert set(Memo.objects.values_list("about", flat=True)) == {"kategorie", "studie"}


def test_what_a_text_says_cannot_write_the_page(study, collections, team, system, cem):
    from tests.site.texts_fixtures import imported

    said = "<script>alert(1)</script> & \"so\" 'so'\n<b>"
    (text,) = imported(study, collections[1], team["Ada"], "x.txt", said.encode(), replaced=False)
    step(cem, study, text, start=3, end=9, category=system["Wohnen"])
    page = cem.get(code(study, text)).content.decode()
    assert "<script>alert" not in page
    assert '<span>&lt;sc</span><span class="c n1 k1">ript&gt;a</span>' in page


def test_hits_of_a_search_are_coded_after_confirmation_only(study, text, system, cem):
    import re

    address = at(study, f"kodierungen/suchen/?q=Bus&stretch=sentence&category={system['Verkehr']}")
    page = words(cem.get(address))
    (place,) = re.findall(r'name="place" value="([^"]+)"', page)
    start = SAID.index("Der Bus")
    assert place == f"{text.uuid}:{start}:{len(SAID)}"
    assert standing(cem, study, text) == []
    posted = {"key": str(uuid4()), "place": [place]}
    for _ in range(2):
        assert cem.post(address, posted).status_code == 302
    assert standing(cem, study, text) == [(start, len(SAID))]
    assert "nicht schon so kodiert" in words(cem.get(address))
    step(cem, study, text, "undo")
    assert standing(cem, study, text) == []
    for wrong in (f"{text.uuid}:0:999", f"{uuid4()}:0:3", "x", f"{text.uuid}:a:b"):
        cem.post(address, {"key": str(uuid4()), "place": [f"{text.uuid}:0:3", wrong]})
        assert standing(cem, study, text) == [], wrong
    assert cem.get(address.replace("q=Bus", "q=(Bus")).status_code == 422


def test_receipts_are_dropped_when_no_browser_sends_their_steps_again(study):
    from uuid import uuid4

    from django.utils import timezone

    from nahraum_site.voices.coding import steps
    from nahraum_site.voices.coding.models import Receipt

    old, fresh = Receipt.objects.create(key=uuid4()), Receipt.objects.create(key=uuid4())
    Receipt.objects.filter(pk=old.pk).update(at=timezone.now() - steps.FORGOTTEN)
    steps.forget()
    assert list(Receipt.objects.values_list("pk", flat=True)) == [fresh.pk]


def test_without_its_key_a_text_says_so_on_every_page(enter, study, system, team, text):
    from django.conf import settings

    wish = {"start": 0, "end": 9, "category": system["Wohnen"]}
    assert step(enter(team["Ada"]), study, text, **wish).status_code == 200
    for path in settings.KEYS.glob("*.key"):  # a backup came back without the file of keys
        path.unlink()
    lead = enter(team["Ada"])
    cell = f"ergebnisse/stellen/?zeile={system['Wohnen']}&spalte=*"
    for address, status in ((code(study, text), 410), (at(study, cell), 422)):
        answer = lead.get(address)
        assert (answer.status_code, "restore-keys" in words(answer)) == (status, True), address
