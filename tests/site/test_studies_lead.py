"""Who leads a study: handed over within the team; named by the administration, unread, where nobody can any more."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.site.studies_fixtures import areas, at, enter, forgetful, hire, lars, lead, nora, otto, rita, study, words

__all__ = ["areas", "enter", "forgetful", "hire", "lars", "lead", "nora", "otto", "rita", "study"]
HERE = "/studien/ohne-leitung/"


@pytest.fixture
def paula(study, hire):
    """Return a planner of the team who codes."""
    from nahraum_site.voices.models import Member

    person = hire("Paula", "planner")
    Member.objects.create(study=study, user=person, part="coder")
    return person


@pytest.fixture
def anna(hire):
    return hire("Anna", "administrator")


def parts(study):
    return {each.user.name: each.part for each in study.team.select_related("user")}


def close(person):
    from nahraum_site.accounts.models import User

    User.objects.filter(pk=person.pk).update(is_active=False)


def told(action):
    from nahraum_site.records.models import LogEntry

    return LogEntry.objects.filter(action=action)


@pytest.mark.parametrize(
    ("then", "part", "onwards"),
    [("coder", "coder", 200), ("reader", "reader", 200), ("lead", "lead", 200), ("", None, 404)],
)
def test_a_lead_hands_the_study_over_and_says_what_becomes_of_them(lead, study, paula, rita, then, part, onwards):
    assert lead.get(at(study, "uebergeben/")).status_code == 200
    answer = lead.post(at(study, "uebergeben/"), {"to": paula.uuid, "then": then}, follow=True)
    assert "Paula leitet die Studie jetzt" in words(answer)
    assert parts(study) == {"Paula": "lead", "Nora": "coder", "Lars": "reader"} | ({"Rita": part} if part else {})
    assert lead.get(at(study)).status_code == onwards
    entry = told("study.handed_over").get()
    assert entry.after[str(paula.uuid)] == "lead"
    assert entry.after.get(str(rita.uuid)) == part


def test_nobody_leads_who_is_outside_or_has_no_role_for_it(lead, study, nora, otto, paula, rita):
    page = words(lead.get(at(study, "uebergeben/")))
    for name, offered in (("Paula", True), ("Nora", False), ("Lars", False), ("Otto", False), ("Rita", False)):
        assert (f">{name}</option>" in page) == offered, name
    before = parts(study)
    for to in (nora.uuid, otto.uuid, rita.uuid, uuid4(), "²", "\0", ""):
        assert lead.post(at(study, "uebergeben/"), {"to": to, "then": "coder"}).status_code == 422, to
    assert lead.post(at(study, "uebergeben/"), {"to": paula.uuid, "then": "king"}).status_code == 422
    assert lead.post(at(study, "uebergeben/")).status_code == 422
    close(paula)
    assert "Sonst kann niemand im Team leiten" in words(lead.get(at(study, "uebergeben/")))
    assert parts(study) == before


def test_only_who_leads_hands_over(study, nora, paula, otto, enter):
    for person, status in ((nora, 403), (paula, 403), (otto, 404)):
        client = enter(person)
        assert client.get(at(study, "uebergeben/")).status_code == status
        assert client.post(at(study, "uebergeben/"), {"to": paula.uuid, "then": ""}).status_code == status
    assert parts(study)["Rita"] == "lead"


def test_who_was_relieved_meanwhile_does_not_make_themselves_lead_again(study, rita, nora, paula):
    from nahraum.base import WrongRequest
    from nahraum_site.voices import actions

    actions.set_team(study, {paula.pk: "lead", rita.pk: "reader"}, study.version, paula)
    with pytest.raises(WrongRequest, match="nicht mehr"):
        actions.hand_over(study, paula, "lead", rita)
    assert parts(study) == {"Paula": "lead", "Rita": "reader"}


def test_a_team_whose_only_lead_has_no_access_is_not_stored(study, rita, nora, paula):
    from nahraum.base import WrongRequest
    from nahraum_site.voices import actions

    close(paula)
    for leads in ({paula.pk: "lead"}, {nora.pk: "lead"}, {}):
        with pytest.raises(WrongRequest, match="leiten"):
            actions.set_team(study, {rita.pk: "coder", **leads}, study.version, rita)
    assert parts(study)["Rita"] == "lead"


def test_the_administration_names_a_lead_unread_as_soon_as_nobody_can(study, rita, paula, anna, enter):
    admin = enter(anna)
    named = f"{HERE}{study.uuid}/"
    assert "Jede Studie wird von jemandem geleitet" in words(admin.get(HERE))
    assert admin.get(named).status_code == 404
    assert admin.post(named, {"to": paula.uuid}).status_code == 404
    close(rita)
    assert "Am Hafen" in words(admin.get(HERE))
    page = words(admin.get(named))
    assert "Rita" in page
    assert "Zugang beendet" in page
    assert "1306" not in page
    assert ">Paula</option>" in page
    assert admin.post(named, {"to": paula.uuid}, follow=True).status_code == 200
    assert parts(study)["Paula"] == "lead"
    assert enter(paula).get(at(study)).status_code == 200
    assert admin.get(at(study)).status_code == 403
    assert admin.get(named).status_code == 404
    entry = told("study.lead_named").get()
    assert (entry.actor, entry.after[str(paula.uuid)]) == (str(anna.uuid), "lead")


def test_a_role_that_was_taken_leaves_a_study_without_a_lead_too(study, rita, anna, enter):
    assert "Am Hafen" not in words(enter(anna).get(HERE))
    rita.assignments.all().delete()
    assert "Am Hafen" in words(enter(anna).get(HERE))


def test_outsiders_are_named_only_where_the_team_has_nobody_and_never_oneself(study, rita, paula, otto, hire, enter):
    """Otto plans and administrates: he cannot let himself into the study, however often he asks."""
    hire("Petra", "planner")
    close(rita)
    admin, named = enter(otto), f"{HERE}{study.uuid}/"
    assert "Petra" not in words(admin.get(named))
    close(paula)
    page = words(admin.get(named))
    assert ">Petra</option>" in page
    assert ">Otto</option>" not in page
    for to in (otto.uuid, rita.uuid, paula.uuid, "²", ""):
        assert admin.post(named, {"to": to}).status_code == 422
    assert parts(study) == {"Rita": "lead", "Paula": "coder", "Nora": "coder", "Lars": "reader"}


def test_who_was_quicker_is_not_overruled(study, rita, paula, anna):
    from nahraum.base import WrongRequest
    from nahraum_site.voices import actions

    close(rita)
    actions.name_lead(study, paula, anna)
    with pytest.raises(WrongRequest, match="wieder"):
        actions.name_lead(study, paula, anna)
    assert told("study.lead_named").count() == 1
