"""The atlas: what the address asks for is what is shown, compared and classed; areas beside each other."""

import re
from statistics import mean

import pytest

from tests.site.atlas_views import YEARS, cell, table_of, text_of
from tests.site.filled import filled


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


# --- ranks ----------------------------------------------------------------------------------------------------------
def ranks_of(rows):
    """Return the ranks as they are shown, and as many values are higher, plus one."""
    values = [float(row["Wert"]) for row in rows if row["Wert"]]
    return [int(row["Rang"]) for row in rows if row["Wert"]], [1 + sum(o > v for o in values) for v in values]


def test_areas_of_the_same_value_share_the_best_place(client, edition):
    from nahraum_site.indicators.models import Cell

    domain = edition.layers.filter(kind="domain").first()
    cells = Cell.objects.filter(layer=domain, period=edition.profile_period, state=0).order_by("-value")
    first, second = cells[3], cells[4]
    Cell.objects.filter(pk=second.pk).update(value=first.value)
    for query in (f"zeige={domain.key}", "zeige=unemployment&zeit=2019", "zeige=index"):
        shown, expected = ranks_of(table_of(client, query))
        assert shown == expected, query
    shown, _expected = ranks_of(table_of(client, f"zeige={domain.key}"))
    assert shown[3:6] == [4, 4, 6]


def test_a_stored_rank_is_the_one_shown(client, edition):
    stored = {each.area.key: each.rank for each in edition.layers.get(key="sports").cells.filter(period="2019")}
    assert len(set(stored.values())) < len(stored), "two areas share a place"
    rows = table_of(client, "zeige=sports&zeit=2019")
    assert {row["Nr."]: int(row["Rang"] or 0) for row in rows} == stored


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
        'gebiet="><b>&raum=Nirgendwo',
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


@pytest.fixture
def newer(edition):
    """Publish a newer edition of another title."""
    from nahraum_site.indicators.models import Edition

    newer = Edition.objects.get(pk=edition.pk)
    newer.pk, newer.uuid, newer.title = None, "00000000-0000-4000-8000-000000000001", "Neuere Ausgabe"
    newer._state.adding = True
    newer.save()


def test_a_link_to_the_latest_edition_says_nothing_of_an_earlier_one(client, edition):
    assert "frühere Ausgabe" not in text_of(client, f"/atlas/?zeige=unemployment&ausgabe={edition.uuid}")


def test_a_lasting_link_keeps_its_edition_after_a_newer_one(client, edition, newer):
    link = f"/atlas/?zeige=unemployment&ausgabe={edition.uuid}"
    for page in (link, f"/gebiete/1306/?ausgabe={edition.uuid}", f"/gebiete/?ausgabe={edition.uuid}"):
        text = text_of(client, page)
        assert edition.title in text
        assert "Es gibt eine neuere Ausgabe." in text
    assert str(edition.uuid) in re.search(r'id="dauerlink"[^>]*value="([^"]*)"', text_of(client, link))[1]


def test_from_the_list_of_areas_every_way_leads_on_in_the_edition_of_its_link(client, edition, newer):
    kept, way = f"?ausgabe={edition.uuid}", re.compile(r'href="(/gebiete/[^"]*)"')
    content = re.compile(r"<main.*?</main>", re.DOTALL)
    for page in (f"/gebiete/{kept}", f"/gebiete/{kept}&suche=1306"):
        text = content.search(text_of(client, page))[0]
        ways = way.findall(text)
        assert f"/gebiete/1306/{kept}" in ways
        assert f"/gebiete/vergleich/{kept}" in ways
        assert all(each.endswith(kept) for each in ways)
        assert filled(text)["ausgabe"] == [str(edition.uuid)]
    for page in (f"/gebiete/1306/{kept}", f"/gebiete/vergleich/{kept}"):  # and back
        assert f'<a href="/gebiete/{kept}">' in text_of(client, page)
    assert "ausgabe=" not in content.search(text_of(client, "/gebiete/"))[0]


def test_a_link_to_an_edition_that_never_was_is_not_found(client):
    unknown = "00000000-0000-4000-8000-000000000009"
    for page in ("/atlas/", "/atlas/druck/", "/gebiete/", "/gebiete/1306/", "/atlas/ansicht.csv"):
        assert client.get(f"{page}?ausgabe={unknown}").status_code == 404, page


def test_years_before_and_after_are_links(client):
    text = text_of(client, "/atlas/?zeige=unemployment&zeit=2020&klassen=jenks&anzahl=4")
    for year in ("2019", "2021"):
        assert re.search(rf'href="\?zeige=unemployment&zeit={year}&klassen=jenks&anzahl=4"', text)
    assert 'id="zeit-weiter"' not in text_of(client, "/atlas/?zeige=unemployment&zeit=2024")


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
        (YEARS, 8),  # the first time: whether it is kept is asked before and after
        ("/atlas/?zeige=unemployment&neben=sports", 9),
        ("/atlas/druck/", 7),
        ("/atlas/ansicht.csv", 4),
        ("/atlas/ansicht.svg", 7),
        ("/gebiete/vergleich/", 4),
        ("/gebiete/vergleich/?eins=1306&zwei=1101", 9),
    ],
)
def test_pages_ask_few_counted_questions(client, edition, page, questions):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for address in ("/atlas/", "/gebiete/", "/gebiete/1306/"):  # what an edition holds for ever is asked once
        client.get(address, {"ausgabe": edition.uuid})
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
