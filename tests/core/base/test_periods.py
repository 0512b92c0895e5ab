from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import Period, PeriodKind, WrongRequest
from nahraum.base.language import speaking


@pytest.mark.parametrize(
    ("text", "kind", "start", "end"),
    [
        ("2019", PeriodKind.YEAR, date(2019, 1, 1), date(2019, 12, 31)),
        ("2019-12-31", PeriodKind.KEY_DATE, date(2019, 12, 31), date(2019, 12, 31)),
        ("31.12.2019", PeriodKind.KEY_DATE, date(2019, 12, 31), date(2019, 12, 31)),
        ("2018/19", PeriodKind.SCHOOL_YEAR, date(2018, 8, 1), date(2019, 7, 31)),
        ("1999/2000", PeriodKind.SCHOOL_YEAR, date(1999, 8, 1), date(2000, 7, 31)),
        ("2016..2018", PeriodKind.MEAN, date(2016, 1, 1), date(2018, 12, 31)),
    ],
)
def test_a_period_is_read_as_clerks_write_it(text, kind, start, end):
    assert Period.parse(text) == Period(start=start, end=end, kind=kind)


@pytest.mark.parametrize("text", ["", "Jahr 2019", "2019-13-01", "31.02.2019", "2018/20", "19", "2019 "[:-1] + "x"])
def test_what_is_not_a_period_is_refused_with_a_hint(text):
    with pytest.raises(WrongRequest, match="2018/19"):
        Period.parse(text)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)), st.sampled_from(list(PeriodKind)))
def test_the_canonical_text_reads_back(day, kind):
    period = {
        PeriodKind.YEAR: Period.year(day.year),
        PeriodKind.KEY_DATE: Period(start=day, end=day, kind=kind),
        PeriodKind.SCHOOL_YEAR: Period(start=date(day.year, 8, 1), end=date(day.year + 1, 7, 31), kind=kind),
        PeriodKind.MEAN: Period(start=date(day.year, 1, 1), end=date(day.year + 2, 12, 31), kind=kind),
    }[kind]
    assert Period.parse(str(period)) == period


def test_periods_order_by_time():
    assert Period.parse("2018/19") > Period.parse("2018") > Period.parse("2017-12-31")


def test_the_label_is_german_by_default_and_english_on_request():
    assert Period.parse("2016..2018").label == "Mittel 2016 bis 2018"
    assert Period.parse("2019-12-31").label == "31.12.2019"
    with speaking("en"):
        assert Period.parse("2016..2018").label == "mean 2016 to 2018"
        assert Period.parse("2019-12-31").label == "2019-12-31"
