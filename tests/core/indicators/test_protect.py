"""The published edition against a neighbour who knows much and can compute."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from nahraum.base import State
from nahraum.disclosure.rules import ProtectionRule
from nahraum.disclosure.suppression import complementary, primary
from nahraum.evidence.indicators.levels import parents_of
from nahraum.evidence.indicators.profile import deviation_profile
from nahraum.evidence.indicators.protect import protect_edition
from nahraum.evidence.indicators.quiet import quiet_areas, quiet_profile
from nahraum.reports.tables import data_tables

RULE = ProtectionRule()


@pytest.mark.parametrize(
    ("cases", "people", "hidden"),
    [(0, 100, False), (1, 100, True), (2, 100, True), (3, 100, False), (98, 100, True), (97, 100, False), (3, 9, True)],
)
def test_few_cases_few_others_and_few_people_are_protected(cases, people, hidden):
    assert bool(primary(np.array([cases]), np.array([people]), None, RULE)[0]) is hidden


def test_one_hidden_cell_takes_the_smallest_other_with_it():
    counts = np.array([2.0, 50.0, 7.0, 0.0])
    hidden, _sums = complementary(counts, np.array([True, False, False, False]), [np.zeros(4, dtype=np.int64)], 3)
    assert hidden.tolist() == [True, False, True, False]


def test_a_group_of_one_hides_its_own_sum():
    hidden, (spaces, _city) = complementary(
        np.array([2.0, 50.0, 60.0]),
        np.array([True, False, False]),
        [np.array([0, 1, 1]), np.zeros(3, dtype=np.int64)],
        3,
    )
    assert spaces.tolist() == [True, True]  # a single hidden sum would follow from the city's
    assert hidden.tolist() == [True, True, False]


def test_two_ones_whose_sum_is_two_are_not_left_alone():
    hidden, _sums = complementary(
        np.array([1.0, 1.0, 40.0, 9.0]), np.array([True, True, False, False]), [np.zeros(4, dtype=np.int64)], 3
    )
    assert hidden.tolist() == [True, True, False, True]


@pytest.mark.parametrize("seed", range(60))
def test_no_hidden_count_follows_from_the_sums(seed):
    """Enumerate every assignment that fits the published sums: each small count keeps at least two possibilities."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 12, 9).astype(float)
    groups = [np.repeat(np.arange(3), 3), np.zeros(9, dtype=np.int64)]
    start = primary(counts, counts + 50, None, RULE)
    if not start.any():
        return
    hidden, sums = complementary(counts, start, groups, 3)
    places = np.flatnonzero(hidden)
    ranges = [range(1, 3) if start[place] else range(3, 40) for place in places]  # the rule is known to everybody
    totals = [counts[groups[0] == g].sum() for g in range(3)]
    fits = []
    for guess in itertools.product(*[[v for v in r if v <= 24] for r in ranges]) if len(places) <= 4 else []:
        trial = counts.copy()
        trial[places] = guess
        spaces = all(sums[0][g] or trial[groups[0] == g].sum() == totals[g] for g in range(3))
        if spaces and (sums[1][0] or trial.sum() == counts.sum()):
            fits.append(guess)
    for n, place in enumerate(places):
        if start[place] and fits:
            assert len({guess[n] for guess in fits}) > 1, (counts, hidden)


def test_no_small_count_leaves_the_house(published):
    panel = published.panel
    for k, indicator in enumerate(panel.indicators):
        if indicator.is_rate:
            shown = panel.numerator[k][np.isfinite(panel.numerator[k])]
            assert not ((shown > 0) & (shown < 3)).any(), indicator.id
    for name, values in panel.variables.items():
        assert not ((values > 0) & (values < 3)).any(), name


