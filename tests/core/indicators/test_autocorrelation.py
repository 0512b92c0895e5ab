"""Spatial patterns, on towns small enough to reckon by hand or by counting every case."""

from itertools import permutations

import numpy as np
import pytest
from scipy.sparse import csr_array

from nahraum.base import WrongRequest
from nahraum.evidence.indicators.autocorrelation import (
    Pattern,
    draws_without_repeats,
    geary,
    kept_after_false_discoveries,
    local_moran,
    moran,
)
from nahraum.places.neighbours import row_standardised


def street(houses: int) -> csr_array:
    """Each house touches the next."""
    return csr_array(np.eye(houses, k=1) + np.eye(houses, k=-1))


def board(side: int) -> csr_array:
    """Fields of a board that share an edge."""
    line = np.eye(side, k=1) + np.eye(side, k=-1)
    return csr_array(np.kron(line, np.eye(side)) + np.kron(np.eye(side), line))


CHEQUERED = np.indices((6, 6)).sum(axis=0).ravel() % 2.0
HALVES = (np.indices((6, 6))[1] >= 3).ravel().astype(float)


def test_a_chequerboard_is_minus_one():
    assert moran(CHEQUERED, row_standardised(board(6))).value == pytest.approx(-1)


def test_morans_i_of_a_street_by_hand():
    # z = -1.5, -0.5, 0.5, 1.5: products of the three pairs 0.75 - 0.25 + 0.75, twice; 4 / 6 * 2.5 / 5
    assert moran(np.array([1.0, 2.0, 3.0, 4.0]), street(4)).value == pytest.approx(1 / 3)


def test_gearys_c_of_a_street_by_hand():
    # three pairs with difference 1, twice: 3 / (2 * 6) * 6 / 5
    assert geary(np.array([1.0, 2.0, 3.0, 4.0]), street(4)).value == pytest.approx(0.3)


@pytest.mark.parametrize(("measure", "sign"), [(moran, 1), (geary, -1)])
def test_expectation_and_spread_are_those_of_normal_values(measure, sign):
    random = np.random.default_rng(7)
    weights = row_standardised(board(5))
    drawn = [measure(random.normal(size=25), weights) for _ in range(4000)]
    values = np.array([one.value for one in drawn])
    z = np.array([one.z for one in drawn])
    assert values.mean() == pytest.approx(drawn[0].expected, abs=4 * values.std() / np.sqrt(4000))
    assert z.mean() == pytest.approx(0, abs=4 / np.sqrt(4000))
    assert z.std() == pytest.approx(1, abs=4 / np.sqrt(2 * 4000))
    assert np.corrcoef(values, z)[0, 1] == pytest.approx(sign)


def test_two_halves_are_likeness_for_both_measures():
    weights = row_standardised(board(6))
    assert moran(HALVES, weights).z > 4
    assert geary(HALVES, weights).z > 4
    assert moran(HALVES, weights).p < 0.001


def test_equal_values_have_no_pattern():
    assert np.isnan(moran(np.full(4, 0.1), street(4)).value)
    assert np.isnan(geary(np.full(4, 0.1), street(4)).value)
    assert np.isnan(local_moran(np.full(4, 0.1), street(4), random=np.random.default_rng(1)).p).all()


def test_where_everybody_is_neighbour_of_everybody_there_is_nothing_to_judge():
    complete = moran(np.array([1.0, 5.0, 2.0, 9.0]), csr_array(1.0 - np.eye(4)))
    assert complete.value == pytest.approx(complete.expected)
    assert np.isnan(complete.z)


def test_local_values_average_to_the_global_one():
    values = np.random.default_rng(3).gamma(2, size=36)
    weights = row_standardised(board(6))
    local = local_moran(values, weights, random=np.random.default_rng(1))
    assert local.value.sum() / 35 == pytest.approx(moran(values, weights).value)


def test_patterns_are_named_after_the_area_and_its_neighbours():
    values = np.array([9.0, 9.0, 9.0, 0.0, 0.0, 0.0])
    found = local_moran(values, row_standardised(street(6)), random=np.random.default_rng(1))
    assert found.pattern.tolist()[0] == Pattern.HIGH_AMONG_HIGH
    assert found.pattern.tolist()[5] == Pattern.LOW_AMONG_LOW
    odd = local_moran(np.array([0.0, 9.0, 0.0, 0.0]), row_standardised(street(4)), random=np.random.default_rng(1))
    assert odd.pattern.tolist() == [
        Pattern.LOW_AMONG_HIGH,
        Pattern.HIGH_AMONG_LOW,
        Pattern.LOW_AMONG_HIGH,
        Pattern.LOW_AMONG_LOW,
    ]


