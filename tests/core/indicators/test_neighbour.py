"""A neighbour who knows the rule, every published sum and an optimiser must not find a protected count."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from nahraum.base import Issue, Severity, State
from nahraum.disclosure.rules import ProtectionRule
from nahraum.disclosure.suppression import complementary
from nahraum.evidence.indicators.levels import parents_of
from nahraum.evidence.indicators.protect import protect_edition
from nahraum.reports.open_data import log
from nahraum.reports.tables import data_tables

RULE = ProtectionRule()


def equations(inside, published, k, p):
    """Return what is published about one indicator and period: rows of (cells that are summed, their sum)."""
    known = inside.panel.state[k, p] == State.NUMBER
    rows = []
    for level in published.levels[:-1]:
        parent = parents_of(inside.panel, inside.system, level.level)
        for group in np.flatnonzero(level.state[k, p] == State.NUMBER):
            rows.append(((parent == group) & known, level.numerator[k, p, group]))
    indicator = inside.panel.indicators[k]
    gaps = (inside.panel.state[k, p] == State.MISSING) | (
        (inside.panel.state[k, p] == State.NOT_APPLICABLE) & ~(inside.panel.denominator[k, p] == 0)
    )
    official = indicator.numerator_total.get(str(inside.panel.periods[p]), np.nan)
    whole = inside.panel.state[k, p] != State.NOT_APPLICABLE
    if np.isfinite(official) and not gaps.any():
        rows.append((whole, official))
    elif published.levels[-1].state[k, p, 0] == State.NUMBER:
        rows.append((known, published.levels[-1].numerator[k, p, 0]))
    return rows


def possible(inside, published, k, p):
    """Yield for every protected cell the least and the greatest count that fit everything published."""
    hidden = np.flatnonzero(published.panel.state[k, p] == State.PROTECTED)
    shown = np.nan_to_num(published.panel.numerator[k, p])
    counts, people = inside.panel.numerator[k, p, hidden], inside.panel.denominator[k, p, hidden]
    unknown = inside.panel.state[k, p, hidden] == State.PROTECTED
    few = (counts > 0) & (counts < RULE.min_numerator)
    others = (people - counts > 0) & (people - counts < RULE.min_numerator) | (people < RULE.min_denominator)
    low = np.where(unknown | few, 1.0, np.where(others, 0.0, float(RULE.min_numerator)))
    high = np.where(few, RULE.min_numerator - 1.0, np.inf)
    rows = equations(inside, published, k, p)
    matrix = np.array([cells[hidden] for cells, _total in rows], dtype=float)
    rest = np.array([total - shown[cells & ~np.isin(np.arange(cells.size), hidden)].sum() for cells, total in rows])
    touched = matrix.any(axis=1) if len(rows) else np.zeros(0, dtype=bool)
    equal = [LinearConstraint(matrix[touched], rest[touched], rest[touched])] if touched.any() else []
    for n, a in enumerate(hidden):
        goal = np.eye(hidden.size)[n]
        ends = [milp(s * goal, constraints=equal, bounds=Bounds(low, high), integrality=1) for s in (1, -1)]
        least, most = (end.x[n] if end.x is not None else (-np.inf, np.inf)[m] for m, end in enumerate(ends))
        yield a, least, most


def test_no_protected_count_of_the_town_follows_from_what_is_published(town, published):
    """Both what we protect and what other offices delivered as protected, over ten years."""
    looked = 0
    for k, indicator in enumerate(town.panel.indicators):
        for p, period in enumerate(town.panel.periods):
            for a, least, most in possible(town, published, k, p):
                looked += 1
                assert most - least >= 1, (indicator.id, str(period), town.panel.areas[a])
    assert looked > 300


def test_a_cell_that_another_office_protected_does_not_follow_from_the_official_total():
    counts = np.array([np.nan, 20.0, 7.0, 30.0])
    spaces, city = np.array([0, 0, 1, 1]), np.zeros(4, dtype=np.int64)
    hidden, (closed, _city) = complementary(counts, np.isnan(counts), [spaces, city], RULE, official=59.0)
    assert hidden.tolist() != [True, False, False, False]
    assert closed[0]


def test_a_cell_protected_elsewhere_does_not_switch_our_own_protection_off():
    """One delivered gap in a space must not leave our own single small count to be had by subtraction."""
    counts = np.array([2.0, np.nan, 20.0, 30.0])
    start = np.array([True, True, False, False])
    hidden, _sums = complementary(counts, start, [np.zeros(4, dtype=np.int64)], RULE)
    assert hidden.sum() == 3


@pytest.mark.parametrize("seed", range(40))
def test_random_cities_with_cells_protected_elsewhere(seed):
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 30, 12).astype(float)
    counts = np.where((true > 0) & (true < 3) & (rng.random(12) < 0.7), np.nan, true)
    start = np.isnan(counts) | ((counts > 0) & (counts < 3))
    if not start.any():
        return
    spaces = np.repeat(np.arange(3), 4)
    hidden, (closed,) = complementary(counts, start, [spaces], RULE, official=true.sum())
    places = np.flatnonzero(hidden)
    sums = [((spaces == g) & np.isfinite(counts), np.nansum(counts[spaces == g])) for g in range(3) if not closed[g]]
    sums.append((np.ones(12, dtype=bool), true.sum()))
    matrix = np.array([cells[places] for cells, _total in sums], dtype=float)
    rest = np.array([total - true[cells & ~hidden].sum() for cells, total in sums])
    low = np.where(start[places], 1.0, 3.0)
    high = np.where(start[places], 2.0, np.inf)
    if hidden.all():
        return  # nothing is left to hide with: everybody can see that the city is too small
    for n, place in enumerate(places):
        goal = np.eye(places.size)[n]
        fit = LinearConstraint(matrix, rest, rest)
        ends = [milp(s * goal, constraints=fit, bounds=Bounds(low, high), integrality=1).x[n] for s in (1, -1)]
        assert ends[1] - ends[0] >= 1, (seed, place, counts, hidden)


def test_corrections_and_issues_tell_no_protected_count(town):
    issue = Issue(
        code="correction-applied",
        severity=Severity.NOTICE,
        message="Read as “{text}”, as the project file says: {reason}",
        value="77",
        row=5,
        params={"text": "2", "reason": "Tippfehler"},
    )
    told = protect_edition(dataclasses.replace(town, issues=(*town.issues, issue)))
    entry = json.dumps(log(told)["issues"], ensure_ascii=False)
    assert "Tippfehler" in entry
    assert "„2“" not in entry
    assert "77" not in [each.value for each in told.issues]


def test_the_reconciliation_that_is_published_leaves_protected_cells_out(town, published):
    (rows,) = [table.rows for table in data_tables(published) if table.name == "abgleich"]
    assert rows
    for inside, outside in zip(town.reconciliation, published.reconciliation, strict=True):
        assert outside.areas_sum <= inside.areas_sum or outside.part == "value"
