"""What else would tell a protected count: sums of indicators, the city's rate, counts delivered ready made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nahraum.base import Area, AreaSystem, Level, Period, State
from nahraum.disclosure.rules import ProtectionRule
from nahraum.evidence.indicators.hiding import hidden_cells, linked, secrets, without
from nahraum.evidence.indicators.levels import roll_up
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.terms import Indicator

NOW = Period.year(2024)
RULE = ProtectionRule()
COUNTS = {"a": [2, 20, 30, 12, 15, 9, 31, 22, 18], "b": [10, 14, 8, 12, 15, 9, 31, 22, 18]}


def rate(id, *numerator, **more):
    return Indicator(id=id, name=id, domain="d", numerator=numerator, denominator=("people",), **more)


def panel_of(*indicators, counts=COUNTS, people=500.0):
    variables = {name: np.array([values], dtype=float) for name, values in counts.items()}
    variables["people"] = np.full((1, 9), people)
    numerator, value = [], []
    for each in indicators:
        names = each.numerator or (each.value,)
        numerator.append(sum((-1 if n[0] == "-" else 1) * variables[n.lstrip("-")] for n in names))
        value.append(numerator[-1] / variables["people"] * 100 if each.numerator else numerator[-1])
    numerator, value = np.array(numerator), np.array(value)
    return Panel(
        areas=tuple(f"q{n}" for n in range(9)),
        periods=(NOW,),
        indicators=indicators,
        value=value,
        state=np.where(np.isfinite(value), State.NUMBER, State.PROTECTED).astype(np.int8),
        numerator=numerator,
        denominator=np.broadcast_to(variables["people"], numerator.shape).copy(),
        variables=variables,
    )


def system(*levels):
    quarters = [Area(key=f"q{n}", name=f"q{n}", level="q", parent=f"s{n // 3}" if levels else None) for n in range(9)]
    spaces = [Area(key=f"s{n}", name=f"s{n}", level="s") for n in range(3)] if levels else []
    storeys = (Level(id="q", name="Q"), *(Level(id=id, name=id) for id in levels))
    return AreaSystem(id="x", name="X", levels=storeys, areas=(*quarters, *spaces))


def hidden(panel, place=None, rule=RULE):
    place = place or system("s")
    levels = tuple(roll_up(panel, place, level.id) for level in place.levels[1:])
    found = hidden_cells(panel, place, levels, rule, "people")
    return found.cells[:, 0], [level.state[:, 0] == State.PROTECTED for level in found.levels]


def test_a_sum_of_two_indicators_hides_with_its_parts():
    cells, _levels = hidden(panel_of(rate("A", "a"), rate("B", "b"), rate("AB", "a", "b")))
    assert cells[0, 0]
    assert cells[2, 0]


def test_those_who_are_no_case_hide_with_those_who_are():
    panel = panel_of(rate("A", "a"), rate("nA", "people", "-a"))
    assert secrets(panel.indicators[1]) == {"a"}
    cells, _levels = hidden(panel)
    assert (cells[0] == cells[1]).all()


def test_what_is_part_of_its_own_denominator_is_a_secret_and_so_is_the_rest():
    share = Indicator(id="U", name="U", domain="d", numerator=("a",), denominator=("a", "b"))
    other = Indicator(id="V", name="V", domain="d", numerator=("c",), denominator=("people", "a"))
    assert secrets(share) == {"a", "b"}
    assert secrets(replace(share, numerator=("a", "-x"), denominator=("a",))) == {"x"}
    counts = {**COUNTS, "c": [40] * 9}
    panel = panel_of(rate("A", "a"), rate("V", "c"), counts=counts)
    panel = replace(panel, indicators=(share, other), denominator=panel.denominator + 20)
    cells, closed = hidden(panel)
    assert cells[0].any()
    assert not (cells[0] & ~cells[1]).any()
    assert all(not (level[0] & ~level[1]).any() for level in closed)


def test_a_common_denominator_links_nothing():
    panel = panel_of(rate("A", "a"), rate("B", "b"))
    start = np.zeros(panel.state.shape, dtype=bool)
    start[0, 0, 0] = True
    assert linked(panel, start).sum() == 1


def test_without_any_level_the_value_of_the_city_still_tells_the_sum():
    cells, _levels = hidden(panel_of(rate("A", "a")), system())
    assert cells[0].sum() == 2


def test_cases_in_one_quarter_only_hide_among_its_neighbours():
    panel = panel_of(rate("A", "a"), counts={"a": [0, 0, 0, 0, 2, 0, 0, 0, 0]})
    cells, (closed,) = hidden(panel)
    assert cells[0, 3:6].all()  # whose two it are, nobody can tell
    assert closed[0, 1]


def test_an_official_rate_tells_a_count_that_another_office_protected():
    counts = {"a": [np.nan, 20, 30, 12, 15, 9, 31, 22, 18]}
    people = 30.0
    official = {"2024": round((2 + 157) / 270 * 100, 1)}
    bare, _levels = hidden(panel_of(rate("A", "a"), counts=counts, people=people))
    told, _levels = hidden(panel_of(rate("A", "a", official=official), counts=counts, people=people))
    assert bare[0].sum() == 1
    assert told[0].sum() > 1


def test_counts_delivered_ready_made_are_protected_too():
    ready = Indicator(id="V", name="V", domain="d", value="a", unit="Personen")
    cells, _levels = hidden(panel_of(ready))
    assert cells[0].tolist() == [True, *[False] * 8]
    share = replace(ready, unit="%")
    assert not hidden(panel_of(share))[0].any()
    both, _levels = hidden(panel_of(rate("A", "a"), share))
    assert both[1, 0]


def test_few_inhabitants_hide_ready_made_values():
    panel = panel_of(Indicator(id="V", name="V", domain="d", value="a"))
    panel.variables["people"][0, 4] = 40
    cells, _levels = hidden(panel, rule=ProtectionRule(min_inhabitants=100))
    assert cells[0].tolist() == [n == 4 for n in range(9)]


def test_what_may_be_the_rest_of_a_hidden_count_is_not_told_but_still_chooses_areas():
    counts = {**COUNTS, "rest": [500 - each for each in COUNTS["a"]], "more": [501] * 9, "all_but_one": [499] * 9}
    panel, place = panel_of(rate("A", "a"), counts=counts), system("s")
    levels = (roll_up(panel, place, "s"),)
    found = hidden_cells(panel, place, levels, RULE, "people")
    gone = found.cells[0, 0]
    assert 2 <= gone.sum() < 9
    shown = without(panel, found, RULE, "people", "q")
    assert (np.isnan(shown.variables["rest"][0]) == gone).all()
    assert np.isfinite(shown.variables["more"]).all()  # more than all people cannot be some of them
    assert np.isnan(shown.variables["all_but_one"]).all()
    chosen = without(panel, found, RULE, "people", "q", ["rest"])
    assert np.isfinite(chosen.variables["rest"]).all()
    assert (chosen.withheld["rest"][0] == gone).all()


def test_a_rest_is_found_where_nobody_delivers_how_many_there_are():
    ready = Indicator(id="V", name="V", domain="d", value="a", unit="Personen")
    panel = panel_of(ready, counts={**COUNTS, "rest": [500 - each for each in COUNTS["a"]]})
    panel = replace(panel, denominator=panel.denominator * np.nan)
    found = hidden_cells(panel, system(), (), RULE, "inhabitants")
    assert np.isnan(without(panel, found, RULE, "inhabitants", "q").variables["rest"][found.cells[0]]).all()
