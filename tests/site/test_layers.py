"""Context layers of the atlas: kept by planners, cut to the city, chosen in the address, drawn in maps and files."""

import json
import sqlite3
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.site.atlas_views import text_of
from tests.site.cast import enter, forgetful, hire, words

__all__ = ["enter", "forgetful", "hire"]
PAGE = "/gebietsstaende/ebenen/"


def middle(edition):
    """Return longitude and latitude of a point of the city, and how wide the city is in degrees."""
    from nahraum_site.places.models import Area

    points = []

    def walk(part):
        if isinstance(part[0], int | float):
            points.append(part)
        else:
            for each in part:
                walk(each)

    for area in Area.objects.filter(system=edition.system):
        walk(area.geometry["coordinates"])
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    return (west + east) / 2, (south + north) / 2, east - west


def street(edition, **more):
    """Return a street through the middle that starts and ends far beyond the city, as GeoJSON."""
    x, y, wide = middle(edition)
    line = {"type": "LineString", "coordinates": [[x - wide, y], [x + wide, y]]}
    feature = {"type": "Feature", "properties": {"name": "B 8"}, "geometry": line}
    return json.dumps({"type": "FeatureCollection", "features": [feature], **more}).encode()


def upload(client, content, name="strassen.geojson"):
    return client.post(f"{PAGE}neu/", {"file": SimpleUploadedFile(name, content)})


SAID = {
    "name": "Hauptstraßen",
    "name_en": "Main roads",
    "kind": "streets",
    "source": "Stadt Musterstadt",
    "shown": "on",
}


@pytest.fixture
def planner(edition, hire, enter):
    return enter(hire("Paula", "planner"))


@pytest.fixture
def stored(planner, edition):
    """Return a stored layer of streets."""
    from nahraum_site.places.models import ContextLayer

    answer = upload(planner, street(edition))
    assert answer.status_code == 302, words(answer)
    answer = planner.post(answer.headers["Location"], {**SAID, "licence": "dl-de/by-2-0"})
    assert answer.status_code == 302, words(answer)
    return ContextLayer.objects.get()


def test_a_street_is_cut_to_the_city_and_told_in_the_log(stored, planner, edition):
    x, _y, wide = middle(edition)
    (line,) = stored.shapes
    ends = [point[0] for part in line["coordinates"] for point in part]
    assert x - 0.51 * wide < min(ends) < x < max(ends) < x + 0.51 * wide
    assert stored.made_by.name == "Paula"
    page = words(planner.get(PAGE))
    assert "Hauptstraßen" in page
    assert "Stadt Musterstadt, dl-de/by-2-0" in page
    assert "nicht vereinfacht" in page
    assert "hat eine Kartenebene gespeichert" in words(planner.get("/konto/protokoll/"))


def test_what_a_map_draws_is_public_and_kept_by_browsers(stored, client):
    answer = client.get(f"/karten/ebenen/{stored.uuid}.json")
    assert "immutable" in answer.headers["Cache-Control"]
    assert [each["geometry"] for each in json.loads(answer.content)["features"]] == stored.shapes
    assert client.get("/karten/ebenen/00000000-0000-0000-0000-000000000000.json").status_code == 404


