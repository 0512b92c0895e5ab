"""The atlas: what the address asks for is what is shown, compared, classed, handed out, printed and framed."""

import csv
import io
import re
import sqlite3
from html import unescape
from statistics import mean
from xml.etree import ElementTree as ET

import openpyxl
import pytest

YEARS = "/atlas/?zeige=unemployment&zeit=2024&neben_zeit=2018"


def text_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return unescape(response.content.decode())


def table_of(client, query):
    """Return the rows of the view's CSV as dictionaries."""
    content = client.get(f"/atlas/ansicht.csv?{query}").content.decode()
    return list(csv.DictReader(io.StringIO(content), delimiter=";"))


def cell(period, key, layer="unemployment"):
    from nahraum_site.indicators.models import Cell

    return Cell.objects.get(layer__key=layer, period=period, area__key=key)


# --- two years, two indicators --------------------------------------------------------------------------------------
def test_two_years_show_the_later_minus_the_earlier(client):
    expected = cell("2024", "1306").value - cell("2018", "1306").value
    for query in ("zeige=unemployment&zeit=2024&neben_zeit=2018", "zeige=unemployment&zeit=2018&neben_zeit=2024"):
        row = next(row for row in table_of(client, query) if row["Nr."] == "1306")
        assert float(row["Differenz"]) == pytest.approx(expected, abs=1e-5)


def test_a_break_forbids_a_difference_and_says_why(client):
    text = text_of(client, YEARS)
    assert "Keine Differenz über einen Bruch in" in text
    assert "Neue Quartiersgrenzen zum 01.01.2020" in text
    rows = {row["Nr."]: row for row in table_of(client, YEARS.partition("?")[2])}
    for key in ("1209", "4206", "4207"):
        assert rows[key]["Differenz"] == ""
        assert "Neue Quartiersgrenzen" in rows[key]["Warum keine Differenz"]
    assert rows["1306"]["Warum keine Differenz"] == ""
    after = table_of(client, "zeige=unemployment&zeit=2024&neben_zeit=2021")
    assert all(row["Warum keine Differenz"] == "" for row in after)


def test_the_index_breaks_where_its_indicators_do(client):
    rows = {row["Nr."]: row for row in table_of(client, "zeit=2024&neben_zeit=2018")}
    assert rows["1209"]["Differenz"] == ""
    assert rows["1209"]["Warum keine Differenz"]


def test_indicators_of_different_units_have_no_difference(client):
    text = text_of(client, "/atlas/?zeige=unemployment&neben=index")
    assert "Verschiedene Einheiten" in text
    assert ">Differenz" not in text
    assert "Differenz (Prozentpunkte)</th>" in text_of(client, "/atlas/?zeige=unemployment&neben=sports")


def test_the_same_view_beside_itself_is_one_view(client):
    assert 'id="karte-2"' not in text_of(client, "/atlas/?zeige=unemployment&neben=unemployment")
    assert 'id="karte-2"' in text_of(client, YEARS)


# --- filter ---------------------------------------------------------------------------------------------------------
def test_only_one_social_space_keeps_the_ranks_of_the_city(client):
    everywhere = {row["Nr."]: row for row in table_of(client, "zeige=unemployment")}
    space = everywhere["1306"]["Sozialraum"]
    found = table_of(client, f"zeige=unemployment&raum={space}")
    assert 1 < len(found) < 77
    assert {row["Sozialraum"] for row in found} == {space}
    assert all(row["Rang"] == everywhere[row["Nr."]]["Rang"] for row in found)
    assert len(table_of(client, "zeige=unemployment&raum=Nirgends")) == 77


# --- classes --------------------------------------------------------------------------------------------------------
def test_quantiles_have_equal_numbers_of_areas(client):
    rows = table_of(client, "zeige=unemployment&klassen=quantile&anzahl=4")
    sizes = {}
    for row in rows:
        if row["Wert"]:
            sizes[row["Klasse"]] = sizes.get(row["Klasse"], 0) + 1
    assert len(sizes) == 4
    assert max(sizes.values()) - min(sizes.values()) <= 2


