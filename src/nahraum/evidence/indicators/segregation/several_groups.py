"""Several groups at once.

Definitions after Reardon and Firebaugh (2002), "Measures of multigroup segregation", Sociological Methodology 32,
unless said otherwise; values of Berlin 2019 agree with PySAL's segregation 2.5.4. ``groups``: K x A numbers of people;
every person belongs to exactly one group.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr, rel_entr

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.segregation.counts import refuse_what_is_no_count
from nahraum.evidence.indicators.segregation.evenness import mean_difference

CELLS_AT_ONCE = 2_000_000  # origins x areas x groups held in memory together


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """``counts``: K x A people; ``total``: A; ``share``: K x A, the city's shares where nobody lives; ``city``: K."""

    counts: Floats
    total: Floats
    share: Floats
    city: Floats


def mix(groups: ArrayLike) -> Mix:
    """Return the mix of groups; raises WrongRequest for fewer than two groups with members, or bad counts."""
    counts = np.asarray(groups, dtype=np.float64)
    if counts.ndim != 2:
        raise WrongRequest(_("Give the groups as rows and the areas as columns."))
    refuse_what_is_no_count(counts)
    counts = counts[counts.sum(axis=1) > 0]
    if counts.shape[0] < 2:
        raise WrongRequest(_("At least two groups must have members."))
    total = counts.sum(axis=0)
    city = counts.sum(axis=1) / counts.sum()
    share = np.divide(counts, total, out=np.repeat(city[:, None], total.size, axis=1), where=total > 0)
    return Mix(counts=counts, total=total, share=share, city=city)


def dissimilarity_of_groups(groups: ArrayLike) -> float:
    """Return D of several groups (Morgan 1975, Sakoda 1981): the share that would have to move, over the largest."""
    m = mix(groups)
    apart = (m.total * np.abs(m.share - m.city[:, None])).sum()
    return float(apart / (2 * m.total.sum() * _interaction(m)))


def gini_of_groups(groups: ArrayLike) -> float:
    """Return Gini's coefficient of several groups: each group's own, weighed by P (1 - P)."""
    m = mix(groups)
    weight = m.city * (1 - m.city)
    return float((weight * mean_difference(m.counts, m.total)).sum() / weight.sum())


def information_of_groups(groups: ArrayLike) -> float:
    """Return Theil's H: divergence of the areas from the city over the city's diversity."""
    return divergence(groups) / diversity(groups)


def divergence(groups: ArrayLike) -> float:
    """Return Roberto's divergence (2016): the mean surprise (Kullback and Leibler, in nats) of an area's mix."""
    m = mix(groups)
    return float((m.total / m.total.sum() * rel_entr(m.share, m.city[:, None]).sum(axis=0)).sum())


def diversity(groups: ArrayLike) -> float:
    """Return the entropy of the city's mix in nats: 0 = one group, log K = all of one size. No segregation in it."""
    return float(entr(mix(groups).city).sum())


def exposure_of_groups(groups: ArrayLike) -> float:
    """Return the normalised exposure P (James 1986): mean squared deviation of the shares, by 1 - P_k."""
    m = mix(groups)
    return float((_squares(m) / (1 - m.city)).sum())


def relative_diversity(groups: ArrayLike) -> float:
    """Return R (Goodman and Kruskal 1954): how much less diverse areas are than the city, by Simpson's interaction."""
    m = mix(groups)
    return float(_squares(m).sum() / _interaction(m))


def squared_variation(groups: ArrayLike) -> float:
    """Return C, the squared coefficient of variation: small groups weigh as much as large ones."""
    m = mix(groups)
    return float((_squares(m) / m.city).sum() / (m.city.size - 1))


def simpson_concentration(groups: ArrayLike) -> float:
    """Return the probability that two people drawn from the city belong to one group (Simpson 1949)."""
    return float((mix(groups).city ** 2).sum())


def simpson_interaction(groups: ArrayLike) -> float:
    """Return the probability that two people drawn from the city belong to different groups."""
    return _interaction(mix(groups))


def distortion(groups: ArrayLike, x_m: Floats, y_m: Floats) -> float:
    """Return how long the city looks unlike itself to someone whose view widens, person by person (mean).

    From each area outwards areas are added by distance; the divergences of all these growing views from the city are
    summed (Olteanu, Randon-Furling and Clark 2019, PNAS 116(25)), not normalised by a most segregated city: it grows
    with the number of areas and compares only towns drawn on the same areas. Views without people count nothing.
    """
    m = mix(groups)
    size = m.total.size
    views = np.zeros(size)
    for origins in np.array_split(np.arange(size), -(-(size**2) * m.city.size // CELLS_AT_ONCE)):
        distance = np.hypot(x_m[origins, None] - x_m, y_m[origins, None] - y_m)
        nearest = np.argsort(distance, axis=1, kind="stable")
        seen = np.cumsum(m.counts[:, nearest], axis=2)  # groups x origins x growing view
        people = seen.sum(axis=0)
        shares = np.divide(seen, people, out=np.zeros_like(seen), where=people > 0)
        views[origins] = rel_entr(shares, m.city[:, None, None]).sum(axis=(0, 2))
    return float((views * m.total).sum() / m.total.sum())


def _interaction(m: Mix) -> float:
    return float((m.city * (1 - m.city)).sum())


def _squares(m: Mix) -> Floats:
    """Return per group the mean squared deviation of its shares from the city's."""
    return np.asarray((m.total * (m.share - m.city[:, None]) ** 2).sum(axis=1) / m.total.sum())
