"""Workbooks: XLSX, XLS and ODS, read as texts by calamine."""

from __future__ import annotations

import zipfile
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from nahraum.sources.grid import Grid, fingerprint, from_frame, refused
from nahraum.sources.terms import Shape, SourceFile, TableSpec

LARGEST = 1 << 30  # unpacked bytes; a clerk's workbook is far smaller
RATIO = 200  # unpacked to packed bytes; real sheets stay below 50
INKAR_SHEET = "Daten"


def read_workbook(path: Path, spec: TableSpec, file: str) -> Grid:
    """Read one sheet into a grid of texts.

    Raises BadInput for a workbook that cannot be opened, unpacks to an absurd size, or whose sheet is not named
    although there are several.
    """
    import fastexcel

    refuse_bomb(path, file)
    try:
        book = fastexcel.read_excel(str(path))
    except Exception as error:
        raise refused(
            "workbook-unreadable",
            "The workbook cannot be opened; it may be damaged or protected by a password.",
            "Open it, save it again without a password.",
            file,
        ) from error
    sheet = _sheet(book.sheet_names, spec, file)
    frame = book.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    sha256, size = fingerprint(path)
    source = SourceFile(file=file, sheet=sheet, sha256=sha256, size=size, rows=frame.height)
    frame = frame.with_columns(pl.all().str.replace(r"^(-?\d+)\.0$", "$1"))
    return from_frame(frame, source, header_row=spec.header_row, letters=True, two_headers=spec.shape is Shape.INKAR)


def _sheet(names: list[str], spec: TableSpec, file: str) -> str:
    if spec.sheet:
        if spec.sheet in names:
            return spec.sheet
        near = get_close_matches(spec.sheet, names, n=1)
        raise refused(
            "sheet-missing",
            "There is no sheet “{sheet}”. Sheets: {known}.",
            "Did you mean “{near}”?" if near else "Name one of them.",
            file,
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
        "The workbook has several sheets: {known}.",
        "Name the sheet to be read.",
        file,
        known=", ".join(names),
    )


def refuse_bomb(path: Path, file: str) -> None:
    """Refuse a zip archive that unpacks to far more than it holds, before anything is unpacked."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
        packed = max(sum(member.compress_size for member in archive.infolist()), 1)
    if unpacked > LARGEST or (unpacked > 50 << 20 and unpacked / packed > RATIO):
        raise refused(
            "zip-bomb",
            "The file unpacks to {size} MB; that is no ordinary table.",
            "Ask where the file comes from. Deliver the table as CSV.",
            file,
            size=unpacked >> 20,
        )
