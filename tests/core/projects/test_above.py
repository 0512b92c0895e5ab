"""Boundaries of a coarser level: who does not lie in the area that the key names, and what a wrong file is told."""

import json

import pytest

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import speaking
from nahraum.base.strict import build
from nahraum.projects.areas import read_places
from nahraum.projects.compose import files_of
from nahraum.projects.file import AreasSpec

CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}


def written(path, boxes, east=400_000):
    """Write boxes (attributes, west, south, east, north) in metres from a corner in UTM 32."""
    features = []
    for attributes, w, s, e, n in boxes:
        ring = [[x + east, y + 5_600_000] for x, y in ((w, s), (e, s), (e, n), (w, n), (w, s))]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": attributes, "geometry": shape})
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": CRS, "features": features}), encoding="utf-8")


QUARTERS = [
    ({"nr": "1", "name": "Ufer", "bez": "1"}, 0, 0, 1000, 1000),
    ({"nr": "2", "name": "Markt", "bez": "1"}, 1000, 0, 2000, 1000),
    ({"nr": "3", "name": "Wald", "bez": "2"}, 2000, 0, 3000, 1000),
]
WEST, EAST = ({"id": "1", "name": "West"}, 0, 0, 1600, 1000), ({"id": "2", "name": "Ost"}, 1600, 0, 3000, 1000)


def places(folder, above, quarters=QUARTERS, east=400_000, **level):
    written(folder / "q.geojson", quarters)
    written(folder / "b.geojson", above, east)
    district = {"id": "district", "name": "Stadtbezirk", "key": "bez", "geometry": "b.geojson", "geometry_key": "id"}
    part = {
        "id": "q",
        "name": "Quartiere",
        "file": "q.geojson",
        "levels": [{"id": "quarter", "name": "Quartier", "key": "nr", "label": "name"}, district | level],
    }
    assert sorted(files_of({"areas": part})) == sorted({"q.geojson", (district | level)["geometry"]})
    return read_places(build(AreasSpec, part, "areas"), folder)


def test_a_quarter_that_lies_for_two_fifths_elsewhere_is_told_with_the_place(tmp_path):
    """Markt reaches from 1,000 to 2,000 m, West ends at 1,600 m: 40 hectares of 100 lie in Ost."""
    found = places(tmp_path, [WEST, EAST])
    with speaking("en"):
        (issue,) = places(tmp_path, [WEST, EAST]).issues
        assert issue.sentence == "Markt (2) is said to lie in 1, but 40.0 % of its ground lie outside, mostly in 2."
    (spot,) = found.spots
    assert (spot.kind, spot.areas) == ("not-in-parent", ("2", "1"))
    assert (spot.area_m2, spot.share) == (pytest.approx(400_000), pytest.approx(0.4))
    assert "b.geojson" in [source.file for source in found.sources]


def test_quarters_named_by_the_beginning_of_their_key_are_compared_with_it(tmp_path):
    """Key 0201 begins with 02: the file of the districts writes 2."""
    quarters = [({"nr": "0101", "name": "Ufer"}, *QUARTERS[0][1:]), ({"nr": "0201", "name": "Wald"}, *QUARTERS[1][1:])]
    found = places(tmp_path, [WEST, EAST], quarters, key="", prefix=2)
    assert [(spot.areas, spot.share) for spot in found.spots] == [(("0201", "02"), pytest.approx(0.6))]


def test_what_fits_says_nothing(tmp_path):
    found = places(tmp_path, [(WEST[0], 0, 0, 2000, 1000), (EAST[0], 2000, 0, 3000, 1000)])
    assert (found.issues, found.spots) == ((), ())


@pytest.mark.parametrize(
    ("above", "codes"),
    [
        ([({"id": "A"}, *WEST[1:]), ({"id": "B"}, *EAST[1:])], ["keys-foreign"]),
        ([WEST, (WEST[0], *EAST[1:])], ["area-doubled"]),
        ([(WEST[0], 0, 0, 2000, 1000)], ["level-boundary-missing"]),
        (
            [(WEST[0], 0, 0, 2000, 1000), (EAST[0], 2000, 0, 3000, 1000), ({"id": "3"}, 3000, 0, 4000, 1000)],
            ["level-boundary-unused"],
        ),
    ],
)
def test_files_that_do_not_belong_are_told_so(tmp_path, above, codes):
    assert [issue.code for issue in places(tmp_path, above).issues] == codes


