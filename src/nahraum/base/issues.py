"""Bad data is an issue: file, row, column, value and a sentence that a clerk understands.

The core emits a code with parameters; the sentence is made when it is shown, in the reader's language. Codes are kept
here, in one table, so that the handbook can list every one of them (a test compares).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from nahraum.base.language import gettext as _


class Severity(IntEnum):
    """How much an issue matters: a notice informs, a warning needs confirmation, an error blocks."""

    NOTICE = 0
    WARNING = 1
    ERROR = 2

    @property
    def label(self) -> str:
        """Return the severity in the reader's words."""
        return {Severity.NOTICE: _("Notice"), Severity.WARNING: _("Warning"), Severity.ERROR: _("Error")}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing that is wrong or remarkable in the delivered data.

    ``code`` is a stable identifier (``area-unknown``); ``message`` and ``remedy`` are English msgids with ``{name}``
    placeholders filled from ``params`` after translation. ``row`` counts from 1 as the clerk's program shows it; 0
    means the whole file or table.
    """

    code: str
    severity: Severity
    message: str
    remedy: str = ""
    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Say what is wrong, in the reader's language; a sentence that ends in somebody's reason gets its full stop."""
        sentence = _(self.message).format_map(dict(self.params))
        return sentence if not sentence or sentence.endswith((".", "!", "?", "…", ":")) else f"{sentence}."

    @property
    def advice(self) -> str:
        """Say how to mend it, in the reader's language; empty where nothing need be done."""
        return _(self.remedy).format_map(dict(self.params)) if self.remedy else ""

    @property
    def said(self) -> str:
        """Say what is wrong and how to mend it, without severity and place."""
        return f"{self.sentence} {self.advice}".strip()

    @property
    def place(self) -> str:
        """Name the place: file, sheet, row, column; empty parts are left out."""
        parts = [self.file]
        if self.sheet:
            parts.append(_("sheet {sheet}").format(sheet=self.sheet))
        if self.row:
            parts.append(_("row {row}").format(row=self.row))
        if self.column:
            parts.append(_("column {column}").format(column=self.column))
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        head = f"{self.severity.label}: {self.place}: " if self.place else f"{self.severity.label}: "
        found = " " + _("Found: “{value}”.").format(value=self.value) if self.value else ""
        return " ".join(f"{head}{self.sentence}{found} {self.advice}".split())


def worst(issues: Iterable[Issue]) -> Severity | None:
    """Return the highest severity among the issues, or None if there are none."""
    return max((issue.severity for issue in issues), default=None)
