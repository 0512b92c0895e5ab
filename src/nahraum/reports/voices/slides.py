"""Slides as PPTX: titles, alternative texts, reading order, slide numbers, and notes with the sources."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterable
from datetime import datetime, time
from pathlib import Path
from typing import Any

from nahraum.base.language import language, speaking
from nahraum.evidence.indicators.edition import Imprint
from nahraum.evidence.voices.coded import Coded
from nahraum.reports.blocks import Table
from nahraum.reports.legible import legible
from nahraum.reports.stamp import Stamp
from nahraum.reports.voices import fitting
from nahraum.reports.voices.deck import Point, Slide, Style, deck
from nahraum.reports.voices.quoting import stamp
from nahraum.reports.voices.told import Told
from nahraum.reports.word import with_fixed_clock
from nahraum.reports.write import write_whole

TITLE, CONTENT, TITLE_ONLY = 0, 1, 5  # layouts of the template that python-pptx brings
ACCENT, INK, GREY = "1F6283", "1B2733", "55626B"


def write_slides(coded: Coded, told: Told, imprint: Imprint, out: Path, *, least: int = 4) -> None:
    """Write the set of one space as PPTX, in the imprint's language."""
    write_whole(out, slides(coded, told, imprint, least=least))


def slides(coded: Coded, told: Told, imprint: Imprint, *, least: int = 4) -> bytes:
    """Return what `write_slides` writes; nothing of it lies on a disk meanwhile."""
    with speaking(imprint.language):
        carried = stamp(coded, imprint)
        return pptx_bytes(deck(coded, told, carried, least=least), carried)


def pptx_bytes(slides: Iterable[Slide], carried: Stamp) -> bytes:
    """Return slides as PPTX; what does not fit on one continues on the next. Equal input gives equal bytes."""
    from pptx import Presentation
    from pptx.util import Pt

    imprint = legible(carried.imprint)
    show = Presentation()
    show.slide_width, show.slide_height = Pt(fitting.WIDTH), Pt(fitting.HEIGHT)
    _lay_out(show)
    properties = show.core_properties
    properties.title, properties.author, properties.language = imprint.title, imprint.publisher, language()
    properties.last_modified_by, properties.revision = imprint.publisher, 1
    properties.created = properties.modified = datetime.combine(imprint.date, time(12))
    for number, slide in enumerate(page for each in slides for page in fitting.pages(legible(each))):
        _add(show, slide, is_first=number == 0)
    stream = io.BytesIO()
    show.save(stream)
    return with_fixed_clock(stream.getvalue())


def _lay_out(show: Any) -> None:
    """Place what the used layouts hold on the wide slide: title above, content below, number at the foot."""
    from pptx.util import Pt

    foot = (fitting.WIDTH - 48 - 120, fitting.HEIGHT - 44, 120, 28)
    places = {
        "TITLE": (fitting.LEFT, fitting.TITLE_TOP, fitting.BODY_WIDTH, fitting.TITLE_HEIGHT),
        "CENTER_TITLE": (fitting.LEFT, 130, fitting.BODY_WIDTH, 110),
        "SUBTITLE": (fitting.LEFT, 260, fitting.BODY_WIDTH, 200),
        "OBJECT": (fitting.LEFT, fitting.BODY_TOP, fitting.BODY_WIDTH, fitting.BODY_HEIGHT),
        "BODY": (fitting.LEFT, fitting.BODY_TOP, fitting.BODY_WIDTH, fitting.BODY_HEIGHT),
        "SLIDE_NUMBER": foot,
    }
    for holder in (show.slide_master, *show.slide_layouts):
        for shape in list(holder.placeholders):
            kind = shape.placeholder_format.type.name
            if kind in places:
                shape.left, shape.top, shape.width, shape.height = map(Pt, places[kind])
            elif kind in ("DATE", "FOOTER"):
                shape._element.getparent().remove(shape._element)  # noqa: SLF001 - python-pptx removes no shapes


