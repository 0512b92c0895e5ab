"""Cells that are no numbers become issues: one per cell, or one per sign where a sign stands in many cells."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from nahraum.base import Issue, Severity
from nahraum.sources.grid import Grid
from nahraum.sources.terms import TableSpec

SHOWN = 20  # issues of one kind in one column; the rest is counted
SHIFTED_SHARE = 0.5
FAULTS = {
    "formula": Issue(
        code="formula-error",
        severity=Severity.ERROR,
        message="The cell holds an error of the spreadsheet program.",
        remedy="Mend the formula, or deliver values.",
    ),
    "date": Issue(
        code="date-in-number",
        severity=Severity.ERROR,
        message="A date stands where a number is expected; the spreadsheet program may have turned a number into it.",
        remedy="Type the number again in a cell formatted as text or number.",
    ),
    "ambiguous": Issue(
        code="number-ambiguous",
        severity=Severity.ERROR,
        message="Thousand or decimal? Nothing in the table tells how the mark is meant ({count} cells).",
        remedy='Give decimal = "," or decimal = "." for the table.',
    ),
    "malformed": Issue(
        code="number-malformed",
        severity=Severity.ERROR,
        message="This is no number: its marks fit neither thousands nor decimals as they are written in this column.",
        remedy="Correct the cell, or name a correction in the project file.",
    ),
    "text": Issue(
        code="text-in-number",
        severity=Severity.ERROR,
        message="A number is expected here ({count} cells hold this text).",
        remedy="Correct the cell, or name the sign under missing, protected or not_applicable.",
    ),
}
GROUPED = ("ambiguous", "text")  # told once per column or per text, with the number of cells


def fault_issues(spec: TableSpec, grid: Grid, cells: pl.DataFrame, column: str) -> list[Issue]:
    """Return the issues of one number column; ``cells`` has row, raw and fault of all its cells."""
    faulty = cells.filter(pl.col("fault") != "").sort("row")
    if faulty.height == 0:
        return []
    issues: list[Issue] = []
    filled = cells.filter(pl.col("raw").is_not_null()).height
    words = faulty.filter((pl.col("fault") == "text") & pl.col("raw").str.contains(r"\p{L}{3}"))
    if words.height > SHIFTED_SHARE * filled and filled >= 4:
        issues.append(_at(spec, grid, column, _shifted(), words, count=words.height))
        faulty = faulty.filter(pl.col("fault") != "text")
    blank = faulty.filter(pl.col("fault") == "blank")
    if blank.height:
        issues.append(_at(spec, grid, column, _blank(), blank, count=blank.height))
    for fault, issue in FAULTS.items():
        same = faulty.filter(pl.col("fault") == fault)
        if same.height and fault in GROUPED:
            parts = same.partition_by("raw", maintain_order=True) if fault == "text" else [same]
            issues += [_at(spec, grid, column, issue, part, count=part.height) for part in parts[:SHOWN]]
            rest = sum(part.height for part in parts[SHOWN:])
        else:
            issues += [_at(spec, grid, column, issue, same.slice(n, 1)) for n in range(min(same.height, SHOWN))]
            rest = max(same.height - SHOWN, 0)
        if rest:
            issues.append(more(spec, grid, issue.code, rest, column=column))
    return issues


def more(
    spec: TableSpec, grid: Grid, code: str, count: int, *, column: str = "", severity: Severity = Severity.ERROR
) -> Issue:
    """Return the issue that counts what is not listed any more."""
    return Issue(
        code=code,
        severity=severity,
        message="… and {count} more like this.",
        file=spec.file,
        sheet=grid.source.sheet,
        column=column,
        params={"count": count},
    )


def _shifted() -> Issue:
    return Issue(
        code="columns-shifted",
        severity=Severity.ERROR,
        message="{count} cells of this number column hold words; the columns look shifted.",
        remedy="Compare the header with the columns below it.",
    )


def _blank() -> Issue:
    return Issue(
        code="number-with-blank",
        severity=Severity.NOTICE,
        message="A blank stands between sign and number ({count} cells); read as one negative number.",
    )


def _at(spec: TableSpec, grid: Grid, column: str, issue: Issue, cells: pl.DataFrame, **params: object) -> Issue:
    """Return the issue at the first of the cells."""
    return replace(
        issue,
        file=spec.file,
        sheet=grid.source.sheet,
        row=int(cells["row"][0]),
        column=column,
        value=str(cells["raw"][0]),
        params=params,
    )