def test_a_crossed_district_is_told_and_nothing_is_compared(tmp_path):
    written(tmp_path / "q.geojson", QUARTERS)
    found = places(tmp_path, [WEST, EAST])
    assert found.spots
    broken = json.loads((tmp_path / "b.geojson").read_text())
    ring = broken["features"][0]["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    (tmp_path / "b.geojson").write_text(json.dumps(broken))
    level = {"id": "d", "name": "D", "key": "bez", "geometry": "b.geojson", "geometry_key": "id"}
    part = {"id": "q", "name": "Q", "file": "q.geojson", "levels": [{"id": "q", "name": "Q", "key": "nr"}, level]}
    found = read_places(build(AreasSpec, part, "areas"), tmp_path)
    assert [issue.code for issue in found.issues] == ["geometry-invalid"]
    assert found.spots == ()


def test_another_town_a_missing_column_and_a_file_that_is_none_are_refused_with_words(tmp_path):
    assert [issue.code for issue in places(tmp_path, [WEST, EAST], east=600_000).issues] == ["context-elsewhere"]
    with pytest.raises(WrongRequest, match=r"b\.geojson.*bezirk.*id, name"):
        places(tmp_path, [WEST, EAST], geometry_key="bezirk")
    with pytest.raises(BadInput):
        places(tmp_path, [WEST, EAST], geometry="nirgends.geojson")


def test_an_outline_of_the_whole_city_tells_what_reaches_beyond_it(tmp_path):
    """The city ends at 2,900 m: 10 hectares of Wald reach beyond."""
    found = places(tmp_path, [({"id": "x"}, 0, 0, 2900, 1000)], key="", all="Stadt")
    assert [(spot.kind, spot.areas, spot.area_m2) for spot in found.spots] == [
        ("outside", ("3",), pytest.approx(100_000))
    ]


def test_names_of_the_finest_level_are_told_where_keys_of_two_levels_are_the_same(tmp_path):
    double = [*QUARTERS[:2], (QUARTERS[2][0], 1500, 0, 3000, 1000)]
    named = [({**attributes, "bezname": f"Bezirk {attributes['bez']}"}, *box) for attributes, *box in double]
    found = places(tmp_path, [(WEST[0], 0, 0, 2000, 1000), (EAST[0], 1500, 0, 3000, 1000)], named, label="bezname")
    with speaking("en"):
        assert found.issues[0].sentence.startswith("Markt (2) and Wald (3) overlap by 50.0 ha")


def test_the_boundary_file_names_the_districts(tmp_path):
    """Keys of the quarters say 1 and 2; only the file of the districts knows that they are called West and Ost."""
    found = places(tmp_path, [WEST, EAST], geometry_label="name")
    assert [(area.key, area.name) for area in found.system.at("district")] == [("1", "West"), ("2", "Ost")]
    with speaking("en"):
        assert "is said to lie in West (1)" in found.issues[0].sentence


def test_a_district_that_the_boundary_file_leaves_without_a_name_keeps_its_key(tmp_path):
    nameless = ({"id": "2", "name": " "}, *EAST[1:])
    found = places(tmp_path, [WEST, nameless], geometry_label="name")
    assert [area.name for area in found.system.at("district")] == ["West", "2"]


def test_names_from_a_column_that_the_boundary_file_lacks_are_refused(tmp_path):
    with pytest.raises(WrongRequest, match="bezirksname"):
        places(tmp_path, [WEST, EAST], geometry_label="bezirksname")


@pytest.mark.real_data
def test_the_districts_of_berlin_are_called_as_their_own_file_says(shared, tmp_path):
    part = {
        "id": "lor",
        "name": "LOR",
        "file": "berlin-lor-planning-areas-until-2020.geojson",
        "metric_crs": "EPSG:25833",
        "corrections": [
            {"where": {"id": "06010102", "name": "Schloßstraße"}, "set": {"id": "x"}, "reason": "r", "nth": 1}
        ],
        "levels": [
            {"id": "plr", "name": "Planungsraum", "key": "id", "label": "name"},
            {"id": "bez", "name": "Bezirk", "prefix": 2, "geometry": "berlin-lor-districts.geojson"}
            | {"geometry_key": "id", "geometry_label": "name"},
        ],
    }
    found = read_places(build(AreasSpec, part, "areas"), shared / "data" / "berlin_lor")
    assert {area.key: area.name for area in found.system.at("bez")}["08"] == "Neukölln"
