"""What agreement must do beyond the published tables: gaps, samples, scales, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import WrongRequest
from nahraum.evidence.voices.agreement import (
    Scale,
    alpha,
    brennan_prediger,
    cohen,
    conger,
    fleiss,
    gwet_ac1,
    interval,
    percent,
    ratings,
    unitised,
)

MEASURES = [percent, conger, fleiss, brennan_prediger, gwet_ac1, alpha]
judgements = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", None]), min_size=3, max_size=3), min_size=2, max_size=25
).map(lambda units: list(zip(*units, strict=True)))


@pytest.mark.parametrize("measure", MEASURES)
def test_coders_of_one_mind_agree_fully(measure):
    assert measure(ratings([[1, 2, 2, 3], [1, 2, 2, 3]])) == pytest.approx(1.0)


@pytest.mark.parametrize("measure", [conger, fleiss, alpha])
def test_where_only_one_value_occurs_agreement_beyond_chance_is_undefined_not_perfect(measure):
    assert np.isnan(measure(ratings([[1, 1, 1], [1, 1, 1]])))


@pytest.mark.parametrize("measure", MEASURES)
def test_nothing_judged_twice_has_no_agreement(measure):
    assert np.isnan(measure(ratings([[1, 2, None, None], [None, None, 1, 2]])))


@pytest.mark.parametrize("measure", MEASURES)
@given(rows=judgements)
def test_weights_are_repetitions(measure, rows):
    """A unit that counts three times is the same as that unit three times."""
    thrice = [[each for each in row for _ in range(3)] for row in rows]
    weighted = measure(ratings(rows, times=[3] * len(rows[0])))
    assert weighted == pytest.approx(measure(ratings(thrice)), nan_ok=True)


@pytest.mark.parametrize("measure", MEASURES)
@given(rows=judgements, data=st.data())
def test_the_order_of_units_and_of_coders_does_not_matter(measure, rows, data):
    units = data.draw(st.permutations(range(len(rows[0]))))
    turned = [[row[n] for n in units] for row in data.draw(st.permutations(rows))]
    assert measure(ratings(turned)) == pytest.approx(measure(ratings(rows)), nan_ok=True)


@given(rows=judgements)
def test_alpha_follows_its_definition_by_pairs(rows):
    """Mean disagreement within units over that among all judgements, counted pair by pair."""
    units = [[each for each in unit if each is not None] for unit in zip(*rows, strict=True)]
    units = [unit for unit in units if len(unit) >= 2]
    every = [each for unit in units for each in unit]
    within = sum(sum(a != b for a in unit for b in unit) / (len(unit) - 1) for unit in units)
    among = sum(a != b for a in every for b in every)
    expected = 1 - within * (len(every) - 1) / among if among else float("nan")
    assert alpha(ratings(rows)) == pytest.approx(expected, nan_ok=True)


def test_two_scales_of_two_values_say_the_same():
    both = ratings([[0, 1, 1, 0, 1], [0, 1, 0, 0, 1]])
    assert alpha(both, Scale.INTERVAL) == pytest.approx(alpha(both))


def test_many_samples_at_once_are_the_samples_one_by_one():
    table = ratings([["a", "b", "a", "c", None], ["a", "b", "b", "c", "c"], ["a", "a", "b", None, "c"]])
    samples = table.resampled(40, np.random.default_rng(1))
    for measure in MEASURES:
        alone = [
            float(measure(type(table)(table.values, table.codes, samples.times[run])))
            for run in range(len(samples.times))
        ]
        assert measure(samples) == pytest.approx(np.array(alone), nan_ok=True)


def test_an_interval_covers_what_was_true_about_as_often_as_it_says():
    """Two coders who agree on a unit with probability 0.7: the share of agreement is known."""
    random, hits = np.random.default_rng(7), 0
    for _ in range(200):
        one = random.integers(0, 2, 80)
        two = np.where(random.random(80) < 0.7, one, 1 - one)
        found = interval(percent, ratings([list(one), list(two)]), random=random, runs=200)
        hits += found.low <= 0.7 <= found.high
    assert 0.88 <= hits / 200 <= 0.99


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: ratings([["a", "b"]]), "two people"),
        (lambda: ratings([["a", "b"], ["a"]]), "same number"),
        (lambda: cohen(ratings([["a"], ["a"], ["a"]])), "exactly two"),
        (lambda: alpha(ratings([["a", "b"], ["a", "b"]]), Scale.RATIO), "numbers"),
        (lambda: unitised([[(0, 5, 1), (3, 8, 1)], []], 10), "overlap"),
        (lambda: unitised([[(0, 12, 1)], []], 10), "leave the text"),
        (lambda: unitised([[(0, 5, 1)]], 10), "two people"),
    ],
)
def test_a_wrong_request_says_what_to_do(wrong, says):
    from nahraum.base.language import speaking

    with speaking("en"), pytest.raises(WrongRequest, match=says):
        wrong()


@given(
    marks=st.lists(st.lists(st.integers(0, 2), min_size=12, max_size=12), min_size=2, max_size=3),
)
def test_stretches_are_compared_as_their_definition_says(marks):
    """Every pair of characters: within a place observed, among all expected, but none of one unit with itself."""
    coders, of = [], []
    for row in marks:
        units, owner = [], []
        for n, value in enumerate(row):
            if value and owner and owner[-1][1] == value:
                units[-1] = (units[-1][0], n + 1, value)
                owner.append(owner[-1])
            elif value:
                units.append((n, n + 1, value))
                owner.append((("unit", len(units)), value))
            else:
                owner.append((("gap", n), 0))
        coders.append(units)
        of.append([each[0] for each in owner])
    flat = [(c, of[c][n], value) for c, row in enumerate(marks) for n, value in enumerate(row)]
    among = [(a[2] != b[2]) for a in flat for b in flat if a[:2] != b[:2]]
    within = [
        marks[c][n] != marks[d][n] for n in range(12) for c in range(len(marks)) for d in range(len(marks)) if c != d
    ]
    expected = 1 - np.mean(within) / np.mean(among) if any(among) else float("nan")
    assert unitised(coders, 12) == pytest.approx(expected, nan_ok=True)
