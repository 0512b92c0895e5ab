"""Look at a file that nobody has described yet: what it is, how it is written, which columns it has.

For ``nahraum init`` and the import wizard. What is found is a suggestion for a person to confirm, never a decision.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import polars as pl

from nahraum.sources.delimited import delimiter_of
from nahraum.sources.dump import read_dump, tables_of
from nahraum.sources.geo import layer_rows
from nahraum.sources.grid import PERIOD_NAMES, Grid, existing, is_period, letter_of, refused
from nahraum.sources.numbers import marks_of, parse
from nahraum.sources.records import read_records
from nahraum.sources.table import format_of
from nahraum.sources.terms import Shape, TableSpec
from nahraum.sources.texts import Decoding, text_pieces
from nahraum.sources.workbook import INKAR_SHEET, opened

LOOKED_AT = 200  # rows
SHOWN_ROWS = 10
MOST_COLUMNS = 2000  # of a CSV file: each takes milliseconds
MOSTLY = 0.8
ENOUGH_TO_ADD = 3  # rows from which the last one can be told to be the sum of the others
SUM_WORDS = re.compile(r"(summe|insgesamt|gesamt|zusammen|stadt|kreis|gemeinde|total)(?![\w-])", re.IGNORECASE)
LAYERED = {".gpkg": "gpkg", ".zip": "shp", ".shp": "shp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """What a file seems to be.

    ``sheets``: sheets of a workbook, tables of a dump; ``sheet``: the one looked at. ``header_row`` counts from 1.
    ``first_rows``: the first rows below the header as texts. ``suggestions``: keys of ``TableSpec`` (``shape``,
    ``area``, ``period_column``, ``variable_column``, ``value_column``), under ``numbers`` the headers of columns that
    hold numbers, under ``title`` what stands above the header, under ``sum_row`` a last row that looks like a sum.
    """

    format: str
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    header_row: int = 1
    headers: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    first_rows: tuple[tuple[str, ...], ...] = ()
    suggestions: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


def sniff(path: Path, *, sheet: str = "") -> Detected:
    """Look at the first rows of a file; raises BadInput where it cannot be read at all."""
    existing(path, path.name)
    if path.suffix.lower() in LAYERED:
        return _of_layer(path, sheet)
    kind = format_of(TableSpec(id="", file=path.name), path)
    if kind == "csv":
        return _of_text(path)
    if kind in ("sql", "json"):
        return _of_grid(path, kind, sheet)
    return _of_workbook(path, kind, sheet)


def _of_text(path: Path) -> Detected:
    decoding = Decoding(file=path.name)
    text = next(text_pieces(path, decoding, size=1 << 20), "")
    complete = text[: text.rfind("\n") + 1] or text
    lines = complete.split("\n")
    start = next((n for n, line in enumerate(lines) if line.strip()), 0)
    delimiter = delimiter_of(complete, start + 1)
    rows: list[list[str]] = []
    with suppress(csv.Error):  # an open quotation mark; reading the table says so
        rows += islice(csv.reader(io.StringIO(complete), delimiter=delimiter), LOOKED_AT)
    if (width := max(map(len, rows), default=0)) > MOST_COLUMNS:
        raise refused(
            "too-many-columns",
            message="The table has {width} columns; up to {most} are read.",
            remedy="Leave out the columns that are not needed, or divide the table.",
            file=path.name,
            width=width,
            most=MOST_COLUMNS,
        )
    return _described(rows, Detected(format="csv", encoding=decoding.encoding, delimiter=delimiter))


def _of_workbook(path: Path, kind: str, sheet: str) -> Detected:
    book = opened(path, path.name)
    sheets = tuple(book.sheet_names)
    sheet = sheet or (INKAR_SHEET if INKAR_SHEET in sheets else sheets[0])
    loaded = book.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=LOOKED_AT, dtypes="string")
    letters = tuple(letter_of(column.absolute_index) for column in loaded.available_columns())
    rows = [[cell or "" for cell in row] for row in loaded.to_polars().iter_rows()]
    return _described(rows, Detected(format=kind, sheets=sheets, sheet=sheet, letters=letters), typed=True)


def _of_grid(path: Path, kind: str, sheet: str) -> Detected:
    sheets: tuple[str, ...] = ()
    if kind == "sql":
        sheets = tables_of(path, path.name)
        sheet = sheet or next(iter(sheets), "")
    reader = read_dump if kind == "sql" else read_records
    grid: Grid = reader(path, TableSpec(id="", file=path.name, sheet=sheet), path.name)
    rows = [list(grid.header), *([cell or "" for cell in row] for row in grid.cells.head(LOOKED_AT).iter_rows())]
    start = Detected(format=kind, encoding=grid.source.encoding, sheets=sheets, sheet=sheet)
    return _described(rows, start, typed=True)


def _of_layer(path: Path, layer: str) -> Detected:
    """Look at the attributes of a boundary file; its sheets are layers."""
    layers, header, rows = layer_rows(path, layer, LOOKED_AT)
    start = Detected(format=LAYERED[path.suffix.lower()], sheets=layers, sheet=layer or next(iter(layers), ""))
    return _described([header, *rows], start, typed=True)


def _described(rows: Sequence[Sequence[str]], found: Detected, *, typed: bool = False) -> Detected:
    """Fill in header, first rows and suggestions."""
    at = _header_at(rows)
    header = [cell.strip() for cell in rows[at]] if rows else []
    while header and not header[-1]:
        header.pop()
    above = [cell.strip() for cell in rows[at - 1]] if at else []
    inkar = at > 0 and found.format in ("xls", "xlsx", "ods") and _is_inkar(above, header)
    if inkar:
        header = [name or upper for name, upper in zip(header, above, strict=False)]
    body = [[cell.strip() for cell in row] + [""] * (len(header) - len(row)) for row in rows[at + 1 :] if any(row)]
    columns = {
        name: pl.Series([row[n] or None for row in body], dtype=pl.String) for n, name in enumerate(header) if name
    }
    marks, _mixed = marks_of(list(columns.values()), "." if typed else "")
    decimals = {mark.decimal for mark in marks if mark.decimal in (",", ".")}
    spec = TableSpec(id="", file="")
    numbers = tuple(
        name
        for (name, texts), mark in zip(columns.items(), marks, strict=True)
        if texts.drop_nulls().len() and parse(texts.drop_nulls(), spec, mark)["value"].is_finite().mean() > MOSTLY  # type: ignore[operator]
    )
    return Detected(
        format=found.format,
        encoding=found.encoding,
        delimiter=found.delimiter,
        decimal=decimals.pop() if len(decimals) == 1 else "",
        sheets=found.sheets,
        sheet=found.sheet,
        header_row=at if inkar else at + 1,
        headers=tuple(header),
        letters=found.letters[: len(header)],
        first_rows=tuple(tuple(row[: len(header)]) for row in body[:SHOWN_ROWS]),
        suggestions={
            **_suggested(columns, numbers, inkar=inkar),
            **({"title": title} if (title := " ".join(filter(None, chain.from_iterable(rows[:at])))) else {}),
            **({"sum_row": last} if len(rows) < LOOKED_AT and (last := _sum_row(body, header, numbers)) else {}),
        },
    )


def _header_at(rows: Sequence[Sequence[str]]) -> int:
    """Return the index of the header: the first row that is as wide as most rows and names its columns."""
    widths = Counter(len([cell for cell in row if cell.strip()]) for row in rows if any(cell.strip() for cell in row))
    if not widths:
        return 0
    usual = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    for at, row in enumerate(rows):
        filled = [cell.strip() for cell in row if cell.strip()]
        # A year may head a column, any other number stands below a header.
        if len(filled) >= MOSTLY * usual and all(is_period(cell) or not _is_number(cell) for cell in filled):
            following = [cell.strip() for cell in rows[at + 1]] if at + 1 < len(rows) else []
            return at + 1 if _is_inkar([cell.strip() for cell in row], following) else at
    return 0


def _is_number(text: str) -> bool:
    return bool(text) and text[0] in "0123456789-+" and all(sign in "0123456789.,-+ eE%" for sign in text)


def _is_inkar(above: Sequence[str], header: Sequence[str]) -> bool:
    """Say whether two rows are INKAR's header: names above, and below nothing but years under the values."""
    years = [text for text in header if text]
    return bool(years) and all(map(is_period, years)) and not header[0] and bool(above and above[0])


