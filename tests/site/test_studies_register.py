"""The register of those who are invited: apart from what people say, for few eyes, removed as a whole."""

from __future__ import annotations

import csv
import io
import re

import pytest

from tests.site.studies_fixtures import areas, at, enter, forgetful, hire, lars, nora, rita, study, typed, words

__all__ = ["areas", "enter", "forgetful", "hire", "lars", "nora", "rita", "study"]
GIVEN = {
    "name": "Vorname Beispiel",
    "organisation": "Beratungsstelle Hafen",
    "address": "Kaistraße 1\r\n12345 Musterstadt",
    "telephone": "+49 30 000000",
    "email": "beratung@musterstadt.example",
    "method": "telephone_interview",
    "space": "1306",
    "state": "invited",
    "invited_on": "2026-04-01",
    "version": "0",
}


@pytest.fixture
def coder(nora, enter):
    return enter(nora)


def invite(client, study, **given):
    answer = client.post(at(study, "einladungen/neu/"), {**GIVEN, **given})
    assert answer.status_code == 302, words(answer)
    return study.contacts.order_by("-pk").first()


def test_the_register_names_no_collection_and_no_text(django):
    """No foreign key leads from a contact to what was said, or back; it names space and method at most."""
    from nahraum_site.voices.models import Attempt, Contact, Study

    for model, allowed in ((Contact, {Study}), (Attempt, {Contact})):
        assert {field.related_model for field in model._meta.fields if field.is_relation} == allowed
    pointing = {each.related_model for each in Contact._meta.related_objects}
    assert pointing == {Attempt}


def test_a_contact_is_noted_changed_and_removed(coder, study):
    assert "Im Register steht noch niemand" in words(coder.get(at(study, "einladungen/")))
    one = invite(coder, study)
    here = at(study, f"einladungen/{one.uuid}/")
    assert coder.post(here, {**typed(coder.get(here)), "state": "declined"}).status_code == 302
    page = words(coder.get(at(study, "einladungen/")))
    assert "Beratungsstelle Hafen" in page
    assert "abgesagt" in page
    coder.post(f"{here}loeschen/")
    assert not study.contacts.exists()


def test_attempts_are_dated_and_more_than_three_are_marked(coder, study):
    one = invite(coder, study)
    here = at(study, f"einladungen/{one.uuid}/")
    for day in ("2026-04-01", "2026-04-08", "2026-04-15"):
        assert coder.post(f"{here}versuch/", {"day": day, "way": "telephone"}).status_code == 302
    assert "mehr als drei" not in words(coder.get(at(study, "einladungen/")))
    assert "Drei Versuche genügen" in words(coder.get(here))
    coder.post(f"{here}versuch/", {"day": "2026-04-22", "way": "mail"})
    assert "mehr als drei" in words(coder.get(at(study, "einladungen/")))
    answer = coder.post(f"{here}versuch/", {"day": "", "way": "mail"})
    assert answer.status_code == 422
    assert one.attempts.count() == 4


def test_who_is_overtaken_loses_nothing(coder, rita, study, enter):
    one = invite(coder, study)
    here = at(study, f"einladungen/{one.uuid}/")
    sent = typed(coder.get(here))
    enter(rita).post(here, {**sent, "state": "agreed"})
    answer = coder.post(here, {**sent, "telephone": "+49 30 111111"})
    assert answer.status_code == 409
    assert "zugesagt</dd>" in words(answer)
    assert "+49 30 111111" in words(answer)


def test_a_broken_address_is_said_and_the_rest_stays(coder, study):
    answer = coder.post(at(study, "einladungen/neu/"), {**GIVEN, "email": "beratung"})
    assert answer.status_code == 422
    assert "gültige E-Mail-Adresse" in words(answer)
    assert "Beratungsstelle Hafen" in words(answer)
    assert not study.contacts.exists()


def test_the_table_for_a_letter_runs_no_formula(coder, study):
    invite(coder, study, name='=HYPERLINK("http://boese.example")', organisation="@SUM(A1)")
    content = coder.get(at(study, "einladungen/liste.csv")).content.decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(content), delimiter=";")
    assert head[:3] == ["Name", "Organisation", "Adresse"]
    assert row[0] == '\'=HYPERLINK("http://boese.example")'
    assert row[1] == "'@SUM(A1)"
    assert row[2] == "Kaistraße 1, 12345 Musterstadt"
    assert row[3] == "'+49 30 000000"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_the_counts_that_the_collections_need_stand_above(coder, study):
    for state in ("planned", "invited", "declined"):
        invite(coder, study, name=state, state=state)
    page = words(coder.get(at(study, "einladungen/")))
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert [int(each) for each in re.findall(r">(\d+)</td>", table)] == [3, 2, 1]


def test_the_register_is_removed_as_a_whole_and_only_after_a_word(coder, rita, study, enter):
    from nahraum_site.voices.models import Attempt, Contact

    one = invite(coder, study)
    coder.post(at(study, f"einladungen/{one.uuid}/versuch/"), {"day": "2026-04-01", "way": "mail"})
    here, lead = at(study, "einladungen/loeschen/"), enter(rita)
    assert "1 Kontakt wird endgültig gelöscht" in words(lead.get(here))
    assert lead.post(here, {}).status_code == 422
    assert Contact.objects.count() == 1
    assert lead.post(here, {"sure": "on"}).status_code == 302
    assert (Contact.objects.count(), Attempt.objects.count()) == (0, 0)


def test_a_contact_is_only_found_in_its_own_study(coder, rita, nora, study):
    from nahraum_site.voices import actions

    one, other = invite(coder, study), actions.begin("Andere", rita)
    actions.set_team(other, {rita.pk: "lead", nora.pk: "coder"}, 1, rita)
    assert coder.get(at(other, f"einladungen/{one.uuid}/")).status_code == 404


def test_the_log_never_names_who_was_invited(coder, study):
    from nahraum_site.records.models import LogEntry

    one = invite(coder, study)
    coder.post(at(study, f"einladungen/{one.uuid}/versuch/"), {"day": "2026-04-01", "way": "mail"})
    coder.get(at(study, "einladungen/liste.csv"))
    coder.post(at(study, f"einladungen/{one.uuid}/loeschen/"))
    told = list(LogEntry.objects.filter(action__regex="^(contact|register)"))
    assert {each.action for each in told} == {"contact.noted", "contact.tried", "register.taken", "contact.removed"}
    assert not any(word in f"{each.before}{each.after}" for each in told for word in ("Beispiel", "Hafen", "+49"))
