"""What fits on a slide: words are measured, and what is too long continues on a further slide.

Measured with Fira Sans, which is wider than the fonts that PowerPoint and LibreOffice take for the slides' own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from nahraum.base.language import gettext as _
from nahraum.reports.blocks import Table
from nahraum.reports.pdf import LETTERS
from nahraum.reports.voices.deck import Point, Said, Slide, Style

WIDTH, HEIGHT = 960, 540  # points: 13.333 x 7.5 inches
LEFT, BODY_WIDTH = 48, 864
TITLE_TOP, TITLE_HEIGHT = 28, 84
BODY_TOP, BODY_HEIGHT = 124, 350
INDENT = 20
SIZES = {Style.TEXT: 20, Style.QUOTE: 20, Style.SOURCE: 14}
TITLE_SIZES = (32, 28, 24, 20, 16)
AFTER = 8  # points below a paragraph
CELL, CELL_PADDING = 14, (14.4, 9)  # size of words in tables; width and height that margins take
LINE = 1.2


def pages(slide: Slide) -> tuple[Slide, ...]:
    """Return a slide as slides that nothing runs out of; their titles say how many there are."""
    if slide.table is not None:
        parts = [replace(slide, table=replace(slide.table, rows=rows)) for rows in _cut_rows(slide.table)]
    else:
        parts = [replace(slide, points=points) for points in _cut_points(slide.points)]
    if len(parts) == 1:
        return (slide,)
    title = _("{title} ({n} of {count})")
    return tuple(
        replace(part, title=title.format(title=slide.title, n=n, count=len(parts)))
        for n, part in enumerate(parts, start=1)
    )


def title_size(title: str) -> int:
    """Return the size in which a title fits."""
    fits = (size for size in TITLE_SIZES if lines(title, size, BODY_WIDTH - 16) * size * LINE <= TITLE_HEIGHT)
    return next(fits, TITLE_SIZES[-1])


def height(point: Point) -> float:
    """Return how high a point is, in points."""
    return sum(lines(each.text, SIZES[each.style], _measure()) * SIZES[each.style] * LINE + AFTER for each in point)


def row_heights(table: Table) -> tuple[float, ...]:
    """Return how high each row of a table is, the header first, in points."""
    widths = column_widths(table)
    return tuple(
        max(lines(words, CELL, width - CELL_PADDING[0]) for words, width in zip(row, widths, strict=True)) * CELL * LINE
        + CELL_PADDING[1]
        for row in (table.head, *table.rows)
    )


def column_widths(table: Table) -> tuple[float, ...]:
    """Return the widths of a table's columns, in points."""
    relative = table.widths if len(table.widths) == len(table.head) else (1.0,) * len(table.head)
    return tuple(BODY_WIDTH * each / sum(relative) for each in relative)


def lines(text: str, size: float, width: float) -> int:
    """Return on how many lines a text stands; words longer than a line are broken."""
    count, used = 1, 0.0
    blank = _advance(" ") * size
    for word in text.split():
        long = sum(map(_advance, word)) * size
        if used and used + blank + long > width:
            count, used = count + 1, 0.0
        used += long + (blank if used else 0.0)
        while used > width:
            count, used = count + 1, used - width
    return count


def _measure() -> float:
    return BODY_WIDTH - INDENT - 16


@cache
def _advance(sign: str) -> float:
    """Return the width of a sign in parts of the size; signs that the font lacks count as wide."""
    widths, names, units = _metrics()
    name = names.get(ord(sign))
    return 1.0 if name is None else widths[name][0] / units


@cache
def _metrics():  # type: ignore[no-untyped-def]
    from fontTools.ttLib import TTFont

    font = TTFont(LETTERS)
    return font["hmtx"].metrics, font.getBestCmap(), font["head"].unitsPerEm


def _cut_points(points: Sequence[Point]) -> list[tuple[Point, ...]]:
    found: list[list[Point]] = [[]]
    free = float(BODY_HEIGHT)
    for point in (part for each in points for part in _short(each)):
        if found[-1] and height(point) > free:
            found.append([])
            free = float(BODY_HEIGHT)
        found[-1].append(point)
        free -= height(point)
    return [tuple(each) for each in found]


def _short(point: Point) -> Iterator[Point]:
    """Yield a point, in parts where it is longer than a slide; every part keeps what stands below, its source."""
    if height(point) <= BODY_HEIGHT:
        yield point
        return
    first, rest = point[0], point[1:]
    words, taken = first.text.split(" "), 0
    while taken < len(words):
        step = len(words) - taken
        while step > 1 and height((_part(first, words, taken, step), *rest)) > BODY_HEIGHT:
            step = max(1, step * 3 // 4)
        yield (_part(first, words, taken, step), *rest)
        taken += step


def _part(said: Said, words: Sequence[str], first: int, count: int) -> Said:
    before, after = "… " if first else "", " …" if first + count < len(words) else ""
    return replace(said, text=before + " ".join(words[first : first + count]) + after)


def _cut_rows(table: Table) -> list[tuple[tuple[str, ...], ...]]:
    head, *rows = row_heights(table)
    found: list[list[tuple[str, ...]]] = [[]]
    free = BODY_HEIGHT - head
    for row, high in zip(table.rows, rows, strict=True):
        if found[-1] and high > free:
            found.append([])
            free = BODY_HEIGHT - head
        found[-1].append(row)
        free -= high
    return [tuple(each) for each in found]
