"""How the areas lie: sizes, outlines, middle points, neighbours; the ground on which spatial measures stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_array

from nahraum.evidence.indicators.panel import Floats
from nahraum.places.boundaries import Boundaries
from nahraum.places.neighbours import Neighbours, queen, shared_border_m

INSIDE = 0.6  # two random people of an area live about sqrt(0.6 x area) apart (White 1983)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A areas on the ground, in metres.

    ``x_m``, ``y_m``: centroids; ``links``: A x A, 1 where areas touch; ``border_m``: A x A, shared border.
    """

    area_m2: Floats
    perimeter_m: Floats
    x_m: Floats
    y_m: Floats
    links: csr_array
    border_m: csr_array

    def distances_m(self) -> Floats:
        """Return the distances between all centroids, A x A."""
        return np.asarray(np.hypot(self.x_m[:, None] - self.x_m, self.y_m[:, None] - self.y_m))

    def from_centre_m(self, centre: tuple[float, float] | None = None) -> Floats:
        """Return the distances from a centre (x, y in metres), without one from the mean of the centroids."""
        x, y = centre or (self.x_m.mean(), self.y_m.mean())
        return np.asarray(np.hypot(self.x_m - x, self.y_m - y))


def layout(boundaries: Boundaries, neighbours: Neighbours | None = None) -> Layout:
    """Return the layout of areas that all have a shape; neighbours are found unless given."""
    found = neighbours or queen(boundaries)
    middle = shapely.centroid(boundaries.geometry)
    return Layout(
        area_m2=shapely.area(boundaries.geometry),
        perimeter_m=shapely.length(boundaries.geometry),
        x_m=shapely.get_x(middle),
        y_m=shapely.get_y(middle),
        links=found.links,
        border_m=shared_border_m(found, boundaries),
    )


def proximity(layout: Layout, *, reach_km: float = 1.0) -> Floats:
    """Return how near areas are: exp(-distance / reach), A x A; within an area the distance is sqrt(0.6 x area).

    White (1983), Massey and Denton (1988), who leave the unit of the distance open: it decides what counts as near,
    so it stands here as ``reach_km`` (at that distance an area weighs 37 per cent).
    """
    distance = layout.distances_m()
    np.fill_diagonal(distance, np.sqrt(INSIDE * layout.area_m2))
    return np.asarray(np.exp(-distance / (1000 * reach_km)))
