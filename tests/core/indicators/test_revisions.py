"""A later table revises an earlier one: what it delivers holds, the rest stays, and what stood before is told."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.base import Area, AreaSystem, Level, Severity, State, WrongRequest
from nahraum.disclosure.rules import ProtectionRule
from nahraum.evidence.indicators.hiding import Hidden, without
from nahraum.evidence.indicators.placing import Earlier, place
from nahraum.evidence.indicators.read import build_panel
from nahraum.evidence.indicators.terms import Indicator
from nahraum.places.crosswalk import Crosswalk
from nahraum.projects import run_project
from nahraum.projects.compose import files_of, parts_of, write_project
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
COUNT = Indicator(id="c", name="Anzahl", domain="w", value="cases", unit="")
BLANK = "blank"


def table(id, cells, *, revises=(), **spec):
    """A reading of one variable or several: (area, period, value, State or BLANK[, variable])."""
    rows = []
    for n, (area, period, value, *variable) in enumerate(cells, start=2):
        state = State.MISSING if value == BLANK else value if isinstance(value, State) else State.NUMBER
        text = "" if value == BLANK else "." if isinstance(value, State) else f"{value:g}"
        number = float(value) if state is State.NUMBER else float("nan")
        name = variable[0] if variable else "cases"
        rows.append((area, period, name, number, int(state), n, name, "", text))
    frame = pl.DataFrame(rows, schema={k: getattr(pl, v) for k, v in ROW_SCHEMA.items()}, orient="row")
    return Reading(
        table=TableSpec(id=id, file=f"{id}.csv", area="gebiet", revises=tuple(revises), **spec),
        source=SourceFile(file=f"{id}.csv", sha256="", size=0),
        rows=frame,
    )


def built(*readings, indicators=(COUNT,), **more):
    return build_panel(readings, indicators, SYSTEM, **more)


def errors(delivered):
    return [issue.code for issue in delivered.issues if issue.severity is Severity.ERROR]


def notice(delivered):
    return next(issue for issue in delivered.issues if issue.code == "values-revised")


OLD = table("old", [("1", "2024", 412), ("2", "2024", 30), ("3", "2024", 7)])


def test_a_revised_cell_holds_and_says_what_stood_before() -> None:
    new = table("new", [("1", "2024", 421)], revises=["old"])
    got = built(OLD, new)
    assert got.panel.value[0, 0].tolist() == [421, 30, 7]
    origin = got.panel.at(0, 0, 0).provenance
    assert [(cell.file, cell.row) for cell in origin.cells] == [("new.csv", 2)]
    assert origin.steps == ("geändert: vorher 412 in old.csv, Zeile 2",)
    assert got.panel.at(0, 0, 1).provenance.steps == ()
    assert not errors(got)


def test_the_notice_counts_and_names_the_largest_changes() -> None:
    new = table("new", [("1", "2024", 421), ("2", "2024", 30), ("3", "2024", 14), ("1", "2023", 1)], revises=["old"])
    found = notice(built(OLD, new))
    assert (found.params["changed"], found.params["equal"], found.severity) == (2, 1, Severity.NOTICE)
    assert found.value == "Wald, 2024, cases: 7 → 14; Hafen, 2024, cases: 412 → 421"
    assert "412" not in found.sentence  # what stands in cells is left out of what is published


@pytest.mark.parametrize("state", [State.MISSING, State.PROTECTED, State.NOT_APPLICABLE])
def test_a_sign_revises_a_number_and_an_empty_cell_does_not(state) -> None:
    got = built(OLD, table("new", [("1", "2024", state), ("2", "2024", BLANK)], revises=["old"]))
    assert got.panel.state[0, 0].tolist() == [state, State.NUMBER, State.NUMBER]
    assert got.panel.value[0, 0, 1] == 30
    assert not errors(got)


def test_without_revises_a_doubled_cell_stays_an_error() -> None:
    assert errors(built(OLD, table("new", [("1", "2024", 421)]))) == ["value-in-two-tables"]


def test_two_corrections_of_the_same_cell_that_do_not_know_each_other_are_an_error() -> None:
    one, two = (table(id, [("1", "2024", 5)], revises=["old"]) for id in ("one", "two"))
    assert errors(built(OLD, one, two)) == ["value-in-two-tables"]
    judge = table("judge", [("1", "2024", 6)], revises=["one", "two"])
    got = built(OLD, one, two, judge)
    assert not errors(got)
    assert got.panel.value[0, 0, 0] == 6


def test_the_last_of_a_chain_holds_also_where_the_middle_is_silent() -> None:
    middle = table("middle", [("1", "2024", 420)], revises=["old"])
    last = table("last", [("1", "2024", 421), ("2", "2024", 31)], revises=["middle"])
    for order in ((OLD, middle, last), (last, OLD, middle), (middle, last, OLD)):
        got = built(*order)
        assert got.panel.value[0, 0].tolist() == [421, 31, 7]
        assert got.panel.at(0, 0, 0).provenance.steps == (
            "geändert: vorher 412 in old.csv, Zeile 2",
            "geändert: vorher 420 in middle.csv, Zeile 2",
        )


@pytest.mark.parametrize(
    ("revises", "words"),
    [
        ({"a": ["b"], "b": ["a"]}, "a → b → a|b → a → b"),
        ({"a": ["a"]}, "a → a"),
        ({"a": ["c"], "b": []}, "“c”|„c“"),
    ],
)
def test_a_circle_and_an_unknown_table_are_named(revises, words) -> None:
    with pytest.raises(WrongRequest, match=words):
        built(*(table(id, [("1", "2024", 1)], revises=each) for id, each in revises.items()))


def test_tables_of_different_levels_cannot_revise_each_other() -> None:
    with pytest.raises(WrongRequest, match="old"):
        built(OLD, table("new", [("N", "2024", 1)], revises=["old"], level="space"))
    named = table("new", [("1", "2024", 1)], revises=["old"], level="quarter")
    assert built(OLD, named).panel.value[0, 0, 0] == 1


def test_a_coarse_table_is_revised_in_all_its_areas() -> None:
    coarse = table("coarse", [("N", "2024", 5), ("S", "2024", 6)], level="space")
    got = built(coarse, table("new", [("N", "2024", 9)], revises=["coarse"], level="space"))
    assert got.panel.value[0, 0].tolist() == [9, 9, 6]
    assert notice(got).params["changed"] == 1  # one delivered cell, in whatever number of quarters it holds


def test_one_of_several_merged_areas_is_revised_alone() -> None:
    earlier = [
        Earlier(
            until="2020-12-31",
            crosswalk=Crosswalk(old=("x", "y", "2", "3"), new=("1", "1", "2", "3"), share=(1, 1, 1, 1)),
        )
    ]
    count = Indicator(id="c", name="n", domain="w", numerator=("cases",), denominator=("people",), per=1)
    people = [(key, "2020", 1000, "people") for key in ("x", "y", "2", "3")]
    old = table("old", [("x", "2020", 10), ("y", "2020", 20), ("2", "2020", 5), ("3", "2020", 7), *people])
    got = built(old, table("new", [("y", "2020", 25)], revises=["old"]), indicators=(count,), earlier=earlier)
    assert got.panel.numerator[0, 0].tolist() == [35, 5, 7]
    assert got.panel.denominator[0, 0].tolist() == [2000, 1000, 1000]
    assert not errors(got)


def test_sum_rows_are_revised_alike_in_any_order() -> None:
    old = table("old", [("1", "2024", 1), ("0", "2024", 450)], totals={"0": "city"})
    new = table("new", [("1", "2024", 2), ("Stadt", "2024", 460)], revises=["old"], totals={"Stadt": "city"})
    for order in ((old, new), (new, old)):
        got = built(*order)
        assert got.totals == {"city": {"cases": {"2024": 460.0}}}
        assert (notice(got).params["changed"], notice(got).params["equal"]) == (2, 0)
    gone = table("new", [("1", "2024", 2), ("0", "2024", State.PROTECTED)], revises=["old"], totals={"0": "city"})
    assert built(old, gone).totals == {}


def test_a_short_correction_does_not_make_tables_look_cut_off() -> None:
    areas = tuple(Area(key=f"{n:02}", name=f"Q{n}", level="quarter") for n in range(30))
    system = AreaSystem(id="q", name="Q", levels=(Level(id="quarter", name="Q"),), areas=areas)
    old = table("old", [(area.key, "2024", 5) for area in areas])
    new = table("new", [(area.key, "2024", 6) for area in areas[20:]], revises=["old"])
    got = build_panel([old, new], (COUNT,), system)
    assert not errors(got)
    assert got.panel.value[0, 0].tolist() == [5] * 20 + [6] * 10


def test_what_stood_before_follows_its_period_and_leaves_no_published_panel() -> None:
    old = table("old", [("2", "2022", 1), ("2", "2023", 1500.25), ("2", "2024", 3)])
    new = table("new", [("2", "2022", 10), ("2", "2023", 20), ("2", "2024", 30)], revises=["old"])
    panel = built(old, new).panel.during(built(old, new).panel.periods[1:])
    assert panel.at(0, 0, 1).provenance.steps == ("geändert: vorher 1.500,25 in old.csv, Zeile 3",)
    assert panel.at(0, 1, 1).provenance.steps == ("geändert: vorher 3 in old.csv, Zeile 4",)
    assert panel.during(panel.periods[:0]).origins.former["cases"].at.size == 0
    nothing = np.zeros(panel.value.shape, dtype=bool)
    hidden = Hidden(cells=nothing, levels=(), apart=nothing, lost=nothing)
    published = without(panel, hidden, ProtectionRule(), "inhabitants", "quarter")
    assert published.at(0, 0, 1).provenance.steps == ()


CELLS = st.dictionaries(
    st.tuples(st.sampled_from(["1", "2", "3"]), st.sampled_from(["2023", "2024"])),
    st.one_of(st.integers(0, 9), st.sampled_from([State.MISSING, State.PROTECTED, State.NOT_APPLICABLE, BLANK])),
    max_size=6,
)


@settings(max_examples=300)
@given(st.data())
def test_any_tables_give_what_looking_cell_by_cell_gives(data) -> None:
    count = data.draw(st.integers(1, 5))
    cells = [data.draw(CELLS) for _ in range(count)]
    cells[0] |= {("1", "2023"): 1, ("1", "2024"): 1}  # so that both periods occur
    edges = [pair for pair in combinations(range(count), 2) if data.draw(st.booleans())]
    readings = [
        table(str(n), [(*key, value) for key, value in cells[n].items()], revises=[str(a) for a, b in edges if b == n])
        for n in range(count)
    ]
    above = {n: {b for a, b in edges if a == n} for n in range(count)}
    for n in reversed(range(count)):
        above[n] = above[n].union(*(above[m] for m in above[n]))
    placed = place(data.draw(st.permutations(readings)), SYSTEM)
    variable, doubled = placed.variables["cases"], False
    for p, period in enumerate(("2023", "2024")):
        for a, area in enumerate(("1", "2", "3")):
            there = [n for n in range(count) if (area, period) in cells[n]]
            # An empty cell of a table says nothing where a table that it revises says anything at all.
            there = [
                n for n in there if cells[n][area, period] != BLANK or not any(n in above[m] for m in there if m != n)
            ]
            standing = [n for n in there if not any(m in above[n] and cells[m][area, period] != BLANK for m in there)]
            if len(standing) > 1:
                doubled = True
                continue
            wanted = cells[standing[0]][area, period] if standing else State.MISSING
            if isinstance(wanted, int) and not isinstance(wanted, State):
                assert (variable.state[p, a], variable.number[p, a]) == (State.NUMBER, wanted)
            else:
                assert variable.state[p, a] == (State.MISSING if wanted == BLANK else wanted)
                assert np.isnan(variable.number[p, a])
    assert doubled == any(issue.code == "value-in-two-tables" for issue in placed.issues)


def test_a_million_values_are_revised_in_seconds() -> None:
    areas, years = 500, 10
    system = AreaSystem(
        id="q",
        name="Q",
        levels=(Level(id="quarter", name="Q"),),
        areas=tuple(Area(key=f"{n:04}", name=f"Q{n}", level="quarter") for n in range(areas)),
    )
    frame = pl.DataFrame({"area": [area.key for area in system.areas]}).join(
        pl.DataFrame({"period": [str(2015 + n) for n in range(years)]}), how="cross"
    )
    frame = frame.join(pl.DataFrame({"variable": [f"v{n}" for n in range(100)]}), how="cross").with_columns(
        value=pl.int_range(pl.len()).cast(pl.Float64),
        state=pl.lit(0, dtype=pl.Int8),
        row=pl.int_range(pl.len()).cast(pl.Int32),
        column=pl.lit("c"),
        letter=pl.lit(""),
        text=pl.int_range(pl.len()).cast(pl.String),
    )
    old = replace(table("old", []), rows=frame.select(list(ROW_SCHEMA)))
    new = replace(table("new", [], revises=["old"]), rows=old.rows.with_columns(pl.col("value") + 1))
    start = time.perf_counter()
    placed = place([old, new], system)
    assert time.perf_counter() - start < 20  # 1 to 2 s on a quiet machine; a loop over cells takes minutes
    assert placed.former["v0"].at.size == areas * years
    assert notice(placed).params["changed"] == areas * years * 100


def test_a_correction_of_musterstadt_is_told_in_the_edition(town_project, town, tmp_path) -> None:
    parts = parts_of(town_project)
    files = {name: town_project.parent / "data" / name for name in files_of(parts)}
    jobs = next(each for each in parts["tables"] if each["id"] == "jobs")
    lines = files["arbeitsmarkt.csv"].read_text(encoding="utf-8-sig").splitlines()
    head = lines[0].split(";")
    at = head.index(jobs["variables"]["unemployed"])
    row = next(n for n, line in enumerate(lines) if n and line.split(";")[at].isdigit() and ";2024;" in line)
    cells = lines[row].split(";")
    was = int(cells[at])
    (tmp_path / "korrektur.csv").write_text(
        f"Quartier;Jahr;Arbeitslose\n{cells[head.index('Quartier')]};2024;{was + 1}\n", encoding="utf-8"
    )
    correction = {
        "id": "correction",
        "file": "korrektur.csv",
        "revises": ["jobs"],
        "area": "Quartier",
        "period_column": "Jahr",
        "variables": {"unemployed": "Arbeitslose"},
    }
    tables = [correction, *parts["tables"]]
    path = write_project(
        {**parts, "tables": tables}, {**files, "korrektur.csv": tmp_path / "korrektur.csv"}, tmp_path / "p"
    )
    edition = run_project(path, with_robustness=False)
    k, a = edition.panel.index_of("unemployment"), edition.panel.areas.index(cells[head.index("Quartier")])
    assert edition.panel.numerator[k, -1, a] == was + 1
    assert (
        f"arbeitsmarkt.csv, Zeile {row + 1}"
        in edition.panel.at(k, len(edition.panel.periods) - 1, a).provenance.steps[0]
    )
    different = (edition.panel.value != town.panel.value) & ~(
        np.isnan(edition.panel.value) & np.isnan(town.panel.value)
    )
    others = np.delete(different, k, axis=0)
    assert different[k].sum() == 1
    assert not others.any()
