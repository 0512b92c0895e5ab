"""Sum rows without a key: proposed, compared, left out - without touching the file."""

import pytest

from tests.site.cast import enter, forgetful, hire  # noqa: F401 - fixtures
from tests.site.wizard import Desk, form_of, found, words

HEAD = "nr;name;Einwohner;Arbeitslose\n"
ROWS = "01;Hafen;1200;120\n02;Markt;980;49\n03;Mühle;1500;150\n04;Wall;800;60\n"
SUM = ";;4480;379\n"  # 1200 + 980 + 1500 + 800; 120 + 49 + 150 + 60
TAKEN = {"variable": ["", "einwohner", "arbeitslose"], "period": "2023"}


@pytest.fixture
def desk(tmp_path, hire, enter):  # noqa: F811
    found(tmp_path)
    return Desk(enter(hire("Petra", "planner")))


@pytest.mark.parametrize("last", [SUM, ";Stadt;4481;379\n", ";Insgesamt;4480;379\n"])
def test_a_last_row_that_is_a_sum_is_proposed_and_is_no_area(desk, last):
    desk.upload(("t.csv", HEAD + ROWS + last))
    assert form_of(desk.answer)["totals"] == ["= Stadt"]
    assert "sieht nach der Summe der anderen aus" in words(desk.answer)
    batch = desk.take("t.csv", HEAD + ROWS + last, **TAKEN)
    assert batch.part["totals"] == {"": "city"}
    assert sum(count for *_rest, count in batch.counts) == 8  # four areas, two variables; the sum row is none
    assert batch.values.get(area="", variable="arbeitslose").value == 379


def test_an_area_that_lost_its_key_is_not_proposed_as_a_sum(desk):
    desk.upload(("t.csv", HEAD + ROWS.replace("04;Wall", ";Wall")))
    assert form_of(desk.answer)["totals"] == [""]
    desk.describe(**TAKEN)
    page = words(desk.answer)
    assert "„Summenzeilen“" in page
    assert "„Zeilen, die wegbleiben“" in page


@pytest.mark.parametrize("typed", ["= Stadt", '"" = Stadt', "=Stadt", "„“ = city"])
def test_the_empty_key_can_be_typed_as_a_sum(desk, typed):
    desk.upload(("t.csv", HEAD + ROWS + SUM))
    desk.describe(totals=typed, **TAKEN)
    assert desk.answer.status_code == 200
    desk.confirm(seen="on")
    assert "/lieferungen/" in desk.place, words(desk.answer)


@pytest.mark.parametrize("typed", ['"" = Grund', "= Grund"])
def test_the_empty_key_can_be_left_out(desk, typed):
    batch = desk.take("t.csv", HEAD + ROWS + SUM, totals="", skip_rows=typed, **TAKEN)
    assert batch.part["skip_rows"] == {"": "Grund"}
    assert batch.values_count == 8


def test_a_level_comes_back_under_its_name(desk):
    desk.upload(("t.csv", HEAD + ROWS + "9999;Stadt;4480;379\n"))
    desk.describe(totals="9999 = Stadt", **TAKEN)
    desk.get(desk.place.replace("pruefen/", ""))
    assert form_of(desk.answer)["totals"] == ["9999 = Stadt"]


def test_the_title_tells_the_year(desk):
    desk.upload(("t.csv", "Einwohner und Arbeitslose in Wernfeld 2026\n" + HEAD + ROWS))
    assert form_of(desk.answer)["period"] == ["2026"]


def test_capitals_in_short_names_are_taken_in_small_letters(desk):
    batch = desk.take("t.csv", HEAD + ROWS, id="Einwohner-2023", **(TAKEN | {"variable": ["", "Einwohner", ""]}))
    assert (batch.key, batch.part["variables"]) == ("einwohner-2023", {"einwohner": "Einwohner"})


def test_what_is_wrong_in_a_form_stands_at_its_top_with_links_and_takes_the_focus(desk):
    desk.upload(("t.csv", HEAD + ROWS))
    desk.describe(id="größe 1", area="", period="", variable=["", "größe", ""])
    page = desk.answer.content.decode().partition("<main")[2]
    summary = page[page.index('class="errors" role="alert" tabindex="-1" autofocus') :]
    summary = summary[: summary.index("</div>")]
    for field in ("id_id", "id_area", "id_period"):
        assert f'href="#{field}"' in summary
    assert "Nur Kleinbuchstaben, Ziffern" in summary
    assert '<a href="#spalten">' in page


def test_a_correction_is_no_error_of_anybody(desk):
    desk.take("t.csv", HEAD + ROWS, **TAKEN)
    desk.upload(("t2.csv", HEAD + ROWS.replace("120", "121")))
    desk.describe(id="t2", **TAKEN)
    page = words(desk.answer)
    assert "Sagen Sie zuerst, ob diese Tabelle sie berichtigt." in page
    assert "Es gibt Fehler" not in page
    assert "wählen Sie oben „Ja, als Berichtigung lesen“" in page


def test_columns_that_are_the_same_as_before_are_counted(desk):
    desk.take("t_2023.csv", HEAD + ROWS, **TAKEN)
    desk.upload(("t_2024.csv", HEAD + ROWS))
    page = words(desk.answer)
    assert page.count("Dieselbe Spalte wie beim früheren Einlesen.") == 1
    assert "Spalten: Dieselbe Spalte" in page


def test_the_hint_of_a_short_name_names_every_sign_that_is_taken(desk):
    desk.upload(("t.csv", HEAD + ROWS))
    assert "Bindestriche und Unterstriche" in words(desk.answer)
    assert desk.take("t.csv", HEAD + ROWS, id="jobs-1_2", **TAKEN).key == "jobs-1_2"
