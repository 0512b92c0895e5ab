"""Recipes tried over inputs that are already read: the same results as a run of the whole project."""

import contextlib
from dataclasses import fields

import numpy as np
import pytest

from nahraum.base import WrongRequest
from nahraum.evidence.indicators.edition import Robustness
from nahraum.evidence.indicators.recipe import Aggregate, Classify, Impute, Normalise, RollUp, Round, Select, Treat
from nahraum.projects.run import read_inputs
from nahraum.projects.work import try_recipe


@pytest.fixture(scope="module")
def inputs(town_project):
    return read_inputs(town_project)


def same(a, b):
    if isinstance(a, np.ndarray):
        return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    return a == b


def assert_as_in(trial, edition):
    index = edition.indices[0]
    p = index.periods.index(trial.period)
    assert np.array_equal(trial.result.root[0], index.root[p], equal_nan=True)
    assert trial.result.rank[0].tolist() == index.rank[p].tolist()
    assert trial.result.classes[0].number[0].tolist() == index.classes[0].number[p].tolist()
    assert same(trial.profile.z, edition.profile.z)
    assert trial.profile.selected == edition.profile.selected
    for each in fields(Robustness):
        assert same(getattr(trial.robustness, each.name), getattr(edition.robustness, each.name)), each.name


def test_a_trial_of_the_projects_own_recipe_is_what_the_project_computes(inputs, town):
    trial = try_recipe(inputs, {})
    assert not trial.is_protected
    assert_as_in(trial, town)


def test_protected_it_is_what_the_project_publishes(inputs, published):
    trial = try_recipe(inputs, {}).protected()
    assert trial.is_protected
    assert_as_in(trial, published)


def test_no_hidden_value_is_in_what_may_be_shown(inputs, published):
    hidden = {"protected", "missing", "not_applicable"}
    shown = try_recipe(inputs, {}).protected().plain()
    assert shown["is_protected"]
    for row in shown["rows"]:
        a = published.panel.areas.index(row["key"])
        for k, id in enumerate(published.profile.indicators):
            known = np.isfinite(published.panel.value[k, -1, a])
            assert (row["z"][id] is not None) == bool(known)
        assert (row["score"] is None) == (row["state"] in hidden)


@pytest.mark.parametrize("preset", ["lebenslagen", "berlin", "darmstadt", "imd", "coinr", "gisd"])
@pytest.mark.parametrize("period", ["", "2020"])
def test_one_period_of_a_recipe_is_that_period_of_all_of_it(inputs, preset, period):
    from nahraum.evidence.indicators.run import run

    trial = try_recipe(inputs, {"indices": [{"preset": preset}]}, period=period, with_robustness=False)
    whole = run(trial.recipe, inputs.panel, inputs.places.system)
    p = whole.periods.index(trial.period)
    assert np.array_equal(trial.result.root[0], whole.root[p], equal_nan=True)
    assert trial.result.rank[0].tolist() == whole.rank[p].tolist()


def test_rows_say_why_an_area_has_no_score_and_how_firm_the_others_are(inputs):
    parts = {"indices": [{"replace": [{"step": "select", "min_inhabitants": 300}]}], "robustness": {"runs": 50}}
    rows = {row["key"]: row for row in try_recipe(inputs, parts).rows()}
    p = len(inputs.panel.periods) - 1
    for a, key in enumerate(inputs.panel.areas):
        people, row = inputs.panel.variables["inhabitants"][p, a], rows[key]
        if people < 300:
            assert row["score"] is None
            assert row["rank"] == 0
            assert row["excluded"]
            assert row["rank_low"] is None
        elif row["score"] is not None:
            assert row["rank_low"] <= row["rank_median"] <= row["rank_high"]
            assert sum(row["class_probability"]) == pytest.approx(1, abs=1e-5)
    assert any(row["excluded"] for row in rows.values())


