"""Many runs at once give what each run gives alone."""

from dataclasses import replace

import numpy as np
import pytest

from nahraum.base import Area, AreaSystem, Level, Period
from nahraum.evidence.indicators.methods import classify
from nahraum.evidence.indicators.methods.normalise import PLACING, centre_of, place, scale_of, standardise
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.recipe import (
    Aggregate,
    Centre,
    Classify,
    Impute,
    Method,
    Node,
    Normalise,
    Recipe,
    Scale,
    Weights,
)
from nahraum.evidence.indicators.robustness.by_row import natural_limits, normalised
from nahraum.evidence.indicators.robustness.ranks import rank_rows
from nahraum.evidence.indicators.robustness.tail import tail_of
from nahraum.evidence.indicators.run import run
from nahraum.evidence.indicators.terms import Indicator

NOW = Period.year(2024)


def some_rows(seed=1):
    values = np.random.default_rng(seed).normal(3, 2, size=(9, 31)).round(1)  # with ties
    values[2, 4] = values[5, 0] = values[5, 30] = np.nan
    values[6] = 4.2
    values[7] = np.nan
    values[7, 3] = 1.0
    return values


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("scale", list(Scale))
@pytest.mark.parametrize("centre", [Centre.MEAN, Centre.MEDIAN, Centre.NONE, Centre.WEIGHTED_MEAN])
def test_each_row_is_normalised_as_if_alone(scale, centre):
    rows, weights = some_rows(), np.linspace(1, 5, 31)
    got = normalised(rows, centre, scale, 0.0, 100.0, weights)
    for row, found in zip(rows, got, strict=True):
        if scale in PLACING:
            expected = place(row, scale, 0.0, 100.0)
        else:
            middle = centre_of(row, centre, weights)
            expected = standardise(row, middle, scale_of(row, scale, middle, weights))
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def a_panel(values):
    values = np.asarray(values, dtype=float)[:, None, :]
    return Panel(
        areas=tuple(f"a{n}" for n in range(values.shape[2])),
        periods=(NOW,),
        indicators=tuple(Indicator(id=f"i{k}", name="", domain="d", value=f"v{k}") for k in range(len(values))),
        value=values,
        state=np.where(np.isfinite(values), 0, 1).astype(np.int8),
        numerator=np.full(values.shape, np.nan),
        denominator=np.full(values.shape, np.nan),
        variables={},
    )


def a_system(panel):
    areas = tuple(Area(key=key, name=key, level="q") for key in panel.areas)
    return AreaSystem(id="s", name="s", levels=(Level(id="q", name="Q"),), areas=areas)


TREE = Node(
    id="index",
    children=(
        Node(id="x", children=(Node(id="i0"), Node(id="i1", weight=2.0), Node(id="i2"))),
        Node(id="y", weight=0.5, children=(Node(id="i3"), Node(id="i4"))),
        Node(id="z", children=(Node(id="i5"),)),
    ),
)
GEOMETRIC = Normalise(scale=Scale.MIN_MAX, low=1.0, high=100.0)


def weighted(node, factors):
    children = tuple(weighted(child, factors) for child in node.children)
    return replace(node, weight=node.weight * factors.get(node.id, 1.0), children=children)


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize(
    "steps",
    [
        (Normalise(), Aggregate(level=1), Aggregate(level=2)),
        (
            Normalise(),
            Aggregate(level=1),
            Normalise(level=1, scale=Scale.MAD, centre=Centre.MEDIAN),
            Aggregate(level=2),
        ),
        (Normalise(), Aggregate(level=1), Normalise(level=1, scale=Scale.RANK, nodes=("y",)), Aggregate(level=2)),
        (Normalise(), Aggregate(level=1, method=Method.MINIMUM), Aggregate(level=2, method=Method.SUM)),
        (GEOMETRIC, Aggregate(level=1, method=Method.ARITHMETIC), Aggregate(level=2), Normalise(level=2)),
        (Impute(method="domain_mean", min_share=0.3), Normalise(), Aggregate(level=1), Aggregate(level=2)),
        (Impute(min_share=0.6), Normalise(), Aggregate(level=1), Aggregate(level=2)),
    ],
)
def test_runs_with_other_weights_are_what_the_engine_makes_of_a_recipe_with_these_weights(steps, gaps):
    rng = np.random.default_rng(3)
    values = rng.gamma(2.0, size=(6, 25))
    if gaps:
        values[0, 3] = values[1, 3] = values[4, 7] = values[5, 9] = np.nan
    panel = a_panel(values)
    recipe = Recipe(tree=TREE, steps=(*steps, Classify(method="quantiles", count=4)))
    names = [node.id for level in range(2) for node in TREE.at(level)]
    factors = rng.uniform(0.5, 1.5, (7, len(names)))
    leaves = run(recipe, panel, a_system(panel)).leaf[:, 0]
    tail = tail_of(recipe, {})
    scores = tail.evaluate(leaves[None], np.zeros(7, dtype=int), factors, None, [""] * 7)
    numbers = tail.numbers(scores, rank_rows(scores))
    for r in range(7):
        other = replace(recipe, tree=weighted(TREE, dict(zip(names, factors[r], strict=True))))
        result = run(other, panel, a_system(panel))
        np.testing.assert_allclose(scores[r], result.root[0], rtol=1e-10, atol=1e-12)
        assert numbers[r].tolist() == result.classes[0].number[0].tolist()


