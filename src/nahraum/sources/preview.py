"""See a delivered file before anything is stored: what it is, its rows page by page, and where its issues stand."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import polars as pl

from nahraum.base import BadInput, Issue, WrongRequest
from nahraum.sources.content import refuse_disguised
from nahraum.sources.grid import Grid, fingerprint, position
from nahraum.sources.keys import keys_of
from nahraum.sources.numbers import COMMA_GROUP, DATE, FORMULA_ERROR, POINT_GROUP
from nahraum.sources.sniff import Detected, sniff
from nahraum.sources.table import read_grid
from nahraum.sources.terms import Shape, TableSpec
from nahraum.sources.workbook import refuse_bomb

MOST_WORDS = 1000  # variables of a long table that are offered
WHOLE_ROW = -1  # position of marks that belong to a row, not to one of its cells
# Issues told once for many cells: which texts of the column they are about.
ALIKE = {"number-ambiguous": f"{POINT_GROUP}|{COMMA_GROUP}", "date-in-number": DATE, "formula-error": FORMULA_ERROR}
SAME_TEXT = ("text-in-number", "code-for-missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised(Detected):
    """What an uploaded file seems to be (see ``Detected``), under the name it was uploaded with.

    ``has_boundaries``: it may serve as a file of areas (GeoJSON, GeoPackage, Shapefile).
    """

    name: str
    sha256: str
    size: int
    has_boundaries: bool = False


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """One row as delivered: its number as the clerk's program counts, its texts, and the issues by position of the
    cell (``WHOLE_ROW``: of the row).
    """

    row: int
    texts: tuple[str, ...]
    marks: Mapping[int, tuple[Issue, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some rows of a table. ``total``: rows there are to page through; ``all``: rows of the table.

    ``column_issues``: issues of a whole column by position; ``issues``: those of the whole table.
    """

    headers: tuple[str, ...]
    letters: tuple[str, ...]
    rows: tuple[GridRow, ...]
    total: int
    all: int
    column_issues: Mapping[int, tuple[Issue, ...]]
    issues: tuple[Issue, ...]


def recognise(path: Path, name: str = "", *, sheet: str = "") -> Recognised:
    """Look at a file that was uploaded as ``name`` (the path may be called otherwise); ``sheet``: which to look at.

    Raises WrongRequest, saying how to mend it, for a file that is not what its name says, is protected by a password,
    unpacks to an absurd size or cannot be read.
    """
    name = name or path.name
    try:
        refuse_disguised(path, name)
        refuse_bomb(path, name)
        with called(path, name) as file:
            found = sniff(file, sheet=sheet)
    except BadInput as error:
        raise WrongRequest(" ".join(each.said for each in error.issues)) from None
    sha256, size = fingerprint(path)
    known = {each.name: getattr(found, each.name) for each in fields(Detected)}
    has_boundaries = found.format in ("gpkg", "shp") or name.lower().endswith(".geojson")
    return Recognised(**known, name=name, sha256=sha256, size=size, has_boundaries=has_boundaries)


@contextmanager
def called(path: Path, name: str) -> Iterator[Path]:
    """Give the file the name that it was uploaded with, for readers that look at its ending."""
    if path.name == Path(name).name:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / Path(name).name
        link.symlink_to(path.resolve())
        yield link


def grid(
    path: Path, spec: TableSpec, *, first: int, count: int, issues: Sequence[Issue] = (), only_issues: bool = False
) -> Page:
    """Return ``count`` rows from row ``first`` (0 = the first below the header) as they stand in the file.

    ``issues``: those of the table's reading; each is attached to its cell, its row, its column or the table. An issue
    that was told once for many cells marks all of them. ``only_issues``: page through the rows with marks only.
    Raises BadInput where the file cannot be read.
    """
    table = whole(path, spec)
    marks = marks_of(table, spec, issues)
    chosen = pl.Series(range(table.rows.len()), dtype=pl.UInt32)
    if only_issues:
        chosen = chosen.filter(chosen.is_in(marks.cells["n"].unique().implode()))
    shown = chosen.slice(first, count)
    by_row: dict[int, dict[int, tuple[Issue, ...]]] = {}
    for n, at, index in marks.cells.filter(pl.col("n").is_in(shown.implode())).iter_rows():
        row = by_row.setdefault(n, {})
        row[at] = (*row.get(at, ()), issues[index])
    texts = table.cells[shown].fill_null("").iter_rows()
    return Page(
        headers=table.header,
        letters=table.letters,
        rows=tuple(
            GridRow(row=number, texts=each, marks=by_row.get(n, {}))
            for n, number, each in zip(shown, table.rows.gather(shown), texts, strict=True)
        ),
        total=chosen.len(),
        all=table.rows.len(),
        column_issues=marks.columns,
        issues=marks.table,
    )