def test_the_atlas_asks_one_question_more_and_does_not_carry_the_shapes(stored, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(path):
        with CaptureQueriesContext(
            connection,
        ) as found:
            text = text_of(client, path)
        return [each["sql"] for each in found if "contextlayer" in each["sql"]], text

    for path in ("/atlas/?zeige=unemployment", f"/atlas/?ebenen={stored.word}"):
        questions, text = asked(path)
        assert len(questions) == 2  # which there are (is the page kept?), and what the map must know
        assert not [each for each in questions if "shapes" in each]
        assert "MultiLineString" not in text
        assert f"/karten/ebenen/{stored.uuid}.json" in text


def test_the_address_says_which_layers_are_on(stored, client):
    on = f'value="{stored.word}" data-first checked'
    assert on in text_of(client, "/atlas/")
    assert on in text_of(client, f"/atlas/?ebenen={stored.word}")
    assert on in text_of(client, f"/atlas/?ebenen=keine&ebenen={stored.word}")  # as a form sends it
    for none in ("keine", "00000000", "%27;drop", ""):
        assert on not in text_of(client, f"/atlas/?ebenen={none}"), none
    assert "ebenen=keine" in text_of(client, "/atlas/?ebenen=keine")  # the links to files and print carry it on


def test_maps_on_paper_and_in_files_show_the_layer_and_its_source(stored, client):
    with_it = client.get("/atlas/ansicht.svg?zeige=unemployment").content.decode()
    without = client.get("/atlas/ansicht.svg?zeige=unemployment&ebenen=keine").content.decode()
    colour = 'stroke="#46525c"'
    assert (colour in with_it, colour in without) == (True, False)
    assert "Kartenebene Hauptstraßen: Stadt Musterstadt, dl-de/by-2-0" in with_it
    assert "Kartenebene" not in without
    assert colour in text_of(client, "/atlas/druck/?zeige=unemployment")


def test_the_name_follows_the_language_and_names_are_only_text(stored, planner, client):
    said = {**SAID, "name": "<b>Straßen</b>", "version": "1"}
    assert planner.post(f"{PAGE}{stored.uuid}/", said).status_code == 302
    page = client.get("/atlas/").content.decode()
    assert "&lt;b&gt;Straßen" in page
    assert "<b>Straßen" not in page
    client.post("/sprache/", {"language": "en", "next": "/"})
    assert "Main roads" in text_of(client, "/atlas/")


def test_two_people_do_not_overwrite_each_other(stored, planner):
    page = f"{PAGE}{stored.uuid}/"
    assert planner.post(page, {**SAID, "source": "Vermessungsamt", "version": "1"}).status_code == 302
    answer = planner.post(page, {**SAID, "name": "Straßennetz", "version": "1"})
    assert answer.status_code == 422
    assert "Vermessungsamt" in words(answer)
    assert 'value="Straßennetz"' in words(answer)
    stored.refresh_from_db()
    assert (stored.name, stored.source, stored.version) == ("Hauptstraßen", "Vermessungsamt", 2)
    assert planner.post(page, {**SAID, "name": "Straßennetz", "version": "2"}).status_code == 302


def test_order_and_removal(stored, planner, edition):
    from nahraum_site.places.models import ContextLayer
    from nahraum_site.records.models import File

    address = upload(planner, street(edition), "bahn.geojson").headers["Location"]
    planner.post(address, {**SAID, "name": "Bahn", "shown": ""})
    rail = ContextLayer.objects.get(name="Bahn")
    assert not rail.shown
    assert [each.name for each in ContextLayer.objects.all()] == ["Hauptstraßen", "Bahn"]
    planner.post(f"{PAGE}{rail.uuid}/platz/", {"hoch": "1"})
    assert [each.name for each in ContextLayer.objects.all()] == ["Bahn", "Hauptstraßen"]
    planner.post(f"{PAGE}{rail.uuid}/platz/", {"hoch": "1"})  # it is the first already
    assert [each.name for each in ContextLayer.objects.all()] == ["Bahn", "Hauptstraßen"]
    assert planner.post(f"{PAGE}{rail.uuid}/entfernen/").status_code == 302
    assert [each.name for each in ContextLayer.objects.all()] == ["Hauptstraßen"]
    assert not File.objects.filter(name="bahn.geojson").exists()
    said = words(planner.get("/konto/protokoll/"))
    assert "hat eine Kartenebene verschoben" in said
    assert "hat eine Kartenebene entfernt" in said


def geopackage(path: Path, edition) -> bytes:
    """Write two layers, one of them in the city."""
    import numpy as np
    import pyogrio.raw
    import shapely

    x, y, wide = middle(edition)
    for n, (name, lon) in enumerate({"parks": x, "elsewhere": x + 5 * wide}.items()):
        box = shapely.box(lon - 0.01, y - 0.01, lon + 0.01, y + 0.01)
        pyogrio.raw.write(
            str(path), geometry=shapely.to_wkb(np.array([box])), field_data=[np.array(["a"], dtype=object)],
            fields=["name"], geometry_type="Polygon", crs="EPSG:4326", driver="GPKG", layer=name, append=n > 0,
        )  # fmt: skip
    with sqlite3.connect(path) as check:
        assert check.execute("select count(*) from gpkg_contents").fetchone() == (2,)
    return path.read_bytes()


def test_one_layer_of_a_geopackage_is_chosen(planner, edition, tmp_path):
    from nahraum_site.places.models import ContextLayer

    address = upload(planner, geopackage(tmp_path / "gruen.gpkg", edition), "gruen.gpkg").headers["Location"]
    said = {**SAID, "kind": "green", "name": "Parks"}
    assert "elsewhere" in words(planner.get(address))
    answer = planner.post(address, {**said, "layer": "elsewhere"})
    assert answer.status_code == 422
    assert "Nichts aus der Ebene liegt innerhalb der Stadt" in words(answer)
    assert 'value="Parks"' in words(answer)  # what was typed stays
    assert not ContextLayer.objects.exists()
    assert planner.post(address, {**said, "layer": "parks"}).status_code == 302
    assert [each["type"] for each in ContextLayer.objects.get().shapes] == ["MultiPolygon"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("strassen.geojson", b"%PDF-1.7 nothing", "ist nicht, was der Name sagt"),
        ("strassen.exe", b"MZ", "Dateien dieser Art werden nicht gelesen"),
        ("strassen.csv", b"name;wert\na;1\n", "enthält keine Karte"),
        ("strassen.zip", b"PK\x03\x04 nothing", "ist nicht, was der Name sagt"),
        ("strassen.geojson", b'{"type": "FeatureCollection", "features": [', "nicht als Karte lesen"),
        ("strassen.json", b'{"hier": "nichts"}', "nicht als Karte lesen"),
    ],
)
def test_a_file_that_is_no_layer_is_refused_and_not_kept(planner, name, content, said):
    from nahraum_site.records.models import File

    before = File.objects.count()
    answer = upload(planner, content, name)
    assert answer.status_code == 422, words(answer)
    assert said in words(answer)
    assert File.objects.count() == before


