"""Classes, colours, differences and neighbours of the atlas, against brute force, formulas and hand counts."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import State, WrongRequest
from nahraum.base.language import speaking
from nahraum.evidence.indicators.show import alike, changes, classes
from nahraum.evidence.indicators.show.palette import PALETTES, colours

TEN = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]


# --- classes --------------------------------------------------------------------------------------------------------
def test_ten_areas_in_five_quantiles_are_two_each():
    limits = classes.limits_of(TEN, "quantiles", 5)
    numbers = classes.numbers_of(TEN, limits)
    assert [numbers.count(n) for n in range(1, 6)] == [2] * 5


def test_equal_widths_by_hand():
    assert classes.limits_of([0.0, 3.0, 10.0], "equal", 5) == (2.0, 4.0, 6.0, 8.0)


def test_a_limit_itself_lies_in_the_lower_class():
    assert classes.numbers_of([10.0, 10.1, None], (10.0,)) == (1, 2, 0)


@given(st.lists(st.integers(min_value=0, max_value=12), min_size=1, max_size=9), st.integers(min_value=2, max_value=4))
def test_natural_breaks_are_the_best_of_all_partitions(values, count):
    """No other choice of limits has a smaller sum of squared distances to the class means."""

    def inner(limits):
        groups = {}
        for value, n in zip(values, classes.numbers_of(values, limits), strict=True):
            groups.setdefault(n, []).append(value)
        return sum(((np.array(group) - np.mean(group)) ** 2).sum() for group in groups.values())

    distinct = sorted(set(values))
    limits = classes.limits_of([float(value) for value in values], "jenks", count)
    best = min(
        inner(chosen) for size in range(min(count, len(distinct))) for chosen in combinations(distinct[:-1], size)
    )
    assert inner(limits) == pytest.approx(best, abs=1e-9)


@given(
    st.lists(st.one_of(st.none(), st.sampled_from([0.0, 1.0, 1.0, 2.5, 7.0])), max_size=12),
    st.sampled_from(["quantiles", "equal", "jenks"]),
    st.integers(min_value=2, max_value=7),
)
def test_limits_rise_and_values_without_number_have_no_class(values, method, count):
    limits = classes.limits_of(values, method, count)
    assert len(limits) < count
    assert all(low < high for low, high in pairwise(limits))
    numbers = classes.numbers_of(values, limits)
    assert [n == 0 for n in numbers] == [value is None for value in values]
    known = {n for n in numbers if n}
    if method != "equal" and known:
        assert known == set(range(1, len(limits) + 2))  # no class is empty


def test_fewer_distinct_values_than_classes_give_fewer_classes():
    values = [3.0, 3.0, 8.0, None]
    for method in ("quantiles", "equal", "jenks"):
        limits = classes.limits_of(values, method, 5)
        assert classes.numbers_of(values, limits)[2] > classes.numbers_of(values, limits)[0]
    assert classes.limits_of([3.0, 3.0], "quantiles", 5) == ()
    assert classes.limits_of([None], "jenks", 5) == ()


def test_changes_are_classed_around_zero():
    # root mean square of (-2, 2, 2, -2) is 2
    assert classes.change_limits([-2.0, 2.0, None, 2.0, -2.0]) == (-3.0, -1.0, 1.0, 3.0)
    assert classes.change_limits([0.0, 0.0]) == ()


@pytest.mark.parametrize(
    ("text", "limits"),
    [("10; 20,5; 30", (10.0, 20.5, 30.0)), ("1.5 2.5", (1.5, 2.5)), ("−1; 0", (-1.0, 0.0)), ("7", (7.0,))],
)
def test_typed_limits_are_read(text, limits):
    assert classes.read_limits(text) == limits


@pytest.mark.parametrize("text", ["", "abc", "3; 3", "5; 2", "1;2;3;4;5;6;7", "1e9", "nan", "=1", "1;" * 300, "1,2,3"])
def test_what_is_no_list_of_limits_is_refused_with_a_sentence(text):
    with pytest.raises(WrongRequest, match=r"\.$"):
        classes.read_limits(text)


def test_reaches_say_from_where_to_where():
    with speaking("de"):
        assert classes.reaches_of((1.0, 2.0), 3, 1) == ("bis 1,0", "1,0 bis 2,0", "über 2,0")
    assert classes.reaches_of((None, None), 3, 1) == ("", "", "")


# --- colours --------------------------------------------------------------------------------------------------------
# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def linear(colour):
    part = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def cielab(rgb):
    """CIE 1976 L*a*b* under D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb.clip(0, 1)
    part = xyz / np.array([0.95047, 1.0, 1.08883])
    f = np.where(part > 216 / 24389, np.cbrt(part), (24389 / 27 * part + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", BLINDNESS)
@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7])
def test_all_classes_can_be_told_apart_by_everybody(palette, count, sight):
    seen = [cielab(BLINDNESS[sight] @ linear(colour)) for colour in colours(count, palette)]
    apart = min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2))
    assert apart > 8, (palette, count, sight, apart)  # 2.3 is what an eye can just tell apart side by side


