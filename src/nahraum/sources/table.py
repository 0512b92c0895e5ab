"""A grid becomes tidy rows: one per delivered value, with its state and its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from nahraum.base import BadInput, Issue, Period, Severity, State, WrongRequest
from nahraum.sources.delimited import read_delimited
from nahraum.sources.doubts import doubts_of
from nahraum.sources.dump import read_dump
from nahraum.sources.grid import Grid, existing, refused
from nahraum.sources.numbers import WITH_SHARE, Marks, cleaned, marks_of, parse
from nahraum.sources.records import read_records
from nahraum.sources.terms import ROW_SCHEMA, Reading, Shape, SourceFile, TableSpec
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
TYPED = ("xlsx", "xls", "ods", "sql", "json")
SHOWN = 20  # issues of one kind in one column; the rest is counted
FAULTS = {
    "formula": (
        "formula-error",
        "The cell holds an error of the spreadsheet program.",
        "Mend the formula, deliver values.",
    ),
    "ambiguous": (
        "number-ambiguous",
        "Is the point a thousands point or a decimal point? Nothing in the table tells.",
        'Give decimal = "," or decimal = "." for the table.',
    ),
    "malformed": (
        "number-malformed",
        "This is no number: the marks fit neither thousands nor decimals.",
        "Correct the cell.",
    ),
    "text": (
        "text-in-number",
        "A number is expected here.",
        "Correct the cell, or name the sign under missing, protected or not_applicable.",
    ),
}


def format_of(spec: TableSpec, path: Path) -> str:
    """Return the format by what the project says or by the file's ending."""
    found = spec.format or FORMATS.get(path.suffix.lower(), "")
    if not found:
        raise refused(
            "format-unknown", "The format of the file is not known.", "Give format, for instance csv.", path.name
        )
    return found


def read_grid(spec: TableSpec, folder: Path) -> Grid:
    """Read a file into a grid of texts, whatever its format."""
    path = existing(folder / spec.file, folder)
    readers = {"csv": read_delimited, "sql": read_dump, "json": read_records}
    return readers.get(format_of(spec, path), read_workbook)(path, spec, spec.file)


def read_table(spec: TableSpec, folder: Path) -> Reading:
    """Read one delivered table into tidy rows.

    Faulty cells are issues and stay out of the rows. A file that cannot be read at all comes back without rows and
    with the issue that says why. Raises WrongRequest for a specification that contradicts itself.
    """
    _refuse_contradictions(spec)
    try:
        grid = read_grid(spec, folder)
        long, marks, issues = _long(spec, grid)
    except BadInput as error:
        empty = pl.DataFrame(schema={name: getattr(pl, kind) for name, kind in ROW_SCHEMA.items()})
        return Reading(
            table=spec, source=SourceFile(file=spec.file, sha256="", size=0), rows=empty, issues=error.issues
        )
    decimal = spec.decimal or (marks.decimal if marks.decimal in (",", ".") else "")
    return Reading(table=spec, source=replace(grid.source, decimal=decimal), rows=long, issues=(*grid.issues, *issues))


def _refuse_contradictions(spec: TableSpec) -> None:
    from nahraum.base.language import gettext as _

    if not spec.area:
        raise WrongRequest(_("Table “{table}”: give area, the column with the area keys.").format(table=spec.id))
    if spec.shape is Shape.LONG and not (spec.variable_column and spec.value_column):
        raise WrongRequest(
            _("Table “{table}”: a long table needs variable_column and value_column.").format(table=spec.id)
        )
    if spec.shape in (Shape.YEARS, Shape.INKAR) and len(spec.variables) != 1:
        raise WrongRequest(_("Table “{table}”: a table of years holds exactly one variable.").format(table=spec.id))
    if not spec.variables:
        raise WrongRequest(_("Table “{table}”: name its variables.").format(table=spec.id))


