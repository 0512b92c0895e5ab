"""Values that are numbers and yet doubtful: codes for missing, zeros of uninhabited areas, shares that do not fit."""

from __future__ import annotations

import polars as pl

from nahraum.base import Issue, Severity, State
from nahraum.sources.grid import Grid
from nahraum.sources.numbers import WITH_SHARE
from nahraum.sources.terms import TableSpec

CODES = (-9999.0, -999.0, -99.0, -9.0, -1.0)
SHOWN = 20


def doubts_of(spec: TableSpec, grid: Grid, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Return the rows (zeros set to missing, if the project says so) and what is doubtful."""
    issues = _codes(spec, grid, rows)
    if spec.zeros_are_missing:
        rows = _not_counted(spec, rows)
    return rows, [*issues, *_zero_areas(spec, grid, rows), *_shares(spec, grid, rows)]


def _codes(spec: TableSpec, grid: Grid, rows: pl.DataFrame) -> list[Issue]:
    """Name values such as -9 in a column that is otherwise never negative."""
    numbers = rows.filter(pl.col("state") == State.NUMBER)
    coded = pl.col("value").is_in(CODES)
    suspicious = (
        numbers.with_columns(
            (~coded & (pl.col("value") < 0)).any().over("variable").alias("negatives"), coded.alias("coded")
        )
        .filter(pl.col("coded") & ~pl.col("negatives"))
        .select("row", "column", "text")
    )
    return [
        Issue(
            code="code-for-missing",
            severity=Severity.WARNING,
            message="This looks like a code for “missing”: no other value of the column is negative.",
            remedy="If so, name it under missing; it would count as a number otherwise.",
            file=spec.file,
            sheet=grid.source.sheet,
            row=row,
            column=column,
            value=text,
        )
        for row, column, text in suspicious.head(SHOWN).iter_rows()
    ]


def _not_counted(spec: TableSpec, rows: pl.DataFrame) -> pl.DataFrame:
    """Set the named variables to missing where all of them are 0: nobody was counted there."""
    named = pl.col("variable").is_in(list(spec.zeros_are_missing))
    number = pl.col("state") == State.NUMBER
    gap = named & ((pl.col("value") == 0) | ~number | ~named).all().over("area", "period") & number
    return rows.with_columns(
        pl.when(gap).then(State.MISSING).otherwise(pl.col("state")).cast(pl.Int8).alias("state"),
        pl.when(gap).then(float("nan")).otherwise(pl.col("value")).alias("value"),
    )


def _zero_areas(spec: TableSpec, grid: Grid, rows: pl.DataFrame) -> list[Issue]:
    """Name areas in which every variable is 0 although it is not elsewhere: probably nobody was counted there."""
    if len(spec.variables) < 2:
        return []
    numbers = rows.filter(pl.col("state") == State.NUMBER)
    usual = numbers.group_by("variable").agg((pl.col("value") != 0).mean().alias("filled"))
    counted = usual.filter(pl.col("filled") > 0.5)["variable"].to_list()
    if len(counted) < 2:
        return []
    zeros = (
        numbers.filter(pl.col("variable").is_in(counted))
        .group_by("area", "period", maintain_order=True)
        .agg(
            (pl.col("value") == 0).sum().alias("zeros"),
            pl.len().alias("all"),
            pl.col("row").first(),
        )
        .filter((pl.col("zeros") == pl.col("all")) | ((pl.col("zeros") >= pl.col("all") - 1) & (pl.col("all") >= 3)))
    )
    issues = [
        Issue(
            code="zero-instead-of-missing",
            severity=Severity.WARNING,
            message="All but one or all values of this area are 0; zero instead of missing?",
            remedy="If nobody was counted there, deliver an empty cell, or name the variables under zeros_are_missing.",
            file=spec.file,
            sheet=grid.source.sheet,
            row=row,
            column=spec.area,
            value=area,
        )
        for area, row in zeros.select("area", "row").head(SHOWN).iter_rows()
    ]
    if zeros.height > SHOWN:
        issues.append(
            Issue(
                code="zero-instead-of-missing",
                severity=Severity.WARNING,
                message="{count} more areas hold only zeros.",
                file=spec.file,
                params={"count": zeros.height - SHOWN},
            )
        )
    return issues


def _shares(spec: TableSpec, grid: Grid, rows: pl.DataFrame) -> list[Issue]:
    """Check shares in brackets against the counts before them, to the rounding they are printed with."""
    issues: list[Issue] = []
    for variable, base in spec.share_of.items():
        whole = rows.filter(pl.col("variable") == base).select("area", "period", pl.col("value").alias("base"))
        shares = (
            rows.filter((pl.col("variable") == variable) & (pl.col("state") == State.NUMBER))
            .join(whole, on=["area", "period"], how="inner")
            .with_columns(
                pl.col("text")
                .str.extract(WITH_SHARE, 2)
                .str.strip_chars()
                .str.replace(",", ".", literal=True)
                .alias("share")
            )
            .filter(pl.col("share").is_not_null())
            .with_columns(
                pl.col("share").cast(pl.Float64, strict=False).alias("printed"),
                (pl.col("value") / pl.col("base") * 100).alias("real"),
                (
                    0.5
                    * 10.0
                    ** -pl.col("share").str.extract(r"\.(\d+)$", 1).fill_null("").str.len_chars().cast(pl.Float64)
                ).alias("half"),
            )
            .filter((pl.col("printed") - pl.col("real")).abs() > pl.col("half") + 1e-9)
        )
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
                params={"count": f"{value:g}", "base": f"{whole_:g}", "real": f"{real:.2f}"},
            )
            for row, column, text, value, whole_, real in shares.select(
                "row", "column", "text", "value", "base", "real"
            ).iter_rows()
        ]
    return issues
