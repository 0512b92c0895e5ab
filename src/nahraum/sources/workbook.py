"""Workbooks: XLSX, XLS and ODS, read as texts by calamine."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import polars as pl

from nahraum.base import BadInput
from nahraum.sources.formulas import broken_formulas
from nahraum.sources.grid import Grid, fingerprint, from_frame, letter_of, refused
from nahraum.sources.terms import Shape, SourceFile, TableSpec

LARGEST = 512 << 20  # unpacked bytes; a clerk's workbook is far smaller
HARMLESS = 32 << 20  # unpacked bytes below which no ratio is suspicious
RATIO = 200  # unpacked to packed bytes; real sheets stay below 50
INKAR_SHEET = "Daten"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_workbook(path: Path, spec: TableSpec, file: str) -> Grid:
    """Read one sheet into a grid of texts; letters and row numbers are those that the clerk's program shows.

    Raises BadInput for a workbook that cannot be opened, unpacks to an absurd size, is protected by a password, or
    whose sheet is not named although there are several.
    """
    book = opened(path, file)
    sheet = _sheet(book.sheet_names, spec, file)
    # skip_rows=0: without it calamine drops empty rows at the top and every row number is wrong.
    loaded = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
    frame = loaded.to_polars()
    letters = [letter_of(column.absolute_index) for column in loaded.available_columns()]
    sha256, size = fingerprint(path)
    source = SourceFile(file=file, sheet=sheet, sha256=sha256, size=size, rows=frame.height)
    try:
        frame = _with_errors(frame, path, sheet, letters)
    except (ValueError, SyntaxError, KeyError) as error:  # SyntaxError: what the XML parser raises
        raise _unreadable(file) from error
    grid = from_frame(frame, source, header_row=spec.header_row, letters=letters, two_headers=spec.shape is Shape.INKAR)
    return replace(grid, is_number=_numbers(book, sheet, grid.rows))


def opened(path: Path, file: str) -> Any:
    """Open a workbook, or refuse it with the reason."""
    import fastexcel

    refuse_bomb(path, file)
    _refuse_protected(path, file)
    try:
        return fastexcel.read_excel(str(path))
    except Exception as error:
        raise _unreadable(file) from error


def _unreadable(file: str) -> BadInput:
    return refused(
        "workbook-unreadable",
        message="The workbook cannot be opened; it is damaged or no workbook.",
        remedy="Open it in the spreadsheet program and save it again.",
        file=file,
    )


def _sheet(names: list[str], spec: TableSpec, file: str) -> str:
    if spec.sheet:
        if spec.sheet in names:
            return spec.sheet
        near = get_close_matches(spec.sheet, names, n=1)
        raise refused(
            "sheet-missing",
            message="There is no sheet “{sheet}”. Sheets: {known}.",
            remedy="Did you mean “{near}”?" if near else "Name one of them.",
            file=file,
            sheet=spec.sheet,
            known=", ".join(names),
            near=near[0] if near else "",
        )
    if spec.shape is Shape.INKAR and INKAR_SHEET in names:
        return INKAR_SHEET
    if len(names) == 1:
        return names[0]
    raise refused(
        "sheet-unnamed",
        message="The workbook has several sheets: {known}.",
        remedy="Name the sheet to be read.",
        file=file,
        known=", ".join(names),
    )


class _numbers:  # noqa: N801 - a function with a memory
    """Say which cells of a column are numbers by type, not texts that look like one."""

    def __init__(self, book: Any, sheet: str, rows: pl.Series) -> None:
        self._book, self._sheet, self._rows = book, sheet, rows
        self._dates: pl.DataFrame | None = None

    def __call__(self, position: int) -> pl.Series:
        # calamine turns number cells into dates where asked to, texts never: that tells the two apart.
        if self._dates is None:
            self._dates = self._book.load_sheet(
                self._sheet, header_row=None, skip_rows=0, dtypes="datetime"
            ).to_polars()
        return self._dates.to_series(position).is_not_null().gather(self._rows.cast(pl.Int64) - 1)


def _with_errors(frame: pl.DataFrame, path: Path, sheet: str, letters: list[str]) -> pl.DataFrame:
    """Put the errors of formulas back, which calamine reads as empty cells: an error is not a missing value."""
    errors: dict[int, dict[int, str]] = {}
    for row, column, text in broken_formulas(path, sheet):
        if letter_of(column) in letters and row < frame.height:
            errors.setdefault(letters.index(letter_of(column)), {})[row] = text
    for position, texts in errors.items():
        series = frame.to_series(position).to_list()
        for row, text in texts.items():
            series[row] = text
        frame = frame.with_columns(pl.Series(frame.columns[position], series, dtype=pl.String))
    return frame


def _refuse_protected(path: Path, file: str) -> None:
    with path.open("rb") as stream:
        head = stream.read(8)
        if head == OLE and ENCRYPTED in stream.read(1 << 20):
            raise refused(
                "workbook-encrypted",
                message="The workbook is protected by a password.",
                remedy="Save it without a password, or deliver the table as CSV.",
                file=file,
            )


def refuse_bomb(path: Path, file: str) -> None:
    """Refuse a zip archive that unpacks to far more than it holds, before anything is unpacked."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            packed = max(sum(member.compress_size for member in archive.infolist()), 1)
    except zipfile.BadZipFile:
        return  # the reader says that it cannot be opened
    if unpacked > LARGEST or (unpacked > HARMLESS and unpacked / packed > RATIO):
        raise refused(
            "zip-bomb",
            message="The file unpacks from {packed} to {size} MB; that is no ordinary table.",
            remedy="Ask where the file comes from. Deliver a large table as CSV.",
            file=file,
            size=unpacked >> 20,
            packed=f"{packed / (1 << 20):.1f}",
        )
