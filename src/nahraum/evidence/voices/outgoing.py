"""A study as a project for other programs (REFI-QDA): what it can hold goes along, what it cannot is told before.

A collection becomes a case with its texts and with method, space, day, place and participants as variables. An original
quotation has that for the description of its selection, as no program has a flag for it. What a team agreed on belongs
to a user of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from nahraum.base import Issue, Severity
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.evidence.voices.beside import Beside, file_of, leaves_whole, medium_of, points_of, regions_of
from nahraum.evidence.voices.categories import System
from nahraum.evidence.voices.codebooks import codes_of
from nahraum.evidence.voices.exchange.model import (
    UNSTAMPED,
    Case,
    Code,
    Codings,
    On,
    Project,
    Role,
    Selections,
    Stamp,
    Text,
    User,
    Value,
    Variable,
    fingerprint,
)
from nahraum.evidence.voices.studies.terms import Collection
from nahraum.evidence.voices.texts import Segment

QUOTATION = ("Original quotation", "Originalzitat")
AGREED = ("Agreed by the team", "Im Team vereinbart")
MEMO_NAME = "Memo"  # in both languages
NO_LONGER = ("No longer in force", "Nicht mehr in Kraft")
METHOD, SPACE, DAY = ("Method", "Methode"), ("Social space or area", "Sozialraum oder Gebiet"), ("Day", "Tag")
PLACE, PARTICIPANTS = ("Where it took place", "Ort"), ("Participants", "Teilnehmende")
ABOUT_COLLECTIONS = frozenset((*METHOD, *SPACE, *DAY, *PLACE, *PARTICIPANTS))


class About(StrEnum):
    """What a memo is about."""

    STUDY = "study"
    CATEGORY = "category"
    TEXT = "text"
    CODING = "coding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A frozen text of a collection (its id). ``segments``: what is known of its stretches."""

    id: str
    collection: str
    name: str
    text: str
    variables: Mapping[str, str] = field(default_factory=dict)
    segments: Sequence[Segment] = ()


class Marked(NamedTuple):
    """A coding: ``text`` is a number, ``coder`` the id of a user; empty where the team agreed on it."""

    id: str
    text: int
    coder: str
    category: str
    start: int
    end: int
    is_quotation: bool
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A memo; ``target``: id of what it is about, empty for the study."""

    id: str
    about: About
    target: str
    words: str
    author: str
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """All that leaves a study. ``former``: names of categories that codings stand at and that are not in force.

    ``beside``: photographs and recordings that leave, at most one for each text.
    """

    id: str
    title: str
    users: Sequence[User]
    system: System
    collections: Sequence[Collection]
    spaces: Mapping[str, str]
    texts: Sequence[Written]
    codings: Sequence[Marked]
    remarks: Sequence[Remark]
    former: Mapping[str, str] = field(default_factory=dict)
    beside: Sequence[Beside] = ()

    def guid(self, *parts: object) -> str:
        """Return a GUID that is always the same for one thing of this study."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "\0".join(map(str, ("nahraum", self.id, *parts)))))


