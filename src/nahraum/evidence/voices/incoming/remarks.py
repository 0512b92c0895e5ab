"""Memos of a project, each on what it is about: notes, links of notes, and descriptions that have no other place."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping, Sequence

from nahraum.evidence.voices.exchange.model import Link, Project, Role, Stamp, Text
from nahraum.evidence.voices.incoming.bounds import MEMO, MEMOS
from nahraum.evidence.voices.incoming.places import STUDY, Place, Places, Target
from nahraum.evidence.voices.incoming.terms import Remark, fit, line
from nahraum.evidence.voices.outgoing import MEMO_NAME, QUOTATION, About

Hung = Mapping[str, Collection[Target]]  # what each memo is about; nothing where nothing of it is kept
SEALED = (About.TEXT, About.CODING)


def remarks(project: Project, places: Places, lost: Counter[str]) -> tuple[Remark, ...]:
    """Return every memo; one that hangs on several things stands at each, one that hangs on nothing on the study.

    One about texts and recordings of which none is kept is left out: on the study it would lie unsealed.
    """
    users = {user.guid: n for n, user in enumerate(project.users)}
    hung = _settled(project, places, lost)
    found: list[Remark] = []
    room = MEMOS
    for place, words, stamp in (*_noted(project, hung, lost), *_described(project, places)):
        there = hung.get(place, (STUDY,)) if isinstance(place, str) else (place,) if place else ()
        lost["memos-gone"] += not there
        for n, (about, number) in enumerate(there):
            room -= max(len(words), MEMO)
            if n and room < 0:
                lost["memos-again"] += len(there) - n
                break
            found.append(
                Remark(
                    about=about,
                    number=number,
                    words=fit(words),
                    author=users.get(stamp.creator, len(users)),
                    made=stamp.created,
                )
            )
    descriptions = [each.description for each in project.cases] + [each.description for each in project.sets]
    descriptions += [each.description for each in project.variables]
    lost["descriptions"] += sum(1 for words in descriptions if words.strip())
    return tuple(found)


def _settled(project: Project, places: Places, lost: Counter[str]) -> Hung:
    """Return what each memo is about; one on other memos only is about what the nearest of them is about.

    That a memo belongs to a set or a link says what it is about only where nothing else does.
    """
    found: dict[str, dict[Target, None]] = {}
    gone: list[str] = []
    inner: dict[str, list[str]] = {}
    for place, guid in (*_hung(project, places), *_linked(project, places, lost)):
        if place is None:
            gone.append(guid)
        elif isinstance(place, str):
            inner.setdefault(place, []).append(guid)
        else:
            found.setdefault(guid, {})[place] = None
    for guid in gone:
        found.setdefault(guid, {})
    _spread(found, inner)
    for notes in (*(each.notes for each in project.sets), *(each.notes for each in project.links)):
        for guid in notes:
            found.setdefault(guid, {STUDY: None})
    _spread(found, inner)
    return found


def _spread(found: dict[str, dict[Target, None]], inner: Mapping[str, Sequence[str]]) -> None:
    """Give what memos are about to the memos on them, on those in turn, and so on; each is given to once."""
    waiting = deque(found)
    while waiting:
        outer = waiting.popleft()
        for guid in inner.get(outer, ()):
            if guid not in found:
                found[guid] = found[outer]
                waiting.append(guid)


def _hung(project: Project, places: Places) -> Iterator[tuple[Place, str]]:
    """Yield what each memo hangs on: its place and the GUID of the note."""
    yield from ((STUDY, guid) for guid in project.notes)
    for n, code in enumerate(project.codes):
        yield from (((About.CATEGORY, n), guid) for guid in code.notes)
    for n, text in enumerate(project.texts):
        yield from ((places.of_text(n), guid) for guid in text.notes)
    for row, guid in project.selections.notes:
        yield places.of_selection(row), guid
    for row, guid in project.codings.notes:
        yield places.of_coding(row), guid
    for medium in project.media:
        yield from ((places.of_medium(medium.guid), guid) for guid in medium.notes)
    for n, region in enumerate(project.regions):
        yield from ((places.of_region(n), guid) for guid in region.notes)


def _linked(project: Project, places: Places, lost: Counter[str]) -> Iterator[tuple[Place, str]]:
    """Yield what memos are linked to; two memos that are linked are each on the other."""
    notes = {text.guid for text in project.texts if text.role is Role.NOTE}
    lost["links"] += sum(len(text.notes) for text in project.texts if text.role is Role.NOTE)
    here = places.by_guid() if project.links else {}
    for link in project.links:
        one, other = link.origin, link.target
        if other not in notes:
            one, other = other, one
        if other in notes and one in here:
            yield here[one], other
        if one in notes and other in notes:
            yield other, one
            lost["links"] += 1
        elif other not in notes or one not in here:
            lost["links"] += 1
        yield from ((place, guid) for guid in link.notes for place in _joined(link, here))


def _joined(link: Link, here: Mapping[str, Place]) -> list[Place]:
    """Return what a memo on a link is about, if anything: one of its ends, rather a text than what lies unsealed."""
    ends = [here[end] for end in (link.origin, link.target) if end in here]
    return sorted(ends, key=_openness)[:1]


def _openness(place: Place) -> int:
    return 1 if place is None else 0 if isinstance(place, tuple) and place[0] in SEALED else 2


def _noted(project: Project, hung: Hung, lost: Counter[str]) -> Iterator[tuple[Place, str, Stamp]]:
    for note in project.texts:
        if note.role is Role.NOTE and (words := _said(note)):
            lost["loose-memos"] += note.guid not in hung
            yield note.guid, words, note.stamp


def _said(note: Text) -> str:
    """Return title, description and words of a memo; what only repeats the first words is not said twice."""
    said = note.text if note.text and note.text.strip() else ""
    title = line(note.name)
    for before in (note.description, "" if title == MEMO_NAME else title):
        if before.strip() and not any(_begins(words, before) for words in (said, note.text or "")):
            said = f"{before}\n{said}" if said else before
    return said


def _begins(said: str, before: str) -> bool:
    """Return whether words begin with others, which may be cut short."""
    first, words = (" ".join(each.split()).casefold() for each in (before, said))
    start = first.rstrip("….")
    return words.startswith(start) and (start != first or not words[len(start) : len(start) + 1].isalnum())


def _described(project: Project, places: Places) -> Iterator[tuple[Place, str, Stamp]]:
    """Yield descriptions of the project, of texts and media and what is selected in them: none has a field here."""
    if project.description.strip():
        yield STUDY, project.description, Stamp()
    for n, text in enumerate(project.texts):
        if text.description.strip() and text.role is not Role.NOTE:
            yield places.of_text(n), text.description, text.stamp
    for row, words in enumerate(project.selections.description):
        if words.strip() and words not in QUOTATION:
            yield places.of_selection(row), words, project.selections.stamp[row]
    for medium in project.media:
        if medium.description.strip():
            yield places.of_medium(medium.guid), medium.description, medium.stamp
    for n, region in enumerate(project.regions):
        if region.description.strip() and region.guid not in places.row:
            yield places.of_region(n), region.description, region.stamp
