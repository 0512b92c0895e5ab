"""Segregation of small towns, by hand: fully apart, evenly spread, and in between."""

import inspect
from itertools import pairwise, product

import numpy as np
import pytest
import shapely
from scipy.stats import norm

from nahraum.base import WrongRequest
from nahraum.evidence.indicators import segregation as measure
from nahraum.evidence.indicators.segregation import several_groups as several
from nahraum.evidence.indicators.segregation.chance import most_likely
from nahraum.places.boundaries import Boundaries

TOTAL = [100, 100, 100, 100]
APART = [100, 100, 0, 0]
EVEN = [30, 30, 30, 30]
MIXED = [10, 20, 30, 40]  # a quarter of 400; shares .1 .2 .3 .4


def row_of_squares(*sides: float) -> Boundaries:
    edges = np.concatenate([[0], np.cumsum(sides)])
    shapes = np.array([shapely.box(left, 0, right, 100) for left, right in pairwise(edges)])
    return Boundaries(keys=tuple(f"{n}" for n in range(len(sides))), geometry=shapes, crs="EPSG:25832")


STREET = measure.layout(row_of_squares(100, 100, 100, 100))
EVENNESS = ["dissimilarity", "gini", "information", "atkinson", "min_max", "correlation_ratio"]


@pytest.mark.parametrize("name", EVENNESS)
def test_fully_apart_is_one_and_evenly_spread_is_zero(name):
    assert getattr(measure, name)(APART, TOTAL) == pytest.approx(1)
    assert getattr(measure, name)(EVEN, TOTAL) == pytest.approx(0, abs=1e-12)


def test_a_quarter_spread_unevenly_by_hand():
    # group .1 .2 .3 .4, rest 90 80 70 60 of 300: half of |.1-.3| + |.2-.2667| + |.3-.2333| + |.4-.2|
    assert measure.dissimilarity(MIXED, TOTAL) == pytest.approx(4 / 15)
    # overlap .1 + .2 + .2333 + .2 = .7333 and union 1.2667
    assert measure.min_max(MIXED, TOTAL) == pytest.approx(1 - 11 / 19)
    # .1*.1 + .2*.2 + .3*.3 + .4*.4
    assert measure.isolation(MIXED, TOTAL) == pytest.approx(0.3)
    assert measure.interaction(MIXED, TOTAL) == pytest.approx(0.7)
    assert measure.correlation_ratio(MIXED, TOTAL) == pytest.approx(0.05 / 0.75)


def test_gini_is_the_mean_difference_of_all_pairs():
    x, t = np.array([3.0, 0, 7, 20, 0]), np.array([10.0, 40, 9, 80, 0])
    p = np.divide(x, t, out=np.zeros(5), where=t > 0)
    pairs = sum(t[i] * t[j] * abs(p[i] - p[j]) for i, j in product(range(5), repeat=2))
    city = x.sum() / t.sum()
    assert measure.gini(x, t) == pytest.approx(pairs / (2 * t.sum() ** 2 * city * (1 - city)))


def test_information_is_what_entropy_is_lost_by_hand():
    # two areas of 100 with 25 and 75: city ln 2, areas .25 ln 4 + .75 ln 4/3
    area = 0.25 * np.log(4) + 0.75 * np.log(4 / 3)
    assert measure.information([25, 75], [100, 100]) == pytest.approx(1 - area / np.log(2))


def test_atkinson_by_hand_and_its_bounds():
    # sqrt(.25 * .75) in both areas over P = .5: A = 1 - (.4330 / .5) ** 2
    assert measure.atkinson([25, 75], [100, 100]) == pytest.approx(0.25)
    with pytest.raises(WrongRequest):
        measure.atkinson(MIXED, TOTAL, aversion=1)


def test_an_empty_area_changes_nothing_without_space():
    plain, more = measure.single_group(MIXED, TOTAL), measure.single_group([*MIXED, 0], [*TOTAL, 0])
    assert more == pytest.approx(plain)


def test_the_concentration_profile_is_one_apart_and_zero_evenly():
    assert measure.concentration_profile(APART, TOTAL) == pytest.approx(1)
    assert measure.concentration_profile(EVEN, TOTAL, steps=100_000) == pytest.approx(0, abs=1e-4)


def test_isolation_and_interaction_nearby_sum_to_one():
    near = measure.proximity(STREET, reach_km=0.2)
    both = measure.isolation_nearby(MIXED, TOTAL, near), measure.interaction_nearby(MIXED, TOTAL, near)
    assert sum(both) == pytest.approx(1)


