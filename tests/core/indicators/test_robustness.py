"""How much the result hangs on choices: shares that are known beforehand, seeds, intervals, speed."""

from dataclasses import replace

import numpy as np
import pytest

from nahraum.base import Area, AreaSystem, Level, Period, WrongRequest
from nahraum.evidence.indicators.edition import RobustnessSpec
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.recipe import (
    Aggregate,
    Classify,
    Impute,
    Method,
    Node,
    Normalise,
    Recipe,
    RollUp,
    Scale,
)
from nahraum.evidence.indicators.robustness import robustness
from nahraum.evidence.indicators.robustness.design import design, shares
from nahraum.evidence.indicators.robustness.ranks import percentiles, rank_rows
from nahraum.evidence.indicators.terms import Indicator

NOW = Period.year(2024)


def panel_of(values, numerator=None, denominator=None):
    values = np.asarray(values, dtype=float)[:, None, :]
    nothing = np.full(values.shape, np.nan)
    rates = numerator is not None
    indicators = tuple(
        Indicator(
            id=f"i{k}",
            name=f"I{k}",
            domain="d",
            value="" if rates else f"v{k}",
            numerator=(f"n{k}",) if rates else (),
            denominator=("m",) if rates else (),
        )
        for k in range(len(values))
    )
    return Panel(
        areas=tuple(f"a{n}" for n in range(values.shape[2])),
        periods=(NOW,),
        indicators=indicators,
        value=values,
        state=np.where(np.isfinite(values), 0, 1).astype(np.int8),
        numerator=np.asarray(numerator, dtype=float)[:, None, :] if rates else nothing,
        denominator=np.asarray(denominator, dtype=float)[:, None, :] if rates else nothing,
        variables={},
    )


def system_of(panel):
    return AreaSystem(
        id="s",
        name="S",
        levels=(Level(id="q", name="Q"),),
        areas=tuple(Area(key=key, name=key, level="q") for key in panel.areas),
    )


def flat(count, **more):
    tree = Node(id="index", children=tuple(Node(id=f"i{k}") for k in range(count)))
    return Recipe(tree=tree, steps=(Normalise(), Aggregate()), **more)


def run(panel, spec, recipe=None):
    return robustness(recipe or flat(len(panel.indicators)), panel, system_of(panel), spec, NOW)


@pytest.fixture
def random_panel():
    return panel_of(np.random.default_rng(3).normal(size=(5, 40)))


def test_fixed_limits_are_not_held_against_scores_of_another_unit():
    """Percentile ranks run from 0 to 100: nobody may land in the highest class because of that."""
    panel = panel_of(np.random.default_rng(5).normal(size=(4, 60)))
    recipe = flat(4)
    cuts = Classify(method="cuts", cuts=(-0.5, 0.5), closed=("right",))
    recipe = replace(recipe, steps=(*recipe.steps, cuts))
    spec = RobustnessSpec(runs=400, scales=(Scale.PERCENTILE_RANK, Scale.MAD), leave_out=False, weights=0.05)
    found = run(panel, spec, recipe)
    lowest = np.argmax(found.reference_rank)
    assert found.class_probability[lowest].tolist() == [1.0, 0.0, 0.0]
    assert np.allclose(found.class_probability.sum(axis=1), 1.0)


def test_ranks_and_percentiles_are_those_of_plain_sorting():
    rng = np.random.default_rng(1)
    scores = np.round(rng.normal(size=(37, 50)), 1)  # with ties
    scores[:, 7] = np.nan
    ranks = rank_rows(scores)
    for row, got in zip(scores, ranks, strict=True):
        expected = [0 if np.isnan(x) else 1 + int((row > x).sum()) for x in row]
        assert got.tolist() == expected
    low, high = percentiles(ranks, (0.0, 1.0))
    assert np.array_equal(low[:7], ranks.min(axis=0)[:7])
    assert np.array_equal(high[:7], ranks.max(axis=0)[:7])
    assert np.isnan(low[7])


def test_one_dominant_and_one_inert_factor_are_told_apart():
    """Ishigami-like check with a known answer: ranks that follow one factor only."""
    plan = design(("dominant", "inert"), 40_000)
    drawn = np.random.default_rng(0).normal(size=(2 * plan.n, 2))
    follows = drawn[plan.source["dominant"], 0][:, None] * np.array([[1.0, -1.0, 0.5]])
    first, total = shares(plan, (1000 * follows).astype(np.int32))
    assert first == pytest.approx([1.0, 0.0], abs=0.03)
    assert total == pytest.approx([1.0, 0.0], abs=0.03)


