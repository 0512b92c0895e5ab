"""JSON: a list of objects, one per row."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from nahraum.sources.grid import Grid, fingerprint, from_frame, refused
from nahraum.sources.terms import SourceFile, TableSpec


def read_records(path: Path, spec: TableSpec, file: str) -> Grid:
    """Read a list of objects; ``spec.sheet`` names the key under which the list stands, if it is not the whole file.

    Row numbers count objects from 1. Raises BadInput for anything but a list of flat objects.
    """
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise refused(
            "json-unreadable", message="The file is not valid JSON.", remedy="Export it again as UTF-8.", file=file
        ) from error
    for key in filter(None, spec.sheet.split(".")):
        found = found.get(key) if isinstance(found, dict) else None
    if isinstance(found, dict) and found.get("type") == "FeatureCollection":
        found = [feature.get("properties", {}) for feature in found.get("features", [])]
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise refused(
            "json-not-a-table",
            message="The file does not hold a list of objects.",
            remedy="Deliver a list of rows, or name where in the file it stands.",
            file=file,
        )
    header = list(dict.fromkeys(key for row in found for key in row))
    if not header:
        raise refused("sheet-empty", message="The table is empty.", remedy="Check the sheet and header_row.", file=file)
    rows = [[_text(row.get(key)) for key in header] for row in found]
    sha256, size = fingerprint(path)
    source = SourceFile(
        file=file, sheet=spec.sheet, sha256=sha256, size=size, encoding="utf-8", decimal=".", rows=len(rows)
    )
    frame = pl.DataFrame(
        [header, *rows], schema=dict.fromkeys([f"c{n}" for n in range(len(header))], pl.String), orient="row"
    )
    grid = from_frame(frame, source, header_row=0, first_row=0)

    def is_number(position: int) -> pl.Series:
        typed = [isinstance(row.get(header[position]), int | float) for row in found]
        return pl.Series(typed, dtype=pl.Boolean).gather(grid.rows.cast(pl.Int64) - 1)

    return replace(grid, is_number=is_number)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)
