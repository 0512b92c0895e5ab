"""Codes that meet: in overlapping stretches, one inside the other, or in the same paragraph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum

import numpy as np

from nahraum.evidence.voices.codings import Codings, Ints
from nahraum.evidence.voices.search.around import paragraphs as lines_of

AT_ONCE = 2**24  # pairs that are compared at once: a text with ten thousand codings has a hundred million


class Meeting(StrEnum):
    """How two codings must lie to each other to count as met."""

    OVERLAP = "overlap"  # they share a character
    NESTING = "nesting"  # the one lies wholly in the other
    PARAGRAPH = "paragraph"  # they touch the same paragraph


def together(codings: Codings, codes: int, meeting: Meeting, paragraphs: Ints | None = None) -> Ints:
    """Return how many pairs of codings of two codes meet, codes x codes; each pair counts once, none with itself.

    For NESTING the cell [a, b] counts where a lies in b, so the table is not symmetric, and equal stretches lie in each
    other. ``paragraphs`` (for PARAGRAPH): N x 2, the first and last paragraph that each coding touches.
    """
    found: Ints = np.zeros((codes, codes), dtype=np.int64)
    for one, two in _pairs(codings, meeting, paragraphs):
        counts = np.bincount(codings.code[one] * codes + codings.code[two], minlength=codes * codes)
        found += counts.reshape(codes, codes)
    if meeting is not Meeting.NESTING:
        np.fill_diagonal(found, np.diagonal(found) // 2)  # a pair of the same code was seen from both sides
    return found


def met(codings: Codings, code: int, other: int, meeting: Meeting, paragraphs: Ints | None = None) -> Ints:
    """Return the numbers of the codings in the pairs that the cell [code, other] of `together` counts, in order."""
    asked = np.flatnonzero(np.isin(codings.code, (code, other)))
    here, touched = codings.where(asked), None if paragraphs is None else paragraphs[asked]
    found = [np.zeros(0, dtype=np.int64)]
    for one, two in _pairs(here, meeting, touched):
        fits = (here.code[one] == code) & (here.code[two] == other)
        found += [one[fits], two[fits]]
    return asked[np.unique(np.concatenate(found))]


def paragraphs_of(codings: Codings, text: Callable[[int], str]) -> Ints:
    """Return the first and last paragraph that each coding touches, N x 2, for the words of a text by its number.

    A paragraph is a line that holds something. What touches none has a number of its own: it meets nothing.
    """
    found = np.repeat(-1 - np.arange(len(codings)), 2).reshape(-1, 2)
    for number in np.unique(codings.text).tolist():
        here = np.flatnonzero(codings.text == number)
        lines = lines_of(text(number))
        first = np.searchsorted(lines[:, 1], codings.start[here], side="right")
        last = np.searchsorted(lines[:, 0], codings.end[here]) - 1
        touches = first <= last
        found[here[touches]] = np.stack([first, last], axis=1)[touches]
    return found


def _pairs(codings: Codings, meeting: Meeting, paragraphs: Ints | None) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs of codings of one text that meet; a pair is seen from both sides."""
    order = np.argsort(codings.text, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(codings.text[order])) + 1):
        first, last = (paragraphs[group].T if meeting is Meeting.PARAGRAPH and paragraphs is not None
                       else (codings.start[group], codings.end[group] - 1))  # fmt: skip
        for rows in np.array_split(np.arange(len(group)), 1 + len(group) ** 2 // AT_ONCE):
            begin, end = first[rows, None], last[rows, None]
            nested, touching = (begin >= first) & (end <= last), (begin <= last) & (first <= end)
            meets = nested if meeting is Meeting.NESTING else touching
            meets[np.arange(len(rows)), rows] = False
            one, two = np.nonzero(meets)
            yield group[rows[one]], group[two]
