"""Importing tables through the pages, as a planner does: what is stored, what is asked, what blocks."""

import csv
import io

import pytest

from tests.site.cast import enter, forgetful, hire
from tests.site.wizard import Desk, form_of, found, words

__all__ = ["enter", "forgetful", "hire"]

PEOPLE = "Gebiet;Jahr;Einwohner;Arbeitslose\n01;2023;1200;55\n02;2023;980,5;k. A.\n03;2023;2100;.\n04;2023;1.240;17\n"
SIGNS = {"missing": "k. A.", "protected": ".", "variable": ["einwohner", "arbeitslose"]}


@pytest.fixture
def planner(hire):
    return hire("Petra", "planner")


@pytest.fixture
def desk(planner, enter, tmp_path):
    """Return a planner's browser in an office that has four quarters and no table yet."""
    found(tmp_path)
    return Desk(enter(planner))


def stored(batch):
    """Return (area, period, variable) -> (state, value, text, row) of a delivery."""
    return {(v.area, v.period, v.variable): (v.state, v.value, v.text, v.row) for v in batch.values.all()}


def batches():
    from nahraum_site.indicators.models import Batch

    return list(Batch.objects.order_by("pk"))


def nothing_stored():
    from nahraum_site.indicators.models import Batch, Value

    return not Batch.objects.exists() and not Value.objects.exists()


def test_every_cell_is_stored_exactly_as_the_csv_module_reads_it(desk):
    batch = desk.take("einwohner_2023.csv", PEOPLE, **SIGNS)
    expected = {}
    for n, row in enumerate(csv.DictReader(io.StringIO(PEOPLE), delimiter=";"), start=2):
        for name, column in (("einwohner", "Einwohner"), ("arbeitslose", "Arbeitslose")):
            text = row[column]
            state = {"k. A.": 1, ".": 3}.get(text, 0)
            number = None if state else float(text.replace(".", "").replace(",", "."))
            expected[row["Gebiet"], row["Jahr"], name] = (state, number, text, n)
    from nahraum.base import State

    assert (State.MISSING, State.PROTECTED) == (1, 3)
    assert stored(batch) == expected
    assert batch.file.path.read_bytes() == PEOPLE.encode()
    assert batch.confirmed_by.name == "Petra"
    assert "8" in words(desk.answer)


def test_nothing_counts_before_it_is_confirmed(desk):
    desk.upload(("einwohner_2023.csv", PEOPLE))
    desk.describe(**SIGNS)
    assert "Stimmt diese Tabelle?" in words(desk.answer)
    assert nothing_stored()
    assert "einwohner_2023.csv" in words(desk.get("/einlesen/"))


def test_next_year_is_suggested_as_this_one_was_read_and_the_year_moves_on(desk):
    table = "Gebiet;Einwohner;Arbeitslose\n01;1200;55\n02;980;k. A.\n03;2100;.\n04;1240;17\n"
    desk.take("einwohner_2023.csv", table, period="2023", **(SIGNS | {"variable": ["inhabitants", "unemployed"]}))
    desk.upload(("einwohner_2024.csv", table.replace("1200", "1300")))
    form = form_of(desk.answer)
    assert form["period"] == ["2024"]
    assert form["variable"] == ["inhabitants", "unemployed"]
    assert (form["missing"], form["protected"]) == (["k. A."], ["."])
    assert form["id"] == ["einwohner_2024"]
    assert "2023" in words(desk.answer)
    desk.describe()
    desk.confirm(seen="on")
    assert stored(batches()[1])["01", "2024", "inhabitants"][:2] == (0, 1300.0)


def test_the_same_values_once_more_are_a_correction_and_the_old_ones_stay_readable(desk):
    first = desk.take("einwohner_2023.csv", PEOPLE, **SIGNS)
    desk.upload(("einwohner_2023_korrigiert.csv", PEOPLE.replace(";55", ";66")))
    desk.describe(id="korrektur", **SIGNS)
    assert "Berichtigt diese Tabelle eine frühere?" in words(desk.answer)
    assert "Diese Tabelle speichern" not in words(desk.answer)
    desk.post(desk.place.replace("pruefen", "neu-pruefen"), form_of(desk.answer, "neu-pruefen"))
    assert "Berichtigt diese Tabelle" not in words(desk.answer)
    desk.confirm(seen="on")
    old, new = batches()
    assert new.revises == [old.key]
    assert stored(old)["01", "2023", "arbeitslose"][:2] == (0, 55.0)
    assert stored(new)["01", "2023", "arbeitslose"][:2] == (0, 66.0)
    page = words(desk.get(f"/lieferungen/{first.uuid}/"))
    assert "55" in page
    assert "korrektur" in page


