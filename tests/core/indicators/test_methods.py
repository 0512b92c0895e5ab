"""Each step of a recipe against an implementation that is not ours, or against every possibility counted out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nahraum.base import WrongRequest
from nahraum.evidence.indicators.methods import aggregate, classify, impute, treat
from nahraum.evidence.indicators.methods.normalise import centre_of, place, rank_descending, rankdata, scale_of
from nahraum.evidence.indicators.recipe import Centre, Method, Scale

NAN = float("nan")
#: Counts divided by 8: ties are frequent and sums exact.
numbers = st.lists(st.integers(-400, 400), min_size=5, max_size=40).map(lambda found: np.array(found) / 8)


@given(numbers)
def test_skewness_and_kurtosis_are_those_of_scipy(values):
    if np.ptp(values) == 0:
        assert treat.skewness(values) == treat.kurtosis(values) == 0
        return
    assert treat.skewness(values) == pytest.approx(stats.skew(values, bias=False), rel=1e-9, abs=1e-12)
    assert treat.kurtosis(values) == pytest.approx(stats.kurtosis(values, bias=False), rel=1e-9, abs=1e-9)


def test_winsorising_sets_the_outlier_to_the_next_value_and_keeps_gaps():
    values = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, NAN, 500])
    treated, points = treat.winsorise(values, skew_limit=2.0, kurtosis_limit=3.5, max_points=5)
    assert points == 1
    assert treated[-1] == 10
    assert np.isnan(treated[10])
    assert (treated[:10] == values[:10]).all()


def test_half_a_treatment_is_none():
    values = np.array([*np.linspace(1, 2, 30), 1e3, 1e6])
    treated, points = treat.winsorise(values, skew_limit=0.0, kurtosis_limit=-9.0, max_points=1)
    assert points == -1
    assert treated is values


def test_box_cox_finds_the_exponent_that_scipy_finds():
    values = np.exp(np.random.default_rng(1).normal(size=200))
    treated, exponent = treat.box_cox(values)
    expected, lmbda = stats.boxcox(values)
    assert exponent == pytest.approx(lmbda)
    assert np.allclose(treated, expected)


def test_regression_fills_gaps_as_least_squares_do_and_respects_the_floor():
    rng = np.random.default_rng(2)
    year, mean = np.tile(np.arange(2000.0, 2010), 8), np.repeat(rng.normal(20, 5, 8), 10)
    target = 3 + 0.4 * (year - 2000) + 0.7 * mean + rng.normal(size=80)
    holes = rng.choice(80, 12, replace=False)
    gapped = target.copy()
    gapped[holes] = NAN
    factor = impute.factors({"year": year, "area_mean": mean})
    matrix = impute.design(("1", "year", "area_mean", "year^2", "year*area_mean"), factor)
    filled, count = impute.regress(gapped, matrix, None)
    plain = np.column_stack([np.ones(80), year, mean, year**2, year * mean])
    known = np.isfinite(gapped)
    beta = np.linalg.lstsq(plain[known] / plain.max(axis=0), gapped[known], rcond=None)[0]
    assert count == 12
    assert np.allclose(filled[holes], (plain / plain.max(axis=0))[holes] @ beta)
    assert (filled[known] == target[known]).all()
    floored, _count = impute.regress(gapped, matrix, 1000.0)
    assert (floored[holes] == 1000).all()
    for term in ("year^x", "unemployment"):
        with pytest.raises(WrongRequest):
            impute.design((term,), factor)


@given(numbers)
def test_ranks_are_those_of_scipy(values):
    for ties in ("average", "min", "max"):
        assert (rankdata(values, ties) == stats.rankdata(values, ties)).all()
    assert (rank_descending(values) == stats.rankdata(-values, "min")).all()


def test_areas_without_a_score_have_no_rank():
    assert rank_descending(np.array([1.0, NAN, 3.0, 3.0])).tolist() == [3, 0, 1, 1]


@given(numbers)
def test_centres_and_scales(values):
    weights = np.arange(1.0, values.size + 1)
    assert centre_of(values, Centre.MEAN) == pytest.approx(values.mean())
    assert centre_of(values, Centre.MEDIAN) == np.median(values)
    assert centre_of(values, Centre.WEIGHTED_MEAN, weights) == pytest.approx(np.average(values, weights=weights))
    if np.ptp(values) == 0:
        assert scale_of(values, Scale.POPULATION_SD, 0.0) == 0
        return
    assert scale_of(values, Scale.POPULATION_SD, 9.0) == pytest.approx(np.std(values))
    assert scale_of(values, Scale.SAMPLE_SD, 9.0) == pytest.approx(np.std(values, ddof=1))
    assert scale_of(values, Scale.IQR, 9.0) == pytest.approx(stats.iqr(values))
    assert scale_of(values, Scale.MAD, np.median(values)) == pytest.approx(stats.median_abs_deviation(values))
    assert scale_of(values, Scale.WEIGHTED_MAD, 2.0, weights) == pytest.approx(
        np.average(np.abs(values - 2), weights=weights)
    )


def test_gaps_take_no_part_in_centre_scale_and_place():
    gapped = np.array([1.0, NAN, 2.0, 6.0])
    assert centre_of(gapped, Centre.MEAN) == 3
    assert scale_of(gapped, Scale.POPULATION_SD, 3.0) == pytest.approx(np.std([1, 2, 6]))
    for scale in (Scale.MIN_MAX, Scale.RANK, Scale.PERCENTILE_RANK, Scale.EXPONENTIAL):
        assert np.isnan(place(gapped, scale)).tolist() == [False, True, False, False]


def test_places_run_from_end_to_end():
    values = np.array([5.0, 1.0, 9.0])
    assert place(values, Scale.MIN_MAX, 0, 100).tolist() == [50, 0, 100]
    assert place(values, Scale.PERCENTILE_RANK).tolist() == [50, 0, 100]
    assert place(values, Scale.EXPONENTIAL).max() == pytest.approx(100)


@pytest.mark.parametrize(("type", "method"), [(7, "linear"), (9, "normal_unbiased")])
@given(values=numbers)
def test_quantiles_are_those_of_numpy(type, method, values):
    shares = np.arange(1, 5) / 5
    ours = classify.quantiles(values, shares, type)
    assert np.allclose(ours, np.quantile(values, shares, method=method), atol=1e-12)


@given(st.lists(st.integers(0, 30), min_size=4, max_size=9, unique=True), st.integers(2, 4))
def test_natural_breaks_leave_the_least_squared_distance(values, count):
    """Every way to cut the sorted values is tried."""
    ordered = np.sort(np.array(values, dtype=float))
    if ordered.size <= count:
        return

    def within(cuts):
        return sum(part.var() * part.size for part in np.split(ordered, cuts))

    least = min(within(list(cuts)) for cuts in itertools.combinations(range(1, ordered.size), count - 1))
    limits = classify.jenks_limits(np.array(values, dtype=float), count)
    found = within([int(np.searchsorted(ordered, limit, side="right")) for limit in limits])
    assert found == pytest.approx(least)


def test_a_limit_belongs_where_the_recipe_says():
    scores = np.array([-1.0, 0.0, 1.0, NAN])
    assert classify.by_cuts(scores, (-1.0, 1.0), ("right",)).tolist() == [1, 2, 2, 0]
    assert classify.by_cuts(scores, (-1.0, 1.0), ("left", "right")).tolist() == [2, 2, 2, 0]


def test_groups_by_rank_are_of_equal_size():
    number = classify.by_rank(np.array([5.0, 3, 8, 1, NAN, 9, 2]), 3)
    assert number.tolist() == [2, 2, 3, 1, 0, 3, 1]


def test_parents_of_children_with_gaps():
    children = np.array([[1.0, 2.0, NAN], [3.0, NAN, NAN], [8.0, 4.0, 5.0]])
    weights = np.array([1.0, 1.0, 2.0])
    mean = aggregate.combine(children, weights, Method.ARITHMETIC, min_share=0.5)
    assert mean[:2].tolist() == [5.0, pytest.approx(10 / 3)]
    assert np.isnan(mean[2])
    whole = aggregate.combine(children, weights, Method.SUM, min_share=0.5)
    assert whole[0] == 20
    assert np.isnan(whole[1:]).all()
    assert aggregate.combine(children, weights, Method.MINIMUM, min_share=0.5)[1] == 2


def test_geometric_means_want_values_above_zero():
    children = np.array([[2.0], [8.0]])
    assert aggregate.combine(children, np.ones(2), Method.GEOMETRIC)[0] == pytest.approx(4)
    with pytest.raises(WrongRequest, match="min_max"):
        aggregate.combine(children - 2, np.ones(2), Method.GEOMETRIC)


def test_the_first_component_is_that_of_a_singular_value_decomposition():
    rng = np.random.default_rng(3)
    children = np.array([[1.0], [0.8], [-0.5]]) * rng.normal(size=60) + rng.normal(size=(3, 60)) * 0.4
    scores, loadings, share = aggregate.first_component(children)
    z = (children - children.mean(axis=1, keepdims=True)) / children.std(axis=1, ddof=1, keepdims=True)
    left, size, _right = np.linalg.svd(z, full_matrices=False)
    assert np.abs(loadings) == pytest.approx(np.abs(left[:, 0]))
    assert share == pytest.approx(size[0] ** 2 / (size**2).sum())
    turned = aggregate.anchored(scores, children[0])
    assert np.corrcoef(turned, children[0])[0, 1] > 0.5
    assert np.abs(turned) == pytest.approx(np.abs(left[:, 0] @ z))
