"""Take sources and notes: their texts and files out of the archive, what is selected in them, who coded it."""

from __future__ import annotations

from nahraum.base import Severity
from nahraum.evidence.voices.exchange.archive import INTERNAL, in_slashes
from nahraum.evidence.voices.exchange.dialect import Written, as_written
from nahraum.evidence.voices.exchange.gathering import Gathering, targets, values_of, words
from nahraum.evidence.voices.exchange.markup import Element
from nahraum.evidence.voices.exchange.model import (
    NOWHERE,
    Kind,
    Medium,
    On,
    Packed,
    Region,
    Role,
    SyncPoint,
    Text,
    fingerprint,
)

PLACES = {
    Kind.PICTURE: ("firstX", "firstY", "secondX", "secondY"),
    Kind.PDF: ("page", "firstX", "firstY", "secondX", "secondY"),
    Kind.AUDIO: ("begin", "end"),
    Kind.VIDEO: ("begin", "end"),
}
UTF16 = (b"\xff\xfe", b"\xfe\xff")
CALLED = {"cp1252": "Windows-1252", "utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE"}


def take_source(g: Gathering, element: Element) -> None:
    """Take a source that is a text of its own."""
    take_text(g, element, Role.SOURCE)


def take_note(g: Gathering, element: Element) -> None:
    """Take a memo, which the standard writes like a text."""
    take_text(g, element, Role.NOTE)


def take_text(g: Gathering, element: Element, role: Role, owner: str = "") -> None:
    """Take a text with its selections; a missing text is told and its positions are kept as they are."""
    get, number = element.get, len(g.texts)
    name = get("name", "")
    guid = g.claim("Source", get("guid", ""), name)
    written = _words(g, element, role)
    points = tuple(_point(g, child) for child in element.findall("SyncPoint"))
    g.texts.append(
        Text(
            guid=guid,
            name=name,
            role=role,
            owner=owner,
            text=None if written is None else written.text,
            sha256="" if written is None else fingerprint(written.text),
            path=get("plainTextPath", "") if written is None else "",
            rich_path=_file(g, get("richTextPath", "")),
            description=words(element),
            notes=targets(element, "NoteRef"),
            values=values_of(g, element),
            points=points,
            stamp=g.stamp_of(element),
        )
    )
    g.written.append(written)
    _codings(g, element, On.TEXT, number)
    moment = {point.guid: point.position for point in points}
    for child in element:
        if child.tag == "PlainTextSelection":
            _selection(g, child, number, int(child.attrib["startPosition"]), int(child.attrib["endPosition"]))
        elif child.tag == "TranscriptSelection":
            first, last = child.get("fromSyncPoint", ""), child.get("toSyncPoint", "")
            _selection(g, child, number, moment.get(first), moment.get(last))


def _point(g: Gathering, element: Element) -> SyncPoint:
    time, position = element.get("timeStamp"), element.get("position")
    return SyncPoint(
        guid=g.claim("Source", element.get("guid", ""), "SyncPoint"),
        milliseconds=None if time is None else int(time),
        position=None if position is None else int(position),
    )


def _selection(g: Gathering, element: Element, text: int, start: int | None, end: int | None) -> None:
    rows, row, get = g.selections, len(g.selections.guid), element.get
    rows.guid.append(g.claim("Source", get("guid", ""), get("name", "")))
    rows.text.append(text)
    told = start is not None and end is not None
    rows.start.append(start if start is not None and told else NOWHERE)
    rows.end.append(end if end is not None and told else NOWHERE)
    rows.told.append(told)
    rows.name.append(get("name", ""))
    rows.description.append(words(element))
    rows.stamp.append(g.stamp_of(element))
    rows.first.append(get("fromSyncPoint", ""))
    rows.last.append(get("toSyncPoint", ""))
    rows.notes += [(row, note) for note in targets(element, "NoteRef")]
    _codings(g, element, On.SELECTION, row)


def _codings(g: Gathering, element: Element, on: On, number: int) -> None:
    """Take the codings of one thing; who coded is who made the selection, where the coding itself does not tell."""
    rows = g.codings
    for child in element.findall("Coding"):
        codes = targets(child, "CodeRef")
        if not codes:
            g.told.tell(
                "exchange-coding-without-code",
                message="A coding names no code; left out.",
                value=child.get("guid", ""),
            )
        for code in codes:
            row = len(rows.guid)
            rows.guid.append(g.claim("Coding", child.get("guid", "")))
            rows.coder.append(child.get("creatingUser", "") or element.get("creatingUser", ""))
            rows.code.append(code)
            rows.on.append(on)
            rows.number.append(number)
            rows.created.append(child.get("creationDateTime", ""))
            rows.notes += [(row, note) for note in targets(child, "NoteRef")]


