"""Matrices and other tables of a study as files: XLSX, DOCX and CSV; each says what it holds, whose and from when."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from itertools import chain, repeat

from nahraum.base.cells import csv_text
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.evidence.voices.behind import METHOD, SPACE, TEXT
from nahraum.reports.blocks import Block, Heading, Paragraph, Table
from nahraum.reports.legible import legible
from nahraum.reports.open_data import csv_bytes
from nahraum.reports.shown import Shown, shown_xlsx
from nahraum.reports.stamp import Stamp, day_words, stamp_words
from nahraum.reports.tables import DataTable
from nahraum.reports.voices.counted import SHORT, Counted
from nahraum.reports.workbook import HEAD, write_table
from nahraum.reports.write import printed
from nahraum.sources.grid import without_controls

PRINTED_COLUMNS = 8  # more do not fit on a page: the table is cut
PRINTED_CELLS = 2_000  # more are not printed: nobody reads them on paper
CSV_HEAD = ("tabelle", "zeile", "spalte", "anzahl", "gezaehlt", "quelle", "stand")
SHEETS = {SPACE: gettext_noop("Spaces"), METHOD: gettext_noop("Methods"), TEXT: gettext_noop("Texts")}
COUNTED = {"coders": gettext_noop("Coders")}  # shorter than elsewhere
SHEET_NAME = 31  # characters: more no workbook takes
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))  # in the names of sheets


def source_words(stamp: Stamp) -> str:
    """Return where a table comes from."""
    return f"{stamp.imprint.publisher}: {stamp.imprint.title}"


def csv_file(tables: Sequence[Counted], stamp: Stamp) -> bytes:
    """Return tables as CSV (UTF-8, semicolons), one count per row beside its source and its date; what a table counts
    stands in its first row only, as it is long.
    """
    source, day = source_words(stamp), stamp.imprint.date.isoformat()
    rows = (
        (*cells, said, source, day)
        for table in tables
        for cells, said in zip(_long(table), _once(" ".join(table.said)), strict=False)
    )
    return csv_text([CSV_HEAD, *rows]).encode()


def _long(table: Counted) -> Iterator[tuple[str, str, str, int]]:
    for row, counts in zip(table.rows, table.counts.tolist(), strict=True):
        yield from ((table.title, row, column, count) for column, count in zip(table.columns, counts, strict=True))


def table_file(kind: str, table: DataTable, blocks: Iterable[Block], stamp: Stamp, notes: Sequence[str]) -> bytes:
    """Return one table as ``csv``, ``xlsx`` or, in ``blocks``, ``docx``; ``notes``: what must be known to read it."""
    imprint = replace(stamp.imprint, title=table.title)
    if kind == "docx":
        return printed(replace(stamp, imprint=imprint), blocks, ".docx")
    shown = Shown(
        table=legible(table),
        source=source_words(stamp),
        day=imprint.date,
        licence=imprint.licence,
        protection=stamp.protection,
        notes=tuple(notes),
    )
    if kind == "xlsx":
        return shown_xlsx(shown)
    *origin, _protection = shown.origin
    labels, words = zip(*origin, strict=True)
    rows = zip(shown.table.rows, _once(" ".join((stamp.protection, *notes))), strict=False)
    head, told = (*shown.table.head, *labels, _("Note")), tuple((*row, *words, note) for row, note in rows)
    return csv_bytes(replace(shown.table, head=head, rows=told))


def _once(words: str) -> Iterator[str | None]:
    """Yield what is long and holds for all rows for the first of them only."""
    return chain([words], repeat(None))


def xlsx_file(tables: Sequence[Counted], stamp: Stamp) -> bytes:
    """Return tables as a workbook, a sheet for each; texts that look like formulas stay texts."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    imprint = legible(stamp.imprint)
    book.set_properties(
        {"title": imprint.title, "author": imprint.publisher, "created": datetime.combine(imprint.date, time(12))}
    )
    bold = book.add_format({"bold": True, "font_size": 14, "quote_prefix": True})
    head, text = book.add_format(HEAD), book.add_format({"quote_prefix": True})
    for number, table in enumerate(tables, start=1):
        sheet = book.add_worksheet(_sheet_name(number, table))
        sheet.write_string(0, 0, without_controls(table.title), bold)
        lines = (*table.said, _source_and_date(stamp))
        for row, words in enumerate(lines, start=1):
            sheet.write_string(row, 0, without_controls(words), text)
        write_table(book, sheet, legible(_wide(table)), head, first=len(lines) + 2)
    book.close()
    return stream.getvalue()


def docx_file(tables: Sequence[Counted], stamp: Stamp) -> bytes:
    """Return tables as a document; wide ones are cut, and what nobody could read on paper is named."""
    return printed(stamp, table_blocks(tables, stamp), ".docx")


def table_blocks(tables: Sequence[Counted], stamp: Stamp) -> Iterator[Block]:
    """Yield tables with what they count, as a report prints them."""
    for table in tables:
        yield Heading(text=table.title)
        if table.counts.size > PRINTED_CELLS:
            yield Paragraph(
                text=_("This table has {rows} rows and {columns} columns; it stands in the XLSX and CSV files.").format(
                    rows=len(table.rows), columns=len(table.columns)
                )
            )
        else:
            yield from printed_tables(table)
        yield Paragraph(text=" ".join((*table.said, _source_and_date(stamp))), note=True)


def printed_tables(table: Counted) -> Iterator[Table]:
    """Yield a table, cut where it is too wide for a page."""
    for first in range(0, max(len(table.columns), 1), PRINTED_COLUMNS):
        columns = table.columns[first : first + PRINTED_COLUMNS]
        last = first + len(columns)
        part = "" if len(columns) == len(table.columns) else f" ({first + 1}–{last} / {len(table.columns)})"
        yield Table(
            caption=table.title + part,
            head=(table.corner, *columns),
            rows=tuple(
                (name, *map(str, counts))
                for name, counts in zip(table.rows, table.counts[:, first:last].tolist(), strict=True)
            ),
            right=tuple(range(1, len(columns) + 1)),
            widths=(3.0, *(1.15 for _column in columns)),
            small=True,
        )


def _wide(table: Counted) -> DataTable:
    rows = tuple((name, *counts) for name, counts in zip(table.rows, table.counts.tolist(), strict=True))
    return DataTable(name=table.kind, title=table.title, head=(table.corner, *table.columns), rows=rows)


def _sheet_name(number: int, table: Counted) -> str:
    """Name a sheet by what its table counts, and by what. What does not fit ends with a whole word."""
    by = table.about or _(SHEETS.get(table.kind, ""))
    counted = _(COUNTED.get(table.measure, SHORT[table.measure]))
    ending = f" · {counted}" if by else f" {counted}"
    words = f"{number} {by}".translate(FORBIDDEN).strip()
    while len(words + ending) > SHEET_NAME and " " in words:
        words = words.rpartition(" ")[0]
    return (words + ending)[:SHEET_NAME]


def _source_and_date(stamp: Stamp) -> str:
    words = _("Source: {source}. Date: {day}.").format(source=source_words(stamp), day=day_words(stamp.imprint.date))
    return f"{words} {' · '.join(stamp_words(stamp)[2:])}"
