"""Compose the XML of a project, in the order of elements that the standard's schema wants."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from nahraum.evidence.voices.exchange.archive import INTERNAL
from nahraum.evidence.voices.exchange.materials import PLACES
from nahraum.evidence.voices.exchange.model import (
    NOWHERE,
    Code,
    Kind,
    Medium,
    On,
    Project,
    Role,
    SyncPoint,
    Text,
    Value,
)
from nahraum.evidence.voices.exchange.tags import ILLEGAL, attributes, element, holder, leaf, references, stamped
from nahraum.evidence.voices.exchange.told import Told

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<Project xmlns="urn:QDA-XML:project:1.0"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:QDA-XML:project:1.0'
    ' http://schema.qdasoftware.org/versions/Project/v1.0/Project.xsd"'
)
ORIGIN = "Nahraum"  # the reader trusts positions in files of this origin
TAGS = {Role.DESCRIPTION: "TextDescription", Role.REPRESENTATION: "Representation", Role.TRANSCRIPT: "Transcript"}


def _by_row(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row, note in pairs:
        found.setdefault(row, []).append(note)
    return found


def _rows(column: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row, key in enumerate(column):
        found.setdefault(key, []).append(row)
    return found


@dataclass(slots=True)
class Composing:
    """A project on its way into XML, with what hangs on what; ``files`` are the texts that get files of their own.

    ``used``: names of files in lower case that are taken already.
    """

    project: Project
    told: Told
    used: set[str]
    files: dict[str, str] = field(default_factory=dict)
    owned: dict[str, list[int]] = field(init=False)
    marked: dict[int, list[int]] = field(init=False)
    regions: dict[int, list[int]] = field(init=False)
    coded: dict[tuple[int, int], list[str]] = field(init=False)
    memos: dict[int, list[str]] = field(init=False)
    start: list[int] = field(init=False)
    end: list[int] = field(init=False)

    def __post_init__(self) -> None:
        p = self.project
        self.owned = {}
        for number, text in enumerate(p.texts):
            if text.owner:
                self.owned.setdefault(text.owner, []).append(number)
        self.marked, self.regions = _rows(p.selections.text.tolist()), _rows(region.medium for region in p.regions)
        self.memos = _by_row(p.selections.notes)
        self.start, self.end = p.selections.start.tolist(), p.selections.end.tolist()
        self.coded = _codings(p)

    def lost(self, text: Text, guid: str) -> str:
        """Tell that something has no place in the standard and return nothing."""
        self.told.tell(
            "exchange-no-place",
            message="“{text}”: this has no place in REFI-QDA; left out.",
            value=guid,
            text=text.name,
        )
        return ""


def _codings(p: Project) -> dict[tuple[int, int], list[str]]:
    """Return the XML of all codings, by what they stand on."""
    codings, notes = p.codings, _by_row(p.codings.notes)
    users, codes = [user.guid for user in p.users], [code.guid for code in p.codes]
    found: dict[tuple[int, int], list[str]] = {}
    columns = (codings.on.tolist(), codings.number.tolist(), codings.coder.tolist(), codings.code.tolist())
    for row, (on, number, coder, code) in enumerate(zip(*columns, strict=True)):
        creator = users[coder] if coder != NOWHERE else ""
        told = attributes(guid=codings.guid[row], creatingUser=creator, creationDateTime=codings.created[row])
        inside = references("CodeRef", [codes[code]]) + references("NoteRef", notes.get(row, ()))
        found.setdefault((on, number), []).append(f"<Coding{told}>{inside}</Coding>")
    return found


def project_xml(c: Composing) -> str:
    """Return the whole XML; texts with files of their own are in ``c.files`` afterwards."""
    p = c.project
    root = attributes(
        origin=ORIGIN,
        creatingUserGUID=p.stamp.creator,
        creationDateTime=p.stamp.created,
        modifyingUserGUID=p.stamp.modifier,
        modifiedDateTime=p.stamp.modified,
        basePath=p.base_path,
    )
    sources = [_text(c, "TextSource", n) for n, text in enumerate(p.texts) if text.role is Role.SOURCE]
    sources += [_medium(c, number, medium) for number, medium in enumerate(p.media)]
    notes = (_text(c, "Note", n) for n, text in enumerate(p.texts) if text.role is Role.NOTE)
    codes = holder("Codes", code_tree(p.codes))
    parts = (
        holder("Users", (element("User", attributes(guid=u.guid, name=u.name, id=u.id)) for u in p.users)),
        f"<CodeBook>\n{codes}</CodeBook>\n" if codes else "",
        holder("Variables", _variables(p)),
        holder("Cases", _cases(p)),
        holder("Sources", sources),
        holder("Notes", notes),
        holder("Links", _links(p)),
        holder("Sets", _sets(p)),
        holder("Graphs", p.graphs),
        leaf("Description", p.description),
        references("NoteRef", p.notes),
    )
    return f"{HEAD}{named(p.name)}{root}>\n{''.join(parts)}</Project>\n"


def named(name: str) -> str:
    """Return a name that must be there, be it empty."""
    return attributes(name=name) or ' name=""'


def code_tree(codes: Iterable[Code], *, notes: bool = True) -> list[str]:
    """Return the codes at the top, each with its tree; one whose parent does not stand before it is at the top."""
    below: dict[str, list[Code]] = {}
    before: set[str] = set()
    for code in codes:
        below.setdefault(code.parent if code.parent in before else "", []).append(code)
        before.add(code.guid)

    def tree(parent: str) -> list[str]:
        return [one(code) for code in below.get(parent, ())]

    def one(code: Code) -> str:
        told = attributes(guid=code.guid) + named(code.name)
        told += attributes(isCodable="true" if code.is_codable else "false", color=code.color)
        memos = references("NoteRef", code.notes) if notes else ""
        return element("Code", told, leaf("Description", code.description), memos, *tree(code.guid))

    return tree("")


def _variables(p: Project) -> Iterable[str]:
    for variable in p.variables:
        told = attributes(guid=variable.guid) + named(variable.name) + attributes(typeOfVariable=variable.kind)
        yield element("Variable", told, leaf("Description", variable.description))


def _values(values: Iterable[Value]) -> str:
    found = []
    for value in values:
        name = f"{value.kind}Value"
        # An empty text is a value; a missing one is no element at all.
        told = "" if value.value is None else leaf(name, value.value) or f"<{name}/>"
        found.append(element("VariableValue", "", references("VariableRef", [value.variable]), told))
    return "".join(found)


def _cases(p: Project) -> Iterable[str]:
    for case in p.cases:
        yield element(
            "Case",
            attributes(guid=case.guid, name=case.name),
            leaf("Description", case.description),
            references("CodeRef", case.codes),
            _values(case.values),
            references("SourceRef", case.sources),
            references("SelectionRef", case.selections),
        )


def _sets(p: Project) -> Iterable[str]:
    for group in p.sets:
        yield element(
            "Set",
            attributes(guid=group.guid) + named(group.name),
            leaf("Description", group.description),
            references("MemberCode", group.codes),
            references("MemberSource", group.sources),
            references("MemberNote", group.notes),
        )


def _links(p: Project) -> Iterable[str]:
    for link in p.links:
        told = attributes(guid=link.guid, name=link.name, direction=link.direction, color=link.color)
        told += attributes(originGUID=link.origin, targetGUID=link.target)
        yield element("Link", told, references("NoteRef", link.notes))


def _medium(c: Composing, number: int, medium: Medium) -> str:
    told = attributes(guid=medium.guid, name=medium.name, path=medium.path, currentPath=medium.current_path)
    regions = [_region(c, n, medium.kind) for n in c.regions.get(number, ())]
    words = _owned(c, medium.guid)
    if medium.kind is Kind.PDF:  # the schema wants the pages' words behind what is selected in them
        words, regions = regions, words
    return element(
        f"{medium.kind}Source",
        told + stamped(medium.stamp),
        leaf("Description", medium.description),
        *words,
        *regions,
        *c.coded.get((On.MEDIUM, number), ()),
        references("NoteRef", medium.notes),
        _values(medium.values),
    )


def _owned(c: Composing, owner: str) -> list[str]:
    return [_text(c, TAGS[c.project.texts[n].role], n) for n in c.owned.get(owner, ())]


def _region(c: Composing, number: int, kind: Kind) -> str:
    region = c.project.regions[number]
    told = attributes(guid=region.guid, name=region.name)
    told += "".join(f' {key}="{place}"' for key, place in zip(PLACES[kind], region.place, strict=True))
    words = _owned(c, region.guid)
    if kind is not Kind.PDF:  # only regions of pages have words of their own in the standard
        words = [c.lost(c.project.texts[n], region.guid) for n in c.owned.get(region.guid, ())]
    return element(
        f"{kind}Selection",
        told + stamped(region.stamp),
        leaf("Description", region.description),
        *words,
        *c.coded.get((On.REGION, number), ()),
        references("NoteRef", region.notes),
    )


def _text(c: Composing, name: str, number: int) -> str:
    text = c.project.texts[number]
    path, inside = _content(c, text)
    told = attributes(guid=text.guid, name=text.name, richTextPath=text.rich_path, plainTextPath=path)
    start = [leaf("Description", text.description), inside]
    codings, notes = c.coded.get((On.TEXT, number), []), references("NoteRef", text.notes)
    if text.role is Role.TRANSCRIPT:
        if codings or text.values:
            c.lost(text, text.guid)
        return element(name, told + stamped(text.stamp), *start, *_transcript(c, number), notes)
    if text.points:
        c.lost(text, text.guid)
    marks = [_mark(c, row) for row in c.marked.get(number, ())]
    return element(name, told + stamped(text.stamp), *start, *marks, *codings, notes, _values(text.values))


def _content(c: Composing, text: Text) -> tuple[str, str]:
    """Return the path of a text's file, or its element: memos and descriptions stand in the XML if they can."""
    if text.text is None:
        return text.path, ""
    short = text.role in (Role.NOTE, Role.DESCRIPTION)
    if short and not ILLEGAL.search(text.text) and not text.text.startswith("\ufeff"):
        return "", leaf("PlainTextContent", text.text) or "<PlainTextContent/>"
    name = next(n for n in (f"{text.guid}.txt", f"{text.guid}-text.txt") if n not in c.used)
    c.used.add(name)
    c.files[name] = text.text
    return INTERNAL + name, ""


