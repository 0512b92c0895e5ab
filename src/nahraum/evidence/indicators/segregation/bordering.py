"""Dissimilarity that looks over the border: unevenness counts less where neighbours differ, for they may meet.

Each takes the mean difference of neighbours' shares from D. ``links``: A x A, 1 where areas touch; ``border_m``: A x A
lengths of shared borders (`nahraum.places.neighbours`). The weights of all pairs sum to 1, as in Hong, O'Sullivan and
Sadahiro (2014), PLoS ONE 9(11), and Tivadar (2019), Journal of Statistical Software 89(7). Values of Berlin 2019
agree with PySAL's segregation 2.5.4.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.segregation.counts import ratio, split
from nahraum.evidence.indicators.segregation.evenness import dissimilarity
from nahraum.places.neighbours import row_standardised


def dissimilarity_of_neighbours(group: ArrayLike, total: ArrayLike, links: csr_array) -> float:
    """Return Morrill's D(adj) (1991): every pair of touching areas counts the same."""
    pairs = links.tocoo()
    return dissimilarity(group, total) - _difference(group, total, pairs.row, pairs.col, pairs.data)


def dissimilarity_over_borders(group: ArrayLike, total: ArrayLike, border_m: csr_array) -> float:
    """Return Wong's D(w) (1993): a neighbour counts by its part of an area's shared border, every area the same."""
    return dissimilarity_of_neighbours(group, total, row_standardised(border_m))


def dissimilarity_by_shape(
    group: ArrayLike, total: ArrayLike, border_m: csr_array, *, perimeter_m: Floats, area_m2: Floats
) -> float:
    """Return Wong's D(s) (1993): a metre of border counts the same everywhere, and more where areas are all edge.

    Edge: perimeter over area, mean of both areas, over the largest in the city.
    """
    pairs = border_m.tocoo()
    edge = perimeter_m / area_m2
    openness = (edge[pairs.row] + edge[pairs.col]) / (2 * edge.max())
    return dissimilarity(group, total) - _difference(group, total, pairs.row, pairs.col, pairs.data, openness)


def _difference(
    group: ArrayLike,
    total: ArrayLike,
    row: np.ndarray[tuple[int], np.dtype[np.int32]],
    column: np.ndarray[tuple[int], np.dtype[np.int32]],
    weight: Floats,
    openness: Floats | float = 1.0,
) -> float:
    """Return the weighted mean difference of neighbours' shares; 0 where nobody has neighbours."""
    share = split(group, total).share
    if weight.sum() == 0:
        return 0.0
    return ratio(float((np.abs(share[row] - share[column]) * weight * openness).sum()), float(weight.sum()))
