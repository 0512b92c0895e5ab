"""Coarser levels in the atlas: the values of the open data, outlines around their areas, one view for all ways out."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
import shapely

WORD = "ebene"


@pytest.fixture
def told(edition):
    """Return level id -> (indicator, period, key) -> (name, value, state), read in the open data."""
    from django.conf import settings

    text = (settings.FILES / str(edition.uuid) / "ebenen.csv").read_text(encoding="utf-8-sig")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = {}
    for row in csv.DictReader(lines, delimiter=";"):
        value = float(row["wert"].replace(",", ".")) if row["wert"] else None
        cell = (row["indikator"], row["zeitraum"], row["gebiet"])
        found.setdefault(row["ebene"], {})[cell] = (row["name"], value, row["zustand"])
    return found


@pytest.fixture
def level(edition):
    return edition.__class__.objects.get(pk=edition.pk).levels[0]["id"]


def shown(answer):
    """Return key -> (name, words) of the table."""
    assert answer.status_code == 200
    page = answer.content.decode()
    rows = re.findall(
        r'<tr data-key="([^"]+)".*?<th scope="row"><a [^>]*>(.*?)</a>.*?<td class="num(?: words)?">(.*?)</td>',
        page,
        re.DOTALL,
    )
    return {key: (unescape(name), unescape(words)) for key, name, words in rows}


def german(value):
    return f"{value:,.1f}".translate({44: ".", 46: ","})


def test_the_table_of_a_level_says_what_the_open_data_say(client, told, level):
    checked = 0
    for period in ("2021", "2024"):
        found = shown(client.get("/atlas/", {"zeige": "unemployment", "zeit": period, WORD: level}))
        expected = {cell[2]: row for cell, row in told[level].items() if cell[:2] == ("unemployment", period)}
        assert found.keys() >= expected.keys()
        for key, (name, value, state) in expected.items():
            assert found[key][0] == name
            if state == "number":
                assert found[key][1] == german(value)
                checked += 1
            else:
                assert not re.search(r"\d", found[key][1])
    assert checked > 10


def test_outlines_of_a_level_cover_just_its_areas(client, edition, level):
    address = f"/atlas/{edition.uuid}/gebiete.json"
    finest, coarse = (
        {each["properties"]["key"]: shapely.geometry.shape(each["geometry"]) for each in answer["areas"]["features"]}
        for answer in (client.get(address).json(), client.get(address, {WORD: level}).json())
    )
    kept = edition.__class__.objects.get(pk=edition.pk).levels[0]
    assert coarse.keys() == {key for key, _name, _members in kept["areas"]}
    for key, _name, members in kept["areas"]:
        assert coarse[key].is_valid
        assert coarse[key].area == pytest.approx(sum(finest[each].area for each in members), rel=1e-3)
        assert all(coarse[key].buffer(1e-4).contains(finest[each]) for each in members)
    assert (
        f"gebiete.json?ebene={level}" in client.get("/atlas/", {"zeige": "unemployment", WORD: level}).content.decode()
    )


def test_index_and_lebenslagen_stay_with_the_finest_areas_and_say_so(client, edition, level):
    answer = client.get("/atlas/", {"zeige": "index", WORD: level})
    assert len(shown(answer)) == edition.system.areas.count()
    assert "gibt es nur für die kleinsten Gebiete" in answer.content.decode()
    assert len(shown(client.get("/atlas/", {"zeige": "unemployment", WORD: "galaxis"}))) == edition.system.areas.count()


def test_a_level_goes_along_into_files_print_and_address(client, told, level):
    view = {"zeige": "unemployment", "zeit": "2024", WORD: level}
    rows = list(
        csv.reader(io.StringIO(client.get("/atlas/ansicht.csv", view).content.decode("utf-8-sig")), delimiter=";")
    )
    head = next(n for n, row in enumerate(rows) if "Wert" in row)
    values = {row[0]: row[rows[head].index("Wert")] for row in rows[head + 1 :] if len(row) == len(rows[head])}
    for (_indicator, _period, key), (_name, value, state) in told[level].items():
        if (_indicator, _period, state) == ("unemployment", "2024", "number"):
            assert float(values[key].replace(",", ".")) == pytest.approx(value, abs=1e-4)
    assert client.get("/atlas/ansicht.svg", view).content.startswith(b"<svg")
    assert client.get("/atlas/ansicht.gpkg", view).content.startswith(b"SQLite format 3")
    printed = client.get("/atlas/druck/", view).content.decode()
    assert "nie Mittel von Anteilen" in printed
    page = client.get("/atlas/", view).content.decode()
    assert f"ebene={level}" in re.search(r'id="dauerlink" readonly value="([^"]+)"', page)[1]


def test_an_area_of_a_level_leads_to_the_areas_in_it(client, edition, level):
    page = client.get("/atlas/", {"zeige": "unemployment", WORD: level}).content.decode()
    address = unescape(re.search(r'<th scope="row"><a href="([^"]+)"', page)[1])
    assert "raum=" in address
    assert WORD + "=" not in address
    names = {area.parent for area in edition.system.areas.all()}
    inside = client.get(address).content.decode()
    assert any(f"Nur {name}" in unescape(inside) for name in names)


def test_two_years_of_a_level_are_compared(client, told, level):
    view = {"zeige": "unemployment", "zeit": "2024", "neben_zeit": "2021", WORD: level}
    page = client.get("/atlas/", view).content.decode()
    key = next(
        cell[2]
        for cell, (_name, _value, state) in told[level].items()
        if cell[:2] == ("unemployment", "2024")
        and state == "number"
        and told[level]["unemployment", "2021", cell[2]][2] == state
    )
    row = page.partition(f'<tr data-key="{key}"')[2].partition("</tr>")[0]
    numbers = [unescape(each) for each in re.findall(r'<td class="num">([^<]+)</td>', row)]
    for period in ("2024", "2021"):
        assert german(told[level]["unemployment", period, key][1]) in numbers


def test_a_level_costs_no_question_more(client, level):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for view in ({"zeige": "unemployment", "ausgabe": ""}, {"zeige": "unemployment", "ausgabe": "", WORD: level}):
        client.get("/atlas/", view)
        with CaptureQueriesContext(connection) as asked:
            client.get("/atlas/", view)
        counts.append(len(asked))
    assert counts[1] <= counts[0]


def test_areas_of_a_level_with_the_same_value_share_their_place(client, edition, level, monkeypatch):
    from nahraum_site.indicators import levels

    real = levels._levels_of(edition)
    for each in real:
        rows = each.values["unemployment"]["2024"]
        rows[:2] = [[0, 99.5, True], [0, 99.5, True]]
    monkeypatch.setattr(levels, "held", lambda _edition, _load: real)
    view = {"zeige": "unemployment", "zeit": "2024", WORD: level}
    text = client.get("/atlas/ansicht.csv", view).content.decode()
    ranks = [row["Rang"] for row in csv.DictReader(io.StringIO(text), delimiter=";") if row["Wert"]]
    assert ranks[:3] == ["1", "1", "3"]
