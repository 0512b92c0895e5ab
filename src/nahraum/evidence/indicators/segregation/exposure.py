"""Exposure: whom does a member of the group meet in the own area, or near it?

Probabilities between 0 and 1; they depend on the size of the group. Definitions after Massey and Denton (1988) and,
with distance, Morgan (1983), "A distance-decay based interaction index to measure residential segregation", Area 15.
``group`` and ``total``: A numbers of people; ``proximity``: A x A, see `nahraum...segregation.layout.proximity`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.segregation.counts import split


def isolation(group: ArrayLike, total: ArrayLike) -> float:
    """Return the probability that someone drawn from a group member's area belongs to the group too."""
    s = split(group, total)
    return float((s.group * s.share).sum() / s.group.sum())


def interaction(group: ArrayLike, total: ArrayLike) -> float:
    """Return the probability that someone drawn from a group member's area belongs to the rest: 1 - isolation."""
    s = split(group, total)
    return float((s.group * (1 - s.share)).sum() / s.group.sum())


def correlation_ratio(group: ArrayLike, total: ArrayLike) -> float:
    """Return eta squared: isolation freed of the group's size; 0 = as the city, 1 = fully apart."""
    p = split(group, total).city_share
    return (isolation(group, total) - p) / (1 - p)


def isolation_nearby(group: ArrayLike, total: ArrayLike, proximity: Floats) -> float:
    """Return the probability that the next person whom a group member meets anywhere belongs to the group too.

    Meeting someone from area j is as likely as its people times their proximity; the chances sum to 1 per area, so
    that isolation and interaction sum to 1 as well.
    """
    s = split(group, total)
    return float((s.group * (_meetings(s.total, proximity) @ s.share)).sum() / s.group.sum())


def interaction_nearby(group: ArrayLike, total: ArrayLike, proximity: Floats) -> float:
    """Return the probability that the next person whom a group member meets anywhere belongs to the rest."""
    s = split(group, total)
    other = np.where(s.total > 0, 1 - s.share, 0.0)
    return float((s.group * (_meetings(s.total, proximity) @ other)).sum() / s.group.sum())


def _meetings(total: Floats, proximity: Floats) -> Floats:
    chances = proximity * total
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))
