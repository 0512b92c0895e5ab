"""Deliver a table for a test: a text becomes a file, the file a reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nahraum.base import State
from nahraum.sources import Reading, TableSpec, read_table


def deliver(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "t.csv", **spec: Any) -> Reading:
    """Write a CSV file and read it; without variables every column but the first is one."""
    (folder / name).write_bytes(text.encode(encoding))
    header = text.split("\n")[spec.get("header_row", 1) - 1].split(spec.get("delimiter", ";"))
    spec.setdefault("area", header[0].strip())
    spec.setdefault("variables", {each.strip(): each.strip() for each in header[1:]})
    spec.setdefault("period", "" if "period_column" in spec else "2024")
    return read_table(TableSpec(id="t", file=name, **spec), folder)


def column(cells: list[str], *, header: str = "wert") -> str:
    """Return a table of areas 1, 2, ... with one number column."""
    return "\n".join([f"gebiet;{header}", *(f"{n};{cell}" for n, cell in enumerate(cells, 1))]) + "\n"


def codes(reading: Reading) -> list[str]:
    """Return the codes of the issues, in order."""
    return [issue.code for issue in reading.issues]


def values(reading: Reading, variable: str = "") -> list[float | str]:
    """Return numbers, or the name of the state where there is none."""
    rows = reading.rows if not variable else reading.rows.filter(reading.rows["variable"] == variable)
    return [
        value if state == State.NUMBER else State(state).name for value, state in rows.select("value", "state").rows()
    ]
