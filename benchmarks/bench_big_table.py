"""A table of 2 GB and one of a million values: streamed, memory bounded, nothing kept that was not asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TextIO

from benchmarks.row import Row

GIGABYTES = 2
AREAS, VARIABLES = 10_000, 100
# VmHWM is this program's own peak; getrusage would also count the process that it was forked from.
READ = """
import json, sys, time
from pathlib import Path
from nahraum.sources import TableSpec, read_table
from nahraum.sources.terms import Shape
folder, wanted = Path(sys.argv[1]), int(sys.argv[2])
spec = TableSpec(
    id="big", file="big.csv", shape=Shape.LONG, area="gebiet", period_column="jahr", variable_column="merkmal",
    value_column="wert", variables={f"v{n}": f"m{n:02}" for n in range(wanted)},
)
start = time.perf_counter()
reading = read_table(spec, folder)
assert not reading.issues, reading.issues[0]
peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps([time.perf_counter() - start, peak - reading.rows.estimated_size("mb"), reading.rows.height]))
"""
POLARS = """
import json, sys, time
from pathlib import Path
import polars as pl
start = time.perf_counter()
table = pl.read_csv(Path(sys.argv[1]) / "big.csv", separator=";", decimal_comma=True)
table = table.filter(pl.col("merkmal").is_in([f"m{n:02}" for n in range(int(sys.argv[2]))]))
peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps([time.perf_counter() - start, peak, table.height]))
"""


def write_table(file: TextIO, size: int, *, remark: str = "") -> int:
    """Write a long table of about ``size`` bytes and return its number of rows."""
    file.write("gebiet;jahr;merkmal;wert;bemerkung\n")
    written = rows = year = 0
    while written < size:
        for variable in range(VARIABLES):
            lines = "".join(
                f"{area:06};{1900 + year};m{variable:02};{(area * 7 + variable + year) % 5000},5;{remark}\n"
                for area in range(AREAS)
            )
            written += file.write(lines)
            rows += AREAS
            if written >= size:
                break
        year += 1
    return rows


def measured(code: str, folder: Path, wanted: int) -> tuple[float, float, int]:
    """Run the code in a process of its own and return seconds, megabytes and rows."""
    done = subprocess.run([sys.executable, "-c", code, str(folder), str(wanted)], check=True, capture_output=True)
    taken, peak, rows = json.loads(done.stdout)
    return taken, peak, rows


def main() -> list[Row]:
    """Measure both tables; ``NAHRAUM_BENCH_GB`` makes the large one smaller."""
    size = float(os.environ.get("NAHRAUM_BENCH_GB", GIGABYTES))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "big.csv").open("w", encoding="utf-8") as file:
            write_table(file, 24_000_000)
        million = measured(READ, folder, VARIABLES)
        million_peer = measured(POLARS, folder, VARIABLES)
        with (folder / "big.csv").open("w", encoding="utf-8") as file:
            rows = write_table(file, int(size * 1e9), remark="x" * 70)
        large = measured(READ, folder, 1)
        data = f"{size:g} GB, {rows / 1e6:.1f} M rows, 1 of {VARIABLES} variables kept"
    return [
        Row(
            what="long table, every cell with its origin",
            data=f"{million[2] / 1e6:.2f} M values",
            ours=million[0],
            peer=million_peer[0],
            peer_name="polars.read_csv, no checks",
            promise=5.0,
        ),
        Row(what="long table, streamed", data=data, ours=large[0]),
        Row(what="... memory beyond what is kept", data=data, ours=large[1], unit="MB", promise=500),
    ]
