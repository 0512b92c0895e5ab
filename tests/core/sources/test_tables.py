from __future__ import annotations

import pytest

from nahraum.base import Severity, WrongRequest
from nahraum.sources import TableSpec, read_table
from nahraum.sources.terms import ROW_SCHEMA, Correction, Shape
from tests.core.sources.delivery import codes, column, deliver, values

WIDE = "gebiet;jahr;arbeitslose;einwohner\n1;2023;5;100\n1;2024;6;101\n2;2023;7;200\n2;2024;8;201\n"


def test_a_clean_wide_table_gives_every_value_with_its_cell_and_no_issue(tmp_path) -> None:
    reading = deliver(
        tmp_path, WIDE, period_column="jahr", variables={"unemployed": "arbeitslose", "people": "einwohner"}
    )
    assert reading.issues == ()
    assert dict(zip(reading.rows.columns, map(str, reading.rows.dtypes), strict=True)) == ROW_SCHEMA
    assert reading.rows.row(1, named=True) == {
        "area": "1",
        "period": "2024",
        "variable": "unemployed",
        "value": 6.0,
        "state": 0,
        "row": 3,
        "column": "arbeitslose",
        "letter": "",
        "text": "6",
    }
    assert reading.source.rows == 5
    assert len(reading.source.sha256) == 64


def test_a_long_table_keeps_the_variables_asked_for(tmp_path) -> None:
    text = "gebiet;jahr;merkmal;wert\n1;2024;alo;5\n1;2024;ew;100\n1;2024;sonst;3\n2;2024;alo;6\n2;2024;ew;200\n"
    spec = {
        "shape": Shape.LONG,
        "period_column": "jahr",
        "variable_column": "merkmal",
        "value_column": "wert",
        "variables": {"unemployed": "alo", "people": "ew"},
    }
    reading = deliver(tmp_path, text, **spec)
    assert reading.rows.select("area", "variable", "value", "row").rows() == [
        ("1", "unemployed", 5, 2),
        ("1", "people", 100, 3),
        ("2", "unemployed", 6, 5),
        ("2", "people", 200, 6),
    ]
    wrong = deliver(tmp_path, text, **{**spec, "variables": {"unemployed": "Arbeitslose"}})
    assert codes(wrong) == ["variable-missing"]
    assert "alo, ew, sonst" in wrong.issues[0].sentence


def test_a_table_of_years_has_one_period_per_column(tmp_path) -> None:
    reading = deliver(
        tmp_path, "gebiet;name;2022;2023\n1;Nord;5;6\n2;Süd;7;8\n", shape=Shape.YEARS, variables={"u": "u"}
    )
    assert reading.rows.select("area", "period", "value").rows() == [
        ("1", "2022", 5),
        ("2", "2022", 7),
        ("1", "2023", 6),
        ("2", "2023", 8),
    ]


def test_an_inkar_table_has_the_variable_above_the_years(tmp_path) -> None:
    text = "Kennziffer;Raumeinheit;Quote;Quote;Lohn\n;;2022;2023;2023\n1001;Flensburg;5,5;6,5;2000\n"
    spec = {"shape": Shape.INKAR, "area": "Kennziffer", "area_width": 5}
    reading = deliver(tmp_path, text, variables={"rate": "Quote"}, **spec)
    assert reading.rows.select("area", "period", "value").rows() == [("01001", "2022", 5.5), ("01001", "2023", 6.5)]
    assert codes(deliver(tmp_path, text, variables={"rate": ""}, **spec)) == ["variable-unnamed"]
    absent = deliver(tmp_path, text, variables={"rate": "Miete"}, **spec)
    assert codes(absent) == ["variable-missing"]
    assert "Quote, Lohn" in absent.issues[0].sentence


def test_a_missing_column_is_told_with_what_was_found_and_the_nearest(tmp_path) -> None:
    reading = deliver(tmp_path, "stadtteil;jahr;anzahl\n1;2024;5\n", area="gebiet", variables={"n": "anzhal"})
    assert codes(reading) == ["column-missing"]
    assert "stadtteil, jahr, anzahl" in reading.issues[0].sentence
    other = deliver(tmp_path, "gebiet;jahr;anzahl\n1;2024;5\n", variables={"n": "anzhal"})
    assert "anzahl" in other.issues[0].advice