def test_a_recipe_that_cannot_be_tested_for_robustness_is_shown_all_the_same(inputs):
    rolled = {
        "indices": [
            {
                "steps": [
                    {"step": "normalise"},
                    {"step": "aggregate", "level": 1},
                    {"step": "aggregate", "level": 2},
                    {"step": "roll_up", "to": "city"},
                ]
            }
        ]
    }
    trial = try_recipe(inputs, rolled)
    assert trial.robustness is None
    assert "robustness" in trial.not_tested
    assert len(trial.plain()["rows"]) == 1


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"indices": 3}, "indices"),
        ({"indices": [3]}, "indices"),
        ({"indices": []}, "Index|index"),
        ({"indices": [{"preset": "nirgends"}]}, "nirgends"),
        ({"indices": [{"indicators": ["nichts"]}]}, "nichts"),
        ({"indices": [{"tree": 3}]}, "tree"),
        ({"indices": [{"tree": {"children": []}}]}, "tree"),
        ({"indices": [{"weights": {"nichts": 2}}]}, "nichts"),
        ({"indices": [{"replace": [{"step": "select", "min_inhabitants": -1}]}]}, "min_inhabitants"),
        ({"indices": [{"replace": [{"step": "impute", "min_share": "viel"}]}]}, "min_share"),
        ({"indices": [{"replace": [{"step": "classify", "closed": ["left", "right"]}]}]}, "closed"),
        ({"indices": [{"replace": [{"step": "classify", "closed": ["oben"]}]}]}, "closed"),
        ({"indices": [{"replace": [{"step": "classify", "method": "quantiles", "type": 8}]}]}, "type"),
        ({"indices": [{"replace": [{"step": "classify", "method": "cuts", "cuts": []}]}]}, "cuts"),
        ({"profile": {"side": "oben"}}, "side"),
        ({"profile": {"limits": []}}, "limits"),
        ({"robustness": {"runs": 0}}, "runs"),
        ({"robustnes": {}}, "robustness"),
        (7, "7|recipe|Rezept"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(inputs, parts, named):
    with pytest.raises(WrongRequest, match=named):
        try_recipe(inputs, parts, with_robustness=False)


WILD = [None, True, -1, 0, 1, 3, 1.5, "", "mean", "xyz", "9999", [], ["x"], [1.0], {}, {"x": 1}, float("nan"), 10**30]


@pytest.mark.slow
def test_no_value_of_any_option_ends_in_anything_but_a_result_or_a_refusal(inputs):
    """Every field of every step with every strange value: tried 1,000 times, never a traceback."""
    before = {
        Normalise: [{"step": "normalise"}],
        Aggregate: [{"step": "normalise"}],
    }
    ends = [{"step": "aggregate", "level": 1}, {"step": "aggregate", "level": 2}]
    tried = 0
    for kind in (Select, Treat, Impute, Normalise, Aggregate, RollUp, Round, Classify):
        for each in fields(kind):
            for value in WILD:
                step = {"step": kind.step, each.name: value}
                first = kind in (Select, Treat, Impute)
                steps = [step, {"step": "normalise"}, *ends] if first else [{"step": "normalise"}, *ends, step]
                if kind in before:
                    steps = [*before[kind], step, *ends]
                with contextlib.suppress(WrongRequest):
                    try_recipe(inputs, {"indices": [{"steps": steps}], "robustness": {"runs": 10}}).plain()
                tried += 1
    assert tried > 500


def test_first_components_go_with_chance_in_small_counts(inputs):
    """Their leaves are the values themselves, normalised by nobody."""
    spec = {"runs": 40, "small_counts": True}
    found = try_recipe(inputs, {"indices": [{"preset": "gisd"}], "robustness": spec})
    assert found.robustness.small_counts
    there = found.robustness.reference_rank > 0
    assert (found.robustness.rank_low[there] <= found.robustness.rank_high[there]).all()
    assert found.robustness.rank_high[there].max() > 1
