"""Clustering: do the areas in which the group lives lie beside each other?

Definitions after Massey and Denton (1988) and White (1983); the profile after Hong and Sadahiro (2014). ``proximity``:
A x A, near 1 for close pairs (`nahraum...segregation.layout.proximity`); the values hang on how fast it decays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.segregation.concentration import folded
from nahraum.evidence.indicators.segregation.counts import ratio, split


def absolute_clustering(group: ArrayLike, total: ArrayLike, proximity: Floats) -> float:
    """Return ACL: the group near a group member, beyond an even spread, over everybody near; 0 = even, below 1."""
    s = split(group, total)
    whole = s.group.sum()
    even = whole / s.group.size**2 * proximity.sum()
    near = s.group / whole @ proximity
    return ratio(float(near @ s.group) - even, float(near @ s.total) - even)


def relative_clustering(group: ArrayLike, total: ArrayLike, proximity: Floats) -> float:
    """Return RCL: how much nearer group members live to each other than the rest do; 0 = as near, no upper end."""
    s = split(group, total)
    return ratio(mean_proximity(s.group, proximity), mean_proximity(s.rest, proximity)) - 1


def spatial_proximity(group: ArrayLike, total: ArrayLike, proximity: Floats) -> float:
    """Return White's SP: nearness within both parts over nearness among all; 1 = no difference, above = clustered."""
    s = split(group, total)
    inside = sum(people.sum() * mean_proximity(people, proximity) for people in (s.group, s.rest))
    return ratio(float(inside), float(s.total.sum()) * mean_proximity(s.total, proximity))


def mean_proximity(people: Floats, proximity: Floats) -> float:
    """Return the mean proximity of two people drawn at random (the same one may be drawn twice)."""
    return float(people @ proximity @ people / people.sum() ** 2)


def proximity_profile(group: ArrayLike, total: ArrayLike, links: csr_array, *, steps: int = 1000) -> float:
    """Return how closely the areas hang together in which the group makes up at least t, over thresholds t.

    Per threshold the inverse of the mean number of steps from neighbour to neighbour; 0 where fewer than two areas
    reach it or one cannot be reached. Folded at the city's share as `concentration_profile` is. A path may lead through
    any area.
    """
    s = split(group, total)
    order = np.argsort(-s.share, kind="stable")
    walk = shortest_path(links, directed=False, unweighted=True)[np.ix_(order, order)]
    among = 2 * np.cumsum(np.tril(walk, -1).sum(axis=1))  # steps among the first k areas, all pairs both ways
    count = np.arange(1, s.share.size + 1)
    closeness = np.divide(count**2 - count, among, out=np.zeros(count.size), where=among > 0)
    thresholds = np.linspace(0, 1, steps)
    reached = np.searchsorted(-s.share[order], -thresholds, side="right")
    return folded(np.insert(closeness, 0, 0.0)[reached], thresholds, s.city_share)
