"""A study with two collections, its team, and texts of it: nothing here was said by anybody."""

from __future__ import annotations

import pytest

from tests.site.cast import enter, forgetful, hire

__all__ = ["enter", "forgetful", "hire"]

PROTOCOL = (
    "Frage an alle: Was fehlt?\n"
    "Frau Güneş-Wagenknecht: Die Zwetschgenbaumallee hat keinen Spielplatz.\n"
    "Anruf unter 0214 5550123 genügt.\n"
)
RAW = PROTOCOL.encode()


@pytest.fixture
def apart(forgetful, tmp_path):
    """Keep keys and sealed files of a test to itself."""
    from django.test import override_settings

    from nahraum_site.voices.texts import searching

    searching.forget()
    with override_settings(KEYS=tmp_path / "keys", SEALED=tmp_path / "sealed"):
        yield tmp_path


@pytest.fixture
def team(apart, hire):
    """Return Ada, who leads, Cem, who codes, Rita, who reads, and Olga, who is not in the team."""
    return {name: hire(name, "researcher") for name in ("Ada", "Cem", "Rita", "Olga")}


@pytest.fixture
def study(team):
    """Return a study of theirs."""
    from nahraum_site.voices import actions
    from nahraum_site.voices.models import Member

    made = actions.begin("Nachbarschaften", team["Ada"])
    for name, part in (("Cem", Member.Part.CODER), ("Rita", Member.Part.READER)):
        Member.objects.create(study=made, user=team[name], part=part)
    return made


@pytest.fixture
def collections(study, team):
    """Return two collections of the study: a World Café and an interview."""
    from nahraum_site.voices.actions import note_collection

    given = [
        {"method": "world_cafe", "title": "Café Hafen", "space": "Hafen", "participants": 12},
        {"method": "expert_interview", "title": "Gespräch Altstadt", "space": "Altstadt", "participants": 1},
    ]
    return [note_collection(study, each, team["Ada"]) for each in given]


def imported(study, collection, user, name="protokoll.txt", content=RAW, *, replaced=True, variables=None):
    """Import a file as it comes: everything suggested is replaced, or nothing."""
    from nahraum.evidence.voices import freezing
    from nahraum_site.voices.texts import actions, queries

    source = actions.take_file(study, collection, name, content, user)
    drafts = queries.drafts_of(source)
    decisions = freezing.suggestions(drafts) if replaced else [()] * len(drafts)
    wanted = actions.Wanted(name=name, variables=variables or {}, decisions=decisions)
    return actions.freeze(source, drafts, wanted, source.version, user)
