"""Documents that are zip archives of XML, opened so that no file can harm: nothing is unpacked to disk."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from typing import IO, Any

from nahraum.evidence.voices.texts.told import damaged, refused, too_many

LARGEST = 64 << 20  # unpacked bytes of XML that are read of one document; a protocol of 300 pages has 3 MB
MOST_MARKS = 1_000_000  # beginnings and ends of elements, and attributes; a protocol of 300 pages has 100,000
MOST_LISTED = 4 << 20  # bytes of the list of an archive's parts: enough for 10,000
UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(OSError, EOFError, KeyError, ValueError, RuntimeError, NotImplementedError, OverflowError),
)


def listed(stream: IO[bytes]) -> int:
    """Return how long an archive's list of its parts is, in bytes; 0 where there is none.

    To be asked before the archive is opened: then Python makes an object of every part, ten times as large.
    """
    # Private, but as it was since Python 2.6; it knows archives of any size.
    end = zipfile._EndRecData(stream)  # type: ignore[attr-defined] # noqa: SLF001
    return int(end[zipfile._ECD_SIZE]) if end else 0  # type: ignore[attr-defined] # noqa: SLF001


class Package:
    """A zip archive whose parts are read one by one, up to a limit that its own figures cannot lift."""

    def __init__(self, name: str, content: bytes) -> None:
        self._file, self._left, self._marks = name, LARGEST, MOST_MARKS
        try:
            if listed(io.BytesIO(content)) > MOST_LISTED:
                raise too_many(name, MOST_MARKS)
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            self.names = tuple(self._archive.namelist())
        except BROKEN as error:
            raise damaged(name) from error

    def raw(self, part: str) -> bytes:
        """Return the bytes of a part; raises BadInput where it is missing, damaged or absurdly large."""
        try:
            with self._archive.open(part) as stream:
                found = stream.read(self._left + 1)
        except BROKEN as error:
            raise damaged(self._file) from error
        self._left -= len(found)
        if self._left < 0:
            raise refused(
                "text-zip-bomb",
                message="The file unpacks to more than {most} MB; that is no ordinary document.",
                remedy="Ask where the file comes from. Divide a very large document.",
                file=self._file,
                most=LARGEST >> 20,
            )
        return found

    def xml(self, part: str) -> Any:
        """Return the root element of a part.

        Raises BadInput also for a document type, which may hide entities, and for more elements than a document has:
        each takes twenty times its room once it is opened.
        """
        from lxml import etree  # type: ignore[import-untyped]

        raw = self.raw(part)
        self._marks -= raw.count(b"<") + raw.count(b"=")
        if self._marks < 0:
            raise too_many(self._file, MOST_MARKS)
        parser = etree.XMLParser(
            # The two encodings that XML of documents has: in no other one is counted what is opened.
            encoding="utf-16" if raw.startswith(UTF16) else "utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(raw, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise damaged(self._file) from error
        if root.getroottree().docinfo.doctype:
            raise refused(
                "text-doctype",
                message="The document declares entities of its own (DOCTYPE), as no word processor does.",
                remedy="Ask where the file comes from.",
                file=self._file,
            )
        return root


def local(element: Any) -> str:
    """Return the name of an element without its namespace (two of them are in use for the same format)."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Any, name: str) -> str:
    """Return the value of an attribute, whatever its namespace; empty where there is none."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")