def test_a_file_that_is_too_large_is_refused(planner, edition, monkeypatch):
    from nahraum_site.places.layers import reading

    monkeypatch.setattr(reading, "LARGEST_MB", 0)
    answer = upload(planner, street(edition))
    assert answer.status_code == 422
    assert "Nehmen Sie im GIS nur, was in der Stadt liegt" in words(answer)


def test_wrong_coordinates_and_points_are_told_with_a_remedy(planner, edition):
    x, y, _wide = middle(edition)
    swapped = json.loads(street(edition))
    swapped["features"][0]["geometry"]["coordinates"] = [[400_000, 5_650_000], [401_000, 5_650_000]]
    answer = planner.post(upload(planner, json.dumps(swapped).encode()).headers["Location"], SAID)
    assert answer.status_code == 422
    assert "Geben Sie unten das richtige an" in words(answer)
    points = json.loads(street(edition))
    points["features"][0]["geometry"] = {"type": "Point", "coordinates": [x, y]}
    answer = planner.post(upload(planner, json.dumps(points).encode()).headers["Location"], SAID)
    assert "keine Linien und keine Flächen" in words(answer)


def test_there_is_no_describing_of_a_table(planner):
    from nahraum_site.records import files

    kept = files.keep("zahlen.csv", [b"a;b\n1;2\n"], None)
    assert planner.get(f"{PAGE}neu/{kept.uuid}/").status_code == 404
    kept.path.unlink()
