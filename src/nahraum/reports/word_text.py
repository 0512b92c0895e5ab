"""The author's own text and the table of contents in a DOCX: runs, lists that count anew, quotations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from nahraum.base.language import gettext as _
from nahraum.reports.blocks import GAP, Listing, Own, Quote, Run, Text

BREAKS = frozenset("\t\n\r")  # Word has elements for them
DEEPEST = 3  # Word has styles for three levels of lists
STYLES = (
    "List Bullet 2",
    "List Bullet 3",
    "List Number",
    "List Number 2",
    "List Number 3",
    "List Continue",
    "List Continue 2",
    "List Continue 3",
    "Quote",
    "TOC Heading",
)


def add_own(document: Any, block: Own, style: str | None = None, depth: int = 0) -> None:
    """Add a paragraph, list or quotation; ``style`` is that of the surrounding list or quotation."""
    match block:
        case Text():
            _runs(_paragraph(document, style), block.runs)
        case Quote():
            for each in block.blocks:
                add_own(document, each, "Quote", depth)
        case Listing():
            _listing(document, block, min(depth + 1, DEEPEST))


def _listing(document: Any, block: Listing, depth: int) -> None:
    level = f" {depth}" if depth > 1 else ""
    style = ("List Number" if block.numbered else "List Bullet") + level
    number = _counting_from(document, style, block.start) if block.numbered else None
    for n, item in enumerate(block.items, start=block.start):
        for place, each in enumerate(item):
            if place or not isinstance(each, Text):
                add_own(document, each, f"List Continue{level}", depth)
                continue
            paragraph = _paragraph(document, style)
            if number is not None:
                properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001 - no public way to restart a list
                properties.get_or_add_numId().val = number
                properties.get_or_add_ilvl().val = 0
            elif block.numbered:
                paragraph.add_run(f"{n}. ")
            _runs(paragraph, each.runs)


def _counting_from(document: Any, style: str, start: int) -> int | None:
    """Return a numbering that begins anew with ``start``; None where the style (of a template) does not count."""
    properties = document.styles[style].element.pPr
    if properties is None or properties.numPr is None or properties.numPr.numId is None:
        return None
    numbering = document.part.numbering_part.element
    known = numbering.num_having_numId(properties.numPr.numId.val)
    fresh = numbering.add_num(known.abstractNumId.val)
    fresh.add_lvlOverride(ilvl=0).add_startOverride(start)
    return int(fresh.numId)


def _paragraph(document: Any, style: str | None) -> Any:
    """Add a paragraph. Written as Word stores it, like its runs: python-docx takes ten times as long for each, and a
    list of passages has tens of thousands.
    """
    from docx.enum.style import WD_STYLE_TYPE

    paragraph = document.add_paragraph()
    if id := document.part.get_style_id(style, WD_STYLE_TYPE.PARAGRAPH):
        _inside(_inside(paragraph._p, "w:pPr"), "w:pStyle").set(_named("w:val"), id)  # noqa: SLF001
    return paragraph


def _runs(paragraph: Any, runs: Sequence[Run]) -> None:
    for run in runs:
        if run.mark or BREAKS & set(run.text):
            _marked_run(paragraph, run)
            continue
        added = _inside(paragraph._p, "w:r")  # noqa: SLF001
        if run.bold or run.italic:
            looks = _inside(added, "w:rPr")
            for name in ("w:b",) * run.bold + ("w:i",) * run.italic:
                _inside(looks, name)
        words = _inside(added, "w:t")
        words.text = run.text
        if run.text != run.text.strip():
            words.set(_named("xml:space"), "preserve")


def _marked_run(paragraph: Any, run: Run) -> None:
    from docx.enum.text import WD_COLOR_INDEX

    added = paragraph.add_run(run.text)
    added.bold, added.italic = run.bold or None, run.italic or None
    if run.mark == GAP:
        added.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _inside(element: Any, name: str) -> Any:
    element.append(made := element.makeelement(_named(name)))
    return made


@cache
def _named(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(name)


def add_contents(document: Any, chapters: Sequence[str]) -> None:
    """Add a table of contents that Word completes with page numbers (F9); until then it lists the chapters."""
    document.add_paragraph(_("Contents"), style="TOC Heading")
    paragraph = document.add_paragraph()
    _field(paragraph, "begin")
    instruction = paragraph.add_run()
    _element(instruction, "w:instrText", text='TOC \\o "1-2" \\h \\z \\u')
    _field(paragraph, "separate")
    for n, title in enumerate(chapters):
        line = paragraph.add_run(title)
        if n + 1 < len(chapters):
            line.add_break()
    _field(paragraph, "end")


def _field(paragraph: Any, kind: str) -> None:
    _element(paragraph.add_run(), "w:fldChar", kind=kind)


def _element(run: Any, name: str, *, text: str = "", kind: str = "") -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    if kind:
        element.set(qn("w:fldCharType"), kind)
    if text:
        element.set(qn("xml:space"), "preserve")
        element.text = text
    run._r.append(element)  # noqa: SLF001 - python-docx has no public way to write a field
