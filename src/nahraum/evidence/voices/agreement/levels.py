"""From codings to judgements: what counts as one unit when coders are compared.

A code is given or not given to a unit; units are whole texts, lines of a protocol, single characters, or the segments
that either coder marked. A text that a coder did not work on is no judgement of theirs: absent is not "not given".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.agreement.ratings import NOTHING, Ratings
from nahraum.evidence.voices.codings import Codings, Ints, in_kinds

GIVEN = (False, True)


def by_text(codings: Codings, code: int) -> Ratings:
    """Return who gave a code anywhere in each text."""
    found = codings.of(code)
    given = np.zeros(codings.worked.shape, dtype=np.int64)
    given[found.coder, found.text] = 1
    texts = len(codings.length)
    return _ratings(np.where(codings.worked, given, NOTHING), np.arange(texts), texts)


def by_line(codings: Codings, code: int, lines: Sequence[Sequence[tuple[int, int]]]) -> Ratings:
    """Return who gave a code to each line; ``lines``: start and end of the lines of each text, in their
    order and none empty.

    A coding that covers any character of a line counts for it.
    """
    return by_placed_line(codings, code, placed(codings, lines))


def placed(codings: Codings, lines: Sequence[Sequence[tuple[int, int]]]) -> tuple[Ints, Ints, Ints]:
    """Return start and end of all lines if all texts lie one after another, and the text of each."""
    of_text = np.repeat(np.arange(len(lines)), [len(each) for each in lines])
    spans = np.array([span for each in lines for span in each], dtype=np.int64).reshape(-1, 2)
    start, end = spans.T + begins_of(codings)[of_text]
    return start, end, of_text


def by_placed_line(codings: Codings, code: int, where: tuple[Ints, Ints, Ints]) -> Ratings:
    """Return the same as `by_line` for lines that were `placed`: many codes share that work.

    Looks only at the lines that a coding touches; of the others each text tells how many there are.
    """
    start, end, of_text = where
    found, texts = codings.of(code), len(codings.length)
    begin = begins_of(codings)[found.text]
    first = np.searchsorted(end, begin + found.start, side="right")
    count = np.maximum(np.searchsorted(start, begin + found.end) - first, 0)
    touched, at = np.unique(_runs(first, count), return_inverse=True)
    given = np.zeros((len(codings.worked), len(touched) + texts), dtype=np.int64)
    given[np.repeat(found.coder, count), at] = 1
    text = np.concatenate([of_text[touched], np.arange(texts)])
    others = np.bincount(of_text, minlength=texts) - np.bincount(of_text[touched], minlength=texts)
    times = np.concatenate([np.ones_like(touched), others])
    codes = np.where(codings.worked[:, text], given, NOTHING)
    kept = times > 0
    return _ratings(codes[:, kept], text[kept], texts, times[kept])


def lines_of(text: str) -> list[tuple[int, int]]:
    """Return start and end of the lines that hold more than blanks: nobody codes or leaves out an empty one."""
    found, start = [], 0
    for words in text.split("\n"):
        if words.strip():
            found.append((start, start + len(words)))
        start += len(words) + 1
    return found


def by_character(codings: Codings, code: int) -> Ratings:
    """Return who gave a code to each character; stretches in which nothing changes are one pattern, counted often."""
    begins = begins_of(codings)
    cuts, covered = covered_by(codings.of(code), begins)
    of_text = np.searchsorted(begins, cuts[:-1], side="right") - 1
    codes = np.where(codings.worked[:, of_text], covered, NOTHING)
    return _ratings(codes, of_text, len(codings.length), np.diff(cuts))


def by_segment(codings: Codings, code: int, *, overlap: float = 0.9) -> Ratings:
    """Return for each segment of two coders whether the other marked the same: their overlap over what both cover
    together reaches ``overlap`` (0 to 1). Texts that only one of them coded do not count.

    There is no unit that both left out, so only percent agreement and Brennan-Prediger over all codes make sense.
    """
    if len(codings.worked) != 2:
        raise WrongRequest(_("Segments are compared between two coders."))
    if not 0 < overlap <= 1:
        raise WrongRequest(_("The overlap lies above 0 and up to 100 %."))
    found = codings.of(code)
    both = np.logical_and(codings.worked[0], codings.worked[1])[found.text]
    begin = begins_of(codings)[found.text]
    start, end = begin + found.start, begin + found.end
    one, two = (np.flatnonzero(both & (found.coder == coder)) for coder in (0, 1))
    left, right = _touching(start, end, one, two[np.argsort(start[two], kind="stable")])
    together = np.minimum(end[left], end[right]) - np.maximum(start[left], start[right])
    same = together / (end[left] - start[left] + end[right] - start[right] - together) >= overlap
    hit = np.zeros(len(found), dtype=bool)
    hit[left[same]] = hit[right[same]] = True
    patterns = (both & hit, both & ~hit & (found.coder == 0), both & ~hit & (found.coder == 1))
    groups = np.stack([np.bincount(found.text[each], minlength=len(found.length)) for each in patterns], axis=1)
    return Ratings(GIVEN, np.array([[1, 1, 0], [1, 0, 1]]), groups.sum(axis=0).astype(float), groups.astype(float))


def _touching(start: Ints, end: Ints, one: Ints, two: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of segments that share a character; ``two`` in the order of their starts.

    Looks only at those that begin near enough: all pairs would be a hundred times as many in ten times the material.
    """
    longest = (end[two] - start[two]).max(initial=0)
    low = np.searchsorted(start[two], start[one] - longest, side="right")
    count = np.maximum(np.searchsorted(start[two], end[one]) - low, 0)
    left = np.repeat(one, count)
    right = two[_runs(low, count)]
    meet = end[right] > start[left]
    return left[meet], right[meet]


def _runs(first: Ints, count: Ints) -> Ints:
    """Return ``count`` numbers rising from each ``first``, one run after the other."""
    return np.arange(count.sum()) + np.repeat(first - np.cumsum(count) + count, count)


def begins_of(codings: Codings) -> Ints:
    """Return where each text begins if all lie one after another."""
    return np.concatenate([[0], np.cumsum(codings.length)[:-1]])


def covered_by(found: Codings, begins: Ints) -> tuple[Ints, NDArray[np.int64]]:
    """Return the places where something begins or ends, and between them who (C x pieces) marked it."""
    start, end = begins[found.text] + found.start, begins[found.text] + found.end
    cuts = np.unique(np.concatenate([begins, [begins[-1] + found.length[-1]], start, end]))
    change = np.zeros((len(found.worked), len(cuts)), dtype=np.int64)
    np.add.at(change, (found.coder, np.searchsorted(cuts, start)), 1)
    np.add.at(change, (found.coder, np.searchsorted(cuts, end)), -1)
    return cuts, (np.cumsum(change, axis=1)[:, :-1] > 0).astype(np.int64)


def _ratings(codes: Ints, of_text: Ints, texts: int, times: Ints | None = None) -> Ratings:
    """Return units with the same judgements put together, and how many of them stand in each text."""
    order, is_first = in_kinds(*codes)
    kinds = int(is_first.sum())
    cell = of_text[order] * kinds + np.cumsum(is_first) - 1
    often = np.bincount(cell, None if times is None else times[order], minlength=texts * kinds)
    groups = often.reshape(texts, kinds).astype(float)
    return Ratings(GIVEN, codes[:, order[is_first]], groups.sum(axis=0), groups)
