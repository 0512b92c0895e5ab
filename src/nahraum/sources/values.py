"""Hand the values of a reading on as plain tuples, for whoever stores them without knowing data frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from nahraum.base import Issue
from nahraum.sources.terms import Reading, SourceFile, TableSpec

CHUNK = 10_000
LONGEST = 300  # letters of a header or a cell that are handed on
#: What a value says: variable, area, period ("": all), state (nahraum.base.State), number or None, row, column, text.
Delivered = tuple[str, str, str, int, float | None, int, str, str]


def values_of(reading: Reading, chunk: int = CHUNK) -> Iterator[list[Delivered]]:
    """Yield the values of a reading in delivery order, ``chunk`` of them at a time.

    The number is None unless the state is NUMBER: no state is ever stored as a number.
    """
    for part in reading.rows.iter_slices(chunk):  # piece by piece: a copy of the whole would need the room twice
        yield part.select(
            "variable",
            "area",
            pl.col("period").fill_null(""),
            "state",
            pl.col("value").fill_nan(None),
            "row",
            pl.col("column").str.slice(0, LONGEST),
            pl.col("text").str.slice(0, LONGEST),
        ).rows()


def lay_by(reading: Reading, path: Path) -> None:
    """Write the rows of a reading to a file, so that nobody has to read the delivery again."""
    reading.rows.write_ipc(path, compression="lz4")


def laid_by(table: TableSpec, source: SourceFile, path: Path, issues: tuple[Issue, ...] = ()) -> Reading:
    """Return the reading whose rows were laid by. OSError where there are none, or broken ones."""
    try:
        rows = pl.read_ipc(path)
    except pl.exceptions.PolarsError as error:
        raise OSError(str(error)) from error
    return Reading(table=table, source=source, rows=rows, issues=issues)
