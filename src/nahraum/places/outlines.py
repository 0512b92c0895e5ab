"""Boundaries as outlines for the screen: paths that a page draws once and colours often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from nahraum.places.boundaries import Boundaries
from nahraum.places.shapes import Spot

WIDTH = 1000.0  # units of the drawing
VISIBLE = 4.0  # units around a spot, so that a gap of a metre is seen
MANY = 1000  # areas from which the drawing is coarser and nobody finds one of them by its shape
DETAIL = 800.0  # neighbours are simplified along the same lines, to this part of the width


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """SVG path data by area key, in a drawing of ``width`` x ``height``; north is up."""

    width: float
    height: float
    paths: Mapping[str, str]

    @property
    def joined(self) -> str:
        """Return all paths as one where there are many areas, else nothing."""
        return "".join(self.paths.values()) if len(self.paths) > MANY else ""


def outlines(boundaries: Boundaries) -> Outlines:
    """Return the outlines of the areas; neighbours stay gap-free."""
    west, south, east, north = shapely.total_bounds(boundaries.geometry)
    scale = WIDTH / max(east - west, 1.0)
    shapes = boundaries.geometry
    digits = 0 if len(boundaries.keys) > MANY else 1
    if len(boundaries.keys) > 1:
        shapes = shapely.coverage_simplify(shapes, max(east - west, north - south) / DETAIL)
    return Outlines(
        width=WIDTH,
        height=round((north - south) * scale, 1),
        paths={
            key: _path(shape, west, north, scale, digits) for key, shape in zip(boundaries.keys, shapes, strict=True)
        },
    )


def spot_paths(boundaries: Boundaries, spots: Sequence[Spot]) -> list[tuple[str, str]]:
    """Return kind and path of each spot in the drawing of ``outlines(boundaries)``; what is too small stays a dot."""
    west, _south, east, north = shapely.total_bounds(boundaries.geometry)
    scale = WIDTH / max(east - west, 1.0)
    seen = (shapely.buffer(spot.geometry, VISIBLE / scale) for spot in spots)  # slivers are found on the map, too
    return [(spot.kind, _path(shape, west, north, scale)) for spot, shape in zip(spots, seen, strict=True)]


def _path(shape: Any, west: float, north: float, scale: float, digits: int = 1) -> str:
    rings = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type == "Polygon":
            for ring in (polygon.exterior, *polygon.interiors):
                points = np.asarray(ring.coords)[:-1, :2]
                drawn = np.column_stack(((points[:, 0] - west) * scale, (north - points[:, 1]) * scale)).round(digits)
                rings.append("M" + " ".join(f"{x:g},{y:g}" for x, y in drawn) + "Z")
    return "".join(rings)
