"""Who finds a study and who does what in it; and that its pages ask few questions."""

from __future__ import annotations

from datetime import date

import pytest

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
    otto,
    rita,
    study,
    typed,
    words,
)  # fmt: skip

__all__ = ["areas", "enter", "forgetful", "hire", "lars", "lead", "nora", "otto", "rita", "study"]


def pages(study, collection):
    for rest in (
        "", "fragen/", "plan/", "gebiete/", "team/", "uebergeben/", "loeschen/", "stichprobe.csv", "erhebungen/neu/",
        f"erhebungen/{collection}/", f"erhebungen/{collection}/loeschen/", f"erhebungen/{collection}/vorlage.docx",
        "einladungen/", "einladungen/neu/", "einladungen/liste.csv", "einladungen/loeschen/",
    ):  # fmt: skip
        yield at(study, rest)


def test_outsiders_find_nothing_whatever_their_role(lead, study, otto, hire, enter):
    one = note(lead, study, title="Café")
    everything = hire("Ada", "planner", "researcher", "releaser", "leader", "administrator", "contact")
    for person in (otto, everything):
        client = enter(person)
        assert "Am Hafen" not in words(client.get("/studien/"))
        for address in pages(study, one.uuid):
            assert client.get(address).status_code == 404, address
            assert client.post(address).status_code in (404, 405), address


def test_an_administrator_cannot_tell_a_study_from_none(study, hire, enter):
    """The gate refuses the role before any study is looked for: both answers are the same to the letter."""
    client = enter(hire("Anna", "administrator"))
    real, none = (client.get(f"/studien/{id}/") for id in (study.uuid, "00000000-0000-0000-0000-000000000000"))
    assert real.status_code == none.status_code == 403
    shown = [words(answer).partition("<main")[2].partition("</main>")[0] for answer in (real, none)]
    assert shown[0] == shown[1] != ""


def test_a_reader_reads_and_changes_nothing(lead, study, lars, enter):
    one = note(lead, study, title="Café")
    client = enter(lars)
    page = words(client.get(at(study)))
    assert "Café" in page
    assert "/erhebungen/neu/" not in page
    assert "/einladungen/" not in page
    for address in pages(study, one.uuid):
        reading = address in (at(study), at(study, "stichprobe.csv")) or "vorlage" in address
        assert client.get(address, follow=True).status_code == (200 if reading else 403), address
        if not reading:
            assert client.post(address).status_code in (403, 405), address


def test_a_coder_collects_and_invites_but_does_not_plan(study, nora, enter):
    client = enter(nora)
    one = note(client, study, title="Café")
    planning = ("fragen/", "plan/", "gebiete/", "team/", "uebergeben/", "loeschen/")
    for address in pages(study, one.uuid):
        wanted = 403 if address.endswith(planning) and "erhebungen" not in address else 200
        assert client.get(address, follow=True).status_code == wanted, address


def test_a_collection_is_only_found_in_its_own_study(lead, study, rita):
    from nahraum_site.voices import actions

    one, other = note(lead, study, title="Café"), actions.begin("Andere", rita)
    assert lead.get(at(other, f"erhebungen/{one.uuid}/")).status_code == 404


def test_who_loses_the_role_loses_the_studies(lead, study, rita, enter):
    rita.assignments.all().delete()
    assert enter(rita).get(at(study)).status_code == 403


def test_the_list_agrees_with_the_rule(study, rita, nora, lars, otto):
    from nahraum_site.voices.queries import visible_to

    for person in (rita, nora, lars, otto):
        assert (study in visible_to(person)) == person.has_perm("voices.read_study", study) == (person is not otto)


@pytest.mark.parametrize(("rest", "most"), [("", 16), ("einladungen/", 14), ("team/", 14), ("erhebungen/neu/", 13)])
def test_pages_ask_the_same_few_questions_however_much_there_is(lead, study, rita, rest, most):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from nahraum_site.voices import inviting

    counts = []
    for _ in range(3):
        lead.get(at(study, rest))
        with CaptureQueriesContext(connection) as asked:
            lead.get(at(study, rest))
        counts.append(len(asked))
        for n in range(5):
            note(lead, study, title=f"Nr. {n}", space="1306", participants="6")
            one = inviting.note_contact(study, {"name": f"N {n}"}, rita)
            inviting.note_attempt(one, date(2026, 5, 1), "mail", rita)
    assert counts[1] == counts[2] <= most, counts  # the first time there is nothing to look up attempts for


def test_who_changes_whether_quotations_are_held_back_stands_in_the_log(lead, study):
    from nahraum_site.records.models import LogEntry

    one = note(lead, study, space="1306", participants="3", place="Bürgerhaus")
    sent = typed(lead.get(at(study, f"erhebungen/{one.uuid}/")))
    assert lead.post(at(study, f"erhebungen/{one.uuid}/"), sent | {"participants": "50"}).status_code == 302
    entry = LogEntry.objects.filter(action="collection.changed").first()
    assert (entry.before, entry.after) == ({"participants": 3}, {"changed": ["participants"], "participants": 50})
    one.refresh_from_db()
    lead.post(
        at(study, f"erhebungen/{one.uuid}/"), sent | {"participants": "50", "place": "Kai", "version": one.version}
    )
    entry = LogEntry.objects.filter(action="collection.changed").first()
    assert (entry.before, entry.after) == ({}, {"changed": ["place"]})
