"""A grid becomes tidy rows: one per delivered value, with its state and its cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from nahraum.base import BadInput, Issue, Severity, State
from nahraum.base.language import gettext_noop
from nahraum.sources.corrections import corrected, left_out
from nahraum.sources.delimited import read_delimited
from nahraum.sources.doubts import doubts_of
from nahraum.sources.dump import read_dump
from nahraum.sources.faults import fault_issues
from nahraum.sources.grid import Grid, existing, refused
from nahraum.sources.keys import keys_of, uneven_keys, without_doubles, without_rubbish
from nahraum.sources.layout import Block, blocks_of, refuse_contradictions
from nahraum.sources.numbers import COMMA_DECIMAL, POINT_DECIMAL, WITH_SHARE, Marks, cleaned, marks_of, parse
from nahraum.sources.records import read_records
from nahraum.sources.terms import ROW_SCHEMA, Reading, SourceFile, TableSpec
from nahraum.sources.workbook import read_workbook

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".gz": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".ods": "ods",
    ".sql": "sql",
    ".json": "json",
    ".geojson": "json",
}


def format_of(spec: TableSpec, path: Path) -> str:
    """Return the format by what the project says or by the file's ending."""
    found = spec.format or FORMATS.get(path.suffix.lower(), "")
    if found not in FORMATS.values():
        raise refused(
            "format-unknown",
            message="The format of the file is not known.",
            remedy="Deliver CSV, XLSX, XLS, ODS, JSON or SQL; the ending of the name says which.",
            file=spec.file,
        )
    return found


def read_grid(spec: TableSpec, folder: Path) -> Grid:
    """Read a file into a grid of texts, whatever its format; raises BadInput where it cannot be read."""
    path = existing(folder / spec.file, spec.file)
    readers = {"csv": read_delimited, "sql": read_dump, "json": read_records}
    return readers.get(format_of(spec, path), read_workbook)(path, spec, spec.file)


def read_table(spec: TableSpec, folder: Path) -> Reading:
    """Read one delivered table into tidy rows.

    Faulty cells are issues and stay out of the rows. A file that cannot be read at all comes back without rows and
    with the issue that says why. Raises WrongRequest for a specification that contradicts itself.
    """
    refuse_contradictions(spec)
    try:
        rows, source, issues = _tidy(spec, read_grid(spec, folder))
    except BadInput as error:
        empty = pl.DataFrame(schema={name: getattr(pl, kind) for name, kind in ROW_SCHEMA.items()})
        source = SourceFile(file=spec.file, sha256="", size=0)
        return Reading(table=spec, source=source, rows=empty, issues=error.issues)
    return Reading(table=spec, source=source, rows=rows, issues=tuple(issues))


def _tidy(spec: TableSpec, grid: Grid) -> tuple[pl.DataFrame, SourceFile, list[Issue]]:
    cells, issues = corrected(spec, grid)
    issues = [*grid.issues, *issues]
    area = keys_of(spec, cells[f"c{grid.column(spec.area)}"])
    frame = cells.with_columns(
        area.alias("area"), grid.rows.alias("row"), pl.int_range(cells.height, eager=True).alias("n")
    )
    frame, found = left_out(spec, grid, frame)
    issues += found
    frame, found = without_rubbish(spec, grid, frame)
    issues += found + uneven_keys(spec, grid, frame)
    blocks = [_Prepared.of(spec, grid, block) for block in blocks_of(spec, grid, frame)]
    marks, mixed = marks_of(
        [block.doubtful for block in blocks], spec.decimal, [block.shares for block in blocks if block.shares.len()]
    )
    issues += _mixed(spec, grid, blocks) if mixed else []
    parts: list[pl.DataFrame] = []
    for block, habit in zip(blocks, marks, strict=True):
        part, found = _parsed(spec, grid, block, habit)
        parts.append(part)
        issues += found
    del cells, frame, blocks  # what follows needs the room
    grid = replace(grid, cells=grid.cells.clear())
    rows = pl.concat(parts)
    if spec.negative_is_missing:
        rows, found = _without_negatives(spec, grid, rows)
        issues += found
    rows, found = without_doubles(spec, grid, rows)
    issues += found
    rows, found = doubts_of(spec, grid, rows)
    decimals = {habit.decimal for habit in marks if habit.decimal in (",", ".")}
    decimal = spec.decimal or (grid.source.decimal if not decimals else decimals.pop() if len(decimals) == 1 else "")
    return rows, replace(grid.source, decimal=decimal), issues + found


