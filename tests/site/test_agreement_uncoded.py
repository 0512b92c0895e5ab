"""That a team agrees to code nothing at a place: written down with who and when, taken back, decided in every list."""

import re
from uuid import uuid4

import pytest

from tests.site.cast import words
from tests.site.coding_fixtures import *  # noqa: F403 - fixtures
from tests.site.coding_fixtures import at, step
from tests.site.test_agreement import PAGE, agreed, beside, coded, opened, people

__all__ = ["coded", "people"]
WHY = "Frau Mispelreiter meint das Nachbarhaus"  # a reason may quote: it must lie sealed


@pytest.fixture
def decide(people, study, text, coded):
    """Return a function by which somebody decides on the two places of Housing: what Cem alone has, and the first."""
    opened(people, study)

    def sent(*names, who="Cem", **more):
        given = {"key": str(uuid4()), "line": "1", "uncoded": " ".join(coded.get(each, each) for each in names)}
        return people[who].post(beside(study, text, "festhalten/"), given | more)

    return sent


def left(study):
    from nahraum_site.voices.agreement.uncoded import standing

    return list(standing(study))


def counts(client, study, text):
    """Return what the page counts: places, different, not agreed on."""
    said = words(client.get(beside(study, text)))
    found = re.search(r"Orte: (\d+), davon verschieden: (\d+), noch nicht gemeinsam festgehalten: (\d+)", said)
    return [int(each) for each in found.groups()]


def test_a_place_stays_uncoded_with_who_and_why_until_it_is_taken_back(decide, people, study, text, coded, team):
    from nahraum_site.records.models import LogEntry

    assert counts(people["Ada"], study, text) == [3, 2, 3]
    key = str(uuid4())
    for _ in range(2):  # sent twice
        assert decide("cem late", reason=WHY, key=key).url.endswith("#z1")
    (row,) = left(study)
    assert (row.start, row.end, row.by, row.taken_back_at) == (40, 53, team["Cem"], None)
    assert WHY.encode() not in bytes(row.sealed)
    assert counts(people["Ada"], study, text) == [3, 2, 2]
    page = words(people["Ada"].get(beside(study, text)))
    assert "∅ bleibt unkodiert (Cem," in page
    assert WHY in page
    assert "bleibt unkodiert (" not in words(people["Ada"].get(beside(study, text, "?zeigen=offen")))
    assert WHY in words(people["Rita"].get(beside(study, text)))  # who reads sees it, and no button
    assert "Bleibt unkodiert" not in words(people["Rita"].get(beside(study, text)))
    given = {"open": str(row.uuid), "line": "1"}
    for _ in range(2):
        assert people["Ada"].post(beside(study, text, "festhalten/"), given).status_code == 302
    assert left(study) == []
    assert counts(people["Ada"], study, text) == [3, 2, 3]
    told = LogEntry.objects.filter(action__in=["consensus.uncoded", "consensus.open_again"]).order_by("number")
    assert [(each.action, each.actor) for each in told] == [
        ("consensus.uncoded", str(team["Cem"].uuid)),
        ("consensus.open_again", str(team["Ada"].uuid)),
    ]
    assert "Mispelreiter" not in str([(each.before, each.after) for each in told])


def test_agreeing_on_a_coding_and_staying_uncoded_exclude_each_other(decide, people, study, text, coded, system):
    decide("ada", "cem")
    (row,) = left(study)
    assert (row.start, row.end) == (0, 22)
    people["Cem"].post(beside(study, text, "festhalten/"), {"key": str(uuid4()), "take": coded["ada"]})
    assert left(study) == []
    assert agreed(study) == [(system["Wohnen"], 0, 22)]
    answer = decide("ada", "cem")
    assert "Entfernen Sie zuerst diese" in words(people["Cem"].get(answer.url))
    assert left(study) == []


def test_what_is_alike_and_stays_uncoded_is_not_agreed_on_with_the_rest(decide, people, study, coded, team):
    decide(*coded["both"])
    ask = at(study, f"{PAGE}gleiches/?a={team['Ada'].uuid}&b={team['Cem'].uuid}")
    assert "Es gibt nichts" in words(people["Cem"].get(ask))
    people["Cem"].post(ask, {"key": str(uuid4())})
    assert agreed(study) == []


def test_only_who_codes_decides_only_when_opened_and_only_on_what_is_there(decide, people, study, text, coded):
    assert decide("cem late", who="Rita").status_code == 403
    assert decide("cem late", who="Olga").status_code == 404
    opened(people, study, "0")
    decide("cem late")
    assert left(study) == []
    opened(people, study)
    both = coded["both"][0]
    for wrong in (
        "",
        "x",
        "²",
        "\0",
        str(uuid4()),
        " ".join(str(uuid4()) for _ in range(1100)),
        f"{coded['ada']} {both}",
    ):
        assert decide(wrong).status_code == 302, wrong
    assert decide("cem late", key="x").status_code == 302
    assert people["Cem"].post(beside(study, text, "festhalten/"), {"open": "²"}).status_code == 302
    decide("cem late", reason="y" * 501)
    assert left(study) == []
    decide("cem late", reason="y" * 499 + "\0")
    assert len(left(study)) == 1


def test_a_coding_beyond_it_opens_the_place_again_and_a_merged_category_takes_it_along(
    decide, people, study, text, coded, system, team
):
    from nahraum.evidence.voices.categories import Merge
    from nahraum_site.voices.categories import actions
    from nahraum_site.voices.categories.models import CategorySystem

    decide("cem late")
    version = CategorySystem.objects.get(study=study).version
    merged = [Merge(id=system["Wohnen"], into=system["Ressourcen"])]
    actions.change(study, merged, version, team["Ada"])
    assert [each.category for each in left(study)] == [system["Ressourcen"]]
    assert counts(people["Ada"], study, text) == [3, 2, 2]
    step(people["Ada"], study, text, start=50, end=60, category=system["Ressourcen"])
    assert counts(people["Ada"], study, text) == [3, 2, 3]


def test_values_of_agreement_do_not_change_by_it(decide, people, study):
    asked = at(study, f"{PAGE}werte.csv?ebene=character")
    before = people["Rita"].get(asked).content
    decide("cem late")
    assert len(left(study)) == 1
    assert people["Rita"].get(asked).content == before


def test_it_goes_with_its_text(decide, study, text, team):
    from nahraum_site.voices.agreement.models import LeftUncoded
    from nahraum_site.voices.texts import forgetting

    decide("cem late", reason=WHY)
    forgetting.delete_texts(text.collection, str(text.collection), team["Ada"])
    assert not LeftUncoded.objects.exists()


def test_the_page_asks_the_same_questions_however_many_places_stay_uncoded(decide, people, study, text, coded):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    people["Rita"].get(beside(study, text))  # the first page of a session asks more
    counts = []
    for place in (("cem late",), coded["both"], ("ada", "cem")):
        decide(*place, reason=WHY)
        with CaptureQueriesContext(connection) as asked:
            assert words(people["Rita"].get(beside(study, text))).count(WHY) >= len(counts) + 1
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2] <= 18, counts
