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


def test_five_kinds_of_errors_are_told_in_one_round_even_of_a_table_that_was_delivered_before(desk):
    """Texts, a doubled row, an unknown key, too many cases, a wrong total, and a short name that is taken."""
    from nahraum_site.indicators.models import Domain, Indicator

    Domain.objects.create(key="w", position=0, part={"id": "w", "name": "Wirtschaft"})
    part = {"id": "a", "name": "Arbeitslose", "domain": "w", "numerator": ["arbeitslose"], "denominator": ["einwohner"]}
    Indicator.objects.create(key="a", position=0, part=part)
    desk.take("p.csv", "nr;Einwohner\n01;1200\n02;980\n03;1500\n04;800\n", variable=["einwohner"], period="2023")
    jobs = "nr;Arbeitslose;Junge\n01;60;9\n02;49;8\n03;150;7\n04;60;6\n"
    names = {"variable": ["arbeitslose", "junge"], "period": "2023", "id": "jobs"}
    desk.take("jobs.csv", jobs, **names)
    faulty = jobs.replace("01;60", "01;ca. 80").replace("03;150", "03;999999") + "04;60;6\n77;1;2\n99;319;530\n"
    desk.upload(("jobs2.csv", faulty))
    desk.describe(**names, totals="99 = Stadt")
    page = words(desk.answer)
    for said in ("„ca. 80“", "steht für denselben Zeitraum zweimal", "„77“", "999999 von 1500", "amtlich sind es 319",
                 "amtlich sind es 530"):  # fmt: skip
        assert said in page, (said, page)


def test_what_a_correction_does_not_deliver_is_no_warning(desk):
    """The description of the earlier table leaves a row out; the correction has one row only."""
    names = TAKEN | {"skip_rows": "9999 = ohne Anschrift"}
    desk.take("t.csv", HEAD + "01;1200;60\n02;980;49\n03;1500;150\n04;800;60\n9999;5;5\n", id="t", **names)
    desk.upload(("neu.csv", HEAD + "02;980;50\n"))
    desk.describe(id="neu", **names)
    from tests.site.wizard import form_of

    desk.post(desk.place.replace("pruefen", "neu-pruefen"), form_of(desk.answer, "neu-pruefen"))
    assert "Keine Zeile hat diesen Schlüssel" not in words(desk.answer)
    desk.confirm()
    assert "/lieferungen/" in desk.place, words(desk.answer)


def test_a_right_table_is_stored_beside_a_wrong_one_whose_error_stays(desk):
    from nahraum_site.indicators.models import Domain, Indicator

    Domain.objects.create(key="w", position=0, part={"id": "w", "name": "Wirtschaft"})
    part = {"id": "a", "name": "Arbeitslose", "domain": "w", "numerator": ["arbeitslose"], "denominator": ["einwohner"]}
    Indicator.objects.create(key="a", position=0, part=part)
    jobs = "nr;Arbeitslose\n01;60\n02;49\n03;999999\n04;60\n"
    desk.take("t.csv", jobs, variable=["arbeitslose"], period="2023", id="jobs")
    people = "nr;Einwohner\n01;1200\n02;980\n03;1500\n04;800\n"
    desk.upload(("t.csv", people))
    desk.describe(variable=["einwohner"], period="2023", id="people")
    page = words(desk.answer)
    assert "in der schon gespeicherten Tabelle „jobs“: mehr Fälle, als es sein können (999999 von 1500)" in page
    desk.confirm()
    assert "/lieferungen/" not in desk.place  # to be confirmed
    desk.confirm(seen="on")
    assert "/lieferungen/" in desk.place, words(desk.answer)
