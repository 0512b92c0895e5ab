"""The deviation profile, levels, series with breaks and comparisons, against sums done another way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nahraum.base import Period, State, WrongRequest
from nahraum.evidence.indicators.compare import compare
from nahraum.evidence.indicators.dynamics import breaks_between, change, difference, series
from nahraum.evidence.indicators.explain import explain
from nahraum.evidence.indicators.levels import parents_of, roll_up
from nahraum.evidence.indicators.profile import city_values, deviation_profile, min_share_of
from nahraum.evidence.indicators.recipe import Impute
from nahraum.evidence.indicators.recipe_toml import replace_step
from nahraum.evidence.indicators.run import run
from nahraum.evidence.indicators.terms import Direction


def latest(edition):
    return len(edition.panel.periods) - 1


def test_the_profile_is_the_distance_from_the_city_in_standard_deviations(town):
    panel, profile, p = town.panel, town.profile, latest(town)
    k = panel.index_of("kita")  # a high value is favourable: turned round
    assert panel.indicators[k].direction is Direction.HIGHER_IS_BETTER
    values = panel.value[k, p]
    expected = -(values - panel.indicators[k].official["2024"]) / np.nanstd(values)
    assert np.allclose(profile.z[k], expected, equal_nan=True)


def test_strong_and_frequent_are_counted_as_a_person_would(town):
    profile, rule = town.profile, town.profile.rule
    domains = {
        domain: [k for k, i in enumerate(town.panel.indicators) if i.domain == domain] for domain in profile.domains
    }
    for a, key in enumerate(profile.areas):
        z = profile.z[:, a]
        means = [np.nanmean(z[group]) for group in domains.values() if np.isfinite(z[group]).any()]
        strong = any(mean >= rule.strong for mean in means)
        frequent = sum(value > rule.beyond for value in z) >= rule.frequent
        assert bool(profile.strong[a]) == strong, key
        assert bool(profile.frequent[a]) == frequent, key
        assert (key in profile.selected) == bool(strong or frequent), key


def test_only_the_named_indicators_select_and_areas_left_out_are_not_selected(town):
    rule = replace(town.profile.rule, indicators=("unemployment",), strong=1.0)
    found = deviation_profile(town.panel, town.domains, rule)
    k = town.panel.index_of("unemployment")
    assert set(found.selected) == {key for key, z in zip(found.areas, found.z[k], strict=True) if z >= 1.0}
    without = deviation_profile(town.panel, town.domains, rule, left_out=found.selected[:1])
    assert without.selected == found.selected[1:]


def with_one_value_in(town, domain):
    """The inputs' panel in which one area has only one, very unfavourable, value of a domain; and that area."""
    leaves = {leaf.id for leaf in town.indices[0].recipe.tree.at(0)}
    own = [k for k, each in enumerate(town.panel.indicators) if each.domain == domain and each.id in leaves]
    a = next(
        a
        for a, key in enumerate(town.panel.areas)
        if key not in town.profile.selected
        and np.isfinite(town.panel.value[own, -1, a]).all()
        and key not in town.indices[0].excluded
    )
    value, state = town.panel.value.copy(), town.panel.state.copy()
    value[own[1:], -1, a], state[own[1:], -1, a] = np.nan, State.MISSING
    sign = -1 if town.panel.indicators[own[0]].direction is Direction.HIGHER_IS_BETTER else 1
    others = town.panel.value[own[0], -1]
    value[own[0], -1, a] = np.nanmean(others) + sign * 5 * np.nanstd(others)
    return replace(town.panel, value=value, state=state), a, len(own)


def test_a_lebenslage_of_which_too_little_is_known_makes_nobody_deviate(town):
    recipe, rule = town.indices[0].recipe, town.profile.rule
    domain = max(town.profile.domains, key=[each.domain for each in town.panel.indicators].count)
    panel, a, count = with_one_value_in(town, domain)
    assert count > 2
    d = town.profile.domains.index(domain)
    anyhow = deviation_profile(panel, town.domains, rule)
    assert anyhow.mean[d, a] > rule.strong
    assert panel.areas[a] in anyhow.selected
    found = deviation_profile(panel, town.domains, rule, min_share=min_share_of(recipe))
    assert np.isnan(found.mean[d, a])
    assert np.isnan(found.strength[d, a])
    assert panel.areas[a] not in found.selected
    assert found.available[d, a] == 1  # what is known is counted all the same
    index = run(recipe, panel, town.system)
    inside = index.included[-1] | ~np.isfinite(index.score[domain][-1]) & ~np.isin(panel.areas, list(index.excluded))
    for n, each in enumerate(found.domains):
        known = np.isfinite(index.score[each][-1])
        assert np.array_equal(np.isfinite(found.mean[n])[inside], known[inside]), each


def test_the_share_is_that_of_the_recipe(town):
    recipe = town.indices[0].recipe
    assert min_share_of(recipe) == 0.5

    def with_step(step):
        return replace(recipe, steps=(*(each for each in recipe.steps if not isinstance(each, Impute)), step))

    assert min_share_of(with_step(Impute(min_share=0.75))) == 0.75
    assert min_share_of(with_step(Impute(method="regression"))) == 0.0
    assert town.profile.min_share == 0.5