@dataclass(frozen=True, kw_only=True)
class _Prepared:
    """A number column before parsing: its cells, what is read as the number, which of them are numbers by type."""

    block: Block
    counts: pl.Series
    shares: pl.Series
    is_number: pl.Series | None

    @property
    def doubtful(self) -> pl.Series:
        """Return the texts whose marks have to be understood."""
        return self.counts if self.is_number is None else self.counts.filter(~self.is_number)

    @classmethod
    def of(cls, spec: TableSpec, grid: Grid, block: Block) -> _Prepared:
        raw = block.cells["raw"]
        counts, shares = raw, pl.Series([], dtype=pl.String)
        if spec.share_of and raw.str.contains(WITH_SHARE).any():
            of_base = block.cells["variable"].is_in(list(spec.share_of)) & raw.str.contains(WITH_SHARE)
            parts = pl.DataFrame({"raw": raw, "of": of_base.fill_null(value=False)})
            count, share = pl.col("raw").str.extract(WITH_SHARE, 1), pl.col("raw").str.extract(WITH_SHARE, 2)
            counts = parts.select(pl.when("of").then(count).otherwise("raw")).to_series()
            shares = parts.filter("of").select(share).to_series()
        is_number = None
        if grid.is_number is not None:
            is_number = pl.Series([True]).new_from_index(0, raw.len())
            if counts.str.contains(r"^[^a-zA-Z]*,|^[-+]?[1-9]\d{0,2}(\.\d{3})+$|^[^.]*\.[^.]*\.").any():
                is_number = grid.is_number(block.at).gather(block.cells["n"]).fill_null(value=False)
        return cls(block=block, counts=counts, shares=shares, is_number=is_number)


def _mixed(spec: TableSpec, grid: Grid, blocks: list[_Prepared]) -> list[Issue]:
    """Tell once that both decimal marks occur, at the first cell whose mark is the rarer one."""
    sides: dict[str, list[tuple[int, int, str]]] = {COMMA_DECIMAL: [], POINT_DECIMAL: []}
    for block in blocks:
        cells = block.block.cells.with_columns(
            cleaned(block.counts).alias("count"), pl.col("raw").str.extract(WITH_SHARE, 2).alias("share")
        )
        for shape, other in ((COMMA_DECIMAL, r",\d{3}$"), (POINT_DECIMAL, r"\.\d{3,}$")):
            fits = (pl.col("count").str.contains(shape) & ~pl.col("count").str.contains(other)) | pl.col(
                "share"
            ).str.contains(shape).fill_null(value=False)
            sides[shape] += [(row, block.block.at, raw) for row, raw in cells.filter(fits).select("row", "raw").rows()]
    rarer = min((cells for cells in sides.values() if cells), key=len, default=[])
    row, at, raw = min(rarer, default=(0, 0, ""))
    commas, points = (len(sides[shape]) for shape in (COMMA_DECIMAL, POINT_DECIMAL))
    message = gettext_noop(
        "Decimal commas ({commas} cells) and decimal points ({points} cells) stand side by side; "
        "every cell was read by its own shape."
    )
    if not (commas and points):
        message = gettext_noop(
            "{count} cells are written with another decimal sign than the one described for this table; "
            "every cell was read by its own shape."
        )
    return [
        Issue(
            code="decimal-marks-mixed",
            severity=Severity.NOTICE,
            message=message,
            remedy="Deliver one way of writing numbers.",
            file=spec.file,
            sheet=grid.source.sheet,
            row=row,
            column=grid.header[at] if rarer else "",
            value=raw,
            params={"commas": commas, "points": points, "count": commas + points},
        )
    ]


def _parsed(spec: TableSpec, grid: Grid, block: _Prepared, marks: Marks) -> tuple[pl.DataFrame, list[Issue]]:
    column, letter = grid.header[block.block.at], grid.letter(block.block.at)
    parsed = parse(block.counts, spec, marks, is_number=block.is_number)
    cells = block.block.cells.with_columns(parsed["value"], parsed["state"], parsed["fault"])
    issues = fault_issues(spec, grid, cells, column)
    if parsed["fault"].ne("").any():
        cells = cells.filter(pl.col("fault").is_in(["", "blank"]))
    rows = cells.select(
        "area",
        "period",
        "variable",
        "value",
        "state",
        "row",
        pl.lit(column).alias("column"),
        pl.lit(letter).alias("letter"),
        pl.col("raw").fill_null("").alias("text"),
    ).cast({name: getattr(pl, kind) for name, kind in ROW_SCHEMA.items()})
    return rows, issues


def _without_negatives(spec: TableSpec, grid: Grid, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Read negative numbers as missing, as the project says, and tell how many."""
    negative = (pl.col("state") == State.NUMBER) & (pl.col("value") < 0)
    found = rows.filter(negative).select("row", "column", "text")
    if found.height == 0:
        return rows, []
    rows = rows.with_columns(
        pl.when(negative).then(State.MISSING).otherwise(pl.col("state")).cast(pl.Int8).alias("state"),
        pl.when(negative).then(float("nan")).otherwise(pl.col("value")).alias("value"),
    )
    row, column, text = found.row(0)
    issue = Issue(
        code="negative-read-as-missing",
        severity=Severity.NOTICE,
        message="{count} negative values are read as missing, as described for this table.",
        file=spec.file,
        sheet=grid.source.sheet,
        row=row,
        column=column,
        value=text,
        params={"count": found.height},
    )
    return rows, [issue]
