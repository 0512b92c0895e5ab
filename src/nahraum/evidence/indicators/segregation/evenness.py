"""Evenness: is the group spread over the areas as everybody else is?

0 = the same share everywhere, 1 = the group lives apart from all others. Definitions after Massey and Denton (1988),
"The dimensions of residential segregation", Social Forces 67(2), unless said otherwise; values of Berlin 2019 agree
with PySAL's segregation 2.5.4. ``group`` and ``total``: A numbers of people.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.segregation.counts import split


def dissimilarity(group: ArrayLike, total: ArrayLike) -> float:
    """Return Duncan and Duncan's D (1955): the share of the group that would have to move for an even spread."""
    s = split(group, total)
    return float(unevenness(s.group, s.rest))


def unevenness(group: Floats, rest: Floats) -> Floats:
    """Return D of many towns at once (the last axis holds the areas); NaN where one side is empty."""
    with np.errstate(invalid="ignore"):
        apart = group / group.sum(axis=-1, keepdims=True) - rest / rest.sum(axis=-1, keepdims=True)
    return np.asarray(np.abs(apart).sum(axis=-1) / 2)


def gini(group: ArrayLike, total: ArrayLike) -> float:
    """Return Gini's coefficient: the mean difference of two residents' area shares, over the largest possible."""
    s = split(group, total)
    return float(mean_difference(s.group, s.total))


def mean_difference(group: Floats, total: Floats) -> Floats:
    """Return Gini's coefficient of many towns at once (the last axis holds the areas).

    Areas sorted by share: the differences of all pairs come from running sums, n log n instead of n squared.
    """
    with np.errstate(invalid="ignore"):
        share = np.where(total > 0, group / total, 0.0)
    order = np.argsort(share, axis=-1, kind="stable")
    x, t = np.take_along_axis(group, order, -1), np.take_along_axis(np.broadcast_to(total, group.shape), order, -1)
    before_x, before_t = np.cumsum(x, axis=-1) - x, np.cumsum(t, axis=-1) - t
    whole_x, whole_t = x.sum(axis=-1), t.sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray((x * before_t - t * before_x).sum(axis=-1) / (whole_x * (whole_t - whole_x)))


def information(group: ArrayLike, total: ArrayLike) -> float:
    """Return Theil and Finizza's H (1971): how much less mixed the areas are than the city, as entropy."""
    s = split(group, total)
    p = s.city_share
    city = entr(p) + entr(1 - p)
    areas = entr(s.share) + entr(1 - s.share)
    return float((s.total * (city - areas)).sum() / (city * s.total.sum()))


def atkinson(group: ArrayLike, total: ArrayLike, *, aversion: float = 0.5) -> float:
    """Return Atkinson's index (1970); ``aversion`` over 0.5 weighs areas where the group is over-represented more."""
    if not 0 < aversion < 1:
        raise WrongRequest(_("Atkinson's aversion lies between 0 and 1."))
    s = split(group, total)
    p, b = s.city_share, aversion
    mean = (s.total * (1 - s.share) ** (1 - b) * s.share**b).sum() / (p * s.total.sum())
    return float(1 - p / (1 - p) * mean ** (1 / (1 - b)))


def min_max(group: ArrayLike, total: ArrayLike) -> float:
    """Return 1 - the overlap of both distributions over their union (O'Sullivan and Wong 2007, without smoothing)."""
    s = split(group, total)
    both = np.stack([s.group / s.group.sum(), s.rest / s.rest.sum()])
    return float(1 - both.min(axis=0).sum() / both.max(axis=0).sum())
