"""A delivered file as a grid of texts, before anything is understood: the same shape whatever the format."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from nahraum.base import BadInput, Issue, Period, Severity, WrongRequest
from nahraum.sources.terms import Shape, SourceFile, TableSpec

CHUNK = 1 << 20
SHOWN_NAMES = 400  # characters of a list of names in a message
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
PERIOD_NAMES = re.compile(
    r"(berichts|kalender|erhebungs)?(jahr|year)|stichtag|zeitraum|zeitbezug|period(e|s)?|datum", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Texts in rows and columns.

    ``header`` names all columns of the file; ``cells`` has one String column per column that was asked for (``c0``,
    ``c4``, ... by position), ``rows`` the row numbers as the clerk's program counts them. Empty cells are null.
    ``letters``: the spreadsheet letters, where the format has them. ``above``: the header row above (INKAR's
    variable names), if asked for. ``is_number``: for formats whose cells have a type, says by position which cells
    are numbers (and not texts that look like one); None for plain texts.
    """

    source: SourceFile
    header: tuple[str, ...]
    cells: pl.DataFrame
    rows: pl.Series
    letters: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    is_number: Callable[[int], pl.Series] | None = None
    issues: tuple[Issue, ...] = ()

    def column(self, name: str) -> int:
        """Return the position of a column; raises BadInput with what was found and the nearest name."""
        found = position(self.header, name)
        if found is None:
            raise self._missing(name)
        if self.header.count(self.header[found]) > 1:
            raise refused(
                "column-doubled",
                message="Two columns are called “{column}”; nobody can tell which is meant.",
                remedy="Give each column a name of its own.",
                file=self.source.file,
                sheet=self.source.sheet,
                column=self.header[found],
            )
        return found

    def letter(self, position: int) -> str:
        """Return the spreadsheet letter of a column (A, B, ..., AA), or nothing where the format has none."""
        return self.letters[position] if self.letters else ""

    def _missing(self, name: str) -> BadInput:
        near = get_close_matches(name.casefold(), [each.casefold() for each in self.header], n=1, cutoff=0.5)
        nearest = next((each for each in self.header if near and each.casefold() == near[0]), "")
        return refused(
            "column-missing",
            message="Column “{column}” is missing. Found: {found}.",
            remedy="Name the column as it stands in the file. Nearest: “{near}”."
            if nearest
            else "Name the column as it stands in the file.",
            file=self.source.file,
            sheet=self.source.sheet,
            column=name,
            found=shortened(each for each in self.header if each),
            near=nearest,
        )


def position(header: Sequence[str], name: str) -> int | None:
    """Return where a column stands; letters may be large or small where that leaves no doubt."""
    if name in header:
        return header.index(name)
    folded = [each.strip().casefold() for each in header]
    return folded.index(name.strip().casefold()) if folded.count(name.strip().casefold()) == 1 else None


def wanted(spec: TableSpec, header: Sequence[str]) -> tuple[int, ...]:
    """Return the positions of the columns that the specification touches; all of them where it names none."""
    if not spec.area or spec.shape is Shape.INKAR:
        return tuple(range(len(header)))
    names = {spec.area, spec.period_column, spec.variable_column, spec.value_column}
    for correction in spec.corrections:
        names |= {*correction.where, *correction.set}
    if spec.shape is Shape.WIDE:
        names |= set(spec.variables.values())
    found = {position(header, name) for name in names if name}
    found |= {n for n, name in enumerate(header) if PERIOD_NAMES.fullmatch(name)}
    if spec.shape is Shape.YEARS:
        found |= {n for n, name in enumerate(header) if is_period(name)}
    return tuple(sorted(n for n in found if n is not None))


def is_period(text: str) -> bool:
    """Say whether a text reads as a period."""
    try:
        Period.parse(text)
    except WrongRequest:
        return False
    return True


def shortened(names: object) -> str:
    """Return names as one text for a message, cut where it becomes too long."""
    text = ", ".join(names)  # type: ignore[arg-type]
    return text if len(text) <= SHOWN_NAMES else text[:SHOWN_NAMES] + " …"


def refused(
    code: str,
    *,
    message: str,
    remedy: str,
    file: str,
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


def existing(path: Path, file: str) -> Path:
    """Return the path if the file is there; otherwise refuse with the nearest file names."""
    if path.is_file():
        return path
    around = sorted(each.name for each in path.parent.iterdir()) if path.parent.is_dir() else []
    near = get_close_matches(path.name, around, n=3)
    raise refused(
        "file-missing",
        message="There is no file “{name}” in {folder}.",
        remedy="Nearest: {near}." if near else "Check name and folder in the project file.",
        file=file,
        name=path.name,
        folder=str(path.parent),
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


def letter_of(n: int) -> str:
    """Return the letter that spreadsheet programs give to column n (0 = A, 26 = AA)."""
    name, n = "", n + 1
    while n:
        n, rest = divmod(n - 1, 26)
        name = chr(65 + rest) + name
    return name


def named(texts: Sequence[str | None], above: Sequence[str]) -> tuple[str, ...]:
    """Return the header's texts; where it is empty, the text of the row above."""
    names = [(text or "").strip() for text in texts]
    return tuple(name or upper for name, upper in zip(names, above, strict=True)) if above else tuple(names)


def trimmed(body: pl.DataFrame, rows: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Take blanks around texts away; empty cells become null, empty rows are left out, the others keep their number."""
    body = body.with_columns(pl.all().str.strip_chars().replace("", None))
    filled = ~body.select(pl.all_horizontal(pl.all().is_null())).to_series()
    return body.filter(filled), rows.filter(filled)


def without_controls(text: str) -> str:
    """Return a name without signs that cannot be seen and that no report, page or sheet can hold."""
    return CONTROL.sub("", text)


def from_frame(
    frame: pl.DataFrame,
    source: SourceFile,
    *,
    header_row: int,
    letters: Sequence[str] = (),
    two_headers: bool = False,
    first_row: int = 1,
) -> Grid:
    """Cut the header out of a frame of texts whose first row is row ``first_row`` of the file.

    Raises BadInput for a table without header or without rows.
    """
    at = header_row - first_row
    if frame.height <= at + two_headers or frame.width == 0:
        raise refused_empty(source, header=False)
    frame.columns = [f"c{n}" for n in range(frame.width)]
    above = tuple((text or "").strip() for text in frame.row(at)) if two_headers else ()
    at += two_headers
    header = named(frame.row(at), above)
    rows = pl.Series("row", range(at + 1 + first_row, frame.height + first_row), dtype=pl.Int32)
    cells, rows = trimmed(frame.slice(at + 1), rows)
    if cells.height == 0:
        raise refused_empty(source, header=True)
    return Grid(source=source, header=header, above=above, cells=cells, rows=rows, letters=tuple(letters))


def refused_empty(source: SourceFile, *, header: bool) -> BadInput:
    """Return the refusal of a table that holds nothing."""
    return refused(
        "sheet-empty",
        message="The table has a header but no rows." if header else "The table is empty.",
        remedy="Check the sheet and header_row.",
        file=source.file,
        sheet=source.sheet,
    )
