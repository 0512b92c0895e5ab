"""Rows whose numbers stand one column too far left or right: every cell is a number, and yet none is what it says."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nahraum.base import Issue, Severity, State
from nahraum.sources.grid import Grid
from nahraum.sources.terms import Shape, TableSpec

Floats = NDArray[np.float64]

COLUMNS = 4  # with fewer number columns no pattern can be told from chance
ROWS = 12
CLEAR = 0.3  # orders of magnitude by which a row must differ from the usual pattern of its columns
BETTER = 0.35  # share of that difference which may be left once the row is moved by one column
BLOCK = 3  # rows more than others in a block from which it is no chance
INSIDE = 0.8  # share of the rows that look moved which must lie inside of the block
LARGEST = 5_000_000  # values beyond which the search would take too long


def shifted_rows(spec: TableSpec, grid: Grid, rows: pl.DataFrame) -> list[Issue]:
    """Name the first block of rows that fit the usual sizes of their columns only when moved by one column.

    Sizes are compared on a logarithmic scale and for each row apart from its own total, so that small and large
    areas look alike. Tables whose columns are all of one size show nothing.
    """
    if spec.shape is not Shape.WIDE or len(spec.variables) < COLUMNS or rows.height > LARGEST:
        return []
    numbers = rows.select("row", "variable", "value", "state").filter(pl.col("state") == State.NUMBER)
    wide = numbers.pivot(on="variable", index="row", values="value", aggregate_function="first").sort("row")
    order = [
        name for name in sorted(spec.variables, key=lambda v: grid.column(spec.variables[v])) if name in wide.columns
    ]
    if wide.height < ROWS or len(order) < COLUMNS:
        return []
    sizes = np.log10(np.abs(wide.select(order).to_numpy().astype(float)) + 1)
    usual = np.nanmedian(sizes, axis=0)
    here = _distance(sizes, usual)
    right, left = _distance(sizes[:, 1:], usual[:-1]), _distance(sizes[:, :-1], usual[1:])
    moved = (here > CLEAR) & (np.fmin(right, left) < BETTER * here)
    block = _densest_block(moved)
    if block is None:
        return []
    first, last = block
    if moved[first : last + 1].sum() < INSIDE * moved.sum():  # columns of one size, or of any: rows fit anywhere
        return []
    return [
        Issue(
            code="columns-shifted",
            severity=Severity.ERROR,
            message="From row {first} to {last} the numbers fit the columns beside them better than their own; "
            "the columns look shifted.",
            remedy="Compare the header with the columns below it.",
            file=spec.file,
            sheet=grid.source.sheet,
            row=int(wide["row"][first]),
            params={"first": int(wide["row"][first]), "last": int(wide["row"][last])},
        )
    ]


def _distance(sizes: Floats, usual: Floats) -> Floats:
    """Return how far each row lies from the usual pattern, apart from being larger or smaller as a whole."""
    off = sizes - usual
    filled = np.isfinite(off).sum(axis=1) >= COLUMNS - 1
    off = np.where(filled[:, None], off, 0.0)
    spread: Floats = np.nanmean(np.abs(off - np.nanmedian(off, axis=1, keepdims=True)), axis=1)
    return np.where(filled, spread, np.nan)


def _densest_block(found: NDArray[np.bool_]) -> tuple[int, int] | None:
    """Return first and last position of the block in which the found outnumber the others most, if by enough."""
    gain = np.cumsum(np.where(found, 1, -1))
    before = np.concatenate([[0], gain[:-1]])
    lowest = np.minimum.accumulate(before)
    last = int(np.argmax(gain - lowest))
    if gain[last] - lowest[last] < BLOCK:
        return None
    return int(np.argmin(before[: last + 1])), last