def test_a_column_that_occurs_twice_is_told_only_if_it_is_asked_for(tmp_path) -> None:
    text = "gebiet;a;b;b\n1;2;3;4\n"
    assert codes(deliver(tmp_path, text, variables={"b": "b"})) == ["column-doubled"]
    assert codes(deliver(tmp_path, text, variables={"a": "a"})) == []


def test_a_doubled_area_is_told_with_both_rows(tmp_path) -> None:
    reading = deliver(tmp_path, column(["5", "6", "7", "8"]).replace("4;8", "2;8"))
    assert codes(reading) == ["area-doubled-in-table"]
    assert (reading.issues[0].row, reading.issues[0].value) == (5, "2")
    assert reading.issues[0].params == {"first": 3, "second": 5}
    assert values(reading) == [5, 6, 7]


def test_two_periods_read_as_one_are_told_with_their_column(tmp_path) -> None:
    reading = deliver(tmp_path, WIDE, variables={"u": "arbeitslose"})
    assert codes(reading) == ["periods-mixed"]
    assert reading.issues[0].column == "jahr"
    assert "2023, 2024" in reading.issues[0].sentence


def test_two_periods_without_a_column_for_them_are_one_issue_not_many(tmp_path) -> None:
    rows = "".join(f"{n};{n * 2}\n" for n in range(1, 40))
    assert codes(deliver(tmp_path, f"gebiet;wert\n{rows}{rows}")) == ["periods-mixed"]


@pytest.mark.parametrize(("cell", "code"), [("bald", "period-unreadable"), ("", "period-absent")])
def test_a_row_without_a_readable_period_is_an_error(tmp_path, cell: str, code: str) -> None:
    reading = deliver(tmp_path, f"gebiet;jahr;n\n1;2024;5\n2;{cell};6\n", period_column="jahr", variables={"n": "n"})
    assert codes(reading) == [code]
    assert reading.issues[0].row == 3


def test_years_and_key_dates_in_one_column_are_told(tmp_path) -> None:
    text = "gebiet;jahr;n\n1;2024;5\n2;31.12.2024;6\n"
    assert codes(deliver(tmp_path, text, period_column="jahr", variables={"n": "n"})) == ["periods-mixed"]


def test_words_in_a_number_column_mean_shifted_columns(tmp_path) -> None:
    reading = deliver(tmp_path, column(["mittel", "hoch", "mittel", "sehr niedrig", "1,5"]))
    assert codes(reading) == ["columns-shifted"]
    assert (reading.issues[0].row, reading.issues[0].column, reading.issues[0].value) == (2, "wert", "mittel")


def test_header_rubbish_in_the_middle_is_told_and_left_out(tmp_path) -> None:
    rows = "".join(f"{n:08};{n},5\n" for n in range(1, 41))
    reading = deliver(tmp_path, f"gebiet;wert\n00Nummer;2,4\n{rows}gebiet;wert\n00000000;\n")
    assert [(issue.code, issue.row) for issue in reading.issues] == [
        ("header-in-data", 2),
        ("header-in-data", 43),
        ("header-in-data", 44),
    ]
    assert reading.rows.height == 40


def test_a_sum_row_that_the_project_names_is_no_rubbish(tmp_path) -> None:
    rows = "".join(f"{n:08};{n},5\n" for n in range(1, 41))
    reading = deliver(tmp_path, f"gebiet;wert\n{rows}Insgesamt;840,5\n", totals={"Insgesamt": "city"})
    assert codes(reading) == []
    assert reading.rows["area"][-1] == "Insgesamt"


def test_values_without_a_key_are_told_and_an_empty_row_is_not(tmp_path) -> None:
    reading = deliver(tmp_path, "gebiet;n\n1;5\n;6\n;\n2;7\n")
    assert [(issue.code, issue.row) for issue in reading.issues] == [("area-without-key", 3)]
    assert values(reading) == [5, 7]


