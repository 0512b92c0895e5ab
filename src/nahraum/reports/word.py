"""The report as DOCX: the same blocks, set in named styles that a city can replace by its own template."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import language
from nahraum.reports.blocks import Block, Bullets, Figure, Front, Heading, Listing, Paragraph, Quote, Table, Text
from nahraum.reports.pdf import FONTS
from nahraum.reports.stamp import Stamped, front_words, protection_words, stamp_words
from nahraum.reports.word_text import STYLES as OWN_STYLES
from nahraum.reports.word_text import add_contents, add_own

PPI = 130
CLOCK = (1980, 1, 1, 0, 0, 0)  # the only time a zip entry may carry here
TEXT_WIDTH_CM = 16.0
STYLES = ("Title", "Heading 1", "Heading 2", "Caption", "List Bullet", "Table Grid")
COMPOSED = ("Heading 3", "Heading 4", *OWN_STYLES)  # further ones that own chapters use


def docx_bytes(
    edition: Stamped, blocks: Iterable[Block], template: Path | None = None, front: Front | None = None
) -> bytes:
    """Return the document; ``template``: a DOCX whose styles (``STYLES``, ``COMPOSED``) and first pages are used;
    ``front``: version and co-signatures of a composed report, which also gets a table of contents.

    Raises WrongRequest for a template that is no DOCX.
    """
    document = _opened(template)
    imprint = edition.imprint
    properties = document.core_properties
    properties.title, properties.author, properties.language = imprint.title, imprint.publisher, language()
    properties.created = properties.modified = datetime.combine(imprint.date, time(12))
    properties.last_modified_by, properties.revision = imprint.publisher, 1
    _speak(document)
    document.add_paragraph(imprint.title, style="Title")
    document.add_paragraph(" · ".join(stamp_words(edition)))
    document.add_paragraph(protection_words(edition))
    document.sections[0].footer.paragraphs[0].text = " · ".join(stamp_words(edition))
    listed = list(blocks)
    if front is not None:
        for words in front_words(front):
            document.add_paragraph(words)
        add_contents(document, [block.text for block in listed if isinstance(block, Heading) and block.level == 1])
    pictures = _pictures([block.svg for block in listed if isinstance(block, Figure)])
    for block in listed:
        _add(document, block, pictures)
    stream = io.BytesIO()
    document.save(stream)
    return with_fixed_clock(stream.getvalue())


def _opened(template: Path | None) -> Any:
    """Open the template; styles that it lacks (Word adds many only when they are used) are added plainly."""
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE

    try:
        document = Document(str(template) if template else None)
    except (ValueError, KeyError, zipfile.BadZipFile, PackageNotFoundError) as error:
        message = _("{path} is no template for Word; give a .docx file.")
        raise WrongRequest(message.format(path=template)) from error
    known = {style.name for style in document.styles}
    for name in (*STYLES, *COMPOSED):
        if name not in known:
            kind = WD_STYLE_TYPE.TABLE if name == "Table Grid" else WD_STYLE_TYPE.PARAGRAPH
            document.styles.add_style(name, kind)
    # python-docx looks through all styles for each paragraph; a report has thousands
    document.part.get_style_id = cache(document.part.get_style_id)  # type: ignore[method-assign]
    # and through all paragraphs for the place before the last section, which is where each goes
    body = document._body._element  # noqa: SLF001 - there is no public way to say where
    body._insert_p = body._insert_tbl = body.get_or_add_sectPr().addprevious  # noqa: SLF001
    return document


def _speak(document: Any) -> None:
    """Name the language of the text, so that screen readers and spelling know it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = document.styles["Normal"].element.get_or_add_rPr()
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), "de-DE" if language() == "de" else "en-GB")
    properties.append(mark)


def _add(document: Any, block: Block, pictures: dict[str, bytes]) -> None:
    match block:
        case Heading():
            if block.new_page:
                document.add_page_break()
            document.add_heading(block.text, level=block.level)
        case Paragraph():
            document.add_paragraph(block.text)
        case Bullets():
            for item in block.items:
                document.add_paragraph(item, style="List Bullet")
        case Table():
            document.add_paragraph(block.caption, style="Caption")
            _table(document, block)
        case Text() | Listing() | Quote():
            add_own(document, block)
        case Figure():
            _picture(document, block, pictures[block.svg])


def _table(document: Any, block: Table) -> None:
    """Add a table whose header row is marked as such and repeated on every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    table = document.add_table(rows=1 + len(block.rows), cols=len(block.head), style="Table Grid")
    for number, (row, cells) in enumerate(zip(table.rows, (block.head, *block.rows), strict=True)):
        for column, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(words)
            run.bold, run.font.size = number == 0, Pt(8 if block.small else 9.5)
            if column in block.right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx has no public way to mark a header row
    document.add_paragraph()


def _picture(document: Any, block: Figure, png: bytes) -> None:
    from docx.shared import Cm

    paragraph = document.add_paragraph()
    shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Cm(TEXT_WIDTH_CM * block.width / 100))
    shape._inline.docPr.set("descr", block.alt)  # noqa: SLF001 - the alternative text has no public setter
    document.add_paragraph(block.caption, style="Caption")


def _pictures(svgs: list[str]) -> dict[str, bytes]:
    """Return a PNG for every SVG, set by Typst with the same fonts; all in one run."""
    import typst

    if not svgs:
        return {}
    with tempfile.TemporaryDirectory(prefix="nahraum-") as scratch:
        root = Path(scratch)
        for n, svg in enumerate(svgs):
            (root / f"{n}.svg").write_text(svg, "utf-8")
        pages = [
            f'#page(width: 16cm, height: auto, margin: 0pt)[#image("{n}.svg", width: 16cm)]' for n in range(len(svgs))
        ]
        (root / "all.typ").write_text("\n".join(pages), "utf-8")
        made = typst.compile(
            root / "all.typ", root=root, format="png", ppi=PPI, font_paths=[FONTS], ignore_system_fonts=True
        )
    pngs: list[bytes] = made if isinstance(made, list) else [made]  # type: ignore[unreachable]
    return dict(zip(svgs, pngs, strict=True))


def with_fixed_clock(content: bytes) -> bytes:
    """Return the same archive with one time in every entry, so that equal input gives equal bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
            new.writestr(zipfile.ZipInfo(name, CLOCK), old.read(name), zipfile.ZIP_DEFLATED)
    return stream.getvalue()