def test_a_side_or_period_that_does_not_exist_is_refused(town):
    for wrong in ({"side": "left"}, {"period": "1999"}):
        with pytest.raises(WrongRequest):
            deviation_profile(town.panel, town.domains, replace(town.profile.rule, **wrong))


def test_spaces_are_made_from_counts_never_from_means_of_rates(town):
    panel = town.panel
    level = roll_up(panel, town.system, "social_space")
    parent = parents_of(panel, town.system, "social_space")
    k, p = panel.index_of("unemployment"), latest(town)
    for group in range(len(level.areas)):
        there = (parent == group) & np.isfinite(panel.value[k, p])
        expected = panel.numerator[k, p, there].sum() / panel.denominator[k, p, there].sum() * 100
        assert level.value[k, p, group] == pytest.approx(expected)
        assert (
            level.complete[k, p, group]
            == (panel.state[k, p, parent == group] != State.MISSING).all()
            & (panel.state[k, p, parent == group] != State.PROTECTED).all()
        )


def test_the_city_is_its_official_total_where_there_is_one(town):
    panel = town.panel
    city = roll_up(panel, town.system, "city")
    k, p = panel.index_of("unemployment"), latest(town)
    total = panel.indicators[k].numerator_total["2024"] / panel.indicators[k].denominator_total["2024"] * 100
    assert city.value[k, p, 0] == pytest.approx(total)
    assert city_values(panel)[k, p] == panel.indicators[k].official["2024"]  # published with one decimal
    bare = replace(panel, indicators=tuple(replace(each, official={}) for each in panel.indicators))
    assert city_values(bare)[k, p] == pytest.approx(total)


def test_across_a_break_nothing_is_subtracted(town):
    panel = town.panel
    k = panel.index_of("child_poverty")  # redefined in 2021
    a = panel.areas.index("1101")
    before, after = Period.year(2020), Period.year(2021)
    assert breaks_between(panel, k, a, before, after)
    assert difference(panel, k, a, before, after).state is State.NOT_APPLICABLE
    assert difference(panel, k, a, after, before).state is State.NOT_APPLICABLE
    sound = difference(panel, k, a, after, Period.year(2024))
    p, q = panel.periods.index(after), panel.periods.index(Period.year(2024))
    assert sound.number == pytest.approx(panel.value[k, q, a] - panel.value[k, p, a])
    parts = series(panel, k, a)
    assert [part.values[0][0] for part in parts if part.broken_by and part.broken_by.period == after] == [after]
    assert sum(len(part.values) for part in parts) == len(panel.periods)


def test_an_area_with_nothing_comparable_has_no_change_and_a_reason(town):
    found = change(town.indices[0], town.panel, Period.year(2019), Period.year(2024))
    assert found.broken
    for area in found.broken:
        assert np.isnan(found.change[found.areas.index(area)])
        assert found.dynamics[found.areas.index(area)] == 0
    with pytest.raises(WrongRequest, match="1999"):
        change(town.indices[0], town.panel, Period.year(1999), Period.year(2024))


def test_changes_are_classed_by_their_own_standard_deviation(town):
    found = change(town.indices[0], town.panel, Period.year(2021), Period.year(2024))
    known = found.change[np.isfinite(found.change)]
    z = (found.change - known.mean()) / known.std()
    expected = np.where(np.isnan(z), 0, np.where(z < -1, 1, np.where(z > 1, 3, 2)))
    assert found.dynamics.tolist() == expected.tolist()


def test_a_recipe_compared_with_itself_and_with_one_step_replaced(town):
    index = town.indices[0]
    same = compare(index, index)
    assert same.spearman == pytest.approx(1)
    assert not any(each.rank_change for each in same.changes)
    steps = replace_step(index.recipe.steps, {"step": "normalise", "scale": "mad"})
    other = run(replace(index.recipe, steps=steps), town.panel, town.system)
    found = compare(index, other)
    p = index.periods.index(found.period)
    moved = {
        area: int(other.rank[p, n]) - int(index.rank[p, n]) for n, area in enumerate(index.areas) if index.rank[p, n]
    }
    assert {each.area: each.rank_change for each in found.changes} == moved
    assert any(moved.values())
    most = found.movers(1)[0]
    assert abs(most.rank_change) == max(map(abs, moved.values()))


def test_an_explanation_names_cell_counts_and_score(town):
    told = explain(town, "Rathausplatz")
    line = next(line for _domain, lines in told.domains for line in lines if line.id == "unemployment")
    k, a = town.panel.index_of("unemployment"), town.panel.areas.index("1101")
    assert line.value.number == pytest.approx(town.panel.numerator[k, -1, a] / town.panel.denominator[k, -1, a] * 100)
    assert any("arbeitsmarkt.csv" in part for part in line.parts)
    assert any("Rang" in sentence for sentence in told.summary)
    with pytest.raises(WrongRequest, match="Rathausplatz"):
        explain(town, "Ratausplatz")
    with pytest.raises(WrongRequest, match="2024"):
        explain(town, "1101", Period.year(1999))
