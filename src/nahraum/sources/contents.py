"""What a reading holds, in few numbers: for the page that asks whether it is to be stored, and for what counts it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from nahraum.base import State
from nahraum.sources.terms import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Numbers of values, areas and states (in the order of ``State``), and which variables and periods there are.

    ``sums``: level -> number of its sum rows, which are no areas of the table.
    """

    values: int
    areas: int
    sums: Mapping[str, int]
    variables: tuple[str, ...]
    periods: tuple[str, ...]
    states: tuple[int, ...]


def contents_of(reading: Reading) -> Contents:
    """Return what a reading holds. A period is empty where the table holds for every period."""
    rows, totals = reading.rows, reading.table.totals
    keys = rows["area"].unique()
    return Contents(
        values=rows.height,
        areas=sum(key not in totals for key in keys),
        sums=dict(Counter(totals[key] for key in keys if key in totals)),
        variables=tuple(rows["variable"].unique(maintain_order=True)),
        periods=tuple(sorted(rows["period"].fill_null("").unique())),
        states=tuple(int((rows["state"] == int(state)).sum()) for state in State),
    )


def counts_of(reading: Reading) -> list[tuple[str, str, int, int]]:
    """Return variable, period ("": all), state and in how many areas; sum rows are no areas. In delivery order."""
    areas = reading.rows.filter(~pl.col("area").is_in(list(reading.table.totals)))
    keys = ["variable", pl.col("period").fill_null(""), pl.col("state").cast(pl.Int64)]
    return areas.group_by(keys, maintain_order=True).len("areas").rows()
