"""CSV as offices deliver it: any encoding, any delimiter, quoted line breaks, any size.

The file is read in pieces; of each piece only the columns and rows that the specification asks for are kept, so that
a table of several gigabytes needs no more memory than what is kept of it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import polars as pl

from nahraum.base import BadInput, Issue, Severity
from nahraum.sources.grid import Grid, fingerprint, named, position, refused, refused_empty, trimmed, wanted
from nahraum.sources.layout import refuse_absent
from nahraum.sources.terms import Shape, SourceFile, TableSpec
from nahraum.sources.texts import PIECE, Decoding, text_pieces

DELIMITERS = (";", ",", "\t", "|")
SAMPLE = 1 << 18
QUOTED = re.compile(r'"[^"]*"')
SHOWN = 20
MANY_VARIABLES = 10_000


def read_delimited(path: Path, spec: TableSpec, file: str) -> Grid:
    """Read a CSV file (also .gz) into a grid of texts; a row with a quoted line break counts as one, as in Excel.

    Raises BadInput for an encoding that leaves doubt, garbled letters, rows longer than the header, open quotes.
    """
    sha256, size = fingerprint(path)
    decoding = Decoding(file=file, encoding=spec.encoding)
    pieces = whole_records(text_pieces(path, decoding), file)
    first = next(pieces, "")
    delimiter = spec.delimiter or delimiter_of(first, spec.header_row)
    reader = _Reader(spec=spec, file=file, delimiter=delimiter)
    above, header, rest = _headers(first, spec, delimiter, file)
    source = SourceFile(file=file, sha256=sha256, size=size, encoding=decoding.encoding, delimiter=delimiter)
    if not header:
        raise refused_empty(source, header=False)
    reader.begin(header, spec.header_row + bool(above))
    reader.take(rest)
    for piece in pieces:
        reader.take(piece)
    if reader.seen:
        refuse_absent(spec, source, list(reader.seen))
    if sum(map(len, reader.rows)) == 0:
        raise refused_empty(source, header=True)
    # The encoding and the number of rows are only known once everything was read.
    source = SourceFile(
        file=file,
        sha256=sha256,
        size=size,
        encoding=decoding.encoding,
        delimiter=delimiter,
        rows=reader.next_row - 1,
    )
    cells, rows = pl.concat(reader.cells), pl.concat(reader.rows)
    return Grid(source=source, header=header, above=above, cells=cells, rows=rows, issues=tuple(reader.issues))


@dataclass(kw_only=True)
class _Reader:
    """What is kept while pieces go by."""

    spec: TableSpec
    file: str
    delimiter: str
    header: tuple[str, ...] = ()
    kept: tuple[int, ...] = ()
    next_row: int = 1
    cells: list[pl.DataFrame] = field(default_factory=list)
    rows: list[pl.Series] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    seen: dict[str, None] = field(default_factory=dict)  # variables that a long table holds

    def begin(self, header: tuple[str, ...], last_header_row: int) -> None:
        self.header, self.next_row = header, last_header_row + 1
        self.kept = wanted(self.spec, header) or tuple(range(len(header)))

    def take(self, text: str) -> None:
        """Read one piece of whole records."""
        if not text:
            return
        frame = self._frame(text)
        rows = pl.Series("row", range(self.next_row, self.next_row + frame.height), dtype=pl.Int32)
        self.next_row += frame.height
        frame, rows = trimmed(frame, rows)
        if self.spec.shape is Shape.LONG and self.spec.variables:
            frame, rows = self._of_variables(frame, rows)
        if frame.height or not self.cells:
            self.cells.append(frame)
            self.rows.append(rows)

    def _of_variables(self, frame: pl.DataFrame, rows: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        """Keep the rows of a long table that hold a variable asked for (a wrong name is told later)."""
        at = position(self.header, self.spec.variable_column)
        if at is None:
            return frame, rows
        if len(self.seen) < MANY_VARIABLES:
            self.seen |= dict.fromkeys(frame[f"c{at}"].drop_nulls().unique(maintain_order=True))
        ours = frame.select(pl.col(f"c{at}").is_in(list(self.spec.variables.values())).fill_null(value=True))
        return frame.filter(ours.to_series()), rows.filter(ours.to_series())

    def _frame(self, text: str) -> pl.DataFrame:
        plain = QUOTED.sub("", text) if '"' in text else text
        columns = [f"c{n}" for n in range(len(self.header))]
        if '"' in plain:
            return self._slowly(text, columns)
        self._check_widths(plain)
        try:
            return pl.read_csv(
                io.BytesIO(f"{self.delimiter.join(columns)}\n{text}".encode()),
                separator=self.delimiter,
                columns=[columns[n] for n in self.kept],
                infer_schema=False,
                truncate_ragged_lines=True,
            ).select(columns[n] for n in self.kept)
        except pl.exceptions.PolarsError:
            return self._slowly(text, columns)

    def _check_widths(self, plain: str) -> None:
        lines = pl.Series([plain.removesuffix("\n")]).str.split("\n").explode()
        found = lines.str.count_matches(self.delimiter, literal=True).cast(pl.Int64) + 1
        uneven = (found != len(self.header)) & (lines.str.strip_chars("\r ") != "")
        if not uneven.any() or len(self.header) == 1:
            return
        for at in uneven.arg_true():
            width = int(found[at])
            if width < len(self.header):
                self._too_short(self.next_row + at, width)
            elif lines[at].strip("\r ").rstrip(self.delimiter + " ").count(self.delimiter) >= len(self.header):
                raise self._too_long(self.next_row + at, width)

    def _too_short(self, row: int, width: int) -> None:
        if sum(issue.code == "row-too-short" for issue in self.issues) < SHOWN:
            self.issues.append(
                Issue(
                    code="row-too-short",
                    severity=Severity.WARNING,
                    message="The row has {found} cells, the header {expected}; the last ones are read as empty.",
                    remedy="Compare the row with the header: is a cell missing in the middle?",
                    file=self.file,
                    row=row,
                    params={"found": width, "expected": len(self.header)},
                )
            )

    def _too_long(self, row: int, width: int) -> BadInput:
        return refused(
            "row-too-long",
            message="The row has {found} cells, the header {expected}.",
            remedy="Put texts that hold the delimiter into quotation marks.",
            file=self.file,
            row=row,
            found=width,
            expected=len(self.header),
        )

    def _slowly(self, text: str, columns: Sequence[str]) -> pl.DataFrame:
        """Read a piece with quotation marks inside of cells, which the fast reader takes for broken."""
        records: list[list[str]] = []
        try:
            records.extend(csv.reader(io.StringIO(text), delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error) or "field limit" in str(error):
                raise _unclosed(self.file, self.next_row + len(records)) from error
            records = list(csv.reader(io.StringIO(text), delimiter=self.delimiter))
        for n, record in enumerate(records):
            if len(record) > len(columns) and any(cell.strip() for cell in record[len(columns) :]):
                raise self._too_long(self.next_row + n, len(record))
            if 0 < len(record) < len(columns):
                self._too_short(self.next_row + n, len(record))
        return pl.DataFrame(
            {
                columns[n]: pl.Series([row[n] if n < len(row) else None for row in records], dtype=pl.String)
                for n in self.kept
            }
        )


def whole_records(pieces: Iterator[str], file: str) -> Iterator[str]:
    """Cut a stream of text at ends of records: a line end inside quotation marks is none."""
    carried = ""
    for piece in pieces:
        text = carried + piece
        cut = text.rfind("\n") + 1
        # Rarely more than a few steps: back to a line end with as many opened as closed quotation marks before it.
        quotes = text.count('"', 0, cut)
        steps = 0
        while quotes % 2 and cut > 0 and steps < 10_000:
            before = text.rfind("\n", 0, cut - 1) + 1
            quotes -= text.count('"', before, cut)
            cut, steps = before, steps + 1
        if cut == 0 or quotes % 2:
            if len(text) > 4 * PIECE:
                raise _unclosed(file) if cut else _endless(file)
            carried = text
            continue
        yield text[:cut]
        carried = text[cut:]
    if carried:
        yield carried


def _unclosed(file: str, row: int = 0) -> BadInput:
    return refused(
        "quote-unclosed",
        message="A quotation mark opens and never closes.",
        remedy="Close it, or remove it.",
        file=file,
        row=row,
    )


def _endless(file: str) -> BadInput:
    return refused(
        "not-a-table",
        message="The file has no line ends.",
        remedy="Deliver CSV with one row per line.",
        file=file,
    )


def delimiter_of(text: str, header_row: int = 1) -> str:
    """Return the delimiter that divides most of the first lines, from the header on, into equally many columns."""
    lines = [line for line in text[:SAMPLE].split("\n")[header_row - 1 :] if line.strip()][:50]
    scores = {}
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        except csv.Error:  # a field too long for any table
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0])) if widths else (1, 0)
        if width > 1:
            scores[delimiter] = (count, width)
    if not scores:
        return ";"  # one column: any delimiter reads it alike
    return max(scores, key=lambda each: scores[each])


def _headers(text: str, spec: TableSpec, delimiter: str, file: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the header row above (INKAR), the header and the text after it."""
    stream = io.StringIO(text)
    reader = csv.reader(stream, delimiter=delimiter)
    found: list[list[str]] = []
    last = spec.header_row + (spec.shape is Shape.INKAR)
    try:
        found += islice(reader, last)
    except csv.Error as error:
        raise _unclosed(file) from error
    if len(found) < last or not any(cell.strip() for cell in found[-1]):
        return (), (), ""
    at = 0
    for _ in range(reader.line_num):
        at = text.find("\n", at) + 1 or len(text)
    header = found[-1]
    while header and not header[-1].strip():
        header.pop()  # a spreadsheet's empty columns at the right
    above: tuple[str, ...] = ()
    if spec.shape is Shape.INKAR:
        above = tuple(name.strip() for name in (found[-2] + [""] * len(header))[: len(header)])
    return above, named(header, above), text[at:]
