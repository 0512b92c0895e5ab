"""Concentration: how little of the city's ground does the group live on?

Definitions after Massey and Denton (1988); the profile after Hong and Sadahiro (2014), "Measuring geographic
segregation: a graph-based approach", Journal of Geographical Systems 16. ``area_m2``: A sizes of the areas, best of the
settled ground only: a forest inside an area makes its people look spread out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.segregation.counts import Split, ratio, split


def delta(group: ArrayLike, total: ArrayLike, area_m2: Floats) -> float:
    """Return Hoover's delta: the share of the group that would have to move for the same density everywhere."""
    s = split(group, total)
    return float(np.abs(s.group / s.group.sum() - area_m2 / area_m2.sum()).sum() / 2)


def absolute_concentration(group: ArrayLike, total: ArrayLike, area_m2: Floats) -> float:
    """Return ACO: 1 = the group lives on the least ground possible for so many people, 0 = on the most."""
    s = split(group, total)
    least, most = _extremes(s, area_m2)
    return 1 - ratio(_mean_area(s.group, area_m2) - least, most - least)


def relative_concentration(group: ArrayLike, total: ArrayLike, area_m2: Floats) -> float:
    """Return RCO: 0 = as concentrated as the rest, 1 = the rest as spread as possible and the group as dense as
    possible, below 0 = the rest is the denser one.
    """
    s = split(group, total)
    least, most = _extremes(s, area_m2)
    seen = ratio(_mean_area(s.group, area_m2), _mean_area(s.rest, area_m2)) - 1
    return ratio(seen, ratio(least, most) - 1)


def concentration_profile(group: ArrayLike, total: ArrayLike, *, steps: int = 1000) -> float:
    """Return how far the curve "share of the group that lives where it makes up at least t" lies from an even spread.

    0 = the same share everywhere, 1 = the group lives apart. Summed over ``steps`` thresholds from 0 to 1.
    """
    s = split(group, total)
    order = np.argsort(s.share, kind="stable")
    at_least = np.append(np.cumsum(s.group[order][::-1])[::-1] / s.group.sum(), 0.0)
    thresholds = np.linspace(0, 1, steps)
    return folded(at_least[np.searchsorted(s.share[order], thresholds, side="left")], thresholds, s.city_share)


def folded(curve: Floats, thresholds: Floats, city_share: float) -> float:
    """Return the area that a profile loses below the city's share plus what it keeps above, over the largest."""
    below = thresholds < city_share
    kept = (curve[~below].sum() - curve[below].sum()) / thresholds.size
    return float((city_share + kept) / (1 - city_share))


def _mean_area(people: Floats, area_m2: Floats) -> float:
    return ratio(float((people * area_m2).sum()), float(people.sum()))


def _extremes(s: Split, area_m2: Floats) -> tuple[float, float]:
    """Return the mean area per head if as many people as the group filled the smallest areas, and the largest."""
    found = []
    for order in (np.argsort(area_m2, kind="stable"), np.argsort(-area_m2, kind="stable")):
        enough = int(np.argmax(np.cumsum(s.total[order]) >= s.group.sum())) + 1
        found.append(_mean_area(s.total[order[:enough]], area_m2[order[:enough]]))
    return found[0], found[1]
