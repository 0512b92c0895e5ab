"""What a project brings into a study, in the study's own terms; references are numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from nahraum.base import Issue
from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.exchange.model import Code, User, no_numbers
from nahraum.evidence.voices.outgoing import About
from nahraum.evidence.voices.texts import Text

UNFIT = {"\0": "\ufffd", "\ufeff": "\u2060", "\r": "\n"}  # what no text here may hold: one sign for one sign


def fit(words: str) -> str:
    """Return words as a text may hold them; positions stay as they are."""
    for sign, instead in UNFIT.items():
        words = words.replace(sign, instead)
    return words


def line(words: str) -> str:
    """Return words as a name: one line, all of it printable."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())


class Marked(NamedTuple):
    """A coding as it is stored: ``row`` is its number in the file, ``coder`` a number; the last is who is not told."""

    row: int
    text: int
    coder: int
    code: int
    start: int
    end: int
    is_quotation: bool
    made: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marks:
    """N codings of texts as columns; ``row`` numbers them in the file, ``made``: xsd:dateTime or empty."""

    row: Ints = field(default_factory=no_numbers)
    text: Ints = field(default_factory=no_numbers)
    coder: Ints = field(default_factory=no_numbers)
    code: Ints = field(default_factory=no_numbers)
    start: Ints = field(default_factory=no_numbers)
    end: Ints = field(default_factory=no_numbers)
    is_quotation: Ints = field(default_factory=no_numbers)
    made: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of codings."""
        return len(self.row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A memo: ``number`` of the code or text, ``row`` of the coding that it is about; ``author`` as of codings."""

    about: About
    number: int
    words: str
    author: int
    made: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Texts that belong together in the file: a case, a set, or one text; ``values``: what the file says of a case."""

    name: str
    texts: tuple[int, ...]
    values: Mapping[str, str] = field(default_factory=dict)


class Brought(NamedTuple):
    """A photograph or recording beside a text (its number); ``entry``: where its bytes are in the file."""

    text: int
    entry: str
    is_photo: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Incoming:
    """A project that was read. ``groups``: ways to group its texts, the best first; each text is in one group.

    ``coders``: who coded or wrote memos; the last is who is not told. ``cases``, ``sets``: as the file has them.
    """

    name: str
    origin: str
    texts: tuple[Text, ...]
    codes: tuple[Code, ...]
    coders: tuple[User, ...]
    marks: Marks
    remarks: tuple[Remark, ...]
    groups: Mapping[str, tuple[Group, ...]]
    cases: tuple[Group, ...]
    sets: tuple[Group, ...]
    issues: tuple[Issue, ...]
    media: tuple[Brought, ...] = ()

    def text_of_coding(self, row: int) -> int:
        """Return the number of the text in which a coding stands."""
        return int(self.marks.text[int(np.searchsorted(self.marks.row, row))])
