"""Gather a project while its XML goes by: what is known so far, before references and positions are settled."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from nahraum.base import Severity
from nahraum.evidence.voices.exchange.archive import Archive
from nahraum.evidence.voices.exchange.dialect import Written
from nahraum.evidence.voices.exchange.markup import Element
from nahraum.evidence.voices.exchange.model import (
    Case,
    Code,
    Group,
    Guids,
    Link,
    Medium,
    On,
    Packed,
    Region,
    Stamp,
    Text,
    User,
    Value,
    Variable,
)
from nahraum.evidence.voices.exchange.standard import KINDS, in_form
from nahraum.evidence.voices.exchange.told import Told


@dataclass(slots=True)
class Rows:
    """Selections so far, as columns; positions as the file means them, if it tells any (``told``)."""

    guid: list[str] = field(default_factory=list)
    text: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    told: list[bool] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    description: list[str] = field(default_factory=list)
    stamp: list[Stamp] = field(default_factory=list)
    first: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class CodingRows:
    """Codings so far, as columns; coders and codes as GUIDs."""

    guid: list[str] = field(default_factory=list)
    coder: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    on: list[On] = field(default_factory=list)
    number: list[int] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Gathering:
    """All items so far.

    ``later``: media, which are taken last, so that texts keep their order whatever the file's; ``opened``: entries of
    texts; ``taken``: GUIDs in use, by the space in which they must differ; ``offshoots``: how many were made of what.
    """

    told: Told
    archive: Archive | None = None
    root: dict[str, str] = field(default_factory=dict)
    description: str = ""
    notes: list[str] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    written: list[Written | None] = field(default_factory=list)
    media: list[Medium] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    sets: list[Group] = field(default_factory=list)
    graphs: list[str] = field(default_factory=list)
    selections: Rows = field(default_factory=Rows)
    codings: CodingRows = field(default_factory=CodingRows)
    files: dict[str, Packed] = field(default_factory=dict)
    later: list[Element] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)
    taken: dict[str, set[str]] = field(default_factory=dict)
    offshoots: Counter[str] = field(default_factory=Counter)
    stamps: dict[tuple[str, ...], Stamp] = field(default_factory=dict)

    def claim(self, space: str, guid: str, name: str = "") -> str:
        """Return the GUID for a new thing: the file's own unless it is missing or used already, which is told."""
        taken = self.taken.setdefault(space, set())
        if guid and guid not in taken:
            taken.add(guid)
            return guid
        fresh = self._offshoot(f"{space} {guid or name}", taken)
        taken.add(fresh)
        if guid:
            self.told.tell(
                "exchange-guid-twice",
                message="{space}: the GUID {guid} is used twice. The second got another; references mean the first.",
                value=name or guid,
                space=space,
                guid=guid,
            )
        else:
            self.told.tell(
                "exchange-guid-missing",
                message="{space}: there is no GUID; it got one.",
                severity=Severity.NOTICE,
                value=name,
                space=space,
            )
        return fresh

    def _offshoot(self, seed: str, taken: set[str]) -> str:
        """Return a GUID that nothing has; a seed that comes again goes on where it was."""
        while True:
            fresh = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{seed} {self.offshoots[seed]}"))
            self.offshoots[seed] += 1
            if fresh not in taken:
                return fresh

    def stamp_of(self, element: Element) -> Stamp:
        """Return who made and changed an element; equal stamps are one object."""
        get = element.get
        parts = (
            get("creatingUser", ""),
            get("creationDateTime", ""),
            get("modifyingUser", ""),
            get("modifiedDateTime", ""),
        )
        return self.stamps.get(parts) or self.stamps.setdefault(parts, Stamp(*parts))


def words(element: Element, tag: str = "Description") -> str:
    """Return the text of a child, in LF; empty where there is none."""
    found = element.findtext(tag)
    return found.replace("\r\n", "\n").replace("\r", "\n") if found else ""


