import numpy as np
import polars as pl
import pytest

from nahraum.base import Area, AreaSystem, Level, Severity, State, WrongRequest
from nahraum.evidence.indicators.placing import Earlier
from nahraum.evidence.indicators.read import build_panel
from nahraum.evidence.indicators.terms import Indicator
from nahraum.places.crosswalk import Crosswalk
from nahraum.sources.terms import ROW_SCHEMA, Reading, SourceFile, TableSpec

SYSTEM = AreaSystem(
    id="q",
    name="Quartiere",
    levels=(Level(id="quarter", name="Quartier"), Level(id="space", name="Sozialraum")),
    areas=(
        Area(key="1", name="Hafen", level="quarter", parent="N"),
        Area(key="2", name="Markt", level="quarter", parent="N"),
        Area(key="3", name="Wald", level="quarter", parent="S"),
        Area(key="N", name="Nord", level="space"),
        Area(key="S", name="Süd", level="space"),
    ),
)
SHARE = Indicator(id="u", name="Arbeitslose", domain="w", numerator=("cases",), denominator=("people",))


def reading(rows, **spec):
    """Rows: (area, period, variable, value or State)."""
    table = TableSpec(id="t", file="t.csv", area="gebiet", **spec)
    cells = [
        (
            area,
            period,
            variable,
            float("nan") if isinstance(value, State) else float(value),
            int(value) if isinstance(value, State) else 0,
            n,
            variable,
            "",
            "" if isinstance(value, State) else f"{value}",
        )
        for n, (area, period, variable, value) in enumerate(rows, start=2)
    ]
    frame = pl.DataFrame(cells, schema={k: getattr(pl, v) for k, v in ROW_SCHEMA.items()}, orient="row")
    return Reading(table=table, source=SourceFile(file="t.csv", sha256="", size=0), rows=frame)


def counts(area, period, cases, people):
    return [(area, period, "cases", cases), (area, period, "people", people)]


def panel_of(*readings, indicators=(SHARE,), **more):
    return build_panel(readings, indicators, SYSTEM, **more)


def test_counts_become_a_rate_in_the_indicators_unit_and_keep_their_cells():
    got = panel_of(reading([*counts("1", "2024", 3, 12), *counts("2", "2024", 1, 10)])).panel
    assert got.value[0, 0, :2].tolist() == [25.0, 10.0]
    value = got.at(0, 0, 1)
    assert (value.numerator, value.denominator) == (1, 10)
    assert [str(cell) for cell in value.provenance.cells] == ["t.csv Zeile 4 (cases)", "t.csv Zeile 5 (people)"]


def test_an_area_without_a_row_is_missing_not_zero():
    got = panel_of(reading(counts("1", "2024", 3, 12))).panel
    assert got.state[0, 0].tolist() == [State.NUMBER, State.MISSING, State.MISSING]
    assert np.isnan(got.value[0, 0, 1:]).all()


@pytest.mark.parametrize(
    ("cases", "people", "state"),
    [
        (State.PROTECTED, 100, State.PROTECTED),
        (State.MISSING, 100, State.MISSING),
        (State.PROTECTED, State.MISSING, State.PROTECTED),
        (0, 0, State.NOT_APPLICABLE),
        (0, 40, State.NUMBER),
    ],
)
def test_the_gravest_state_of_the_parts_is_the_state_of_the_rate(cases, people, state):
    got = panel_of(reading(counts("1", "2024", cases, people))).panel
    assert got.state[0, 0, 0] == state
    assert np.isfinite(got.value[0, 0, 0]) == (state is State.NUMBER)


def test_sums_and_differences_of_variables():
    older = Indicator(id="o", name="65+", domain="w", numerator=("people", "-young"), denominator=("people",))
    rows = [("1", "2024", "people", 100), ("1", "2024", "young", 80)]
    assert panel_of(reading(rows), indicators=(older,)).panel.value[0, 0, 0] == pytest.approx(20.0)


def test_a_coarser_table_stands_for_every_area_in_it():
    ready = Indicator(id="r", name="Quote", domain="w", value="r")
    rows = [("N", "2024", "r", 5), ("S", "2024", "r", 7)]
    got = panel_of(reading(rows, level="space"), indicators=(ready,)).panel
    assert got.value[0, 0].tolist() == [5, 5, 7]


def test_a_row_without_period_holds_for_every_period():
    size = reading([("1", "", "people", 50)])
    cases = reading([("1", "2023", "cases", 5), ("1", "2024", "cases", 10)])
    assert panel_of(size, cases).panel.value[0, :, 0].tolist() == [10.0, 20.0]


def test_no_period_anywhere_is_refused():
    with pytest.raises(WrongRequest, match="period"):
        panel_of(reading(counts("1", "", 1, 2)))


def test_an_unknown_area_is_an_error_that_names_it():
    got = panel_of(reading([*counts("1", "2024", 1, 2), *counts("99", "2024", 1, 2)]))
    assert got.unknown == ("99",)
    (issue,) = got.issues
    assert (issue.code, issue.value, issue.row, issue.severity) == ("area-unknown", "99", 4, Severity.ERROR)


