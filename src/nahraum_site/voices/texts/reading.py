"""What a file of a collection is, and the drafts that it gives; nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nahraum.base import BadInput
from nahraum.evidence.voices.texts import (
    Answers,
    Card,
    Text,
    cards_text,
    cleaned,
    filled,
    is_picture,
)
from nahraum.evidence.voices.texts.elsewhere import read, suggested

TABLES = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
TEXT, TEMPLATE, SURVEY, PHOTO = "text", "template", "survey", "photo"
RECORDING = "recording"  # is never read: it lies beside a text


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a file is, the collection that it names (a filled template does), how it is read, and what of it is kept.

    ``answers``: of a survey table, its columns; of a photograph, its cards and whether the team sees it.
    """

    kind: str
    collection: str
    answers: Mapping[str, Any] | None
    content: bytes


def look(name: str, content: bytes) -> Looked:
    """Look at a file that came. Raises BadInput where it cannot be read, so that it need not be taken."""
    if is_picture(content):
        return Looked(kind=PHOTO, collection="", answers={"cards": [], "shown": False}, content=cleaned(name, content))
    if name.lower().endswith(TABLES):
        answers = suggested(name, content)
        read(name, content, answers=answers)
        return Looked(kind=SURVEY, collection="", answers=_plain(answers), content=content)
    try:
        collection = filled(name, content).collection
        return Looked(kind=TEMPLATE, collection=collection, answers=None, content=content)
    except BadInput as error:
        if all(each.code != "template-unknown" for each in error.issues):
            raise
    read(name, content)
    return Looked(kind=TEXT, collection="", answers=None, content=content)


def drafts(kind: str, name: str, content: bytes, answers: Mapping[str, Any] | None) -> tuple[Text, ...]:
    """Return the texts of a file, not yet pseudonymised. Raises BadInput where it cannot be read so."""
    if kind == TEMPLATE:
        return (filled(name, content).text,)
    if kind == PHOTO and answers:
        return (cards_text(name, map(card_of, answers["cards"])),)
    return read(name, content, answers=answers_of(answers) if kind == SURVEY and answers else None)


def card_of(plain: Mapping[str, Any]) -> Card:
    """Return a card, from how it is kept."""
    return Card(words=plain["words"], area=tuple(plain["area"]) if plain["area"] else None)


def answers_of(plain: Mapping[str, Any]) -> Answers:
    """Return how a table is read, from how it is kept."""
    return Answers(**{**plain, "variables": tuple(plain["variables"])})


def _plain(answers: Answers) -> dict[str, Any]:
    return {
        "answer": answers.answer,
        "variables": list(answers.variables),
        "sheet": answers.sheet,
        "header_row": answers.header_row,
    }
