"""Faults of boundaries are found where they are, with their size."""

import json

import numpy as np
import pytest
import shapely

from nahraum.base.language import speaking
from nahraum.places.boundaries import Boundaries
from nahraum.places.check import check_boundaries, check_hierarchy
from nahraum.places.shapes import Tolerance
from nahraum.sources.geo import read_geometry

FINE = Tolerance(overlap_m2=1, overlap_share=0, gap_m2=1, gap_share=0, grid_m=0.01)


def drawn(shapes, keys=None):
    keys = keys or [f"{n:02}" for n in range(len(shapes))]
    return Boundaries(keys=tuple(keys), geometry=np.array(shapes, dtype=object), crs="EPSG:25832")


def squares(n=3, side=1000.0, x0=360_000.0, y0=5_650_000.0):
    return [
        shapely.box(x0 + x * side, y0 + y * side, x0 + (x + 1) * side, y0 + (y + 1) * side)
        for y in range(n)
        for x in range(n)
    ]


CITY = shapely.box(360_000, 5_650_000, 363_000, 5_653_000)


def test_a_clean_city_within_its_outline_has_no_spot():
    found = check_boundaries(drawn(squares()), {}, outline=CITY, tolerance=FINE)
    assert (found.issues, found.spots) == ((), ())


def test_an_area_moved_by_10_metres_overlaps_one_neighbour_and_leaves_a_gap_to_the_other():
    shapes = squares()
    shapes[4] = shapely.affinity.translate(shapes[4], 10, 0)
    found = check_boundaries(drawn(shapes), {"04": "Mitte"}, tolerance=FINE)
    assert [(s.kind, s.areas, s.area_m2, s.share) for s in found.spots] == [
        ("overlap", ("04", "05"), pytest.approx(10_000), pytest.approx(0.01)),
        ("gap", ("00", "01", "03", "04", "06"), pytest.approx(10_000), 0),
    ]
    assert [issue.code for issue in found.issues] == ["areas-overlap", "areas-gap"]
    assert "Mitte (04)" in found.issues[0].sentence


def test_what_lies_beyond_the_outline_and_what_nobody_covers():
    shapes = squares()
    shapes[0] = shapely.box(359_900, 5_650_000, 361_000, 5_651_000)  # 100 m too far west
    shapes[8] = shapely.box(362_000, 5_652_000, 362_800, 5_653_000)  # 200 m short in the east
    found = check_boundaries(drawn(shapes), {}, outline=CITY)
    assert [(s.kind, s.areas[:1], s.area_m2) for s in found.spots] == [
        ("outside", ("00",), pytest.approx(100_000)),
        ("uncovered", ("05",), pytest.approx(200_000)),
    ]
    with speaking("en"):
        assert [issue.sentence for issue in found.issues] == [
            "00 reaches 10.0 ha beyond the outline of the city.",
            "20.0 ha of the city lie in no area, beside 05, 08.",
        ]


def test_a_crossed_outline_is_told_and_the_others_are_judged():
    shapes = squares()
    shapes[3] = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    shapes[7] = shapes[6]
    found = check_boundaries(drawn(shapes), {}, tolerance=FINE)
    assert {issue.code for issue in found.issues} == {"geometry-invalid", "areas-overlap"}
    assert [s.kind for s in found.spots] == ["invalid", "overlap"]


def test_a_missing_shape_and_a_point_are_told():
    shapes = squares()
    shapes[0], shapes[1] = None, shapely.Point(1, 1)
    assert {i.code for i in check_boundaries(drawn(shapes), {}).issues} == {"geometry-invalid", "geometry-not-an-area"}


def test_spots_are_a_map_in_degrees():
    shapes = squares()
    shapes[4] = shapely.affinity.translate(shapes[4], 10, 0)
    found = json.loads(json.dumps(check_boundaries(drawn(shapes), {}, tolerance=FINE).geojson()))
    first = found["features"][0]
    assert first["properties"] == {"kind": "overlap", "areas": ["04", "05"], "area_m2": 10000.0, "share": 0.01}
    (x, y), *_rest = first["geometry"]["coordinates"][0]
    assert 6.9 < x < 7.1
    assert 50.9 < y < 51.1


def test_a_fine_area_in_the_wrong_parent_is_named_with_the_right_one():
    fine = drawn(squares())
    coarse = drawn(
        [shapely.box(360_000, 5_650_000, 363_000, 5_651_000), shapely.box(360_000, 5_651_000, 363_000, 5_653_000)],
        ["S", "N"],
    )
    parents = {key: "S" if n < 3 else "N" for n, key in enumerate(fine.keys)}
    assert check_hierarchy(fine, coarse, parents, {}, {}).issues == ()
    found = check_hierarchy(fine, coarse, {**parents, "04": "S"}, {"04": "Mitte"}, {"S": "Süd", "N": "Nord"})
    (issue,) = found.issues
    assert (issue.code, issue.params["outside"], issue.params["where"]) == ("area-not-in-parent", "100,0", "Nord (N)")
    (spot,) = found.spots
    assert (spot.areas, spot.area_m2, spot.share) == (("04", "S"), pytest.approx(1_000_000), 1)


@pytest.mark.parametrize(("metres", "told"), [(9, False), (11, True)])
def test_less_than_one_percent_outside_the_parent_is_a_trace_of_drawing(metres, told):
    fine = drawn([shapely.box(0, 0, 1000, 1000)])
    coarse = drawn([shapely.box(0, 0, 1000 - metres, 1000)], ["P"])
    assert bool(check_hierarchy(fine, coarse, {"00": "P"}, {}, {}).issues) is told


def test_areas_without_a_parent_are_not_judged():
    found = check_hierarchy(drawn(squares()), drawn([CITY], ["P"]), {"00": "nowhere"}, {}, {})
    assert found.issues == ()


@pytest.mark.real_data
def test_berlins_planning_areas_lie_in_their_districts(shared):
    """The first two figures of a planning area's key name its district."""
    areas, districts = (
        read_geometry(shared / "data/berlin_lor" / file, metric_crs="EPSG:25833")
        for file in ("berlin-lor-planning-areas-until-2020.geojson", "berlin-lor-districts.geojson")
    )
    fine = Boundaries(keys=areas.attributes["id"], geometry=areas.geometry, crs=areas.crs)
    coarse = Boundaries(keys=districts.attributes["id"], geometry=districts.geometry, crs=districts.crs)
    parents = {key: key[:2] for key in fine.keys}
    assert len(set(parents.values()) & set(coarse.keys)) == 12
    (issue,) = check_hierarchy(fine, coarse, parents, {}, {}).issues
    assert (issue.value, issue.params["where"]) == ("06010102", "04")
    assert fine.keys.count("06010102") == 2  # the file gives this key twice; one of the two lies elsewhere
    moved = {**parents, "01011101": "12"}
    wrong, _doubled = check_hierarchy(fine, coarse, moved, {}, {"01": "Mitte"}).issues
    assert (wrong.value, wrong.params["where"]) == ("01011101", "Mitte (01)")
    assert check_boundaries(fine, {}).issues == ()
