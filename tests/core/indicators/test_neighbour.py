"""A neighbour who knows the rule, every published sum and an optimiser must not find a protected count."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from nahraum.base import Issue, Period, Severity, State
from nahraum.disclosure.rules import ProtectionRule
from nahraum.disclosure.suppression import Total, complementary
from nahraum.evidence.indicators.levels import parents_of
from nahraum.evidence.indicators.protect import protect_edition
from nahraum.evidence.indicators.read import _impossible
from nahraum.evidence.indicators.reconcile import issues_of
from nahraum.reports.open_data import log
from nahraum.reports.tables import data_tables

RULE = ProtectionRule()
SPLIT = ("4206", "4207")  # made from one quarter in 2020: nobody knows their parts before


def equations(inside, published, k, p):
    """Return what is published about one indicator and period: rows of (cells that are summed, their sum)."""
    known = inside.panel.state[k, p] == State.NUMBER
    rows = []
    for level in published.levels[:-1]:
        parent = parents_of(inside.panel, inside.system, level.level)
        for group in np.flatnonzero(level.state[k, p] == State.NUMBER):
            rows.append(((parent == group) & known, level.numerator[k, p, group]))
    indicator = inside.panel.indicators[k]
    split = np.isin(inside.panel.areas, SPLIT) & (inside.panel.periods[p] < Period.year(2020))
    gaps = (inside.panel.state[k, p] == State.MISSING) | split
    official = indicator.numerator_total.get(str(inside.panel.periods[p]), np.nan)
    whole = inside.panel.state[k, p] != State.NOT_APPLICABLE
    if np.isfinite(official) and not gaps.any():
        rows.append((whole, official))
    elif not np.isfinite(official) and published.levels[-1].state[k, p, 0] == State.NUMBER:
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
    reckoned = np.where(
        others, people - (people >= RULE.min_denominator), people - RULE.min_numerator * (people > counts)
    )
    known = np.isfinite(people) & (people >= counts)
    high = np.where(few, RULE.min_numerator - 1.0, np.where(known, reckoned, np.inf))
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
    hidden, (closed, _city) = complementary(counts, np.isnan(counts), [spaces, city], 3, Total(count=59.0))
    assert hidden.tolist() != [True, False, False, False]
    assert closed[0]


def test_a_cell_protected_elsewhere_does_not_switch_our_own_protection_off():
    """One delivered gap in a space must not leave our own single small count to be had by subtraction."""
    counts = np.array([2.0, np.nan, 20.0, 30.0])
    start = np.array([True, True, False, False])
    hidden, _sums = complementary(counts, start, [np.zeros(4, dtype=np.int64)], 3)
    assert hidden.sum() == 3


def ranges(true, counts, hidden, sums, limit=3):
    """Yield for every hidden cell the least and greatest count that an optimiser finds under the published sums."""
    places = np.flatnonzero(hidden)
    matrix = np.array([cells[places] for cells, _total in sums], dtype=float).reshape(len(sums), places.size)
    rest = np.array([total - true[cells & ~hidden].sum() for cells, total in sums])
    small = np.isnan(counts[places]) | ((true[places] > 0) & (true[places] < limit))
    low = np.where(small, 1.0, np.where(true[places] == 0, 0.0, float(limit)))
    high = np.where(small, limit - 1.0, np.inf)
    fit = [LinearConstraint(matrix, rest, rest)] if len(sums) else []
    for n, place in enumerate(places):
        goal = np.eye(places.size)[n]
        ends = [milp(s * goal, constraints=fit, bounds=Bounds(low, high), integrality=1) for s in (1, -1)]
        assert all(end.status in (0, 3, 4) for end in ends)
        least, most = (end.x[n] if end.x is not None else (0, np.inf)[m] for m, end in enumerate(ends))
        yield place, least, most


@pytest.mark.parametrize("seed", range(80))
def test_random_cities_of_three_levels(seed):
    """Spaces in districts in a city, with and without an official total, some cells protected elsewhere."""
    rng = np.random.default_rng(seed)
    true = np.where(rng.random(18) < 0.5, rng.integers(0, 4, 18), rng.integers(0, 40, 18)).astype(float)
    official = seed % 2 == 0
    counts = np.where((true > 0) & (true < 3) & (rng.random(18) < 0.4), np.nan, true)
    start = np.isnan(counts) | ((counts > 0) & (counts < 3))
    if not start.any():
        return
    spaces, districts = np.repeat(np.arange(6), 3), np.repeat(np.arange(2), 9)
    total = Total(count=true.sum()) if official else Total()
    hidden, closed = complementary(counts, start, [spaces, districts], 3, total)
    known = np.isfinite(counts)
    sums = [
        ((level == g) & known, np.nansum(counts[level == g]))
        for level, gone in zip((spaces, districts), closed, strict=True)
        for g in range(gone.size)
        if not gone[g]
    ]
    sums.append((np.ones(18, dtype=bool), true.sum()) if official else (known, np.nansum(counts)))
    if hidden.all() or (hidden | ~known | (counts == 0)).all():
        return  # nothing is left to hide with
    for place, least, most in ranges(true, counts, hidden, sums):
        assert most - least >= 1, (seed, place, true, hidden, closed)


def test_corrections_and_issues_tell_no_protected_count(town):
    issue = Issue(
        code="correction-applied",
        severity=Severity.NOTICE,
        message="Read as “{text}”, as described for this table: {reason}",
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


def test_what_the_reconciliation_says_is_told_once_and_from_what_is_published(town):
    wrong = dataclasses.replace(town.panel.indicators[0], official={"2024": 70.5})
    panel = dataclasses.replace(town.panel, indicators=(wrong, *town.panel.indicators[1:]))
    issues = (*town.issues, *issues_of(town.reconciliation, panel, town.system))
    told = protect_edition(dataclasses.replace(town, panel=panel, issues=issues))
    assert [issue.code for issue in told.issues].count("official-differs") == 1


def test_no_issue_about_a_cell_says_what_stood_in_it_once_published(town):
    counts = town.panel.numerator.copy()
    counts[0, -1, 0] = 1234.5
    panel = dataclasses.replace(town.panel, numerator=counts)
    (issue,) = [each for each in _impossible(panel) if each.code == "count-fractional"]
    assert issue.value == "1.234,50"
    told = protect_edition(dataclasses.replace(town, issues=(issue,)))
    assert "1.234" not in json.dumps(log(told)["issues"], ensure_ascii=False)
