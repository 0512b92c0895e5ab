"""Run a command as a whole process and say how long it took and how much memory it held."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

NAHRAUM = Path(sys.executable).with_name("nahraum")
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One finished process: wall seconds and peak memory in MB (of that process alone)."""

    seconds: float
    peak_mb: float


def run(command: list[str | Path]) -> Run:
    """Run a command to its end in a fresh process; raises CalledProcessError with its words if it fails."""
    # wait4 gives this child's own peak; getrusage(RUSAGE_CHILDREN) would give the largest child of all so far.
    started = perf_counter()
    child = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert child.stdout is not None
    words = child.stdout.read().decode(errors="replace")
    _pid, status, usage = os.wait4(child.pid, 0)
    taken = perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command, output=words)
    return Run(seconds=taken, peak_mb=usage.ru_maxrss / 1024)


def shared() -> Path | None:
    """Return the folder with the real public data, or None."""
    folder = Path(os.environ.get("NAHRAUM_SHARED") or ROOT.parent / "shared").resolve()
    return folder if (folder / "data").is_dir() else None
