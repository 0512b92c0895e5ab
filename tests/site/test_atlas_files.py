"""A view of the atlas taken along: files, print and frames, each with its origin, none with more than the page."""

import io
import re
import sqlite3
from collections import OrderedDict
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from PIL import Image

from tests.site.atlas_views import YEARS, cell, table_of, text_of


# --- files ----------------------------------------------------------------------------------------------------------
def test_every_file_says_where_it_is_from(client, edition, tmp_path):
    rows = table_of(client, "zeige=unemployment&neben_zeit=2018")
    assert {row["Quelle"] for row in rows} == {edition.publisher}
    assert {row["Stand"] for row in rows} == {"2025-03-31"}
    assert {row["Lizenz"] for row in rows} == {edition.licence}
    assert all(row["Schutz"].startswith("Geschützt: Anzahlen von 1 bis 2") for row in rows)

    book = openpyxl.load_workbook(io.BytesIO(client.get("/atlas/ansicht.xlsx?zeige=unemployment").content))
    said = {row[0].value: row[1].value for row in book["Quelle"].iter_rows()}
    assert said["Quelle"] == edition.publisher
    assert said["Schutz"].startswith("Geschützt")
    assert book["Werte"].max_row == 78

    svg = client.get("/atlas/ansicht.svg?zeige=unemployment").content.decode()
    printed = " ".join(node.text or "" for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"))
    for words in (edition.publisher, "31.03.2025", edition.licence, "Geschützt: Anzahlen", "Arbeitslose", "ausgabe="):
        assert words in printed, words

    path = tmp_path / "ansicht.gpkg"
    path.write_bytes(client.get("/atlas/ansicht.gpkg?zeige=unemployment").content)
    with sqlite3.connect(path) as base:
        described = base.execute("select identifier, description from gpkg_contents").fetchone()
        assert edition.publisher in described[1]
        count, sources, known = base.execute(
            "select count(*), count(distinct Quelle), count(Wert) from ansicht"
        ).fetchone()
    assert (count, sources) == (77, 1)
    assert known == sum(row["Wert"] != "" for row in rows)


def test_a_png_is_a_picture_of_the_map(client):
    response = client.get("/atlas/ansicht.png?zeige=unemployment")
    assert response.headers["Content-Type"] == "image/png"
    assert response.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(response.content[16:20]) == 1440
    with Image.open(io.BytesIO(response.content)) as picture:
        assert picture.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)
    assert "unemployment-2024.png" in response.headers["Content-Disposition"]


def test_the_second_map_is_a_file_of_its_own(client):
    first, second = (
        client.get(f"/atlas/ansicht.svg{YEARS.removeprefix('/atlas/')}{more}").content.decode()
        for more in ("", "&karte=2")
    )
    assert "Veränderung von 2018 bis 2024" in second
    assert "Veränderung von" not in first
    assert "nicht vergleichbar (Bruch)" in second


def test_the_files_hold_what_the_database_holds(client, edition):
    rows = {row["Nr."]: row for row in table_of(client, "zeige=unemployment&zeit=2024")}
    for key in ("1306", "1101"):
        found = cell("2024", key)
        assert rows[key]["Wert"] == ("" if found.value is None else str(round(found.value, 6)))


def test_protected_values_leave_no_number_in_any_file(client, edition):
    from nahraum_site.indicators.models import Cell

    hidden = (
        Cell.objects.filter(state=3, layer__kind="indicator", period="2024").select_related("layer", "area").first()
    )
    row = next(row for row in table_of(client, f"zeige={hidden.layer.key}") if row["Nr."] == hidden.area.key)
    assert (row["Wert"], row["Zustand"], row["Klasse"], row["Rang"]) == ("", "geschützt", "", "")
    beside = table_of(client, f"zeige=unemployment&neben={hidden.layer.key}")
    row = next(row for row in beside if row["Nr."] == hidden.area.key)
    assert (row["Zweiter Wert"], row["Zweiter Zustand"], row["Differenz"]) == ("", "geschützt", "")


def test_a_name_that_looks_like_a_formula_stays_a_text(client, edition, monkeypatch):
    from nahraum_site.indicators import queries
    from nahraum_site.places.models import Area

    area = Area.objects.get(system=edition.system, key="1306")
    for name in ("=2+3", "+1", "-1", "@SUM(A1)", "\tx"):
        Area.objects.filter(pk=area.pk).update(name=name)
        monkeypatch.setattr(queries, "_parts", OrderedDict())  # what is kept of an edition holds the names too
        try:
            row = next(row for row in table_of(client, "zeige=unemployment") if row["Nr."] == "1306")
            assert row["Gebiet"] == "'" + name
            content = client.get("/atlas/ansicht.xlsx?zeige=unemployment").content
            cells = [each for each in openpyxl.load_workbook(io.BytesIO(content))["Werte"]["B"] if each.value == name]
            assert [each.data_type for each in cells] == ["s"]
        finally:
            Area.objects.filter(pk=area.pk).update(name=area.name)


def test_an_unknown_kind_of_file_is_not_found(client):
    assert client.get("/atlas/ansicht.exe").status_code == 404
    assert client.post("/atlas/ansicht.csv").status_code == 405


