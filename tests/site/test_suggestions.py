"""Suggestions of categories: measured, never unasked, learned in the worker where it takes long."""

from __future__ import annotations

import re

import pytest

from tests.site.cast import words
from tests.site.coding_fixtures import (
    apart,
    at,
    collections,
    enter,
    forgetful,
    hire,
    step,
    study,
    system,
    team,
)
from tests.site.condensing_fixtures import (
    see,
)
from tests.site.texts_fixtures import imported

__all__ = ["apart", "collections", "enter", "forgetful", "hire", "study", "system", "team"]


SAYINGS = ("Der Bus kommt nie pünktlich", "Die Miete ist zu hoch")


def test_suggestions_are_measured_and_nothing_is_coded_unasked(study, collections, system, team, enter):
    from nahraum_site.voices.coding.models import Coding

    cem = enter(team["Cem"])
    address = at(study, "vorschlaege/")
    assert "Wohnen" not in words(cem.get(address))
    for n in range(5):
        lines = [f"{SAYINGS[k % 2]}, sagt Nummer {n}{k}." for k in range(5)]
        (made,) = imported(study, collections[0], team["Ada"], f"t{n}.txt", "\n".join(lines).encode(), replaced=False)
        start = 0
        for k, line in enumerate(lines[:4]):
            name = ("Verkehr", "Wohnen")[k % 2]
            step(cem, study, made, start=start, end=start + len(line), category=system[name])
            start += len(line) + 1
        if n == 1:
            assert "Zu wenige Beispiele" in words(cem.get(f"{address}?whose={team['Cem'].pk}"))
    shown = words(cem.get(f"{address}?whose={team['Cem'].pk}&text={made.uuid}"))
    assert "100 %" in shown
    assert "50 %" in shown
    assert "Nummer 44" in shown
    assert "Nummer 43" not in shown
    boxes = re.findall(r'name="code" value="([^"]+)"( checked)?', shown)
    assert [each[1] for each in boxes] == ["", ""]
    assert boxes[0][0].startswith(system["Verkehr"])
    assert Coding.objects.count() == 20
    key = re.search(r'name="key" value="([^"]+)"', shown)[1]
    for _again in range(2):
        assert cem.post(address, {"key": key, "code": boxes[0][0]}).status_code == 302
    assert Coding.objects.count() == 21
    assert Coding.objects.latest("pk").category == system["Verkehr"]
    assert cem.post(address, {"key": key, "code": "quatsch"}).status_code == 302
    # who codes blindly cannot learn from others
    ada = enter(team["Ada"])
    assert ada.get(f"{address}?whose={team['Cem'].pk}").status_code == 422
    assert "Zu wenige Beispiele" in words(ada.get(f"{address}?whose={team['Ada'].pk}"))
    assert enter(team["Rita"]).get(address).status_code == 403


@pytest.fixture
def large(study, collections, system, team, monkeypatch):
    """Return texts of two collections that Ada coded, in a study that counts as a large one."""
    from nahraum_site.voices.coding.models import Coding
    from nahraum_site.voices.condensing import learning

    monkeypatch.setattr(learning, "AT_ONCE_SIGNS", 0)
    see(study)
    made = []
    for n in range(6):
        lines = [f"{SAYINGS[k % 2]}, sagt Nummer {n}{k}." for k in range(6)]
        (one,) = imported(
            study, collections[n % 2], team["Ada"], f"t{n}.txt", "\n".join(lines).encode(), replaced=False
        )
        start = 0
        for k, line in enumerate(lines[:4]):
            id = system[("Verkehr", "Wohnen")[k % 2]]
            Coding.objects.create(
                text=one, coder=team["Ada"], category=id, made_with=id, start=start, end=start + len(line)
            )
            start += len(line) + 1
        made.append(one)
    return made


