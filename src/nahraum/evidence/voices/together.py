"""Codes that meet: in overlapping stretches, one inside the other, or in the same paragraph."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from nahraum.evidence.voices.codings import Codings, Ints


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
    order = np.argsort(codings.text, kind="stable")
    found = np.zeros((codes, codes), dtype=np.int64)
    for group in np.split(order, np.flatnonzero(np.diff(codings.text[order])) + 1):
        first, last = (paragraphs[group].T if meeting is Meeting.PARAGRAPH and paragraphs is not None
                       else (codings.start[group], codings.end[group] - 1))  # fmt: skip
        if meeting is Meeting.NESTING:
            met = (first[:, None] >= first) & (last[:, None] <= last)
        else:
            met = (first[:, None] <= last) & (first <= last[:, None])
        np.fill_diagonal(met, val=False)
        one, two = np.nonzero(met)
        code = codings.code[group]
        found += np.bincount(code[one] * codes + code[two], minlength=codes * codes).reshape(codes, codes)
    if meeting is not Meeting.NESTING:
        np.fill_diagonal(found, np.diagonal(found) // 2)  # a pair of the same code was seen from both sides
    return found
