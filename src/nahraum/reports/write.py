"""Write a report whole or not at all: into a temporary neighbour first, then renamed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import speaking
from nahraum.evidence.indicators.edition import Edition
from nahraum.reports.blocks import Block, Front
from nahraum.reports.stamp import Stamped

FORMATS = (".pdf", ".docx", ".xlsx", ".json")


def write_report(edition: Edition, path: Path, *, template: Path | None = None) -> None:
    """Write the edition's report; the ending decides: PDF, DOCX, XLSX, or JSON for a web page.

    ``template``: a DOCX with the city's own styles. The report speaks the edition's language. Raises WrongRequest
    for another ending.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        message = _("A report is written as {known}; the file name ends with “{ending}”.")
        raise WrongRequest(message.format(known=", ".join(FORMATS), ending=ending))
    with speaking(edition.imprint.language):
        content = _content(edition, ending, template)
    write_whole(path, content)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; an existing one is replaced only once the new one is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.nahraum")  # always the same: a killed run's is written over
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _content(edition: Edition, ending: str, template: Path | None) -> bytes:
    from nahraum.reports.chapters import chapters

    if ending != ".xlsx":
        return printed(edition, chapters(edition), ending, template=template)
    from nahraum.reports.workbook import xlsx_bytes

    return xlsx_bytes(edition)


def printed(
    edition: Stamped,
    blocks: Iterable[Block],
    ending: str,
    *,
    template: Path | None = None,
    front: Front | None = None,
) -> bytes:
    """Return blocks as PDF, DOCX or JSON, without signs that nobody could read; ``front``: of a composed report."""
    from nahraum.reports.legible import legible, letters_of

    if ending == ".pdf":
        from nahraum.reports.pdf import LETTERS, pdf_bytes

        letters = letters_of(LETTERS)
        shown = replace(edition, imprint=legible(edition.imprint, letters))
        return pdf_bytes(shown, (legible(block, letters) for block in blocks), legible(front, letters))
    shown = replace(edition, imprint=legible(edition.imprint))
    if ending == ".json":
        from nahraum.reports.web import web_bytes

        return web_bytes(shown, map(legible, blocks), legible(front))
    from nahraum.reports.word import docx_bytes

    return docx_bytes(shown, map(legible, blocks), template, legible(front))
