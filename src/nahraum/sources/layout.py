"""How a table is laid out: whatever its shape, it becomes blocks of cells with area, period and variable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl

from nahraum.base import Period, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.sources.grid import PERIOD_NAMES, Grid, is_period, refused, shortened
from nahraum.sources.terms import Shape, SourceFile, TableSpec


@dataclass(frozen=True, kw_only=True)
class Block:
    """One number column: ``cells`` has area, row, period, variable and raw (the text); ``at`` is its position."""

    cells: pl.DataFrame
    at: int


def refuse_contradictions(spec: TableSpec) -> None:
    """Raise WrongRequest for a specification that lacks what its shape needs."""
    table = {"table": spec.id}
    if not spec.area:
        raise WrongRequest(_("Table “{table}”: give area, the column with the area keys.").format(**table))
    if len(spec.delimiter) > 1 or spec.decimal not in ("", ",", "."):
        raise WrongRequest(_("Table “{table}”: delimiter is one sign, decimal is a comma or a point.").format(**table))
    if spec.shape is Shape.LONG and not (spec.variable_column and spec.value_column):
        raise WrongRequest(_("Table “{table}”: a long table needs variable_column and value_column.").format(**table))
    if not spec.variables:
        raise WrongRequest(_("Table “{table}”: name its variables.").format(**table))
    if spec.shape in (Shape.YEARS, Shape.INKAR) and len(spec.variables) != 1:
        raise WrongRequest(_("Table “{table}”: a table of years holds exactly one variable.").format(**table))
    for variable, base in spec.share_of.items():
        for name in (variable, base):
            if name not in spec.variables:
                raise WrongRequest(
                    _("Table “{table}”: share_of names “{name}”, which is not among its variables.").format(
                        name=name, **table
                    )
                )


def blocks_of(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> list[Block]:
    """Return the number columns of a table. ``frame`` has area, row and the columns of the grid that were asked for.

    Raises BadInput for a column, variable or period that is missing or unreadable.
    """
    if spec.shape is Shape.LONG:
        return [_long(spec, grid, frame)]
    if spec.shape in (Shape.YEARS, Shape.INKAR):
        return _years(spec, grid, frame)
    period = _period_expr(spec, grid, frame)
    return [_block(frame, grid.column(name), pl.lit(variable), period) for variable, name in spec.variables.items()]


def _block(frame: pl.DataFrame, at: int, variable: pl.Expr, period: pl.Expr) -> Block:
    cells = frame.select(
        "area",
        "row",
        "n",
        period.cast(pl.String).alias("period"),
        variable.cast(pl.String).alias("variable"),
        pl.col(f"c{at}").alias("raw"),
    )
    return Block(cells=cells, at=at)


def _long(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> Block:
    names: Mapping[str, str] = {header: variable for variable, header in spec.variables.items()}
    column = f"c{grid.column(spec.variable_column)}"
    refuse_absent(spec, grid.source, frame[column].unique(maintain_order=True).drop_nulls().to_list())
    ours = frame[column].is_in(list(names)).fill_null(value=False)
    frame = frame if ours.all() else frame.filter(ours)  # filtering would copy the whole table
    period = _period_expr(spec, grid, frame)
    return _block(frame, grid.column(spec.value_column), pl.col(column).replace_strict(names), period)


def refuse_absent(spec: TableSpec, source: SourceFile, found: Sequence[str]) -> None:
    """Refuse a long table in which a variable asked for never occurs."""
    absent = next((name for name in spec.variables.values() if name not in found), None)
    if absent is not None:
        near = get_close_matches(absent, found, n=1)
        raise refused(
            "variable-missing",
            message="Column “{column}” never says “{variable}”. Found: {found}.",
            remedy="Did you mean “{near}”?" if near else "Name the variable as it stands in the file.",
            file=spec.file,
            sheet=source.sheet,
            column=spec.variable_column,
            variable=absent,
            found=shortened(found),
            near=near[0] if near else "",
        )


def _years(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> list[Block]:
    """Read columns whose header is a period; for INKAR those below the variable's name."""
    (variable, name), *_rest = spec.variables.items()
    inkar = spec.shape is Shape.INKAR
    if inkar:
        _refuse_other_variables(spec, grid, name)
    blocks: list[Block] = []
    periods: dict[str, str] = {}
    for at, header in enumerate(grid.header):
        if not is_period(header) or (inkar and name and grid.above[at] != name.strip()):
            continue
        period = str(Period.parse(header))
        if period in periods:
            raise refused(
                "column-doubled",
                message="Two columns are called “{column}”; nobody can tell which is meant.",
                remedy="Give each column a name of its own.",
                file=spec.file,
                sheet=grid.source.sheet,
                column=header,
            )
        periods[period] = header
        blocks.append(_block(frame, at, pl.lit(variable), pl.lit(period)))
    if not blocks:
        raise refused(
            "period-missing",
            message="No column is headed by a year.",
            remedy="Check header_row and shape.",
            file=spec.file,
            sheet=grid.source.sheet,
        )
    return blocks


