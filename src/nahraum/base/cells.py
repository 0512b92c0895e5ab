"""Cells of tables that leave the house: no spreadsheet program may take a text for a formula and run it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

# OWASP, "CSV Injection": the signs a formula begins with, also in full width, and those that are skipped before one.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | float | None


def is_like_formula(cell: Cell) -> bool:
    """Say whether a spreadsheet program could take a cell for a formula. Numbers are none, negative ones either."""
    return isinstance(cell, str) and cell.startswith(FORMULA_SIGNS)


def harmless(cell: Cell) -> str | float:
    """Return a cell for a CSV file: a text that is like a formula gets an apostrophe before it, None is empty."""
    if is_like_formula(cell):
        return f"'{cell}"
    return "" if cell is None else cell


def as_delivered(text: str) -> str:
    """Return a text as it was before ``harmless``: a table that we wrote can be read again."""
    return text[1:] if text.startswith("'") and is_like_formula(text[1:]) else text


def csv_text(rows: Iterable[Iterable[Cell]]) -> str:
    """Return rows as CSV: semicolons, decimal points, ``\\n``. Every CSV file of the house is written here."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return stream.getvalue()
