"""What counts where nobody says so: no open direction, nothing beyond the index, no limit out of reach."""

import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from pypdf import PdfReader

from nahraum.base import Severity
from nahraum.base.language import speaking
from nahraum.evidence.indicators.edition import ProfileRule
from nahraum.evidence.indicators.profile import deviation_profile, rule_for
from nahraum.evidence.indicators.recipe_toml import from_mapping
from nahraum.evidence.indicators.show.rows import variable_label
from nahraum.evidence.indicators.terms import Direction
from nahraum.projects.run import read_inputs
from nahraum.projects.work import open_directions, try_recipe
from nahraum.reports.dashboard import write_dashboard
from nahraum.reports.deviations import limits_words
from nahraum.reports.outstanding import outstanding


@pytest.fixture(scope="module")
def inputs(town_project):
    return read_inputs(town_project)


def opened(inputs, id):
    """The inputs with one indicator of which nobody said what a high value means."""

    def turned(indicators):
        return tuple(replace(each, direction=Direction.NEUTRAL) if each.id == id else each for each in indicators)

    return replace(
        inputs,
        project=replace(inputs.project, indicators=turned(inputs.project.indicators)),
        panel=replace(inputs.panel, indicators=turned(inputs.panel.indicators)),
    )


def ids(recipe):
    return {leaf.id for leaf in recipe.tree.at(0)}


def test_an_index_that_names_none_leaves_out_open_directions_and_warns_of_named_ones(inputs):
    everything = {each.id for each in inputs.project.indicators}
    there = opened(inputs, "kita")
    assert ids(from_mapping({}, there.project.indicators, there.project.domains)) == everything - {"kita"}
    assert ids(from_mapping({"indicators": ["kita"]}, there.project.indicators, there.project.domains)) == {"kita"}
    assert open_directions(there, {"indices": [{}]}) == ()
    (warning,) = open_directions(there, {"indices": [{"indicators": ["kita", "unemployment"]}]})
    assert warning.code == "direction-open"


def test_checking_a_project_names_what_an_index_leaves_out_by_itself(town_project, tmp_path):
    folder = shutil.copytree(town_project.parent, tmp_path / "town")
    text = (folder / "nahraum.toml").read_text(encoding="utf-8")
    kita = text.index('id = "kita"')
    end = text.index("\n\n", kita)
    (folder / "nahraum.toml").write_text(
        text[:kita] + re.sub('direction = "[a-z_]+"', 'direction = "neutral"', text[kita:end]) + text[end:],
        encoding="utf-8",
    )
    found = [each for each in read_inputs(folder / "nahraum.toml").issues if each.code.startswith("direction-open")]
    assert [(each.code, each.severity) for each in found] == [("direction-open-left-out", Severity.NOTICE)]
    with speaking("de"):
        assert "Kinder in Kindertagesbetreuung" in found[0].sentence


def test_where_nobody_gave_a_direction_all_count(inputs):
    bare = [replace(each, direction=Direction.NEUTRAL) for each in inputs.project.indicators]
    assert ids(from_mapping({}, bare, inputs.project.domains)) == {each.id for each in bare}


def test_an_indicator_beyond_the_index_changes_no_deviating_area(inputs):
    index = {"indicators": ["unemployment", "basic_security", "recent_arrivals"]}
    rule = {"strong": 1.2, "frequent": 2}
    found = try_recipe(inputs, {"indices": [index], "profile": rule}, with_robustness=False)
    profile = found.profile
    z = np.stack([profile.z[inputs.panel.index_of(id)] for id in index["indicators"]])
    domain = {each.id: each.domain for each in inputs.project.indicators}
    groups = {}
    for n, id in enumerate(index["indicators"]):
        groups.setdefault(domain[id], []).append(n)
    chosen = set()
    for a, key in enumerate(profile.areas):
        means = [z[group, a][np.isfinite(z[group, a])] for group in groups.values()]
        if (z[:, a] > 1.0).sum() >= 2 or any(each.size and each.mean() >= 1.2 for each in means):
            chosen.add(key)
    assert set(profile.selected) == chosen - set(found.result.excluded)
    assert chosen
    panel = found.ground.panel.during([found.period])
    everything = deviation_profile(panel, inputs.project.domains, ProfileRule(**rule))
    assert set(everything.selected) != chosen  # the catalogue holds more than the index


@pytest.mark.parametrize(("count", "limit"), [(1, 1), (4, 2), (9, 4), (12, 5)])
def test_the_limit_that_nobody_set_can_be_reached(inputs, count, limit):
    named = tuple(each.id for each in inputs.project.indicators if each.direction is not Direction.NEUTRAL)[:count]
    found = deviation_profile(inputs.panel, inputs.project.domains, ProfileRule(indicators=named))
    assert found.rule.frequent == limit
    assert f" {limit} " in limits_words(found.rule)


def test_a_rule_that_names_its_indicators_keeps_them(town):
    recipe = town.indices[0].recipe
    own = ProfileRule(indicators=("kita",))
    assert rule_for(own, recipe) is own
    assert set(rule_for(ProfileRule(), recipe).indicators) == ids(recipe)


def test_a_variable_without_a_label_is_named_readably_and_the_population_is_people(published):
    there = replace(published, population="einwohner_insgesamt", variable_labels={})
    with speaking("de"):
        assert variable_label(there, "einwohner_insgesamt") == "Einwohner*innen"
        assert variable_label(there, "haushalte_mit_kindern") == "Haushalte mit kindern"
        assert variable_label(replace(there, variable_labels={"x": "Zimmer"}), "x") == "Zimmer"


def test_the_sheet_says_by_what_it_is_ordered_and_names_the_limits_nobody_reaches(published, tmp_path):
    path = tmp_path / "blick.pdf"

    def text(rows):
        write_dashboard(published, rows, path)
        return " ".join(PdfReader(path).pages[0].extract_text().replace("\xad\n", "").split())

    assert "bei gleicher Zahl" in text(outstanding([published]))
    nobody = text(())
    assert "Kein Gebiet erreicht diese Grenzen." in nobody
    assert "mindestens 10 Indikatoren" in nobody
