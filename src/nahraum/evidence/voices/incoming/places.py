"""Where memos of a project find what they are about, once it is settled which texts and codings are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.exchange.model import NOWHERE, On, Project, Role
from nahraum.evidence.voices.incoming.terms import Marks
from nahraum.evidence.voices.outgoing import About

Target = tuple[About, int]
Place = Target | str | None  # a GUID is that of the memo it lies in; None: of what it is about, nothing is kept
STUDY: Target = (About.STUDY, NOWHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What is kept: the new number of each text, for each row of a coding the row that stands for it, the first coding
    of a selection; the text that says a medium, and the row of a selection, by their GUIDs.

    What is about texts and recordings is never about the study: there it would lie unsealed.
    """

    project: Project
    text: list[int]
    coding: Mapping[int, int]
    selection: Mapping[int, int]
    medium: Mapping[str, int]
    row: Mapping[str, int]

    def of_text(self, number: int) -> Place:
        """Return a text that is kept, else the one that holds its words, or that of its medium."""
        text = self.project.texts[number]
        if text.role is Role.NOTE:
            return text.guid
        if self.text[number] != NOWHERE:
            return About.TEXT, self.text[number]
        if text.owner in self.row:
            return self.of_selection(self.row[text.owner])
        return self.of_medium(text.owner)

    def of_selection(self, row: int) -> Place:
        """Return the first coding of a selection, else its text."""
        if row in self.selection:
            return About.CODING, self.selection[row]
        return self.of_text(int(self.project.selections.text[row]))

    def of_coding(self, row: int) -> Place:
        """Return a coding that is kept, else what it stands on."""
        if row in self.coding:
            return About.CODING, self.coding[row]
        on, number = int(self.project.codings.on[row]), int(self.project.codings.number[row])
        if on == On.SELECTION:
            return self.of_selection(number)
        if on == On.TEXT:
            return self.of_text(number)
        return self.of_region(number) if on == On.REGION else self.of_medium(self.project.media[number].guid)

    def of_region(self, number: int) -> Place:
        """Return what stands for a stretch of a medium, else the text that says the medium."""
        region = self.project.regions[number]
        if region.guid in self.row:
            return self.of_selection(self.row[region.guid])
        return self.of_medium(self.project.media[region.medium].guid)

    def of_medium(self, guid: str) -> Place:
        """Return the text that says a medium."""
        return (About.TEXT, self.medium[guid]) if guid in self.medium else None

    def by_guid(self) -> dict[str, Place]:
        """Return the places of all that a link may join."""
        project = self.project
        found = {text.guid: self.of_text(n) for n, text in enumerate(project.texts)}
        found |= {medium.guid: self.of_medium(medium.guid) for medium in project.media}
        found |= {region.guid: self.of_region(n) for n, region in enumerate(project.regions)}
        found |= {guid: self.of_selection(row) for guid, row in self.row.items()}
        return {code.guid: (About.CATEGORY, n) for n, code in enumerate(project.codes)} | found


def places_of(project: Project, number: Ints, marks: Marks, same: Mapping[int, int]) -> Places:
    """Return where memos find what they are about; ``number``, ``marks``, ``same``: what is kept."""
    codings = project.codings
    is_on_selection, number_of = (codings.on == On.SELECTION).tolist(), codings.number.tolist()
    kept = {row: row for row in marks.row.tolist()} | dict(same)
    on_selection: dict[int, int] = {}
    for row, stands_for in sorted(kept.items()):
        if is_on_selection[row]:
            on_selection.setdefault(number_of[row], stands_for)
    said: dict[str, int] = {}
    for text, new in zip(project.texts, number.tolist(), strict=True):
        if text.owner and new != NOWHERE:
            said.setdefault(text.owner, new)
    return Places(
        project=project,
        text=number.tolist(),
        coding=kept,
        selection=on_selection,
        medium=said,
        row={guid: row for row, guid in enumerate(project.selections.guid)},
    )
