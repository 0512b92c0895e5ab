"""SQL dumps: INSERT statements of one table, read as text; no database is needed and nothing is executed."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from nahraum.sources.grid import Grid, fingerprint, from_frame, refused
from nahraum.sources.terms import SourceFile, TableSpec

INSERT = re.compile(r"INSERT\s+INTO\s+[\"`]?([\w.]+)[\"`]?\s*(?:\(([^)]*)\))?\s*VALUES", re.IGNORECASE)
CREATE = re.compile(r"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[\"`]?([\w.]+)[\"`]?\s*\(", re.IGNORECASE)
TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|([^,()';\s]+)|([(),;]))")
NOT_A_COLUMN = ("PRIMARY", "FOREIGN", "UNIQUE", "CONSTRAINT", "CHECK", "KEY", "INDEX")


def read_dump(path: Path, spec: TableSpec, file: str) -> Grid:
    """Read the rows of the table named by ``spec.sheet``; NULL is an empty cell, rows count lines of the file."""
    text = path.read_text(encoding=spec.encoding or "utf-8")
    tables = dict.fromkeys(match[1] for match in INSERT.finditer(text))
    if spec.sheet not in tables:
        raise refused(
            "sheet-missing",
            "There is no table “{sheet}”. Tables: {known}.",
            "Name one of them.",
            file,
            sheet=spec.sheet,
            known=", ".join(tables),
        )
    rows: list[list[str | None]] = []
    lines: list[int] = []
    header: list[str] = []
    for match in INSERT.finditer(text):
        if match[1] == spec.sheet:
            header = [each.strip(' "`\n') for each in match[2].split(",")] if match[2] else _created(text, spec.sheet)
            _values(text, match.end(), rows, lines)
    if any(len(row) != len(header) for row in rows):
        line = next(line for line, row in zip(lines, rows, strict=True) if len(row) != len(header))
        raise refused(
            "row-too-long", "The row has another number of cells than the header.", "Correct the dump.", file, row=line
        )
    sha256, size = fingerprint(path)
    source = SourceFile(
        file=file, sheet=spec.sheet, sha256=sha256, size=size, encoding="utf-8", decimal=".", rows=len(rows)
    )
    columns = [f"c{n}" for n in range(len(header))]
    frame = pl.DataFrame([header, *rows], schema=dict.fromkeys(columns, pl.String), orient="row")
    grid = from_frame(frame, source, header_row=1, letters=False)
    # Row numbers are lines of the dump, so that an editor finds them.
    kept = pl.Series("row", lines, dtype=pl.Int32).gather(grid.rows.cast(pl.Int64) - 2)
    return Grid(source=source, header=grid.header, cells=grid.cells, rows=kept)


def _created(text: str, table: str) -> list[str]:
    for match in CREATE.finditer(text):
        if match[1] == table:
            body = text[match.end() : text.index(";", match.end())]
            names = [line.split()[0].strip('"`') for line in re.split(r",\s*\n|\n", body) if line.strip(" ,)\n")]
            return [name for name in names if name.upper() not in NOT_A_COLUMN]
    return []


def _values(text: str, start: int, rows: list[list[str | None]], lines: list[int]) -> None:
    """Read ``(...), (...);`` from here on."""
    row: list[str | None] | None = None
    line = text.count("\n", 0, start) + 1
    position = start
    while match := TOKEN.match(text, position):
        line += text.count("\n", position, match.end())
        position = match.end()
        quoted, bare, mark = match.groups()
        if mark == "(":
            row = []
        elif mark == ")" and row is not None:
            rows.append(row)
            lines.append(line)
            row = None
        elif mark == ";":
            return
        elif row is not None and mark is None:
            row.append(quoted.replace("''", "'") if quoted is not None else None if bare.upper() == "NULL" else bare)