@pytest.mark.parametrize("code", ["-9999", "-9", "-1"])
def test_a_code_for_missing_is_a_warning_until_the_project_names_it(tmp_path, code: str) -> None:
    reading = deliver(tmp_path, column(["5", code, "7", code]))
    assert codes(reading) == ["code-for-missing"]
    assert reading.issues[0].severity is Severity.WARNING
    assert (reading.issues[0].row, reading.issues[0].value, reading.issues[0].params["count"]) == (3, code, 2)
    named = deliver(tmp_path, column(["5", code, "7"]), missing=(code,))
    assert values(named) == [5, "MISSING", 7]
    assert codes(named) == []


def test_minus_one_among_other_negative_numbers_is_a_number(tmp_path) -> None:
    assert codes(deliver(tmp_path, column(["5", "-1", "-0,5", "-2"]))) == []


def test_negative_values_become_missing_where_the_project_says_so(tmp_path) -> None:
    reading = deliver(tmp_path, column(["5", "-0,5", "-9"]), negative_is_missing=True)
    assert values(reading) == [5, "MISSING", "MISSING"]
    assert codes(reading) == ["negative-read-as-missing"]
    assert reading.issues[0].params["count"] == 2


def areas_with_shares(last: str) -> str:
    rows = "".join(f"{n};{1000 + n};{n},1;{n},2;{n},3;{n},4\n" for n in range(1, 21))
    return f"gebiet;ew;a;b;c;d\n{rows}21;{last}\n"


@pytest.mark.parametrize("last", ["0;0;0;0;0", "180;0;0;0;0"])
def test_an_area_of_zeros_is_a_warning_unless_the_project_reads_them_as_missing(tmp_path, last: str) -> None:
    reading = deliver(tmp_path, areas_with_shares(last))
    assert codes(reading) == ["zero-instead-of-missing"]
    assert (reading.issues[0].row, reading.issues[0].value) == (22, "21")
    settled = deliver(tmp_path, areas_with_shares(last), zeros_are_missing=("a", "b", "c", "d"))
    assert values(settled, "a")[-1] == "MISSING"
    assert [issue.severity for issue in settled.issues] == [Severity.NOTICE]


def test_some_zeros_in_a_small_area_are_ordinary(tmp_path) -> None:
    assert codes(deliver(tmp_path, areas_with_shares("199;0;0;1,5;0"))) == []


def test_corrections_are_applied_and_told_with_their_reason(tmp_path) -> None:
    fix = Correction(where={"gebiet": "2"}, set={"wert": "6,5"}, reason="Auskunft vom 3. Mai")
    reading = deliver(tmp_path, column(["5", "6;5", "7"]).replace("6;5", "6.5x"), corrections=(fix,))
    assert values(reading) == [5, 6.5, 7]
    assert [(issue.code, issue.row, issue.value) for issue in reading.issues] == [("correction-applied", 3, "6.5x")]
    assert "Auskunft vom 3. Mai" in reading.issues[0].sentence


def test_a_correction_may_pick_one_of_several_rows(tmp_path) -> None:
    fix = Correction(where={"gebiet": "2"}, set={"gebiet": "3"}, reason="Schlüssel doppelt", nth=2)
    reading = deliver(tmp_path, "gebiet;wert\n1;5\n2;6\n2;7\n", corrections=(fix,))
    assert reading.rows.select("area", "value").rows() == [("1", 5), ("2", 6), ("3", 7)]


@pytest.mark.parametrize("key", ["2", "9"])
def test_a_correction_that_fits_no_or_several_rows_is_refused(tmp_path, key: str) -> None:
    fix = Correction(where={"gebiet": key}, set={"wert": "1"}, reason="r")
    assert codes(deliver(tmp_path, "gebiet;wert\n1;5\n2;6\n2;7\n", corrections=(fix,))) == ["correction-unfit"]


def test_rows_left_out_are_told_and_so_is_a_key_that_no_row_has(tmp_path) -> None:
    skip = {"2": "Hafenbecken", "9": "Wald", "": "nicht zuzuordnen"}
    reading = deliver(tmp_path, "gebiet;wert\n1;5\n2;6\n;7\n", skip_rows=skip)
    assert values(reading) == [5]
    assert [(issue.code, issue.row) for issue in reading.issues] == [
        ("row-skipped", 3),
        ("row-to-skip-absent", 0),
        ("row-skipped", 4),
    ]


