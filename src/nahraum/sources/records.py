"""JSON: a list of objects, one per row."""

from __future__ import annotations

import json
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
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise refused("json-unreadable", "The file is not valid JSON.", "Export it again as UTF-8.", file) from error
    for key in filter(None, spec.sheet.split(".")):
        found = found.get(key) if isinstance(found, dict) else None
    if isinstance(found, dict) and found.get("type") == "FeatureCollection":
        found = [feature.get("properties", {}) for feature in found.get("features", [])]
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise refused(
            "json-not-a-table", "The file does not hold a list of objects.", "Name the list under sheet.", file
        )
    header = list(dict.fromkeys(key for row in found for key in row))
    rows = [[_text(row.get(key)) for key in header] for row in found]
    sha256, size = fingerprint(path)
    source = SourceFile(
        file=file, sheet=spec.sheet, sha256=sha256, size=size, encoding="utf-8", decimal=".", rows=len(rows)
    )
    frame = pl.DataFrame(
        [header, *rows], schema=dict.fromkeys([f"c{n}" for n in range(len(header))], pl.String), orient="row"
    )
    return from_frame(frame, source, header_row=1, letters=False, first_row=0 + 1)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)
