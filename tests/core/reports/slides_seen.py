"""Look at slides as a stranger would: does everything lie on them, does the text fit, is it all said to everybody?

Text is measured anew, with Pillow and the house's font, and independently of how the slides were cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from PIL import ImageFont
from pptx.util import Pt

from nahraum.reports.pdf import LETTERS

LINE, MARGIN, CELL_MARGIN = 1.2, 14.4, 14.4  # of a text frame and of a cell: 0.1 inch left and right


def texts(slide) -> list[str]:
    """Return the words of a slide in the order in which they are read."""
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def faults(show) -> list[str]:
    """Return what is wrong with slides, one sentence each."""
    titles: set[str] = set()
    found = []
    for number, slide in enumerate(show.slides, start=1):
        found += [f"{number}: {fault}" for fault in _of_slide(show, slide)]
        title = slide.shapes.title.text if slide.shapes.title is not None else ""
        if not title or title in titles:
            found.append(f"{number}: title missing or twice: {title}")
        titles.add(title)
    return found


def _of_slide(show, slide) -> Iterator[str]:
    shapes = list(slide.shapes)
    if shapes[0] != slide.shapes.title:
        yield "the title is not read first"
    if 'type="slidenum"' not in slide.part.blob.decode():
        yield "no number"
    elif "slidenum" not in shapes[-1]._element.xml:
        yield "the number is not read last"
    if not slide.has_notes_slide or not slide.notes_slide.notes_text_frame.text.strip():
        yield "no notes"
    boxes = []
    for shape in shapes:
        box = (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)
        if box[0] < 0 or box[1] < 0 or box[2] > show.slide_width or box[3] > show.slide_height:
            yield f"{shape.name} lies outside"
        if any(box[0] < x2 and x1 < box[2] and box[1] < y2 and y1 < box[3] for x1, y1, x2, y2 in boxes):
            yield f"{shape.name} lies over another"
        boxes.append(box)
        if shape.has_text_frame and _height(shape.text_frame, shape.width / Pt(1) - MARGIN) > shape.height / Pt(1):
            yield f"{shape.name}: text too long"
        if shape.has_table:
            yield from _of_table(shape)


def _of_table(shape) -> Iterator[str]:
    if not shape._element.nvGraphicFramePr.cNvPr.get("descr"):
        yield "no alternative text"
    if not shape.table.first_row:
        yield "no header row"
    for row in shape.table.rows:
        for cell, column in zip(row.cells, shape.table.columns, strict=True):
            if _height(cell.text_frame, column.width / Pt(1) - CELL_MARGIN) > row.height / Pt(1):
                yield f"cell too small: {cell.text[:20]}"


def _height(frame, width) -> float:
    height = 0.0
    for paragraph in frame.paragraphs:
        size = max((run.font.size / Pt(1) for run in paragraph.runs if run.font.size), default=18.0)
        if "<a:fld" in paragraph._p.xml:
            size = 12.0
        after = paragraph.space_after / Pt(1) if paragraph.space_after is not None else 0.0
        indent = int(paragraph._p.pPr.get("marL", 0)) / Pt(1) if paragraph._p.pPr is not None else 0.0
        height += len(_wrapped(paragraph.text, round(size), width - indent)) * size * LINE + after
    return height


@cache
def _font(size: int):
    return ImageFont.truetype(str(LETTERS), size * 10)


def _wrapped(text: str, size: int, width: float) -> list[str]:
    rows, row = [], ""
    for word in text.split():
        longer = f"{row} {word}".strip()
        if row and _font(size).getlength(longer) / 10 > width:
            rows.append(row)
            longer = word
        row = longer
    return [*rows, row]
