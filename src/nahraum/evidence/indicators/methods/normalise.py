"""Centre and scale: how far a value lies from what it is compared with, and in which unit."""

from __future__ import annotations

import numpy as np

from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.recipe import Centre, Scale

#: Scales that place a value among the others; they need no centre.
PLACING = (Scale.MIN_MAX, Scale.RANK, Scale.PERCENTILE_RANK, Scale.EXPONENTIAL)
EXPONENTIAL_LENGTH = 23.0  # English IMD: a place in the most deprived tenth is not outweighed by good places elsewhere


def rankdata(values: Floats, ties: str = "average") -> Floats:
    """Return ranks from 1 = lowest (1-D, without NaN); ties share the ``average``, ``min`` or ``max`` place.

    SciPy has the same; importing its statistics takes two seconds, which every command would pay.
    """
    _distinct, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    first = last - counts + 1
    places = {"average": (first + last) / 2, "min": first, "max": last}[ties]
    return places[inverse].astype(np.float64)


def centre_of(values: Floats, centre: Centre, weights: Floats | None = None) -> float:
    """Return the centre of the values (1-D, NaN where there is none); NaN if there are no values.

    ``weights`` (same shape) are needed for the weighted mean. City rate and official value are not found in the values
    alone; the caller knows them.
    """
    there = np.isfinite(values)
    if not there.any():
        return float("nan")
    if centre is Centre.NONE:
        return 0.0
    if centre is Centre.MEDIAN:
        return float(np.median(values[there]))
    if centre is Centre.WEIGHTED_MEAN:
        assert weights is not None
        both = there & np.isfinite(weights)
        total = weights[both].sum()
        return float((values[both] * weights[both]).sum() / total) if total > 0 else float("nan")
    assert centre is Centre.MEAN, centre
    return float(values[there].mean())


def scale_of(values: Floats, scale: Scale, centre: float, weights: Floats | None = None) -> float:
    """Return the unit in which a distance from the centre is measured (1-D values, NaN where there is none).

    ``population_sd`` and ``sample_sd`` are about the mean of the values, whatever the centre is; the mean and median
    absolute deviations are about the centre. 0 if all values are equal.
    """
    there = np.isfinite(values)
    known = values[there]
    if scale is Scale.NONE:
        return 1.0
    if known.size == 0 or (scale is Scale.SAMPLE_SD and known.size < 2):
        return float("nan")
    if np.ptp(known) == 0:
        return 0.0
    if scale is Scale.POPULATION_SD:
        return float(known.std())
    if scale is Scale.SAMPLE_SD:
        return float(known.std(ddof=1))
    if scale is Scale.MAD:
        return float(np.median(np.abs(known - centre)))
    if scale is Scale.IQR:
        low, high = np.quantile(known, (0.25, 0.75))
        return float(high - low)
    assert scale is Scale.WEIGHTED_MAD, scale
    assert weights is not None
    both = there & np.isfinite(weights)
    return float((np.abs(values[both] - centre) * weights[both]).sum() / weights[both].sum())


def standardise(values: Floats, centre: float, scale: float) -> Floats:
    """Return (values - centre) / scale; where all values are equal (scale 0) nobody deviates from anybody: 0."""
    if scale == 0:
        return np.where(np.isfinite(values), 0.0, np.nan)
    return (values - centre) / scale


def place(values: Floats, scale: Scale, low: float = 0.0, high: float = 1.0) -> Floats:
    """Return each value's place among the others (1-D, NaN stays NaN).

    ``min_max`` stretches to ``low`` .. ``high``; ``rank`` counts from 1 = lowest (ties share the mean);
    ``percentile_rank`` is (rank - 1) / (n - 1) times 100; ``exponential`` is the English IMD's
    -23 ln(1 - R (1 - exp(-100 / 23))) with R = rank / n, rank n = highest (ties share the best), from 0 to 100.
    """
    there = np.isfinite(values)
    result = np.full(values.shape, np.nan)
    known = values[there]
    if known.size == 0:
        return result
    if scale is Scale.MIN_MAX:
        span = np.ptp(known)
        result[there] = (known - known.min()) / span * (high - low) + low if span > 0 else (low + high) / 2
    elif scale is Scale.RANK:
        result[there] = rankdata(known)
    elif scale is Scale.PERCENTILE_RANK:
        result[there] = (rankdata(known) - 1) / max(known.size - 1, 1) * 100
    else:
        assert scale is Scale.EXPONENTIAL, scale
        share = rankdata(known, ties="max") / known.size
        result[there] = -EXPONENTIAL_LENGTH * np.log(1 - share * (1 - np.exp(-100 / EXPONENTIAL_LENGTH)))
    return result


def rank_descending(scores: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """Return 1 = highest, ties share the best place, 0 where there is no score (1-D)."""
    result = np.zeros(scores.shape, dtype=np.int32)
    there = np.isfinite(scores)
    result[there] = rankdata(-scores[there], ties="min")
    return result