def test_own_limits_divide_as_they_say(client):
    rows = table_of(client, "zeige=unemployment&klassen=eigene&grenzen=5;10")
    for row in rows:
        value = float(row["Wert"]) if row["Wert"] else None
        expected = "" if value is None else "bis 5,0" if value <= 5 else "5,0 bis 10,0" if value <= 10 else "über 10,0"
        assert row["Klasse"] == expected


def test_wrong_limits_are_kept_and_the_published_classes_shown(client):
    text = text_of(client, "/atlas/?zeige=unemployment&klassen=eigene&grenzen=5;zehn")
    assert 'value="5;zehn"' in text
    assert "„zehn“ ist keine Zahl" in text
    assert 'aria-invalid="true"' in text
    assert "nahe am Stadtwert" in text


def test_a_palette_changes_the_colours_and_nothing_else(client):
    plain, other = (text_of(client, f"/atlas/?zeige=unemployment{more}") for more in ("", "&farben=flieder"))
    assert "#8a4b08" in plain
    assert "#8a4b08" not in other
    assert "#6a3d8f" in other


@pytest.mark.parametrize(
    "words",
    [
        "zeige=<script>alert(1)</script>",
        "klassen=quatsch&anzahl=999&farben=nichts",
        "anzahl=-3&klassen=jenks",
        "anzahl=²&klassen=jenks",
        "klassen=eigene&grenzen=" + "1;" * 500,
        'gebiet="><b>&raum=%00',
        "neben=quatsch&neben_zeit=1820",
        "klassen=eigene&grenzen=<b>",
    ],
)
def test_nonsense_in_the_address_falls_back(client, words):
    text = client.get(f"/atlas/?{words}").content.decode()
    assert "rangliste" in text
    assert "<script>alert" not in text
    assert "<b>" not in text


# --- selection and links --------------------------------------------------------------------------------------------
def test_the_selected_area_stands_in_the_address_and_in_the_page(client):
    text = text_of(client, "/atlas/?gebiet=1306")
    assert re.search(r'<tr data-key="1306"[^>]*class="is-chosen"', text)
    assert re.search(r'<option value="1306" selected>', text)
    assert "gebiet=1306" in re.search(r'id="dauerlink"[^>]*value="([^"]*)"', text)[1]


def test_a_lasting_link_keeps_its_edition_after_a_newer_one(client, edition):
    from django.db import transaction

    from nahraum_site.indicators.models import Edition

    link = f"/atlas/?zeige=unemployment&ausgabe={edition.uuid}"
    assert "frühere Ausgabe" not in text_of(client, link)
    with transaction.atomic():
        newer = Edition.objects.get(pk=edition.pk)
        newer.pk, newer.uuid, newer.title = None, "00000000-0000-4000-8000-000000000001", "Neuere Ausgabe"
        newer._state.adding = True
        newer.save()
        try:
            for page in (link, f"/gebiete/1306/?ausgabe={edition.uuid}"):
                text = text_of(client, page)
                assert edition.title in text
                assert "Es gibt eine neuere Ausgabe." in text
            assert str(edition.uuid) in re.search(r'id="dauerlink"[^>]*value="([^"]*)"', text_of(client, link))[1]
        finally:
            newer.delete()


def test_a_link_to_an_edition_that_never_was_is_not_found(client):
    unknown = "00000000-0000-4000-8000-000000000009"
    for page in ("/atlas/", "/atlas/druck/", "/gebiete/", "/gebiete/1306/", "/atlas/ansicht.csv"):
        assert client.get(f"{page}?ausgabe={unknown}").status_code == 404, page


def test_years_before_and_after_are_links(client):
    text = text_of(client, "/atlas/?zeige=unemployment&zeit=2020&klassen=jenks&anzahl=4")
    for year in ("2019", "2021"):
        assert re.search(rf'href="\?zeige=unemployment&zeit={year}&klassen=jenks&anzahl=4"', text)
    assert 'id="zeit-weiter"' not in text_of(client, "/atlas/?zeige=unemployment&zeit=2024")


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


def test_a_name_that_looks_like_a_formula_stays_a_text(client, edition):
    from nahraum_site.places.models import Area

    area = Area.objects.get(system=edition.system, key="1306")
    for name in ("=2+3", "+1", "-1", "@SUM(A1)", "\tx"):
        Area.objects.filter(pk=area.pk).update(name=name)
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