def test_a_count_with_its_share_in_brackets_needs_to_be_announced(tmp_path) -> None:
    text = "gebiet;ew;jung\n1;200;50 (25,0 %)\n2;300;100 (33,3 %)\n"
    assert codes(deliver(tmp_path, text)) == ["text-in-number", "text-in-number"]
    reading = deliver(tmp_path, text, share_of={"jung": "ew"})
    assert values(reading, "jung") == [50, 100]
    assert codes(reading) == []
    assert reading.rows["text"][-1] == "100 (33,3 %)"


@pytest.mark.parametrize(("share", "fits"), [("33,3 %", True), ("33,4 %", False), ("33 %", True), ("33,33 %", True)])
def test_a_share_is_checked_to_the_digits_it_is_printed_with(tmp_path, share: str, fits: bool) -> None:
    reading = deliver(tmp_path, f"gebiet;ew;jung\n1;300;100 ({share})\n", share_of={"jung": "ew"})
    assert codes(reading) == ([] if fits else ["share-does-not-fit"])
    assert reading.rows["variable"].to_list() == (["ew", "jung"] if fits else ["ew"])


def test_a_list_of_objects_is_read_with_its_types(tmp_path) -> None:
    (tmp_path / "t.json").write_text(
        '{"data": [{"id": "a", "n": 1.234, "m": null}, {"id": "b", "n": 534, "m": "2,5"}]}', encoding="utf-8"
    )
    spec = TableSpec(id="t", file="t.json", sheet="data", area="id", variables={"n": "n", "m": "m"})
    reading = read_table(spec, tmp_path)
    assert values(reading) == [1.234, 534, "MISSING", 2.5]
    assert codes(reading) == []
    for text, code in (("{", "json-unreadable"), ('{"data": 5}', "json-not-a-table")):
        (tmp_path / "t.json").write_text(text, encoding="utf-8")
        assert codes(read_table(spec, tmp_path)) == [code]


def test_a_dump_is_read_as_text_with_null_as_missing(tmp_path) -> None:
    (tmp_path / "t.sql").write_text(
        "/* Stand; 2024 */\nCREATE TABLE t (\n  id INT,\n  name VARCHAR NOT NULL,\n  n NUMERIC,\n"
        "  PRIMARY KEY(id)\n);\n"
        "INSERT INTO t VALUES\n(1, 'O''Brien; (Nord)', 1.234),\n\n(2, 'Süd', NULL);\nINSERT INTO u (a) VALUES (1);\n",
        encoding="utf-8",
    )
    spec = TableSpec(id="t", file="t.sql", sheet="t", area="name", variables={"n": "n"})
    reading = read_table(spec, tmp_path)
    assert reading.rows["area"].to_list() == ["O'Brien; (Nord)", "Süd"]
    assert values(reading) == [1.234, "MISSING"]
    assert reading.rows["row"].to_list() == [9, 11]
    other = read_table(TableSpec(id="t", file="t.sql", sheet="x", area="a", variables={"n": "n"}), tmp_path)
    assert codes(other) == ["sheet-missing"]
    assert "t, u" in other.issues[0].sentence


@pytest.mark.parametrize(
    "spec",
    [
        {"area": ""},
        {"variables": {}},
        {"shape": Shape.LONG},
        {"shape": Shape.YEARS, "variables": {"a": "a", "b": "b"}},
        {"share_of": {"a": "z"}},
        {"delimiter": "||"},
        {"decimal": "x"},
    ],
)
def test_a_specification_that_lacks_something_is_a_wrong_request(tmp_path, spec) -> None:
    with pytest.raises(WrongRequest, match="„t“"):
        read_table(TableSpec(**{"id": "t", "file": "t.csv", "area": "g", "variables": {"a": "a"}, **spec}), tmp_path)


def test_every_issue_names_file_place_and_remedy_in_german(tmp_path) -> None:
    reading = deliver(tmp_path, column(["5", "abc"]))
    assert str(reading.issues[0]) == (
        "Fehler: t.csv, Zeile 3, Spalte wert: Hier wird eine Zahl erwartet (Zellen mit diesem Text: 1). "
        "Gefunden: „abc“. Berichtigen Sie die Zelle oder nennen Sie das Zeichen unter missing, protected oder "
        "not_applicable."
    )