def whole(path: Path, spec: TableSpec) -> Grid:
    """Read all columns of a table as texts, whatever the specification asks for."""
    shape = spec.shape if spec.shape is Shape.INKAR else Shape.WIDE
    with called(path, spec.file) as file:
        bare = replace(spec, file=file.name, shape=shape, area="", variables={}, corrections=())
        return read_grid(bare, file.parent)


@dataclass(frozen=True, kw_only=True)
class Head:
    """How a table begins under a header row of one's choice. ``words``: what a column of variables says, each once."""

    headers: tuple[str, ...]
    first_rows: tuple[tuple[str, ...], ...]
    words: tuple[str, ...] = ()


def head(path: Path, spec: TableSpec, *, count: int = 10) -> Head:
    """Return how a table begins and, for a long table, the variables that it names (the first 1,000).

    Raises BadInput where the file cannot be read so.
    """
    table = whole(path, spec)
    at = position(table.header, spec.variable_column) if spec.variable_column else None
    words = table.cells[f"c{at}"].drop_nulls().unique(maintain_order=True) if at is not None else pl.Series([])
    return Head(
        headers=table.header,
        first_rows=tuple(table.cells.head(count).fill_null("").iter_rows()),
        words=tuple(words.head(MOST_WORDS).to_list()),
    )


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Where issues stand: ``cells`` has n (row of the grid), at (position or ``WHOLE_ROW``) and issue (index)."""

    cells: pl.DataFrame
    columns: Mapping[int, tuple[Issue, ...]]
    table: tuple[Issue, ...]


def marks_of(table: Grid, spec: TableSpec, issues: Sequence[Issue]) -> Marks:
    """Find the cells that the issues are about."""
    schema = {"n": pl.UInt32, "at": pl.Int32, "issue": pl.Int32}
    place = dict(zip(table.rows.to_list(), range(table.rows.len()), strict=True))
    single: list[tuple[int, int, int]] = []
    parts: list[pl.DataFrame] = []
    columns: dict[int, tuple[Issue, ...]] = {}
    rest: list[Issue] = []
    for index, issue in enumerate(issues):
        at = position(table.header, issue.column) if issue.column else None
        n = place.get(issue.row)
        if at is not None and n is not None:
            single.append((n, at, index))
            if (found := _alike(table, spec, issue, at)) is not None:
                others = found.filter(found != n)
                parts.append(pl.DataFrame({"n": others, "at": at, "issue": index}, schema=schema))
        elif n is not None:
            single.append((n, WHOLE_ROW, index))
        elif at is not None:
            columns[at] = (*columns.get(at, ()), issue)
        else:
            rest.append(issue)
    cells = pl.concat([pl.DataFrame(single, schema=schema, orient="row"), *parts])
    return Marks(cells=cells.unique(maintain_order=True), columns=columns, table=tuple(rest))


def _alike(table: Grid, spec: TableSpec, issue: Issue, at: int) -> pl.Series | None:
    """Return the rows of a column that an issue told once is about as well."""
    texts = table.cells[f"c{at}"]
    if issue.code in SAME_TEXT:
        return (texts == issue.value).fill_null(value=False).arg_true()
    if issue.code == "area-unknown":
        return (keys_of(spec, texts) == issue.value).fill_null(value=False).arg_true()
    if issue.code == "area-doubled-in-table":
        return (table.rows == issue.params["first"]).arg_true()
    if issue.code in ALIKE:
        return texts.str.contains(ALIKE[issue.code]).fill_null(value=False).arg_true()
    return None
