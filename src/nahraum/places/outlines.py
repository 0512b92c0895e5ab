"""Boundaries as outlines for the screen: paths that a page draws once and colours often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from nahraum.places.boundaries import Boundaries

WIDTH = 1000.0  # units of the drawing
DETAIL = 800.0  # neighbours are simplified along the same lines, to this part of the width


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """SVG path data by area key, in a drawing of ``width`` x ``height``; north is up."""

    width: float
    height: float
    paths: Mapping[str, str]


def outlines(boundaries: Boundaries) -> Outlines:
    """Return the outlines of the areas; neighbours stay gap-free."""
    west, south, east, north = shapely.total_bounds(boundaries.geometry)
    scale = WIDTH / max(east - west, 1.0)
    shapes = boundaries.geometry
    if len(boundaries.keys) > 1:
        shapes = shapely.coverage_simplify(shapes, max(east - west, north - south) / DETAIL)
    return Outlines(
        width=WIDTH,
        height=round((north - south) * scale, 1),
        paths={key: _path(shape, west, north, scale) for key, shape in zip(boundaries.keys, shapes, strict=True)},
    )


def _path(shape: Any, west: float, north: float, scale: float) -> str:
    rings = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type == "Polygon":
            for ring in (polygon.exterior, *polygon.interiors):
                points = np.asarray(ring.coords)[:-1, :2]
                drawn = np.column_stack(((points[:, 0] - west) * scale, (north - points[:, 1]) * scale)).round(1)
                rings.append("M" + " ".join(f"{x:g},{y:g}" for x, y in drawn) + "Z")
    return "".join(rings)