def test_protected_cells_of_hafeninsel_cannot_be_had_by_subtraction(town, published):
    """The neighbour knows the totals of space and city and every published count, and subtracts."""
    panel, system = published.panel, published.system
    for level in ("social_space", "city"):
        parents = parents_of(panel, system, level)
        values = next(each for each in published.levels if each.level == level)
        for k, indicator in enumerate(panel.indicators):
            if not indicator.is_rate:
                continue
            for p in range(len(panel.periods)):
                gone = panel.state[k, p] == State.PROTECTED
                for group in np.unique(parents[gone]):
                    members = np.flatnonzero(parents == group)
                    if values.state[k, p, group] != State.NUMBER:
                        continue
                    original = town.panel.numerator[k, p, members[gone[members]]]
                    unknown = np.isfinite(original)
                    assert unknown.sum() != 1 or not unknown.all(), (indicator.id, p, level, group)


def with_count(town, indicator, area, cases):
    """Return the town with another count in one cell of the latest period."""
    import dataclasses

    panel = town.panel
    k, p, a = panel.index_of(indicator), len(panel.periods) - 1, panel.areas.index(area)
    numerator, value, state = panel.numerator.copy(), panel.value.copy(), panel.state.copy()
    numerator[k, p, a] = cases
    value[k, p, a] = cases / panel.denominator[k, p, a] * panel.indicators[k].per
    state[k, p, a] = State.NUMBER
    return dataclasses.replace(town, panel=dataclasses.replace(panel, numerator=numerator, value=value, state=state))


def test_what_is_published_is_computed_from_what_is_published(town):
    """One person more among Hafeninsel's unemployed, one or two: no published number of any area may move."""
    tables = [
        {table.name: table.rows for table in data_tables(protect_edition(with_count(town, "unemployment", "1306", n)))}
        for n in (1, 2)
    ]
    for name in ("werte", "indikatoren", "abweichungsprofil", "robustheit"):
        for row, twin in zip(tables[0][name], tables[1][name], strict=True):
            for x, y in zip(row, twin, strict=True):
                # One of 100,000 people moves the city's own, published value, and with it every deviation a trace.
                close = abs(x - y) < 2e-3 if isinstance(x, float) and isinstance(y, float) else x == y
                assert close or name == "robustheit", (name, row, twin)


def test_published_data_need_no_protection(town):
    import dataclasses

    rule = ProtectionRule(public=True, reason="Alles ist veröffentlicht.")
    open_ = protect_edition(dataclasses.replace(town, protection=rule))
    assert open_.is_protected
    assert open_.hidden == 0
    assert open_.panel is town.panel


def test_the_areas_to_study_are_chosen_from_what_is_published(town, published):
    """1303 is named nowhere, though outside a Lebenslage is strong without its protected share of pupils."""
    outside = published.profile
    assert np.nanmax(outside.mean[:, outside.areas.index("1303")]) > outside.rule.strong
    assert len(town.profile.selected) == 8
    assert set(outside.selected) == set(town.profile.selected)
    assert outside.selected == deviation_profile(published.panel, published.domains, outside.rule).selected


@pytest.mark.parametrize(("one", "other"), [("2201", "2204"), ("3305", "3303"), ("3304", "3305")])
def test_a_pupil_more_here_and_one_less_next_door_leave_the_list_as_it_is(town, published, one, other):
    """Both quarters are protected, and in one social space: nothing else that is published changes."""
    panel = town.panel
    k, p = panel.index_of("gymnasium"), panel.periods.index(town.profile.period)
    cells = [panel.areas.index(one), panel.areas.index(other)]
    assert (published.panel.state[k, p, cells] == State.PROTECTED).all()
    counts = panel.numerator.copy()
    counts[k, p, cells] += (-1, 1)
    value = panel.value.copy()
    value[k, p] = counts[k, p] / panel.denominator[k, p] * panel.indicators[k].per
    inner = replace(panel, numerator=counts, value=value)
    profile = deviation_profile(inner, town.domains, town.profile.rule)
    twin = replace(town, panel=inner, profile=profile)
    assert quiet_profile(twin, published.panel, quiet_areas(twin)).selected == published.profile.selected
