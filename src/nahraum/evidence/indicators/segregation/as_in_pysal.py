"""Five measures as PySAL's segregation 2.5.4 prints them, for comparison with values published from there.

There they depart from the definitions they cite: what should be nearness grows with distance (1 - exp(-d) instead of
exp(-d), of distances divided by the column's sum; own area exp(-sqrt(0.6 area in square metres)), in effect always
near); relative clustering multiplies each area's people by themselves instead of by those of the other area; and the
chances to meet are divided by the other area's sum, so that isolation and interaction do not sum to 1 (Berlin 2019:
0.15554 + 0.85603). Use `clustering` and `exposure` for any statement about a town.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.segregation.clustering import absolute_clustering, spatial_proximity
from nahraum.evidence.indicators.segregation.counts import split
from nahraum.evidence.indicators.segregation.layout import INSIDE, Layout


def pysal_clustering(group: ArrayLike, total: ArrayLike, layout: Layout) -> dict[str, float]:
    """Return the five measures of clustering and distance-decay exposure by their names there."""
    s = split(group, total)
    remoteness = _remoteness(layout)
    to = remoteness.sum(axis=0)  # weight with which an area is reached from all others
    x, y = s.group, s.rest
    # Chances [i, j] = r_ij t_j / sum_k r_jk t_k: divided by the sum of row j where row i is meant.
    chances = remoteness * (s.total / (remoteness @ s.total))
    return {
        "AbsoluteClustering": absolute_clustering(group, total, remoteness),
        "SpatialProximity": spatial_proximity(group, total, remoteness),
        "RelativeClustering": float((x**2 @ to / x.sum() ** 2) / (y**2 @ to / y.sum() ** 2) - 1),
        "DistanceDecayIsolation": float(x @ (chances @ s.share) / x.sum()),
        "DistanceDecayInteraction": float(x @ (chances @ np.where(s.total > 0, 1 - s.share, 0.0)) / x.sum()),
    }


def _remoteness(layout: Layout) -> Floats:
    distance = layout.distances_m()
    far = -np.expm1(-distance / distance.sum(axis=0))
    np.fill_diagonal(far, -np.expm1(-np.sqrt(INSIDE * layout.area_m2)))
    return np.asarray(far)
