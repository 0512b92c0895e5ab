"""Boundary files that cannot be used say why; good ones are read exactly."""

import json

import numpy as np
import pyogrio.raw
import pytest
import shapely

from nahraum.base import BadInput, Severity
from nahraum.sources.geo import read_geometry

METRIC = "EPSG:25832"
SQUARE = [[7.0, 51.0], [7.01, 51.0], [7.01, 51.01], [7.0, 51.01], [7.0, 51.0]]


def geojson(path, *rings, crs=None):
    features = [
        {
            "type": "Feature",
            "properties": {"nr": f"0{n}", "name": f"Q{n}"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for n, ring in enumerate(rings, start=1)
    ]
    found = {"type": "FeatureCollection", "features": features}
    if crs:
        found["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(found))
    return path


def refusal(path, **more):
    with pytest.raises(BadInput) as refused:
        read_geometry(path, metric_crs=METRIC, **more)
    return refused.value.issues[0]


def test_keys_stay_texts_and_degrees_become_metres(tmp_path):
    table = read_geometry(geojson(tmp_path / "a.geojson", SQUARE), metric_crs=METRIC)
    assert table.attributes["nr"] == ("01",)
    assert table.geometry[0].area == pytest.approx(0.01 * 111_250 * 0.01 * 70_200, rel=0.01)
    assert table.issues == ()


def test_an_outline_that_crosses_itself_is_named_with_its_place(tmp_path):
    bow = [[7.0, 51.0], [7.01, 51.01], [7.01, 51.0], [7.0, 51.01], [7.0, 51.0]]
    (issue,) = read_geometry(geojson(tmp_path / "a.geojson", SQUARE, bow), metric_crs=METRIC).issues
    assert (issue.code, issue.row, issue.severity) == ("geometry-invalid", 2, Severity.ERROR)
    assert "7.005" in issue.value


def test_degrees_in_a_file_that_promises_metres(tmp_path):
    issue = refusal(geojson(tmp_path / "a.geojson", SQUARE, crs="urn:ogc:def:crs:EPSG::25832"))
    assert issue.code == "crs-wrong"
    assert "crs" in issue.advice


def test_latitude_and_longitude_swapped(tmp_path):
    swapped = [[y, x] for x, y in SQUARE]
    issue = refusal(geojson(tmp_path / "a.geojson", swapped))
    assert issue.code == "crs-wrong"
    assert "vertauscht" in issue.sentence


def write(path, layer, **more):
    geometry = more.pop("geometry", shapely.to_wkb(np.array([shapely.box(350_000, 5_650_000, 351_000, 5_651_000)])))
    pyogrio.raw.write(
        str(path),
        geometry=geometry,
        field_data=[np.array(["1"], dtype=object)],
        fields=["nr"],
        driver="GPKG",
        layer=layer,
        **more,
    )


def test_several_layers_must_be_chosen_from(tmp_path):
    path = tmp_path / "a.gpkg"
    write(path, "quartiere", geometry_type="Polygon", crs=METRIC)
    write(path, "bezirke", geometry_type="Polygon", crs=METRIC, append=False)
    if len(pyogrio.list_layers(path)) > 1:
        assert refusal(path).code == "sheet-unnamed"
    assert read_geometry(path, layer="bezirke", metric_crs=METRIC).attributes["nr"] == ("1",)
    assert refusal(path, layer="strassen").code == "sheet-missing"


def test_a_geopackage_without_geometry(tmp_path):
    path = tmp_path / "a.gpkg"
    pyogrio.raw.write(
        str(path),
        geometry=None,
        field_data=[np.array(["1"], dtype=object)],
        fields=["nr"],
        driver="GPKG",
        layer="t",
        geometry_type=None,
    )
    assert refusal(path).code == "geometry-absent"


@pytest.mark.parametrize("content", [b"", b"not a map", b'{"type": "FeatureCollection"'])
def test_a_file_that_is_no_map(tmp_path, content):
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    assert refusal(path).code == "geometry-unreadable"


def test_a_missing_file_names_the_nearest(tmp_path):
    geojson(tmp_path / "quartiere.geojson", SQUARE)
    issue = refusal(tmp_path / "quartier.geojson")
    assert issue.code == "file-missing"
    assert "quartiere.geojson" in issue.advice


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "count", "crs"),
    [
        ("berlin_lor/berlin-lor-planning-areas-until-2020.geojson", 448, "EPSG:25833"),
        ("darmstadt/darmstadt_statbez.geojson", None, "EPSG:25832"),
        ("flensburg/flensburg_stadtteile.zip", 13, "EPSG:25832"),
    ],
)
def test_real_boundaries_give_no_issue(shared, file, count, crs):
    table = read_geometry(shared / "data" / file, metric_crs=crs)
    assert table.issues == ()
    assert count is None or len(table.geometry) == count
