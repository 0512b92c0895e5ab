"""Evidence of voices: strength as counted by hand, quotations as they stand, and what is held back stays inside."""

import numpy as np
import pytest

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
from nahraum.evidence.voices.codings import Codings
from nahraum.evidence.voices.evidence import Material, evidence
from nahraum.evidence.voices.studies.terms import Collection, Method

TEXTS = ("The bus comes twice a day.", "Nobody comes. 🚌 never")
ROWS = [(0, 0, 0, 4, 7), (0, 1, 0, 4, 7), (0, 0, 0, 8, 13), (1, 0, 0, 14, 15)]
CODINGS = Codings(*np.array(ROWS).T, np.array([len(text) for text in TEXTS]), np.ones((2, 2), dtype=bool))
MATERIAL = Material(
    texts=("sha-a", "sha-b"),
    collection=("large", "small"),
    collections={
        "large": Collection(id="large", method=Method.WORLD_CAFE, participants=8),
        "small": Collection(id="small", method=Method.WALK, participants=3),
    },
    words=lambda text, start, end: TEXTS[text][start:end],
)


def cited(behind, quoted, statement="Buses are rare.", **more):
    return evidence(
        statement,
        space="Nordstadt",
        category="mobility",
        whose="consensus",
        codings=CODINGS,
        behind=np.array(behind, dtype=int),
        quoted=np.array(quoted, dtype=int),
        material=MATERIAL,
        **more,
    )


def test_strength_counts_segments_texts_methods_and_coders():
    strength = cited([0, 1, 2, 3], []).strength
    assert (strength.segments, strength.texts, strength.coders) == (3, 2, 2)
    assert strength.methods == (Method.WORLD_CAFE, Method.WALK)


def test_a_segment_is_quoted_once_and_held_back_words_do_not_leave():
    found = cited([0, 1, 3], [0, 1, 3])
    assert [quotation.words for quotation in found.quotations] == ["bus", "🚌"]
    assert [quotation.held_back is None for quotation in found.quotations] == [True, False]
    assert [(each.words, each.text, each.start) for each in found.shown.quotations] == [
        ("bus", "sha-a", 4),
        ("", "", 0),
    ]
    assert found.shown.strength == found.strength
    assert [each.words for each in cited([3], [3], released={"small"}).shown.quotations] == ["🚌"]


def test_a_statement_that_rests_on_few_people_alone_does_not_leave():
    inside, mixed, free = cited([3], []), cited([0, 3], []), cited([3], [], released={"small"})
    assert (inside.held_back.code, mixed.held_back, free.held_back) == ("statement-held-back", None, None)
    assert inside.statement == mixed.shown.statement == free.shown.statement == "Buses are rare."
    assert (inside.shown.statement, inside.shown.id) == ("", "")  # its id would confirm a guess of the words
    assert cited([3], [], id="kept").shown.id == "kept"
    assert mixed.shown.id == mixed.id
    assert inside.shown.strength == inside.strength


def test_evidence_rests_on_something():
    for arguments, says in [(([], []), "one coded segment"), (([0], [2]), "support"), (([0], [], " "), "statement")]:
        with speaking("en"), pytest.raises(WrongRequest, match=says):
            cited(*arguments)
