"""A coded text in lines, and each line in the shortest pieces between which no coding begins or ends.

What is drawn from this grows with the boundaries, not with how often codings overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Stretch = tuple[int, int, int]  # start, end (code points, half-open), number of the category


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line in which the same codings lie.

    ``depth``: how many; ``top``: category of the shortest of them, -1 where there is none.
    """

    start: int
    end: int
    depth: int = 0
    top: int = -1


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its line end."""

    start: int
    end: int
    pieces: tuple[Piece, ...] = ()


def lines(text: str, codings: Sequence[Stretch]) -> Iterator[Line]:
    """Yield the lines of a text, each cut where codings begin and end; codings reach over line ends."""
    waiting = sorted(codings, reverse=True)
    here: list[Stretch] = []
    start = 0
    for words in text.split("\n"):
        end = start + len(words)
        while waiting and waiting[-1][0] < end:
            here.append(waiting.pop())
        here = [each for each in here if each[1] > start]
        yield Line(start, end, tuple(_pieces(start, end, here)))
        start = end + 1


def _pieces(start: int, end: int, codings: Sequence[Stretch]) -> Iterator[Piece]:
    """Cut a line; equal neighbours stay apart, since another coding begins or ends between them."""
    cuts = sorted({start, end, *(at for each in codings for at in each[:2] if start < at < end)})
    waiting = sorted(codings, reverse=True)
    open_: list[Stretch] = []
    for here, until in pairwise(cuts):
        open_ = [each for each in open_ if each[1] > here]
        while waiting and waiting[-1][0] <= here:
            each = waiting.pop()
            if each[1] > here:
                open_.append(each)
        top = min(open_, key=lambda each: (each[1] - each[0], each[2]))[2] if open_ else -1
        yield Piece(here, until, len(open_), top)
