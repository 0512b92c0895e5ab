"""An incomplete period is told and not opened first; what is measured in turns or not any longer is not missed."""

from dataclasses import replace

import numpy as np
import pytest

from nahraum.base import Period, State
from nahraum.base.language import speaking
from nahraum.evidence.indicators.completeness import incomplete, latest_whole
from nahraum.evidence.indicators.recipe import Node, Recipe
from nahraum.evidence.indicators.run import run


def with_states(panel, there):
    """The panel over as many years as each word has letters: an x where an indicator has values, a dot where none."""
    years = len(next(iter(there.values())))
    number = np.zeros((len(panel.indicators), years, len(panel.areas)), dtype=np.int8)
    for id, word in there.items():
        for p, letter in enumerate(word):
            number[panel.index_of(id), p] = State.NUMBER if letter == "x" else State.MISSING
    return replace(panel, periods=tuple(Period.parse(str(2025 - years + 1 + n)) for n in range(years)), state=number)


def recipe_of(panel, *groups):
    name = {each.id: each.name for each in panel.indicators}
    nodes = tuple(
        Node(id=f"g{n}", name=f"Gruppe {n}", children=tuple(Node(id=id, name=name[id]) for id in group))
        for n, group in enumerate(groups)
    )
    return Recipe(tree=Node(id="index", children=nodes), steps=())


def years(found):
    return [str(each.period) for each in found]


def test_a_year_in_which_only_some_was_delivered_is_told_and_not_opened_first(town):
    there = {"unemployment": "xxxx", "kita": "xxx.", "basic_security": "xxx."}
    panel = with_states(town.panel, there)
    recipe = recipe_of(panel, ["unemployment", "basic_security"], ["kita"])
    (found,) = incomplete(recipe, panel)
    assert (str(found.period), found.of, len(found.indicators), found.groups) == ("2025", 3, 2, ("Gruppe 1",))
    assert latest_whole(recipe, panel) == Period.parse("2024")
    with speaking("de"):
        assert found.sentence == "2025: 2 von 3 Indikatoren haben noch keine Werte; ohne jeden Wert: Gruppe 1."


@pytest.mark.parametrize(
    ("word", "broken"),
    [
        ("xxxx", []),
        ("x.x.", []),  # every second year: none is due in between
        (".x.x.x.", []),
        ("x..x..x", []),  # every third
        ("x.x..", ["2025"]),  # every second year, and this time it did not come
        ("xxx.", ["2025"]),
        ("xxx..", ["2024", "2025"]),  # a second incomplete year is no better than the first
        ("x.", ["2025"]),
        ("x....", ["2022", "2023"]),  # not there in most of the earlier periods: given up
        ("..xx", []),  # measured for the first time later
        ("....x.", []),
        ("xx.xx", []),  # one year was left out for good: nothing is to come any more
        ("....", []),
    ],
)
def test_what_is_due_hangs_on_the_periods_before(town, word, broken):
    panel = with_states(town.panel, {"unemployment": "x" * len(word), "kita": word})
    recipe = recipe_of(panel, ["unemployment", "kita"])
    assert years(incomplete(recipe, panel)) == broken
    whole = [str(each) for each in panel.periods if str(each) not in broken]
    assert str(latest_whole(recipe, panel)) == whole[-1]


def test_a_protected_value_is_known_and_one_area_is_enough(town):
    panel = with_states(town.panel, {"unemployment": "xx", "kita": "x."})
    recipe = recipe_of(panel, ["unemployment", "kita"])
    panel.state[panel.index_of("kita"), 1, 3] = State.PROTECTED
    assert incomplete(recipe, panel) == ()


def test_a_whole_panel_opens_with_its_latest_period(town):
    assert incomplete(town.indices[0].recipe, town.panel) == ()
    assert town.indices[0].latest == town.indices[0].periods[-1] == town.profile.period


def test_the_index_opens_with_its_latest_whole_period_and_keeps_every_other(town):
    recipe = town.indices[0].recipe
    gone = [town.panel.index_of(leaf.id) for leaf in recipe.tree.at(0)][1:]
    state, value = town.panel.state.copy(), town.panel.value.copy()
    state[gone, -1], value[gone, -1] = State.MISSING, np.nan
    index = run(recipe, replace(town.panel, state=state, value=value), town.system)
    assert index.latest == town.panel.periods[-2]
    assert index.periods == town.panel.periods
    assert index.now == len(index.periods) - 2
