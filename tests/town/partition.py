"""A planar partition that looks like a city: cells around points, cut by water, with borders bent once for both sides.

The borders are one net of lines, and the areas are its faces; so there can be neither gaps nor overlaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tests.town.chance import uniform

Geometries = NDArray[Any]
Points = NDArray[np.float64]

GRID = 0.01  # metres
CALMING = 0.8  # of a bend from one halving to the next
FIRST_GRID = 1.0  # before the borders bend


def smooth(points: Sequence[tuple[float, float]], *, closed: bool = False, rounds: int = 3) -> Points:
    """Cut the corners of a line (Chaikin): a course drawn with few points becomes a curve."""
    line = np.asarray(points, dtype=np.float64)
    for _ in range(rounds):
        following = np.roll(line, -1, axis=0) if closed else line[1:]
        here = line if closed else line[:-1]
        cut = np.stack([0.75 * here + 0.25 * following, 0.25 * here + 0.75 * following], axis=1).reshape(-1, 2)
        line = cut if closed else np.concatenate([line[:1], cut, line[-1:]])
    return np.round(np.concatenate([line, line[:1]]) if closed else line)


def bent(line: Points, *, seed: int, name: str, bend: float, shortest: float) -> Points:
    """Displace midpoints again and again, ever less, until the pieces are ``shortest`` long."""
    depth = 0
    while len(line) > 1 and depth < 6:
        step = line[1:] - line[:-1]
        length = np.sqrt((step * step).sum(axis=1))
        if length.max() < 2 * shortest:
            break
        aside = (uniform(seed, f"{name}/{depth}", len(step)) - 0.5) * 2 * bend * CALMING**depth
        aside = np.where(length < 2 * shortest, 0.0, aside)
        middle = (line[1:] + line[:-1]) / 2 + np.stack([-step[:, 1], step[:, 0]], axis=1) * aside[:, None]
        woven = np.empty((2 * len(line) - 1, 2))
        woven[0::2], woven[1::2] = line, middle
        line = woven
        depth += 1
    return line


def partition(seeds: Points, outline: Points, courses: Sequence[Points], *, seed: int) -> Geometries:
    """Divide the city into one polygon per seed point (N x 2, metres), in their order.

    ``outline`` is closed; ``courses`` are lines of water that no polygon crosses. Raises AssertionError if the net
    does not give every seed its face.
    """
    net = _net(seeds, outline, courses)
    arcs = shapely.normalize(shapely.get_parts(shapely.line_merge(net)))
    coast = shapely.union_all([shapely.LineString(outline), *(shapely.LineString(course) for course in courses)])
    natural = shapely.distance(shapely.line_interpolate_point(arcs, 0.5, normalized=True), coast) < 2 * FIRST_GRID
    for bend in (0.17, 0.09, 0.03, 0.0):
        lines = [
            shapely.LineString(
                np.round(bent(shapely.get_coordinates(arc), seed=seed, name=_name(arc), bend=bend, shortest=90.0), 2)
            )
            if not kept
            else arc
            for arc, kept in zip(arcs, natural, strict=True)
        ]
        faces = shapely.get_parts(shapely.polygonize(lines))
        if len(faces) == len(seeds) and bool(shapely.coverage_is_valid(faces)):
            return _in_order(faces, seeds)
    raise AssertionError("the net of borders does not give one face per seed")


def _name(arc: Any) -> str:
    """Name an arc by where it lies, so that its bends depend on nothing else."""
    return "/".join(f"{value:.0f}" for value in shapely.bounds(arc))


def relaxed(seeds: Points, outline: Points, courses: Sequence[Points], *, share: float) -> Points:
    """Move seeds by a share of the way to the middle of their cells, so that sizes differ less; whole metres."""
    pieces, owners = _pieces(seeds, outline, courses)
    moved = seeds.copy()
    middle = shapely.get_coordinates(shapely.centroid(pieces))
    moved[owners] = np.round(seeds[owners] + share * (middle - seeds[owners]))
    return moved


def _pieces(seeds: Points, outline: Points, courses: Sequence[Points]) -> tuple[list[Any], list[int]]:
    """Return the straight cells on either bank, and the seed that each belongs to."""
    city = shapely.Polygon(outline)
    lines = shapely.union_all([city.exterior, *(shapely.LineString(course) for course in courses)])
    banks = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines).tolist()))
    pieces: list[Any] = []
    owners: list[int] = []
    for bank in banks[shapely.contains(city, shapely.point_on_surface(banks))]:
        inside = np.flatnonzero(shapely.contains_xy(bank, seeds[:, 0], seeds[:, 1]))
        assert len(inside), "a bank without a seed"
        pieces += list(_cells(seeds[inside], bank))
        owners += inside.tolist()
    assert sorted(owners) == list(range(len(seeds))), "a seed lies outside the city"
    return pieces, owners


def _net(seeds: Points, outline: Points, courses: Sequence[Points]) -> Any:
    """Return the noded net of straight borders: cells of the seeds on either bank, cut by outline and water."""
    pieces, owners = _pieces(seeds, outline, courses)
    rings = shapely.union_all(shapely.boundary(pieces), grid_size=FIRST_GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(rings).tolist()))
    return _joined(faces, pieces, owners)


def _joined(faces: Geometries, pieces: list[Any], owners: list[int]) -> Any:
    """Give every face to the seed whose cell holds it; bits cut off by a bend of the water go to a neighbour."""
    tree = shapely.STRtree(pieces)
    within = tree.nearest(shapely.point_on_surface(faces))
    belongs = np.asarray(owners)[within]
    area = shapely.area(faces)
    for owner in np.unique(belongs):
        mine = np.flatnonzero(belongs == owner)
        for bit in mine[area[mine] < area[mine].max()]:
            shared = shapely.length(shapely.intersection(shapely.boundary(faces), shapely.boundary(faces[bit])))
            shared[mine] = 0.0
            belongs[bit] = belongs[int(shared.argmax())]
    whole = [shapely.coverage_union_all(faces[belongs == owner]) for owner in np.unique(belongs)]
    return shapely.node(shapely.union_all(shapely.boundary(whole)))


def _cells(seeds: Points, bank: Any) -> Geometries:
    if len(seeds) == 1:
        return np.array([bank])
    cells = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=bank.buffer(2000), ordered=True)
    return shapely.intersection(shapely.get_parts(cells), bank)


def _in_order(faces: Geometries, seeds: Points) -> Geometries:
    """Sort the faces by their seeds; a seed that a bend has left behind takes the face that is still free nearest."""
    points = shapely.points(seeds)
    found = [int(np.flatnonzero(shapely.covers(faces, point))[0]) for point in points]
    free = [n for n in range(len(faces)) if n not in found]
    for n, face in enumerate(found):
        if face in found[:n]:
            distance = shapely.distance(faces[free], points[n])
            found[n] = free.pop(int(distance.argmin()))
    return shapely.normalize(faces[found])
