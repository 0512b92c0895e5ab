"""Find the cells of a workbook that hold an error of the spreadsheet program.

The reading library gives such cells back as empty (or as 0), which would make a broken formula look like a missing
value. Only files that hold an error at all are looked at closely.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BROKEN_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]+)(\d+)"[^>]*?\bt="e"[^>]*>(.*?)</c>', re.DOTALL)
BROKEN_CELL_TYPE_FIRST = re.compile(rb'<c\b[^>]*?\bt="e"[^>]*?\br="([A-Z]+)(\d+)"[^>]*>(.*?)</c>', re.DOTALL)
FORMULA_CELL = re.compile(rb'<c\b([^>]*?\br="([A-Z]+)(\d+)"[^>]*)(?<!/)>((?:(?!</c>).)*?<f\b.*?)</c>', re.DOTALL)
SHOWN = re.compile(rb"<v>([^<]*)</v>")
SAVED = re.compile(rb"<v[^>]*>[^<]+</v>")
UNCALCULATED = "#CALC!"  # a formula whose result was never saved: a program wrote the file, and nobody opened it
# A BoolErr record, or a Formula record whose result is an error (Excel's binary format, [MS-XLS] 2.4.24 and 2.4.127).
BIFF_SUSPECT = re.compile(rb"\x05\x02\x08\x00|\x06\x00.{8}\x02.{5}\xff\xff", re.DOTALL)

Place = tuple[int, int, str]


def broken_formulas(path: Path, sheet: str) -> Iterator[Place]:
    """Yield row and column (both from 0) and text of every error in a sheet of an XLSX, ODS or XLS file.

    Raises ValueError or ParseError for a workbook whose inside is not what such a file holds.
    """
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                yield from _of_xlsx(archive, sheet)
            elif "content.xml" in names:
                yield from _of_ods(archive, sheet)
        return
    raw = path.read_bytes()
    if raw.startswith(OLE):
        yield from _of_xls(_stream(raw), sheet)


def _parsed(raw: bytes) -> ET.Element:
    if b"<!ENTITY" in raw:
        raise ValueError("a workbook declares no entities")
    return ET.fromstring(raw)  # noqa: S314 - entities are refused above


def _of_xlsx(archive: zipfile.ZipFile, sheet: str) -> Iterator[Place]:
    book = _parsed(archive.read("xl/workbook.xml"))
    links = _parsed(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for entry in book.iter(f"{MAIN}sheet"):
        if entry.get("name") != sheet:
            continue
        target = targets.get(entry.get(LINKS), "")
        name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        raw = archive.read(name) if name in archive.namelist() else b""
        if b"<f" in raw:
            for kind, letters, row, inside in FORMULA_CELL.findall(raw):
                if b't="str"' not in kind and not SAVED.search(inside):  # a formula may give an empty text
                    yield int(row) - 1, _column(letters.decode()), UNCALCULATED
        if b't="e"' not in raw:
            return
        for pattern in (BROKEN_CELL, BROKEN_CELL_TYPE_FIRST):
            for letters, row, inside in pattern.findall(raw):
                shown = SHOWN.search(inside)
                yield int(row) - 1, _column(letters.decode()), shown[1].decode() if shown else "#N/A"


def _column(letters: str) -> int:
    n = 0
    for letter in letters:
        n = n * 26 + ord(letter) - 64
    return n - 1


def _of_ods(archive: zipfile.ZipFile, sheet: str) -> Iterator[Place]:
    raw = archive.read("content.xml")
    if b'calcext:value-type="error"' not in raw and b"table:formula" not in raw:
        return
    for table in _parsed(raw).iter(f"{TABLE}table"):
        if table.get(f"{TABLE}name") != sheet:
            continue
        row = 0
        for line in table.iter(f"{TABLE}table-row"):
            column = 0
            for cell in line:
                if cell.get(f"{CALC}value-type") == "error":
                    yield row, column, "".join(cell.itertext()) or "#N/A"
                elif cell.get(f"{TABLE}formula") and not cell.get(f"{OFFICE}value-type"):
                    yield row, column, UNCALCULATED
                column += int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            row += int(line.get(f"{TABLE}number-rows-repeated", "1"))


def _stream(raw: bytes) -> bytes:
    """Return the workbook stream of an OLE compound file ([MS-CFB]); empty where it cannot be found."""
    try:
        size = 1 << int.from_bytes(raw[30:32], "little")
        sectors = struct.unpack_from("<109I", raw, 76)
        used = [n for n in sectors if n < 0xFFFFFFFA]
        extra, link = int.from_bytes(raw[72:76], "little"), int.from_bytes(raw[68:72], "little")
        for _ in range(extra):  # files over 7 MB list further sectors of the allocation table in a chain
            block = struct.unpack_from(f"<{size // 4}I", raw, (link + 1) * size)
            used += [n for n in block[:-1] if n < 0xFFFFFFFA]
            link = block[-1]
        fat: list[int] = []
        for n in used:
            fat += struct.unpack_from(f"<{size // 4}I", raw, (n + 1) * size)
        directory = _chain(raw, fat, int.from_bytes(raw[48:52], "little"), size)
        for at in range(0, len(directory), 128):
            length = int.from_bytes(directory[at + 64 : at + 66], "little")
            name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
            if name in ("Workbook", "Book"):
                start = int.from_bytes(directory[at + 116 : at + 120], "little")
                return _chain(raw, fat, start, size)
    except (struct.error, IndexError):
        pass  # damaged: the reader of the workbook says so
    return b""


def _chain(raw: bytes, fat: list[int], start: int, size: int) -> bytes:
    pieces: list[bytes] = []
    n = start
    while n < 0xFFFFFFFA and len(pieces) <= len(fat):
        pieces.append(raw[(n + 1) * size : (n + 2) * size])
        n = fat[n]
    return b"".join(pieces)


def _of_xls(stream: bytes, sheet: str) -> Iterator[Place]:
    if not BIFF_SUSPECT.search(stream):
        return
    start = _start_of(stream, sheet)
    for kind, body in _records(stream, start):
        if kind == 0x0A:  # end of the sheet
            return
        if kind == 0x0205 and len(body) >= 8 and body[7] == 1:
            row, column = struct.unpack_from("<HH", body)
            yield row, column, ERRORS.get(body[6], "#N/A")
        if kind == 0x0006 and len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff":
            row, column = struct.unpack_from("<HH", body)
            yield row, column, ERRORS.get(body[8], "#N/A")


def _start_of(stream: bytes, sheet: str) -> int:
    """Return where a sheet begins: the globals list name and offset of each."""
    for kind, body in _records(stream, 0):
        if kind == 0x85:
            length, wide = body[6], body[7] & 1
            name = body[8:].decode("utf-16-le" if wide else "latin-1")[:length]
            if name == sheet:
                return int.from_bytes(body[:4], "little")
        if kind == 0x0A:
            break
    return len(stream)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
