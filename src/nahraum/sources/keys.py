"""Which area a row is about: keys as delivered, rows that are no areas, areas that stand twice."""

from __future__ import annotations

import polars as pl

from nahraum.base import Issue, Severity
from nahraum.base.language import gettext_noop
from nahraum.sources.faults import SHOWN, more
from nahraum.sources.grid import Grid
from nahraum.sources.terms import Shape, TableSpec

ENOUGH_ROWS = 20  # below that no habit of the keys can be told
HABIT = 0.95  # share of the keys that are written alike
WITHOUT_KEY = gettext_noop(
    "Add the key. If the row is a sum, name it under totals; if it is to stay out, with a reason under skip_rows: in "
    'both the key is empty, as in "" = "city".'
)
LONG_KEYS = 5  # digits from which an official key is told from a running number


def keys_of(spec: TableSpec, texts: pl.Series) -> pl.Series:
    """Return area keys: without the ``.0`` that a program wrote, filled with zeros to the width asked for."""
    keys = texts
    if keys.str.contains(r"^\d+\.0$").any() and not keys.drop_nulls().str.contains(r"\.[1-9]").any():
        keys = keys.str.replace(r"\.0$", "")
    return keys.str.zfill(spec.area_width) if spec.area_width else keys


def without_rubbish(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Take out rows that are no areas - a header in the middle, numbers without key - and name them."""
    values = _value_columns(spec, grid, frame)
    empty = pl.all_horizontal(pl.col(values).is_null()) if values else pl.lit(value=False)
    if "" in spec.totals:  # a sum row without a key
        is_sum = pl.col("area").is_null() & ~empty
        frame = frame.with_columns(pl.when(is_sum).then(pl.lit("")).otherwise(pl.col("area")).alias("area"))
    repeated = pl.col("area") == grid.header[grid.column(spec.area)]
    strange = _unlike_the_others(spec, frame)
    kind = (
        pl.when(pl.col("area").is_null())
        .then(pl.lit("area-without-key"))
        .when(repeated | strange | (pl.col("area").str.contains("^0+$") & empty))
        .then(pl.lit("header-in-data"))
        .otherwise(pl.lit(""))
    )
    judged = frame.with_columns(kind.alias("kind"), empty.alias("empty"))
    if (judged["kind"] == "").all():
        return frame, []  # filtering would copy the whole table
    rubbish = judged.filter((pl.col("kind") != "") & ~((pl.col("kind") == "area-without-key") & pl.col("empty")))
    issues = []
    for row, area in rubbish.select("row", "area").head(SHOWN).iter_rows():
        without = area is None
        issues.append(
            Issue(
                code="area-without-key" if without else "header-in-data",
                severity=Severity.ERROR,
                message="The row has values, but no area key."
                if without
                else "The row is no area: a piece of the header stands in the middle of the table.",
                remedy=WITHOUT_KEY if without else "Remove the row, or name it with a reason under skip_rows.",
                file=spec.file,
                sheet=grid.source.sheet,
                row=row,
                column=spec.area,
                value=area or "",
            )
        )
    if rubbish.height > SHOWN:
        issues.append(more(spec, grid, "header-in-data", rubbish.height - SHOWN))
    return judged.filter(pl.col("kind") == "").drop("kind", "empty"), issues


def _value_columns(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> list[str]:
    if spec.shape is Shape.LONG:
        return [f"c{grid.column(spec.value_column)}"]
    if spec.shape is Shape.WIDE:
        return [f"c{grid.column(name)}" for name in spec.variables.values()]
    area = f"c{grid.column(spec.area)}"
    return [name for name in frame.columns if name.startswith("c") and name != area]


def _unlike_the_others(spec: TableSpec, frame: pl.DataFrame) -> pl.Expr:
    """Return which keys hold a word although nearly all keys of the table are digits of one length."""
    keys = frame["area"].drop_nulls()
    if keys.len() < ENOUGH_ROWS:
        return pl.lit(value=False)
    digits = keys.filter(keys.str.contains(r"^\d+$"))
    if digits.len() < HABIT * keys.len() or digits.str.len_chars().n_unique() > 1:
        return pl.lit(value=False)
    word = pl.col("area").str.contains(r"\p{L}{3}")
    return (word & ~pl.col("area").is_in(list(spec.totals))).fill_null(value=False)


def uneven_keys(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> list[Issue]:
    """Name keys that lost their leading zero in a spreadsheet program: some are one digit shorter than the rest."""
    if spec.area_width:
        return []
    keys = frame.filter(~pl.col("area").is_in(list(spec.totals))).select("area", "row")
    digits = keys.filter(pl.col("area").str.contains(r"^\d+$")).with_columns(
        pl.col("area").str.len_chars().alias("length")
    )
    longest = digits["length"].max()
    if digits.height < keys.height or not isinstance(longest, int) or longest < LONG_KEYS:
        return []
    short = digits.filter(pl.col("length") == longest - 1)
    if short.height == 0 or digits.filter(pl.col("length") < longest - 1).height:
        return []
    if short["area"].str.starts_with("0").any():
        return []
    return [
        Issue(
            code="leading-zeros-lost",
            severity=Severity.WARNING,
            message="{count} keys have one digit less than the others; a leading zero was probably lost.",
            remedy="If so, give area_width = {width}.",
            file=spec.file,
            sheet=grid.source.sheet,
            row=int(short["row"][0]),
            column=spec.area,
            value=str(short["area"][0]),
            params={"count": short["area"].n_unique(), "width": longest},
        )
    ]


def _has_doubles(rows: pl.DataFrame, cell: list[str]) -> bool:
    # Different hashes prove different cells, in a tenth of the memory; equal ones are looked at.
    if rows.select(cell).hash_rows().n_unique() == rows.height:
        return False
    return bool(rows.select(pl.struct(cell).is_duplicated().any()).item())


def without_doubles(spec: TableSpec, grid: Grid, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Leave out values delivered again for the same area, period and variable; one issue if it is most areas."""
    cell = ["area", "period", "variable"]
    if not _has_doubles(rows, cell):
        return rows, []
    judged = rows.with_columns(pl.col("row").first().over(cell).alias("first"))
    rows = rows.unique(cell, keep="first", maintain_order=True)
    twice = judged.filter(~pl.struct(cell).is_first_distinct()).unique(
        ["area", "period", "row"], keep="first", maintain_order=True
    )
    areas = rows["area"].n_unique()
    if twice["area"].n_unique() > areas / 2 and areas > 2:
        return rows, [
            Issue(
                code="periods-mixed",
                severity=Severity.ERROR,
                message="{count} of {areas} areas stand in several rows (first: {first} and {second}); "
                "the table seems to hold several periods or groups.",
                remedy="Name the column that tells them apart under period_column, or deliver one table for each.",
                file=spec.file,
                sheet=grid.source.sheet,
                row=int(twice["row"][0]),
                column=spec.area,
                value=str(twice["area"][0]),
                params={
                    "count": twice["area"].n_unique(),
                    "areas": areas,
                    "first": twice["first"][0],
                    "second": twice["row"][0],
                },
            )
        ]
    issues = [
        Issue(
            code="area-doubled-in-table",
            severity=Severity.ERROR,
            message="The area stands twice for the same period: rows {first} and {second}.",
            remedy="Remove one of the rows, or correct its key.",
            file=spec.file,
            sheet=grid.source.sheet,
            row=row,
            column=spec.area,
            value=area,
            params={"first": first, "second": row},
        )
        for area, row, first in twice.select("area", "row", "first").head(SHOWN).iter_rows()
    ]
    if twice.height > SHOWN:
        issues.append(more(spec, grid, "area-doubled-in-table", twice.height - SHOWN))
    return rows, issues
