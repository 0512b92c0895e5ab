"""Boundaries for a browser: simplified without gaps, in degrees, small enough to travel."""

from __future__ import annotations

from typing import Any

import shapely

from nahraum.places.boundaries import Boundaries
from nahraum.places.degrees import geojson, geojsons

STEPS = 1500  # the outline is simplified to about this many steps across


def geojson_by_key(boundaries: Boundaries) -> dict[str, dict[str, Any]]:
    """Return one GeoJSON geometry in WGS 84 per area key, neighbours simplified along the same lines."""
    bounds = shapely.total_bounds(boundaries.geometry)
    tolerance = max(bounds[2] - bounds[0], bounds[3] - bounds[1]) / STEPS
    shapes = boundaries.geometry
    if len(boundaries.keys) > 1:
        shapes = shapely.coverage_simplify(shapes, tolerance)
    return dict(zip(boundaries.keys, geojsons(shapes, boundaries.crs), strict=True))


def context_geojson(boundaries: Boundaries) -> list[tuple[str, dict[str, Any]]]:
    """Return name and geometry of each context shape (water), cut to the city."""
    bounds = shapely.total_bounds(boundaries.geometry)
    outline = shapely.union_all(boundaries.geometry)
    found = []
    for name, shape in boundaries.context:
        inside = shapely.intersection(shapely.clip_by_rect(shape, *bounds), outline)
        if not inside.is_empty:
            found.append((name, geojson(inside, boundaries.crs)))
    return found
