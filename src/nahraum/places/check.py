"""Boundaries before they are taken over: valid, without gaps and overlaps, inside the city, each in its parent.

What is wrong is told twice: as issues for the clerk, and as spots for a map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from nahraum.base import Issue, Severity
from nahraum.base.areas import named
from nahraum.base.language import number
from nahraum.places.boundaries import Boundaries
from nahraum.places.shapes import SHOWN, USUAL, Spot, Tolerance, beside, shape_faults

INSIDE = 0.99  # share of an area that must lie in its parent; borders of two files never agree quite
DIGITS = 6  # of degrees, about a decimetre


@dataclass(frozen=True, kw_only=True)
class BoundaryCheck:
    """What is wrong with boundaries: issues (the first 20 of a kind) and every spot, in ``crs``."""

    issues: tuple[Issue, ...]
    spots: tuple[Spot, ...]
    crs: str

    def geojson(self) -> dict[str, Any]:
        """Return the spots as a GeoJSON feature collection in WGS 84: kind, areas, area_m2 and share of each."""
        from pyproj import Transformer

        carry = Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)

        def degrees(xy: Any) -> Any:
            return np.round(np.column_stack(carry.transform(xy[:, 0], xy[:, 1])), DIGITS)

        return {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {
                        "kind": spot.kind,
                        "areas": list(spot.areas),
                        "area_m2": round(spot.area_m2, 1),
                        "share": round(spot.share, 6),
                    },
                    "geometry": shapely.geometry.mapping(shapely.transform(shapely.force_2d(spot.geometry), degrees)),
                }
                for spot in self.spots
            ],
        }


def check_boundaries(
    boundaries: Boundaries,
    names: Mapping[str, str],
    *,
    file: str = "",
    outline: Any = None,
    tolerance: Tolerance = USUAL,
) -> BoundaryCheck:
    """Check the boundaries of one level.

    ``outline``: shape of the whole city in the same crs; then areas that reach beyond it and parts of the city that
    lie in no area are told as well. Shapes that are invalid are told and left out of the rest.
    """
    sound = shapely.is_valid(boundaries.geometry) & ~shapely.is_missing(boundaries.geometry)
    issues, spots = _invalid(boundaries, names, np.flatnonzero(~sound).tolist(), file)
    keep = np.flatnonzero(sound)
    rest = replace(boundaries, keys=tuple(boundaries.keys[n] for n in keep), geometry=boundaries.geometry[keep])
    if keep.size:
        wrong, where = shape_faults(rest, names, file, tolerance)
        issues += wrong
        spots += where
        if outline is not None and not any(issue.code == "geometry-not-an-area" for issue in wrong):
            found = _against(rest, outline, tolerance)
            issues += [_outline_issue(spot, names, file) for spot in found[:SHOWN]]
            spots += found
    return BoundaryCheck(issues=tuple(issues), spots=tuple(spots), crs=boundaries.crs)


def check_hierarchy(
    fine: Boundaries,
    coarse: Boundaries,
    parents: Mapping[str, str],
    names: Mapping[str, str],
    parent_names: Mapping[str, str],
    *,
    file: str = "",
    inside: float = INSIDE,
) -> BoundaryCheck:
    """Check that each fine area lies in the coarse area that ``parents`` names, by at least ``inside`` of its size.

    Areas without parent, or with one that has no boundary, are not judged here. The spots are what lies outside.
    """
    place = {key: n for n, key in enumerate(coarse.keys)}
    pairs = [(n, place[parents[key]]) for n, key in enumerate(fine.keys) if parents.get(key) in place]
    if not pairs:
        return BoundaryCheck(issues=(), spots=(), crs=fine.crs)
    child, above = np.array(pairs).T
    shapes, roofs = fine.geometry[child], coarse.geometry[above]
    size = shapely.area(shapes)
    share = np.divide(shapely.area(shapely.intersection(shapes, roofs)), size, out=np.ones_like(size), where=size > 0)
    wrong = np.flatnonzero(share < inside)
    issues: list[Issue] = []
    spots = []
    for n in wrong[np.argsort(share[wrong])]:
        pair, outside = (fine.keys[child[n]], coarse.keys[above[n]]), shapely.difference(shapes[n], roofs[n])
        spots.append(
            Spot(
                kind="not-in-parent",
                areas=pair,
                area_m2=outside.area,
                geometry=outside,
                share=1 - float(share[n]),
            )
        )
        if len(issues) < SHOWN:
            elsewhere = shapely.area(shapely.intersection(coarse.geometry, outside))
            where = coarse.keys[int(np.argmax(elsewhere))] if elsewhere.any() else ""
            issues.append(_not_in_parent(pair, where, 1 - float(share[n]), names, parent_names, file))
    return BoundaryCheck(issues=tuple(issues), spots=tuple(spots), crs=fine.crs)


def _not_in_parent(
    pair: tuple[str, str],
    where: str,
    outside: float,
    names: Mapping[str, str],
    parent_names: Mapping[str, str],
    file: str,
) -> Issue:
    return Issue(
        code="area-not-in-parent",
        severity=Severity.WARNING,
        message="{area} is said to lie in {parent}, but {outside} % of its ground lie outside, mostly in {where}.",
        remedy="Correct the parent in the table, or the boundary in the GIS.",
        file=file,
        value=pair[0],
        params={
            "area": named(pair[0], names),
            "parent": named(pair[1], parent_names),
            "outside": number(100 * outside, 1),
            "where": named(where, parent_names) if where else "–",
        },
    )


def _invalid(
    boundaries: Boundaries, names: Mapping[str, str], wrong: Sequence[int], file: str
) -> tuple[list[Issue], list[Spot]]:
    issues, spots = [], []
    for n in wrong:
        shape = boundaries.geometry[n]
        reason = "–" if shape is None else str(shapely.is_valid_reason(shape))
        issues.append(
            Issue(
                code="geometry-invalid",
                severity=Severity.ERROR,
                message="The outline of {area} is not valid: {reason}.",
                remedy="Repair the geometry in the GIS.",
                file=file,
                value=boundaries.keys[n],
                params={"area": named(boundaries.keys[n], names), "reason": reason},
            )
        )
        if shape is not None and not shape.is_empty:
            mended = shapely.make_valid(shape)
            key = (boundaries.keys[n],)
            spots.append(Spot(kind="invalid", areas=key, area_m2=float(mended.area), geometry=mended))
    return issues[:SHOWN], spots


def _against(boundaries: Boundaries, outline: Any, tolerance: Tolerance) -> list[Spot]:
    """Return what reaches beyond the outline, and what of the city lies in no area."""
    shapes = boundaries.geometry
    beyond = shapely.difference(shapes, outline)
    size, whole = shapely.area(beyond), shapely.area(shapes)
    wrong = np.flatnonzero((size > tolerance.overlap_m2) & (size > tolerance.overlap_share * whole))
    found = [
        Spot(
            kind="outside",
            areas=(boundaries.keys[n],),
            area_m2=float(size[n]),
            geometry=beyond[n],
            share=float(size[n] / whole[n]),
        )
        for n in wrong[np.argsort(-size[wrong])]
    ]
    enough = max(tolerance.gap_m2, tolerance.gap_share * float(np.median(whole)))
    united = shapely.union_all(shapes, grid_size=tolerance.grid_m)
    holes = [gap for part in shapely.get_parts(united) for gap in map(shapely.Polygon, part.interiors)]
    left = shapely.difference(outline, shapely.union_all([united, *holes]))  # holes are told as gaps
    return found + [
        Spot(
            kind="uncovered", areas=beside(boundaries, part, tolerance.grid_m), area_m2=float(part.area), geometry=part
        )
        for part in sorted(shapely.get_parts(left), key=lambda part: -part.area)
        if part.area > enough
    ]


def _outline_issue(spot: Spot, names: Mapping[str, str], file: str) -> Issue:
    outside = spot.kind == "outside"
    return Issue(
        code="area-outside" if outside else "outline-uncovered",
        severity=Severity.WARNING,
        message="{areas} reaches {hectares} ha beyond the outline of the city."
        if outside
        else "{hectares} ha of the city lie in no area, beside {areas}.",
        remedy="Compare area and outline in the GIS; they may be of different years.",
        file=file,
        params={
            "areas": ", ".join(named(key, names) for key in spot.areas) or "–",
            "hectares": f"{spot.area_m2 / 10_000:.1f}",
        },
    )
