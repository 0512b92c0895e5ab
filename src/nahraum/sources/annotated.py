"""The delivered table once more, for the people who delivered it: faulty cells coloured, the sentence beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from nahraum.base import Issue, Severity
from nahraum.base.cells import is_like_formula
from nahraum.base.language import gettext as _
from nahraum.sources.grid import Grid
from nahraum.sources.preview import WHOLE_ROW, Marks, marks_of, whole
from nahraum.sources.table import format_of
from nahraum.sources.terms import Shape, TableSpec

MOST_CELLS = 2_000_000  # of a larger table only the rows with issues are written
LONGEST = 32_767  # letters that a cell of a workbook holds
COLOURS = {Severity.ERROR: "#FFC7CE", Severity.WARNING: "#FFEB9C", Severity.NOTICE: "#DDEBF7"}


def annotated_workbook(path: Path, spec: TableSpec, issues: Sequence[Issue], out: Path) -> Path:
    """Write an XLSX copy of a delivered table with its issues marked, and a sheet that lists them; return ``out``.

    Cells keep their row and column, so that a message's “row 17” is row 17 here too; all of them are texts as
    delivered, never formulas. Raises BadInput where the file cannot be read.
    """
    import xlsxwriter

    table = whole(path, spec)
    marks = marks_of(table, spec, issues)
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(out), options) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - equal input, equal bytes
        _table_sheet(book, table, spec, marks, issues)
        _list_sheet(book, issues)
    return out


def _table_sheet(book: Any, table: Grid, spec: TableSpec, marks: Marks, issues: Sequence[Issue]) -> None:
    sheet = book.add_worksheet(_("Table")[:31])
    plain = book.add_format({"quote_prefix": True})
    bold = book.add_format({"bold": True, "bg_color": "#EEF1F3", "quote_prefix": True})
    coloured = {level: book.add_format({"bg_color": c, "quote_prefix": True}) for level, c in COLOURS.items()}
    rows, header_row = _places(table, spec)
    columns = [_column(letter) for letter in table.letters] or list(range(len(table.header)))
    for at, name in enumerate(table.header):
        told = marks.columns.get(at, ())
        _cell(sheet, header_row, columns[at], name, coloured[_worst(told)] if told else bold, told)
    marked: dict[int, dict[int, list[Issue]]] = {}
    for n, at, index in marks.cells.iter_rows():
        marked.setdefault(n, {}).setdefault(max(at, 0) if at == WHOLE_ROW else at, []).append(issues[index])
    everything = table.cells.height * len(table.header) <= MOST_CELLS
    chosen = pl.Series(range(table.cells.height) if everything else sorted(marked), dtype=pl.UInt32)
    for n, texts in zip(chosen, table.cells[chosen].iter_rows(), strict=True):
        told_here = marked.get(n, {})
        for at, text in enumerate(texts):
            told = tuple(told_here.get(at, ()))
            if text is None and not told:
                continue
            shape = coloured[_worst(told)] if told else plain if is_like_formula(text) else None
            _cell(sheet, rows[n], columns[at], text or "", shape, told)
    last = max([header_row, *(rows[n] for n in chosen[-1:])])
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
    sheet.freeze_panes(header_row + 1, 0)


def _places(table: Grid, spec: TableSpec) -> tuple[list[int], int]:
    """Return where rows and header go (from 0): as in the file, or one below the other where it has no such rows."""
    if format_of(spec, Path(spec.file)) in ("sql", "json"):
        return list(range(1, table.rows.len() + 1)), 0
    return (table.rows.cast(pl.Int64) - 1).to_list(), spec.header_row - 1 + (spec.shape is Shape.INKAR)


def _column(letters: str) -> int:
    n = 0
    for letter in letters:
        n = n * 26 + ord(letter) - 64
    return n - 1


def _worst(told: Sequence[Issue]) -> Severity:
    return max(issue.severity for issue in told)


def _cell(sheet: Any, row: int, column: int, text: str, shape: Any, told: Sequence[Issue]) -> None:
    if text:
        sheet.write_string(row, column, text[:LONGEST], shape)
    else:
        sheet.write_blank(row, column, None, shape)
    if told:
        words = "\n".join(f"{each.severity.label}: {each.said}" for each in told)
        sheet.write_comment(row, column, words[:LONGEST], {"author": "Nahraum", "x_scale": 2, "y_scale": 1.5})


def _list_sheet(book: Any, issues: Sequence[Issue]) -> None:
    sheet = book.add_worksheet(_("Issues")[:31])
    bold, plain = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    heads = (_("Kind"), _("Row"), _("Column"), _("Found"), _("What is remarkable"), _("How to mend it"), _("File"))
    for column, (head, width) in enumerate(zip(heads, (10, 8, 24, 24, 60, 60, 30), strict=True)):
        sheet.write_string(0, column, head, bold)
        sheet.set_column(column, column, width)
    for n, issue in enumerate(sorted(issues, key=lambda each: (-each.severity, each.row)), start=1):
        file = ", ".join(filter(None, (issue.file, issue.sheet)))
        texts = (issue.severity.label, "", issue.column, issue.value, issue.sentence, issue.advice, file)
        for column, words in enumerate(texts):
            sheet.write_string(n, column, words[:LONGEST], text)
        if issue.row:
            sheet.write_number(n, 1, issue.row, plain)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(issues), 1), len(heads) - 1)
