"""Centralisation: how near to the centre does the group live?

Definitions after Massey and Denton (1988): curves of people and ground, from the centre outwards. -1 = at the edge,
0 = evenly, 1 = in the centre. ``distance_m``: A distances of the areas from the centre that the planner names; most
towns have more than one, so read it with care.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.segregation.counts import split


def absolute_centralisation(group: ArrayLike, total: ArrayLike, area_m2: Floats, distance_m: Floats) -> float:
    """Return ACE: the group's way outwards compared with the ground's."""
    s = split(group, total)
    return _between(s.group, area_m2, distance_m)


def relative_centralisation(group: ArrayLike, total: ArrayLike, distance_m: Floats) -> float:
    """Return RCE: the group's way outwards compared with that of the rest."""
    s = split(group, total)
    return _between(s.group, s.rest, distance_m)


def _between(first: Floats, second: Floats, distance_m: Floats) -> float:
    """Return twice the area between the curve of ``second`` over ``first`` and the diagonal."""
    order = np.argsort(distance_m, kind="stable")
    a, b = np.cumsum(first[order]) / first.sum(), np.cumsum(second[order]) / second.sum()
    return float((a[:-1] * b[1:]).sum() - (a[1:] * b[:-1]).sum())
