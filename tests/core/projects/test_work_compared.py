"""Two recipes of Musterstadt compared, and what its index counts twice."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import speaking
from nahraum.evidence.indicators.workbench.differences import compare_trials, kendall
from nahraum.evidence.indicators.workbench.double_counting import correlations, double_counting
from nahraum.projects.run import read_inputs
from nahraum.projects.work import try_recipe


@pytest.fixture(scope="module")
def inputs(town_project):
    return read_inputs(town_project)


def trial(inputs, *replaced, **parts):
    return try_recipe(inputs, {"indices": [{"replace": list(replaced), **parts}]}, with_robustness=False)


@pytest.fixture(scope="module")
def minimum_unset_and_set(inputs):
    return trial(inputs), trial(inputs, {"step": "select", "min_inhabitants": 300})


def test_minimum_300_names_who_drops_out_and_every_change_of_rank(inputs, minimum_unset_and_set):
    """The same told with plain Python from nothing but the scores."""
    a, b = minimum_unset_and_set
    found = compare_trials(a, b)
    people = dict(zip(inputs.panel.areas, inputs.panel.variables["inhabitants"][-1], strict=True))
    before, after = ({k: s for k, s in zip(t.result.areas, t.result.root[0], strict=True) if s == s} for t in (a, b))
    rank = [
        {k: 1 + sum(other > s for other in scores.values()) for k, s in scores.items()} for scores in (before, after)
    ]
    assert {each.area for each in found.dropped} == {key for key in before if people[key] < 300}
    assert found.dropped
    assert all("300" in each.reason or "Einwohner" in each.reason for each in found.dropped)
    assert found.entered == ()
    assert {m.area: (m.rank_a, m.rank_b) for m in found.moves} == {k: (rank[0][k], rank[1][k]) for k in after}
    among = {k: 1 + sum(before[o] > before[k] for o in after) for k in after}
    assert {m.area: m.own_change for m in found.moves} == {k: rank[1][k] - among[k] for k in after}
    moved = {m.area for m in found.movers(1000)}
    assert {k for k in after if rank[0][k] != rank[1][k]} <= moved
    (option,) = found.options
    assert "min_inhabitants" not in option, "the setting is named as in the form"
    assert _("Areas with fewer inhabitants are left out; 0 leaves nobody out.").rstrip(".") in option
    assert "0" in option
    assert "300" in option
    assert all(str(m.rank_b) in m.sentence and m.name in m.sentence for m in found.moves)


def test_the_other_way_round_they_come_in(minimum_unset_and_set):
    there, back = compare_trials(*minimum_unset_and_set), compare_trials(*reversed(minimum_unset_and_set))
    assert [each.area for each in there.dropped] == [each.area for each in back.entered]
    assert [m.rank_change for m in there.moves] == [-m.rank_change for m in back.moves]
    assert len(there.summary()) == len(back.summary()) == 4


def test_rank_correlations_are_scipys(inputs):
    a, b = trial(inputs), trial(inputs, preset="berlin")
    found = compare_trials(a, b)
    x, y = [m.rank_a for m in found.moves], [m.rank_b for m in found.moves]
    assert found.kendall == pytest.approx(stats.kendalltau(x, y).statistic)
    assert found.spearman == pytest.approx(stats.spearmanr(x, y).statistic)


@pytest.mark.parametrize("seed", range(5))
def test_kendall_with_ties_is_scipys(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 9, 700), rng.integers(0, 5, 700)
    assert kendall(x, y) == pytest.approx(stats.kendalltau(x, y).statistic)
    assert np.isnan(kendall([1], [1]))
    assert np.isnan(kendall([1, 1], [1, 2]))


def test_the_same_recipe_twice_differs_in_nothing(inputs):
    found = compare_trials(trial(inputs), trial(inputs))
    assert (found.options, found.dropped, found.entered, found.movers()) == ((), (), (), ())
    assert found.kendall == pytest.approx(1.0)


def test_each_difference_of_two_recipes_is_a_sentence(inputs):
    with speaking("en"):
        a = trial(inputs, {"step": "aggregate", "level": 1, "method": "minimum"})
        b = trial(inputs, {"step": "normalise", "scale": "mad"}, weights={"unemployment": 2.0})
        one_less = trial(inputs, indicators=[each.id for each in inputs.project.indicators][1:])
        text = " ".join(compare_trials(a, b).options)
        assert "Weight of" in text
        assert (
            "“What the distance is measured in”: “standard deviation of the areas” in A, “median absolute deviation"
            in text
        )
        assert "“How several values become one”: “lowest value; nothing makes up for it” in A, “weighted mean" in text
        assert any("Only A counts" in line for line in compare_trials(trial(inputs), one_less).options)


def test_a_comparison_of_protected_trials_is_protected_and_of_one_is_not(inputs):
    a, b = trial(inputs), trial(inputs, {"step": "select", "min_inhabitants": 300})
    assert not compare_trials(a, b).is_protected
    assert not compare_trials(a.protected(), b).is_protected
    assert compare_trials(a.protected(), b.protected()).plain()["is_protected"]


def test_correlations_are_scipys_pair_by_pair_over_areas_with_both():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(5, 60)).round(1)
    values[rng.random(values.shape) < 0.2] = np.nan
    values[4] = 3.0
    pearson, spearman, n = correlations(values)
    for i, j in combinations(range(4), 2):
        both = np.isfinite(values[i]) & np.isfinite(values[j])
        assert n[i, j] == both.sum()
        assert pearson[i, j] == pytest.approx(stats.pearsonr(values[i, both], values[j, both]).statistic)
        assert spearman[i, j] == pytest.approx(stats.spearmanr(values[i, both], values[j, both]).statistic)
    assert np.isnan(pearson[4]).all()
    assert (pearson[~np.isnan(pearson)] <= 1).all()


def test_two_of_the_same_make_are_named_with_their_weights(inputs):
    found = double_counting(trial(inputs))
    r, rho = np.abs(found.pearson), np.abs(found.spearman)
    expected = {(i, j) for i, j in combinations(range(len(r)), 2) if max(r[i, j], rho[i, j]) >= 0.8}
    at = {id: n for n, id in enumerate(found.indicators)}
    assert {(at[pair.a], at[pair.b]) for pair in found.pairs} == expected
    assert sum(each.nominal for each in found.weights) == pytest.approx(1)
    assert sum(each.effective for each in found.weights) == pytest.approx(1)
    root = trial(inputs).result.root[0]
    for n, each in enumerate(found.weights):
        leaf = trial(inputs).result.leaf[n, 0]
        both = np.isfinite(leaf) & np.isfinite(root)
        assert each.importance == pytest.approx(stats.pearsonr(leaf[both], root[both]).statistic ** 2)
    assert len(double_counting(trial(inputs), threshold=0.3).pairs) > len(found.pairs)


def test_shared_counts_are_named(inputs):
    """Long-term unemployed are never more than unemployed, out of the same people."""
    kinds = {(each.a, each.b): each.kind for each in double_counting(trial(inputs)).shared}
    assert kinds["long_term_unemployment", "unemployment"] == "fewer"


def test_a_threshold_that_is_no_correlation_is_refused(inputs):
    with pytest.raises(WrongRequest, match="7"):
        double_counting(trial(inputs), threshold=7)