def _long(spec: TableSpec, grid: Grid) -> tuple[pl.DataFrame, Marks, list[Issue]]:
    cells, issues = _corrected(spec, grid)
    area = _keys(spec, cells[f"c{grid.column(spec.area)}"])
    frame = cells.with_columns(area.alias("area"), grid.rows.alias("row"))
    frame = frame.filter(~pl.col("area").fill_null("").is_in(list(spec.skip_rows)))
    issues += [_skipped(spec, grid, key, reason) for key, reason in spec.skip_rows.items()]
    issues += _without_key(spec, grid, frame)
    frame = frame.filter(pl.col("area").is_not_null())
    blocks = _blocks(spec, grid, frame)
    marks = marks_of(
        [_counts(spec, block, cleaned_only=True) for block in blocks],
        spec.decimal,
        typed=format_of(spec, Path(spec.file)) in TYPED,
    )
    issues += _mixed(spec, grid, marks)
    parts = []
    for block in blocks:
        part, found = _parsed(spec, grid, block, marks)
        parts.append(part)
        issues += found
    rows = pl.concat(parts)
    issues += _doubled(spec, grid, rows)
    rows, found = doubts_of(spec, grid, rows)
    return rows, marks, issues + found


def _keys(spec: TableSpec, texts: pl.Series) -> pl.Series:
    keys = texts.str.replace(r"\.0$", "")
    return keys.str.zfill(spec.area_width) if spec.area_width else keys


def _corrected(spec: TableSpec, grid: Grid) -> tuple[pl.DataFrame, list[Issue]]:
    """Apply documented corrections to the texts; each must fit exactly one row."""
    cells, issues = grid.cells, []
    for correction in spec.corrections:
        fits = pl.lit(value=True)
        for name, text in correction.where.items():
            fits = fits & (pl.col(f"c{grid.column(name)}") == text)
        rows = cells.with_row_index("n").filter(fits)["n"].to_list()
        rows = rows[correction.nth - 1 : correction.nth] if correction.nth else rows
        if len(rows) != 1:
            raise refused(
                "correction-unfit",
                "The correction “{reason}” fits {count} rows; it must fit exactly one.",
                "Name more columns under where, or nth.",
                spec.file,
                reason=correction.reason,
                count=len(rows),
            )
        at = pl.int_range(pl.len()) == rows[0]
        cells = cells.with_columns(
            pl.when(at).then(pl.lit(text)).otherwise(pl.col(f"c{grid.column(name)}")).alias(f"c{grid.column(name)}")
            for name, text in correction.set.items()
        )
        issues.append(
            Issue(
                code="correction-applied",
                severity=Severity.NOTICE,
                message="Corrected as the project file says: {reason}",
                file=spec.file,
                sheet=grid.source.sheet,
                row=int(grid.rows[rows[0]]),
                params={"reason": correction.reason},
            )
        )
    return cells, issues


def _skipped(spec: TableSpec, grid: Grid, key: str, reason: str) -> Issue:
    return Issue(
        code="row-skipped",
        severity=Severity.NOTICE,
        message="Row left out as the project file says: {reason}",
        file=spec.file,
        sheet=grid.source.sheet,
        column=spec.area,
        value=key,
        params={"reason": reason},
    )