def _suggested(
    columns: Mapping[str, pl.Series], numbers: Sequence[str], *, inkar: bool
) -> dict[str, str | tuple[str, ...]]:
    names = list(columns)
    years = [name for name in names if is_period(name)]
    period = next((name for name in names if PERIOD_NAMES.fullmatch(name)), "")
    values = [name for name in numbers if name not in (period, *years)]
    # The last number column holds values, not keys, even where no value happens to occur twice.
    keys = [name for name in names if name not in (period, *years, *values[-1:])]
    area = next((name for name in keys if _tells_apart(columns, name, period)), "")
    found: dict[str, str | tuple[str, ...]] = {"area": area or next(iter(keys), "")}
    shape = Shape.INKAR if inkar else Shape.YEARS if len(years) > 1 else Shape.WIDE
    words = sorted((name for name in keys if name not in numbers), key=lambda name: columns[name].n_unique())
    others = [name for name in keys if name not in words[:1]]
    if shape is Shape.WIDE and not area and words and others and values:
        shape = Shape.LONG
        found |= {"area": others[0], "variable_column": words[0], "value_column": values[-1]}
    if period and shape in (Shape.WIDE, Shape.LONG):
        found["period_column"] = period
    found["shape"] = str(shape)
    told = (found["area"], period, found.get("value_column"))
    found["numbers"] = tuple(name for name in numbers if name not in told)
    return found


def _sum_row(body: Sequence[Sequence[str]], header: Sequence[str], numbers: Sequence[str]) -> tuple[str, ...]:
    """Return the last row if a word says that it is a sum, or all its numbers are the sums of the rows above."""
    if len(body) < ENOUGH_TO_ADD:
        return ()
    last = tuple(body[-1][: len(header)])
    if any(SUM_WORDS.match(text) for text in last):
        return last
    found = False
    for at, name in enumerate(header):
        if name not in numbers or not last[at]:
            continue
        texts = pl.Series([row[at] or None for row in body], dtype=pl.String)
        marks, _mixed = marks_of([texts], "")
        values = parse(texts, TableSpec(id="", file=""), marks[0])["value"].fill_nan(0)
        total = float(values[:-1].sum())
        if total <= 0 or abs(float(values[-1]) - total) > 1e-6 * total:
            return ()
        found = True
    return last if found else ()


def _tells_apart(columns: Mapping[str, pl.Series], name: str, period: str) -> bool:
    """Say whether a column (with the period) names every row differently."""
    texts = pl.DataFrame({"key": columns[name], "period": columns[period] if period else None})
    return columns[name].null_count() == 0 and not texts.is_duplicated().any()