def test_an_island_has_no_local_result():
    links = street(6).toarray()
    links[2:4, :] = links[:, 2:4] = 0
    links[4, 5] = links[5, 4] = 1
    found = local_moran(np.arange(6.0), row_standardised(csr_array(links)), random=np.random.default_rng(1))
    assert np.isnan(found.value[[2, 3]]).all()
    assert np.isnan(found.p[[2, 3]]).all()
    assert found.pattern[2] == Pattern.NONE
    assert np.isfinite(found.p[[0, 1, 4, 5]]).all()


def exact_tails(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Count every way to deal out the others' values: the smaller tail's probability per area."""
    z = values - values.mean()
    tails = []
    for area in range(z.size):
        where = np.flatnonzero(weights[area])
        share = weights[area, where]
        others = np.delete(z, area)
        lags = np.array([share @ np.array(dealt) for dealt in permutations(others, where.size)])
        seen = share @ z[where]
        tails.append(min((lags >= seen - 1e-9).mean(), (lags <= seen + 1e-9).mean()))
    return np.array(tails)


@pytest.mark.parametrize("even", [True, False])
def test_pseudo_probabilities_come_to_those_of_every_possible_deal(even):
    values = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0])  # two equal values among them
    links = street(7).toarray()
    links[0, 3] = links[3, 0] = links[1, 5] = links[5, 1] = 1
    if not even:
        links *= np.random.default_rng(2).uniform(0.2, 3, size=links.shape)
    weights = row_standardised(csr_array(links))
    found = local_moran(values, weights, random=np.random.default_rng(11), permutations=20_000)
    exact = exact_tails(values, weights.toarray())
    error = np.sqrt(exact * (1 - exact) / 20_000)
    assert (np.abs(found.p - exact) < 4.5 * error + 1 / 20_000).all()


def test_the_same_seed_gives_the_same_probabilities():
    values = np.random.default_rng(5).normal(size=36)
    runs = [local_moran(values, row_standardised(board(6)), random=np.random.default_rng(9)).p for _ in range(2)]
    assert (runs[0] == runs[1]).all()


def test_a_draw_never_repeats_and_every_position_is_as_likely():
    draws = draws_without_repeats(6, board(3), 30_000, np.random.default_rng(4))
    assert draws.shape == (4, 30_000)
    assert all(len(set(column)) == 4 for column in draws[:, :500].T.tolist())
    for place in draws:
        share = np.bincount(place, minlength=6) / 30_000
        assert np.abs(share - 1 / 6).max() < 4.5 * np.sqrt(5 / 36 / 30_000)


def test_false_discoveries_are_held_down_as_benjamini_and_hochberg_printed_them():
    # Their example of 1995, section 3.2: fifteen comparisons, four kept at 0.05 (Bonferroni keeps three).
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    kept = kept_after_false_discoveries(np.array([*reversed(p), np.nan]))
    assert kept.tolist() == [False] * 11 + [True] * 4 + [False]
    assert not kept_after_false_discoveries(np.array([np.nan])).any()


def test_missing_values_and_strange_neighbours_are_refused():
    with pytest.raises(WrongRequest):
        moran(np.array([1.0, np.nan, 2.0]), street(3))
    with pytest.raises(WrongRequest):
        geary(np.arange(4.0), street(3))
    with pytest.raises(WrongRequest):
        moran(np.arange(2.0), street(2))


def test_marks_that_are_all_chance_are_mostly_held_back():
    random = np.random.default_rng(6)
    weights = row_standardised(board(6))
    marked = plain = 0
    for _ in range(40):
        found = local_moran(random.normal(size=36), weights, random=random, permutations=1999)
        plain += int((found.p_two_sided < 0.05).sum())
        marked += bool(kept_after_false_discoveries(found.p_two_sided).any())
    assert plain / (40 * 36) == pytest.approx(0.05, abs=0.03)
    assert marked <= 6  # one town in twenty by chance: more than 6 of 40 has a probability under 0.004
