"""What is asked in a collection, and the signs by which a filled template is known again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop, speaking

COLLECTION = re.compile(r"[A-Za-z0-9][\w-]{0,63}", re.ASCII)
# The line and the words stay the same in every language, for the file comes back to whoever reads it.
CODE = re.compile(r"Nahraum-Vorlage:\s*([A-Za-z0-9][\w-]{0,63})\s*/\s*(\d{1,6})\b", re.ASCII)
QUESTION = re.compile(r"\s*(?:Frage|Question)\s+(\d{1,4})\s*[:.]\s*(.*)", re.DOTALL)
HINTS = (
    gettext_noop(
        "[Note: Please leave the headings and the small line above as they are; by them the answers find their place. "
        "Write beneath each question as much as you like. Please write no names of participants.]"
    ),
    gettext_noop("[Note: key points or whole sentences; mark verbatim quotations.]"),
)
UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """A block of a guide: its title, which may be empty, and its questions."""

    title: str = ""
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What is asked in one collection: its id, the version of the guide, and questions in blocks.

    ``space``, ``date`` and ``kind`` (World Café, interview, ...) are shown as they stand; questions are numbered
    through all blocks, from 1. Raises WrongRequest for an id that no code line can hold and for a guide without
    questions.
    """

    collection: str
    version: int
    title: str
    space: str = ""
    date: str = ""
    kind: str = ""
    blocks: tuple[Questions, ...]

    def __post_init__(self) -> None:
        if not COLLECTION.fullmatch(self.collection) or not 0 <= self.version < 1_000_000:
            raise WrongRequest(
                _("“{id}” cannot be the id of a collection: use letters, digits, hyphens.").format(id=self.collection)
            )
        if not any(block.questions for block in self.blocks):
            raise WrongRequest(_("The guide has no questions. Write at least one."))

    @property
    def code(self) -> str:
        """Return the line by which the filled template finds its collection."""
        return f"Nahraum-Vorlage: {self.collection}/{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a template. ``kind``: ``heading`` (with ``level``), ``body``, ``code``, ``hint`` or ``item``."""

    kind: str
    text: str = ""
    level: int = 0


def lines_of(guide: Guide, items: int = 3) -> list[Line]:
    """Return the lines of a template, whatever its format; beneath each question stand empty ``items`` of a list."""
    lines = [
        Line(kind="heading", level=1, text=plain(guide.title)),
        Line(kind="body", text=" · ".join(filter(None, map(plain, (guide.kind, guide.space, guide.date))))),
        Line(kind="code", text=guide.code),
        Line(kind="hint", text=_(HINTS[0])),
    ]
    number = 0
    for block in guide.blocks:
        lines += [Line(kind="heading", level=2, text=plain(block.title))] if block.title.strip() else []
        for question in block.questions:
            number += 1
            words = _("Question {number}: {question}").format(number=number, question=plain(question))
            lines.append(Line(kind="heading", level=3 if block.title.strip() else 2, text=words))
            lines.append(Line(kind="hint", text=_(HINTS[1])))
            lines += [Line(kind="item")] * items
    return [line for line in lines if line.text or line.kind == "item"]


def hints() -> set[str]:
    """Return the hints in every language that a template may speak."""
    found = set()
    for tongue in ("de", "en"):
        with speaking(tongue):
            found |= set(map(_, HINTS))
    return found


def plain(text: str) -> str:
    """Return one line that every document can hold."""
    return " ".join(UNPRINTABLE.sub("", text).split())
