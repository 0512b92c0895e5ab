"""A study of Musterstadt: Rita leads it, Nora codes, Lars reads; Otto plans elsewhere and belongs to no team."""

from __future__ import annotations

import pytest

from tests.site.cast import enter, forgetful, hire, words

__all__ = ["at", "enter", "forgetful", "hire", "lars", "nora", "otto", "rita", "study", "typed", "words"]


@pytest.fixture
def rita(edition, hire):
    return hire("Rita", "researcher")


@pytest.fixture
def nora(hire):
    return hire("Nora", "neighbourhood_manager")


@pytest.fixture
def lars(hire):
    return hire("Lars", "contact")


@pytest.fixture
def otto(hire):
    return hire("Otto", "planner", "administrator")


@pytest.fixture
def study(rita, nora, lars):
    """Return the study, in two areas."""
    from nahraum_site.voices import actions

    made = actions.begin("Am Hafen", rita)
    actions.change_plan(made, {"spaces": ["1306", "1301"]}, 1, rita)
    made.refresh_from_db()
    actions.set_team(made, {rita.pk: "lead", nora.pk: "coder", lars.pk: "reader"}, 2, rita)
    made.refresh_from_db()
    return made


def at(study, rest="") -> str:
    return f"/studien/{study.uuid}/{rest}"


def typed(answer) -> dict[str, str]:
    """Return the fields of the form of a page as a browser would send them."""
    form = answer.context["form"]
    found = {field.html_name: field.value() for field in form}
    return {
        name: form.fields[name].prepare_value(value) if hasattr(form.fields[name], "prepare_value") else value
        for name, value in found.items()
        if value is not None
    }
