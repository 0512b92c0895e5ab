"""What a project for exchange holds: everything that REFI-QDA 1.5 can tell, in memory, references as GUIDs.

GUIDs are lower case without braces. Users, codes, cases, sets, variables and codings each have GUIDs of their own;
whatever else has one (sources, texts, selections, regions, links) shares a single space. An empty string means that the
file says nothing. Times stay as they were written (xsd:dateTime).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path
from types import MappingProxyType

import numpy as np

from nahraum.evidence.voices.codings import Codings as Counted
from nahraum.evidence.voices.codings import Ints

Guids = tuple[str, ...]
Strings = tuple[str, ...]
NOWHERE = -1


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8, which identifies it."""
    return hashlib.sha256(text.encode()).hexdigest()


def no_numbers() -> Ints:
    """Return a column without rows."""
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who made and who changed something, and when; users as GUIDs."""

    creator: str = ""
    created: str = ""
    modifier: str = ""
    modified: str = ""


UNSTAMPED = Stamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A coder; ``id`` is the other program's own name for the person."""

    guid: str
    name: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A category. Names may repeat; ``parent`` is a GUID or empty. A parent stands before its children."""

    guid: str
    name: str
    parent: str = ""
    description: str = ""
    color: str = ""
    is_codable: bool = True
    notes: Guids = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable of cases and sources; ``kind`` is Text, Boolean, Integer, Float, Date or DateTime."""

    guid: str
    name: str
    kind: str = "Text"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a variable says: as XML Schema writes a value of this kind. None: missing."""

    variable: str
    kind: str = "Text"
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A unit of observation with what belongs to it; its GUID may equal a code's (NVivo)."""

    guid: str
    name: str = ""
    description: str = ""
    codes: Guids = ()
    values: tuple[Value, ...] = ()
    sources: Guids = ()
    selections: Guids = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A set of codes, sources and notes."""

    guid: str
    name: str
    description: str = ""
    codes: Guids = ()
    sources: Guids = ()
    notes: Guids = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relation between two things, named by their GUIDs; NVivo hangs annotations on selections this way."""

    guid: str
    name: str = ""
    direction: str = ""
    color: str = ""
    origin: str = ""
    target: str = ""
    notes: Guids = ()


