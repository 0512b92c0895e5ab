"""Jobs as rows: taken once, noticed when their worker dies, repeated a few times, looked at without a write."""

from datetime import timedelta

import pytest

from nahraum.base import WrongRequest
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


def test_others_do_not_see_a_job(running_job, hire, enter):
    job = running_job(1)
    assert enter(hire("Ludwig", "planner")).get(f"/arbeit/{job.uuid}/").status_code == 404
