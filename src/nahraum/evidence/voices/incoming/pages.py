"""Where a rectangle on a page of a PDF stands in the PDF's text: at its words, on its page, or in a line of its own.

Nothing is guessed. Words must stand exactly once in the text, else on the page; pages are known only where the text
divides them (form feeds) and the file tells whether it counts them from 0 or 1; whatever has no place so gets a line
behind the text, so that no sign of it moves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from nahraum.base.language import gettext as _
from nahraum.evidence.voices.exchange.model import NOWHERE
from nahraum.evidence.voices.texts import Segment

Stretch = tuple[int, int]
FEED = "\f"
BLANKS = re.compile(r"\s+")
MOST = 1 << 31  # signs that are looked at for all boxes of a text; a hostile file could ask for far more


class How(IntEnum):
    """By what a rectangle found its place."""

    WORDS = 0
    PAGE = 1
    LINE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle: ``place``: page and two corners as the file counts; ``words``: that lie in it, if the file says so;
    ``called``: what its line is called if it needs one.
    """

    place: tuple[int, ...]
    words: str
    called: str

    @property
    def page(self) -> int:
        """Return its page as the file counts."""
        return self.place[0]

    @property
    def said(self) -> str:
        """Say where it lies."""
        page, x, y, until, below = self.place
        return _("PDF, page {page}, rectangle from {x}, {y} to {until}, {below}, as the file counts.").format(
            page=page, x=x, y=y, until=until, below=below
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """A text with lines behind it that some boxes needed; for each box its stretch, and how it was found."""

    text: str
    places: tuple[Stretch, ...]
    how: tuple[How, ...]
    segments: tuple[Segment, ...]


def paged(text: str, boxes: Sequence[Box]) -> Paged:
    """Return where boxes stand in the text of a PDF, which may be empty."""
    pages, words = _pages(text), _Words(text)
    once = [words.of(box.words) for box in boxes]
    first = _first(boxes, once, pages)
    places: list[Stretch] = []
    how: list[How] = []
    pieces, length = [text], len(text)
    segments = [Segment(start=start, end=end, page=n) for n, (start, end) in enumerate(pages, 1) if start < end]
    for box, found in zip(boxes, once, strict=True):
        n = box.page - first if first != NOWHERE else NOWHERE
        page = pages[n] if 0 <= n < len(pages) else (0, 0)
        place = found or (words.of(box.words, page) if page[0] < page[1] else None)
        if place:
            places.append(place)
            how.append(How.WORDS)
        elif page[0] < page[1]:
            places.append(page)
            how.append(How.PAGE)
        else:
            if length and not pieces[-1].endswith("\n"):
                pieces.append("\n")
                length += 1
            line = " ".join((box.words or box.called).split()) or _("Rectangle of a page")
            places.append((length, length + len(line)))
            segments.append(Segment(start=length, end=length + len(line), page=max(n + 1, 0)))
            how.append(How.LINE)
            pieces.append(line)
            length += len(line)
    return Paged(text="".join(pieces), places=tuple(places), how=tuple(how), segments=tuple(segments))


def _pages(text: str) -> list[Stretch]:
    """Return the pages without the blanks at their ends; none where nothing divides them."""
    if FEED not in text:
        return []
    found, at = [], 0
    for piece in text.removesuffix(FEED).split(FEED):
        inside = piece.strip()
        start = at + (len(piece) - len(piece.lstrip()) if inside else 0)
        found.append((start, start + len(inside)))
        at += len(piece) + 1
    return found


def _first(boxes: Sequence[Box], places: Sequence[Stretch | None], pages: Sequence[Stretch]) -> int:
    """Return the number that the file gives the first page, 0 or 1; NOWHERE where nothing tells, or pages are unknown.

    It tells by words that stand once, by a page 0, or by the last page that a text of so many can have.
    """
    if not pages:
        return NOWHERE
    begins = [start for start, _end in pages]
    once = [(box.page, place[0]) for box, place in zip(boxes, places, strict=True) if place]
    seen = {page - int(np.searchsorted(begins, at, side="right")) + 1 for page, at in once}
    seen |= {0 for box in boxes if box.page == 0}
    seen |= {1 for box in boxes if box.page == len(pages)}
    return seen.pop() if len(seen) == 1 and seen <= {0, 1} else NOWHERE


class _Words:
    """A text in which words are found whatever blanks stand between them; ``left``: signs that are still looked at."""

    def __init__(self, text: str) -> None:
        self._text = BLANKS.sub(" ", text)
        kept = np.ones(len(text), dtype=bool)
        for blank in BLANKS.finditer(text):
            kept[blank.start() + 1 : blank.end()] = False
        self._at = np.flatnonzero(kept)
        self._left = MOST

    def of(self, words: str, within: Stretch | None = None) -> Stretch | None:
        """Return where words stand whole (no letter goes on before or behind them), if that is exactly once."""
        wanted = " ".join(words.split())
        first, last = np.searchsorted(self._at, within or (0, self._at[-1] + 1 if len(self._at) else 0)).tolist()
        starts = self._starts(wanted, first, last) if wanted else iter(())
        n, again = next(starts, None), next(starts, None)
        return None if n is None or again is not None else self._place(n, n + len(wanted))

    def _place(self, start: int, end: int) -> Stretch:
        return int(self._at[start]), int(self._at[end - 1]) + 1

    def _starts(self, wanted: str, first: int, last: int) -> Iterator[int]:
        while self._left > 0:
            at = self._text.find(wanted, first, last)
            self._left -= (last if at == -1 else at + 1) - first
            if at == -1:
                return
            end, first = at + len(wanted), at + 1
            goes_on = self._text[max(at - 1, 0) : at].isalnum() and wanted[0].isalnum()
            if not goes_on and not (self._text[end : end + 1].isalnum() and wanted[-1].isalnum()):
                yield at
