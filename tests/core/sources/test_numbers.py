from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import Severity
from nahraum.sources import TableSpec, numbers
from nahraum.sources.numbers import marks_of, parse
from tests.core.sources.delivery import codes, column, deliver, values

NUMBERS = st.lists(
    st.tuples(st.integers(-(10**9), 10**9), st.integers(0, 2)), min_size=1, max_size=30
)  # digits and how many of them are decimals


def written(digits: int, decimals: int, group: str, mark: str) -> str:
    whole, rest = divmod(abs(digits), 10**decimals)
    text = f"{whole:,}".replace(",", group)
    sign = "-" if digits < 0 else ""
    return f"{sign}{text}{mark}{rest:0{decimals}}" if decimals else f"{sign}{text}"


def read(texts: list[str], decimal: str = "") -> list[float]:
    series = pl.Series(texts, dtype=pl.String)
    (marks,), _mixed = marks_of([series], decimal)
    return parse(series, TableSpec(id="t", file="t"), marks)["value"].to_list()


@given(NUMBERS)
def test_german_numbers_with_grouped_thousands_come_back(numbers: list[tuple[int, int]]) -> None:
    texts = [written(n, d, ".", ",") for n, d in numbers]
    assert read(texts, ",") == [pytest.approx(n / 10**d) for n, d in numbers]


@given(NUMBERS)
def test_english_numbers_with_grouped_thousands_come_back(numbers: list[tuple[int, int]]) -> None:
    texts = [written(n, d, ",", ".") for n, d in numbers]
    assert read(texts, ".") == [pytest.approx(n / 10**d) for n, d in numbers]


@given(NUMBERS, st.sampled_from(["", " ", "\u00a0", "\u202f", "'"]), st.sampled_from([",", "."]))
def test_ungrouped_and_blank_grouped_numbers_never_come_back_as_another_number(
    numbers: list[tuple[int, int]], group: str, mark: str
) -> None:
    """What is read is right; what is not read is an issue. Nothing in between."""
    for found, (n, d) in zip(read([written(n, d, group, mark) for n, d in numbers]), numbers, strict=True):
        assert math.isnan(found) or found == pytest.approx(n / 10**d)


@given(NUMBERS, st.sampled_from([(".", ","), (",", ".")]))
def test_a_column_that_shows_its_decimals_needs_no_help(numbers: list[tuple[int, int]], way: tuple[str, str]) -> None:
    group, mark = way
    texts = [written(n, d, group, mark) for n, d in numbers] + [f"12{mark}5"]
    assert read(texts)[:-1] == [pytest.approx(n / 10**d) for n, d in numbers] or any(map(math.isnan, read(texts)))


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1.234,5", 1234.5),
        ("1 234,5", 1234.5),
        ("1\u00a0234,5", 1234.5),
        ("12,5 %", 12.5),
        ("12,5%", 12.5),
        ("(16,9 %)", 16.9),
        ("\u22122,5", -2.5),
        ("+2,5", 2.5),
        ("0,045", 0.045),
        ("1.234.567", 1234567),
    ],
)
def test_german_ways_of_writing_a_number(tmp_path, cell: str, number: float) -> None:
    reading = deliver(tmp_path, column(["3,5", cell]))
    assert values(reading) == [3.5, number]
    assert codes(reading) == []


def test_a_blank_after_the_minus_is_read_and_told_once(tmp_path) -> None:
    reading = deliver(tmp_path, column(["- 23", "5", "- 4"]))
    assert values(reading) == [-23, 5, -4]
    assert codes(reading) == ["number-with-blank"]
    assert reading.issues[0].severity is Severity.NOTICE
    assert (reading.issues[0].row, reading.issues[0].value) == (2, "- 23")


def test_thousands_points_beside_small_counts_are_thousands(tmp_path) -> None:
    assert values(deliver(tmp_path, column(["1.234", "534", "12.345"]))) == [1234, 534, 12345]


def test_three_decimals_beside_other_decimals_are_decimals(tmp_path) -> None:
    assert values(deliver(tmp_path, column(["8.742", "10.95", "-1.771"]))) == [8.742, 10.95, -1.771]


def test_the_other_columns_tell_what_a_point_means(tmp_path) -> None:
    reading = deliver(tmp_path, "gebiet;zahl;anteil\n1;1.234;12,5\n2;2.345;3,5\n")
    assert values(reading, "zahl") == [1234, 2345]
    assert codes(reading) == []


