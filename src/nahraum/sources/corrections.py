"""What the project file says about single rows: corrections with their reason, rows left out. All of it is told."""

from __future__ import annotations

import polars as pl

from nahraum.base import Issue, Severity
from nahraum.sources.grid import Grid, refused
from nahraum.sources.terms import Correction, TableSpec


def corrected(spec: TableSpec, grid: Grid) -> tuple[pl.DataFrame, list[Issue]]:
    """Apply documented corrections to the texts of the cells.

    Raises BadInput for a correction that does not fit exactly one row: the file has changed since it was written.
    """
    cells = grid.cells
    issues = []
    for correction in spec.corrections:
        at = _row_of(spec, grid, cells, correction)
        for name, text in correction.set.items():
            column = f"c{grid.column(name)}"
            issues.append(
                Issue(
                    code="correction-applied",
                    severity=Severity.NOTICE,
                    message="Read as “{text}”, as described for this table: {reason}",
                    file=spec.file,
                    sheet=grid.source.sheet,
                    row=int(grid.rows[at]),
                    column=grid.header[grid.column(name)],
                    value=cells[column][at] or "",
                    params={"reason": correction.reason, "text": text},
                )
            )
            here = pl.int_range(pl.len()) == at
            cells = cells.with_columns(pl.when(here).then(pl.lit(text)).otherwise(pl.col(column)).alias(column))
    return cells, issues


def _row_of(spec: TableSpec, grid: Grid, cells: pl.DataFrame, correction: Correction) -> int:
    fits = pl.lit(value=True)
    for name, text in correction.where.items():
        fits = fits & (pl.col(f"c{grid.column(name)}").fill_null("") == text.strip())
    found = cells.with_row_index("n").filter(fits)["n"].to_list()
    rows = found[correction.nth - 1 : correction.nth] if correction.nth else found
    if len(rows) == 1:
        return int(rows[0])
    raise refused(
        "correction-unfit",
        message="The correction “{reason}” fits {count} rows; it must fit exactly one.",
        remedy="Was the file delivered anew? Name more columns under where, or nth.",
        file=spec.file,
        sheet=grid.source.sheet,
        reason=correction.reason,
        count=len(found),
    )


def left_out(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Leave out the rows that ``skip_rows`` names (the empty key: rows without one); a key that no row has is told."""
    issues = []
    key_of = pl.col("area").fill_null("")
    for key, reason in spec.skip_rows.items():
        row = frame.filter(key_of == key)["row"].min()
        found = row is not None
        if not found and spec.revises:
            continue  # a correction delivers only what it corrects
        issues.append(
            Issue(
                code="row-skipped" if found else "row-to-skip-absent",
                severity=Severity.NOTICE if found else Severity.WARNING,
                message="Row left out, as described for this table: {reason}"
                if found
                else "No row has this key, although the table’s description leaves it out ({reason}).",
                remedy="" if found else "Correct the key under skip_rows, or take it out.",
                file=spec.file,
                sheet=grid.source.sheet,
                row=int(str(row)) if found else 0,
                column=spec.area,
                value=key,
                params={"reason": reason},
            )
        )
    return frame.filter(~key_of.is_in(list(spec.skip_rows))) if spec.skip_rows else frame, issues
