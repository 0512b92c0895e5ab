"""The codebook: a category system as a table, one row per category, its place a path such as ``Needs > Housing``."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from nahraum.base import BadInput, Issue, Severity, worst
from nahraum.base.cells import as_delivered, csv_text
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories.terms import COLOUR, DEEPEST, Category, Kind, System

# How columns may be called; the first English word is the field.
COLUMNS = {
    "path": ("path", "pfad", "kategorie", "category", "code", "name"),
    "description": ("description", "beschreibung", "definition"),
    "anchor": ("anchor", "anchor example", "ankerbeispiel"),
    "rule": ("rule", "coding rule", "kodierregel"),
    "colour": ("colour", "color", "farbe"),
    "kind": ("kind", "art", "bildung"),
    "codable": ("codable", "kodierbar"),
    "id": ("id",),
}
KINDS = {
    **dict.fromkeys(("deductive", "deduktiv"), Kind.DEDUCTIVE),
    **dict.fromkeys(("inductive", "induktiv"), Kind.INDUCTIVE),
}
ANSWERS = {"yes": True, "ja": True, "1": True, "true": True, "no": False, "nein": False, "0": False, "false": False}
SHOWN = 200  # characters of a path that cannot be taken
T = TypeVar("T")
Path = tuple[str, ...]


def written(system: System) -> str:
    """Return the system as CSV. A ``>`` or ``\\`` inside a name has a ``\\`` before it; formulas are defused."""
    head = [_("path"), _("description"), _("anchor example"), _("coding rule"), _("colour"), _("kind"), _("codable")]
    rows: list[list[str]] = [[*head, "id"]]
    for category in system.categories:
        path = " > ".join(re.sub(r"([\\>])", r"\\\1", each.name) for each in system.line(category.id))
        kind = _("deductive") if category.kind is Kind.DEDUCTIVE else _("inductive")
        codable = _("yes") if category.codable else _("no")
        texts = [path, category.description, category.anchor, category.rule, category.colour]
        rows.append([*texts, kind, codable, category.id])
    return csv_text(rows)


def read(text: str, *, id: str, name: str, new_id: Callable[[], str], file: str = "") -> tuple[System, list[Issue]]:
    """Return the system that a CSV text holds, and what is remarkable in it.

    ``new_id`` gives ids to categories without one. Categories that are only named in paths are added, not codable;
    without a word on its kind a category is deductive: it was thought of before the material was read. Raises BadInput
    where the table cannot be taken whole.
    """
    table = _Table(file=file)
    rows = table.rows(text)
    categories: dict[Path, Category] = {}
    for path, row in rows.items():
        for end in range(1, len(path) + 1):
            here = path[:end]
            if here not in categories:
                parent = categories[here[:-1]].id if end > 1 else None
                categories[here] = table.category(here, rows.get(here), row.line, parent, new_id)
    if worst(table.issues) is Severity.ERROR:
        raise BadInput(table.issues)
    return System(id=id, name=name, categories=tuple(categories.values())), table.issues


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: int
    cells: Mapping[str, str]

    def cell(self, name: str) -> str:
        return self.cells.get(name, "").strip()


@dataclass(kw_only=True)
class _Table:
    """A table being read, with the issues found so far."""

    file: str
    issues: list[Issue] = field(default_factory=list)

    def rows(self, text: str) -> dict[Path, _Row]:
        """Return the rows by their path; what cannot be one is an issue."""
        lines = self._lines(text.removeprefix("\ufeff"))
        columns = _columns(lines[0][1]) if lines else {}
        if not self.issues and "path" not in columns:
            self._error(
                code="category-path-missing",
                message="No column holds the paths of the categories.",
                remedy="Call it “path” and write, for example, “Needs > Housing”.",
                row=1,
            )
        found: dict[Path, _Row] = {}
        ids: set[str] = set()
        for line, cells in lines[1:] if "path" in columns else []:
            row = _Row(line=line, cells={name: as_delivered(cells[n]) for name, n in columns.items() if n < len(cells)})
            path = _steps(row.cell("path"))
            if not any(cell.strip() for cell in cells):
                continue
            if not all(step and step.isprintable() for step in path):
                self._error(
                    code="category-path-unfit",
                    message="A step of the path is empty or has more than one line.",
                    remedy="Write, for example, “Needs > Housing”.",
                    row=line,
                    value=row.cell("path"),
                )
            elif len(path) > DEEPEST:
                self._error(
                    code="category-too-deep",
                    message="The path has {levels} steps; a category system has at most {most} levels.",
                    remedy="Leave out steps that only gather others.",
                    row=line,
                    value=row.cell("path")[:SHOWN],
                    params={"levels": len(path), "most": DEEPEST},
                )
            elif path in found or (row.cell("id") and row.cell("id") in ids):
                self._error(
                    code="category-twice",
                    message="The category stands here again: its path or its id was used above.",
                    remedy="Keep one of the rows.",
                    row=line,
                    value=row.cell("path"),
                )
            else:
                found[path] = row
                ids.add(row.cell("id"))
        return found

    def category(
        self, path: Path, row: _Row | None, line: int, parent: str | None, new_id: Callable[[], str]
    ) -> Category:
        """Return the category of a row, or one that only the path in some ``line`` names."""
        if row is None:
            self._say(
                code="category-implied",
                severity=Severity.NOTICE,
                message="“{name}” is only named in a path; it is added to gather others.",
                row=line,
                params={"name": " > ".join(path)},
            )
            return Category(id=new_id(), name=path[-1], parent=parent, kind=Kind.DEDUCTIVE, codable=False)
        colour = row.cell("colour").lower()
        if colour and not COLOUR.fullmatch(colour):
            self._unknown(row, "colour", remedy="It is left out. Write # with six digits, such as #1a7f37.")
            colour = ""
        return Category(
            id=row.cell("id") or new_id(),
            name=path[-1],
            parent=parent,
            description=row.cells.get("description", ""),
            anchor=row.cells.get("anchor", ""),
            rule=row.cells.get("rule", ""),
            colour=colour,
            kind=self._chosen(row, "kind", KINDS, remedy="It is taken as deductive. Possible: deductive, inductive."),
            codable=self._chosen(row, "codable", ANSWERS, remedy="It is taken as yes. Possible: yes, no."),
        )

    def _chosen(self, row: _Row, column: str, known: Mapping[str, T], *, remedy: str) -> T:
        """Return what a word stands for; the first of what is known where it is empty or none of them."""
        word = row.cell(column).lower()
        if word and word not in known:
            self._unknown(row, column, remedy=remedy)
        return known.get(word, next(iter(known.values())))

    def _unknown(self, row: _Row, column: str, *, remedy: str) -> None:
        self._say(
            code="category-word-unknown",
            severity=Severity.WARNING,
            message="This is not known here.",
            remedy=remedy,
            row=row.line,
            column=column,
            value=row.cell(column),
        )

    def _lines(self, text: str) -> list[tuple[int, list[str]]]:
        """Return the rows with their numbers, as a spreadsheet counts; only an issue where quotation marks are open."""
        delimiter = max(";,\t", key=text.partition("\n")[0].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        found: list[tuple[int, list[str]]] = []
        try:
            found.extend(enumerate(reader, start=1))
        except csv.Error:
            self._error(
                code="category-table-broken",
                message="From here on the file is no table: quotation marks are not in pairs.",
                remedy="Export it again as CSV.",
                row=len(found) + 1,
            )
            return []
        return found

    def _error(self, **said: Any) -> None:
        self._say(severity=Severity.ERROR, **said)

    def _say(self, **said: Any) -> None:
        self.issues.append(Issue(file=self.file, **said))


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Return where each known column stands."""
    names = [name.strip().lower() for name in header]
    return {column: names.index(word) for column, words in COLUMNS.items() for word in words if word in names}


def _steps(path: str) -> Path:
    """Return the names of a path; ``\\>`` and ``\\\\`` inside a name stand for the second sign."""
    found, name, signs = [], "", iter(path)
    for sign in signs:
        if sign == ">":
            found.append(name.strip())
            name = ""
        else:
            name += next(signs, "") if sign == "\\" else sign
    return (*found, name.strip())
