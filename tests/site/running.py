"""A site that runs as its users run it: ``nahraum serve`` in a process of its own."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

NAHRAUM = Path(sys.executable).with_name("nahraum")


def free_port() -> int:
    """Return a port that nobody listens on, below those that the system gives away while a server still starts."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            port = random.randrange(10_000, 32_000)
            probe.bind(("127.0.0.1", port))
            return port


class Running:
    """A started site; what it says is kept in files."""

    def __init__(self, environment: Mapping[str, str], folder: Path, *words: object) -> None:
        port = free_port()
        self.address = f"http://localhost:{port}"
        self.said, self.logged = folder / "said.txt", folder / "logged.txt"
        command = [str(NAHRAUM), "serve", "--port", str(port), *map(str, words)]
        with self.said.open("w") as out, self.logged.open("w") as err:
            self.process = subprocess.Popen(command, env=dict(environment), stdout=out, stderr=err)
        self.until(lambda: "läuft:" in self.said.read_text() or self.process.poll() is not None, 300)
        assert self.process.poll() is None, self.logged.read_text()[-4000:]

    def until(self, come: object, seconds: float = 30.0) -> None:
        """Wait until something holds; AssertionError with what was said if it does not."""
        end = time.monotonic() + seconds
        while not come():  # type: ignore[operator]
            assert time.monotonic() < end, self.said.read_text() + self.logged.read_text()[-4000:]
            time.sleep(0.05)

    @property
    def link(self) -> str:
        """Return the path of the link for the first administrator."""
        found = re.findall(r"http://\S+(/einrichten/\S+)", self.said.read_text())
        assert found, self.said.read_text()
        return found[-1]

    def children(self) -> dict[str, int]:
        """Return the process ids of web server and worker."""
        found = {}
        for name in ("web", "worker"):
            for pid in Path("/proc").iterdir():
                if (
                    pid.name.isdigit()
                    and f"nahraum_site.config.child\0{name}\0" in _command(pid)
                    and _parent(pid) == (self.process.pid)
                ):
                    found[name] = int(pid.name)
        return found

    def end(self) -> int:
        """Ask it to end and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=90)


def alive(pid: int) -> bool:
    """Return whether a process is there (and not only waiting to be collected)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _command(pid: Path) -> str:
    try:
        return (pid / "cmdline").read_text() + "\0"
    except OSError:
        return ""


def _parent(pid: Path) -> int:
    try:
        return int((pid / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@contextmanager
def running(environment: Mapping[str, str], folder: Path, *words: object) -> Iterator[Running]:
    """Run a site and end it."""
    site = Running(environment, folder, *words)
    try:
        yield site
    finally:
        site.end()


def environment_of(var: Path, database: str | None) -> dict[str, str]:
    """Return the environment of a fresh site."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NAHRAUM_", "DJANGO_"))}
    shared = {"NAHRAUM_SHARED": os.environ["NAHRAUM_SHARED"]} if "NAHRAUM_SHARED" in os.environ else {}
    return {**kept, **shared, "NAHRAUM_VAR": str(var), **({"NAHRAUM_DATABASE": database} if database else {})}
