"""How sure a coefficient is: the same measure over many samples of the units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nahraum.evidence.voices.agreement.ratings import Floats, Ratings


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A coefficient and where it lies in most samples; ``undefined``: the share of samples in which it has no value."""

    value: float
    low: float
    high: float
    undefined: float


def interval(
    measure: Callable[[Ratings], Floats],
    ratings: Ratings,
    *,
    random: np.random.Generator,
    runs: int = 1000,
    level: float = 0.95,
) -> Interval:
    """Return a percentile bootstrap interval over the units (Efron 1979); NaN bounds where no sample has a value."""
    if not ratings.times.sum():
        return Interval(value=float(measure(ratings)), low=float("nan"), high=float("nan"), undefined=1.0)
    return within(measure, ratings, ratings.resampled(runs, random), level)


def within(measure: Callable[[Ratings], Floats], ratings: Ratings, samples: Ratings, level: float = 0.95) -> Interval:
    """Return the same from samples that were drawn already: several measures can share them."""
    found = measure(samples)
    known = found[np.isfinite(found)]
    tail = (1 - level) / 2
    low, high = np.quantile(known, (tail, 1 - tail)) if known.size else (np.nan, np.nan)
    undefined = 1 - known.size / len(found)
    return Interval(value=float(measure(ratings)), low=float(low), high=float(high), undefined=undefined)
