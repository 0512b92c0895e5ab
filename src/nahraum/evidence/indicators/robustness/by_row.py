"""Centre, scale and place as ``methods.normalise`` has them, over many rows at once (... x A, NaN where nothing is).

Each function gives for every row what its namesake there gives for that row alone (a test compares).
"""

from __future__ import annotations

import numpy as np

from nahraum.evidence.indicators.methods.classify import jenks_limits
from nahraum.evidence.indicators.methods.normalise import EXPONENTIAL_LENGTH, PLACING, centre_of, scale_of
from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.recipe import Centre, Scale


def normalised(
    values: Floats, centre: Centre | float, scale: Scale, low: float, high: float, weights: Floats | None = None
) -> Floats:
    """Return the rows centred and scaled, or placed; ``centre`` may be a number that is known beforehand."""
    if scale in PLACING:
        return placed(values, scale, low, high)
    if scale is Scale.WEIGHTED_MAD or centre is Centre.WEIGHTED_MEAN:
        return _one_by_one(values, centre, scale, weights)
    middle = _centres(values, centre)
    spread = _scales(values, scale, middle)
    with np.errstate(invalid="ignore", divide="ignore"):
        result = (values - middle) / spread
    flat = spread == 0
    return np.where(flat & np.isfinite(values), 0.0, result) if flat.any() else result


def placed(values: Floats, scale: Scale, low: float = 0.0, high: float = 1.0) -> Floats:
    """Return each value's place among the others of its row."""
    there = np.isfinite(values)
    count = there.sum(axis=-1, keepdims=True)
    if scale is Scale.MIN_MAX:
        whole = bool(there.all())
        bottom = (values if whole else np.where(there, values, np.inf)).min(axis=-1, keepdims=True)
        span = (values if whole else np.where(there, values, -np.inf)).max(axis=-1, keepdims=True) - bottom
        with np.errstate(invalid="ignore", divide="ignore"):
            stretched = (values - bottom) / span * (high - low) + low
        if whole and (span > 0).all():
            return np.asarray(stretched)
        return np.where(there, np.where(span > 0, stretched, (low + high) / 2), np.nan)
    if scale is Scale.RANK:
        return ranks(values)
    if scale is Scale.PERCENTILE_RANK:
        return np.asarray((ranks(values) - 1) / np.maximum(count - 1, 1) * 100)
    share = ranks(values, ties="max") / np.maximum(count, 1)
    return np.asarray(-EXPONENTIAL_LENGTH * np.log(1 - share * (1 - np.exp(-100 / EXPONENTIAL_LENGTH))))


