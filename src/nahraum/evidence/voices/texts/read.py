"""One way in for every file that becomes a text: what it is, its content decides, not its name."""

from __future__ import annotations

from collections.abc import Callable

from nahraum.base import BadInput, Issue
from nahraum.evidence.voices.texts.draft import Paragraph, storable, under_headings
from nahraum.evidence.voices.texts.opendocument import read_opendocument
from nahraum.evidence.voices.texts.package import Package
from nahraum.evidence.voices.texts.pdf import read_pdf
from nahraum.evidence.voices.texts.plain import beginning, read_plain
from nahraum.evidence.voices.texts.rtf import read_rtf
from nahraum.evidence.voices.texts.survey import Answers, read_survey
from nahraum.evidence.voices.texts.terms import Text
from nahraum.evidence.voices.texts.told import LARGEST_MB, damaged, protected, refused
from nahraum.evidence.voices.texts.transcript import is_transcript, read_transcript
from nahraum.evidence.voices.texts.word import main_part, read_word

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"ID3", b"OggS", b"fLaC")
DOCUMENTS = {"docx": read_word, "odt": read_opendocument, "rtf": read_rtf}
TEXTS: dict[str, Callable[[str, bytes], Text]] = {"pdf": read_pdf, "vtt": read_transcript, "txt": read_plain}


def read(name: str, content: bytes, *, answers: Answers | None = None) -> tuple[Text, ...]:
    """Read a file into texts; with ``answers`` as a survey table (a text per row), else as one text.

    Reads TXT, Markdown, DOCX, ODT, PDF with text, RTF, SRT and WebVTT; survey tables in CSV, XLSX, XLS, ODS. Raises
    BadInput, which says how to mend it, for everything else and for what is empty, damaged, protected or too large.
    """
    name = storable(name)
    refuse_size(name, content)
    if answers is not None:
        return read_survey(name, content, answers)
    kind = kind_of(name, content)
    if kind in DOCUMENTS:
        return (under_headings(name, *document_of(name, content, kind)),)
    return (TEXTS[kind](name, content),)


def document_of(name: str, content: bytes, kind: str) -> tuple[list[Paragraph], list[Issue]]:
    """Return paragraphs and issues of a document of this kind (a key of ``DOCUMENTS``)."""
    try:
        return DOCUMENTS[kind](name, content)
    except RecursionError as error:  # elements in elements in elements
        raise damaged(name) from error


def kind_of(name: str, content: bytes) -> str:
    """Return what a file is: a key of ``DOCUMENTS`` or ``TEXTS``; raises BadInput for what is no text."""
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.lstrip()[:5] == b"{\\rtf":
        return "rtf"
    if content.startswith(ZIP):
        return _of_package(name, content)
    if content.startswith(OLE):
        raise protected(name) if ENCRYPTED in content else _unknown(name)
    if content.startswith(PICTURES):
        raise refused(
            "text-is-a-recording",
            message="The file is a picture or a recording, not a text.",
            remedy="Type in what is written or said, and keep the file beside that text.",
            file=name,
        )
    return "vtt" if is_transcript(beginning(content)) else "txt"


def refuse_size(name: str, content: bytes) -> None:
    """Refuse what is empty or too large to be coded as one text."""
    if not content:
        raise refused("text-empty", message="The file is empty.", remedy="Save or send it again.", file=name)
    if len(content) > LARGEST_MB << 20:
        raise refused(
            "text-too-large",
            message="The file has {size} MB; up to {most} MB are read.",
            remedy="Divide it, or leave out pictures.",
            file=name,
            size=len(content) >> 20,
            most=LARGEST_MB,
        )


def _of_package(name: str, content: bytes) -> str:
    package = Package(name, content)
    main = main_part(package)
    if main.startswith("xl/") or (not main and _mimetype(package).endswith(".spreadsheet")):
        raise refused(
            "text-is-a-table",
            message="The file is a table.",
            remedy="Import it as a survey table and choose the column of the answers.",
            file=name,
        )
    if main.startswith("word/"):
        return "docx"
    if _mimetype(package).startswith("application/vnd.oasis.opendocument.text"):
        return "odt"
    if "project.qde" in package.names:
        raise refused(
            "text-is-a-project",
            message="The file is a whole project of a coding program (REFI-QDA).",
            remedy="Import it as a project, so that codes and codings come with its texts.",
            file=name,
        )
    raise _unknown(name)


def _mimetype(package: Package) -> str:
    return package.raw("mimetype").decode("ascii", "replace").strip() if "mimetype" in package.names else ""


def _unknown(name: str) -> BadInput:
    return refused(
        "text-format-unknown",
        message="Files of this kind are not read.",
        remedy="Save it as DOCX, ODT, RTF, PDF or TXT, and import that copy.",
        file=name,
    )
