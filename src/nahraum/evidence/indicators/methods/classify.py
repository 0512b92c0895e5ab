"""Classes: where one ends and the next begins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nahraum.evidence.indicators.panel import Floats

FUZZ = 4 * np.finfo(float).eps  # R's tolerance when a quantile's position is all but a whole number


def by_cuts(scores: Floats, cuts: Sequence[float] | Floats, closed: Sequence[str]) -> NDArray[np.int16]:
    """Return class numbers from 1 (lowest), 0 for none; ``right``: the limit itself is in the lower class."""
    sides = tuple(closed) * len(cuts) if len(closed) == 1 else tuple(closed)
    number = np.ones(scores.shape, dtype=np.int16)
    with np.errstate(invalid="ignore"):
        for cut, side in zip(cuts, sides, strict=True):
            number += scores > cut if side == "right" else scores >= cut
    return np.where(np.isfinite(scores), number, 0).astype(np.int16)


def quantiles(scores: Floats, shares: Floats, type: int = 7, *, fuzz: bool = False) -> Floats:
    """Return quantiles of the scores (1-D, NaN ignored) by Hyndman and Fan's type 7 or 9, with R's fuzz if wished."""
    known = np.sort(scores[np.isfinite(scores)])
    n = known.size
    if n == 0:
        return np.full(len(shares), np.nan)
    a, b = (1.0, 1.0) if type == 7 else (3 / 8, 3 / 8)
    position = a + np.asarray(shares) * (n + 1 - a - b)
    tolerance = FUZZ if fuzz else 0.0
    below = np.floor(position + tolerance)
    share = position - below
    share[np.abs(share) < tolerance] = 0.0
    lower = known[np.clip(below.astype(int) - 1, 0, n - 1)]
    upper = known[np.clip(below.astype(int), 0, n - 1)]
    return np.asarray(np.where(share == 0, lower, (1 - share) * lower + share * upper))


def by_rank(scores: Floats, count: int) -> NDArray[np.int16]:
    """Return ``count`` groups of equal size by rank, 1 = lowest; ties share the rank of the highest place."""
    number = np.zeros(scores.shape, dtype=np.int16)
    there = np.flatnonzero(np.isfinite(scores))
    known = scores[there]
    if known.size:
        ordered = np.sort(-known)
        place = np.searchsorted(ordered, -known, side="left") + 1  # 1 = highest
        number[there] = count + 1 - np.ceil(place * count / known.size).astype(np.int16)
    return number


def equal_limits(scores: Floats, count: int) -> Floats:
    """Return the limits of ``count`` classes of equal width."""
    known = scores[np.isfinite(scores)]
    if known.size == 0:
        return np.full(count - 1, np.nan)
    return np.linspace(known.min(), known.max(), count + 1)[1:-1]


def jenks_limits(scores: Floats, count: int) -> Floats:
    """Return the limits of natural breaks (Fisher 1958, Jenks 1977): least squared distance to the class means,
    exactly.

    A limit is the highest value of the lower class. Dynamic programming over distinct values with their counts; since
    the best last break only moves up, each layer is found by divide and conquer in n log n steps.
    """
    values, counts = np.unique(scores[np.isfinite(scores)], return_counts=True)
    n = values.size
    if n <= count:
        return np.concatenate([values[:-1], np.full(max(count - n, 0), values[-1] if n else np.nan)])[: count - 1]
    mass = np.concatenate([[0.0], np.cumsum(counts)])
    first = np.concatenate([[0.0], np.cumsum(counts * (values - values.mean()))])
    second = np.concatenate([[0.0], np.cumsum(counts * (values - values.mean()) ** 2)])

    def cost(start: NDArray[np.int64], end: NDArray[np.int64]) -> Floats:
        weight = mass[end] - mass[start]
        spread: Floats = second[end] - second[start] - (first[end] - first[start]) ** 2 / weight
        return spread

    best = np.concatenate([[0.0], cost(np.zeros(n, dtype=np.int64), np.arange(1, n + 1))])
    breaks = []
    for layer in range(2, count + 1):
        fresh, came = np.full(n + 1, np.inf), np.zeros(n + 1, dtype=np.int64)
        low, high, start, end = (np.array([each]) for each in (layer, n, layer - 1, n - 1))
        while low.size:  # all intervals of one depth together
            middle = (low + high) // 2
            size = np.minimum(end, middle - 1) - start + 1
            begin = np.cumsum(size) - size
            options = np.arange(size.sum()) + np.repeat(start - begin, size)
            totals = best[options] + cost(options, np.repeat(middle, size))
            fresh[middle] = np.minimum.reduceat(totals, begin)
            lowest = np.flatnonzero(totals == np.repeat(fresh[middle], size))
            chosen = came[middle] = options[lowest[np.searchsorted(lowest, begin)]]
            low, high = np.concatenate([low, middle + 1]), np.concatenate([middle - 1, high])
            start, end = np.concatenate([start, chosen]), np.concatenate([chosen, end])
            open_ = low <= high
            low, high, start, end = (each[open_] for each in (low, high, start, end))
        best = fresh
        breaks.append(came)
    limits, last = [], n
    for came in reversed(breaks):
        last = int(came[last])
        limits.append(values[last - 1])
    return np.array(limits[::-1])