@pytest.mark.parametrize("cells", [["1.234"], ["1.234", "2.345"], ["1,234", "9,876"], ["1.234", "1,234"]])
def test_where_nothing_tells_nobody_guesses(tmp_path, cells: list[str]) -> None:
    reading = deliver(tmp_path, column(cells))
    assert codes(reading) == ["number-ambiguous"]
    assert reading.rows.height == 0
    assert "decimal" in reading.issues[0].advice


def test_counts_with_points_among_english_decimals_are_not_guessed(tmp_path) -> None:
    reading = deliver(tmp_path, "gebiet;zahl;anteil\n1;1.234;12.5\n2;534;3.5\n")
    assert codes(reading) == ["number-ambiguous"]
    assert values(reading, "zahl") == [534]


def test_a_given_decimal_mark_settles_it(tmp_path) -> None:
    assert values(deliver(tmp_path, column(["1.234"]), decimal=",")) == [1234]
    assert values(deliver(tmp_path, column(["1.234"]), decimal=".")) == [1.234]


def test_a_mark_that_fits_neither_thousands_nor_decimals_is_an_error_with_its_cell(tmp_path) -> None:
    reading = deliver(tmp_path, column(["44.532", "1.051", "1.0457", "84"]))
    assert codes(reading) == ["number-malformed"]
    assert (reading.issues[0].row, reading.issues[0].column, reading.issues[0].value) == (4, "wert", "1.0457")
    assert values(reading) == [44532, 1051, 84]


def test_comma_and_point_in_one_column_give_one_notice(tmp_path) -> None:
    reading = deliver(tmp_path, column(["261,55", "146.63", "40.52", "36,17", "3,5"]))
    assert values(reading) == [261.55, 146.63, 40.52, 36.17, 3.5]
    assert codes(reading) == ["decimal-marks-mixed"]
    assert (reading.issues[0].row, reading.issues[0].value) == (3, "146.63")


@pytest.mark.parametrize("cell", ["12 34", "1.23.4", "1,2,3", "12,5x", "--5", "1e400", "NaN", "inf", "5-7", "(12)"])
def test_what_is_no_number_is_an_issue_and_no_value(tmp_path, cell: str) -> None:
    reading = deliver(tmp_path, column(["3,5", cell]))
    assert values(reading) == [3.5]
    assert [issue.severity for issue in reading.issues] == [Severity.ERROR]
    assert (reading.issues[0].row, reading.issues[0].value) == (3, cell)


def test_a_sign_in_many_cells_is_told_once_with_how_often(tmp_path) -> None:
    reading = deliver(tmp_path, column(["5", *["."] * 30, *["-"] * 3]))
    assert codes(reading) == ["text-in-number", "text-in-number"]
    assert [issue.params["count"] for issue in reading.issues] == [30, 3]


def test_signs_that_the_project_names_become_states(tmp_path) -> None:
    reading = deliver(
        tmp_path, column(["5", ".", "-", "x", ""]), missing=("-",), protected=(".",), not_applicable=("x",)
    )
    assert values(reading) == [5, "PROTECTED", "MISSING", "NOT_APPLICABLE", "MISSING"]
    assert codes(reading) == []


def test_a_date_in_a_number_column_is_told_as_one(tmp_path) -> None:
    assert codes(deliver(tmp_path, column(["5", "2024-05-01 00:00:00"]))) == ["date-in-number"]


@given(
    st.lists(st.sampled_from(["1.234", "7", "x", "-", "", "12,5", "1.234.567,8", "- 3", "#WERT!", None]), max_size=11)
)
def test_cells_parsed_in_pieces_are_the_cells_parsed_at_once(texts: list[str | None]) -> None:
    series = pl.Series(texts, dtype=pl.String)
    spec = TableSpec(id="t", file="t.csv", area="a", variables={"v": "v"}, missing=("-",))
    (marks,), _mixed = marks_of([series], "")
    typed = pl.Series([n % 3 == 0 for n in range(len(texts))], dtype=pl.Boolean)
    whole = parse(series, spec, marks, is_number=typed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbers, "AT_ONCE", 3)
        assert parse(series, spec, marks, is_number=typed).equals(whole, null_equal=True)
    assert whole.height == len(texts)