def take_medium(g: Gathering, element: Element) -> None:
    """Take a picture, PDF or recording with its regions, words and transcripts."""
    kind = Kind(element.tag.removesuffix("Source"))
    get, number = element.get, len(g.media)
    medium = Medium(
        guid=g.claim("Source", get("guid", ""), get("name", "")),
        kind=kind,
        name=get("name", ""),
        path=_file(g, get("path", "")),
        current_path=get("currentPath", ""),
        description=words(element),
        notes=targets(element, "NoteRef"),
        values=values_of(g, element),
        stamp=g.stamp_of(element),
    )
    g.media.append(medium)
    _codings(g, element, On.MEDIUM, number)
    _owned(g, element, medium.guid)
    for child in element.findall(f"{kind}Selection"):
        _region(g, child, number, kind)


def _owned(g: Gathering, element: Element, owner: str) -> None:
    for tag, role in (
        ("TextDescription", Role.DESCRIPTION),
        ("Representation", Role.REPRESENTATION),
        ("Transcript", Role.TRANSCRIPT),
    ):
        for child in element.findall(tag):
            take_text(g, child, role, owner)


def _region(g: Gathering, element: Element, medium: int, kind: Kind) -> None:
    get, number = element.get, len(g.regions)
    region = Region(
        guid=g.claim("Source", get("guid", ""), get("name", "")),
        medium=medium,
        place=tuple(int(element.attrib[key]) for key in PLACES[kind]),
        name=get("name", ""),
        description=words(element),
        notes=targets(element, "NoteRef"),
        stamp=g.stamp_of(element),
    )
    g.regions.append(region)
    _codings(g, element, On.REGION, number)
    _owned(g, element, region.guid)


def _file(g: Gathering, path: str) -> str:
    """Return a file's path as it is kept: internal:// if it came along, else as it was, which is told."""
    entry = g.archive.entry_of(path) if g.archive else ""
    if entry and g.archive:
        bare = in_slashes(path.removeprefix(INTERNAL)).lstrip("/")
        kept = INTERNAL + in_slashes(entry)[len(entry) - len(bare) :]
        g.files[kept] = Packed(archive=g.archive.path, entry=entry, size=g.archive.size_of(entry))
        return kept
    if path:
        _tell_missing(g, path)
    return path


def _tell_missing(g: Gathering, path: str) -> None:
    if "://" in path and not path.startswith(INTERNAL):
        g.told.tell(
            "exchange-file-outside",
            message="A file lies outside of the archive, where it is not looked for; its place is kept.",
            remedy="Export the project with its files, if you need it here.",
            severity=Severity.NOTICE,
            value=path,
        )
    else:
        g.told.tell(
            "exchange-file-missing",
            message="A file is missing in the archive; what is coded in it is kept.",
            remedy="Export the project again with its files.",
            value=path,
        )


def _words(g: Gathering, element: Element, role: Role) -> Written | None:
    """Return the text of a source or note, or None where it is missing."""
    path, inside = element.get("plainTextPath", ""), element.find("PlainTextContent")
    entry = g.archive.entry_of(path) if g.archive else ""
    if entry and g.archive:
        g.opened.add(entry)
        return _decoded(g, g.archive.bytes_of(entry), entry)
    if inside is not None:
        if g.archive:
            g.archive.count_text(len(inside.text or ""), len(inside.text or ""))
        return as_written(inside.text or "")
    if path:
        _tell_missing(g, path)
    elif role is Role.SOURCE:
        g.told.tell(
            "exchange-text-missing",
            message="A text has no plain text, so that nobody can tell what was coded; its codings are kept.",
            remedy="Export the project with plain texts.",
            value=element.get("name", ""),
        )
    return None


def _decoded(g: Gathering, raw: bytes | None, entry: str) -> Written | None:
    """Return a text file's words: UTF-8, or UTF-16 by its mark; what else it must be is told."""
    for encoding in _encodings(raw):
        try:
            text = str(raw or b"", encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8" and not (raw or b"").startswith(UTF16):
            g.told.tell(
                "exchange-encoding",
                message="The text is not in UTF-8; read as {encoding}.",
                remedy="Look whether umlauts are right; if not, export the project again.",
                value=entry,
                encoding=CALLED[encoding],
            )
        return as_written(text)
    g.told.tell(
        "exchange-text-damaged",
        message="The text is damaged, too large or in no known encoding; it is left out, its codings are kept.",
        remedy="Export the project again.",
        value=entry,
    )
    return None


def _encodings(raw: bytes | None) -> tuple[str, ...]:
    """Return how bytes may be meant; the endian form of UTF-16 keeps the mark, which some programs count."""
    if raw is None:
        return ()
    if raw.startswith(UTF16):
        return ("utf-16-le" if raw.startswith(UTF16[0]) else "utf-16-be",)
    if b"\0" not in raw:
        return ("utf-8", "cp1252")
    # UTF-16 without its mark: in Latin letters every second byte is NUL, and the others are not.
    first, second = (2 * raw[n::2].count(0) > len(raw[n::2]) for n in (0, 1))
    return ("utf-8",) if first == second else ("utf-16-be",) if first else ("utf-16-le",)
