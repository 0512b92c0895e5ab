"""Boundaries that cannot be true are named; those of real cities are not."""

import numpy as np
import pytest
import shapely

from nahraum.places.boundaries import Boundaries
from nahraum.places.shapes import shape_faults
from nahraum.sources.geo import read_geometry


def grid(n=5, side=1000.0):
    return [shapely.box(x * side, y * side, (x + 1) * side, (y + 1) * side) for y in range(n) for x in range(n)]


def issues(shapes):
    geometry = np.array(shapes, dtype=object)
    keys = tuple(f"{n:02}" for n in range(len(shapes)))
    found, _spots = shape_faults(Boundaries(keys=keys, geometry=geometry, crs="EPSG:25832"), {}, "g.geojson")
    return [(issue.code, issue.params.get("area") or issue.params.get("areas")) for issue in found]


def test_a_clean_city_gives_no_issue():
    assert issues(grid()) == []


def test_a_copied_shape_overlaps_and_leaves_a_gap():
    shapes = grid()
    shapes[7] = shapes[12]
    assert [code for code, _areas in issues(shapes)] == ["areas-overlap", "areas-gap"]


def test_a_shape_that_was_moved_a_little():
    shapes = grid()
    shapes[12] = shapely.affinity.translate(shapes[12], 40, 0)
    assert ("areas-overlap", "12") in issues(shapes)


def test_a_shape_far_away():
    shapes = grid()
    shapes[24] = shapely.affinity.translate(shapes[24], 50_000, 0)
    assert issues(shapes) == [("area-apart", "24")]


def test_traces_of_drawing_are_no_faults():
    shapes = grid()
    shapes[12] = shapely.affinity.translate(shapes[12], 0.4, 0.4)
    assert issues(shapes) == []


def test_a_point_is_no_area():
    shapes = grid()
    shapes[3] = shapely.Point(10, 10)
    assert issues(shapes) == [("geometry-not-an-area", "03")]


@pytest.mark.real_data
@pytest.mark.parametrize(
    "file", ["berlin_lor/berlin-lor-planning-areas-until-2020.geojson", "darmstadt/darmstadt_statbez.geojson"]
)
def test_real_cities_give_no_issue(shared, file):
    table = read_geometry(shared / "data" / file, metric_crs="EPSG:25833")
    keys = tuple(map(str, range(len(table.geometry))))
    assert shape_faults(Boundaries(keys=keys, geometry=table.geometry, crs=table.crs), {}, file) == ((), ())