def ranks(values: Floats, ties: str = "average") -> Floats:
    """Return ranks from 1 = lowest within each row; ties share the ``average`` or the ``max`` place; NaN stays NaN."""
    order = np.argsort(values, axis=-1)
    ordered = np.take_along_axis(values, order, axis=-1)
    place = np.arange(values.shape[-1], dtype=np.float64)
    starts = np.ones(values.shape, dtype=np.bool_)
    starts[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    found = np.broadcast_to(place + 1, values.shape)
    if not starts.all():
        ends = np.ones(values.shape, dtype=np.bool_)
        ends[..., :-1] = starts[..., 1:]
        backwards = np.where(ends, place, np.inf)[..., ::-1]
        last = np.minimum.accumulate(backwards, axis=-1)[..., ::-1]
        first = np.maximum.accumulate(np.where(starts, place, 0.0), axis=-1)
        found = (last if ties == "max" else (first + last) / 2) + 1
    result = np.empty(values.shape)
    np.put_along_axis(result, order, found, axis=-1)
    return np.where(np.isfinite(values), result, np.nan)


def limits_by_quantiles(scores: Floats, shares: Floats, type: int, tolerance: float) -> Floats:
    """Return quantiles of every row (R x shares), as ``classify.quantiles`` does for one."""
    ordered = np.sort(scores, axis=1)
    n = np.isfinite(scores).sum(axis=1, keepdims=True)
    a, b = (1.0, 1.0) if type == 7 else (3 / 8, 3 / 8)
    position = a + shares * (n + 1 - a - b)
    below = np.floor(position + tolerance)
    share = position - below
    share[np.abs(share) < tolerance] = 0.0
    top = np.maximum(n - 1, 0)
    lower = np.take_along_axis(ordered, np.clip(below.astype(np.int64) - 1, 0, top), axis=1)
    upper = np.take_along_axis(ordered, np.clip(below.astype(np.int64), 0, top), axis=1)
    return np.where(share == 0, lower, (1 - share) * lower + share * upper)


def natural_limits(scores: Floats, count: int, rounds: int = 40) -> Floats:
    """Return limits of natural breaks of every row (R x count - 1).

    The first row's are exact (``classify.jenks_limits``); the others start from its shares of areas and go downhill
    from there, as the exact search in thousands of rows would take minutes: each limit moves half-way between the
    means of its classes until nothing moves (Lloyd 1982).
    """
    ordered = np.sort(scores, axis=1)
    n = np.isfinite(ordered).sum(axis=1)
    first = jenks_limits(scores[0], count)
    shares = [(scores[0] <= limit).sum() / max(n[0], 1) for limit in first]
    ends = np.stack([np.round(share * n) for share in shares], axis=1).astype(np.int64)
    sums = np.concatenate([np.zeros((len(scores), 1)), np.cumsum(np.nan_to_num(ordered), axis=1)], axis=1)
    outer = np.stack([np.zeros_like(n), n], axis=1)
    for _round in range(rounds):
        edges = np.concatenate([outer[:, :1], ends, outer[:, 1:]], axis=1)
        size = np.diff(edges, axis=1)
        means = np.diff(np.take_along_axis(sums, edges, axis=1), axis=1) / np.maximum(size, 1)
        middle = (means[:, 1:] + means[:, :-1]) / 2
        moved = np.stack([(ordered <= middle[:, [c]]).sum(axis=1) for c in range(count - 1)], axis=1)
        moved = np.where((size[:, 1:] > 0) & (size[:, :-1] > 0), moved, ends)
        if (moved == ends).all():
            break
        ends = moved
    limits = np.take_along_axis(ordered, np.maximum(ends - 1, 0), axis=1)
    limits[0] = first
    return limits


def _centres(values: Floats, centre: Centre | float) -> Floats:
    """Return one centre per row (... x 1)."""
    shape = (*values.shape[:-1], 1)
    if not isinstance(centre, Centre):
        return np.full(shape, centre)
    if centre is Centre.NONE:
        return np.zeros(shape)
    return _medians(values) if centre is Centre.MEDIAN else _means(values)


def _scales(values: Floats, scale: Scale, centre: Floats) -> Floats:
    """Return one scale per row (... x 1); 0 where all its values are equal."""
    there = np.isfinite(values)
    count = there.sum(axis=-1, keepdims=True)
    if scale is Scale.NONE:
        return np.ones(centre.shape)
    if scale is Scale.MAD:
        spread = _medians(np.abs(values - centre))
    elif scale is Scale.IQR:
        low, high = np.split(_quartiles(values), 2, axis=-1)
        spread = high - low
    else:
        apart = values - _means(values)
        squares = (apart if there.all() else np.where(there, apart, 0.0)) ** 2
        freedom = count - 1 if scale is Scale.SAMPLE_SD else count
        with np.errstate(invalid="ignore", divide="ignore"):
            spread = np.sqrt(squares.sum(axis=-1, keepdims=True) / freedom)
    first = np.take_along_axis(values, there.argmax(axis=-1)[..., None], axis=-1)
    alike = ((values == first) | ~there).all(axis=-1, keepdims=True) & (count > 0)
    known = np.where(alike & ((scale is not Scale.SAMPLE_SD) | (count > 1)), 0.0, spread)
    return np.where(count > 0, known, np.nan)


def _means(values: Floats) -> Floats:
    there = np.isfinite(values)
    if there.all():
        return np.asarray(values.mean(axis=-1, keepdims=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        means: Floats = np.where(there, values, 0.0).sum(axis=-1, keepdims=True) / there.sum(axis=-1, keepdims=True)
    return means


def _medians(values: Floats) -> Floats:
    if np.isfinite(values).all():
        return np.asarray(np.median(values, axis=-1, keepdims=True))
    ordered = np.sort(values, axis=-1)
    n = np.isfinite(values).sum(axis=-1, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum((n - 1) // 2, 0), axis=-1)
    high = np.take_along_axis(ordered, np.minimum(n // 2, values.shape[-1] - 1), axis=-1)
    return np.where(n > 0, (low + high) / 2, np.nan)


def _quartiles(values: Floats) -> Floats:
    flat = values.reshape(-1, values.shape[-1])
    found = limits_by_quantiles(flat, np.array([0.25, 0.75]), 7, 0.0)
    return found.reshape(*values.shape[:-1], 2)


def _one_by_one(values: Floats, centre: Centre | float, scale: Scale, weights: Floats | None) -> Floats:
    flat = values.reshape(-1, values.shape[-1])
    result = np.full(flat.shape, np.nan)
    for r, row in enumerate(flat):
        middle = centre_of(row, centre, weights) if isinstance(centre, Centre) else centre
        spread = scale_of(row, scale, middle, weights)
        result[r] = (row - middle) / spread if spread else np.where(np.isfinite(row), 0.0, np.nan)
    return result.reshape(values.shape)