# --- print and frame ------------------------------------------------------------------------------------------------
def test_the_print_view_holds_maps_table_and_source(client):
    text = text_of(client, YEARS.replace("/atlas/", "/atlas/druck/"))
    assert text.count("<svg xmlns") == 2
    assert text.count("<tr data-key") == 77
    for words in (
        "Stadt Musterstadt",
        "Lizenz",
        "Geschützt: Anzahlen",
        "Erfundene Stadt",
        "Keine Differenz über einen Bruch",
    ):
        assert words in text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", text)


def test_a_name_cannot_write_into_the_drawing(client, edition):
    from nahraum_site.indicators.models import Layer

    layer = Layer.objects.get(edition=edition, key="unemployment")
    Layer.objects.filter(pk=layer.pk).update(name="</title><script>alert(1)</script>")
    try:
        for page in ("/atlas/druck/", "/atlas/ansicht.svg", "/atlas/"):
            assert "<script>alert" not in client.get(f"{page}?zeige=unemployment").content.decode()
    finally:
        Layer.objects.filter(pk=layer.pk).update(name=layer.name)


def test_nobody_may_frame_anything_unless_the_settings_name_them(client, settings_of):
    assert client.get("/einbetten/atlas/").status_code == 404
    for page in ("/atlas/", "/atlas/druck/", "/gebiete/1306/"):
        response = client.get(page)
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Frame-Options"] == "DENY"
    with settings_of(EMBED=["https://www.stadt.example"]):
        response = client.get("/einbetten/atlas/?zeige=unemployment")
        policy = response.headers["Content-Security-Policy"]
        assert "frame-ancestors https://www.stadt.example" in policy
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "X-Frame-Options" not in response.headers
        for words in ("Stadt Musterstadt", "Lizenz", "Geschützt", "Erfundene Stadt"):
            assert words in response.content.decode()
        assert "frame-ancestors 'none'" in client.get("/atlas/").headers["Content-Security-Policy"]
        assert client.get("/atlas/").headers["X-Frame-Options"] == "DENY"


@pytest.fixture
def newer(edition):
    """Publish a newer edition."""
    from nahraum_site.indicators.models import Edition

    found = Edition.objects.get(pk=edition.pk)
    found.pk, found.uuid = None, "00000000-0000-4000-8000-000000000001"
    found._state.adding = True
    found.save()


@pytest.fixture
def framed(client, settings_of):
    """Return a client that may see frames, and whose drawings nobody counted yet."""
    from django.core.cache import cache

    cache.clear()
    with settings_of(EMBED=["https://www.stadt.example"]):
        yield client
    cache.clear()


@pytest.fixture
def settings_of():
    from django.test import override_settings

    return override_settings


@pytest.mark.parametrize(
    "wrong", ["*", "https://*", "stadt.de", "https://a.de; script-src *", "https://a.de/pfad", "'none'"]
)
def test_only_addresses_of_sites_may_be_named(monkeypatch, wrong):
    from nahraum_site.config import environment

    monkeypatch.setenv("NAHRAUM_EMBED", f"https://www.stadt.de,{wrong}")
    with pytest.raises(SystemExit, match="NAHRAUM_EMBED"):
        environment.embed_origins()


def test_named_sites_are_read(monkeypatch):
    from nahraum_site.config import environment

    monkeypatch.setenv("NAHRAUM_EMBED", " https://www.stadt.de/ , http://localhost:8080")
    assert environment.embed_origins() == ["https://www.stadt.de", "http://localhost:8080"]


# --- what makes the numbers readable --------------------------------------------------------------------------------
EVERYWHERE = ("/atlas/", "/atlas/druck/", "/einbetten/atlas/")


def test_print_and_frame_say_what_the_atlas_says(framed, edition):
    level = edition.__class__.objects.get(pk=edition.pk).levels[0]["id"]
    said = {
        f"zeige=unemployment&ebene={level}": "nie Mittel von Anteilen",
        f"zeige=index&ebene={level}": "gibt es nur für die kleinsten Gebiete",
        "zeige=unemployment&raum=Hafen": "Nur Hafen; Ränge und Klassen",
        "zeige=unemployment": "Wert der ganzen Stadt:",
        "zeige=index": "Ein hoher Wert",
        "zeige=unemployment&zeit=2024&neben_zeit=2018": "Klassen: das Halbe und das Anderthalbfache",
    }
    for query, words in said.items():
        for way in EVERYWHERE:
            assert words in text_of(framed, f"{way}?{query}"), (way, words)


def test_print_and_frame_of_an_earlier_edition_say_so_and_lead_to_the_newest_view(framed, edition, newer):
    query = f"zeige=unemployment&zeit=2019&ausgabe={edition.uuid}"
    for way in EVERYWHERE:
        text = text_of(framed, f"{way}?{query}")
        assert "Sie sehen eine frühere Ausgabe" in text, way
        assert '<a href="?zeige=unemployment&zeit=2019">Es gibt eine neuere Ausgabe.</a>' in text, way
