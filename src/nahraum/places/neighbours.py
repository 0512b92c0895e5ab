"""Neighbours: which areas touch, along how long a border, and with what weight they speak for each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.places.boundaries import Boundaries

GAP_M = 0.01  # drawn borders of two areas seldom agree to the last digit once they are projected; one centimetre


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """Which areas touch each other.

    ``keys``: A area keys; ``links``: A x A, 1.0 where two areas touch, symmetric, nothing on the diagonal.
    """

    keys: tuple[str, ...]
    links: csr_array

    @property
    def count(self) -> NDArray[np.int64]:
        """How many neighbours each area has."""
        counts: NDArray[np.int64] = np.diff(self.links.indptr).astype(np.int64)
        return counts

    @property
    def islands(self) -> tuple[str, ...]:
        """Name the areas without any neighbour: spatial statistics say nothing about them."""
        return tuple(self.keys[position] for position in np.flatnonzero(self.count == 0))


def queen(boundaries: Boundaries, *, gap_m: float = GAP_M) -> Neighbours:
    """Return which areas touch in a line or in a point (like the queen in chess).

    Two areas are neighbours when the gap between them is at most ``gap_m`` metres; overlapping ones are. An area
    without a shape is an island. Checked against PySAL's queen contiguity of Berlin's planning areas.
    """
    shapes = boundaries.geometry
    there = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    first, second = shapely.STRtree(shapes[there]).query(shapes[there], predicate="dwithin", distance=gap_m)
    apart = first != second
    return Neighbours(
        keys=boundaries.keys,
        links=_matrix(there[first[apart]], there[second[apart]], np.ones(int(apart.sum())), len(boundaries.keys)),
    )


def among(neighbours: Neighbours, keys: Sequence[str]) -> Neighbours:
    """Return the neighbours among these areas only, in this order; an area may become an island by it."""
    position = {key: place for place, key in enumerate(neighbours.keys)}
    if unknown := [key for key in keys if key not in position]:
        raise WrongRequest(
            _("These areas have no boundary: {areas}. Leave them out or mend their key.").format(
                areas=", ".join(unknown[:10])
            )
        )
    chosen = np.array([position[key] for key in keys], dtype=np.int64)
    return Neighbours(keys=tuple(keys), links=csr_array(neighbours.links[chosen][:, chosen]))


def row_standardised(links: csr_array) -> csr_array:
    """Return weights that sum to 1 in every row; the row of an island stays empty."""
    sums = np.asarray(links.sum(axis=1)).ravel()
    share = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)
    weights = csr_array(links, dtype=np.float64, copy=True)
    weights.data *= np.repeat(share, np.diff(weights.indptr))
    return weights


def shared_border_m(neighbours: Neighbours, boundaries: Boundaries) -> csr_array:
    """Return the length in metres of the border that neighbours share, A x A and symmetric; 0 where they meet in a
    point or only nearly.

    ``boundaries`` hold the same areas in the same order; an area that overlaps its neighbour shares the outline of
    the overlap.
    """
    if boundaries.keys != neighbours.keys:
        raise WrongRequest(_("Neighbours and boundaries must hold the same areas in the same order."))
    links = neighbours.links.tocoo()
    upper = links.row < links.col
    first, second = links.row[upper], links.col[upper]
    length = shapely.length(shapely.intersection(boundaries.geometry[first], boundaries.geometry[second]))
    return _matrix(
        np.concatenate([first, second]),
        np.concatenate([second, first]),
        np.concatenate([length, length]),
        len(neighbours.keys),
    )


def _matrix(row: NDArray[Any], column: NDArray[Any], value: NDArray[Any], size: int) -> csr_array:
    matrix = csr_array((np.asarray(value, dtype=np.float64), (row, column)), shape=(size, size))
    matrix.sort_indices()
    return matrix