def _refuse_other_variables(spec: TableSpec, grid: Grid, name: str) -> None:
    """Refuse an INKAR workbook that does not hold the variable, or holds several and none was named."""
    held = list(dict.fromkeys(above for above, year in zip(grid.above, grid.header, strict=True) if is_period(year)))
    if name and name.strip() not in held:
        raise refused(
            "variable-missing",
            message="The workbook does not hold “{variable}”. Found: {found}.",
            remedy="Name the variable as it stands in the first row.",
            file=spec.file,
            sheet=grid.source.sheet,
            variable=name,
            found=shortened(held),
        )
    if not name and len(held) > 1:
        raise refused(
            "variable-unnamed",
            message="The workbook holds several variables: {found}.",
            remedy="Name the variable as it stands in the first row.",
            file=spec.file,
            sheet=grid.source.sheet,
            found=shortened(held),
        )


def _period(spec: TableSpec, grid: Grid, text: str, row: int = 0) -> str:
    try:
        return str(Period.parse(text))
    except WrongRequest:
        raise refused(
            "period-unreadable",
            message="This is not a period.",
            remedy="Write 2019, 2019-12-31, 2018/19 or 2016..2018.",
            file=spec.file,
            sheet=grid.source.sheet,
            row=row,
            column=spec.period_column,
            value=text,
        ) from None


def _period_expr(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> pl.Expr:
    """Return the period of each row: the table's own, its column's, or none (holds for every period)."""
    if not spec.period_column:
        _refuse_other_periods(spec, grid, frame)
        return pl.lit(_period(spec, grid, spec.period) if spec.period else "")
    column = f"c{grid.column(spec.period_column)}"
    texts: dict[str, str] = {}
    kinds = {}
    for text, row in frame.group_by(column).agg(pl.col("row").min()).sort("row").iter_rows():
        if text is None:
            raise refused(
                "period-absent",
                message="The row says no period.",
                remedy="Add the period, or remove the row.",
                file=spec.file,
                sheet=grid.source.sheet,
                row=row,
                column=spec.period_column,
            )
        texts[text] = _period(spec, grid, text.removesuffix(" 00:00:00").removesuffix(".0"), row)
        kinds[Period.parse(texts[text]).kind] = (text, row)
    if len(kinds) > 1:
        text, row = max(kinds.values(), key=lambda each: each[1])
        raise refused(
            "periods-mixed",
            message="The column mixes kinds of periods (years, key dates, school years).",
            remedy="Deliver one kind per table, or one table per kind.",
            file=spec.file,
            sheet=grid.source.sheet,
            row=row,
            column=spec.period_column,
            value=text,
        )
    return pl.col(column).replace_strict(texts, return_dtype=pl.String)


def _refuse_other_periods(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> None:
    """Refuse a table that has a column of periods with several of them although the project reads it as one."""
    for at, header in enumerate(grid.header):
        if not PERIOD_NAMES.fullmatch(header) or f"c{at}" not in frame.columns or header in spec.variables.values():
            continue
        found = frame[f"c{at}"].drop_nulls().unique(maintain_order=True).to_list()
        if len(found) > 1 and all(is_period(text.removesuffix(" 00:00:00").removesuffix(".0")) for text in found):
            raise refused(
                "periods-mixed",
                message="The table holds several periods ({found}), but is read as one.",
                remedy="Name the column under period_column.",
                file=spec.file,
                sheet=grid.source.sheet,
                column=header,
                found=shortened(sorted(found)),
            )