# --- areas ----------------------------------------------------------------------------------------------------------
def test_the_social_space_is_the_rate_of_its_areas_or_nothing(client, edition):
    from nahraum_site.indicators.models import Cell

    there = Cell.objects.filter(layer__key="unemployment", period="2024", area__parent="Hafen", layer__edition=edition)
    assert all(each.value is not None for each in there)
    expected = sum(each.numerator for each in there) / sum(each.denominator for each in there) * 100
    text = text_of(client, "/gebiete/1306/")
    row = re.search(r'<tr><th scope="row">Arbeitslose an der.*?</tr>', text, re.DOTALL)[0]
    values = re.findall(r'class="num">([^<]*)<', row)
    assert values[1] == f"{expected:.1f}".replace(".", ",")
    hidden = re.search(r'<tr><th scope="row">Kinder mit Sprachförder.*?</tr>', text, re.DOTALL)[0]
    assert re.findall(r'class="num">([^<]*)<', hidden)[1] == "–"


def test_areas_in_a_similar_situation_by_hand(client, edition):
    from nahraum_site.indicators.models import Cell

    profiles = {}
    cells = Cell.objects.filter(layer__edition=edition, layer__kind="indicator", period=edition.profile_period)
    for key, layer, z in cells.values_list("area__key", "layer__key", "z"):
        if z is not None:
            profiles.setdefault(key, {})[layer] = z
    whole = len({layer for profile in profiles.values() for layer in profile})
    mine = max(profiles, key=lambda key: len(profiles[key]))
    distances = {}
    for key, profile in profiles.items():
        shared = profile.keys() & profiles[mine].keys()
        if key != mine and len(shared) >= 0.75 * whole:
            distances[key] = mean((profile[each] - profiles[mine][each]) ** 2 for each in shared) ** 0.5
    nearest = sorted(distances, key=lambda key: (distances[key], key))[:5]
    text = text_of(client, f"/gebiete/{mine}/")
    section = text[text.index('id="aehnlich"') : text.index('id="reihen"')]
    assert re.findall(r'<th scope="row"><a href="/gebiete/(\w+)/">', section) == nearest


def test_an_area_with_many_protected_values_has_no_similar_areas(client):
    assert "Zu viele Werte dieses Gebiets sind geschützt oder fehlen" in text_of(client, "/gebiete/1306/")


def test_two_areas_stand_beside_the_city(client):
    text = text_of(client, "/gebiete/vergleich/?eins=1306&zwei=1101")
    for words in ("Gewerbegebiet Hafeninsel und", "Stadt</th>", "geschützt"):
        assert words in text
    assert "dasselbe Gebiet" in text_of(client, "/gebiete/vergleich/?eins=1306&zwei=1306")
    for query in ("", "?eins=1306", "?eins=9999&zwei=1101"):
        assert "Wählen Sie zwei Gebiete" in text_of(client, f"/gebiete/vergleich/{query}")


@pytest.mark.parametrize(
    ("page", "questions"),
    [
        (YEARS, 5),
        ("/atlas/?zeige=unemployment&neben=sports", 6),
        ("/atlas/druck/", 5),
        ("/atlas/ansicht.csv", 4),
        ("/atlas/ansicht.svg", 5),
        ("/gebiete/vergleich/", 2),
        ("/gebiete/vergleich/?eins=1306&zwei=1101", 9),
    ],
)
def test_pages_ask_few_counted_questions(client, page, questions):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    assert len(asked) <= questions, [each["sql"][:120] for each in asked]


@pytest.mark.parametrize("page", [YEARS, "/atlas/druck/", "/gebiete/vergleich/?eins=1306&zwei=1101"])
def test_english_is_complete(client, page):
    client.cookies["nahraum_language"] = "en"
    text = text_of(client, page)
    for german in (
        "Vergleich",
        "Gebiet festhalten",
        "Klassen und",
        "Veränderung von",
        "Druckansicht",
        "Stand ",
        "geschützt",
    ):
        assert german not in text, german
