"""A year of which only some indicators have come: warned of, asked about, not opened first, and never out of reach."""

from dataclasses import replace

import numpy as np
import pytest

from nahraum.base import State
from nahraum.base.language import speaking
from tests.site.cast import enter, forgetful, hire, words
from tests.site.test_editions import copy, people, stage, step

__all__ = ["copy", "enter", "forgetful", "hire", "people"]
TOLD = "2025: 11 von 16 Indikatoren haben noch keine Werte; ohne jeden Wert: Kinder und Jugendliche."


def without(panel, gone):
    """The panel with no value of these indicators in its last period."""
    value, state = panel.value.copy(), panel.state.copy()
    value[gone, -1], state[gone, -1] = np.nan, State.MISSING
    return replace(panel, value=value, state=state)


def all_but_first(inputs_or_edition, recipe):
    return [inputs_or_edition.panel.index_of(leaf.id) for leaf in recipe.tree.at(0)][1:]


@pytest.fixture
def lacking(edition, people, copy):
    """Return a draft of which an index has a period that is not whole."""
    told = {language: {**said, "incomplete": [TOLD]} for language, said in edition.words.items()}
    return copy(people["Petra"][0], words=told)


def test_submitting_and_publishing_ask_once_more(people, lacking):
    for who, which, before, after in (
        ("Petra", "vorlegen", "draft", "review"),
        ("Rita", "veroeffentlichen", "review", "published"),
    ):
        client = people[who][1]
        page = words(client.get(f"/ausgaben/{lacking.uuid}/"))
        assert TOLD in page
        assert 'name="confirmed"' in page
        assert "Trotzdem" in page
        answer = client.post(f"/ausgaben/{lacking.uuid}/{which}/", {"words": "gut"}, follow=True)
        assert "Bitte" in words(answer)
        assert stage(lacking) == before
        step(client, lacking, which)
        assert stage(lacking) == after


def test_a_whole_edition_is_submitted_without_a_question(people, copy):
    draft = copy(people["Petra"][0])
    page = words(people["Petra"][1].get(f"/ausgaben/{draft.uuid}/"))
    assert 'name="confirmed"' not in page
    assert "noch keine Werte" not in page


def test_an_edition_keeps_what_it_lacks(edition, published):
    from nahraum_site.indicators.actions.editions import _words

    panel = without(published.panel, all_but_first(published, published.indices[0].recipe))
    with speaking("de"):
        assert _words(published, lambda _core: "")["incomplete"] == []
        (told,) = _words(replace(published, panel=panel), lambda _core: "")["incomplete"]
    count = len(published.indices[0].recipe.tree.at(0))
    assert told.startswith(f"2024: {count - 1} von {count} Indikatoren haben noch keine Werte; ohne jeden Wert: ")


def test_the_atlas_opens_with_the_period_of_the_edition_and_shows_every_other(people, copy):
    from nahraum_site.indicators import queries

    draft = copy(people["Petra"][0], profile_period="2022")
    assert queries.atlas(draft, "", "").period.period == "2022"
    assert queries.atlas(draft, "", "2024").period.period == "2024"
    assert queries.atlas(draft, "", "1950").period.period == "2022"
    page = words(people["Petra"][1].get(f"/atlas/?ausgabe={draft.uuid}"))
    assert '<option value="2022" selected>' in page
    assert '<option value="2024">' in page
    other = copy(people["Petra"][0], profile_period="1950")
    assert queries.atlas(other, "", "").period.period == "2024"


def test_the_workbench_warns_and_opens_with_the_year_before(people, monkeypatch):
    from nahraum_site.indicators import assembly

    ready = assembly.ready(assembly.stock())
    leaves = assembly.latest_recipe().parts["indices"][0]
    inputs = ready.inputs
    from nahraum.projects.work import try_recipe

    recipe = try_recipe(inputs, {"indices": [leaves]}, with_robustness=False).recipe
    panel = without(inputs.panel, all_but_first(inputs, recipe))
    monkeypatch.setattr(assembly, "ready", lambda _stock: replace(ready, inputs=replace(inputs, panel=panel)))
    client = people["Petra"][1]
    page = words(client.get("/werkstatt/"))
    assert "Indikatoren haben noch keine Werte; ohne jeden Wert:" in page
    assert '<option value="2023" selected>' in page
    assert '<option value="2024" selected>' in words(client.get("/werkstatt/?zeit=2024"))


def test_the_workbench_names_no_area_as_deviating_that_the_recipe_leaves_out(edition):
    from nahraum.projects.work import try_recipe
    from nahraum_site.indicators import assembly
    from nahraum_site.indicators.workbench_shown import shown

    inputs = assembly.ready(assembly.stock()).inputs

    def deviating(**more):
        index = {**assembly.latest_recipe().parts["indices"][0], **more}
        trial = try_recipe(inputs, {"indices": [index]}, with_robustness=False)
        return [row["key"] for row in shown(trial, None, inputs.project.indicators, "", None)["deviating"]]

    first, *rest = sorted(deviating())
    out = {"step": "select", "exclude": [{"area": first, "reason": "Hafen"}]}
    steps = assembly.latest_recipe().parts["indices"][0].get("steps")
    if steps:
        found = deviating(steps=[out if each["step"] == "select" else each for each in steps])
    else:
        found = deviating(replace=[out])
    assert first not in found
    assert sorted(found) == rest


def test_an_areas_page_lists_every_indicator_of_the_index(edition):
    from nahraum_site.indicators import portrait, queries
    from nahraum_site.indicators.models import Cell
    from nahraum_site.indicators.views.areas import _profile

    everybody = {each.key: each for each in queries.areas(edition)}
    place = next(iter(everybody.values()))
    gone = min(edition.counted)
    Cell.objects.filter(layer__edition=edition, layer__key=gone, period=edition.profile_period).delete()
    rows = _profile(edition, queries.area(edition, place), portrait.Standings.of(edition), everybody)
    assert edition.counted <= {row["layer"].key for row in rows}
    (row,) = [row for row in rows if row["layer"].key == gone]
    with speaking("de"):
        assert State(row["cell"].state).label == "kein Wert"
