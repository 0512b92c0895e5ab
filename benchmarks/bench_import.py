"""A delivery of a million values (500 areas x 200 variables x 10 years): first page, checks, values to be stored."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.row import Row

AREAS, VARIABLES, YEARS = 500, 200, range(2015, 2025)
# VmHWM is this program's own peak; getrusage would also count the process that it was forked from.
WORK = """
import json, sys, time
from pathlib import Path
from nahraum.sources import TableSpec, read_table
from nahraum.sources.preview import grid
from nahraum.sources.terms import Shape
from nahraum.sources.values import values_of
folder, shape = Path(sys.argv[1]), sys.argv[2]
about = dict(
    id="t", file=f"{shape}.csv", shape=Shape(shape), area="gebiet", period_column="jahr",
    variables={f"v{n}": f"m{n:03}" for n in range(int(sys.argv[3]))},
)
if shape == "long":
    about |= dict(variable_column="merkmal", value_column="wert")
spec = TableSpec(**about)
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
start = time.perf_counter()
reading = read_table(spec, folder)
read, held = time.perf_counter() - start, peak()
assert not reading.issues and reading.rows.height == 1_000_000
assert sum(map(len, values_of(reading))) == 1_000_000
handed, more = time.perf_counter() - start - read, peak() - held
start = time.perf_counter()
assert len(grid(folder / spec.file, spec, first=0, count=50).rows) == 50
print(json.dumps([read, held, handed, more, time.perf_counter() - start]))
"""


def write_wide(path: Path) -> None:
    """Write one row per area and year."""
    with path.open("w", encoding="utf-8") as file:
        file.write("gebiet;jahr;" + ";".join(f"m{n:03}" for n in range(VARIABLES)) + "\n")
        for year in YEARS:
            for area in range(AREAS):
                cells = ";".join(f"{_value(area, n, year)},5" for n in range(VARIABLES))
                file.write(f"{area:06};{year};{cells}\n")


def write_long(path: Path) -> None:
    """Write one row per value."""
    with path.open("w", encoding="utf-8") as file:
        file.write("gebiet;jahr;merkmal;wert\n")
        for n in range(VARIABLES):
            for year in YEARS:
                file.writelines(f"{area:06};{year};m{n:03};{_value(area, n, year)},5\n" for area in range(AREAS))


def _value(area: int, variable: int, year: int) -> int:
    return (area * 7 + variable * 13 + year) % 5000


def main() -> list[Row]:
    """Measure both shapes, each in a process of its own."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for shape, write in (("wide", write_wide), ("long", write_long)):
            write(Path(name) / f"{shape}.csv")
            command = [sys.executable, "-c", WORK, name, shape, str(VARIABLES)]
            done = subprocess.run(command, check=True, capture_output=True)
            read, held, handed, more, page = json.loads(done.stdout)
            data = f"1 M values, {shape}"
            rows += [
                Row(what="import: read and check", data=data, ours=read, promise=8.0),
                Row(what="... peak memory of the process", data=data, ours=held, unit="MB", promise=500),
                Row(what="import: hand all values on", data=data, ours=handed, promise=5.0),
                Row(what="... memory beyond that", data=data, ours=more, unit="MB", promise=150),
                Row(what="import: a page of 50 rows", data=data, ours=page, promise=2.0),
            ]
    return rows
