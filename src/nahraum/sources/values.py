"""Hand the values of a reading on as plain tuples, for whoever stores them without knowing data frames."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from nahraum.sources.terms import Reading

CHUNK = 10_000
#: What a value says: variable, area, period, state (nahraum.base.State), number or None, row, column, letter, text.
Delivered = tuple[str, str, str, int, float | None, int, str, str, str]


def values_of(reading: Reading, chunk: int = CHUNK) -> Iterator[list[Delivered]]:
    """Yield the values of a reading in delivery order, ``chunk`` of them at a time.

    The number is None unless the state is NUMBER: no state is ever stored as a number.
    """
    columns = reading.rows.select(
        "variable", "area", "period", "state", pl.col("value").fill_nan(None), "row", "column", "letter", "text"
    )
    for part in columns.iter_slices(chunk):
        yield part.rows()
