"""Small workbooks in formats that no library here writes: XLS (BIFF8 in an OLE file) and ODS."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
ERRORS = {"#DIV/0!": 0x07, "#N/A": 0x2A}


def write_xls(path: Path, rows: list[list[str | float]], *, formula: bool = False) -> Path:
    """Write one sheet ``Daten``; texts in ERRORS become error cells, as constants or as results of a formula."""
    cells = b"".join(
        _cell(r, c, value, formula=formula) for r, row in enumerate(rows) for c, value in enumerate(row) if value != ""
    )
    bof = struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)
    used = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    sheet = _record(0x0809, bof) + _record(0x0200, used) + cells + _record(0x0A, b"")
    name = b"Daten"
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _record(0x42, struct.pack("<H", 1200))
    at = len(head) + 4 + 8 + len(name) + 4
    listed = struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name
    stream = head + _record(0x85, listed) + _record(0x0A, b"") + sheet
    path.write_bytes(_ole(stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")))
    return path


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _cell(row: int, column: int, value: str | float, *, formula: bool) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if value in ERRORS and formula:
        result = bytes([2, 0, ERRORS[str(value)], 0, 0, 0, 0xFF, 0xFF])
        return _record(0x0006, place + result + struct.pack("<HIH", 0, 0, 3) + b"\x1e\x01\x00")
    if value in ERRORS:
        return _record(0x0205, place + bytes([ERRORS[str(value)], 1]))
    if isinstance(value, str):
        return _record(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _record(0x0203, place + struct.pack("<d", value))


def _ole(stream: bytes) -> bytes:
    sectors = len(stream) // 512
    table = [FAT, END, *range(3, sectors + 2), END]
    table += [FREE] * (128 - len(table))
    entries = _entry("Root Entry", 5, END, 0, child=1) + _entry("Workbook", 2, 2, len(stream)) + _entry("", 0, 0, 0) * 2
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0)
    head += struct.pack("<109I", 0, *[FREE] * 108)
    return head + struct.pack("<128I", *table) + entries + stream


def _entry(name: str, kind: int, start: int, size: int, *, child: int = FREE) -> bytes:
    raw = name.encode("utf-16-le")
    length = len(raw) + 2 if name else 0
    tree = struct.pack("<BBIII", kind, 1, FREE, FREE, child)
    return raw.ljust(64, b"\0") + struct.pack("<H", length) + tree + bytes(36) + struct.pack("<IQ", start, size)


def write_ods(path: Path, rows: list[list[str | float]]) -> Path:
    """Write one sheet ``Daten`` as LibreOffice does: an error is a number 0 that is marked as one."""
    lines = "".join("<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>" for row in rows)
    spaces = {"office": "office", "table": "table", "text": "text"}
    names = " ".join(f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for key, name in spaces.items())
    calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} {calc} office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="Daten">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return path


def _ods_cell(value: str | float) -> str:
    if value in ERRORS:
        return (
            '<table:table-cell office:value-type="float" office:value="0" calcext:value-type="error">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    kind = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"
