"""The worker: takes waiting jobs one after the other, gives signs of life, and keeps house once a day."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

from django.core.management import call_command
from django.db import Error, close_old_connections, connections
from django.utils import timezone

from nahraum_site.accounts.actions import forget_traces
from nahraum_site.config.supervisor import GRACE
from nahraum_site.records import jobs, log, signs
from nahraum_site.records.models import Job
from nahraum_site.voices import removal
from nahraum_site.voices.coding import steps
from nahraum_site.voices.exchange import receiving
from nahraum_site.voices.texts import forgetting

POLL = 1.0  # seconds between two looks for a waiting job
SIGN_EVERY = 10.0
HOUSE_EVERY = timedelta(days=1)
AGAIN_EVERY = timedelta(hours=1)  # while something fails

logger = logging.getLogger(__name__)


class TimeIsUp(BaseException):
    """The worker was asked to end, and the grace period of its job is over."""


class Worker:
    """One worker; ``ending`` once it was asked to end."""

    def __init__(self) -> None:
        self.ending = False
        self.job: Job | None = None
        self.signed = 0.0

    def work(self) -> None:
        """Work until asked to end; a database that is away for a while is waited for."""
        logger.info("worker begins")
        while not self.ending:
            try:
                busy = self.turn()
            except Error:
                logger.exception("database not reachable")
                connections.close_all()
                self.rest(5 * POLL)
            else:
                self.rest(0.0 if busy else POLL)
        connections.close_all()
        logger.info("worker ends")

    def turn(self) -> bool:
        """Give a sign of life if it is time, run one job if one waits; return whether there was one."""
        close_old_connections()
        if time.monotonic() - self.signed > SIGN_EVERY or not self.signed:
            self.signed = time.monotonic()
            signs.give("worker")
            jobs.notice_lost()
            keep_house()
        self.job = jobs.claim()
        if self.job is None:
            return False
        try:
            jobs.run(self.job)
        except TimeIsUp:
            jobs.give_up(self.job)
            logger.warning("job interrupted")
        finally:
            self.job = None
            _wake_in(0)
        return True

    def rest(self, seconds: float) -> None:
        """Sleep, but not when asked to end."""
        until = time.monotonic() + seconds
        while not self.ending and time.monotonic() < until:
            time.sleep(POLL / 5)

    def end(self, _signal: int, _frame: FrameType | None) -> None:
        """End after the running job, or when its grace period is over."""
        self.ending = True
        if self.job:
            _wake_in(GRACE)

    def interrupt(self, _signal: int, _frame: FrameType | None) -> None:
        """Break the running job off; what it was writing is rolled back."""
        if self.job:
            raise TimeIsUp


def _wake_in(seconds: float) -> None:
    """Set the alarm that breaks a job off; 0 takes it back. Where there are no alarms, the parent ends the process."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def work() -> None:
    """Run a worker in this process until TERM or Ctrl-C."""
    worker = Worker()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, worker.end)
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, worker.interrupt)
    worker.work()


def keep_house() -> None:
    """Once a day: forget what the retention period no longer covers, drop ended sessions, sweep after deleted studies,
    texts and uploaded projects, drop receipts of coding, walk the log's chain. What fails is tried again in an hour.
    """
    if _is_recent("house", HOUSE_EVERY) or _is_recent("house tried", AGAIN_EVERY):
        return
    signs.give("house tried")  # before the work: what ends the process must not be begun anew at once
    done = [_is_done(name, step) for name, step in _steps().items()]  # all of them: one that fails keeps no other out
    if all(done):
        signs.give("house")


def _is_recent(name: str, span: timedelta) -> bool:
    last = signs.last(name)
    return last is not None and timezone.now() - last.at < span


def _steps() -> dict[str, Callable[[], object]]:
    return {
        "log": log.forget,
        "sessions": lambda: call_command("clearsessions"),
        "traces": forget_traces,
        "studies": removal.sweep,
        "texts": forgetting.sweep,
        "projects": receiving.sweep,
        "receipts": steps.forget,
        "chain": _check_chain,
    }


def _is_done(name: str, step: Callable[[], object]) -> bool:
    try:
        step()
    except Exception as error:
        logger.exception("housekeeping failed: %s", name)
        if isinstance(error, Error):
            close_old_connections()  # the next step gets one that works
        return False
    return True


def _check_chain() -> None:
    verdict = log.verify()
    signs.give("chain", entries=verdict.entries, broken_at=verdict.broken_at)
    if verdict.broken_at:
        logger.error("the chain of the log is broken")
