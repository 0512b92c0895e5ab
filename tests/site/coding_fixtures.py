"""A text to code, its categories, and how a page asks. Nothing here was said by anybody."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest

from tests.site.texts_fixtures import apart, collections, enter, forgetful, hire, imported, study, team

__all__ = [
    "apart",
    "at",
    "code",
    "collections",
    "enter",
    "forgetful",
    "hire",
    "step",
    "study",
    "system",
    "team",
    "text",
]

# An emoji is one code point and two units of UTF-16; a combining mark is a code point of its own.
SAID = "Der Platz 🌳 ist laut.\nE\u0301s fehlt ein Treff.\n\nDer Bus kommt nie 🚌🚌 pünktlich."


@pytest.fixture
def text(study, collections, team):
    """Return a text that has emoji, combining marks and an empty line."""
    (made,) = imported(study, collections[0], team["Ada"], "platz.txt", SAID.encode(), replaced=False)
    return made


@pytest.fixture
def system(study, team):
    """Return ids by name: Needs > Housing, Needs > Transport; Resources."""
    from nahraum.evidence.voices.categories import Add, Category
    from nahraum_site.voices.categories import actions

    ids = {name: str(uuid4()) for name in ("Bedarfe", "Wohnen", "Verkehr", "Ressourcen")}
    above = {"Wohnen": ids["Bedarfe"], "Verkehr": ids["Bedarfe"]}
    made = [
        Add(category=Category(id=id, name=name, parent=above.get(name), codable=name != "Bedarfe"))
        for name, id in ids.items()
    ]
    actions.change(study, made, None, team["Ada"])
    return ids


def at(study, rest="") -> str:
    return f"/studien/{study.uuid}/{rest}"


def code(study, text, rest="") -> str:
    return at(study, f"texte/{text.uuid}/kodieren/{rest}")


def step(client, study, text, kind="make", **given):
    """Send one step as the page does, and return the answer."""
    wish = {"key": str(uuid4()), "kind": kind, **given}
    if kind == "make":
        wish = {"coding": str(uuid4()), **wish}
    return client.post(code(study, text, "schritt/"), json.dumps(wish), content_type="application/json")


def page_data(client, study, text):
    """Return what the coding page tells its script."""
    page = client.get(code(study, text)).content.decode()
    return json.loads(
        re.search(r'<script id="kodier-daten" type="application/json">(.*?)</script>', page, re.DOTALL)[1]
    )
