"""GDAL opens three formats and follows nobody's words: what only calls itself a boundary file reads nothing."""

import json
import sqlite3
import subprocess
import sys
import zipfile

import pytest

from nahraum.base import BadInput
from nahraum.sources.geo import layer_rows, layers_of, metric_crs_of, read_geometry
from nahraum.sources.preview import recognise

VIRTUAL = """<OGRVRTDataSource><OGRVRTLayer name="s"><SrcDataSource>CSV:{path}</SrcDataSource></OGRVRTLayer>
</OGRVRTDataSource>"""


def geometry_of(path):
    return read_geometry(path, metric_crs="EPSG:25832")


def test_only_what_is_needed_is_loaded():
    """A process of its own, because another test may have loaded GDAL already."""
    script = "import json, nahraum.places.vectors as v; print(json.dumps(sorted(v.vectors().list_drivers())))"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert json.loads(said) == ["ESRI Shapefile", "GPKG", "GeoJSON", "MEM"]


@pytest.mark.parametrize("name", ["x.zip", "x.geojson", "x.gpkg"])
def test_a_virtual_layer_reads_no_other_file(tmp_path, name):
    secret = tmp_path / "secret.csv"
    secret.write_text("word\ngeheim\n", encoding="utf-8")
    file, text = tmp_path / name, VIRTUAL.format(path=secret)
    if name == "x.zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("x.shp", text)
    else:
        file.write_text(text, encoding="utf-8")
    script = (
        "import sys; from pathlib import Path\n"
        "from nahraum.sources.preview import recognise\n"
        "try: print(recognise(Path(sys.argv[1])))\n"
        "except Exception as error: print('refused', error)\n"
    )
    said = subprocess.run([sys.executable, "-c", script, file], capture_output=True, text=True, check=True).stdout
    assert said.startswith("refused")
    assert "geheim" not in said


def test_a_stranger_in_an_archive_is_named(tmp_path):
    file = tmp_path / "grenzen.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("grenzen.shp", b"\x00\x00\x27\x0a" + b"\0" * 96)
        archive.writestr("mehr.vrt", "x")
    with pytest.raises(BadInput) as refusal:
        layer_rows(file, "", 1)
    assert "mehr.vrt" in str(refusal.value)


@pytest.mark.parametrize("read", [lambda path: layer_rows(path, "", 1), layers_of, geometry_of])
def test_a_broken_archive_is_refused_in_a_sentence(tmp_path, read):
    file = tmp_path / "kaputt.zip"
    file.write_bytes(b"PK\x03\x04" + b"x" * 50)
    with pytest.raises(BadInput) as refusal:
        read(file)
    assert [issue.code for issue in refusal.value.issues] == ["geometry-unreadable"]
    assert metric_crs_of(file) == ""


def test_a_stranger_is_named_to_whoever_asks_for_layers(tmp_path):
    file = tmp_path / "fremd.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x.shp", "<OGRVRTDataSource/>")
    with pytest.raises(BadInput) as refusal:
        layers_of(file)
    assert [issue.code for issue in refusal.value.issues] == ["geometry-with-strangers"]


def test_a_view_in_a_geopackage_is_refused_before_it_runs(tmp_path):
    """The view has no end: reading it would never come back."""
    file = tmp_path / "ohne-ende.gpkg"
    with sqlite3.connect(file) as database:
        database.executescript("""
            PRAGMA application_id = 1196444487;
            CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
            INSERT INTO gpkg_contents VALUES ('t', 'features');
            CREATE VIEW t AS WITH RECURSIVE c(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM c)
              SELECT fid FROM c WHERE fid < 0;
        """)
    with pytest.raises(BadInput) as refusal:
        layer_rows(file, "", 1)
    assert [issue.code for issue in refusal.value.issues] == ["geopackage-runs"]


@pytest.mark.parametrize("kind", ["virtual", "stored"])
def test_a_column_that_computes_is_refused_before_it_runs(tmp_path, kind):
    """It would run its author's words over each row, with all functions that GDAL brings."""
    file = tmp_path / "rechnet.gpkg"
    write_grid(file)
    with sqlite3.connect(file) as database:
        database.executescript(f"""
            CREATE TABLE t (fid INTEGER PRIMARY KEY, a TEXT, b TEXT GENERATED ALWAYS AS (hex(a)) {kind});
            INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('t', 'attributes', 't');
        """)
    with pytest.raises(BadInput) as refusal:
        layer_rows(file, "", 1)
    assert [issue.code for issue in refusal.value.issues] == ["geopackage-runs"]
    assert refusal.value.issues[0].params["names"] == "t"


def test_a_geopackage_with_its_index_over_shapes_is_read(tmp_path):
    file = tmp_path / "gebiete.gpkg"
    write_grid(file)
    with sqlite3.connect(file) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master")]
    assert any(name.startswith("rtree_") for name in names)
    assert recognise(file).headers == ("nr",)


def write_grid(path):
    """Write a GeoPackage of one area as a GIS does."""
    import numpy as np
    import shapely

    from nahraum.places.vectors import vectors

    vectors().raw.write(
        str(path),
        geometry=shapely.to_wkb(np.array([shapely.box(0, 0, 1, 1)])),
        field_data=[np.array(["1"], dtype=object)],
        fields=["nr"],
        geometry_type="Polygon",
        crs="EPSG:25832",
    )


def test_what_people_put_beside_a_shapefile_does_not_matter(tmp_path):
    """GIS programs write styles and metadata next to it."""
    write_grid(tmp_path / "q.shp")
    (tmp_path / "q.qml").write_text("<qgis/>", encoding="utf-8")
    file = tmp_path / "q.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for part in tmp_path.glob("q.*"):
            if part != file:
                archive.write(part, part.name)
    assert recognise(file).headers == ("nr",)