def targets(element: Element, tag: str) -> Guids:
    """Return the GUIDs that children of this name refer to; some programs write ``guid`` instead."""
    found = element.findall(tag)
    return tuple([guid for child in found if (guid := child.get("targetGUID") or child.get("guid") or "")])


def take_user(g: Gathering, element: Element) -> None:
    """Take a coder."""
    get = element.get
    g.users.append(User(guid=g.claim("User", get("guid", ""), get("name", "")), name=get("name", ""), id=get("id", "")))


def take_code(g: Gathering, element: Element, parent: str = "") -> None:
    """Take a code and those below it. The description may be an attribute (ATLAS.ti)."""
    get = element.get
    code = Code(
        guid=g.claim("Code", get("guid", ""), get("name", "")),
        name=get("name", ""),
        parent=parent,
        description=words(element) or get("description", ""),
        color=get("color", ""),
        is_codable=get("isCodable", "true") == "true",
        notes=targets(element, "NoteRef"),
    )
    g.codes.append(code)
    for child in element.findall("Code"):
        take_code(g, child, code.guid)


def take_variable(g: Gathering, element: Element) -> None:
    """Take a variable."""
    name = element.get("name", "")
    guid = g.claim("Variable", element.get("guid", ""), name)
    kind = element.get("typeOfVariable", "Text")
    g.variables.append(Variable(guid=guid, name=name, kind=kind, description=words(element)))


def values_of(g: Gathering, element: Element) -> tuple[Value, ...]:
    """Return what variables say. An empty value is missing; one that is no such value is kept as text and told."""
    found = []
    for child in element.findall("VariableValue"):
        variable = next(iter(targets(child, "VariableRef")), "")
        kind = next((kind for kind in KINDS if child.find(f"{kind}Value") is not None), "")
        raw = child.findtext(f"{kind}Value") if kind else None
        if not variable:
            continue
        if raw is None or (kind != "Text" and not raw.strip()):
            found.append(Value(variable=variable, kind=kind or "Text"))
            continue
        value = in_form(kind, raw)
        if value is None:
            g.told.tell(
                "exchange-value",
                message="A value of a variable is not written as the standard asks ({kind}); kept as text.",
                value=raw,
                kind=kind,
            )
            kind, value = "Text", raw
        found.append(Value(variable=variable, kind=kind, value=value))
    return tuple(found)


def take_case(g: Gathering, element: Element) -> None:
    """Take a case, which need not have a name."""
    name = element.get("name", "")
    g.cases.append(
        Case(
            guid=g.claim("Case", element.get("guid", ""), name),
            name=name,
            description=words(element),
            codes=targets(element, "CodeRef"),
            values=values_of(g, element),
            sources=targets(element, "SourceRef"),
            selections=targets(element, "SelectionRef"),
        )
    )


def take_set(g: Gathering, element: Element) -> None:
    """Take a set."""
    name = element.get("name", "")
    g.sets.append(
        Group(
            guid=g.claim("Set", element.get("guid", ""), name),
            name=name,
            description=words(element),
            codes=targets(element, "MemberCode"),
            sources=targets(element, "MemberSource"),
            notes=targets(element, "MemberNote"),
        )
    )


def take_link(g: Gathering, element: Element) -> None:
    """Take a link; what it joins need not be known here."""
    get = element.get
    g.links.append(
        Link(
            guid=g.claim("Link", get("guid", ""), get("name", "")),
            name=get("name", ""),
            direction=get("direction", ""),
            color=get("color", ""),
            origin=get("originGUID", ""),
            target=get("targetGUID", ""),
            notes=targets(element, "NoteRef"),
        )
    )


def take_description(g: Gathering, element: Element) -> None:
    """Take the description of the project."""
    g.description = (element.text or "").replace("\r\n", "\n").replace("\r", "\n")


def take_note_of_project(g: Gathering, element: Element) -> None:
    """Take a memo on the project as a whole."""
    g.notes += [guid for guid in (element.get("targetGUID", ""),) if guid]


Taking = Callable[[Gathering, Element], None]
