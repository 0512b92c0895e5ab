"""A delivered file as a grid of texts, before anything is understood: the same shape whatever the format."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from nahraum.base import BadInput, Issue, Severity
from nahraum.sources.terms import SourceFile

CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Texts in rows and columns: ``header`` names the columns, ``cells`` has one String column per header (``c0``,
    ``c1``, ...), ``rows`` the row numbers as the clerk's program counts them. Empty cells are null. ``letters``: the
    format has spreadsheet letters. ``above``: the header row above (INKAR's variable names), if asked for.
    """

    source: SourceFile
    header: tuple[str, ...]
    cells: pl.DataFrame
    rows: pl.Series
    letters: bool = False
    above: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()

    def column(self, name: str) -> int:
        """Return the position of a column; raises BadInput with what was found and the nearest name."""
        if name in self.header:
            return self.header.index(name)
        folded = [each.strip().casefold() for each in self.header]
        if folded.count(name.strip().casefold()) == 1:
            return folded.index(name.strip().casefold())
        near = get_close_matches(name, self.header, n=1, cutoff=0.5)
        found = ", ".join(each for each in self.header if each)
        raise refused(
            "column-missing",
            "Column “{column}” is missing. Found: {found}.",
            "Name the column as it stands in the file. Nearest: “{near}”."
            if near
            else "Name the column as it stands in the file.",
            self.source.file,
            sheet=self.source.sheet,
            column=name,
            found=found[:400] + (" …" if len(found) > 400 else ""),
            near=near[0] if near else "",
        )

    def letter(self, position: int) -> str:
        """Return the spreadsheet letter of a column (A, B, ..., AA), or nothing where the format has none."""
        if not self.letters:
            return ""
        name, n = "", position + 1
        while n:
            n, rest = divmod(n - 1, 26)
            name = chr(65 + rest) + name
        return name


def refused(
    code: str,
    message: str,
    remedy: str,
    file: str,
    *,
    sheet: str = "",
    row: int = 0,
    column: str = "",
    value: str = "",
    **params: object,
) -> BadInput:
    """Return the refusal of a whole file, as one issue."""
    return BadInput(
        [
            Issue(
                code=code,
                severity=Severity.ERROR,
                message=message,
                remedy=remedy,
                file=file,
                sheet=sheet,
                row=row,
                column=column,
                value=value,
                params={"file": file, "sheet": sheet, "column": column, **params},
            )
        ]
    )


def existing(path: Path, folder: Path) -> Path:
    """Return the path if the file is there; otherwise refuse with the nearest file names."""
    if path.is_file():
        return path
    around = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
    near = get_close_matches(path.name, around, n=3)
    raise refused(
        "file-missing",
        "There is no file “{file}” in {folder}.",
        "Nearest: {near}." if near else "Check name and folder in the project file.",
        path.name,
        folder=str(folder),
        near=", ".join(near),
    )


def fingerprint(path: Path) -> tuple[str, int]:
    """Return SHA-256 and size of a file, read in pieces."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


def from_frame(
    frame: pl.DataFrame,
    source: SourceFile,
    *,
    header_row: int,
    letters: bool,
    two_headers: bool = False,
    first_row: int = 1,
) -> Grid:
    """Cut the header out of a frame of texts whose first row is row ``first_row`` of the file; empty rows are left out."""
    at = header_row - first_row
    if frame.height <= at or frame.width == 0:
        raise refused(
            "sheet-empty", "The table is empty.", "Check the sheet and header_row.", source.file, sheet=source.sheet
        )
    frame = frame.with_columns(pl.all().cast(pl.String).str.strip_chars().replace("", None))
    frame.columns = [f"c{n}" for n in range(frame.width)]
    above = tuple(text or "" for text in frame.row(at)) if two_headers else ()
    at += two_headers
    header = tuple(text or "" for text in frame.row(at))
    header = tuple(text or name for text, name in zip(header, above, strict=True)) if above else header
    body = frame.slice(at + 1).with_columns(
        pl.Series("row", range(at + 1 + first_row, frame.height + first_row), dtype=pl.Int32)
    )
    body = body.filter(~pl.all_horizontal(pl.exclude("row").is_null()))
    if body.height == 0:
        raise refused(
            "sheet-empty",
            "The table has a header but no rows.",
            "Check the sheet and header_row.",
            source.file,
            sheet=source.sheet,
        )
    return Grid(source=source, header=header, above=above, cells=body.drop("row"), rows=body["row"], letters=letters)
