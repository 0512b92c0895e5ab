"""SQL dumps: INSERT statements of one table, read as text; no database is needed and nothing is executed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from nahraum.sources.grid import Grid, fingerprint, from_frame, refused
from nahraum.sources.terms import SourceFile, TableSpec
from nahraum.sources.texts import Decoding, text_pieces

INSERT = re.compile(r"INSERT\s+INTO\s+[\"`]?([\w.]+)[\"`]?\s*(?:\(([^)]*)\))?\s*VALUES", re.IGNORECASE)
CREATE = re.compile(r"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[\"`]?([\w.]+)[\"`]?\s*\(", re.IGNORECASE)
TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|([^,()';\s]+)|([(),;]))")
NOT_A_COLUMN = ("PRIMARY", "FOREIGN", "UNIQUE", "CONSTRAINT", "CHECK", "KEY", "INDEX")


def read_dump(path: Path, spec: TableSpec, file: str) -> Grid:
    """Read the rows of the table named by ``spec.sheet``; NULL is an empty cell, rows count lines of the file."""
    decoding = Decoding(file=file, encoding=spec.encoding)
    text = "".join(text_pieces(path, decoding))
    tables = dict.fromkeys(match[1] for match in INSERT.finditer(text))
    if spec.sheet not in tables:
        raise refused(
            "sheet-missing",
            message="There is no table “{sheet}”. Tables: {known}.",
            remedy="Name one of them.",
            file=file,
            sheet=spec.sheet,
            known=", ".join(tables),
        )
    found = _Found()
    for match in INSERT.finditer(text):
        if match[1] == spec.sheet:
            header = [each.strip(' "`\n') for each in match[2].split(",")] if match[2] else _created(text, spec.sheet)
            found.header = found.header or header
            _values(text, match.end(), found)
    wrong = next((n for n, row in enumerate(found.rows) if len(row) != len(found.header)), None)
    if wrong is not None:
        raise refused(
            "row-too-long",
            message="The row has {found} cells, the header {expected}.",
            remedy="Correct the dump.",
            file=file,
            sheet=spec.sheet,
            row=found.lines[wrong],
            found=len(found.rows[wrong]),
            expected=len(found.header),
        )
    sha256, size = fingerprint(path)
    source = SourceFile(
        file=file,
        sheet=spec.sheet,
        sha256=sha256,
        size=size,
        encoding=decoding.encoding,
        decimal=".",
        rows=len(found.rows),
    )
    return _grid(found, source)


def tables_of(path: Path, file: str) -> tuple[str, ...]:
    """Return the names of the tables that a dump fills."""
    text = "".join(text_pieces(path, Decoding(file=file)))
    return tuple(dict.fromkeys(match[1] for match in INSERT.finditer(text)))


@dataclass
class _Found:
    """The rows of one table, the line each ends in, and which of its cells stand in quotation marks."""

    header: list[str] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    quoted: list[list[bool]] = field(default_factory=list)


def _grid(found: _Found, source: SourceFile) -> Grid:
    columns = [f"c{n}" for n in range(len(found.header))]
    frame = pl.DataFrame([found.header, *found.rows], schema=dict.fromkeys(columns, pl.String), orient="row")
    grid = from_frame(frame, source, header_row=1)
    kept = grid.rows.cast(pl.Int64) - 2

    def is_number(position: int) -> pl.Series:
        return pl.Series([not row[position] for row in found.quoted], dtype=pl.Boolean).gather(kept)

    # Row numbers are lines of the dump, so that an editor finds them.
    return replace(grid, rows=pl.Series("row", found.lines, dtype=pl.Int32).gather(kept), is_number=is_number)


def _created(text: str, table: str) -> list[str]:
    for match in CREATE.finditer(text):
        if match[1] == table:
            body = text[match.end() : text.index(";", match.end())]
            names = [line.split()[0].strip('"`') for line in re.split(r",\s*\n|\n", body) if line.strip(" ,)\n")]
            return [name for name in names if name.upper() not in NOT_A_COLUMN]
    return []


def _values(text: str, start: int, found: _Found) -> None:
    """Read ``(...), (...);`` from here on."""
    row: list[str | None] | None = None
    quotes: list[bool] = []
    line = text.count("\n", 0, start) + 1
    position = start
    while match := TOKEN.match(text, position):
        line += text.count("\n", position, match.end())
        position = match.end()
        quoted, bare, mark = match.groups()
        if mark == "(":
            row, quotes = [], []
        elif mark == ")" and row is not None:
            found.rows.append(row)
            found.quoted.append(quotes)
            found.lines.append(line)
            row = None
        elif mark == ";":
            return
        elif row is not None and mark is None:
            row.append(quoted.replace("''", "'") if quoted is not None else None if bare.upper() == "NULL" else bare)
            quotes.append(quoted is not None)