def test_with_a_short_reach_people_meet_in_their_own_area_and_with_a_long_one_the_city():
    assert measure.isolation_nearby(MIXED, TOTAL, np.eye(4)) == pytest.approx(measure.isolation(MIXED, TOTAL))
    assert measure.isolation_nearby(MIXED, TOTAL, np.ones((4, 4))) == pytest.approx(0.25)


def test_proximity_decays_with_the_distance_by_hand():
    near = measure.proximity(STREET, reach_km=0.1)
    assert near[0, 2] == pytest.approx(np.exp(-2))
    assert near[1, 1] == pytest.approx(np.exp(-np.sqrt(0.6)))


def test_concentration_by_hand():
    ground = np.array([1.0, 1.0, 4.0, 4.0])
    # the group lives on 2 of 10 parts of the ground
    assert measure.delta(APART, TOTAL, ground) == pytest.approx(0.8)
    assert measure.absolute_concentration(APART, TOTAL, ground) == pytest.approx(1)
    assert measure.absolute_concentration(APART[::-1], TOTAL, ground) == pytest.approx(0)
    assert measure.relative_concentration(APART, TOTAL, ground) == pytest.approx(1)
    assert measure.relative_concentration(EVEN, TOTAL, ground) == pytest.approx(0)
    # mean ground of the mixed: .1 + .2 + 1.2 + 1.6 = 3.1; least 1 (100 people fill one small area), most 4
    assert measure.absolute_concentration(MIXED, TOTAL, ground) == pytest.approx(0.3)


def test_on_equal_ground_nobody_can_be_concentrated():
    assert np.isnan(measure.absolute_concentration(MIXED, TOTAL, np.ones(4)))


def test_centralisation_by_hand():
    ground, away = np.ones(4), np.array([0.0, 1.0, 2.0, 3.0])
    # curves .5 1 1 1 and .25 .5 .75 1
    assert measure.absolute_centralisation(APART, TOTAL, ground, away) == pytest.approx(0.5)
    assert measure.absolute_centralisation(APART, TOTAL, ground, away[::-1]) == pytest.approx(-0.5)
    assert measure.absolute_centralisation(EVEN, TOTAL, ground, away) == pytest.approx(0)
    assert measure.relative_centralisation(APART, TOTAL, away) == pytest.approx(1)
    assert measure.relative_centralisation(APART, TOTAL, away[::-1]) == pytest.approx(-1)


def test_the_centre_is_the_planners_or_the_mean_of_the_middle_points():
    assert STREET.from_centre_m().tolist() == [150, 50, 50, 150]
    assert STREET.from_centre_m((50, 50)).tolist() == [0, 100, 200, 300]


def test_clustering_by_hand():
    near = np.kron(np.eye(2), np.ones((2, 2)))  # two halves that know nothing of each other
    halves, alternating = [100, 100, 0, 0], [100, 0, 100, 0]
    # near members: 200 each, even: 200 / 16 * 8 = 100, everybody near: 200
    assert measure.absolute_clustering(halves, TOTAL, near) == pytest.approx(1)
    assert measure.absolute_clustering(alternating, TOTAL, near) == pytest.approx(0)
    # inside 1, among all 1/2
    assert measure.spatial_proximity(halves, TOTAL, near) == pytest.approx(2)
    assert measure.spatial_proximity(alternating, TOTAL, near) == pytest.approx(1)
    assert measure.relative_clustering(halves, TOTAL, near) == pytest.approx(0)
    # group in one area: 1; the rest (0, 100, 100, 100): (1 + 4) / 9
    assert measure.relative_clustering([100, 0, 0, 0], TOTAL, near) == pytest.approx(9 / 5 - 1)


def test_the_proximity_profile_by_hand():
    # shares 1 1 0 0 along a street: t = 0 all four areas (12 / 20), t > 0 the two neighbours (2 / 2)
    steps = 1001
    below, above = 0.6 + 499, 501.0  # thresholds under .5 (500 of them, the first is 0) and from .5 on
    expected = (0.5 + (above - below) / steps) / 0.5
    assert measure.proximity_profile(APART, TOTAL, STREET.links, steps=steps) == pytest.approx(expected)


