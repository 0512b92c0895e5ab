"""Plain text and Markdown: which encoding it is, and the sections under Markdown's headings."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

from nahraum.base import BadInput, Issue, Severity
from nahraum.evidence.voices.texts.draft import Draft
from nahraum.evidence.voices.texts.terms import Segment, Text
from nahraum.evidence.voices.texts.told import refused, told

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, which starts alike
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*)$", re.MULTILINE)
CONTROLS = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MOST_CONTROLS = 0.01  # share of the characters from which on it is no text
# Umlauts and quotation marks of UTF-8 that a program took for Windows' western encoding and saved again.
GARBLED = re.compile("Ã[¤¶¼Ÿ„–œ]|â€[œžš™“]|â‚¬")


def read_plain(name: str, content: bytes) -> Text:
    """Read plain text or Markdown as it stands; raises BadInput where it is no text or in no known encoding."""
    text, issues = decoded(name, content)
    draft = Draft(name=name, issues=issues)
    draft.add(text)
    made = draft.finish()
    sections = list(HEADING.finditer(made.text))
    ends = [section.start() - 1 for section in sections[1:]] + [len(made.text)]
    segments = (
        Segment(start=section.start(), end=end, heading=section[1].rstrip("# \t"))
        for section, end in zip(sections, ends, strict=False)  # without sections, one end is left over
    )
    return replace(made, segments=tuple(segments))


def beginning(content: bytes, size: int = 4000) -> str:
    """Return the first characters, whatever in them cannot be read: enough to tell what a file is."""
    bom, encoding = _marked(content)
    return content[len(bom) : size].decode(encoding, "ignore")


def decoded(name: str, content: bytes) -> tuple[str, list[Issue]]:
    """Decode by byte order mark, else as UTF-8, else as Windows-1252, which is told.

    Windows-1252 only where nothing before the first wrong byte spoke for UTF-8. Raises BadInput with the line.
    """
    bom, encoding = _marked(content)
    raw, issues = content[len(bom) :], []
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        row = raw[: error.start].decode(encoding, "ignore").count("\n") + 1
        if bom or not raw[: error.start].isascii():
            raise _undecodable(name, row, encoding) from error
        text = _western(name, raw)
        issues.append(told(_assumed(), name, row=row))
    _refuse_binary(name, text)
    garbled = GARBLED.search(text) if "Ã" in text or "â" in text else None
    if garbled:
        issues.append(told(_garbled(), name, row=text.count("\n", 0, garbled.start()) + 1, value=garbled[0]))
    return text, issues


def _marked(content: bytes) -> tuple[bytes, str]:
    return next(((bom, encoding) for bom, encoding in BOMS if content.startswith(bom)), (b"", "utf-8"))


def _western(name: str, raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _undecodable(name, raw.count(b"\n", 0, error.start) + 1, "Windows-1252") from error


def _refuse_binary(name: str, text: str) -> None:
    if len(CONTROLS.findall(text)) > MOST_CONTROLS * len(text):
        raise refused(
            "text-not-a-text",
            message="The file is not a text.",
            remedy="Import TXT, Markdown, DOCX, ODT, RTF, PDF, SRT or VTT. Plain texts are best saved as UTF-8.",
            file=name,
        )


def _undecodable(name: str, row: int, encoding: str) -> BadInput:
    return refused(
        "text-undecodable",
        message="The file cannot be read as {encoding} from row {at} on.",
        remedy="Open it in the program that it comes from and save it as UTF-8.",
        file=name,
        row=row,
        at=row,
        encoding=encoding.upper(),
    )


def _assumed() -> Issue:
    return Issue(
        code="text-encoding-assumed",
        severity=Severity.WARNING,
        message="The file is not UTF-8; it was read as Windows-1252.",
        remedy="Look at umlauts and quotation marks. If they are wrong, save the file as UTF-8 and import it again.",
    )


def _garbled() -> Issue:
    return Issue(
        code="text-garbled",
        severity=Severity.WARNING,
        message="Letters look garbled: the file was saved in a wrong encoding before it came here.",
        remedy="Import the original; a text cannot be changed after the import.",
    )