def project_of(study: Study) -> Project:
    """Return a study as a project: same study, same project."""
    notes = _by_target(study.remarks)
    names = sorted({name for each in study.texts for name in each.variables})
    of_texts = {name: study.guid("variable", "text", name) for name in names}
    selections, codings = _codings(study, notes)
    agreed = User(guid=study.guid("agreed"), name=_("Agreed by the team"))
    beside = {each.text: each for each in study.beside}
    values = {
        each.id: tuple(Value(variable=of_texts[name], value=value) for name, value in each.variables.items())
        for each in study.texts
    }
    accompanied = [each for each in study.texts if each.id in beside]
    return Project(
        name=study.title,
        origin="Nahraum",
        notes=notes.get((About.STUDY, ""), ()),
        users=(*study.users, *([agreed] if any(not each.coder for each in study.codings) else [])),
        codes=_codes(study, notes),
        variables=(*(Variable(guid=guid, name=name) for name, guid in of_texts.items()), *_variables(study)),
        cases=tuple(_case(study, each) for each in study.collections),
        texts=(
            *(
                _text(each, beside.get(each.id), notes.get((About.TEXT, each.id), ()), values[each.id])
                for each in study.texts
            ),
            *(
                Text(
                    guid=each.id,
                    name=MEMO_NAME,
                    role=Role.NOTE,
                    text=each.words,
                    sha256=fingerprint(each.words),
                    stamp=Stamp(each.author, moment(each.made)),
                )
                for each in study.remarks
            ),
        ),
        media=tuple(medium_of(beside[each.id], each.name, values[each.id]) for each in accompanied),
        regions=tuple(
            region
            for n, each in enumerate(accompanied)
            for region in regions_of(each.id, each.text, each.segments, n, beside[each.id].pixels)
        ),
        selections=selections,
        codings=codings,
        files={file_of(each): each.content for each in study.beside},
    )


def _text(each: Written, beside: Beside | None, notes: tuple[str, ...], values: tuple[Value, ...]) -> Text:
    """Return a text; beside a photograph it describes that, and a transcript has no place for values of its own."""
    text = Text(guid=each.id, name=each.name, text=each.text, sha256=fingerprint(each.text), notes=notes, values=values)
    if beside is None:
        return text
    if beside.pixels:
        return replace(text, role=Role.DESCRIPTION, owner=beside.id)
    return replace(text, role=Role.TRANSCRIPT, owner=beside.id, values=(), points=points_of(each.id, each.segments))


