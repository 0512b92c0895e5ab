"""How a file means its positions, decided from evidence: quotations kept beside them, and where words and lines end.

REFI-QDA counts Unicode code points; programs in the wild count UTF-16 units, or line ends as in another file, or name
the last character instead of the end (measured in ../shared/reference/refi_dialects.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from itertools import product
from typing import NamedTuple
from unicodedata import combining

import numpy as np
from numpy.typing import NDArray

from nahraum.evidence.voices.codings import Ints

DECISIVE = 3.0  # natural log: twenty to one
LEAST_QUOTE = 4  # characters; shorter names agree by chance
HIT, LOOSE, MISS, OUTSIDE, SPLIT = (math.log(p) for p in (0.9, 0.5, 0.02, 0.01, 0.02))
BLANKS = re.compile(r"\s+")
ELLIPSIS = ("…", "...")
OTHER = 0xFFFF
BLANK, LETTER, MARK = range(3)
# How well a border between two signs (before, after) may begin or end a stretch, 0 to 1: a stretch begins at a word; it
# ends where a blank follows, or a word before its mark, less surely between marks or before the next word.
BEGINS = np.array([[0.0, 1.0, 1.0], [0.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
ENDS = np.array([[0.0, 0.5, 0.5], [1.0, 0.0, 1.0], [1.0, 0.0, 0.6]])
INSIDE = np.array([[False, False, False], [False, True, False], [False, True, False]])  # borders that cut into a word
OURS = "Nahraum"  # our own files are read as they were written


class Newline(IntEnum):
    """How a line end counts: always as one, as in the file (CRLF as two), always as two."""

    ONE = 0
    AS_WRITTEN = 1
    TWO = 2


class Dialect(NamedTuple):
    """One way to mean positions; the standard's is the default."""

    utf16: bool = False
    newline: Newline = Newline.AS_WRITTEN
    bom_counts: bool = False
    inclusive: bool = False


STANDARD = Dialect()
DIALECTS = tuple(
    Dialect(*parts)
    for parts in product((False, True), (Newline.AS_WRITTEN, Newline.ONE, Newline.TWO), (False, True), (False, True))
)
# How much less likely each departure is before anything is seen, in natural logs.
DOUBTS = {"utf16": 0.5, "one": 0.5, "two": 3.0, "bom": 1.0, "inclusive": 1.0}


