"""A recipe's canonical text gives the same recipe back, whatever it holds; wrong recipes are refused by name."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.base import WrongRequest
from nahraum.evidence.indicators.presets import PRESETS
from nahraum.evidence.indicators.recipe import (
    Aggregate,
    Centre,
    Classify,
    Exclusion,
    HighIs,
    Impute,
    Method,
    Node,
    Normalise,
    Recipe,
    RollUp,
    Round,
    Scale,
    Select,
    Treat,
    Weights,
)
from nahraum.evidence.indicators.recipe_toml import from_mapping, replace_step, to_toml
from nahraum.evidence.indicators.terms import Domain, Indicator

DOMAINS = (Domain(id="d", name="Arbeit"), Domain(id="e", name="Wohnen"))
INDICATORS = tuple(Indicator(id=f"i{n}", name=f"Indikator {n}", domain="de"[n % 2], value=f"v{n}") for n in range(4))

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=20)
shares = st.floats(0, 1, allow_nan=False)
steps = st.one_of(
    st.builds(
        Select,
        min_inhabitants=st.floats(0, 1e6),
        flag_below=st.floats(0, 1e6),
        exclude=st.lists(st.builds(Exclusion, area=words, reason=words), max_size=2).map(tuple),
    ),
    st.builds(Treat, method=st.sampled_from(["none", "winsorise", "box_cox"]), max_points=st.integers(0, 9)),
    st.builds(Impute, min_share=shares, floor=st.none() | st.floats(-9, 9), terms=st.just(("1", "year^2"))),
    st.builds(
        Normalise,
        centre=st.sampled_from(Centre),
        scale=st.sampled_from(Scale),
        nodes=st.lists(words, max_size=2).map(tuple),
        centres=st.dictionaries(words, st.sampled_from(Centre), max_size=2),
    ),
    st.builds(Aggregate, method=st.sampled_from(Method), weights=st.sampled_from(Weights), level=st.integers(1, 3)),
    st.builds(RollUp, to=words),
    st.builds(Round, digits=st.integers(0, 12)),
    st.builds(Classify, fuzz=st.booleans(), cuts=st.lists(st.floats(-9, 9), max_size=3).map(tuple), labels=st.just(())),
)
leaves = st.builds(
    Node,
    id=st.sampled_from([each.id for each in INDICATORS]),
    name=words.filter(bool),
    weight=st.floats(0, 9, allow_nan=False),
)


@settings(max_examples=200)
@given(
    st.lists(steps, max_size=5).map(tuple),
    st.lists(leaves, min_size=1, max_size=3).map(tuple),
    words,
    st.sampled_from(HighIs),
)
def test_text_and_back(found, children, name, high_is):
    tree = Node(id="index", name=name, children=(Node(id="d", name="Arbeit", children=children),))
    recipe = Recipe(id="index", name=name, high_is=high_is, tree=tree, steps=found)
    (table,) = tomllib.loads(to_toml(recipe) + ("" if found else "steps = []\n"))["indices"]
    assert from_mapping(table, INDICATORS, DOMAINS) == recipe


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_survives_its_text(name):
    recipe = from_mapping({"id": "x", "preset": name}, INDICATORS, DOMAINS)
    (table,) = tomllib.loads(to_toml(recipe))["indices"]
    assert from_mapping(table, INDICATORS, DOMAINS) == recipe


def test_one_step_is_replaced_and_the_others_stay():
    recipe = from_mapping({"preset": "berlin"}, INDICATORS, DOMAINS)
    changed = replace_step(recipe.steps, {"step": "normalise", "level": 0, "scale": "mad"})
    differing = [(old, new) for old, new in zip(recipe.steps, changed, strict=True) if old != new]
    assert [(new.step, new.scale, new.centre) for _old, new in differing] == [("normalise", Scale.MAD, Centre.MEAN)]


@pytest.mark.parametrize(
    ("given_", "words_"),
    [
        ({"preset": "berlln"}, "berlin"),
        ({"indicators": ["i9"]}, "i9"),
        ({"weights": {"i9": 2.0}}, "i9"),
        ({"weights": {"i1": -1.0}}, "i1"),
        ({"steps": [{"step": "normalize"}]}, "normalise"),
        ({"steps": [{"step": "normalise", "scal": "mad"}]}, "scale"),
        ({"steps": [{"step": "normalise", "scale": "madd"}]}, "mad"),
        ({"preset": "berlin", "replace": [{"step": "roll_up", "to": "city"}]}, "roll_up"),
        ({"hihg_is": "bad"}, "high_is"),
    ],
)
def test_what_does_not_fit_is_named(given_, words_):
    with pytest.raises(WrongRequest) as refused:
        from_mapping(given_, INDICATORS, DOMAINS)
    assert words_ in str(refused.value)
