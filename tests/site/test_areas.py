"""Versions of the areas as a planner handles them: upload, describe, check, compare, carry over."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.site.cast import enter, forgetful, hire, words  # noqa: F401 - fixtures

GIVEN = {"name": "Raster 2020", "level": "Feld", "key": "nr", "label": "name", "city": "Rasterstadt"}
GIVEN |= {"population": "inhabitants", "valid_from": "2020-01-01"}


def grid(cells, *, crs=None):
    """Return GeoJSON of boxes: (key, name, west, south, east, north) in metres from a corner in UTM 32."""
    crs = crs or "urn:ogc:def:crs:EPSG::25832"
    features = []
    for key, name, w, s, e, n in cells:
        ring = [[x + 400_000, y + 5_600_000] for x, y in ((w, s), (e, s), (e, n), (w, n), (w, s))]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"nr": key, "name": name}, "geometry": shape})
    return json.dumps(
        {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": crs}}, "features": features}
    ).encode()


FOUR = [
    ("1", "Südwest", 0, 0, 1000, 1000),
    ("2", "Südost", 1000, 0, 2000, 1000),
    ("3", "Nordwest", 0, 1000, 1000, 2000),
    ("4", "Nordost", 1000, 1000, 2000, 2000),
]


@pytest.fixture
def planner(django, hire, enter, monkeypatch):  # noqa: F811
    """Return her client; no file goes before its row does: killed in between, a row would miss its file for ever."""
    from django.conf import settings

    from nahraum_site.records.models import File

    unlink = Path.unlink

    def after_the_row(path, missing_ok=False):
        assert path.parent != settings.KEPT or not File.objects.filter(uuid=path.stem).exists()
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", after_the_row)
    return enter(hire("Petra", "planner"))


def upload(client, content, name="raster.geojson"):
    return client.post("/gebietsstaende/neu/", {"file": SimpleUploadedFile(name, content)})


def stored(client, cells=FOUR, **given):
    from nahraum_site.places.models import AreaSystem

    sent = upload(client, grid(cells))
    assert sent.status_code == 302, words(sent)
    answer = client.post(sent.url, GIVEN | given)
    assert answer.status_code == 302, re.findall(r'class="(?:issue|row__error)[^>]*>.*?</', words(answer))
    return AreaSystem.objects.latest("pk")


def test_boundaries_are_uploaded_described_and_stored(planner):
    sent = upload(planner, grid(FOUR))
    page = words(planner.get(sent.url))
    assert re.search(r'<option value="nr" selected>', page), "the key column is guessed"
    assert "Südwest" in page
    system = stored(planner)
    assert sorted(system.areas.values_list("key", flat=True)) == ["1", "2", "3", "4"]
    page = words(planner.get(f"/gebietsstaende/{system.uuid}/"))
    assert page.count("<path d=") == 4
    assert "Raster 2020" in words(planner.get("/gebietsstaende/"))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "leer.geojson"),
        (b"das ist kein GeoJSON", "kein.geojson"),
        (b"PK\x03\x04kaputt", "kaputt.zip"),
        (b"\x89PNG\r\n\x1a\n....", "bild.geojson"),
    ],
)
def test_files_that_hold_no_areas_are_refused_with_words(planner, content, name):
    from nahraum_site.places.models import AreaSystem
    from nahraum_site.records.models import File

    before = (AreaSystem.objects.count(), File.objects.count())
    answer = upload(planner, content, name)
    if answer.status_code == 302:
        answer = planner.post(answer.url, GIVEN)
    assert answer.status_code == 422
    assert re.search(r'class="(row__error|issue--error|errors)', words(answer))
    assert AreaSystem.objects.count() == before[0]


def test_doubled_keys_and_missing_key_columns_are_named(planner):
    doubled = [*FOUR[:3], ("3", "Nordost", 1000, 1000, 2000, 2000)]
    sent = upload(planner, grid(doubled))
    answer = planner.post(sent.url, GIVEN)
    assert answer.status_code == 422
    assert "issue--error" in words(answer)
    assert "Nordost" in words(answer) or "3" in words(answer)
    answer = planner.post(sent.url, GIVEN | {"key": ""})
    assert answer.status_code == 422
    assert "row__error" in words(answer)
    assert 'value="Rasterstadt"' in words(answer), "what was typed stays"


def test_gaps_and_overlaps_are_named_and_marked_on_a_map_before_anything_is_stored(planner):
    from nahraum_site.places.models import AreaSystem

    nine = [(f"{x}{y}", f"Feld {x}{y}", x * 1000, y * 1000, x * 1000 + 1000, y * 1000 + 1000)
            for x in range(3) for y in range(3) if (x, y) != (1, 1)]  # fmt: skip
    nine[0] = ("00", "Feld 00", 0, 0, 1300, 1000)
    before = AreaSystem.objects.count()
    sent = upload(planner, grid(nine))
    answer = planner.post(sent.url, GIVEN)
    page = words(answer)
    assert answer.status_code == 422
    assert AreaSystem.objects.count() == before
    assert "spot--overlap" in page
    assert "spot--gap" in page
    assert "30,0 ha" in page or "30.0 ha" in page or "30 ha" in page or "300" in page, "300 m times 1,000 m"


def test_coordinates_that_do_not_fit_their_system_are_refused(planner):
    sent = upload(planner, grid(FOUR, crs="urn:ogc:def:crs:OGC:1.3:CRS84"))
    answer = planner.post(sent.url, GIVEN)
    assert answer.status_code == 422
    assert "issue--error" in words(answer)


def test_two_versions_side_by_side_and_a_crosswalk_by_ground_and_by_people(planner):
    """South-west is split in three quarters and one quarter; the people live in the smaller part."""
    old = stored(planner)
    parts = [("1a", "Süd", 0, 0, 1000, 750), ("1b", "Mitte", 0, 750, 1000, 1000)]
    new = stored(planner, [*parts, *FOUR[1:]], name="Raster 2024", valid_from="2024-01-01")
    page = words(planner.get(f"/gebietsstaende/{new.uuid}/gegen/{old.uuid}/"))
    assert "Geteilt" in page
    sent = planner.get(f"/gebietsstaende/{new.uuid}/gegen/{old.uuid}/ueberleitung.csv")
    assert sent.status_code == 200
    rows = list(csv.DictReader(io.StringIO(sent.content.decode()), delimiter=";"))
    shares = {(row["old"], row["new"]): float(row["share"]) for row in rows}
    assert shares["1", "1a"] == pytest.approx(0.75, abs=1e-3)
    assert shares["1", "1b"] == pytest.approx(0.25, abs=1e-3)
    blocks = [("a", "10", 0, 0, 1000, 750), ("b", "90", 0, 750, 1000, 1000), ("c", "7", 1000, 0, 2000, 2000),
              ("d", "7", 0, 1000, 1000, 2000)]  # fmt: skip
    people = {"file": SimpleUploadedFile("bloecke.geojson", grid(blocks)), "column": "name"}
    sent = planner.post(f"/gebietsstaende/{new.uuid}/gegen/{old.uuid}/ueberleitung.csv", people)
    assert sent.status_code == 200, words(sent)
    rows = list(csv.DictReader(io.StringIO(sent.content.decode()), delimiter=";"))
    shares = {(row["old"], row["new"]): float(row["share"]) for row in rows}
    assert shares["1", "1b"] == pytest.approx(0.9, abs=1e-3)
    address = f"/gebietsstaende/{new.uuid}/gegen/{old.uuid}/uebernehmen/"
    given = {"file": SimpleUploadedFile("u.csv", sent.content), "valid_to": "2023-12-31"}
    page = words(planner.post(address, given, follow=True))
    assert "bis 31. Dezember 2023" in page
    broken = SimpleUploadedFile("u.csv", b"old;new;share\n1;1a;0.2\n")
    page = words(planner.post(address, {"file": broken, "valid_to": "2023-12-31"}, follow=True))
    assert "told__error" in page


def test_another_version_needs_another_name_and_the_same_one_is_stored_once(planner):
    """Editions know areas again by the name of their version."""
    from nahraum_site.places.models import AreaSystem

    first = stored(planner)
    assert stored(planner) == first
    sent = upload(planner, grid(FOUR[:3]))
    answer = planner.post(sent.url, GIVEN)
    assert answer.status_code == 422
    assert "heißt schon so" in words(answer)
    assert AreaSystem.objects.filter(key=first.key).count() == 1
    other = stored(planner, FOUR[:3], name="Raster, 2020")  # the same id would be made of this name
    assert other.key != first.key
    assert stored(planner, FOUR[:3], name="Raster, 2020") == other


@pytest.mark.parametrize("role", ["researcher", "leader", "releaser", "contact"])
def test_only_planners_store_versions(django, hire, enter, role):  # noqa: F811
    assert upload(enter(hire("Rosa", role)), grid(FOUR)).status_code in (302, 403)
