"""What holds for several collections is noted at once; nothing else in them changes."""

from __future__ import annotations

from datetime import date

from tests.site.studies_fixtures import (
    areas,
    at,
    enter,
    forgetful,
    hire,
    lars,
    lead,
    nora,
    note,
    rita,
    study,
    words,
)  # fmt: skip

__all__ = ["areas", "enter", "forgetful", "hire", "lars", "lead", "nora", "rita", "study"]


def address(study):
    return at(study, "erhebungen/gemeinsam/")


def test_consent_and_day_are_noted_for_those_that_are_ticked(lead, study):
    from nahraum_site.records.models import LogEntry

    one, _two, three = (note(lead, study, title=name, participants="9", space="1306") for name in ("A", "B", "C"))
    assert "Einwilligung" in words(lead.get(address(study)))
    given = {"collections": [str(one.uuid), str(three.uuid)], "consent": "written", "delete_on": "2030-12-31"}
    done = lead.post(address(study), given, follow=True)
    assert "2 Erhebungen wurden geändert." in words(done)
    found = {each.title: each for each in study.collections.all()}
    assert [(each.consent, each.delete_on, each.participants, each.space) for _n, each in sorted(found.items())] == [
        ("written", date(2030, 12, 31), 9, "1306"),
        ("", None, 9, "1306"),
        ("written", date(2030, 12, 31), 9, "1306"),
    ]
    assert LogEntry.objects.filter(action="collection.changed").count() == 2
    # Sent again it changes nothing, and the page of one that somebody has open is overtaken.
    assert "0 Erhebungen" in words(lead.post(address(study), given, follow=True))
    assert found["A"].version == one.version + 1


def test_nothing_is_noted_where_nothing_is_said_or_another_study_is_meant(lead, study, nora, lars, enter):
    one = note(lead, study, title="A")
    for given in (
        {},
        {"collections": [str(one.uuid)]},
        {"consent": "written"},
        {"collections": ["²\0"], "consent": "written"},
        {"collections": [str(study.uuid)], "consent": "written"},
        {"collections": [str(one.uuid)], "consent": "²"},
        {"collections": [str(one.uuid)], "delete_on": "0000-00-00"},
        {"collections": [str(one.uuid)], "package": "nichts"},
    ):
        assert lead.post(address(study), given).status_code == 422, given
    one.refresh_from_db()
    assert (one.consent, one.delete_on, one.version) == ("", None, 1)
    assert enter(lars).post(address(study), {}).status_code == 403  # who reads
    assert enter(nora).get(address(study)).status_code == 200  # who collects