def test_many_unknown_areas_are_counted_not_listed():
    rows = [row for n in range(50) for row in counts(f"x{n}", "2024", 1, 2)]
    got = panel_of(reading([*rows, *counts("1", "2024", 1, 2)]))
    assert len(got.issues) == 21
    assert got.issues[-1].params["count"] == 30


def test_sum_rows_are_kept_as_totals_not_as_areas():
    got = panel_of(reading([*counts("1", "2024", 1, 2), *counts("0", "2024", 9, 99)], totals={"0": "city"}))
    assert got.totals == {"city": {"cases": {"2024": 9.0}, "people": {"2024": 99.0}}}
    assert not got.issues


def test_the_same_value_from_two_tables_is_an_error():
    rows = counts("1", "2024", 1, 2)
    codes = [issue.code for issue in panel_of(reading(rows), reading(rows)).issues]
    assert codes == ["value-in-two-tables"] * 2


@pytest.mark.parametrize(
    ("cases", "people", "code"), [(-1, 10, "count-negative"), (11, 10, "numerator-over-denominator")]
)
def test_impossible_counts_are_errors_at_their_cell(cases, people, code):
    (issue,) = panel_of(reading(counts("2", "2024", cases, people))).issues
    assert (issue.code, issue.file, issue.row, issue.severity) == (code, "t.csv", 2, Severity.ERROR)


def test_a_share_over_100_is_an_error_unless_it_may_be():
    rows = reading([("1", "2024", "r", 104)])
    share = Indicator(id="r", name="Quote", domain="w", value="r")
    assert [i.code for i in panel_of(rows, indicators=(share,)).issues] == ["share-outside-0-100"]
    may = Indicator(id="r", name="Quote", domain="w", value="r", may_exceed_100=True)
    assert not panel_of(rows, indicators=(may,)).issues


def test_an_indicator_without_data_is_refused_by_name():
    with pytest.raises(WrongRequest, match="people"):
        panel_of(reading([("1", "2024", "cases", 1)]))


class TestEarlierAreas:
    """Until 2019 areas 1a and 1b were apart (merged into 1), and 23 was whole (split into 2 and 3)."""

    EARLIER = (
        Earlier(
            until="2019-12-31",
            crosswalk=Crosswalk(old=("1a", "1b", "23", "23"), new=("1", "1", "2", "3"), share=(1, 1, 0.6, 0.4)),
        ),
    )
    ROWS = (
        *counts("1a", "2019", 2, 10),
        *counts("1b", "2019", 3, 30),
        *counts("23", "2019", 5, 50),
        *counts("1", "2020", 6, 40),
        *counts("2", "2020", 1, 30),
        *counts("3", "2020", 2, 20),
    )

    def test_counts_of_merged_areas_add_up(self):
        got = panel_of(reading(self.ROWS), earlier=self.EARLIER)
        assert got.panel.numerator[0, :, 0].tolist() == [5, 6]
        assert got.panel.value[0, 0, 0] == pytest.approx(12.5)
        assert not got.issues

    def test_nobody_knows_the_parts_of_a_split_area(self):
        got = panel_of(reading(self.ROWS), earlier=self.EARLIER).panel
        assert got.state[0, 0].tolist() == [State.NUMBER, State.NOT_APPLICABLE, State.NOT_APPLICABLE]

    def test_rates_of_merged_areas_do_not_add_up(self):
        ready = Indicator(id="r", name="Quote", domain="w", value="r")
        rows = [("1a", "2019", "r", 20), ("1b", "2019", "r", 10), ("1", "2020", "r", 15)]
        got = panel_of(reading(rows), indicators=(ready,), earlier=self.EARLIER).panel
        assert got.state[0, :, 0].tolist() == [State.NOT_APPLICABLE, State.NUMBER]

    def test_an_old_key_in_a_new_year_is_unknown(self):
        got = panel_of(reading([*self.ROWS, *counts("1a", "2020", 1, 1)]), earlier=self.EARLIER)
        assert got.unknown == ("1a",)


def test_a_million_values_are_placed_in_seconds():
    import time

    areas = tuple(Area(key=str(n), name=str(n), level="quarter") for n in range(5000))
    system = AreaSystem(id="b", name="B", levels=(Level(id="quarter", name="Q"),), areas=areas)
    n = 5000 * 100
    frame = pl.DataFrame(
        {
            "area": [str(i % 5000) for i in range(n)] * 2,
            "period": [str(1920 + i // 5000) for i in range(n)] * 2,
            "variable": ["cases"] * n + ["people"] * n,
            "value": [1.0] * n + [10.0] * n,
            "state": [0] * 2 * n,
            "row": list(range(2 * n)),
            "column": [""] * 2 * n,
            "letter": [""] * 2 * n,
            "text": ["1"] * 2 * n,
        },
        schema={k: getattr(pl, v) for k, v in ROW_SCHEMA.items()},
    )
    big = Reading(table=TableSpec(id="t", file="t.csv"), source=SourceFile(file="t.csv", sha256="", size=0), rows=frame)
    started = time.perf_counter()
    got = build_panel([big], [SHARE], system)
    assert time.perf_counter() - started < 5
    assert (got.panel.value == 10).all()
