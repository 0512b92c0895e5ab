"""Pages of 500 areas under load: the production server on this machine, its visitors in a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.load import EMAIL
from benchmarks.process import ROOT
from benchmarks.row import Row
from tests.site.postgresql import server
from tests.site.running import Running, environment_of, running
from tests.site.visitor import Visitor

DATA = "500 areas x 16 indicators x 10 years"
PASSWORD = "Lastprobe-im-Rathaus-5"
CALM, CROWD = 20.0, 60.0  # seconds


def main(databases: tuple[str, ...] = ("SQLite", "PostgreSQL")) -> list[Row]:
    """Measure on SQLite and on PostgreSQL."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        maker = [sys.executable, "-m", "tests.town.bigger", "500", "16", "10", str(folder / "town")]
        subprocess.run(maker, check=True, cwd=ROOT, capture_output=True)
        with server() as address:
            return [
                row
                for name, database in (("SQLite", None), ("PostgreSQL", address))
                if name in databases
                for row in _measured(folder / name, database, folder / "town", name)
            ]


def _measured(folder: Path, database: str | None, town: Path, name: str) -> list[Row]:
    folder.mkdir()
    environment = environment_of(folder / "var", database)
    with running(environment, folder, "--project", town) as site:
        fields = {"name": "Last", "email": EMAIL, "password": PASSWORD, "again": PASSWORD}
        assert Visitor(site.address).post(site.link, **fields) == 200
        calm, slow = _visited(site, 20, 0, CALM)
        crowd, _slow = _visited(site, 200, 5, CROWD)
    written, faults = sum(crowd["written"].values()), calm["faults"] + crowd["faults"]
    logged = _entries(environment, "person.changed")
    if logged != written:
        faults.append(f"{written} writes were confirmed, {logged} stand in the log")
    print(f"{name}: p95 by page {slow} ms; {len(crowd['answers'])} answers, {written} writes", file=sys.stderr)
    print(*(f"{name}: {fault}" for fault in faults[:9]), sep="\n", file=sys.stderr)
    first, last = calm["server"], crowd["server"]
    return [
        Row(what=f"server time p95, 20 users, {name}", data=DATA, ours=first, unit="ms", promise=150.0),
        Row(what=f"errors and lost writes, 200 read, 5 write, {name}", data=f"{int(CROWD)} s, {written} writes",
            ours=float(len(faults)), unit="", promise=1.0),
        Row(what=f"server time p95, 200 users, {name}", data=DATA, ours=last, unit="ms"),
    ]  # fmt: skip


def _entries(environment: dict[str, str], action: str) -> int:
    """Return how many entries of this action the log holds: the other witness of what was written."""
    script = (
        "import sys, django; django.setup()\n"
        "from nahraum_site.records.models import LogEntry\n"
        "print(LogEntry.objects.filter(action=sys.argv[1]).count())"
    )
    environment = {**environment, "DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    words = [sys.executable, "-c", script, action]
    return int(subprocess.run(words, env=environment, check=True, capture_output=True, text=True).stdout)


def _visited(site: Running, readers: int, writers: int, seconds: float) -> tuple[dict[str, Any], dict[str, float]]:
    """Return what the visitors saw, with the server's own p95 in ms, and the p95 of every kind of page."""
    before = site.logged.stat().st_size
    words = [sys.executable, "-m", "benchmarks.load", site.address, readers, writers, seconds, PASSWORD]
    done = subprocess.run(list(map(str, words)), check=True, cwd=ROOT, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    with site.logged.open("rb") as stream:
        stream.seek(before)
        lines = [json.loads(line) for line in stream.read().splitlines()]
    told = [line for line in lines if line["event"] == "request" and line["method"] == "GET"]
    found["server"] = _p95([line["ms"] for line in told])
    found["faults"] += [f"{line['path']}: {line['status']}" for line in lines if line.get("status", 200) >= 500]
    kinds: dict[str, list[float]] = {}
    for line in told:
        parts = line["path"].strip("/").split("/")
        kinds.setdefault(f"/{parts[0]}{'/…' if len(parts) > 1 else ''}", []).append(line["ms"])
    return found, {kind: round(_p95(times)) for kind, times in sorted(kinds.items()) if len(times) > 1}


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]