def test_a_profile_over_parts_that_cannot_be_reached_counts_no_closeness():
    cut = STREET.links.toarray()
    cut[1, 2] = cut[2, 1] = 0
    steps = 1001
    expected = (0.5 + (501 - 499) / steps) / 0.5  # t = 0 takes in both halves: 0
    links = type(STREET.links)(cut)
    assert measure.proximity_profile(APART, TOTAL, links, steps=steps) == pytest.approx(expected)


def test_dissimilarity_over_borders_by_hand():
    # three borders, shares differ by .1 at each
    assert measure.dissimilarity_of_neighbours(MIXED, TOTAL, STREET.links) == pytest.approx(4 / 15 - 0.1)
    assert measure.dissimilarity_over_borders(MIXED, TOTAL, STREET.border_m) == pytest.approx(4 / 15 - 0.1)
    # equal squares: every edge is the largest
    assert measure.dissimilarity_by_shape(
        MIXED, TOTAL, STREET.border_m, perimeter_m=STREET.perimeter_m, area_m2=STREET.area_m2
    ) == pytest.approx(4 / 15 - 0.1)


def test_every_area_weighs_the_same_over_its_borders():
    # differences 1 and 0 at the two borders; outer areas 1 and 0, the middle one half: mean .5
    found = measure.dissimilarity_over_borders([100, 0, 0], [100] * 3, measure.layout(row_of_squares(9, 9, 9)).border_m)
    assert found == pytest.approx(1 - 0.5)


def test_a_broad_area_lets_less_through_its_border_than_a_slim_one():
    ground = measure.layout(row_of_squares(100, 300))
    # edges .04 and 800 / 30000: openness (.04 + .02667) / .08
    found = measure.dissimilarity_by_shape(
        [50, 0], [100, 100], ground.border_m, perimeter_m=ground.perimeter_m, area_m2=ground.area_m2
    )
    assert found == pytest.approx(measure.dissimilarity([50, 0], [100, 100]) - 0.5 * 5 / 6)


def test_areas_that_touch_nobody_keep_the_plain_dissimilarity():
    links = STREET.links * 0
    assert measure.dissimilarity_of_neighbours(MIXED, TOTAL, links) == measure.dissimilarity(MIXED, TOTAL)


def test_the_most_likely_difference_is_the_top_of_the_folded_curve():
    grid = np.linspace(0, 60, 600_001)
    for seen in (0.3, 1.0, 1.01, 1.2, 2.0, 3.5, 8.0, 50.0):
        curve = np.logaddexp(norm.logpdf(grid - seen), norm.logpdf(grid + seen))
        assert most_likely(np.array([seen]))[0] == pytest.approx(
            grid[curve.argmax()], abs=2e-4 if seen != 1.0 else 0.02
        )


def random_town(seed: int, people: int = 30, areas: int = 200):
    random = np.random.default_rng(seed)
    total = np.full(areas, people)
    return random.binomial(total, 0.2), total


def test_a_random_spread_looks_segregated_until_chance_is_taken_out():
    group, total = random_town(1)
    assert measure.dissimilarity(group, total) > 0.15
    found = measure.simulated(group, total, random=np.random.default_rng(2))
    # one random town against the mean of many: its own chance, about .011 for 200 areas of 30 people
    assert abs(found["modified_dissimilarity"].value) < 0.1
    assert abs(found["modified_gini"].value) < 0.1
    assert found["bias_corrected_dissimilarity"].value < measure.dissimilarity(group, total) * 0.75
    assert measure.density_corrected_dissimilarity(group, total) < measure.dissimilarity(group, total)


@pytest.mark.parametrize("name", ["modified_dissimilarity", "modified_gini", "bias_corrected_dissimilarity"])
def test_the_stated_error_is_the_spread_over_seeds(name):
    group, total = random_town(3)
    values = [getattr(measure, name)(group, total, random=np.random.default_rng(seed), runs=50) for seed in range(200)]
    told = np.mean([one.error for one in values])
    assert told == pytest.approx(np.std([one.value for one in values]), rel=0.25)


def test_a_town_more_even_than_chance_is_below_zero():
    even = np.full(200, 6), np.full(200, 30)
    assert measure.modified_dissimilarity(*even, random=np.random.default_rng(1)).value == pytest.approx(-1)


def test_the_same_seed_gives_the_same_simulation():
    first, second = (measure.simulated(MIXED, TOTAL, random=np.random.default_rng(8)) for _ in range(2))
    assert first == second