def test_a_run_that_leaves_an_indicator_out_is_a_recipe_without_it():
    values = np.random.default_rng(4).gamma(2.0, size=(6, 25))
    values[3, 7] = np.nan
    panel, steps = a_panel(values), (Normalise(), Aggregate(level=1), Aggregate(level=2))
    recipe = Recipe(tree=TREE, steps=(Impute(min_share=0.5), *steps))
    leaves = run(recipe, panel, a_system(panel)).leaf[:, 0]
    scores = tail_of(recipe, {}).evaluate(
        leaves[None], np.zeros(3, dtype=int), np.ones((3, 9)), None, ["i1", "y", "i5"]
    )
    x, y, z = TREE.children
    without = [
        (replace(x, children=(x.children[0], x.children[2])), y, z),
        (x, z),
        (x, y),  # the only indicator of z: z is left out itself
    ]
    for row, children in zip(scores, without, strict=True):
        result = run(replace(recipe, tree=replace(TREE, children=children)), panel, a_system(panel))
        np.testing.assert_allclose(row, result.root[0], rtol=1e-10)


def test_pca_weights_and_first_components_are_those_of_the_engine():
    values = np.random.default_rng(8).normal(size=(6, 40)) + np.linspace(0, 3, 40)
    panel = a_panel(values)
    for first in (
        Aggregate(level=1, weights=Weights.PCA),
        Aggregate(level=1, weights=Weights.EQUAL),
        Aggregate(level=1, method=Method.FIRST_COMPONENT),
    ):
        recipe = Recipe(tree=TREE, steps=(Normalise(scale=Scale.SAMPLE_SD), first, Aggregate(level=2)))
        result = run(recipe, panel, a_system(panel))
        scores = tail_of(recipe, {}).evaluate(
            result.leaf[:, 0][None], np.zeros(1, dtype=int), np.ones((1, 9)), None, [""]
        )
        np.testing.assert_allclose(scores[0], result.root[0], rtol=1e-8)


@pytest.mark.parametrize("method", ["cuts", "quantiles", "rank", "equal"])
def test_classes_of_each_row_are_those_of_the_row_alone(method):
    scores = some_rows(2)
    step = Classify(method=method, count=4, cuts=(1.0, 3.0, 5.0))
    tail = tail_of(Recipe(tree=TREE, steps=(Aggregate(level=1), Aggregate(level=2), step)), {})
    got = tail.numbers(scores, rank_rows(scores))
    for row, found in zip(scores, got, strict=True):
        if method == "rank":
            expected = classify.by_rank(row, 4)
        else:
            limits = {
                "cuts": lambda row: np.array(step.cuts),
                "quantiles": lambda row: classify.quantiles(row, np.arange(1, 4) / 4),
                "equal": lambda row: classify.equal_limits(row, 4),
            }[method](row)
            expected = classify.by_cuts(row, limits, ("right",))
        assert found.tolist() == expected.tolist()


def squared_distance(row, limits):
    number = classify.by_cuts(row, limits, ("right",))
    return sum(((row[number == c] - row[number == c].mean()) ** 2).sum() for c in np.unique(number))


def test_natural_breaks_of_the_runs_are_nearly_as_good_as_the_exact_ones():
    base = np.random.default_rng(6).gamma(2.0, size=300)
    rows = base + np.random.default_rng(7).normal(scale=0.15, size=(40, 300))
    found = natural_limits(rows, 5)
    assert found[0].tolist() == classify.jenks_limits(rows[0], 5).tolist()
    worse = [
        squared_distance(row, limits) / squared_distance(row, classify.jenks_limits(row, 5))
        for row, limits in zip(rows, found, strict=True)
    ]
    assert np.mean(worse) < 1.03
    assert max(worse) < 1.1
