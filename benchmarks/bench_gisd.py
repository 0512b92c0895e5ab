"""GISD 2019 from raw workbooks to scores of counties, regions and NUTS regions; a pandas script (counties) as peer."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.process import ROOT, run, shared
from benchmarks.row import Row

PROJECT = ROOT / "tests" / "golden" / "gisd-2019"
SCRIPT = """
import sys
from pathlib import Path
from nahraum.projects import run_project
run_project(Path(sys.argv[1]), data_dir=Path(sys.argv[2]))
"""
PEER = Path(__file__).with_name("peer_gisd_pandas.py")


def main() -> list[Row]:
    """Time both as whole processes, reading included."""
    what = "GISD 2019, raw workbooks to result"
    data = "11 workbooks, 4,538 municipalities x 18 years"
    folder = shared()
    if folder is None:
        return [Row(what=what, data=data, skipped="real data not found")]
    gisd = folder / "data" / "gisd2019"
    peer = run([sys.executable, PEER, gisd])
    ours = run([sys.executable, "-c", SCRIPT, PROJECT, gisd])
    return [
        Row(what=what, data=data, ours=ours.seconds, peer=peer.seconds, peer_name="pandas script", promise=8.0),
        Row(what="GISD 2019, peak memory", data=data, ours=ours.peak_mb, peer=peer.peak_mb, unit="MB", promise=1000.0),
    ]
