"""The whole thread in one cold process: tables in, index with 1,000 robustness runs, PDF report out."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.process import NAHRAUM, ROOT, run
from benchmarks.row import Row


def main() -> list[Row]:
    """Time ``nahraum report`` on Musterstadt; the town is generated before the clock starts."""
    with tempfile.TemporaryDirectory() as scratch:
        town = Path(scratch) / "town"
        subprocess.run([sys.executable, "-m", "tests.town.make", town], check=True, cwd=ROOT, capture_output=True)
        runs = [run([NAHRAUM, "report", town, "--out", Path(scratch) / f"{n}.pdf"]) for n in range(3)]
        index = [run([NAHRAUM, "index", town, "--out", Path(scratch) / f"index{n}"]) for n in range(3)]
    data = "77 areas x 16 indicators x 10 years"
    return [
        Row(what="tables to PDF report", data=data, ours=median(r.seconds for r in runs), promise=10.0),
        Row(what="tables to open data", data=data, ours=median(r.seconds for r in index), promise=10.0),
        Row(what="peak memory", data=data, ours=max(r.peak_mb for r in runs + index), unit="MB", promise=1000.0),
    ]
