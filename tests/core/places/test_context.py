"""Streets and green are cut to the city, and lighter than the limit; what was left out is counted."""

import json

import numpy as np
import pytest
import shapely
from pyproj import Geod, Transformer

from nahraum.base import WrongRequest
from nahraum.places import context
from nahraum.places.boundaries import Boundaries

WEST, SOUTH, SIDE = 360_000.0, 5_650_000.0, 1000.0
METRES = 25  # that a street may run along the border


def city(n=3):
    squares = [
        shapely.box(WEST + x * SIDE, SOUTH + y * SIDE, WEST + (x + 1) * SIDE, SOUTH + (y + 1) * SIDE)
        for y in range(n)
        for x in range(n)
    ]
    keys = tuple(f"{each:02}" for each in range(len(squares)))
    return Boundaries(keys=keys, geometry=np.array(squares, dtype=object), crs="EPSG:25832")


def cut(*shapes):
    return context.cut(np.array(shapes, dtype=object), city())


def metric(shape):
    carry = Transformer.from_crs("EPSG:4326", "EPSG:25832", always_xy=True)
    found = shapely.from_geojson(json.dumps(shape))
    return shapely.transform(found, lambda xy: np.column_stack(carry.transform(xy[:, 0], xy[:, 1])))


def test_a_street_ends_at_the_border():
    found = cut(shapely.LineString([(WEST - 5000, SOUTH + 500), (WEST + 8000, SOUTH + 500)]))
    (line,) = found.shapes
    assert line["type"] == "MultiLineString"
    assert metric(line).length == pytest.approx(3 * SIDE + 2 * METRES, abs=3)  # rounded to about a metre
    (start, *_rest, end) = line["coordinates"][0]
    assert Geod(ellps="WGS84").inv(*start, *end)[2] == pytest.approx(3 * SIDE + 2 * METRES, abs=5)
    assert (found.tolerance_m, found.dropped, found.points, found.mended) == (0, 0, 0, 0)


def test_a_park_across_the_border_keeps_its_inner_half():
    found = cut(shapely.box(WEST - 400, SOUTH + 100, WEST + 400, SOUTH + 300))
    (park,) = found.shapes
    assert metric(park).area == pytest.approx((400 + METRES) * 200, rel=0.01)


def test_lines_areas_and_points_of_one_file_are_told_apart():
    found = cut(
        shapely.Point(WEST + 10, SOUTH + 10),
        shapely.box(WEST + 10, SOUTH + 10, WEST + 200, SOUTH + 200),
        shapely.GeometryCollection(
            [shapely.MultiLineString([[(WEST + 1, SOUTH + 1), (WEST + 99, SOUTH + 1)]]), shapely.Point(WEST, SOUTH)]
        ),
        None,
    )
    assert [each["type"] for each in found.shapes] == ["MultiLineString", "MultiPolygon"]
    assert found.points == 2


def test_an_area_that_only_touches_the_city_leaves_no_line():
    beyond = WEST - METRES
    with pytest.raises(WrongRequest, match=r"within the city|innerhalb der Stadt"):
        cut(shapely.box(beyond - 500, SOUTH + 100, beyond, SOUTH + 300))


def test_a_crossed_outline_is_mended_and_counted():
    bow = shapely.Polygon([(WEST, SOUTH), (WEST + 200, SOUTH + 200), (WEST + 200, SOUTH), (WEST, SOUTH + 200)])
    found = cut(bow)
    assert found.mended == 1
    assert metric(found.shapes[0]).area == pytest.approx(2 * 100 * 100, rel=0.02)  # two triangles, 200 wide, 100 high


def test_borders_between_areas_stay():
    found = cut(
        shapely.box(WEST, SOUTH, WEST + 100, SOUTH + 100), shapely.box(WEST + 100, SOUTH, WEST + 200, SOUTH + 100)
    )
    assert len(found.shapes[0]["coordinates"]) == 2


def test_a_winding_brook_is_simplified_until_it_fits_and_stays_where_it_is():
    along = np.linspace(0, 3000, 60_000)
    brook = shapely.LineString(np.column_stack([WEST + along, SOUTH + 1500 + 3 * np.sin(along)]))
    found = cut(brook)
    assert 0 < found.size <= context.LARGEST
    assert found.size == len(json.dumps(found.shapes, separators=(",", ":")))
    assert 0 < found.tolerance_m <= 3000 / context.COARSEST
    assert shapely.hausdorff_distance(metric(found.shapes[0]), brook) < found.tolerance_m + 4


def test_small_pieces_are_left_out_and_counted_before_anything_is_refused():
    rng = np.random.default_rng(1)
    at = rng.uniform([WEST, SOUTH], [WEST + 2900, SOUTH + 2900], (20_000, 2))
    paths = [shapely.LineString([(x, y), (x + 9, y)]) for x, y in at]
    main = [shapely.LineString([(WEST + 100 * n, SOUTH), (WEST + 100 * n, SOUTH + 2900)]) for n in range(1, 29)]
    found = cut(*paths, *main)
    assert found.dropped > 15_000
    assert sum(len(each["coordinates"]) for each in found.shapes) >= 28
    assert found.size <= context.LARGEST


def test_what_stays_too_large_is_refused_with_advice():
    rng = np.random.default_rng(2)
    at = rng.uniform([WEST, SOUTH], [WEST + 2900, SOUTH + 2900], (20_000, 2))
    with pytest.raises(WrongRequest, match=r"main roads|Hauptstraßen"):
        cut(*(shapely.LineString([(x, y), (x + 90, y + 1)]) for x, y in at))


def test_points_alone_are_no_layer():
    with pytest.raises(WrongRequest, match=r"no lines|keine Linien"):
        cut(shapely.Point(WEST, SOUTH))
