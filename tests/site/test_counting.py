"""The codings of a study as the core counts them."""

from __future__ import annotations

from tests.site.coding_fixtures import apart, collections, enter, forgetful, hire, step, study, system, team, text

__all__ = ["apart", "collections", "enter", "forgetful", "hire", "study", "system", "team", "text"]


def coded_by(enter, study, text, user, *places, category):
    for start, end in places:
        assert step(enter(user), study, text, start=start, end=end, category=category).status_code == 200


def test_it_is_said_whose_codings_count(enter, study, system, team, text):
    from nahraum.evidence.voices.coded import space_by_category
    from nahraum_site.voices.coding import counting
    from nahraum_site.voices.coding.models import Openness

    coded_by(enter, study, text, team["Ada"], (0, 9), (0, 12), category=system["Wohnen"])
    coded_by(enter, study, text, team["Cem"], (0, 9), category=system["Wohnen"])
    assert counting.choices(study, team["Ada"]) == [(str(team["Ada"].pk), "die eigenen Kodierungen")]
    assert [key for key, _words in counting.choices(study, team["Rita"])] == [
        counting.ALL, str(team["Ada"].pk), str(team["Cem"].pk),
    ]  # fmt: skip
    Openness.objects.create(study=study, is_open=True)
    assert len(counting.choices(study, team["Ada"])) == 3
    for whose, codings, segments in ((counting.ALL, 3, 2), (str(team["Cem"].pk), 1, 1)):
        found = space_by_category(counting.table(study, whose).coded)
        place = found.rows.index("Hafen"), found.columns.index(system["Wohnen"])
        assert (found.counts.codings[place], found.counts.segments[place]) == (codings, segments)
        assert found.counts.codings.sum() == codings


def test_words_are_opened_when_they_are_asked_for(enter, study, system, team, text, django):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from nahraum_site.voices.coding import counting

    coded_by(enter, study, text, team["Ada"], (0, 9), category=system["Wohnen"])
    with CaptureQueriesContext(connection) as asked:
        found = counting.table(study, counting.ALL)
    assert len(asked) <= 8
    assert found.coded.material.words(0, 0, 9) == "Der Platz"
    assert [each.start for each in found.codings] == [0]