def rows_in(*models):
    """Return all that the database holds of some models, as one text."""
    from django.db import connection

    with connection.cursor() as cursor:
        told = []
        for model in models:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            told += [[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in cursor]
    return repr(told)


def learn(client, address):
    """Press the button, and let the worker do what was asked; return the job."""
    from nahraum_site.records import jobs
    from nahraum_site.records.models import Job

    asked = client.post(address, {"do": "learn"})
    job = Job.objects.get(uuid=re.search(r"/arbeit/([^/]+)/", asked.url)[1])
    assert jobs.run_next()
    job.refresh_from_db()
    return job


def test_a_large_study_is_learned_from_in_the_worker_and_what_comes_of_it_is_kept(study, large, system, team, enter):
    from django.utils import timezone

    from nahraum_site.records import jobs
    from nahraum_site.records.models import Job, LogEntry
    from nahraum_site.voices.condensing.models import Fitting, Learned

    ada, cem = enter(team["Ada"]), enter(team["Cem"])
    address = at(study, f"vorschlaege/?whose=alle&text={large[0].uuid}")
    shown = words(ada.get(address))
    assert "noch nichts gelernt" in shown
    assert "Wie oft Vorschläge richtig waren" not in shown
    asked = ada.post(address, {"do": "learn"})
    assert asked.url == ada.post(address, {"do": "learn"}).url  # pressed twice, learned once
    assert asked.url in words(ada.get(address))
    assert "wartet" in words(ada.get(address))
    # the worker dies, and the work is repeated
    Job.objects.update(state=Job.State.RUNNING, alive_at=timezone.now() - timezone.timedelta(minutes=5))
    assert "unterbrochen" in words(ada.get(asked.url))
    assert not Learned.objects.exists()
    again = ada.post(f"{asked.url}wiederholen/")
    assert jobs.run_next()
    job = Job.objects.get(state=Job.State.DONE)
    assert again.url.endswith(f"/arbeit/{job.uuid}/")
    assert ada.get(again.url).url == address
    shown = words(cem.get(address))
    assert "(24 Kodierungen)" in shown
    assert "Angestoßen von Ada" in shown
    assert "Seither kamen Kodierungen dazu" not in shown
    assert "100 %" in shown
    proposed = shown.partition('id="vorschlag-h"')[2]
    assert "Nummer 04" in proposed
    boxes = re.findall(r'name="code" value="([^"|]+)', proposed)
    assert boxes[0] == system["Verkehr"]
    because = re.search(r"\(wegen: ([^)]+)\)", proposed)[1].split(", ")
    assert len(because) == 3
    assert set(because) <= set(SAYINGS[0].split())
    # not a word of anybody lies in what is kept, nor in job and log
    raw = rows_in(Learned, Fitting, Job, LogEntry)
    assert not re.search("Bus|pünktlich|Miete|Nummer", raw, re.IGNORECASE)


def test_what_was_learned_tells_its_age_and_blind_coders_nothing(study, large, system, team, enter):
    from nahraum_site.records import jobs
    from nahraum_site.records.models import Job, LogEntry
    from nahraum_site.voices.condensing.models import Learned

    ada, cem = enter(team["Ada"]), enter(team["Cem"])
    address = at(study, f"vorschlaege/?whose=alle&text={large[0].uuid}")
    assert learn(ada, address).state == Job.State.DONE
    # what was coded since is said, and not proposed any more to who coded it
    start = len("\n".join(f"{SAYINGS[k % 2]}, sagt Nummer 0{k}." for k in range(4))) + 1
    assert step(cem, study, large[0], start=start, end=start + 9, category=system["Verkehr"]).status_code == 200
    shown = words(cem.get(address))
    assert "Seither kamen Kodierungen dazu" in shown
    assert "Nummer 04" not in shown.partition('id="vorschlag-h"')[2]
    assert "Nummer 04" in words(ada.get(address)).partition('id="vorschlag-h"')[2]
    assert learn(cem, address).state == Job.State.DONE
    assert Learned.objects.get().codings == 25
    assert LogEntry.objects.filter(action="suggestions.learned").count() == 2
    # who codes blind sees nothing that was learned from others
    see(study, is_open=False)
    assert cem.get(address).status_code == 422
    assert "24" not in words(cem.get(address)).partition("<main")[2].partition("gelernt-h")[2]
    own = address.replace("alle", str(team["Cem"].pk))
    assert "noch nichts gelernt" in words(cem.get(own))
    failed = learn(cem, own)
    assert failed.state == Job.State.FAILED
    assert "Zu wenige Beispiele" in failed.message
    assert "gescheitert" in words(cem.get(own))
    assert cem.post(address, {"do": "learn"}).status_code == 422
    assert enter(team["Rita"]).post(address, {"do": "learn"}).status_code == 403
    # a part of the team that ended while the job waited
    waiting = ada.post(address.replace("alle", str(team["Ada"].pk)), {"do": "learn"})
    study.team.filter(user=team["Ada"]).delete()
    assert jobs.run_next()
    assert Job.objects.get(uuid=re.search(r"/arbeit/([^/]+)/", waiting.url)[1]).state == Job.State.FAILED


def test_a_page_of_what_was_learned_asks_as_much_for_many_texts_as_for_one(study, large, team, enter):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ada = enter(team["Ada"])
    learn(ada, at(study, "vorschlaege/?whose=alle"))

    def asked(texts):
        address = at(study, "vorschlaege/?whose=alle") + "".join(f"&text={each.uuid}" for each in texts)
        ada.get(address)
        with CaptureQueriesContext(connection) as questions:
            assert "Nummer 04" in words(ada.get(address))
        return len(questions)

    assert asked(large[:1]) == asked(large) <= 21


def test_what_was_learned_goes_with_deleted_texts(study, large, collections, team, enter):
    from nahraum_site.records.models import Job
    from nahraum_site.voices.condensing.models import Fitting, Learned
    from nahraum_site.voices.texts import forgetting

    ada = enter(team["Ada"])
    address = at(study, "vorschlaege/?whose=alle")
    assert learn(ada, address).state == Job.State.DONE
    assert Fitting.objects.count() == len(large)
    forgetting.delete_texts(collections[0], "Café Hafen", team["Ada"])
    assert not Learned.objects.exists()
    assert not Fitting.objects.exists()
    assert "noch nichts gelernt" in words(ada.get(address))


def test_of_texts_that_are_deleted_while_it_is_learned_nothing_is_kept(
    study, large, collections, team, enter, monkeypatch
):
    from nahraum_site.records.models import Job
    from nahraum_site.voices.condensing import learning
    from nahraum_site.voices.condensing.models import Learned
    from nahraum_site.voices.texts import forgetting

    at_work = learning.proposer_of

    def delete_meanwhile(*given):
        made = at_work(*given)
        forgetting.delete_texts(collections[1], "Gespräch Altstadt", team["Ada"])
        return made

    monkeypatch.setattr(learning, "proposer_of", delete_meanwhile)
    job = learn(enter(team["Ada"]), at(study, "vorschlaege/?whose=alle"))
    assert job.state == Job.State.FAILED
    assert "gelöscht" in job.message
    assert not Learned.objects.exists()
