"""What waits in studies stands on the start page of the person who decides, and of nobody else; with few questions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.site.cast import words
from tests.site.texts_fixtures import apart, collections, enter, forgetful, hire, imported, study, team

__all__ = ["apart", "collections", "enter", "forgetful", "hire", "study", "team"]


@pytest.fixture
def today(apart):
    from django.utils import timezone

    return timezone.localdate()


def ends(collection, **days):
    from nahraum_site.voices.models import Collection

    Collection.objects.filter(pk=collection.pk).update(**days)


def shown(client):
    """Return the links of the section and what stands beside them."""
    page = words(client.get("/"))
    section = page.partition('id="wartet-studien"')[2].partition("</section>")[0]
    return [
        (address, re.sub(r"\s+", " ", said))
        for address, said in re.findall(r'<a href="(.*?)">(.*?</a>.*?)</li>', section)
    ]


def test_texts_whose_time_is_over_or_near_stand_on_the_start_page_of_the_lead_alone(
    study, collections, team, enter, today
):
    for one, name in zip(collections, ("a.txt", "b.txt"), strict=True):
        imported(study, one, team["Cem"], name, f"Zu {name}.\n".encode())
    lead = enter(team["Ada"])
    assert shown(lead) == []
    ends(collections[0], delete_on=today)
    ends(collections[1], delete_on=today + timedelta(days=30))
    (over, said), (near, soon) = shown(lead)
    assert over == f"/studien/{study.uuid}/erhebungen/{collections[0].uuid}/texte-loeschen/"
    assert "Nachbarschaften: Café Hafen" in said
    assert near == f"/studien/{study.uuid}/"
    assert "Gespräch Altstadt" in soon
    ends(collections[1], delete_on=today + timedelta(days=31))
    assert len(shown(lead)) == 1
    ends(collections[1], withdrawn_on=today, delete_on=None)
    assert any("widerrufen" in said for _address, said in shown(lead))
    for name in ("Cem", "Rita", "Olga"):
        assert shown(enter(team[name])) == []
    assert shown(enter()) == []


def test_what_holds_nothing_or_was_deleted_does_not_wait(study, collections, team, enter, today):
    from nahraum_site.voices.texts import forgetting

    ends(collections[1], delete_on=today)
    imported(study, collections[0], team["Cem"])
    ends(collections[0], delete_on=today)
    lead = enter(team["Ada"])
    assert len(shown(lead)) == 1
    forgetting.delete_texts(collections[0], "Café Hafen", team["Ada"])
    assert shown(lead) == []


def test_quotations_wait_for_a_releaser_outside_the_team_until_decided(study, collections, team, enter, hire):
    from nahraum_site.voices.models import Member
    from nahraum_site.voices.releases import actions

    outside, inside = hire("Vera", "releaser"), hire("Viola", "releaser", "researcher")
    Member.objects.create(study=study, user=inside, part="reader")
    asked = actions.ask(collections[1], "Wichtig", team["Ada"])
    ((address, said),) = shown(enter(outside))
    assert address == f"/studien/freigaben/{asked.uuid}/"
    assert "Gespräch Altstadt" in said
    for person in (inside, team["Ada"]):
        assert shown(enter(person)) == []
    actions.decide(asked, "Ja", outside, is_released=True)
    assert shown(enter(outside)) == []


def test_the_administration_is_told_of_studies_without_a_lead(study, team, enter, hire):
    from nahraum_site.accounts.models import User

    admin = enter(hire("Anna", "administrator"))
    assert shown(admin) == []
    User.objects.filter(pk=team["Ada"].pk).update(is_active=False)
    ((address, said),) = shown(admin)
    assert address == "/studien/ohne-leitung/"
    assert "1 Studie" in said
    assert "Nachbarschaften" not in said


def test_the_start_page_asks_the_same_few_questions_however_much_waits(study, collections, team, enter, hire, today):
    """One question each for releases, texts and studies, and none for those whose roles decide nothing of it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from nahraum_site.voices import actions, waiting
    from nahraum_site.voices.releases import actions as releases

    everything = hire("Eva", "researcher", "releaser", "administrator")
    own = actions.begin("Ihre", everything)
    counts = []
    for n in range(3):
        one = actions.note_collection(own, {"method": "world_cafe", "title": f"{n}", "delete_on": today}, everything)
        imported(own, one, everything, f"{n}.txt", f"Zum {n}.\n".encode())
        asked = actions.note_collection(study, {"method": "expert_interview", "participants": 1}, team["Ada"])
        releases.ask(asked, "Wichtig", team["Ada"])
        everything = type(everything).objects.get(pk=everything.pk)
        assert everything.roles
        with CaptureQueriesContext(connection) as queries:
            found = waiting.waiting(everything, today)
            assert (len(found.due), len(found.releases)) == (n + 1, n + 1)
        counts.append(len(queries))
    assert counts == [3, 3, 3]
    nobody = hire("Nele", "contact")
    assert nobody.roles
    with CaptureQueriesContext(connection) as queries:
        assert not waiting.waiting(nobody, today)
    assert len(queries) == 0
