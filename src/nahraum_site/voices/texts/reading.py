"""What a file of a collection is, and the drafts that it gives; nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nahraum.base import BadInput
from nahraum.evidence.voices.texts import Answers, Text, filled, read, suggested

TABLES = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
TEXT, TEMPLATE, SURVEY = "text", "template", "survey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a file is, the collection that it names (a filled template does), and how it is read."""

    kind: str
    collection: str
    answers: Mapping[str, Any] | None


def look(name: str, content: bytes) -> Looked:
    """Look at a file that came. Raises BadInput where it cannot be read, so that it need not be taken."""
    if name.lower().endswith(TABLES):
        answers = suggested(name, content)
        read(name, content, answers=answers)
        return Looked(kind=SURVEY, collection="", answers=_plain(answers))
    try:
        return Looked(kind=TEMPLATE, collection=filled(name, content).collection, answers=None)
    except BadInput as error:
        if all(each.code != "template-unknown" for each in error.issues):
            raise
    read(name, content)
    return Looked(kind=TEXT, collection="", answers=None)


def drafts(kind: str, name: str, content: bytes, answers: Mapping[str, Any] | None) -> tuple[Text, ...]:
    """Return the texts of a file, not yet pseudonymised. Raises BadInput where it cannot be read so."""
    if kind == TEMPLATE:
        return (filled(name, content).text,)
    return read(name, content, answers=answers_of(answers) if kind == SURVEY and answers else None)


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