def _marked(c: Composing, row: int, name: str, told: str) -> str:
    rows = c.project.selections
    told = attributes(guid=rows.guid[row], name=rows.name[row]) + told + stamped(rows.stamp[row])
    inside = (leaf("Description", rows.description[row]), *c.coded.get((On.SELECTION, row), ()))
    return element(name, told, *inside, references("NoteRef", c.memos.get(row, ())))


def _mark(c: Composing, row: int) -> str:
    if c.start[row] == NOWHERE:
        return c.lost(c.project.texts[int(c.project.selections.text[row])], c.project.selections.guid[row])
    told = f' startPosition="{c.start[row]}" endPosition="{c.end[row]}"'
    return _marked(c, row, "PlainTextSelection", told)


def _transcript(c: Composing, number: int) -> list[str]:
    """Return sync points and selections; a stretch that has none gets sync points of its own, without a time."""
    rows, points, marks = c.project.selections, list(c.project.texts[number].points), []
    known = {point.guid for point in points}
    for row in c.marked.get(number, ()):
        ends = [rows.first[row], rows.last[row]]
        if ends == ["", ""] and c.start[row] != NOWHERE:
            ends = [str(uuid.uuid5(uuid.NAMESPACE_URL, f"{rows.guid[row]} {word}")) for word in ("start", "end")]
            places = (c.start[row], c.end[row])
            points += [SyncPoint(guid=g, position=at) for g, at in zip(ends, places, strict=True) if g not in known]
        told = attributes(fromSyncPoint=ends[0], toSyncPoint=ends[1])
        marks.append(_marked(c, row, "TranscriptSelection", told))
    return [*map(_point, points), *marks]


def _point(point: SyncPoint) -> str:
    told = attributes(guid=point.guid)
    if point.milliseconds is not None:
        told += f' timeStamp="{point.milliseconds}"'
    if point.position is not None:
        told += f' position="{point.position}"'
    return element("SyncPoint", told)