@pytest.mark.parametrize("palette", [key for key, each in PALETTES.items() if not each.diverging])
def test_one_direction_grows_darker_in_even_steps(palette):
    light = [cielab(linear(colour))[0] for colour in colours(7, palette)]
    steps = [low - high for low, high in pairwise(light)]
    assert min(steps) > 4
    assert max(steps) < 2 * min(steps)


@pytest.mark.parametrize("palette", PALETTES)
def test_the_darkest_class_stays_visible_on_the_dark_page(palette):
    def luminance(colour):
        return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(colour))

    darkest = min(map(luminance, colours(5, palette)))
    assert (darkest + 0.05) / (luminance("#14181c") + 0.05) > 2


# --- differences ----------------------------------------------------------------------------------------------------
BREAKS = [["2020", "new boundaries", ["1209"]], ["2021", "new law", []]]


@pytest.mark.parametrize(
    ("area", "one", "other", "reason"),
    [
        ("1209", "2019", "2020", "new boundaries"),
        ("1306", "2019", "2020", ""),
        ("1306", "2020", "2021", "new law"),
        ("1306", "2021", "2020", "new law"),
        ("1306", "2021", "2024", ""),
        ("1209", "2018", "2024", "new law"),
        ("1209", "2020", "2020", ""),
    ],
)
def test_a_break_lies_after_the_earlier_and_up_to_the_later_period(area, one, other, reason):
    assert changes.break_between(BREAKS, area, one, other) == reason


def test_a_difference_is_a_number_only_between_two_numbers_without_a_break():
    number, missing, none, hidden = (int(state) for state in State)
    assert changes.difference(5.0, number, 3.0, number).value == 2.0
    assert changes.difference(5.0, number, None, hidden) == changes.Difference(state=State.PROTECTED)
    assert changes.difference(None, missing, None, hidden).state is State.PROTECTED
    assert changes.difference(None, none, 3.0, number).state is State.NOT_APPLICABLE
    broken = changes.difference(5.0, number, 3.0, number, reason="new law")
    assert (broken.state, broken.value, broken.reason) == (State.NOT_APPLICABLE, None, "new law")


# --- neighbours -----------------------------------------------------------------------------------------------------
def test_the_nearest_profile_by_hand():
    profiles = {"a": [0, 0, 0, 0], "b": [1, 1, 1, 1], "c": [0, 0, 0, 4], "d": [0, 0, None, None], "e": [3, None, 3, 3]}
    found = alike.most_alike(alike.Profiles.of(profiles), "a")
    assert [(each.area, each.distance) for each in found] == [("b", 1.0), ("c", 2.0), ("e", 3.0)]
    assert found[1].apart == 3
    assert found[2].over == (0, 2, 3)


def test_an_area_with_too_many_protected_values_is_like_no_other():
    profiles = {"a": [None, None, 0, 0], "b": [0, 0, 0, 0], "c": [1, 0, 0, 0]}
    assert alike.most_alike(alike.Profiles.of(profiles), "a") == ()
    assert [each.area for each in alike.most_alike(alike.Profiles.of(profiles), "b")] == ["c"]
    assert alike.most_alike(alike.Profiles.of({}).over([]), "nowhere") == ()


def test_areas_are_compared_over_the_indicators_asked_for():
    profiles = alike.Profiles.of({"a": [0, 9, 0, None, 0], "b": [1, 0, 1, 0, 1], "c": [2, 9, 2, 0, 2]})
    assert profiles.known("a") == [True, True, True, False, True]
    assert profiles.over([3, 0]).known("a") == [False, True]
    assert profiles.known("nowhere") == []
    assert [each.area for each in alike.most_alike(profiles.over([0, 2, 4]), "a")] == ["b", "c"]
    assert [each.area for each in alike.most_alike(profiles, "a")] == ["c", "b"]


def test_the_spread_of_five_areas():
    found = alike.spread([5.0, None, 1.0, 2.0, 3.0, 4.0])
    assert (found.low, found.quarter, found.three_quarters, found.high) == (1.0, 2.0, 4.0, 5.0)
    assert alike.spread([None]) is None


def test_rates_together_are_the_rate_of_the_sums():
    # 10 of 100 and 60 of 200 are 70 of 300
    assert alike.together([10.0, 30.0], [100.0, 200.0]) == pytest.approx(70 / 300 * 100)


def test_one_protected_area_leaves_no_value_together():
    assert alike.together([10.0, None], [100.0, 200.0]) is None
    assert alike.together([10.0, 30.0], [100.0, None]) is None
    assert alike.together([], []) is None
