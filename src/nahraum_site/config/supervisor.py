"""A small parent that keeps web server and worker running: what dies is started again, and all of it ends together.

The parent imports neither Django nor the core. Every child holds the reading end of a pipe on its stdin: when the
parent is gone, however it went, the pipe closes and the child ends.
"""

from __future__ import annotations

import logging
import logging.config
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

from nahraum.base.language import language
from nahraum_site.config.logs import LOGGING

GRACE = 20.0  # seconds that running requests and a running job are given
LOOK = 0.2  # seconds between two looks at the children
LONGEST_PAUSE = 60.0
HEALTHY = 60.0  # seconds after which a child counts as well again
GO = b"g"

logger = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Child:
    """One process that is kept running: its words after ``python -m nahraum_site.config.child``."""

    words: Sequence[str]
    process: subprocess.Popen[bytes] = field(init=False)
    began: float = field(init=False)
    falls: int = 0
    due: float | None = None  # when it is started again

    def __post_init__(self) -> None:
        """Start it; it loads everything and then waits for the word to go."""
        self.start()

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the parent alone."""
        words = [sys.executable, "-m", "nahraum_site.config.child", *self.words]
        # Several requests and a job compute at once: libraries that each start threads of their own slow all of them.
        environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ, "NAHRAUM_LANGUAGE": language()}
        self.began, self.due = time.monotonic(), None
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, env=environment, start_new_session=True)  # noqa: S603

    def go(self) -> None:
        """Let it begin."""
        assert self.process.stdin
        try:
            self.process.stdin.write(GO)
            self.process.stdin.flush()
        except BrokenPipeError:  # it died already: the next look finds that
            pass

    def look(self) -> None:
        """Notice that it died, and start it again after a pause that doubles each time."""
        code, now = self.process.poll(), time.monotonic()
        if code is None:
            return
        if self.due is None:
            self.falls = 1 if now - self.began > HEALTHY else self.falls + 1
            pause = min(2.0 ** (self.falls - 1), LONGEST_PAUSE)
            self.due = now + pause
            told = {"child": self.words[0], "code": code, "seconds": pause}
            logger.error("child died, starts again", extra=told)
        elif now >= self.due:
            self.process.wait()
            self.start()
            self.go()


def supervise(preparation: Sequence[str], *children: Sequence[str]) -> int:
    """Prepare, then keep the children running until Ctrl-C or TERM; return the exit code.

    They load while the preparation runs, so that the start takes no longer than the slower of the two.
    """
    logging.config.dictConfig(LOGGING)
    ending = _Ending()
    first = Child(words=preparation)
    running = [Child(words=words) for words in children]
    try:
        first.go()
        while first.process.poll() is None and not ending:
            time.sleep(LOOK / 4)
        if ending or first.process.poll():
            return 0 if ending else int(first.process.poll() or 0)
        for child in running:
            child.go()
        while not ending:
            time.sleep(LOOK)
            for child in running:
                child.look()
        return 0
    finally:
        _end([first, *running])


class _Ending:
    """True once Ctrl-C or TERM came."""

    def __init__(self) -> None:
        self.came = False
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self.note)

    def note(self, _signal: int, _frame: FrameType | None) -> None:
        self.came = True

    def __bool__(self) -> bool:
        return self.came


def _end(children: Sequence[Child]) -> None:
    """Ask all to end, give them time, then make them."""
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    until = time.monotonic() + GRACE + 5
    for child in children:
        try:
            child.process.wait(max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            logger.warning("child did not end in time", extra={"child": child.words[0]})
            child.process.kill()
            child.process.wait()


def wait_for_go() -> None:
    """In a child: return when the parent says so, and end when the parent is gone."""
    if os.read(0, 1) != GO:
        sys.exit(0)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    # os.read, because a daemon thread inside sys.stdin would hold its lock when the interpreter ends
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE + 5)
    os._exit(1)
