"""Bytes become text: which encoding it is, whether letters are garbled, compressed or not, in pieces."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from nahraum.sources.grid import refused

PIECE = 2 << 20  # larger pieces are not faster, but need more memory
HARMLESS = 256 << 20  # unpacked bytes below which no ratio is suspicious
RATIO = 300  # unpacked to packed bytes; tables stay below 100
MOJIBAKE = re.compile("Ã[¤¶¼Ÿ„–œ\u0084\u0096\u009c\u009f]|â‚¬|â€[œžž“”]|\ufffd|[A-Za-z][„”™\u0081\u0084\u0094][a-z]")
# What offices write. Python knows many more, among them slow ones (punycode), ones that hide signs (utf-7) and ones
# that are no encoding of texts (zlib).
ENCODINGS = frozenset(
    (
        *("ascii", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "mac-roman"),
        *("cp1252", "cp1250", "cp1254", "cp437", "cp850", "cp852", "cp858"),
        *("iso8859-1", "iso8859-2", "iso8859-9", "iso8859-15"),
    )
)
QUICK = ("Ã", "â", "\ufffd", "„", "”", "™", "\u0081", "\u0084", "\u0094")


@dataclass(kw_only=True)
class Decoding:
    """How a file is decoded; ``encoding`` is what the project says, or what was found out while reading."""

    file: str
    encoding: str = ""


def text_pieces(path: Path, decoding: Decoding, size: int = PIECE) -> Iterator[str]:
    """Yield a file's text in pieces, line ends as ``\\n``; a byte order mark is taken away.

    Without a given encoding: by byte order mark, else UTF-8 as long as it is valid, else Windows-1252. Raises
    BadInput where the bytes fit no single encoding, where letters are garbled and where the file is no text.
    """
    given = bool(decoding.encoding)
    decoder: codecs.IncrementalDecoder | None = None
    only_ascii, row, ends = True, 1, _LineEnds()
    for raw, last in _raw_pieces(path, decoding.file, size):
        if decoder is None:
            decoding.encoding = decoding.encoding or marked(raw, decoding.file)
            decoder = _decoder(decoding)
        pending = decoder.getstate()[0]
        try:
            text = decoder.decode(raw, last)
        except UnicodeDecodeError as error:
            raw = pending + raw
            # Only where nothing so far spoke for UTF-8 may the file be Windows' western encoding instead.
            if given or not only_ascii or decoding.encoding != "utf-8" or not raw[: error.start].isascii():
                raise _undecodable(decoding, row + raw.count(b"\n", 0, error.start)) from error
            decoding.encoding = "cp1252"
            decoder = _decoder(decoding)
            try:
                text = decoder.decode(raw, last)
            except UnicodeDecodeError as other:
                raise _undecodable(decoding, row + raw.count(b"\n", 0, other.start)) from other
        only_ascii = only_ascii and text.isascii()
        if not text.isascii():
            _refuse_garbled(text, decoding, row)
        text = ends.plain(text, last=last)
        row += text.count("\n")
        yield text


class _LineEnds:
    """Line ends of every system become ``\\n``, also where a piece ends between the two signs of one."""

    def __init__(self) -> None:
        self._held = ""
        self._alone: str | None = None

    def plain(self, text: str, *, last: bool) -> str:
        text, self._held = self._held + text, ""
        if text.endswith("\r") and not last:
            text, self._held = text[:-1], "\r"
        if "\r" not in text:
            return text
        text = text.replace("\r\n", "\n")
        if self._alone is None:
            # Old Macs end lines with a carriage return; between other line ends it is a stray sign in a cell.
            self._alone = " " if "\n" in text else "\n"
        return text.replace("\r", self._alone)


def marked(sample: bytes, file: str) -> str:
    """Return the encoding that the first bytes tell; refuses what is no text."""
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = sample[:4096]
    if b"\x00" in head:
        if head.count(b"\x00", 1) * 3 > len(head) and not any(head[0::2][n] == 0 for n in range(len(head) // 2)):
            return "utf-16-le"
        raise refused(
            "not-a-table",
            message="The file is not a text file.",
            remedy="Deliver CSV. If it is a workbook, its name must end in .xlsx, .xls or .ods.",
            file=file,
        )
    return "utf-8"


def _decoder(decoding: Decoding) -> codecs.IncrementalDecoder:
    try:
        codec = codecs.lookup(decoding.encoding)
    except (LookupError, ValueError) as error:
        raise _undecodable(decoding, 0) from error
    if codec.name not in ENCODINGS or codec.incrementaldecoder is None:
        raise _undecodable(decoding, 0)
    return codec.incrementaldecoder()


def _undecodable(decoding: Decoding, row: int) -> Exception:
    return refused(
        "encoding-wrong",
        message="The file cannot be read as {encoding}.",
        remedy="Save the file again as UTF-8 (“CSV UTF-8”), or name the encoding that it was saved in, "
        "for instance cp1252.",
        file=decoding.file,
        row=row,
        encoding=decoding.encoding,
    )


def _refuse_garbled(text: str, decoding: Decoding, row: int) -> None:
    if not any(sign in text for sign in QUICK):
        return
    found = MOJIBAKE.search(text)
    if found:
        start = text.rfind("\n", 0, found.start()) + 1
        around = text[max(start, found.start() - 12) : found.end() + 12].split("\n")[0]
        raise refused(
            "encoding-garbled",
            message="Letters are garbled; the file was saved in another encoding than {encoding}.",
            remedy="Save the file again as UTF-8 (“CSV UTF-8”), or name the encoding that it was saved in.",
            file=decoding.file,
            row=row + text.count("\n", 0, found.start()),
            value=around,
            encoding=decoding.encoding,
        )


def _raw_pieces(path: Path, file: str, size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield bytes and whether they are the last; a compressed file is unpacked on the way."""
    packed = max(path.stat().st_size, 1)
    stream: IO[bytes]
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:  # type: ignore[assignment]
        try:
            piece, done = stream.read(size), 0
            while True:
                following = stream.read(size) if piece else b""
                done += len(piece)
                if path.suffix == ".gz" and done > HARMLESS and done / packed > RATIO:
                    raise refused(
                        "zip-bomb",
                        message="The file unpacks from {packed} to {size} MB; that is no ordinary table.",
                        remedy="Ask where the file comes from. Deliver a large table as CSV.",
                        file=file,
                        size=done >> 20,
                        packed=f"{packed / (1 << 20):.1f}",
                    )
                yield piece, not following
                if not following:
                    return
                piece = following
        except (OSError, EOFError, zlib.error) as error:
            raise refused(
                "file-damaged", message="The compressed file is damaged.", remedy="Pack it again.", file=file
            ) from error
