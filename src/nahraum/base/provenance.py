"""Where a number comes from: file, sheet, row and column, and the steps it went through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from nahraum.base.language import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of one delivered file.

    ``row`` counts from 1 as the clerk's program shows it (the header is a row too); ``column`` is the header's text,
    ``letter`` the spreadsheet letter where the file has such letters; ``text`` is what stood there, untouched.
    """

    file: str
    row: int
    column: str
    sheet: str = ""
    letter: str = ""
    text: str = ""

    def __str__(self) -> str:
        place = f"{self.letter}{self.row}" if self.letter else _("row {row}").format(row=self.row)
        sheet = f" [{self.sheet}]" if self.sheet else ""
        return f"{self.file}{sheet} {place} ({self.column})"


def place_of(cell: Cell | None) -> dict[str, Any]:
    """Return where a cell stands, as an ``Issue`` says it; nothing where the cell is not known."""
    return {"file": cell.file, "sheet": cell.sheet, "row": cell.row, "column": cell.column} if cell else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The cells a number was made from and the steps that made it, oldest first."""

    cells: tuple[Cell, ...] = ()
    steps: tuple[str, ...] = ()

    def then(self, step: str) -> Provenance:
        """Return the same origin with one more step."""
        return replace(self, steps=(*self.steps, step))
