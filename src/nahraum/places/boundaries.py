"""Boundaries of areas: geometry beside an area system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Boundaries:
    """Geometry of the finest level of an area system.

    ``keys``: A area keys; ``geometry``: A shapely polygons or multipolygons in ``crs`` (metric, x east, y north).
    ``context``: name -> shapely geometry of what helps to find one's way (``water``), same crs, may be empty.
    """

    keys: tuple[str, ...]
    geometry: NDArray[Any]
    crs: str
    context: tuple[tuple[str, Any], ...] = ()