def test_a_correction_of_a_delivery_that_is_not_there_is_refused(desk):
    desk.take("einwohner_2023.csv", PEOPLE, **SIGNS)
    desk.upload(("noch_einmal.csv", PEOPLE))
    desk.describe(id="korrektur", **SIGNS)
    sent = form_of(desk.answer, "neu-pruefen") | {"revises": ["ausgedacht"]}
    desk.post(desk.place.replace("pruefen", "neu-pruefen"), sent)
    assert "nicht mehr da" in words(desk.answer)
    assert len(batches()) == 1


def test_other_areas_of_the_same_year_are_no_correction(desk):
    head, *rows = PEOPLE.splitlines(keepends=True)
    desk.take("nord.csv", head + rows[0], **SIGNS)
    desk.take("sued.csv", head + rows[3], id="sued", decimal=",", **SIGNS)
    assert [batch.revises for batch in batches()] == [[], []]


def test_what_was_withdrawn_can_be_delivered_anew(desk):
    first = desk.take("einwohner_2023.csv", PEOPLE, **SIGNS)
    desk.post(f"/lieferungen/{first.uuid}/zurueckziehen/", {"because": "falsches Jahr"})
    first.refresh_from_db()
    assert first.withdrawn_at
    second = desk.take("einwohner_neu.csv", PEOPLE, id="neu", **SIGNS)
    assert second.revises == []
    assert stored(first) == stored(second)
    assert "falsches Jahr" in words(desk.get(f"/lieferungen/{first.uuid}/"))


def test_the_same_file_twice_is_noticed_at_once(desk):
    desk.take("einwohner_2023.csv", PEOPLE, **SIGNS)
    desk.upload(("anderer_name.csv", PEOPLE))
    assert "schon einmal geliefert" in words(desk.answer)
    assert "einwohner_2023.csv" in words(desk.answer)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("02;2023", "99;2023"), "99"),
        (("1200", "viele"), "viele"),
        (("02;2023", "02;irgendwann"), "irgendwann"),
        (("02;2023", "01;2023"), "01"),
        (("Einwohner", "Arbeitslose"), "Arbeitslose"),
    ],
)
def test_errors_stand_in_the_table_and_block(desk, change, said):
    desk.upload(("t.csv", PEOPLE.replace(*change)))
    desk.describe(**SIGNS)
    assert said in words(desk.answer)
    assert "Fehler" in words(desk.answer)
    assert "Diese Tabelle speichern" not in words(desk.answer)
    desk.post(desk.place.partition("pruefen/")[0] + "speichern/", {"note": "trotzdem", "seen": "on", "version": "2"})
    assert desk.answer.status_code == 422
    assert nothing_stored()


def test_a_cell_with_an_error_is_marked_with_the_reason(desk):
    desk.upload(("t.csv", PEOPLE.replace("1200", "viele")))
    desk.describe(**SIGNS)
    cell = desk.answer.content.decode().partition('class="cell--error"')[2].partition("</td>")[0]
    assert "viele" in cell
    assert "<details>" in cell
    only = desk.get(desk.place + "?nur=auffaellig")
    assert "1 von 4 Zeilen" in words(only)


