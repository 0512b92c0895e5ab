"""Ranks of many runs at once, and their percentiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from nahraum.evidence.indicators.panel import Floats

THREADS = 2  # NumPy sorts without holding the interpreter; results do not depend on this number
TOGETHER = 32  # rows that are ranked at once: few enough for a processor's cache


def rank_rows(scores: Floats) -> NDArray[np.int32]:
    """Return ranks within each row (R x A): 1 = highest, ties share the best place, 0 = no score."""
    ranks = np.zeros(scores.shape, dtype=np.int32)
    places = np.arange(1, scores.shape[1] + 1, dtype=np.int32)

    def work(part: range) -> None:
        for n in part:
            rows = slice(n * TOGETHER, (n + 1) * TOGETHER)
            turned = -scores[rows]  # NaN sorts last
            order = np.argsort(turned, axis=1)
            ordered = np.take_along_axis(turned, order, axis=1)
            place = np.where(np.isnan(ordered), 0, places)
            tied = ordered[:, 1:] == ordered[:, :-1]
            if tied.any():
                place[:, 1:][tied] = 0
                place = np.where(np.isnan(ordered), 0, np.maximum.accumulate(place, axis=1))
            np.put_along_axis(ranks[rows], order, place, axis=1)

    in_threads(work, -(-len(scores) // TOGETHER))
    return ranks


def percentiles(ranks: NDArray[np.int32], shares: Sequence[float]) -> Floats:
    """Return percentiles over the runs (len(shares) x A) by the nearest run, 0 (no rank) left out; NaN where there is
    none.

    The nearest run is a rank that really occurred; an interpolated one would be none.
    """
    runs, areas = ranks.shape
    result = np.full((len(shares), areas), np.nan)
    block = max(1, (1 << 22) // runs)

    def work(part: range) -> None:
        for start in part:
            columns = np.ascontiguousarray(ranks[:, start * block : (start + 1) * block].T)
            nothing = (columns == 0).sum(axis=1)
            for none in np.unique(nothing):
                rows = np.flatnonzero(nothing == none)
                if none == runs:
                    continue
                at = [int(none + round(share * (runs - none - 1))) for share in shares]
                chosen = columns if rows.size == len(columns) else columns[rows]
                parted = np.partition(chosen, sorted(set(at)), axis=1)
                result[:, start * block + rows] = parted[:, at].T

    in_threads(work, -(-areas // block))
    return result


def in_threads(work: Callable[[range], None], count: int) -> None:
    """Do ``work`` on the numbers below ``count``, dealt out to the threads."""
    parts = [range(start, count, THREADS) for start in range(min(THREADS, count))]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, parts))
