"""One round shows all that can be known: of a table, and of a boundary file."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.site.cast import enter, forgetful, hire  # noqa: F401 - fixtures
from tests.site.wizard import Desk, found, words

HEAD = "nr;Einwohner;Arbeitslose\n"
FAULTY = "01;1200;viele\n02;980;49\n77;5;1\n77;6;2\n03;1500;150\n04;800;60\n"
TAKEN = {"variable": ["einwohner", "arbeitslose"], "period": "2023"}


@pytest.fixture
def desk(tmp_path, hire, enter):  # noqa: F811
    found(tmp_path)
    return Desk(enter(hire("Petra", "planner")))


def test_unknown_keys_are_told_beside_faults_in_cells_and_every_row_of_them_is_marked(desk):
    desk.upload(("t.csv", HEAD + FAULTY))
    desk.describe(**TAKEN)
    page = words(desk.answer)
    assert "„viele“" in page
    assert "„77“" in page
    shown = words(desk.get(desk.place + "?nur=auffaellig"))
    assert "3 von 6 Zeilen" in shown, shown  # 01 for its cell, both rows of 77


def square(key, name, above, x):
    ring = [[x, 5500000], [x + 1000, 5500000], [x + 1000, 5501000], [x, 5501000], [x, 5500000]]
    about = {"nr": key, "QUARTIER": name, "sr_nr": above}
    return {"type": "Feature", "properties": about, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_doubled_and_empty_keys_of_boundaries_are_told_together(desk):
    rows = [("01", "Hafen", "1"), ("01", "Markt", "1"), ("03", "Wall", ""), ("04", "Ufer", "2")]
    shapes = [square(*row, 500000 + n * 1000) for n, row in enumerate(rows)]
    content = {"type": "FeatureCollection", "features": shapes}
    file = SimpleUploadedFile("q.geojson", json.dumps(content).encode())
    described = desk.client.post("/gebietsstaende/neu/", {"file": file}).url
    assert '<option value="QUARTIER" selected>' in desk.client.get(described).content.decode()
    given = {"name": "Q", "level": "Quartier", "key": "nr", "label": "QUARTIER", "city": "Hafenstadt"}
    given |= {"level_2": "Sozialraum", "key_2": "sr_nr", "crs": "EPSG:25832"}
    page = words(desk.client.post(described, given))
    assert "Der Gebietsschlüssel „01“ kommt zweimal vor" in page
    assert "in keinem Gebiet der Ebene „Sozialraum“ liegen: 1 (Wall (03))" in page


def test_a_sheet_offers_the_variables_and_says_what_is_missing_first(desk):
    page = desk.get("/indikatoren/neu/").content.decode()
    assert 'href="/indikatoren/lebenslagen/neu/"' in page.partition("<main")[2]
    desk.take("t.csv", HEAD + FAULTY.replace("viele", "5").replace("77;5;1\n77;6;2\n", ""), **TAKEN)
    page = desk.get("/indikatoren/neu/").content.decode()
    assert '<datalist id="variablen"><option value="arbeitslose">' in page
    assert page.count('list="variablen"') == 2
    assert page.count("Geliefert: arbeitslose, einwohner.") == 2  # numerator and denominator


def test_a_negative_count_is_told_beside_a_text_in_another_cell(desk):
    from nahraum_site.indicators.models import Domain, Indicator

    Domain.objects.create(key="w", position=0, part={"id": "w", "name": "Wirtschaft"})
    part = {"id": "a", "name": "Arbeitslose", "domain": "w", "numerator": ["arbeitslose"], "denominator": ["einwohner"]}
    Indicator.objects.create(key="a", position=0, part=part)
    desk.upload(("t.csv", HEAD + FAULTY.replace("980;49", "980;-5")))
    desk.describe(**TAKEN)
    page = words(desk.answer)
    assert "„viele“" in page
    assert "„77“" in page
    assert "negativ" in page