def test_two_additive_factors_share_the_variance_as_their_variances():
    plan = design(("a", "b", "c"), 100_000)
    drawn = np.random.default_rng(5).normal(size=(2 * plan.n, 3)) * [3.0, 1.0, 0.0]
    value = sum(drawn[plan.source[name], n] for n, name in enumerate("abc"))
    first, total = shares(plan, (1000 * value)[:, None].astype(np.int32))
    assert first == pytest.approx([0.9, 0.1, 0.0], abs=0.02)
    assert total == pytest.approx([0.9, 0.1, 0.0], abs=0.02)


def test_a_real_index_hangs_on_what_is_left_out_when_one_indicator_rules(random_panel):
    values = random_panel.value[:, 0].copy()
    values[0] = np.linspace(-1, 1, 40) ** 9 * 50  # the others agree, this one goes its own way
    values[1:] = values[2] + 0.01 * values[1:]
    spec = RobustnessSpec(runs=4000, seed=2, weights=0.02, scales=())
    found = run(panel_of(values), spec)
    share = dict(zip(found.choices, found.share, strict=True))
    assert share["leave_out"] > 0.8
    assert share["weights"] < 0.1


def test_the_same_seed_gives_the_same_and_another_does_not(random_panel):
    spec = RobustnessSpec(runs=500, seed=7)
    one, two, other = run(random_panel, spec), run(random_panel, spec), run(random_panel, replace(spec, seed=8))
    assert np.array_equal(one.rank_low, two.rank_low)
    assert np.array_equal(one.share, two.share)
    assert not np.array_equal(one.share, other.share)
    assert one.runs >= 500


def test_what_is_certain_has_no_interval():
    values = np.tile(np.arange(20.0), (4, 1))  # every indicator says the same
    found = run(panel_of(values), RobustnessSpec(runs=300, seed=1))
    assert np.array_equal(found.rank_low, found.rank_high)
    assert np.array_equal(found.rank_low, found.reference_rank)


def test_chance_widens_small_areas_only():
    people = np.array([[40.0, 40.0, *[20_000.0] * 18]] * 4)
    rate = np.tile(np.linspace(0.05, 0.4, 20)[[10, 3, *[n for n in range(20) if n not in (10, 3)]]], (4, 1))
    cases = np.round(people * rate)
    panel = panel_of(cases / people * 100, cases, people)
    spec = RobustnessSpec(runs=600, seed=1, weights=0.0, scales=(), leave_out=False, small_counts=True)
    found = run(panel, spec)
    width = found.rank_high - found.rank_low
    assert found.choices == ("small_counts",)
    assert width[:2].min() > 3 * max(width[2:].mean(), 0.5)


def test_class_probabilities_sum_to_one(published):
    firm = published.robustness
    there = firm.reference_rank > 0
    assert firm.class_probability[there].sum(axis=1) == pytest.approx(np.ones(there.sum()))
    assert (firm.rank_low[there] <= firm.rank_median[there]).all()
    assert (firm.rank_median[there] <= firm.rank_high[there]).all()


def test_missing_values_and_other_ways_of_summing_up_are_possible(random_panel):
    values = random_panel.value[:, 0].copy()
    values[2, 5] = np.nan
    recipe = flat(5)
    recipe = replace(recipe, steps=(*recipe.steps,))
    spec = RobustnessSpec(
        runs=200, seed=1, methods=(Method.ARITHMETIC, Method.GEOMETRIC, Method.MINIMUM), scales=(Scale.RANK,)
    )
    found = run(panel_of(values), spec, recipe)
    assert "method" in found.choices
    assert np.isfinite(np.delete(found.rank_low, 5)).all()


def test_an_area_that_the_result_does_not_rank_has_no_interval_though_other_choices_would_rank_it(random_panel):
    values = random_panel.value[:, 0].copy()
    values[:3, 7] = np.nan  # two of five are too few, two of four are not
    recipe = replace(flat(5), steps=(Impute(min_share=0.5), Normalise(), Aggregate()))
    found = run(panel_of(values), RobustnessSpec(runs=200, seed=1, leave_out=True), recipe)
    assert found.reference_rank[7] == 0
    assert np.isnan([found.rank_low[7], found.rank_median[7], found.rank_high[7], *found.class_probability[7]]).all()
    assert np.isfinite(np.delete(found.rank_low, 7)).all()


def test_too_few_runs_nothing_varied_and_roll_ups_are_refused(random_panel):
    with pytest.raises(WrongRequest, match="10"):
        run(random_panel, RobustnessSpec(runs=5))
    with pytest.raises(WrongRequest, match="weights"):
        run(random_panel, RobustnessSpec(weights=0.0, scales=(), leave_out=False))
    rolled = replace(flat(5), steps=(Normalise(), Aggregate(), RollUp(to="city")))
    with pytest.raises(WrongRequest, match="robustness"):
        run(random_panel, RobustnessSpec(), rolled)
