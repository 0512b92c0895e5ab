"""Whether boundaries can be true: areas are surfaces, lie side by side without overlaps or gaps, near each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from nahraum.base import Issue, Severity
from nahraum.base.areas import named
from nahraum.places.boundaries import Boundaries

OVERLAP_M2, OVERLAP_SHARE = 100.0, 0.005  # smaller overlaps (of the smaller area) are traces of drawing
GAP_M2, GAP_SHARE = 5_000.0, 0.01  # smaller holes (of the middle area's size) are traces of drawing
GRID_M = 1.0  # borders are drawn to a metre; finer differences are no gaps
SURFACES = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
SHOWN = 20


def shape_issues(boundaries: Boundaries, names: Mapping[str, str], file: str) -> tuple[Issue, ...]:
    """Name what cannot be true of the boundaries (errors) or is remarkable about them (warnings).

    ``names``: area key -> name for readers. Shapes that are missing or cross themselves are reported on reading;
    with them nothing else is judged.
    """
    shapes = boundaries.geometry
    flat = ~np.isin(shapely.get_type_id(shapes), SURFACES)
    if flat.any():
        return tuple(
            _issue(
                "geometry-not-an-area",
                Severity.ERROR,
                "The shape of {area} is a {kind}, not an area.",
                "Deliver areas (polygons).",
                file,
                area=named(boundaries.keys[n], names),
                kind="–" if shapes[n] is None else shapes[n].geom_type,
            )
            for n in np.flatnonzero(flat)[:SHOWN]
        )
    if not shapely.is_valid(shapes).all():
        return ()
    whole = shapely.union_all(shapes, grid_size=GRID_M)
    return (
        *_overlaps(boundaries, names, file),
        *_gaps(boundaries, names, whole, file),
        *_apart(boundaries, names, whole, file),
    )


def _overlaps(boundaries: Boundaries, names: Mapping[str, str], file: str) -> list[Issue]:
    shapes = boundaries.geometry
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    common = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    smaller = np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    wrong = np.flatnonzero((common > OVERLAP_M2) & (common > OVERLAP_SHARE * smaller))
    return [
        _issue(
            "areas-overlap",
            Severity.ERROR,
            "{area} and {other} overlap by {hectares} ha ({share} % of the smaller one).",
            "Repair the boundaries in the GIS; a shape may have been copied or moved.",
            file,
            area=named(boundaries.keys[first[n]], names),
            other=named(boundaries.keys[second[n]], names),
            hectares=f"{common[n] / 10_000:.1f}",
            share=f"{100 * common[n] / smaller[n]:.0f}",
        )
        for n in wrong[np.argsort(-common[wrong])][:SHOWN]
    ]


def _gaps(boundaries: Boundaries, names: Mapping[str, str], whole: shapely.Geometry, file: str) -> list[Issue]:
    shapes = boundaries.geometry
    enough = max(GAP_M2, GAP_SHARE * float(np.median(shapely.area(shapes))))
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    large = sorted((hole for hole in holes if hole.area > enough), key=lambda hole: -hole.area)
    return [
        _issue(
            "areas-gap",
            Severity.WARNING,
            "A gap of {hectares} ha lies between {areas}.",
            "If it is no enclave of another municipality, an area may be missing or moved.",
            file,
            hectares=f"{hole.area / 10_000:.1f}",
            areas=", ".join(
                named(boundaries.keys[n], names) for n in np.flatnonzero(shapely.dwithin(shapes, hole, GRID_M))[:5]
            ),
        )
        for hole in large[:SHOWN]
    ]


def _apart(boundaries: Boundaries, names: Mapping[str, str], whole: shapely.Geometry, file: str) -> list[Issue]:
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
            areas=", ".join(
                named(boundaries.keys[n], names)
                for n in np.flatnonzero(shapely.intersects(boundaries.geometry, part))[:5]
            ),
            km=f"{distance / 1000:.0f}",
        )
        for part, distance in far[:SHOWN]
    ]


def _issue(code: str, severity: Severity, message: str, remedy: str, file: str, **params: object) -> Issue:
    return Issue(code=code, severity=severity, message=message, remedy=remedy, file=file, params=params)