class Role(StrEnum):
    """What a text is for: a source of its own, a memo, or the words of a medium, page or picture."""

    SOURCE = "source"
    NOTE = "note"
    DESCRIPTION = "description"
    REPRESENTATION = "representation"
    TRANSCRIPT = "transcript"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPoint:
    """Where in the text (code points) a moment of the recording (ms) is; None: not told."""

    guid: str
    milliseconds: int | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text in the house's convention, or None where it is missing; then ``path`` says where it should have been.

    ``owner``: the medium or region that a description, representation or transcript belongs to. ``rich_path``: the
    formatted original, if ``Project.files`` holds it.
    """

    guid: str
    name: str = ""
    role: Role = Role.SOURCE
    owner: str = ""
    text: str | None = None
    sha256: str = ""
    path: str = ""
    rich_path: str = ""
    description: str = ""
    notes: Guids = ()
    values: tuple[Value, ...] = ()
    points: tuple[SyncPoint, ...] = ()
    stamp: Stamp = UNSTAMPED


class Kind(StrEnum):
    """Kinds of media, as the standard names them."""

    PICTURE = "Picture"
    PDF = "PDF"
    AUDIO = "Audio"
    VIDEO = "Video"


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A picture, PDF or recording; its bytes are behind ``path`` in ``Project.files``, if they came along."""

    guid: str
    kind: Kind
    name: str = ""
    path: str = ""
    current_path: str = ""
    description: str = ""
    notes: Guids = ()
    values: tuple[Value, ...] = ()
    stamp: Stamp = UNSTAMPED


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A stretch of a medium: ``place`` is (x, y, x, y) of a picture, (page, x, y, x, y) of a PDF, or (ms, ms)."""

    guid: str
    medium: int
    place: tuple[int, ...]
    name: str = ""
    description: str = ""
    notes: Guids = ()
    stamp: Stamp = UNSTAMPED


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selections:
    """N stretches of texts, as columns; one without a coding is an annotation.

    ``start`` and ``end`` are code points; of a missing text they are what the file says; NOWHERE where nothing tells.
    ``first`` and ``last`` are sync points of a transcript. ``notes``: pairs of row and memo.
    """

    guid: Strings = ()
    text: Ints = field(default_factory=no_numbers)
    start: Ints = field(default_factory=no_numbers)
    end: Ints = field(default_factory=no_numbers)
    name: Strings = ()
    description: Strings = ()
    stamp: tuple[Stamp, ...] = ()
    first: Strings = ()
    last: Strings = ()
    notes: tuple[tuple[int, str], ...] = ()

    @classmethod
    def plain(cls, guid: Strings, text: Ints, start: Ints, end: Ints) -> Selections:
        """Return stretches of which nothing more is known."""
        nothing = ("",) * len(guid)
        return cls(
            guid=guid, text=text, start=start, end=end, name=nothing, description=nothing,
            stamp=(UNSTAMPED,) * len(guid), first=nothing, last=nothing,
        )  # fmt: skip

    def __len__(self) -> int:
        """Return the number of selections."""
        return len(self.guid)


class On(IntEnum):
    """What a coding stands on."""

    SELECTION = 0
    TEXT = 1
    REGION = 2
    MEDIUM = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Codings:
    """N codings, as columns: ``coder`` (NOWHERE: not told) and ``code`` are numbers; ``number`` counts among ``on``."""

    guid: Strings = ()
    coder: Ints = field(default_factory=no_numbers)
    code: Ints = field(default_factory=no_numbers)
    on: Ints = field(default_factory=no_numbers)
    number: Ints = field(default_factory=no_numbers)
    created: Strings = ()
    notes: tuple[tuple[int, str], ...] = ()

    def __len__(self) -> int:
        """Return the number of codings."""
        return len(self.guid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Where the bytes of a medium are: an entry of an archive, or a file of its own where ``entry`` is empty."""

    archive: Path
    entry: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Bytes of a medium that lie open on no disk: ``parts`` gives them when they are wanted, or raises WrongRequest."""

    parts: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Project:
    """One project, whole. ``graphs``: XML elements as they came, legal in themselves."""

    name: str
    origin: str = ""
    description: str = ""
    base_path: str = ""
    stamp: Stamp = UNSTAMPED
    notes: Guids = ()
    users: tuple[User, ...] = ()
    codes: tuple[Code, ...] = ()
    variables: tuple[Variable, ...] = ()
    cases: tuple[Case, ...] = ()
    texts: tuple[Text, ...] = ()
    media: tuple[Medium, ...] = ()
    regions: tuple[Region, ...] = ()
    selections: Selections = field(default_factory=Selections)
    codings: Codings = field(default_factory=Codings)
    links: tuple[Link, ...] = ()
    sets: tuple[Group, ...] = ()
    graphs: tuple[str, ...] = ()
    files: Mapping[str, Packed | Held] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def annotations(self) -> Ints:
        """Return the numbers of the selections that nobody coded."""
        coded = self.codings.number[self.codings.on == On.SELECTION]
        return np.setdiff1d(np.arange(len(self.selections)), coded)


def counted(project: Project) -> Counted:
    """Return the codings of stretches and whole texts as columns to count; the last coder is who is not told.

    Left out: codings of media, of texts that are missing and of stretches without a place. A file does not tell who
    worked on a text without coding anything: ``worked`` knows only who coded in it.
    """
    row, text, start, end = stretches(project)
    codings = project.codings
    length = np.array([len(text.text or "") for text in project.texts], dtype=np.int64)
    coder = np.where(codings.coder == NOWHERE, len(project.users), codings.coder)[row]
    worked = np.zeros((len(project.users) + 1, len(project.texts)), dtype=bool)
    worked[coder, text] = True
    return Counted(text, coder, codings.code[row], start, end, length, worked)


def stretches(project: Project) -> tuple[Ints, Ints, Ints, Ints]:
    """Return row, text, start and end of the codings that stand on a stretch of a text, or on all of it."""
    codings, marked = project.codings, project.selections
    number, stretch = codings.number, codings.on == On.SELECTION
    whole = codings.on == On.TEXT
    length = np.array([len(text.text or "") for text in project.texts], dtype=np.int64)
    text, start, end = (np.full(len(codings), NOWHERE, dtype=np.int64) for _column in range(3))
    text[whole], start[whole], end[whole] = number[whole], 0, length[number[whole]]
    for column, source in ((text, marked.text), (start, marked.start), (end, marked.end)):
        column[stretch] = source[number[stretch]]
    there = np.array([text.text is not None for text in project.texts], dtype=bool)
    kept = (text != NOWHERE) & (start != NOWHERE)
    kept[kept] = there[text[kept]]
    return np.flatnonzero(kept), text[kept], start[kept], end[kept]