def test_the_table_goes_back_to_its_office_as_a_workbook_with_marks(desk):
    import openpyxl

    desk.upload(("t.csv", PEOPLE.replace("1200", "viele")))
    desk.describe(**SIGNS)
    answer = desk.client.get(desk.place.replace("pruefen/", "geprueft.xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cell = book.worksheets[0]["C2"]
    assert cell.value == "viele"
    assert "Fehler" in cell.comment.text


def test_warnings_are_read_before_anything_is_stored(desk):
    rows = ["0;2023;9999", *(f"0{n};2023;{n}" for n in range(1, 5))]  # the sum row is far from the sum of its areas
    desk.upload(("t.csv", "\n".join(["Gebiet;Jahr;Einwohner", *rows])))
    desk.describe(variable=["inhabitants"], totals="0 = city")
    indicator()
    desk.post(desk.place.replace("pruefen", "neu-pruefen"), {})
    assert "Warnung" in words(desk.answer)
    desk.confirm(note="geprüft")
    assert desk.answer.status_code == 422
    assert "geprüft" in desk.answer.content.decode()
    assert nothing_stored()
    desk.confirm(seen="on")
    assert len(batches()) == 1
    assert "Warnung" in words(desk.answer)


def indicator():
    """Describe an indicator of a part of the inhabitants."""
    from nahraum_site.indicators.models import Domain, Indicator

    Domain.objects.create(key="a", position=0, part={"id": "a", "name": "A"})
    part = {"id": "i", "name": "Anteil", "domain": "a", "numerator": ["inhabitants"], "denominator": ["inhabitants"]}
    Indicator.objects.create(key="i", position=0, part={**part, "direction": "higher_is_worse"})


def test_what_was_typed_stays_where_something_is_wrong(desk):
    desk.upload(("t.csv", PEOPLE))
    desk.describe(period_column="", period="übermorgen", missing="k. A.\n–", variable=["Groß", "zwei"])
    assert desk.answer.status_code == 422
    form = form_of(desk.answer)
    assert form["period"] == ["übermorgen"]
    assert form["variable"] == ["Groß", "zwei"]
    assert form["missing"] == ["k. A.\n–"]
    assert "Kleinbuchstaben" in words(desk.answer)


def test_a_long_table_offers_every_variable_it_names(desk):
    rows = [f"0{area};2023;m{n};{area * n}" for n in range(1, 121) for area in range(1, 5)]
    desk.upload(("lang.csv", "\n".join(["Gebiet;Jahr;Merkmal;Wert", *rows])))
    sent = form_of(desk.answer) | {
        "shape": "long", "variable_column": "Merkmal", "value_column": "Wert", "look": "1", "missing": "k. A."
    }  # fmt: skip
    desk.post(desk.place, sent)
    form = form_of(desk.answer)
    assert form["column"] == [f"m{n}" for n in range(1, 121)]
    assert (form["shape"], form["missing"]) == (["long"], ["k. A."])
    names = [f"m_{n}" if n in (7, 120) else "" for n in range(1, 121)]
    desk.describe(variable=names)
    desk.confirm(seen="on")
    assert stored(batches()[0])["03", "2023", "m_120"][:2] == (0, 360.0)
    assert batches()[0].values_count == 8


def test_sum_rows_are_compared_and_rows_without_area_are_left_out(desk):
    table = PEOPLE + "0;2023;9999;9\n98;2023;7;1\n"
    desk.upload(("t.csv", table))
    desk.describe(totals="0 = Stadt", skip_rows="98 = ohne Anschrift", **SIGNS)
    page = words(desk.answer)
    assert "Gebiete 4 × Quartier, 1 × Stadt" in page, "the sum row is no quarter"
    desk.confirm(seen="on")
    batch = batches()[0]
    assert batch.part["totals"] == {"0": "city"}
    assert {key[0] for key in stored(batch)} >= {"01", "02", "03", "04"}
    assert not any(key[0] == "98" for key in stored(batch))


def test_a_level_that_is_not_there_is_said(desk):
    desk.upload(("t.csv", PEOPLE + "0;2023;9999;9\n"))
    desk.describe(totals="0 = Galaxis", **SIGNS)
    assert "Galaxis" in words(desk.answer)
    assert nothing_stored()


def test_several_files_at_once_and_a_bad_one_keeps_no_other_out(desk):
    desk.upload(("a.csv", PEOPLE), ("b.csv", b"MZ\x90\x00" + b"\x00" * 600), ("c.csv", PEOPLE.replace("2023", "2022")))
    page = words(desk.answer)
    assert desk.place == "/einlesen/"
    assert "a.csv" in page
    assert "c.csv" in page
    from nahraum_site.records.models import File

    assert "b.csv" in page  # in the message that says why
    assert not File.objects.filter(name="b.csv").exists()


def test_another_sheet_of_the_same_workbook_is_read_like_the_first(desk):
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for year in (2022, 2023):
        sheet = book.create_sheet(str(year))
        sheet.append(["Gebiet", "Einwohner"])
        for area in range(1, 5):
            sheet.append([f"0{area}", year * 10 + area])
    stream = io.BytesIO()
    book.save(stream)
    desk.upload(("jahre.xlsx", stream.getvalue()))
    first = desk.place
    assert form_of(desk.answer)["period"] == ["2022"]
    desk.describe(variable=["inhabitants"])
    desk.confirm(seen="on")
    assert "/lieferungen/" in desk.place, words(desk.answer)
    assert desk.get(first).status_code == 404
    desk.upload(("jahre.xlsx", stream.getvalue()))
    desk.post(desk.place + "blatt/", {"sheet": "2023", "take": "1", "version": "1"})
    form = form_of(desk.answer)
    assert (form["period"], form["variable"]) == (["2023"], ["inhabitants"])
    desk.describe()
    desk.confirm(seen="on")
    assert stored(batches()[1])["04", "2023", "inhabitants"][:2] == (0, 20234.0)


def test_two_people_on_the_same_upload_overwrite_nothing(desk, hire, enter):
    desk.upload(("t.csv", PEOPLE))
    other = Desk(enter(hire("Paul", "planner")))
    other.get(desk.place)
    desk.describe(**SIGNS)
    other.describe(id="anders", **SIGNS)
    assert other.answer.status_code == 422
    assert "anders" in form_of(other.answer)["id"]
    other.get(desk.place)
    desk.confirm(seen="on")
    other.confirm(seen="on")
    assert other.answer.status_code == 404
    assert len(batches()) == 1


def test_a_delivery_that_came_meanwhile_is_seen_before_storing(desk):
    desk.upload(("a.csv", PEOPLE))
    desk.describe(**SIGNS)
    shown, place = desk.answer, desk.place
    desk.take("b.csv", PEOPLE, id="b", **SIGNS)
    desk.answer, desk.place = shown, place
    desk.confirm(seen="on")
    assert desk.answer.status_code == 422
    assert "meanwhile" not in words(desk.answer)
    assert "Berichtigt diese Tabelle eine frühere?" in words(desk.answer)
    assert len(batches()) == 1


def test_what_is_set_aside_leaves_neither_file_nor_entry(desk, django):
    from nahraum_site.records.models import File

    desk.upload(("t.csv", PEOPLE))
    file = File.objects.get(name="t.csv")
    desk.post(desk.place + "verwerfen/", {})
    assert "t.csv" in words(desk.answer)
    assert desk.get(desk.place + "x").status_code == 404
    assert "Nichts ist unterwegs" in words(desk.get("/einlesen/")) or "t.csv" not in words(desk.get("/einlesen/"))
    assert file.path.name


@pytest.mark.parametrize("role", ["researcher", "leader", "releaser", "partner", "contact", "neighbourhood_manager"])
def test_only_planners_import(desk, hire, enter, role):
    desk.upload(("t.csv", PEOPLE))
    place = desk.place
    client = enter(hire("Fremd", role))
    for path in ("/einlesen/", place, place + "pruefen/", place + "geprueft.xlsx"):
        assert client.get(path).status_code == 403, path
    for path in (place, place + "speichern/", place + "verwerfen/", place + "neu-pruefen/", place + "blatt/"):
        assert client.post(path, {}).status_code == 403, path
    assert nothing_stored()


def test_a_guessed_address_leads_nowhere_and_bad_numbers_break_nothing(desk):
    assert desk.get("/einlesen/0b8c1f0e-6c0b-4f0e-9d5b-1f1f1f1f1f1f/").status_code == 404
    assert desk.get("/einlesen/?pflicht=quatsch").status_code == 200
    desk.upload(("t.csv", PEOPLE))
    place = desk.place
    for version in ("", "-1", "²", "9" * 30, "x"):
        assert desk.post(place, form_of(desk.get(place)) | {"version": version}).status_code == 422
        assert desk.post(place + "blatt/", {"sheet": "?", "version": version}).status_code == 200
    for query in ("?ab=-5", "?ab=²", "?ab=99999999999999999999", "?ab=7&nur=x"):
        assert desk.get(place + "pruefen/" + query).status_code == 200


def test_the_pages_ask_the_database_a_fixed_number_of_questions(desk, django_assert_most):
    desk.upload(("t.csv", PEOPLE))
    place = desk.place
    desk.describe(**SIGNS)
    for n in range(12):
        desk.upload((f"t{n}.csv", PEOPLE.replace("2023", str(1990 + n))))
    for path, most in (("/einlesen/", 12), (place, 14), (place + "pruefen/", 12), ("/kalender/", 12)):
        with django_assert_most(most):
            desk.get(path)


@pytest.fixture
def django_assert_most(django):
    """Return a context that fails when more questions are asked."""
    from contextlib import contextmanager

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def most(number):
        with CaptureQueriesContext(connection) as asked:
            yield
        assert len(asked) <= number, "\n".join(each["sql"] for each in asked)

    return most