def _without_key(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> list[Issue]:
    without = frame.filter(pl.col("area").is_null())["row"].to_list()
    return [
        Issue(
            code="area-without-key",
            severity=Severity.ERROR,
            message="The row has no area key.",
            remedy="Add the key, or name the empty key under skip_rows with a reason.",
            file=spec.file,
            sheet=grid.source.sheet,
            row=row,
            column=spec.area,
        )
        for row in without[:SHOWN]
    ]


def _blocks(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Return frames of area, row, period, variable, raw, column, letter: one per number column."""
    if spec.shape is Shape.LONG:
        return [_long_block(spec, grid, frame)]
    if spec.shape in (Shape.YEARS, Shape.INKAR):
        return _year_blocks(spec, grid, frame)
    period = pl.lit(_period(spec, grid, spec.period)) if not spec.period_column else _period_expr(spec, grid, frame)
    return [
        _block(frame, grid, grid.column(name), pl.lit(variable), period) for variable, name in spec.variables.items()
    ]


def _block(frame: pl.DataFrame, grid: Grid, position: int, variable: pl.Expr, period: pl.Expr) -> pl.DataFrame:
    return frame.select(
        "area",
        "row",
        period.alias("period"),
        variable.alias("variable"),
        pl.col(f"c{position}").alias("raw"),
        pl.lit(grid.header[position]).alias("column"),
        pl.lit(grid.letter(position)).alias("letter"),
    )


def _long_block(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> pl.DataFrame:
    names = {header: variable for variable, header in spec.variables.items()}
    of = pl.col(f"c{grid.column(spec.variable_column)}")
    absent = [name for name in names if name not in set(frame[f"c{grid.column(spec.variable_column)}"].unique())]
    if absent:
        raise refused(
            "variable-missing",
            "Column “{column}” never says “{variable}”.",
            "Name the variable as it stands in the file.",
            spec.file,
            column=spec.variable_column,
            variable=absent[0],
        )
    frame = frame.filter(of.is_in(list(names)))
    period = pl.lit(_period(spec, grid, spec.period)) if not spec.period_column else _period_expr(spec, grid, frame)
    return _block(frame, grid, grid.column(spec.value_column), of.replace_strict(names), period)


def _year_blocks(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Read columns whose header is a period; for INKAR those below the variable's name."""
    (variable, name), *_rest = spec.variables.items()
    inkar = spec.shape is Shape.INKAR
    if inkar and name and name.strip() not in {each.strip() for each in grid.above}:
        raise refused(
            "variable-missing",
            "The workbook does not hold “{variable}”. Found: {found}.",
            "Name the variable as it stands in the first row.",
            spec.file,
            sheet=grid.source.sheet,
            variable=name,
            found=", ".join(dict.fromkeys(each for each in grid.above[3:] if each)),
        )
    blocks = []
    for position, header in enumerate(grid.header):
        if inkar and name and grid.above[position].strip() != name.strip():
            continue
        try:
            period = str(Period.parse(header))
        except WrongRequest:
            continue
        blocks.append(_block(frame, grid, position, pl.lit(variable), pl.lit(period)))
    if not blocks:
        raise refused("period-missing", "No column is headed by a year.", "Check header_row and shape.", spec.file)
    return blocks


def _period(spec: TableSpec, grid: Grid, text: str, row: int = 0) -> str:
    if not text:
        return ""  # holds for every period
    try:
        return str(Period.parse(text))
    except WrongRequest:
        raise refused(
            "period-unreadable",
            "This is not a period.",
            "Write 2019, 2019-12-31, 2018/19 or 2016..2018.",
            spec.file,
            sheet=grid.source.sheet,
            row=row,
            column=spec.period_column,
            value=text,
        ) from None


def _period_expr(spec: TableSpec, grid: Grid, frame: pl.DataFrame) -> pl.Expr:
    column = f"c{grid.column(spec.period_column)}"
    texts: dict[str | None, str] = {}
    for text, row in frame.group_by(column).agg(pl.col("row").min()).sort("row").iter_rows():
        plain = (text or "").removesuffix(" 00:00:00")
        if not plain:
            raise refused(
                "period-absent", "The row says no period.", "Add it.", spec.file, row=row, column=spec.period_column
            )
        texts[text] = _period(spec, grid, plain.removesuffix(".0"), row)
    return pl.col(column).replace_strict(texts)


def _counts(spec: TableSpec, block: pl.DataFrame, *, cleaned_only: bool = False) -> pl.Series:
    """Return the number texts of a block; a count with its share in brackets gives up the count."""
    raw = block["raw"]
    if spec.share_of:
        raw = block.select(
            pl.when(pl.col("raw").str.contains(WITH_SHARE))
            .then(pl.col("raw").str.extract(WITH_SHARE, 1))
            .otherwise(pl.col("raw"))
        ).to_series()
    return pl.DataFrame({"raw": raw}).select(cleaned(pl.col("raw"))).to_series() if cleaned_only else raw


def _mixed(spec: TableSpec, grid: Grid, marks: Marks) -> list[Issue]:
    if not marks.mixed:
        return []
    return [
        Issue(
            code="decimal-marks-mixed",
            severity=Severity.NOTICE,
            message="Decimal commas and decimal points stand side by side; every cell was read by its own shape.",
            remedy="Deliver one way of writing numbers.",
            file=spec.file,
            sheet=grid.source.sheet,
        )
    ]


def _parsed(spec: TableSpec, grid: Grid, block: pl.DataFrame, marks: Marks) -> tuple[pl.DataFrame, list[Issue]]:
    parsed = parse(_counts(spec, block), spec, marks)
    block = block.with_columns(parsed["value"], parsed["state"], parsed["fault"])
    if spec.negative_is_missing:
        negative = (pl.col("state") == State.NUMBER) & (pl.col("value") < 0)
        block = block.with_columns(
            pl.when(negative).then(State.MISSING).otherwise(pl.col("state")).cast(pl.Int8).alias("state"),
            pl.when(negative).then(float("nan")).otherwise(pl.col("value")).alias("value"),
        )
    faulty = block.filter(pl.col("fault") != "")
    issues = _fault_issues(spec, grid, faulty, block.height) if faulty.height else []
    whole = block.filter(pl.col("fault").is_in(["", "blank"]))
    rows = whole.select(
        "area",
        "period",
        "variable",
        "value",
        "state",
        "row",
        "column",
        "letter",
        pl.col("raw").fill_null("").alias("text"),
    ).cast({name: getattr(pl, kind) for name, kind in ROW_SCHEMA.items()})
    return rows, issues


def _fault_issues(spec: TableSpec, grid: Grid, faulty: pl.DataFrame, height: int) -> list[Issue]:
    column = str(faulty["column"][0])
    words = faulty.filter(pl.col("fault") == "text")
    place = {"file": spec.file, "sheet": grid.source.sheet, "column": column}
    issues: list[Issue] = []
    if words.height * 2 > height and height > 4:
        issues.append(
            Issue(
                code="columns-shifted",
                severity=Severity.ERROR,
                message="Most cells of this number column hold words; the columns look shifted.",
                remedy="Compare the header with the columns below it.",
                row=int(words["row"][0]),
                value=str(words["raw"][0]),
                **place,
            )
        )
        faulty = faulty.filter(pl.col("fault") != "text")
    blank = faulty.filter(pl.col("fault") == "blank")
    if blank.height:
        issues.append(
            Issue(
                code="number-with-blank",
                severity=Severity.NOTICE,
                message="A blank stands between sign and number ({count} cells); read as one number.",
                row=int(blank["row"][0]),
                value=str(blank["raw"][0]),
                params={"count": blank.height},
                **place,
            )
        )
    for fault, (code, message, remedy) in FAULTS.items():
        cells = faulty.filter(pl.col("fault") == fault)
        issues += [
            Issue(code=code, severity=Severity.ERROR, message=message, remedy=remedy, row=row, value=value, **place)
            for row, value in cells.select("row", "raw").head(SHOWN).iter_rows()
        ]
        if cells.height > SHOWN:
            count = {"count": cells.height - SHOWN}
            issues.append(
                Issue(
                    code=code, severity=Severity.ERROR, message="{count} more cells like this.", params=count, **place
                )
            )
    return issues


def _doubled(spec: TableSpec, grid: Grid, rows: pl.DataFrame) -> list[Issue]:
    """Name areas that stand twice for the same period and variable."""
    twice = (
        rows.with_columns(pl.col("row").first().over("area", "period", "variable").alias("first"))
        .filter(pl.col("row") != pl.col("first"))
        .unique(["area", "period", "row"], keep="first", maintain_order=True)
    )
    issues = [
        Issue(
            code="area-doubled-in-table",
            severity=Severity.ERROR,
            message="The area stands twice for period “{period}”: rows {first} and {second}.",
            remedy="Remove one of them; if two periods are meant, name their column.",
            file=spec.file,
            sheet=grid.source.sheet,
            row=row,
            column=spec.area,
            value=area,
            params={"period": period, "first": first, "second": row},
        )
        for area, period, row, first in twice.select("area", "period", "row", "first").head(SHOWN).iter_rows()
    ]
    return issues + (_more(spec, twice.height) if twice.height > SHOWN else [])


def _more(spec: TableSpec, count: int) -> Sequence[Issue]:
    return [
        Issue(
            code="area-doubled-in-table",
            severity=Severity.ERROR,
            message="{count} more areas stand twice.",
            file=spec.file,
            params={"count": count - SHOWN},
        )
    ]