def _add(show: Any, slide: Slide, *, is_first: bool) -> None:
    layout = show.slide_layouts[TITLE if is_first else TITLE_ONLY if slide.table else CONTENT]
    page = show.slides.add_slide(layout)
    page.shapes.title.text = slide.title
    size = 40 if is_first else fitting.title_size(slide.title)
    _set(page.shapes.title.text_frame, size, ACCENT, left=True)
    if slide.table is not None:
        _table(page, slide.table)
    else:
        _points(page.placeholders[1].text_frame, slide.points, bullets=not is_first)
    _number(page, layout)
    page.notes_slide.notes_text_frame.text = slide.notes


def _points(frame: Any, points: tuple[Point, ...], *, bullets: bool) -> None:
    from pptx.enum.text import MSO_AUTO_SIZE, PP_ALIGN
    from pptx.util import Pt

    frame.auto_size, frame.word_wrap = MSO_AUTO_SIZE.NONE, True
    paragraphs = [(said, n == 0) for point in points for n, said in enumerate(point)]
    for number, (said, leads) in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.space_before, paragraph.space_after, paragraph.line_spacing = Pt(0), Pt(fitting.AFTER), 1.0
        _indent(paragraph, bullet=bullets and leads and said.style is not Style.SOURCE)
        run = paragraph.add_run()
        run.text = said.text
        run.font.size, run.font.italic = Pt(fitting.SIZES[said.style]), said.style is Style.QUOTE
        _speak(run, GREY if said.style is Style.SOURCE else INK)


def _indent(paragraph: Any, *, bullet: bool) -> None:
    """Hang the paragraph; only what begins a point has a bullet."""
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - bullets have no public interface
    properties.set("marL", str(Pt(fitting.INDENT)))
    properties.set("indent", str(-Pt(fitting.INDENT) if bullet else 0))
    mark = properties.makeelement(qn("a:buChar") if bullet else qn("a:buNone"), {"char": "•"} if bullet else {})
    properties.append(mark)


def _table(page: Any, table: Table) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    heights = fitting.row_heights(table)
    place = (Pt(fitting.LEFT), Pt(fitting.BODY_TOP), Pt(fitting.BODY_WIDTH), Pt(sum(heights)))
    frame = page.shapes.add_table(1 + len(table.rows), len(table.head), *place)
    frame.name = table.caption
    frame._element.nvGraphicFramePr.cNvPr.set("descr", _alt(table))  # noqa: SLF001 - no public setter
    for column, width in zip(frame.table.columns, fitting.column_widths(table), strict=True):
        column.width = Pt(width)
    for row, high in zip(frame.table.rows, heights, strict=True):
        row.height = Pt(high)
    for n, words in enumerate((table.head, *table.rows)):
        for k, text in enumerate(words):
            cell = frame.table.cell(n, k)
            cell.text = text
            _set(cell.text_frame, fitting.CELL, "FFFFFF" if n == 0 else INK)
            if k in table.right:
                cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _alt(table: Table) -> str:
    """Say what a table shows: its caption and its columns."""
    return f"{table.caption} ({'; '.join(table.head)})"


def _set(frame: Any, size: int, colour: str, *, left: bool = False) -> None:
    from pptx.enum.text import MSO_AUTO_SIZE, PP_ALIGN
    from pptx.util import Pt

    frame.auto_size, frame.word_wrap = MSO_AUTO_SIZE.NONE, True
    for paragraph in frame.paragraphs:
        if left:
            paragraph.alignment = PP_ALIGN.LEFT
        for run in paragraph.runs:
            run.font.size = Pt(size)
            _speak(run, colour)


def _speak(run: Any, colour: str) -> None:
    """Give words their colour, and their language so that screen readers know it."""
    from pptx.dml.color import RGBColor

    run.font.color.rgb = RGBColor(*bytes.fromhex(colour))  # type: ignore[no-untyped-call]
    run._r.get_or_add_rPr().set("lang", "de-DE" if language() == "de" else "en-GB")  # noqa: SLF001 - no public setter


def _number(page: Any, layout: Any) -> None:
    """Put the slide's number at the end of the reading order; python-pptx leaves it in the layout."""
    for shape in layout.placeholders:
        if shape.placeholder_format.type.name == "SLIDE_NUMBER":
            page.shapes._spTree.append(copy.deepcopy(shape._element))  # noqa: SLF001 - no public way to copy a shape
