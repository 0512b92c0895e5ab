"""What a file really is, told from its bytes: its name may say anything."""

from __future__ import annotations

import mmap
import re
import zipfile
from contextlib import suppress
from pathlib import Path

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.sources.grid import existing
from nahraum.sources.workbook import ENCRYPTED, OLE

HEAD = 4096
# Name's ending -> what the bytes may be.
EXPECTED = {
    ".csv": ("text", "json"),
    ".tsv": ("text", "json"),
    ".txt": ("text", "json"),
    ".gz": ("gzip",),
    ".xlsx": ("xlsx", "encrypted"),
    ".xlsm": ("xlsx", "encrypted"),
    ".xls": ("xls", "encrypted"),
    ".ods": ("ods",),
    ".sql": ("text",),
    ".json": ("json", "text"),
    ".geojson": ("json", "text"),
    ".gpkg": ("gpkg",),
    ".zip": ("shp",),
}
# What the bytes are -> its ending, where another name would make it readable.
ENDINGS = {
    "xlsx": ".xlsx",
    "xls": ".xls",
    "ods": ".ods",
    "gzip": ".csv.gz",
    "gpkg": ".gpkg",
    "shp": ".zip",
    "text": ".csv",
}
ENDINGS["json"] = ".json"
STARTS = (
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3\0", "gpkg"),
    (b"{\\rtf", "document"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
)
WORDS = {
    "program": gettext_noop("a program"),
    "pdf": gettext_noop("a PDF document"),
    "document": gettext_noop("a text document"),
    "picture": gettext_noop("a picture"),
    "archive": gettext_noop("an archive"),
    "html": gettext_noop("a web page"),
    "xml": gettext_noop("an XML file"),
    "xlsb": gettext_noop("a binary Excel workbook"),
    "gzip": gettext_noop("a compressed file (gzip)"),
    "gpkg": gettext_noop("a GeoPackage"),
    "shp": gettext_noop("a zipped Shapefile"),
    "xlsx": gettext_noop("an XLSX workbook"),
    "xls": gettext_noop("an XLS workbook"),
    "ods": gettext_noop("an ODS workbook"),
    "encrypted": gettext_noop("a document with a password"),
    "json": gettext_noop("a JSON file"),
    "text": gettext_noop("a text file"),
    "bytes": gettext_noop("no table"),
}
REMEDIES = {
    "html": gettext_noop("Open it in the spreadsheet program and save it as XLSX."),
    "xml": gettext_noop("Open it in the spreadsheet program and save it as XLSX."),
    "xlsb": gettext_noop("Open it in the spreadsheet program and save it as XLSX."),
    "pdf": gettext_noop(
        "Ask for what the document was made from: a table as XLSX or CSV, boundaries as GeoPackage or zipped Shapefile."
    ),
    "picture": gettext_noop("Ask for the table that the picture was made from, as XLSX or CSV."),
    "document": gettext_noop("Copy the table into the spreadsheet program and save it as XLSX."),
    "archive": gettext_noop(
        "Unpack it and deliver the table in it; if it should be a Shapefile, zip all its files anew."
    ),
    "program": gettext_noop("Do not open it; ask where it comes from."),
}


def content_of(path: Path) -> str:
    """Return what the bytes of a file are (a key of ``WORDS``), whatever its name."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_zip(path)
    if head.startswith(OLE):
        return _of_compound(path)
    found = next((kind for start, kind in STARTS if head.startswith(start)), "")
    return found or _of_text(head)


def _of_zip(path: Path) -> str:
    names: list[str] = []
    with suppress(zipfile.BadZipFile, OSError), zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    if any(name.lower().endswith(".shp") for name in names):
        return "shp"
    return "document" if "word/document.xml" in names else "archive"


def _of_compound(path: Path) -> str:
    """Tell Excel's old workbooks and protected ones from other files of the same container."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        if raw.find(ENCRYPTED) >= 0:
            return "encrypted"
        names = ("Workbook", "Book")
        return "xls" if any(raw.find(f"{name}\0".encode("utf-16-le")) >= 0 for name in names) else "document"


def _of_text(head: bytes) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16" if wide else "latin-1", "ignore").removeprefix("\xef\xbb\xbf").lstrip().lower()
    if b"\0" in head and not wide and head[1::2].count(0) * 3 < len(head):
        return "bytes"
    if re.match(r"<(!doctype html|html|head|body|table|meta|div)\b", text):
        return "html"
    if text.startswith("<?xml"):
        return "html" if "<html" in text else "xml"
    return "json" if re.match(r"[\[{]\s*([\"\[{]|$)", text) else "text"


def refuse_disguised(path: Path, name: str) -> None:
    """Refuse a file whose bytes are not what its name says; raises WrongRequest that says how to mend it."""
    existing(path, name)
    ending = Path(name).suffix.lower()
    if ending not in EXPECTED:
        known = _("CSV, XLSX, XLS, ODS, JSON, SQL; for areas GeoPackage, GeoJSON or a zipped Shapefile")
        message = _("“{name}”: files of this kind are not read. Deliver one of these: {known}.")
        raise WrongRequest(message.format(name=name, known=known))
    if path.stat().st_size == 0:
        raise WrongRequest(_("“{name}” is empty. Save or send it again.").format(name=name))
    kind = content_of(path)
    if kind == "encrypted":
        raise WrongRequest(
            _("“{name}” is protected by a password. Save it without a password, or as CSV.").format(name=name)
        )
    if kind in EXPECTED[ending]:
        return
    if kind in REMEDIES:
        remedy = _(REMEDIES[kind])
    elif kind in ENDINGS:
        remedy = _("Rename it so that it ends in {ending}, or save it again as {wanted}.").format(
            ending=ENDINGS[kind], wanted=ending.lstrip(".").upper()
        )
    else:
        remedy = _("Open it in the program that it comes from and save it again as XLSX or CSV.")
    found = _("“{name}” is not what its name says: it is {kind}.").format(name=name, kind=_(WORDS[kind]))
    raise WrongRequest(f"{found} {remedy}")
