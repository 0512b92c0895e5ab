"""An area that the recipe leaves out is not a protected one: every output says which of the two it is."""

from dataclasses import replace

import numpy as np
import pytest

from nahraum.base import State
from nahraum.base.language import speaking
from nahraum.evidence.indicators.protect import protect_edition
from nahraum.evidence.indicators.recipe import Select
from nahraum.evidence.indicators.run import run
from nahraum.evidence.indicators.show import rows
from nahraum.evidence.indicators.show.store import cell_rows
from nahraum.reports.insert import STANDARD, standard_title
from nahraum.reports.resolve import ChapterText, resolve

HARBOUR = "1306"
WORDS = "nicht im Index: weniger Einwohner*innen, als das Rezept verlangt"


def with_minimum(town, **rule):
    index = town.indices[0]
    steps = tuple(
        replace(step, min_inhabitants=300.0) if isinstance(step, Select) else step for step in index.recipe.steps
    )
    found = run(replace(index.recipe, steps=steps), town.panel, town.system)
    given = replace(town, indices=(found,), robustness=None, robustness_spec=None, dynamics=None)
    return replace(given, protection=replace(town.protection, **rule)) if rule else given


@pytest.fixture(scope="module")
def base(town):
    return with_minimum(town)


@pytest.fixture(scope="module")
def outside(base):
    return protect_edition(base)


def said(edition, text):
    with speaking("de"):
        return "".join(run.text for run in resolve(ChapterText(title="K", text=text), edition).blocks[1].runs)


def test_the_recipe_is_named_where_it_leaves_an_area_out(outside):
    with speaking("de"):
        row = next(each for each in rows.ranking(outside) if each.key == HARBOUR)
    assert (row.state, row.why) == (State.NOT_APPLICABLE, WORDS)
    assert row.small, "few people live there, and its rates are shown"
    for text in ("{{rang: index | 1306}}", "{{klasse: index | 1306}}", "{{wert: index | 1306}}"):
        assert said(outside, text) == WORDS
    last = str(outside.indices[0].periods[-1])
    cells = [
        each
        for each in cell_rows(outside)
        if each.area == HARBOUR and each.period == last and each.layer.startswith(("index", "domain"))
    ]
    assert len(cells) > 1
    assert {each.state for each in cells} == {State.NOT_APPLICABLE}


def test_an_area_with_fewer_people_than_the_protection_asks_for_is_protected_and_nothing_else(town):
    silent = protect_edition(with_minimum(town, min_inhabitants=300))
    with speaking("de"):
        row = next(each for each in rows.ranking(silent) if each.key == HARBOUR)
    assert (row.state, row.why) == (State.PROTECTED, "geschützt")
    assert HARBOUR not in silent.indices[0].excluded
    assert said(silent, "{{rang: index | 1306}}") == "geschützt"


def test_where_the_recipe_leaves_nobody_out_nothing_is_said_of_it(published):
    assert published.indices[0].excluded == {}
    with speaking("de"):
        assert not any("nicht im Index" in each.why for each in rows.ranking(published))


def test_sentences_count_the_latest_period_and_unknown_is_not_few(base):
    index, panel = base.indices[0], base.panel
    people = panel.variables["inhabitants"]
    few = {panel.areas[a] for a in np.flatnonzero(people[-1] < 300)}
    assert set(index.excluded) == few
    early = index.excluded_in(panel.periods[0])
    unknown = {panel.areas[a] for a in np.flatnonzero(np.isnan(people[0]))}
    assert unknown
    assert {early[key] for key in unknown} == {"the number of inhabitants is not known"}
    with speaking("de"):
        sentences = rows.method_sentences(base)
    period = panel.periods[-1].label
    assert f"Nicht enthalten sind {period} Gebiete mit weniger als 300 Einwohner*innen: {len(few)}." in sentences
    leaves = [panel.index_of(leaf.id) for leaf in index.recipe.tree.at(0)]
    there = np.isfinite(panel.value[leaves, -1])
    gaps = int((there.any(axis=0) & ~there.all(axis=0) & (people[-1] >= 300)).sum())
    told = [each for each in sentences if "ein Teil der Indikatoren fehlt" in each]
    assert bool(told) == bool(gaps)


def test_a_text_that_prints_a_standard_chapter_alone_has_its_title():
    with speaking("de"):
        assert standard_title("{{kapitel: zusammenfassung}}") == "Zusammenfassung"
        assert standard_title("{{ chapter: summary }}") == "Zusammenfassung"
        assert all(standard_title(f"{{{{kapitel: {each.german}}}}}") for each in STANDARD)
        assert standard_title("Vorher {{kapitel: zusammenfassung}}") == ""
        assert standard_title("{{kapitel: unbekannt}}") == ""
