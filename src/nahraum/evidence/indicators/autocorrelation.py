"""Spatial patterns: do neighbours resemble each other, over the whole city (Moran, Geary) and area by area (Anselin)?

Values: A numbers without gaps; weights: A x A, sparse, usually row-standardised (``places.neighbours``). An area
without neighbours (an island) counts for the mean and the spread and adds nothing to the products; area by area it
has no result. All of it was checked against PySAL's esda 2.9.0 on Berlin's status index of 2019 (436 areas).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import ndtr

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.panel import Floats

CELLS_AT_ONCE = 4_000_000  # areas x permutations held in memory together: 32 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Autocorrelation:
    """One number for the whole city: its value, what chance alone leads to expect, and how far it is from that.

    ``z``: distance from the expectation in standard errors, if values were drawn from one normal distribution.
    ``p``: two-sided probability of such a distance. All NaN where values or weights do not vary enough to tell.
    """

    value: float
    expected: float
    z: float
    p: float


class Pattern(IntEnum):
    """Where an area stands against the mean, and where its neighbours do."""

    NONE = 0  # no neighbours
    HIGH_AMONG_HIGH = 1
    LOW_AMONG_HIGH = 2
    LOW_AMONG_LOW = 3
    HIGH_AMONG_LOW = 4


@dataclass(frozen=True, kw_only=True)
class LocalMoran:
    """One number per area.

    ``value``: local Moran's I (NaN for an island); ``pattern``: `Pattern` codes; ``p``: pseudo-probability from the
    permutations, one-sided (the smaller tail), NaN for an island.
    """

    value: Floats
    pattern: NDArray[np.int8]
    p: Floats

    @property
    def p_two_sided(self) -> Floats:
        """The smaller tail doubled, for those who did not know beforehand on which side to look."""
        return np.minimum(2 * self.p, 1.0)


def moran(values: Floats, weights: csr_array) -> Autocorrelation:
    """Return Moran's I: near 1 where like lies beside like, near -1/(A - 1) under chance, below for a chequerboard.

    Moran (1950); expectation and variance under normality after Cliff and Ord (1981), chapter 2.
    """
    z, spread = _centred(values, weights)
    n = z.size
    total, squares, margins = _sums(weights)
    expected = -1 / (n - 1)
    if spread == 0 or total == 0:
        return _undefined(expected)
    value = n / total * float(z @ (weights @ z)) / spread
    variance = (n**2 * squares - n * margins + 3 * total**2) / ((n**2 - 1) * total**2) - expected**2
    return _judged(value, expected, variance, sign=1)


def geary(values: Floats, weights: csr_array) -> Autocorrelation:
    """Return Geary's C: 0 where neighbours are equal, 1 under chance, above 1 where neighbours differ most.

    Geary (1954); variance under normality after Cliff and Ord (1981). ``z`` is positive for likeness, as Moran's.
    """
    z, spread = _centred(values, weights)
    n = z.size
    total, squares, margins = _sums(weights)
    if spread == 0 or total == 0:
        return _undefined(1.0)
    links = weights.tocoo()
    value = (n - 1) / (2 * total) * float(links.data @ (z[links.row] - z[links.col]) ** 2) / spread
    variance = ((2 * squares + margins) * (n - 1) - 4 * total**2) / (2 * (n + 1) * total**2)
    return _judged(value, 1.0, variance, sign=-1)


def local_moran(
    values: Floats, weights: csr_array, *, random: np.random.Generator, permutations: int = 999
) -> LocalMoran:
    """Return for each area how it and its neighbours stand together against the mean, and whether chance does so too.

    Anselin (1995): I_i = (A - 1) z_i (sum_j w_ij z_j) / sum z^2. Conditional permutation: the area keeps its value,
    its neighbours' values are drawn from all other areas; p = (1 + number at least as far out) / (1 + permutations).
    The same draws serve all areas, so that the p of two areas are not independent of each other.
    """
    z, spread = _centred(values, weights)
    lag = weights @ z
    there = np.diff(weights.indptr) > 0
    if spread == 0:
        nothing = np.full(z.size, np.nan)
        return LocalMoran(value=nothing, pattern=np.zeros(z.size, dtype=np.int8), p=nothing)
    pattern = np.where(
        z > 0,
        np.where(lag > 0, Pattern.HIGH_AMONG_HIGH, Pattern.HIGH_AMONG_LOW),
        np.where(lag > 0, Pattern.LOW_AMONG_HIGH, Pattern.LOW_AMONG_LOW),
    )
    return LocalMoran(
        value=np.where(there, (z.size - 1) / spread * z * lag, np.nan),
        pattern=np.where(there, pattern, Pattern.NONE).astype(np.int8),
        p=_pseudo_p(z, lag, weights, draws_without_repeats(z.size - 1, weights, permutations, random)),
    )


def kept_after_false_discoveries(p: Floats, level: float = 0.05) -> NDArray[np.bool_]:
    """Return which areas still stand out when among those shown at most this share may be there by chance.

    Benjamini and Hochberg (1995), over two-sided p (`LocalMoran.p_two_sided`): with 400 areas and p < 0.05 some 20
    would be marked by chance alone. An area with NaN never stands out.
    """
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    below = np.flatnonzero(p[order] <= level * np.arange(1, order.size + 1) / max(order.size, 1))
    kept = np.zeros(p.shape, dtype=np.bool_)
    if below.size:
        kept[order[: below[-1] + 1]] = True
    return kept


def draws_without_repeats(
    size: int, weights: csr_array, permutations: int, random: np.random.Generator
) -> NDArray[np.int32]:
    """Return as many different positions below ``size`` as the area with most neighbours has, per permutation.

    The first steps of Fisher and Yates' shuffle, all permutations at once: any first k of a row are a fair draw.
    """
    most = int(np.diff(weights.indptr).max(initial=0))
    deck = np.tile(np.arange(size, dtype=np.int32), (permutations, 1))
    rows = np.arange(permutations)
    for place in range(most):
        other = random.integers(place, size, size=permutations)
        deck[rows, place], deck[rows, other] = deck[rows, other], deck[rows, place]
    return np.ascontiguousarray(deck[:, :most].T)


def _pseudo_p(z: Floats, lag: Floats, weights: csr_array, draws: NDArray[np.int32]) -> Floats:
    permutations = draws.shape[1]
    degree = np.diff(weights.indptr)
    p = np.full(z.size, np.nan)
    for neighbours in np.unique(degree[degree > 0]):
        alike = np.flatnonzero(degree == neighbours)
        for part in np.array_split(alike, -(-alike.size * permutations // CELLS_AT_ONCE)):
            cells = weights.indptr[part][:, None] + np.arange(neighbours)
            drawn = _drawn_lags(z, part, weights.data[cells], draws[:neighbours])
            # Draws equal to what was seen count for both tails, although rounding may part them in the last digit.
            near = 1e-12 * (np.abs(lag[part, None]) + np.abs(z).max())
            above = (drawn >= lag[part, None] - near).sum(axis=1)
            below = (drawn <= lag[part, None] + near).sum(axis=1)
            p[part] = (np.minimum(above, below) + 1) / (permutations + 1)
    return p


def _drawn_lags(z: Floats, areas: NDArray[np.int64], shares: Floats, draws: NDArray[np.int32]) -> Floats:
    """Return the weighted sums of drawn neighbours, areas x permutations.

    Draws reach over all areas but the last; where an area draws itself, the last one takes its place. So all areas
    share one matrix product, and only these few cells are put right afterwards.
    """
    lags = shares @ z[draws]
    place = np.full(z.size, -1)
    place[areas] = np.arange(areas.size)
    nth, permutation = np.nonzero(place[draws] >= 0)
    itself = draws[nth, permutation]
    lags[place[itself], permutation] += shares[place[itself], nth] * (z[-1] - z[itself])
    return np.asarray(lags)


def _centred(values: Floats, weights: csr_array) -> tuple[Floats, float]:
    if weights.shape != (values.size, values.size):
        raise WrongRequest(_("Values and neighbours must hold the same areas in the same order."))
    if not np.isfinite(values).all():
        raise WrongRequest(
            _("{n} areas have no number. Leave them out and form the neighbours among the rest.").format(
                n=int((~np.isfinite(values)).sum())
            )
        )
    if values.size < 3:
        raise WrongRequest(_("A spatial pattern needs at least three areas."))
    if np.ptp(values) == 0:  # else rounding in the mean leaves a spread of 1e-30 and a result out of nothing
        return np.zeros(values.size), 0.0
    z = values - values.mean()
    return z, float(z @ z)


def _sums(weights: csr_array) -> tuple[float, float, float]:
    """Return Cliff and Ord's S0, S1 and S2."""
    both = weights + weights.T
    margins = np.asarray(weights.sum(axis=0)).ravel() + np.asarray(weights.sum(axis=1)).ravel()
    return float(weights.sum()), float((both.data**2).sum() / 2), float((margins**2).sum())


def _judged(value: float, expected: float, variance: float, *, sign: int) -> Autocorrelation:
    # With complete neighbourhoods the value is fixed by the expectation: no variance, nothing to judge.
    z = sign * (value - expected) / np.sqrt(variance) if variance > 1e-15 else np.nan
    return Autocorrelation(value=value, expected=expected, z=float(z), p=float(2 * ndtr(-abs(z))))


def _undefined(expected: float) -> Autocorrelation:
    return Autocorrelation(value=np.nan, expected=expected, z=np.nan, p=np.nan)
