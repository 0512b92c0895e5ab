"""CSV as offices deliver it: any encoding, any delimiter, quoted line breaks."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from pathlib import Path

import polars as pl

from nahraum.sources.grid import Grid, fingerprint, from_frame, refused
from nahraum.sources.terms import SourceFile, TableSpec

DELIMITERS = (";", ",", "\t", "|")
SAMPLE = 1 << 18
MOJIBAKE = ("Ã¤", "Ã¶", "Ã¼", "ÃŸ", "Ã„", "Ã–", "Ãœ", "â‚¬", "\ufffd")
WHOLE = 256 << 20  # bytes; larger files are read in pieces


def read_delimited(path: Path, spec: TableSpec, file: str) -> Grid:
    """Read a CSV file (also .gz) into a grid of texts.

    Raises BadInput for an encoding or delimiter that leaves doubt, for garbled letters and for rows of uneven length.
    """
    sha256, size = fingerprint(path)
    raw = (gzip.decompress(path.read_bytes())) if path.suffix == ".gz" else path.read_bytes()
    encoding = spec.encoding or encoding_of(raw[:SAMPLE], file)
    try:
        text = raw.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise refused(
            "encoding-wrong",
            "The file cannot be read as {encoding}.",
            "Give encoding, for instance utf-8 or cp1252.",
            file,
            encoding=encoding,
        ) from error
    _refuse_garbled(text, file, encoding)
    delimiter = spec.delimiter or delimiter_of(text)
    frame, first_row = _frame(text, delimiter, spec.header_row, file)
    source = SourceFile(file=file, sha256=sha256, size=size, encoding=encoding, delimiter=delimiter, rows=frame.height)
    return from_frame(
        frame, source, header_row=spec.header_row, letters=False, two_headers=spec.shape == "inkar", first_row=first_row
    )


def encoding_of(sample: bytes, file: str) -> str:
    """Return the encoding: by byte order mark, else UTF-8 if it is valid, else Windows' western one."""
    if sample.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in sample:
        raise refused("not-a-table", "The file is not a text file.", "Deliver CSV or a workbook.", file)
    try:
        sample.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        if error.start >= len(sample) - 3:  # the sample ends inside a letter
            return "utf-8"
    return "cp1252"


def delimiter_of(text: str) -> str:
    """Return the delimiter that divides most of the first lines into equally many columns."""
    lines = [line for line in text[:SAMPLE].splitlines() if line.strip()][:30]
    scores = {}
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        width, count = max(widths.items(), key=lambda item: (item[1], item[0])) if widths else (1, 0)
        if width > 1:
            scores[delimiter] = (count, width)
    if not scores:
        return ";"  # one column: any delimiter reads it alike
    return max(scores, key=lambda each: scores[each])


def _refuse_garbled(text: str, file: str, encoding: str) -> None:
    for number, line in enumerate(text[:SAMPLE].splitlines(), start=1):
        found = next((each for each in MOJIBAKE if each in line), None)
        if found:
            raise refused(
                "encoding-garbled",
                "Letters are garbled; the file was probably saved in another encoding than {encoding}.",
                "Save the file again as UTF-8, or give encoding.",
                file,
                row=number,
                value=found,
                encoding=encoding,
            )


def _frame(text: str, delimiter: str, header_row: int, file: str) -> tuple[pl.DataFrame, int]:
    """Return all rows as texts; rows inside quoted line breaks keep the clerk's row number (one per record)."""
    try:
        frame = pl.read_csv(
            io.BytesIO(text.encode()),
            separator=delimiter,
            has_header=False,
            infer_schema=False,
            truncate_ragged_lines=False,
            skip_rows=0,
        )
        return frame, 1
    except pl.exceptions.PolarsError:
        return _uneven(text, delimiter, header_row, file), 1


def _uneven(text: str, delimiter: str, header_row: int, file: str) -> pl.DataFrame:
    """Read rows of uneven length: shorter ones are filled, a longer one than the header is refused by its row."""
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    width = len(rows[header_row - 1]) if len(rows) >= header_row else max((len(row) for row in rows), default=0)
    for number, row in enumerate(rows, start=1):
        if number > header_row and len(row) > width and any(cell.strip() for cell in row[width:]):
            raise refused(
                "row-too-long",
                "The row has {found} cells, the header {expected}.",
                "Put texts that hold the delimiter into quotation marks.",
                file,
                row=number,
                found=len(row),
                expected=width,
            )
    return pl.DataFrame(
        [[*row, *[""] * (width - len(row))][:width] for row in rows],
        schema=[f"c{n}" for n in range(width)],
        orient="row",
    )
