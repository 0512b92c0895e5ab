"""Krippendorff's alpha: disagreement observed over disagreement expected, for any scale and with gaps.

After Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", whose worked examples it reproduces; for units
on a continuum (`unitised`) after Krippendorff (2019), "Content Analysis", 4th ed., chapter 12, fig. 12.11.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import permutations

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.agreement.ratings import Floats, Ratings


class Scale(StrEnum):
    """How values lie to each other."""

    NOMINAL = "nominal"  # the same or not
    ORDINAL = "ordinal"  # ranks
    INTERVAL = "interval"  # differences count
    RATIO = "ratio"  # so does zero


def alpha(ratings: Ratings, scale: Scale = Scale.NOMINAL) -> Floats:
    """Return alpha, one number per sample; NaN where nothing was judged twice or only one value occurs.

    Raises WrongRequest where interval or ratio are asked of values that are no numbers.
    """
    counts = ratings.counts
    judged = counts.sum(axis=1)
    twice = judged >= 2
    weight = np.where(twice, 1.0 / np.where(twice, judged - 1, 1.0), 0.0)
    pairs = counts[:, :, None] * (counts[:, None, :] - np.eye(counts.shape[1])) * weight[:, None, None]
    together = np.einsum("...p,pck->...ck", ratings.times, pairs)  # the matrix of coincidences
    given = together.sum(axis=-1)
    apart = _distances(ratings, scale, given)
    size = given.sum(axis=-1)
    observed = (together * apart).sum(axis=(-2, -1)) * (size - 1)
    expected = (given[..., :, None] * given[..., None, :] * apart).sum(axis=(-2, -1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def _distances(ratings: Ratings, scale: Scale, given: Floats) -> Floats:
    if scale is Scale.NOMINAL:
        return 1.0 - np.eye(len(ratings.values))
    if scale is Scale.ORDINAL:  # how many judgements lie between two ranks, both ends half
        upto = np.cumsum(given, axis=-1) - given / 2
        return np.asarray((upto[..., :, None] - upto[..., None, :]) ** 2)
    try:
        values = np.array(ratings.values, dtype=float)
    except (TypeError, ValueError):
        raise WrongRequest(_("Interval and ratio need numbers as values; take nominal or ordinal.")) from None
    apart: Floats = np.square(values[:, None] - values)
    if scale is Scale.INTERVAL:
        return apart
    total: Floats = np.square(values[:, None] + values)
    return np.asarray(np.divide(apart, total, out=np.zeros_like(apart), where=total > 0))


Unit = tuple[int, int, int]  # start, end (half-open), value from 1 up


def unitised(coders: Sequence[Sequence[Unit]], length: int, *, values: bool = True) -> float:
    """Return u-alpha of coders who each marked stretches of a text of ``length`` characters; 0 = as by chance.

    Each coder's stretches must not overlap; what lies between them is a gap. ``values`` False: only whether something
    was marked counts. Expected are all pairs of characters but those of one unit with itself and of one character of a
    gap with itself. NaN where nobody marked anything or all marked all of it alike.
    """
    if len(coders) < 2:
        raise WrongRequest(_("Agreement needs two people who coded the same material."))
    sections = [_with_gaps(units, length, (lambda value: value) if values else (lambda _value: 1)) for units in coders]
    highest = max(value for each in sections for _start, _end, value in each) + 1
    together = np.zeros((highest, highest))
    for one, two in permutations(sections, 2):
        for start, end, here, there in _meeting(one, two):
            together[here, there] += (end - start) / (len(coders) - 1)
    itself = sum((end - start) ** 2 if value else end - start for each in sections for start, end, value in each)
    return float(u_alpha(together, np.asarray(itself, dtype=float)))


def u_alpha(together: Floats, itself: Floats) -> Floats:
    """Return u-alpha of coincidences of characters (..., values x values; 0 is a gap) and of the pairs that are left
    out (...), one number per sample.
    """
    given = together.sum(axis=-1)
    size = given.sum(axis=-1)
    expected = size**2 - (given**2).sum(axis=-1)
    observed = size - np.trace(together, axis1=-2, axis2=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - observed * (size**2 - itself) / (size * expected), np.nan)


def _with_gaps(units: Sequence[Unit], length: int, value_of: Callable[[int], int]) -> list[Unit]:
    found, at = [], 0
    for start, end, value in sorted(units):
        if start < at or end <= start or end > length:
            raise WrongRequest(_("Stretches of one coder overlap or leave the text; take one code at a time."))
        if start > at:
            found.append((at, start, 0))
        found.append((start, end, value_of(value)))
        at = end
    return found if at == length else [*found, (at, length, 0)]


def _meeting(one: Sequence[Unit], two: Sequence[Unit]) -> list[tuple[int, int, int, int]]:
    """Return the stretches in which one section of each runs: start, end, value of the one, of the other."""
    found, i, j = [], 0, 0
    while i < len(one) and j < len(two):
        start, end = max(one[i][0], two[j][0]), min(one[i][1], two[j][1])
        if start < end:
            found.append((start, end, one[i][2], two[j][2]))
        i, j = (i + 1, j) if one[i][1] <= two[j][1] else (i, j + 1)
    return found
