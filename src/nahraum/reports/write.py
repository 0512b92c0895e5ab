"""Write a report whole or not at all: into a temporary neighbour first, then renamed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import speaking
from nahraum.evidence.indicators.edition import Edition

FORMATS = (".pdf", ".docx", ".xlsx")


def write_report(edition: Edition, path: Path, *, template: Path | None = None) -> None:
    """Write the edition's report; the ending decides: PDF, DOCX or XLSX. ``template``: a DOCX with the city's own
    styles.

    The report speaks the edition's language. Raises WrongRequest for another ending. An existing file is replaced only
    once the new one is whole.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        message = _("A report is written as {known}; the file name ends with “{ending}”.")
        raise WrongRequest(message.format(known=", ".join(FORMATS), ending=ending))
    path.parent.mkdir(parents=True, exist_ok=True)
    with speaking(edition.imprint.language):
        content = _content(edition, ending, template)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _content(edition: Edition, ending: str, template: Path | None) -> bytes:
    from nahraum.reports.chapters import chapters

    if ending == ".pdf":
        from nahraum.reports.pdf import pdf_bytes

        return pdf_bytes(edition, chapters(edition))
    if ending == ".docx":
        from nahraum.reports.word import docx_bytes

        return docx_bytes(edition, chapters(edition), template)
    from nahraum.reports.workbook import xlsx_bytes

    return xlsx_bytes(edition)
