"""Values that are numbers and yet doubtful: codes for missing, zeros of uninhabited areas, shares that do not fit."""

from __future__ import annotations

import polars as pl

from nahraum.base import Issue, Severity, State
from nahraum.base.language import number
from nahraum.sources.faults import more
from nahraum.sources.grid import Grid
from nahraum.sources.numbers import WITH_SHARE
from nahraum.sources.shifts import shifted_rows
from nahraum.sources.terms import TableSpec

CODES = (-9999.0, -9998.0, -999.0, -99.0, -9.0, -8.0, -1.0)
SHOWN = 20
FEW_ZEROS = 4  # zeros an area must have at least, where one of its values is not 0
RARE = 0.1  # share of areas in which a variable may be 0 for its zeros to be remarkable


def doubts_of(spec: TableSpec, grid: Grid, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Return the rows (zeros set to missing, if the project says so) and what is doubtful."""
    issues = _codes(spec, grid, rows)
    if spec.zeros_are_missing:
        rows, found = _not_counted(spec, grid, rows)
        issues += found
    issues += _zero_areas(spec, grid, rows)
    issues += shifted_rows(spec, grid, rows)
    rows, found = _shares(spec, grid, rows)
    return rows, issues + found


def _codes(spec: TableSpec, grid: Grid, rows: pl.DataFrame) -> list[Issue]:
    """Name values such as -9 in a variable that is otherwise never negative: one issue per variable and code."""
    negative = rows.filter((pl.col("state") == State.NUMBER) & (pl.col("value") < 0))
    if negative.height == 0:
        return []
    coded = pl.col("value").is_in(CODES)
    suspicious = (
        negative.filter(coded.all().over("variable"))
        .group_by("variable", "value", maintain_order=True)
        .agg(pl.len().alias("count"), pl.col("row", "column", "text").first())
    )
    return [
        Issue(
            code="code-for-missing",
            severity=Severity.WARNING,
            message="This looks like a code for “missing”: no other value of “{variable}” is negative ({count} cells).",
            remedy="If so, name it under missing; otherwise it counts as a number.",
            file=spec.file,
            sheet=grid.source.sheet,
            row=row,
            column=column,
            value=text,
            params={"variable": variable, "count": count},
        )
        for variable, row, column, text, count in suspicious.select(
            "variable", "row", "column", "text", "count"
        ).iter_rows()
    ]


def _not_counted(spec: TableSpec, grid: Grid, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Set the named variables to missing where all of them are 0: nobody was counted there."""
    named = pl.col("variable").is_in(list(spec.zeros_are_missing))
    is_number = pl.col("state") == State.NUMBER
    gap = named & ((pl.col("value") == 0) | ~is_number | ~named).all().over("area", "period") & is_number
    read = rows.with_columns(gap.alias("gap"))
    gaps = read.filter("gap")
    if gaps.height == 0:
        return rows, []
    rows = read.with_columns(
        pl.when("gap").then(State.MISSING).otherwise(pl.col("state")).cast(pl.Int8).alias("state"),
        pl.when("gap").then(float("nan")).otherwise(pl.col("value")).alias("value"),
    ).drop("gap")
    issue = Issue(
        code="zeros-read-as-missing",
        severity=Severity.NOTICE,
        message="In {count} areas the zeros are read as missing, as described for this table.",
        file=spec.file,
        sheet=grid.source.sheet,
        row=int(gaps["row"][0]),
        column=spec.area,
        value=str(gaps["area"][0]),
        params={"count": gaps["area"].n_unique()},
    )
    return rows, [issue]


def _zero_areas(spec: TableSpec, grid: Grid, rows: pl.DataFrame) -> list[Issue]:
    """Name areas in which (nearly) every variable is 0 although it is not elsewhere: probably nobody was counted."""
    if len(spec.variables) < 2:
        return []
    there = (pl.col("state") == State.NUMBER) & ~pl.col("area").is_in(list(spec.totals))
    zero = pl.col("value") == 0
    told = rows.select("variable", there.alias("there"), (there & zero).alias("zero"))
    usual = told.group_by("variable").agg((pl.col("zero").sum() / pl.col("there").sum()).alias("zeros"))
    counted = usual.filter(pl.col("zeros") < 0.5)["variable"].to_list()
    rare = usual.filter(pl.col("zeros") < RARE)["variable"].to_list()
    if len(counted) < 2:
        return []
    # Only areas with a zero are looked at, a few of many.
    with_zero = rows.filter(told["zero"]).filter(pl.col("variable").is_in(counted)).select("area", "period").unique()
    zeros = (
        rows.join(with_zero, on=["area", "period"], how="semi")
        .filter(there & pl.col("variable").is_in(counted))
        .group_by("area", "period", maintain_order=True)
        .agg(
            zero.sum().alias("zeros"),
            (zero & pl.col("variable").is_in(rare)).sum().alias("rare"),
            pl.len().alias("all"),
            pl.col("row").first(),
        )
        .filter(
            ((pl.col("zeros") == pl.col("all")) & (pl.col("all") >= 2))
            | ((pl.col("zeros") == pl.col("all") - 1) & (pl.col("rare") >= FEW_ZEROS))
        )
    )
    issues = [
        Issue(
            code="zero-instead-of-missing",
            severity=Severity.WARNING,
            message="{zeros} of {all} values of this area are 0, elsewhere they are not: zero instead of missing?",
            remedy="If nobody was counted there, deliver an empty cell, or name the variables under zeros_are_missing.",
            file=spec.file,
            sheet=grid.source.sheet,
            row=row,
            column=spec.area,
            value=area,
            params={"zeros": count, "all": every},
        )
        for area, row, count, every in zeros.select("area", "row", "zeros", "all").head(SHOWN).iter_rows()
    ]
    if zeros.height > SHOWN:
        count = zeros.height - SHOWN
        issues.append(more(spec, grid, "zero-instead-of-missing", count, severity=Severity.WARNING))
    return issues


def _shares(spec: TableSpec, grid: Grid, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Check shares in brackets against the counts before them, to the rounding they are printed with."""
    issues: list[Issue] = []
    for variable, base in spec.share_of.items():
        wrong = _contradicting(rows, variable, base)
        issues += [
            Issue(
                code="share-does-not-fit",
                severity=Severity.ERROR,
                message="The count and its share contradict each other: {count} of {base} is {real} %.",
                remedy="Ask which of the two is right.",
                file=spec.file,
                sheet=grid.source.sheet,
                row=row,
                column=column,
                value=text,
                params={"count": number(value, 0), "base": number(whole, 0), "real": number(real, digits + 1)},
            )
            for row, column, text, value, whole, real, digits in wrong.select(
                "row", "column", "text", "value", "base", "real", "digits"
            ).iter_rows()
        ]
        rows = rows.join(wrong.select("row", "variable", "period"), on=["row", "variable", "period"], how="anti")
    return rows, issues


def _contradicting(rows: pl.DataFrame, variable: str, base: str) -> pl.DataFrame:
    whole = rows.filter((pl.col("variable") == base) & (pl.col("state") == State.NUMBER))
    share = pl.col("text").str.extract(WITH_SHARE, 2).str.replace(",", ".", literal=True)
    return (
        rows.filter((pl.col("variable") == variable) & (pl.col("state") == State.NUMBER))
        .join(whole.select("area", "period", pl.col("value").alias("base")), on=["area", "period"], how="inner")
        .with_columns(share.alias("share"))
        .filter(pl.col("share").is_not_null() & (pl.col("base") > 0))
        .with_columns(
            pl.col("share").cast(pl.Float64, strict=False).alias("printed"),
            (pl.col("value") / pl.col("base") * 100).alias("real"),
            pl.col("share").str.extract(r"\.(\d+)$", 1).fill_null("").str.len_chars().cast(pl.Int64).alias("digits"),
        )
        .with_columns((0.5 * pl.lit(10.0) ** -pl.col("digits")).alias("half"))
        .filter(((pl.col("printed") - pl.col("real")).abs() > pl.col("half") + 1e-9).fill_null(value=True))
    )
