"""Jobs: what takes long runs in the worker, shows how far it is, and is noticed when its worker dies.

An action is registered once (``register("sources.read", function)``) and takes the job and a function that tells its
progress. It must be idempotent: a lost job is repeated from its beginning, and every write of an action is one
transaction.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, close_old_connections, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from nahraum.base import BadInput, Interrupted, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import speaking
from nahraum_site.accounts.models import User
from nahraum_site.records.models import Job

Progress = Callable[[str, float], None]
Work = Callable[[Job, Progress], Mapping[str, Any]]

BEAT = 5.0  # seconds between two signs of life
LOST_AFTER = timedelta(seconds=30)
TOLD_EVERY = timedelta(seconds=0.5)  # progress is written at most this often
MOST_ATTEMPTS = 5

logger = logging.getLogger(__name__)
_kinds: dict[str, tuple[Work, str]] = {}


def register(kind: str, work: Work, needs: str = "") -> None:
    """Name the action that jobs of this kind run, and what their owner must be allowed to do when it runs."""
    _kinds[kind] = work, needs


def ask(kind: str, params: Mapping[str, Any], *, key: str, owner: User | None) -> Job:
    """Queue a job and return it; while one with the same key is open, that one is returned."""
    assert kind in _kinds, f"nobody registered {kind}"
    try:
        with transaction.atomic():
            return Job.objects.create(kind=kind, params=dict(params), key=key, owner=owner)
    except IntegrityError:
        return Job.objects.get(key=key, state__in=[Job.State.WAITING, Job.State.RUNNING])


@transaction.atomic
def repeat(job: Job) -> Job:
    """Queue a lost or failed job once more. WrongRequest if it is open or was tried too often."""
    if job.is_open or job.state == Job.State.DONE:
        raise WrongRequest(_("This job is not waiting to be repeated."))
    if job.attempt >= MOST_ATTEMPTS:
        raise WrongRequest(_("This job was tried {count} times. Please begin anew.").format(count=job.attempt))
    again = ask(job.kind, job.params, key=job.key, owner=job.owner)
    Job.objects.filter(pk=again.pk).update(attempt=job.attempt + 1)
    return again


def notice_lost() -> int:
    """Mark jobs whose worker gave no sign of life; return how many."""
    dead = Job.objects.filter(state=Job.State.RUNNING, alive_at__lt=timezone.now() - LOST_AFTER)
    return _mark_lost(dead) if dead.exists() else 0  # a write without need waits for whoever writes in SQLite


def give_up(job: Job) -> None:
    """Mark a job that its own worker broke off; it can be repeated."""
    _mark_lost(Job.objects.filter(pk=job.pk, state=Job.State.RUNNING))


def _mark_lost(dead: QuerySet[Job]) -> int:
    return dead.update(ended_at=timezone.now(), **_lost())


def _lost() -> dict[str, Any]:
    words = _("The work was interrupted. Nothing was stored by halves; you can repeat it.")
    return {"state": Job.State.LOST, "message": words}


def claim() -> Job | None:
    """Take the job that waits longest, or None; two workers never take the same one."""
    for pk in Job.objects.filter(state=Job.State.WAITING).order_by("made_at", "pk").values_list("pk", flat=True)[:5]:
        taken = Job.objects.filter(pk=pk, state=Job.State.WAITING)
        if taken.update(state=Job.State.RUNNING, alive_at=timezone.now()):
            return Job.objects.get(pk=pk)
    return None


def run(job: Job) -> Job:
    """Run a claimed job to its end; what it raises becomes its message; interrupted, it can be repeated."""
    with _signs_of_life(job), speaking(job.params.get("language", "de")):
        try:
            work, needs = _kinds[job.kind]
            _refuse_unless_still_allowed(job, needs)
            end: dict[str, Any] = {"state": Job.State.DONE, "share": 1.0, "result": dict(work(job, _teller(job)))}
        except (WrongRequest, BadInput) as error:
            end = {"state": Job.State.FAILED, "message": str(error)}
        except Interrupted:
            logger.warning("job interrupted")
            end = _lost()
        except Exception:
            logger.exception("job %s of kind %s failed", job.uuid, job.kind)
            end = {
                "state": Job.State.FAILED,
                "message": _("Something went wrong here; it was noted. You can repeat it."),
            }
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(ended_at=timezone.now(), **end)
    job.refresh_from_db()
    return job


def _refuse_unless_still_allowed(job: Job, needs: str) -> None:
    """Raise WrongRequest where the owner's access or role ended while the job waited, or before it was repeated."""
    if needs and job.owner and not job.owner.has_perm(needs):
        raise WrongRequest(_("Your roles do not include this any more."))


def run_next() -> bool:
    """Run one waiting job, if there is one; return whether there was."""
    notice_lost()
    job = claim()
    if job:
        run(job)
    return job is not None


def _teller(job: Job) -> Progress:
    """Return the function by which work tells its progress; inside a transaction it is seen only afterwards."""
    last = timezone.now() - TOLD_EVERY

    def tell(step: str, share: float) -> None:
        nonlocal last
        now = timezone.now()
        if now - last >= TOLD_EVERY and not connection.in_atomic_block:
            last = now
            Job.objects.filter(pk=job.pk).update(step=step[:300], share=min(max(share, 0.0), 1.0), alive_at=now)

    return tell


@contextmanager
def _signs_of_life(job: Job) -> Iterator[None]:
    """Beat from a thread of its own, because the work itself may be silent for long."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            try:
                Job.objects.filter(pk=job.pk).update(alive_at=timezone.now())
            except Exception:  # the next beat may come through: a long write holds SQLite
                logger.warning("no sign of life could be written for job %s", job.uuid)
            finally:
                close_old_connections()
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
