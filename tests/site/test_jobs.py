"""Jobs as rows: taken once, noticed when their worker dies, repeated a few times, looked at without a write."""

from datetime import timedelta

import pytest

from nahraum.base import Interrupted, WrongRequest
from tests.site.cast import enter, forgetful, hire

__all__ = ["enter", "forgetful", "hire"]


@pytest.fixture
def running_job(hire):
    """Return a function that stores a job of Petra's, last heard of so many seconds ago."""
    from django.utils import timezone

    from nahraum_site.records.models import Job

    owner = hire("Petra", "planner")

    def new(silent: float, **others) -> Job:
        heard = timezone.now() - timedelta(seconds=silent)
        about = {"kind": "deliveries.check", "key": str(silent), "owner": owner, "state": "running", "alive_at": heard}
        return Job.objects.create(**{**about, **others})

    return new


def test_looking_at_a_job_that_lives_writes_nothing(running_job, enter):
    """A large import holds SQLite for seconds; whoever watches its progress must not wait for it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    job = running_job(2)
    client = enter(job.owner)
    client.get("/konto/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/arbeit/{job.uuid}/").status_code == 200
    assert not [each["sql"] for each in asked if each["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]


def test_a_silent_job_is_lost_and_can_be_repeated(running_job, enter):
    from nahraum_site.records import jobs

    quiet, lively = running_job(31), running_job(29)
    assert jobs.notice_lost() == 1
    quiet.refresh_from_db(), lively.refresh_from_db()
    assert (quiet.state, lively.state) == ("lost", "running")
    assert "unterbrochen" in enter(quiet.owner).get(f"/arbeit/{quiet.uuid}/").content.decode()
    again = jobs.repeat(quiet)
    again.refresh_from_db()
    assert (again.state, again.attempt, again.key) == ("waiting", 2, quiet.key)
    assert jobs.claim().pk == again.pk
    assert jobs.claim() is None


def test_a_job_is_not_repeated_for_ever_nor_while_it_runs(running_job):
    from nahraum_site.records import jobs

    with pytest.raises(WrongRequest):
        jobs.repeat(running_job(1))
    with pytest.raises(WrongRequest):
        jobs.repeat(running_job(60, state="lost", attempt=jobs.MOST_ATTEMPTS))


def test_a_job_whose_reader_was_ended_is_interrupted_not_judged(hire):
    from nahraum_site.records import jobs
    from nahraum_site.records.models import Job

    def read(_job, _progress):
        raise Interrupted("x")

    jobs.register("test.ended", read)
    job = jobs.ask("test.ended", {}, key="e1", owner=hire("Petra", "planner"))
    lost = jobs.run(jobs.claim())
    assert (lost.pk, lost.state) == (job.pk, Job.State.LOST)
    assert "unterbrochen" in lost.message
    assert lost.ended_at
    assert jobs.repeat(lost).is_open


def test_others_do_not_see_a_job(running_job, hire, enter):
    job = running_job(1)
    assert enter(hire("Ludwig", "planner")).get(f"/arbeit/{job.uuid}/").status_code == 404


# Rights are asked again when the work is done


def test_a_job_is_not_done_for_somebody_whose_role_ended(hire, enter):
    from nahraum_site.records import jobs
    from nahraum_site.records.models import Job

    done = []
    jobs.register("test.needs", lambda job, _progress: done.append(job) or {}, needs="sources.import_tables")
    petra = hire("Petra", "planner")
    first, second = (jobs.ask("test.needs", {}, key=f"n{n}", owner=petra) for n in (1, 2))
    assert jobs.run(jobs.claim()).state == Job.State.DONE
    petra.assignments.all().delete()
    refused = jobs.run(jobs.claim())
    assert (refused.pk, refused.state) == (second.pk, Job.State.FAILED)
    assert "schließen das nicht mehr ein" in refused.message
    client = enter(petra)
    again = client.post(f"/arbeit/{refused.uuid}/wiederholen/")  # it may be asked for, but is not done
    assert again.status_code == 302
    assert jobs.run(jobs.claim()).state == Job.State.FAILED
    assert done == [first]


def test_a_job_of_somebody_whose_access_ended_is_not_done(hire):
    from nahraum_site.records import jobs
    from nahraum_site.records.models import Job

    jobs.register("test.needs", lambda _job, _progress: {}, needs="sources.import_tables")
    petra = hire("Petra", "planner")
    jobs.ask("test.needs", {}, key="n3", owner=petra)
    type(petra).objects.filter(pk=petra.pk).update(is_active=False)
    assert jobs.run(jobs.claim()).state == Job.State.FAILED


def test_every_kind_of_job_says_what_its_owner_must_be_allowed_to_do(django):
    from nahraum_site.accounts.permissions import actions
    from nahraum_site.records import jobs

    known = {each.key for each in actions()}
    ours = {kind: needs for kind, (_work, needs) in jobs._kinds.items() if not kind.startswith("test.")}
    assert ours
    assert set(ours.values()) <= known