def moment(when: datetime) -> str:
    """Return a moment as XML Schema writes it, in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _by_target(remarks: Sequence[Remark]) -> dict[tuple[About, str], tuple[str, ...]]:
    found: dict[tuple[About, str], tuple[str, ...]] = {}
    for each in remarks:
        found[each.about, each.target] = (*found.get((each.about, each.target), ()), each.id)
    return found


def _codes(study: Study, notes: Mapping[tuple[About, str], tuple[str, ...]]) -> tuple[Code, ...]:
    former = [Code(guid=id, name=name, parent=study.guid("former")) for id, name in study.former.items()]
    if former:
        former.insert(0, Code(guid=study.guid("former"), name=_("No longer in force"), is_codable=False))
    codes = (*codes_of(study.system), *former)
    return tuple(
        Code(
            guid=each.guid,
            name=each.name,
            parent=each.parent,
            description=each.description,
            color=each.color,
            is_codable=each.is_codable,
            notes=notes.get((About.CATEGORY, each.guid), ()),
        )
        for each in codes
    )


def _variables(study: Study) -> list[Variable]:
    names = {"method": METHOD, "space": SPACE, "day": DAY, "place": PLACE, "participants": PARTICIPANTS}
    kinds = {"day": "Date", "participants": "Integer"}
    return [
        Variable(guid=study.guid("variable", "case", key), name=_(english), kind=kinds.get(key, "Text"))
        for key, (english, _german) in names.items()
    ]


def _case(study: Study, each: Collection) -> Case:
    media = {beside.text: beside.id for beside in study.beside}
    space = study.spaces.get(each.space, each.space) if each.space else None
    told = {
        "method": ("Text", each.method.label),
        "space": ("Text", space),
        "day": ("Date", each.day.isoformat() if each.day else None),
        "place": ("Text", each.place or None),
        "participants": ("Integer", None if each.participants is None else str(each.participants)),
    }
    return Case(
        guid=each.id,
        name=each.name,
        values=tuple(
            Value(variable=study.guid("variable", "case", key), kind=kind, value=value)
            for key, (kind, value) in told.items()
        ),
        sources=tuple(media.get(text.id, text.id) for text in study.texts if text.collection == each.id),
    )


def _codings(study: Study, notes: Mapping[tuple[About, str], tuple[str, ...]]) -> tuple[Selections, Codings]:
    """Return one selection for each stretch and flag, with all that coded it."""
    codes = {code.guid: n for n, code in enumerate(_codes(study, {}))}
    coders = {each.guid: n for n, each in enumerate(study.users)} | {"": len(study.users)}
    rows = study.codings
    keys = [(each.text, each.start, each.end, each.is_quotation) for each in rows]
    number = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    told = _("Original quotation")
    nothing = ("",) * len(number)
    columns = np.array([key[:3] for key in number], dtype=np.int64).reshape(-1, 3)
    selections = Selections(
        guid=tuple(study.guid("selection", study.texts[text].id, *place) for text, *place in number),
        text=columns[:, 0],
        start=columns[:, 1],
        end=columns[:, 2],
        name=nothing,
        description=tuple(told if is_quotation else "" for *_place, is_quotation in number),
        stamp=(UNSTAMPED,) * len(number),
        first=nothing,
        last=nothing,
    )
    codings = Codings(
        guid=tuple(each.id for each in rows),
        coder=np.array([coders[each.coder] for each in rows], dtype=np.int64),
        code=np.array([codes[each.category] for each in rows], dtype=np.int64),
        on=np.full(len(rows), On.SELECTION, dtype=np.int64),
        number=np.array([number[key] for key in keys], dtype=np.int64),
        created=tuple(moment(each.made) for each in rows),
        notes=tuple((row, note) for row, each in enumerate(rows) for note in notes.get((About.CODING, each.id), ())),
    )
    return selections, codings


ALWAYS = (
    gettext_noop("The register of invitations and the keys of the pseudonyms never leave."),
    gettext_noop(
        "Texts leave as they were frozen, with their pseudonyms. Original files stay here, but for photographs and "
        "recordings that are given along."
    ),
    gettext_noop("Collections leave with name, method, space, day, place and number of participants, and no more."),
    gettext_noop("Leading questions, work packages and the reason for the areas stay here."),
)
SEGMENTS = gettext_noop(
    "Stretches with speaker, time, question, page or place in a photograph, of which only the words leave: {count}."
)
VERSIONS = gettext_noop("Earlier versions of the category system stay here.")
KINDS = gettext_noop("That a category is inductive, or is being split, stays here.")
FORMER = gettext_noop("Categories no longer in force that hold codings leave under a heading of their own: {count}.")
REMOVED = gettext_noop("Codings that were taken back stay here: {count}.")
HIDDEN = gettext_noop(
    "Photographs and recordings of which nobody stated that the whole team may see or hear them stay here: {count}."
)
LARGE = gettext_noop("Photographs and recordings that have no room left in one project stay here: {count}.")
FURTHER = gettext_noop("Further recordings of a text of which something leaves already stay here: {count}.")


def left_here(
    study: Study, *, removed: int = 0, hidden: int = 0, large: int = 0, further: int = 0
) -> tuple[Issue, ...]:
    """Return what of a study no project holds; ``removed``: codings that were taken back.

    Of photographs and recordings: ``hidden`` from the team, too ``large`` together, ``further`` ones of one text.
    """
    pixels = {each.text: each.pixels for each in study.beside}
    segments = sum(
        each.id not in pixels or not leaves_whole(one, pixels[each.id]) for each in study.texts for one in each.segments
    )
    counts = {
        SEGMENTS: segments,
        VERSIONS: study.system.version - 1,
        KINDS: len(study.system.categories),
        FORMER: len(study.former),
        REMOVED: removed,
        HIDDEN: hidden,
        LARGE: large,
        FURTHER: further,
    }
    return (
        *(_stays(message, 0) for message in ALWAYS),
        *(_stays(message, count) for message, count in counts.items() if count),
    )


def _stays(message: str, count: int) -> Issue:
    return Issue(code="exchange-stays", severity=Severity.NOTICE, message=message, params={"count": count})