def test_chance_is_drawn_for_whole_people_only():
    with pytest.raises(WrongRequest):
        measure.modified_gini([1.5, 2], [10, 10], random=np.random.default_rng(1))


@pytest.mark.parametrize(
    ("group", "total"),
    [([1, 2], [3]), ([1, np.nan], [3, 3]), ([-1, 2], [3, 3]), ([4, 1], [3, 3]), ([0, 0], [3, 3]), ([3, 3], [3, 3])],
)
def test_what_cannot_be_measured_is_refused(group, total):
    with pytest.raises(WrongRequest):
        measure.dissimilarity(group, total)


THREE_APART = np.kron(np.eye(3), [100.0, 100.0])
THREE_EVEN = np.outer([1.0, 2.0, 3.0], np.full(6, 10.0))
SEGREGATION = [
    several.dissimilarity_of_groups,
    several.gini_of_groups,
    several.information_of_groups,
    several.exposure_of_groups,
    several.relative_diversity,
    several.squared_variation,
]


@pytest.mark.parametrize("of_groups", SEGREGATION)
def test_several_groups_apart_are_one_and_evenly_spread_zero(of_groups):
    assert of_groups(THREE_APART) == pytest.approx(1)
    assert of_groups(THREE_EVEN) == pytest.approx(0, abs=1e-12)


def test_of_two_groups_the_measures_are_those_of_one_against_the_rest():
    groups = np.array([MIXED, np.subtract(TOTAL, MIXED)])
    assert several.dissimilarity_of_groups(groups) == pytest.approx(measure.dissimilarity(MIXED, TOTAL))
    assert several.gini_of_groups(groups) == pytest.approx(measure.gini(MIXED, TOTAL))
    assert several.information_of_groups(groups) == pytest.approx(measure.information(MIXED, TOTAL))
    for squared in (several.exposure_of_groups, several.relative_diversity, several.squared_variation):
        assert squared(groups) == pytest.approx(measure.correlation_ratio(MIXED, TOTAL))


def test_diversity_and_simpson_by_hand():
    groups = np.array([[10.0, 10.0], [20.0, 0.0], [0.0, 40.0]])  # a quarter, a quarter, a half
    assert several.diversity(groups) == pytest.approx(1.5 * np.log(2))
    assert several.simpson_concentration(groups) == pytest.approx(3 / 8)
    assert several.simpson_interaction(groups) == pytest.approx(5 / 8)


def test_divergence_by_hand():
    # each of two areas holds one of two groups of the same size: one bit each
    assert several.divergence([[50, 0], [0, 50]]) == pytest.approx(np.log(2))


def test_distortion_by_hand_and_of_an_even_town():
    x, y = np.array([0.0, 1.0]), np.zeros(2)
    # first view: one group only (ln 2), second view: the whole city (0)
    assert several.distortion([[50, 0], [0, 50]], x, y) == pytest.approx(np.log(2))
    assert several.distortion(THREE_EVEN, np.arange(6.0), np.zeros(6)) == pytest.approx(0, abs=1e-12)


def test_distortion_does_not_hang_on_how_much_fits_in_memory(monkeypatch):
    random = np.random.default_rng(1)
    groups, x, y = random.integers(0, 50, size=(3, 40)), random.random(40), random.random(40)
    whole = several.distortion(groups, x, y)
    monkeypatch.setattr(several, "CELLS_AT_ONCE", 500)
    assert several.distortion(groups, x, y) == pytest.approx(whole, rel=1e-14)


def test_empty_areas_and_groups_without_members_change_nothing():
    more = np.zeros((4, 7))
    more[:3, :6] = THREE_APART + THREE_EVEN
    found = measure.multi_group(more)
    assert found == pytest.approx(measure.multi_group(THREE_APART + THREE_EVEN))


@pytest.mark.parametrize("groups", [[1, 2], [[1, 2]], [[1, 2], [0, 0]], [[1, np.nan], [2, 2]], [[1, -1], [2, 2]]])
def test_groups_that_cannot_be_compared_are_refused(groups):
    with pytest.raises(WrongRequest):
        several.divergence(groups)


def test_the_door_gives_every_measure_that_the_dimensions_name():
    named = {name for names in measure.DIMENSIONS.values() for name in names}
    assert set(measure.single_group(MIXED, TOTAL, STREET)) == named
    functions = {name for name in measure.__all__ if inspect.isfunction(getattr(measure, name))}
    assert named <= functions
