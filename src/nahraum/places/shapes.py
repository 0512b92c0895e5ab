"""Whether boundaries can be true: areas are surfaces, lie side by side without overlaps or gaps, near each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from nahraum.base import Issue, Severity
from nahraum.base.areas import named
from nahraum.places.boundaries import Boundaries

SURFACES = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
SHOWN = 20
MOST_BESIDE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """Up to where faults are traces of drawing: overlaps are told from ``overlap_m2`` and ``overlap_share`` (of the
    smaller area) on, gaps from ``gap_m2`` and ``gap_share`` (of the middle area's size) on. Borders are drawn to
    ``grid_m`` metres; finer differences are no gaps.
    """

    overlap_m2: float = 100.0
    overlap_share: float = 0.005
    gap_m2: float = 5_000.0
    gap_share: float = 0.01
    grid_m: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One place on the map that is wrong: ``kind``, keys of the areas concerned, size and shape (metric).

    ``share``: of an overlap in the smaller area, of what lies outside in its area (0 to 1); 0 for gaps.
    """

    kind: str
    areas: tuple[str, ...]
    area_m2: float
    geometry: Any
    share: float = 0.0


USUAL = Tolerance()


def shape_faults(
    boundaries: Boundaries, names: Mapping[str, str], file: str, tolerance: Tolerance = USUAL
) -> tuple[tuple[Issue, ...], tuple[Spot, ...]]:
    """Name what cannot be true of the boundaries (errors) or is remarkable about them (warnings), and where it is.

    ``names``: area key -> name for readers. Shapes that are missing or cross themselves are reported on reading;
    with them nothing else is judged. The issues are the first 20 of a kind, the spots all.
    """
    shapes = boundaries.geometry
    flat = ~np.isin(shapely.get_type_id(shapes), SURFACES)
    if flat.any():
        return tuple(_flat_issue(boundaries, int(n), names, file) for n in np.flatnonzero(flat)[:SHOWN]), ()
    if not shapely.is_valid(shapes).all():
        return (), ()
    whole = shapely.union_all(shapes, grid_size=tolerance.grid_m)
    double, holes = overlaps(boundaries, tolerance), gaps(boundaries, tolerance, whole)
    issues = (
        *(_overlap_issue(spot, names, file) for spot in double[:SHOWN]),
        *(_gap_issue(spot, names, file) for spot in holes[:SHOWN]),
        *_apart(boundaries, names, whole, file, tolerance.grid_m),
    )
    return issues, (*double, *holes)


def overlaps(boundaries: Boundaries, tolerance: Tolerance = USUAL) -> list[Spot]:
    """Return where two areas cover the same ground, largest first; the shapes must be valid."""
    shapes = boundaries.geometry
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    both = shapely.intersection(shapes[first], shapes[second])
    common = shapely.area(both)
    smaller = np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    wrong = np.flatnonzero((common > tolerance.overlap_m2) & (common > tolerance.overlap_share * smaller))
    return [
        Spot(
            kind="overlap",
            areas=(boundaries.keys[first[n]], boundaries.keys[second[n]]),
            area_m2=float(common[n]),
            geometry=both[n],
            share=float(common[n] / smaller[n]),
        )
        for n in wrong[np.argsort(-common[wrong])]
    ]


def gaps(boundaries: Boundaries, tolerance: Tolerance = USUAL, whole: Any = None) -> list[Spot]:
    """Return the holes between areas with those that touch them (at most 5), largest first.

    ``whole``: all areas united, where that is known already.
    """
    shapes = boundaries.geometry
    whole = shapely.union_all(shapes, grid_size=tolerance.grid_m) if whole is None else whole
    enough = max(tolerance.gap_m2, tolerance.gap_share * float(np.median(shapely.area(shapes))))
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    tree = shapely.STRtree(shapes)
    return [
        Spot(kind="gap", areas=beside(boundaries, hole, tolerance.grid_m, tree), area_m2=hole.area, geometry=hole)
        for hole in sorted(holes, key=lambda hole: -hole.area)
        if hole.area > enough
    ]


def beside(boundaries: Boundaries, shape: Any, distance_m: float, tree: Any = None) -> tuple[str, ...]:
    """Return the keys of the areas that touch a shape, at most 5; ``tree``: an index of them, where there is one."""
    tree = tree or shapely.STRtree(boundaries.geometry)
    near = np.sort(tree.query(shape, predicate="dwithin", distance=distance_m))
    return tuple(boundaries.keys[n] for n in near[:MOST_BESIDE])


def _flat_issue(boundaries: Boundaries, n: int, names: Mapping[str, str], file: str) -> Issue:
    shape = boundaries.geometry[n]
    return _issue(
        "geometry-not-an-area",
        Severity.ERROR,
        "The shape of {area} is a {kind}, not an area.",
        "Deliver areas (polygons).",
        file,
        area=named(boundaries.keys[n], names),
        kind="–" if shape is None else shape.geom_type,
    )


def _overlap_issue(spot: Spot, names: Mapping[str, str], file: str) -> Issue:
    return _issue(
        "areas-overlap",
        Severity.ERROR,
        "{area} and {other} overlap by {hectares} ha ({share} % of the smaller one).",
        "Repair the boundaries in the GIS; a shape may have been copied or moved.",
        file,
        area=named(spot.areas[0], names),
        other=named(spot.areas[1], names),
        hectares=f"{spot.area_m2 / 10_000:.1f}",
        share=f"{100 * spot.share:.0f}",
    )


def _gap_issue(spot: Spot, names: Mapping[str, str], file: str) -> Issue:
    return _issue(
        "areas-gap",
        Severity.WARNING,
        "A gap of {hectares} ha lies between {areas}.",
        "If it is no enclave of another municipality, an area may be missing or moved.",
        file,
        hectares=f"{spot.area_m2 / 10_000:.1f}",
        areas=", ".join(named(key, names) for key in spot.areas),
    )


def _apart(
    boundaries: Boundaries, names: Mapping[str, str], whole: shapely.Geometry, file: str, grid_m: float
) -> list[Issue]:
    """Tell of parts that lie further away from the rest than the whole city is wide."""
    parts = shapely.get_parts(whole)
    if len(parts) < 2:
        return []
    width = float(np.sqrt(shapely.area(parts).sum()))
    main = parts[np.argmax(shapely.area(parts))]
    far = [(part, shapely.distance(part, main)) for part in parts if shapely.distance(part, main) > width]
    return [
        _issue(
            "area-apart",
            Severity.WARNING,
            "{areas} lies {km} km away from the other areas.",
            "If it is no island or exclave, correct its coordinates.",
            file,
            areas=", ".join(named(key, names) for key in beside(boundaries, part, grid_m)),
            km=f"{distance / 1000:.0f}",
        )
        for part, distance in far[:SHOWN]
    ]


def _issue(code: str, severity: Severity, message: str, remedy: str, file: str, **params: object) -> Issue:
    return Issue(code=code, severity=severity, message=message, remedy=remedy, file=file, params=params)