class Certainty(IntEnum):
    """What a choice stands on: nothing (the standard is assumed), word and line borders, quotations."""

    ASSUMED = 0
    BORDERS = 1
    QUOTATIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The dialect of one text; ``agreeing`` of ``quotations`` are covered exactly; ``borders``: ends at words."""

    dialect: Dialect
    certainty: Certainty
    agreeing: int = 0
    quotations: int = 0
    borders: float = math.nan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Written:
    """A text in our convention, and what its file had instead: ``crlf`` marks line ends that were two characters.

    ``wide``: whether some sign is two UTF-16 units; ``always_two``: whether every line end was two characters.
    """

    text: str
    bom: bool
    points: NDArray[np.uint32]
    wide: bool
    crlf: NDArray[np.bool_] | None
    always_two: bool

    def key(self, dialect: Dialect) -> Dialect:
        """Return the dialect reduced to what makes a difference in this text."""
        utf16 = dialect.utf16 and self.wide
        newline = dialect.newline
        if newline is Newline.ONE and self.crlf is None:
            newline = Newline.AS_WRITTEN
        if newline is Newline.TWO and (self.always_two or "\n" not in self.text):
            newline = Newline.AS_WRITTEN
        return Dialect(utf16, newline, dialect.bom_counts and self.bom, dialect.inclusive)


def as_written(text: str) -> Written:
    """Return a decoded file as it is kept: without BOM, lines ending in LF."""
    bom = text.startswith("\ufeff")
    text = text.removeprefix("\ufeff")
    crlf, always_two = None, False
    if "\r" in text:
        kept = text.replace("\r\n", "\n").replace("\r", "\n")
        # One mark per line end, in order, then put where the line ends stand.
        ends = np.array([end != "\n" and end != "\r" for end in re.findall("\r\n|\r|\n", text)], dtype=bool)
        always_two = bool(ends.all())
        if ends.any():
            crlf = np.zeros(len(kept), dtype=bool)
            crlf[_points(kept) == 10] = ends
        text = kept
    points = _points(text)
    return Written(
        text=text, bom=bom, points=points, wide=bool((points > 0xFFFF).any()), crlf=crlf, always_two=always_two
    )


def _points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


class Placed(NamedTuple):
    """Positions in our convention; ``outside`` of the text, or ``split``: amid a character or line end."""

    start: Ints
    end: Ints
    outside: NDArray[np.bool_]
    split: NDArray[np.bool_]


def edges_of(written: Written, dialect: Dialect) -> Ints:
    """Return, for every border between code points of our text, the position that the dialect gives it."""
    width = np.ones(len(written.points), dtype=np.int64)
    if dialect.utf16:
        width += written.points > 0xFFFF
    if dialect.newline is Newline.TWO:
        width += written.points == 10
    elif dialect.newline is Newline.AS_WRITTEN and written.crlf is not None:
        width += written.crlf
    begin = int(dialect.bom_counts and written.bom)
    return np.concatenate([[begin], begin + np.cumsum(width)])


def placed(written: Written, dialect: Dialect, start: Ints, end: Ints) -> Placed:
    """Bring positions of a dialect into our convention; those amid a character are widened to the whole of it."""
    edges = edges_of(written, dialect)
    last = len(edges) - 1
    first = np.searchsorted(edges, start, side="left")
    final = np.searchsorted(edges, end, side="left")
    outside = (start < edges[0]) | (end < edges[0]) | (first > last) | (final > last) | (start > end)
    first, final = np.minimum(first, last), np.minimum(final, last)
    split_start, split_end = edges[first] != start, edges[final] != end
    first = np.where(split_start & ~outside, first - 1, first)
    if dialect.inclusive:
        # The last character: its own begin is named. One amid it means the same character.
        final = np.where(split_end & ~outside, final, final + 1)
        outside |= final > last
        final = np.minimum(final, last)
    return Placed(first, final, outside, (split_start | split_end) & ~outside)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marked:
    """A text with the positions that a file gives for it, and for each what may quote the words there."""

    written: Written
    start: Ints
    end: Ints
    quotes: Sequence[tuple[str, ...]]


class _Seen(NamedTuple):
    """What speaks for one dialect in one text: log-likelihood, quotations that agree, share of borders."""

    score: float
    agreeing: int
    borders: float


def decide(marked: Sequence[Marked], origin: str = "") -> list[Choice]:
    """Choose a dialect for every text: by its own evidence, else by what the whole project speaks for.

    ``origin``: the program that wrote the file; it only tips the scales.
    """
    if origin.startswith(OURS):
        return [Choice(dialect=STANDARD, certainty=Certainty.QUOTATIONS) for _text in marked]
    seen = [_seen(text) for text in marked]
    pool = {d: _doubt(d, origin) for d in DIALECTS}
    for text, found in zip(marked, seen, strict=True):
        for dialect in DIALECTS:
            pool[dialect] += found[text.written.key(dialect)].score
    return [_choice(text.written, found, pool) for text, found in zip(marked, seen, strict=True)]


def _doubt(dialect: Dialect, origin: str) -> float:
    doubt = DOUBTS["inclusive"] * dialect.inclusive + DOUBTS["bom"] * dialect.bom_counts
    doubt += DOUBTS["two"] * (dialect.newline is Newline.TWO)
    utf16, one = DOUBTS["utf16"], DOUBTS["one"]
    doubt += utf16 * (dialect.utf16 != ("NVivo" in origin))
    doubt += one * ((dialect.newline is Newline.ONE) != ("ATLAS" in origin))
    return -doubt


def _choice(written: Written, seen: dict[Dialect, _Seen], pool: dict[Dialect, float]) -> Choice:
    best = max(found.score for found in seen.values())
    open_still = [d for d in DIALECTS if seen[written.key(d)].score >= best - DECISIVE]
    dialect = max(open_still, key=lambda d: pool[d])
    key = written.key(dialect)
    others = [pool[d] for d in open_still if written.key(d) != key]
    sure = not others or pool[dialect] - max(others) >= DECISIVE
    found = seen[key]
    quoted = max(other.agreeing for other in seen.values())
    certainty = Certainty.ASSUMED if not sure else Certainty.QUOTATIONS if found.agreeing else Certainty.BORDERS
    return Choice(dialect=key, certainty=certainty, agreeing=found.agreeing, quotations=quoted, borders=found.borders)


def _seen(marked: Marked) -> dict[Dialect, _Seen]:
    """Return what speaks for each dialect that makes a difference in this text."""
    written = marked.written
    keys = list(dict.fromkeys(written.key(dialect) for dialect in DIALECTS))
    at = {key: placed(written, key, marked.start, marked.end) for key in keys}
    quotes = _quotes(marked, at)
    kinds = np.concatenate([[BLANK], _kinds()[np.minimum(written.points, OTHER)], [BLANK]])
    seen = {}
    for key in keys:
        there = ~at[key].outside
        first, final = at[key].start[there], at[key].end[there]
        start, end = BEGINS[kinds[first], kinds[first + 1]], ENDS[kinds[final], kinds[final + 1]]
        if key.inclusive:  # counts for more only where the end as it stands would cut into a word
            bare = at[key._replace(inclusive=False)].end[there]
            before, after = kinds[bare], kinds[bare + 1]
            end = np.where(INSIDE[before, after], end, np.minimum(end, ENDS[before, after]))
        score = float(np.log(0.1 + 0.8 * start).sum() + np.log(0.1 + 0.8 * end).sum())
        score += OUTSIDE * int(at[key].outside.sum()) * 2 + SPLIT * int(at[key].split.sum())
        share = float(np.concatenate([start, end]).mean()) if there.any() else math.nan
        seen[key] = _Seen(score + quotes[key][0], quotes[key][1], share)
    return seen


@cache
def _kinds() -> NDArray[np.int8]:
    """Return the kind of every sign of the basic plane; emoji and rare scripts beyond it count as marks."""
    signs = map(chr, range(OTHER))
    return np.array(
        [BLANK if s.isspace() else LETTER if s.isalnum() or combining(s) else MARK for s in signs] + [MARK], np.int8
    )


def _quotes(marked: Marked, at: dict[Dialect, Placed]) -> dict[Dialect, tuple[float, int]]:
    """Return log-likelihood and number of quotations; what agrees under no dialect is a remark, no quotation."""
    score, agreeing = dict.fromkeys(at, 0.0), dict.fromkeys(at, 0)
    for row, texts in enumerate(marked.quotes):
        for quote in {text for text in texts if len(text.strip()) >= LEAST_QUOTE}:
            agrees = _agreement(quote)
            found = {}
            for key, there in at.items():
                if not there.outside[row]:
                    found[key] = agrees(marked.written.text[there.start[row] : there.end[row]])
            if not any(value > MISS for value in found.values()):
                continue
            for key in at:
                value = found.get(key, MISS)
                score[key] += value
                agreeing[key] += value == HIT
    return {key: (score[key], agreeing[key]) for key in at}


def _agreement(quote: str) -> Callable[[str], float]:
    """Return a function that says how well words agree with a quotation, which may be shortened at its end."""
    wanted = BLANKS.sub(" ", quote)
    short = next((wanted.rstrip().removesuffix(dots) for dots in ELLIPSIS if wanted.rstrip().endswith(dots)), None)

    def agreement(words: str) -> float:
        plain = BLANKS.sub(" ", words)
        if plain == wanted:
            return HIT
        if plain.strip() == wanted.strip() or (short and len(short) >= LEAST_QUOTE and plain.startswith(short)):
            return LOOSE
        return MISS

    return agreement
