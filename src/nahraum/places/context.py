"""What helps to find one's way on a map - streets, water, green - cut to the city and light enough to travel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.places.boundaries import Boundaries
from nahraum.places.degrees import geojson

LARGEST = 300_000  # bytes of a layer as GeoJSON
MARGIN_M = 25.0  # a street along the border belongs to the city, however its outline was simplified
FINEST, COARSEST = 8_000, 300  # steps across the city: the first simplification tried, and the last
SMALLEST = 4  # pieces shorter than so many tolerances are left out
LEAST_BYTES = 12  # of a coordinate: saves writing what cannot fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A layer to draw: ``shapes`` are GeoJSON geometries in WGS 84, at most one of lines and one of areas.

    ``size``: bytes; ``tolerance_m``: how far outlines may be off by simplification, 0 for none; ``dropped``: pieces
    left out as too small for it; ``points``: points left out, because nothing is drawn for them; ``mended``: outlines
    that crossed themselves.
    """

    shapes: tuple[dict[str, Any], ...]
    size: int
    tolerance_m: float = 0.0
    dropped: int = 0
    points: int = 0
    mended: int = 0


def cut(shapes: NDArray[Any], boundaries: Boundaries) -> Context:
    """Return the lines and areas among N ``shapes`` (same crs as the boundaries) that lie in the city, simplified as
    little as ``LARGEST`` allows.

    Raises WrongRequest, saying how to mend it, if nothing is left or it stays too large.
    """
    parts = _parts(shapes)
    dimension = shapely.get_dimensions(parts)
    if not (dimension > 0).any():
        raise WrongRequest(_("The layer holds no lines and no areas. Choose another layer or file."))
    broken = (dimension == 2) & ~shapely.is_valid(parts)
    parts[broken] = shapely.make_valid(parts[broken])
    city = shapely.buffer(shapely.union_all(boundaries.geometry), MARGIN_M)
    lines, areas = (_inside(parts[dimension == n], city, n) for n in (1, 2))
    if not len(lines) + len(areas):
        raise WrongRequest(_("Nothing of the layer lies within the city. Check the file and its coordinate system."))
    lines = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))) if len(lines) else lines
    for tolerance in _tolerances(boundaries):
        light = _light(lines, tolerance, 1), _light(areas, tolerance, 2)
        if sum(int(shapely.get_num_coordinates(each).sum()) for each in light) * LEAST_BYTES > LARGEST:
            continue
        drawn = tuple(geojson(shape, boundaries.crs) for shape in _collected(*light))
        size = len(json.dumps(drawn, separators=(",", ":")))
        if drawn and size <= LARGEST:
            return Context(
                shapes=drawn,
                size=size,
                tolerance_m=tolerance,
                dropped=len(lines) + len(areas) - sum(map(len, light)),
                points=int((dimension == 0).sum()),
                mended=int(broken.sum()),
            )
    raise WrongRequest(
        _("The layer is too detailed for a map of the whole city. Choose less in the GIS, for example main roads only.")
    )


def _parts(shapes: NDArray[Any]) -> NDArray[Any]:
    """Return the single points, lines and areas; collections may hold collections."""
    there = shapes[[shape is not None and not shape.is_empty for shape in shapes]]
    parts = shapely.force_2d(there)
    while len(parts) and (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts = shapely.get_parts(parts)
    return np.asarray(parts, dtype=object)


def _inside(parts: NDArray[Any], city: Any, dimension: int) -> NDArray[Any]:
    """Return what lies in the city; where a shape only touches it, nothing of lower dimension stays."""
    shapely.prepare(city)
    near = parts[shapely.intersects(city, parts)]
    whole = shapely.covers(city, near)
    pieces = np.concatenate([near[whole], _parts(shapely.intersection(near[~whole], city))])
    pieces = _parts(pieces)
    kept: NDArray[Any] = pieces[shapely.get_dimensions(pieces) == dimension]
    return kept


def _tolerances(boundaries: Boundaries) -> Iterator[float]:
    west, south, east, north = shapely.total_bounds(boundaries.geometry)
    span = max(east - west, north - south)
    yield 0.0
    steps = FINEST
    while steps >= COARSEST:
        yield float(round(span / steps, 1))
        steps //= 2


def _light(pieces: NDArray[Any], tolerance: float, dimension: int) -> NDArray[Any]:
    """Return pieces simplified, without those too small to be seen at this tolerance."""
    if not tolerance or not len(pieces):
        return pieces
    least = SMALLEST * tolerance
    large = shapely.length(pieces) >= least if dimension == 1 else shapely.area(pieces) >= least**2
    found: NDArray[Any] = shapely.simplify(pieces[large], tolerance)
    return found


def _collected(lines: NDArray[Any], areas: NDArray[Any]) -> list[Any]:
    """Return all lines as one shape and all areas as one; borders between areas stay, so they are not united."""
    found = []
    if len(lines):
        found.append(shapely.multilinestrings(lines))
    if len(areas):
        found.append(shapely.multipolygons(areas))
    return found
