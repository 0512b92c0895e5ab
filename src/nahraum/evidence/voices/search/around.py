"""What lies around a hit: the words beside it, its sentence, its paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.search.find import Hits

ENDS = re.compile(r"[.!?…]+[\"'“”‘’«»)\]]*(?=\s)|\n")
SHORT = re.compile(
    "abs|allg|art|bd|bsp|bspw|bzgl|bzw|ca|dr|evtl|fam|ff|geb|gem|ggf|hr|hrsg|inkl|insb|jh|mind|mio|mrd|max|min|nr|"
    r"prof|rd|resp|sog|st|std|str|tel|usw|vgl|zzgl|\d\d|[^\W_]",
    re.IGNORECASE,
)


class Stretch(StrEnum):
    """How much of a text a code is proposed for."""

    HIT = "hit"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"


def window(text: str, start: int, end: int, width: int = 60) -> tuple[int, int]:
    """Return start and end of the hit with up to ``width`` characters on either side, cut only at blanks.

    What the hit stands in without a blank ("Bus" in "Bus-Haltestelle.") is kept whole. Does not leave the paragraph.
    """
    low, high = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    high = len(text) if high < 0 else high
    while start > low and not text[start - 1].isspace():
        start -= 1
    while end < high and not text[end].isspace():
        end += 1
    left, right = max(low, start - width), min(high, end + width)
    while low < left < start and not text[left - 1].isspace():
        left += 1
    while end < right < high and not text[right].isspace():
        right -= 1
    return left, right


def paragraphs(text: str) -> Ints:
    """Return start and end of every paragraph, P x 2: the lines that hold something, without blanks at their ends."""
    return _stripped(text, [found.end() for found in re.finditer("\n", text)])


def sentences(text: str) -> Ints:
    """Return start and end of every sentence, S x 2.

    A sentence ends with its paragraph, or with a full stop, question or exclamation mark before a blank - not after
    the usual abbreviations, single letters and ordinals (where in doubt two sentences stay one), and not where a small
    letter follows.
    """
    return _stripped(text, [found.end() for found in ENDS.finditer(text) if _is_end(text, found)])


def _is_end(text: str, found: re.Match[str]) -> bool:
    if found[0] == "\n":
        return True
    after = text[found.end() : found.end() + 20].lstrip(" \t\u00a0")
    if after[:1].islower():
        return False
    if found[0] != ".":
        return True
    before = re.search(r"[^\W_]*\Z", text[max(0, found.start() - 20) : found.start()])
    return not (before and SHORT.fullmatch(before[0]))


def _stripped(text: str, cuts: list[int]) -> Ints:
    found = []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        inside = text[start:end].strip()
        if inside:
            first = start + text[start:end].index(inside)
            found.append((first, first + len(inside)))
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def proposals(texts: Sequence[str], hits: Hits, stretch: Stretch) -> Hits:
    """Return the stretches to propose a code for, each once; ``texts``: all of the index in its order.

    A hit that runs over several sentences or paragraphs gets them all. Nothing is coded before a person confirms it.
    """
    found: set[tuple[int, int, int]] = set()
    for number in np.unique(hits.text).tolist():
        here = hits.text == number
        start, end = hits.start[here], hits.end[here]
        if stretch is not Stretch.HIT:
            units = sentences(texts[number]) if stretch is Stretch.SENTENCE else paragraphs(texts[number])
            start = units[np.searchsorted(units[:, 0], start, side="right") - 1, 0]
            end = units[np.searchsorted(units[:, 1], end), 1]
        found.update((number, *pair) for pair in zip(start.tolist(), end.tolist(), strict=True))
    columns = np.array(sorted(found), dtype=np.int64).reshape(-1, 3).T
    return Hits(*columns)
