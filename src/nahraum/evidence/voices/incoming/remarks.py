"""Memos of a project, each on what it is about: notes, links of notes, and descriptions that have no other place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nahraum.evidence.voices.exchange.model import NOWHERE, Project, Role, Stamp
from nahraum.evidence.voices.incoming.bounds import MEMOS
from nahraum.evidence.voices.incoming.terms import Remark, fit
from nahraum.evidence.voices.outgoing import QUOTATION, About

Target = tuple[About, int]
STUDY: Target = (About.STUDY, NOWHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What is kept: the new number of each text, for each row of a coding the row that stands for it, the first coding
    of a selection, its text.
    """

    text: list[int]
    coding: dict[int, int]
    selection: dict[int, int]
    text_of_selection: list[int]

    def of_selection(self, row: int) -> Target:
        """Return what a memo on a selection is about: its first coding, else its text, else the study."""
        if row in self.selection:
            return About.CODING, self.selection[row]
        return self.of_text(self.text_of_selection[row])

    @staticmethod
    def of_text(number: int) -> Target:
        """Return a text that is kept, else the study."""
        return (About.TEXT, number) if number != NOWHERE else STUDY


def remarks(project: Project, places: Places, lost: Counter[str]) -> tuple[Remark, ...]:
    """Return every memo; one that hangs on several things stands at each, one that hangs on nothing on the study."""
    users = {user.guid: n for n, user in enumerate(project.users)}
    nobody = len(project.users)

    def author(stamp: Stamp) -> int:
        return users.get(stamp.creator, nobody)

    notes = {text.guid: text for text in project.texts if text.role is Role.NOTE and text.text and text.text.strip()}
    hung: set[str] = set()
    found = []
    room = MEMOS
    for (about, number), guid in dict.fromkeys(_hung(project, places, lost)):
        if guid in notes:
            note = notes[guid]
            room -= len(note.text or "")
            if room < 0 and guid in hung:
                lost["memos-again"] += 1
                continue
            hung.add(guid)
            found.append(
                Remark(
                    about=about,
                    number=number,
                    words=fit(note.text or ""),
                    author=author(note.stamp),
                    made=note.stamp.created,
                )
            )
    loose = [note for guid, note in notes.items() if guid not in hung]
    lost["loose-memos"] += len(loose)
    found += [
        Remark(
            about=About.STUDY,
            number=NOWHERE,
            words=fit(n.text or ""),
            author=author(n.stamp),
            made=n.stamp.created,
        )
        for n in loose
    ]
    for about, number, words, stamp in _described(project, places):
        found.append(Remark(about=about, number=number, words=fit(words), author=author(stamp), made=stamp.created))
    descriptions = [each.description for each in project.cases] + [each.description for each in project.sets]
    descriptions += [each.description for each in project.variables]
    lost["descriptions"] += sum(1 for words in descriptions if words.strip())
    return tuple(found)


def _hung(project: Project, places: Places, lost: Counter[str]) -> Iterator[tuple[Target, str]]:
    """Yield what each memo hangs on: its place and the GUID of the note."""
    yield from ((STUDY, guid) for guid in project.notes)
    for n, code in enumerate(project.codes):
        yield from (((About.CATEGORY, n), guid) for guid in code.notes)
    for n, text in enumerate(project.texts):
        yield from ((places.of_text(places.text[n]), guid) for guid in text.notes)
    for row, guid in project.selections.notes:
        yield places.of_selection(row), guid
    for row, guid in project.codings.notes:
        yield ((About.CODING, places.coding[row]) if row in places.coding else STUDY), guid
    for group in project.sets:
        yield from ((STUDY, guid) for guid in group.notes)
    for notes in (*(each.notes for each in project.media), *(each.notes for each in project.regions)):
        yield from ((STUDY, guid) for guid in notes)
    yield from _linked(project, places, lost)


def _linked(project: Project, places: Places, lost: Counter[str]) -> Iterator[tuple[Target, str]]:
    notes = {text.guid for text in project.texts if text.role is Role.NOTE}
    if not project.links:
        return
    here: dict[str, Target] = {text.guid: places.of_text(places.text[n]) for n, text in enumerate(project.texts)}
    here |= {guid: places.of_selection(row) for row, guid in enumerate(project.selections.guid)}
    here |= {code.guid: (About.CATEGORY, n) for n, code in enumerate(project.codes) if code.guid not in here}
    for link in project.links:
        ends = (link.origin, link.target)
        pair = next(((a, b) for a, b in (ends, ends[::-1]) if b in notes and a not in notes and a in here), None)
        if pair:
            yield here[pair[0]], pair[1]
        else:
            lost["links"] += 1
        yield from ((STUDY, guid) for guid in link.notes)


def _described(project: Project, places: Places) -> Iterable[tuple[About, int, str, Stamp]]:
    """Yield descriptions of the project, of texts and of selections: nothing here has a field for them."""
    if project.description.strip():
        yield About.STUDY, NOWHERE, project.description, Stamp()
    for n, text in enumerate(project.texts):
        if text.description.strip() and text.role is not Role.NOTE:
            yield *places.of_text(places.text[n]), text.description, text.stamp
    for row, words in enumerate(project.selections.description):
        if words.strip() and words not in QUOTATION:
            yield *places.of_selection(row), words, project.selections.stamp[row]
