"""Boundaries in degrees, as a browser knows them, back on a metric map."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from nahraum.places.boundaries import Boundaries

DEGREES = "EPSG:4326"
DIGITS = 5  # about a metre


def metric_boundaries(
    shapes: Mapping[str, Mapping[str, Any] | None], context: Sequence[tuple[str, Mapping[str, Any]]] = ()
) -> Boundaries | None:
    """Return GeoJSON geometries in WGS 84 as boundaries in the UTM zone (ETRS89) of their middle.

    Areas without a geometry are left out; None if there is none at all. Simplified shapes stay simplified.
    """
    keys = tuple(key for key, shape in shapes.items() if shape)
    if not keys:
        return None
    found = shapely.from_geojson([json.dumps(shapes[key]) for key in keys])
    west, _south, east, _north = shapely.total_bounds(found)
    zone = min(max(int(((west + east) / 2 + 180) // 6) + 1, 28), 38)  # EPSG:25828 to 25838 cover Europe
    crs = f"EPSG:258{zone}"
    carry = _between(DEGREES, crs)

    def moved(shape: Any) -> Any:
        return shapely.transform(shape, lambda xy: np.column_stack(carry.transform(xy[:, 0], xy[:, 1])))

    beside = tuple((name, moved(shapely.from_geojson(json.dumps(shape)))) for name, shape in context)
    return Boundaries(keys=keys, geometry=moved(found), crs=crs, context=beside)


def dissolved(
    shapes: Mapping[str, Mapping[str, Any] | None], groups: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, Any] | None]:
    """Return key of a group -> the outline around its members (GeoJSON geometries in WGS 84); None without any."""
    found: dict[str, dict[str, Any] | None] = {}
    for key, members in groups.items():
        parts = shapely.from_geojson([json.dumps(shape) for each in members if (shape := shapes.get(each))])
        # neighbours meet in points that are rounded alike; the grid closes what rounding left open
        whole = shapely.union_all(parts, grid_size=10**-DIGITS) if len(parts) else None
        found[key] = json.loads(shapely.to_geojson(whole)) if whole else None
    return found


def geojson(shape: Any, crs: str) -> dict[str, Any]:
    """Return a shapely geometry in ``crs`` as a GeoJSON geometry in WGS 84, rounded to about a metre."""
    return geojsons([shape], crs)[0]


def geojsons(shapes: Sequence[Any] | NDArray[Any], crs: str) -> list[dict[str, Any]]:
    """Return shapely geometries as ``geojson`` does, all at once."""
    carry = _between(crs, DEGREES)
    moved = shapely.transform(
        np.asarray(shapes, dtype=object), lambda xy: np.column_stack(carry.transform(xy[:, 0], xy[:, 1]))
    )
    drawn = [shapely.geometry.mapping(shape) for shape in moved]
    return [{"type": each["type"], "coordinates": _rounded(each["coordinates"])} for each in drawn]


@cache
def _between(there: str, here: str) -> Transformer:
    """Return what carries points over; making it takes longer than moving a city's boundaries."""
    return Transformer.from_crs(there, here, always_xy=True)


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates[0], int | float):
        return [round(value, DIGITS) for value in coordinates[:2]]
    return [_rounded(part) for part in coordinates]
