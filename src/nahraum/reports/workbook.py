"""All tables as an XLSX workbook: each sheet with source, date, licence and protection; equal input, equal bytes."""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import Any

from nahraum.base.cells import is_like_formula
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.edition import Edition
from nahraum.reports.stamp import protection_words, stamp_words
from nahraum.reports.tables import DataTable, data_tables

WIDEST = 44  # characters
HEAD = {"bold": True, "bottom": 1, "bg_color": "#EEF1F3", "text_wrap": True, "valign": "top", "quote_prefix": True}
MOST_ROWS = 200_000  # a sheet holds a million rows, but nobody can work with them; longer tables stand in the CSV files


def xlsx_bytes(edition: Edition) -> bytes:
    """Return the workbook. Texts that look like formulas stay texts."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    imprint = edition.imprint
    book.set_properties(
        {"title": imprint.title, "author": imprint.publisher, "created": datetime.combine(imprint.date, time(12))}
    )
    bold = book.add_format({"bold": True, "font_size": 14, "quote_prefix": True})
    head = book.add_format(HEAD)
    text = book.add_format({"quote_prefix": True})
    about = book.add_worksheet(_("Imprint")[:31])
    about.set_column(0, 0, 110)
    about.write_string(0, 0, imprint.title, bold)
    lines = [imprint.city, " · ".join(stamp_words(edition)), protection_words(edition), imprint.notes]
    for row, words in enumerate(filter(None, lines), start=2):
        about.write_string(row, 0, words, text)
    for table in data_tables(edition):
        _sheet(book, table, edition, bold, head)
    book.close()
    return stream.getvalue()


def _sheet(book, table: DataTable, edition: Edition, bold, head) -> None:  # type: ignore[no-untyped-def]
    sheet = book.add_worksheet(table.name[:31])
    sheet.write_string(0, 0, table.title, bold)
    sheet.write_string(1, 0, " · ".join(stamp_words(edition)), book.add_format({"quote_prefix": True}))
    if len(table.rows) > MOST_ROWS:
        sheet.write_string(
            3, 0, _("This table has {count} rows and stands in the CSV file.").format(count=len(table.rows))
        )
        return
    write_table(book, sheet, table, head, first=3)


def write_table(book: Any, sheet: Any, table: DataTable, head: Any, *, first: int) -> None:
    """Write a table from row ``first`` (0 = the uppermost) into a sheet of an XlsxWriter workbook.

    Texts stay texts, also when somebody opens a cell and presses Enter: those like formulas carry Excel's mark of a
    text.
    """
    text = book.add_format({"quote_prefix": True})
    for column, name in enumerate(table.head):
        sheet.write_string(first, column, name, head)
        longest = max([len(name), *(len(str(row[column])) for row in table.rows[:200])])
        sheet.set_column(column, column, min(longest + 2, WIDEST))
    for number, row in enumerate(table.rows, start=first + 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value, text if is_like_formula(value) else None)
            elif value is not None:
                sheet.write_number(number, column, value)
    sheet.freeze_panes(first + 1, 0)
    sheet.autofilter(first, 0, first + max(len(table.rows), 1), len(table.head) - 1)
