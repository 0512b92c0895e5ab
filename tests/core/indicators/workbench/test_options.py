"""Every option is explained; forms, recipes and their text say the same."""

import dataclasses
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
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
from nahraum.evidence.indicators.recipe_toml import from_mapping, to_toml
from nahraum.evidence.indicators.terms import Indicator
from nahraum.evidence.indicators.workbench import explained
from nahraum.evidence.indicators.workbench.form import form_of, mapping_of
from nahraum.evidence.indicators.workbench.options import KINDS, NAMES, WORDS, options

INDICATORS = [Indicator(id=f"i{n}", name=f"I{n}", domain="d", value="v") for n in range(4)]


def test_every_field_of_every_part_is_explained_and_nothing_else():
    for kind in KINDS:
        assert list(explained.FIELDS[kind.__name__]) == [each.name for each in dataclasses.fields(kind)], kind
    assert set(explained.FIELDS) == {kind.__name__ for kind in KINDS}
    places = {(kind.__name__, each.name) for kind in KINDS for each in dataclasses.fields(kind)}
    assert set(WORDS) | set(NAMES) <= places


def test_each_step_of_a_recipe_is_among_the_parts():
    from nahraum.evidence.indicators.recipe import Step

    assert set(Step.__args__) <= set(KINDS)


def test_sentences_are_spoken_in_german_and_one_each():
    with speaking("en"):
        english = {(each.step, o.name): o.sentence for each in options() for o in each.options}
    german = {(each.step, o.name): o.sentence for each in options() for o in each.options}
    assert all(german[key] != english[key] for key in english)
    assert all(text.endswith(".") for text in [*german.values(), *english.values()])


def test_an_option_says_its_kind_bounds_and_default():
    by_name = {(each.step, o.name): o for each in options() for o in each.options}
    share = by_name["impute", "min_share"]
    assert (share.kind, share.low, share.high, share.default) == ("number", 0, 1, 0.5)
    scale = by_name["normalise", "scale"]
    assert (scale.kind, [c.value for c in scale.choices]) == ("choice", [str(each.value) for each in Scale])
    assert by_name["classify", "closed"].many
    assert by_name["roll_up", "to"].required
    assert by_name["impute", "floor"].may_be_empty
    assert by_name["robustness", "scales"].default == ["population_sd", "mad", "percentile_rank"]
    assert by_name["select", "exclude"].kind == "records"


word = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
number = st.floats(-1e6, 1e6)
words = st.lists(word, max_size=3).map(tuple)
over = st.sampled_from(["period", "all"])
steps = st.one_of(
    st.builds(
        Select,
        population=word,
        min_inhabitants=st.floats(0, 1e9),
        flag_below=st.floats(0, 1e9),
        exclude=st.lists(st.builds(Exclusion, area=word, reason=word, period=word | st.just("")), max_size=3).map(
            tuple
        ),
    ),
    st.builds(Treat, method=word, skewness=number, kurtosis=number, max_points=st.integers(0, 1000), over=over),
    st.builds(Impute, method=word, min_share=st.floats(0, 1), indicators=words, terms=words, floor=st.none() | number),
    st.builds(
        Normalise,
        level=st.integers(0, 9),
        centre=st.sampled_from(Centre),
        scale=st.sampled_from(Scale),
        weight=word,
        over=over,
        reference=word | st.just(""),
        low=number,
        high=number,
        nodes=words,
        centres=st.dictionaries(word, st.sampled_from(Centre), max_size=3),
    ),
    st.builds(
        Aggregate,
        level=st.integers(0, 9),
        method=st.sampled_from(Method),
        weights=st.sampled_from(Weights),
        anchor=word | st.just(""),
        scaling=st.sampled_from(Scale),
        over=over,
    ),
    st.builds(RollUp, to=word, weight=word),
    st.builds(Round, digits=st.integers(0, 12)),
    st.builds(
        Classify,
        id=word,
        name=word | st.just(""),
        node=word | st.just(""),
        method=word,
        cuts=st.lists(number, max_size=4).map(tuple),
        closed=words,
        count=st.integers(2, 100),
        type=st.integers(0, 12),
        fuzz=st.booleans(),
        over=over,
        labels=words,
    ),
)
leaf = st.builds(Node, id=st.sampled_from(["i0", "i1", "i2"]), name=word, weight=st.floats(0, 9))
group = st.builds(Node, id=word, name=word, weight=st.floats(0, 9), children=st.lists(leaf, min_size=1).map(tuple))
recipes = st.builds(
    lambda key, name, children, **more: Recipe(
        id=key, name=name, preset="", tree=Node(id=key, name=name, children=children), **more
    ),
    word,
    word,
    st.lists(group, min_size=1, max_size=3).map(tuple),
    high_is=st.sampled_from(HighIs),
    steps=st.lists(steps, min_size=1, max_size=4).map(tuple),
)


@settings(max_examples=150)
@given(recipes)
def test_form_recipe_and_text_lose_nothing(recipe):
    again = from_mapping(mapping_of(form_of(recipe)), INDICATORS, [])
    assert again == recipe
    table = tomllib.loads(to_toml(again))["indices"][0]
    assert from_mapping(table, INDICATORS, []) == recipe
    assert to_toml(again) == to_toml(recipe)


def test_what_is_typed_with_a_comma_is_a_number_and_what_is_none_is_refused_by_name():
    form = {"steps.0.step": "impute", "steps.0.min_share": "0,75"}
    assert mapping_of(form)["steps"][0]["min_share"] == 0.75
    with pytest.raises(WrongRequest, match=r"steps\[1\]\.min_share"):
        mapping_of({**form, "steps.0.min_share": "drei Viertel"})
    with pytest.raises(WrongRequest, match="min_shar"):
        mapping_of({"steps.0.step": "impute", "steps.0.min_shar": "1"})
    with pytest.raises(WrongRequest, match="nichts"):
        mapping_of({"nichts": "1"})


def test_a_hundred_thousand_steps_are_no_form():
    with pytest.raises(WrongRequest):
        mapping_of({f"steps.{n}.step": "round" for n in range(500)})


@pytest.mark.parametrize("key", ["steps", "steps.x.step", "tree.children.a.id", "tree", "steps.0", "name.x", "", "."])
def test_no_key_of_a_form_ends_in_a_traceback(key):
    with pytest.raises(WrongRequest):
        from_mapping(mapping_of({key: "1", "preset": "berlin"}), INDICATORS, [])
