"""Run every benchmark in a process of its own and print one table; exit 1 when a promise is broken.

python -m benchmarks.run            all
python -m benchmarks.run index atlas    only bench_index.py and bench_atlas.py
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.row import Row

FOLDER = Path(__file__).resolve().parent


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table and return 1 when a promise is broken or a benchmark failed."""
    wanted = sys.argv[1:] if arguments is None else arguments
    if wanted[:1] == ["--rows"]:
        rows = import_module(f"benchmarks.{wanted[1]}").main()
        print("\n" + json.dumps([asdict(row) for row in rows]))
        return 0
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(machine())
    rows, failed = [], []
    for path in sorted(FOLDER.glob("bench_*.py")):
        if not wanted or path.stem.removeprefix("bench_") in wanted:
            console.print(f"measuring {path.stem} ...", style="dim")
            measured = measure(path.stem)
            rows += measured or []
            failed += [] if measured is not None else [path.stem]
    console.print(table(rows))
    broken = [row.what for row in rows if row.kept is False]
    for name in failed:
        console.print(f"{name} ended with an error, see above", style="red")
    if broken:
        console.print(f"Promises broken: {', '.join(broken)}", style="red")
    return 1 if broken or failed else 0


def measure(name: str) -> list[Row] | None:
    """Run one benchmark in a fresh process, so that none warms or burdens another; None if it failed."""
    command = [sys.executable, "-m", "benchmarks.run", "--rows", name]
    done = subprocess.run(command, cwd=FOLDER.parent, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        return None
    return [Row(**row) for row in json.loads(done.stdout.strip().splitlines()[-1])]


def machine() -> str:
    """Name the machine: without it a figure says nothing."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    processor = next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor()
    )
    return f"{os.cpu_count()} cores, {processor}, {platform.system()}, Python {platform.python_version()}"


def table(rows: list[Row]) -> Table:
    """Lay the rows out for the terminal."""
    out = Table("what", "data", show_lines=False)
    for heading in ("ours", "peer", "peer / ours", "promise"):
        out.add_column(heading, justify="right")
    out.add_column("kept")
    for row in rows:
        peer = "" if row.peer is None else f"{figure(row.peer, row.unit)} ({row.peer_name})"
        ratio = "" if row.ratio is None else f"{row.ratio:.1f}"
        promise = "" if row.promise is None else f"< {figure(row.promise, row.unit)}"
        kept = f"skipped: {row.skipped}" if row.skipped else {True: "yes", False: "NO", None: ""}[row.kept]
        out.add_row(row.what, row.data, figure(row.ours, row.unit), peer, ratio, promise, kept)
    return out


def figure(value: float | None, unit: str) -> str:
    """Write a measurement with three significant digits and its unit."""
    return "" if value is None else f"{value:.3g} {unit}" if value < 1000 else f"{value:,.0f} {unit}"


if __name__ == "__main__":
    sys.exit(main())
