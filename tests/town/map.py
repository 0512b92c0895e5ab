"""The map of Musterstadt: quarters of both versions, social spaces, districts, water."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tests.town import plan
from tests.town.chance import normal, uniform
from tests.town.partition import Points, bent, partition, relaxed, smooth

SEED = 2024
EIGHTH = (
    (1.0, 0.0), (0.7071, 0.7071), (0.0, 1.0), (-0.7071, 0.7071), (-1.0, 0.0), (-0.7071, -0.7071), (0.0, -1.0),
    (0.7071, -0.7071),
)  # fmt: skip
GOLDEN = (-0.7373688, 0.6754903)  # cosine and sine of the golden angle: sunflower seeds never line up


@dataclass(frozen=True, kw_only=True)
class TownMap:
    """Polygons of the smallest pieces and the water; ``space``: position in ``plan.SPACES`` per piece."""

    names: tuple[str, ...]
    space: tuple[int, ...]
    seeds: Points
    geometry: NDArray[Any]
    water: tuple[tuple[str, Any], ...]


@cache
def town_map() -> TownMap:
    """Draw the map; always the same."""
    names: list[str] = []
    space: list[int] = []
    seeds: list[Points] = []
    for n, each in enumerate(plan.SPACES):
        names += each.pieces
        space += [n] * len(each.pieces)
        seeds.append(_sunflower(each, len(each.pieces)))
    points = np.concatenate(seeds)
    points[names.index(plan.ISLAND)] = plan.ISLAND_HEART
    river, harbour = _course(plan.COURSE, "river"), _course(plan.HARBOUR, "harbour")
    rough = smooth(plan.OUTLINE, closed=True, rounds=2)
    outline = np.round(bent(rough, seed=SEED, name="outline", bend=0.13, shortest=60))
    courses = [river, _reaching(harbour, river)]
    points = relaxed(np.round(points), outline, courses, share=0.45)
    geometry = partition(points, outline, courses, seed=SEED)
    origin = np.asarray(plan.ORIGIN)
    placed = shapely.transform(geometry, lambda xy: np.round(xy + origin, 2))
    return TownMap(
        names=tuple(names),
        space=tuple(space),
        seeds=points + origin,
        geometry=placed,
        water=tuple(
            (name, shapely.transform(shape, lambda xy: np.round(xy + origin, 2)))
            for name, shape in _water(outline, river, harbour)
        ),
    )


def _course(points: list[tuple[int, int]], name: str) -> Points:
    return np.round(bent(smooth(points), seed=SEED, name=name, bend=0.06, shortest=60))


def _reaching(line: Points, other: Points) -> Points:
    """Draw the ends of an arm on to the middle of the river, so that it cuts an island off."""
    river = shapely.LineString(other)
    ends = [
        np.round(
            shapely.get_coordinates(
                shapely.line_interpolate_point(river, shapely.line_locate_point(river, shapely.Point(end)))
            )[0]
        )
        for end in (line[0], line[-1])
    ]
    beyond = [2 * end - near for end, near in zip(ends, (line[0], line[-1]), strict=True)]
    return np.concatenate([[beyond[0]], line, [beyond[1]]])


def _sunflower(space: plan.Space, count: int) -> Points:
    """Set seed points around the heart of a space, denser in its middle, a little out of order."""
    cosine, sine = EIGHTH[space.turn]
    jitter = normal(SEED, f"seeds/{space.key}", count, 2) * (space.reach / 11)
    points = []
    for n in range(count):
        radius = space.reach * (n + 0.25) / count
        points.append((space.heart[0] + radius * cosine, space.heart[1] + radius * sine))
        cosine, sine = cosine * GOLDEN[0] - sine * GOLDEN[1], sine * GOLDEN[0] + cosine * GOLDEN[1]
    return np.round(np.asarray(points) + jitter)


def _water(outline: Points, river: Points, harbour: Points) -> list[tuple[str, Any]]:
    """Return the water as areas inside the city: river, harbour arm, brook."""
    city = shapely.Polygon(outline)
    brook = bent(smooth(plan.BROOK), seed=SEED, name="brook", bend=0.12, shortest=50)
    shapes = [
        (plan.RIVER, _ribbon(river, 62.0, "river")),
        ("Hafenarm", _ribbon(_reaching(harbour, river), 48.0, "harbour")),
        ("Mühlenbach", _ribbon(brook, 9.0, "brook")),
    ]
    return [(name, shapely.set_precision(shapely.intersection(shape, city), 0.1)) for name, shape in shapes]


def _ribbon(line: Points, half: float, name: str) -> Any:
    """Widen a line to water whose width swells and shrinks: segments with their own widths, joined."""
    width = half * (0.8 + 0.4 * uniform(SEED, f"width/{name}", len(line)))
    for _ in range(3):
        width[1:-1] = (width[:-2] + width[1:-1] + width[2:]) / 3
    discs = shapely.buffer(shapely.points(line), width, quad_segs=4)
    return shapely.union_all([shapely.convex_hull(shapely.union(a, b)) for a, b in pairwise(discs)])
