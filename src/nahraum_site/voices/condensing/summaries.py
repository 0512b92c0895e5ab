"""The summary grid: what each cell says, what lies behind it now, and whether that is still what was summarised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nahraum.base.language import gettext as _
from nahraum.evidence.voices.coded import space_by_columns
from nahraum.evidence.voices.condensing.grid import Check, Stretch, Summary, compare, only_on, stretches
from nahraum.reports.voices.counted import space_title
from nahraum_site.voices.coding.counting import Table
from nahraum_site.voices.coding.queries import former
from nahraum_site.voices.condensing.kept import readable_of
from nahraum_site.voices.condensing.models import CellSummary
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.queries import known_of

ALONE = (0, 0)  # where a summary stands when only its own cell is looked at
Key = tuple[str, str]  # space, empty for city-wide; category
Kept = tuple[CellSummary, Summary | None]  # None where nobody can open it any more
Ids = Mapping[str, Sequence[str]]  # of texts, by the SHA-256 that called them once


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What was written for a category that was merged into that of a cell; ``text``: None where nobody can open it;
    ``is_held``: whether it is held back outside the team.
    """

    row: CellSummary
    label: str
    text: str | None
    is_held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of the grid. ``summary`` and ``check``: None where it is empty, or where its basis was deleted;
    ``below``: how many summaries there are of categories under its own; ``merged``: those that came with merged ones;
    ``is_held``: whether its summary is held back outside the team, or would be if it rested on all segments.
    """

    space: str
    category: str
    label: str
    segments: frozenset[Stretch]
    row: CellSummary | None = None
    summary: Summary | None = None
    check: Check | None = None
    below: int = 0
    merged: tuple[Merged, ...] = ()
    is_held: bool = False

    @property
    def is_gone(self) -> bool:
        """Say whether there was a summary that nobody can open any more."""
        return self.row is not None and self.summary is None

    @property
    def state(self) -> str:
        """Say in words how it stands with the cell."""
        if self.is_gone:
            return _("its basis was deleted: write it anew")
        if self.check is None:
            return _("not summarised") if self.segments else _("nothing was said here")
        if self.check.holds:
            return _("still holds")
        return _("look again: new segments {new}, gone {gone}").format(
            new=len(self.check.new), gone=len(self.check.gone)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A space, or city-wide, with its cells."""

    name: str
    is_city: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The grid; ``outside``: summaries of spaces or categories that are no longer in it."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    outside: tuple[Summary, ...]


def grid(study: Study, table: Table, whose: str, opened: str = "") -> Grid:
    """Return the grid of the codings that count: its columns are the main categories, or one category as a whole
    (``opened``) and those right under it. Two questions.
    """
    under = tuple(each.id for each in table.coded.system.under(opened or None))
    return _grid(study, table, whose, [(opened,), under] if opened else [under])


def cell_of(study: Study, table: Table, whose: str, space: str, category: str) -> Cell | None:
    """Return one cell, of whichever level; None where there is none. Two questions."""
    if table.coded.system.find(category) is None:
        return None
    lines = _grid(study, table, whose, [(category,)]).lines
    return next((cell for line in lines for cell in line.cells if cell.space == space), None)


def _grid(study: Study, table: Table, whose: str, columns: Sequence[tuple[str, ...]]) -> Grid:
    """Lay out groups of columns side by side; within a group none lies under another."""
    coded = table.coded
    behind, held = _behind(table, columns), _held_texts(table)
    every = _every(study, table, whose)
    kept = {key_of_row(row): (row, summary) for row, summary in every if not row.former}
    came = [each for each in every if each[0].former]
    names = former(study, coded.system, {row.former for row, _summary in came})
    here = {(row or "", each.id) for row in coded.rows for each in coded.system.categories}
    above = Counter(
        (space, up.id)
        for (space, id), (_row, summary) in kept.items()
        if summary and (space, id) in here
        for up in coded.system.line(id)[:-1]
    )

    def cell(space: str, category: str, label: str) -> Cell:
        row, summary = kept.get((space, category), (None, None))
        segments = behind.get((space, category), frozenset())
        return Cell(
            space=space,
            category=category,
            label=label,
            segments=segments,
            row=row,
            summary=summary,
            check=compare(summary.rests_on, summary.seen, segments) if summary else None,
            below=above[space, category],
            merged=tuple(
                _merged(each, names, segments, held) for each in came if key_of_row(each[0]) == (space, category)
            ),
            is_held=only_on(summary or _on_all(segments), segments, held),
        )

    labels = {id: coded.system.label(id) for some in columns for id in some}
    if len(columns) > 1:
        (opened,) = columns[0]
        labels[opened] = _("{category}, as a whole").format(category=labels[opened])
    return Grid(
        columns=tuple(labels.values()),
        lines=tuple(
            Line(
                name=space_title(coded, row),
                is_city=row is None,
                cells=tuple(cell(row or "", id, label) for id, label in labels.items()),
            )
            for row in coded.rows
        ),
        outside=tuple(summary for row, summary in every if summary and key_of_row(row) not in here),
    )


def _every(study: Study, table: Table, whose: str) -> list[Kept]:
    rows = CellSummary.objects.filter(study=study, whose=whose).select_related("changed_by")
    readable, gone = readable_of(study, rows)
    now = _now(table, [said for _row, said in readable])
    return [*((row, summary_of(said, now)) for row, said in readable), *((row, None) for row in gone)]


def _merged(one: Kept, names: Mapping[str, str], segments: frozenset[Stretch], held: frozenset[str]) -> Merged:
    row, summary = one
    return Merged(
        row=row,
        label=names.get(row.former, row.former),
        text=summary.text if summary else None,
        is_held=summary is not None and only_on(summary, segments, held),
    )


def _held_texts(table: Table) -> frozenset[str]:
    return frozenset(table.coded.material.texts[n] for n in table.coded.held_texts)


def _on_all(segments: frozenset[Stretch]) -> Summary:
    """Return a summary that is not written yet."""
    return Summary(cell=ALONE, text="", rests_on=segments, seen=segments)


def _behind(table: Table, columns: Iterable[tuple[str, ...]]) -> dict[Key, frozenset[Stretch]]:
    """Return the segments behind every cell that has any."""
    coded, found = table.coded, {}
    for some in columns:
        crossed = space_by_columns(coded, some)
        for (n, k), segments in stretches(coded.codings, crossed.counts, coded.material.texts).items():
            found[crossed.rows[n] or "", some[k]] = segments
    return found


def written(study: Study, table: Table, whose: str) -> Mapping[str, Mapping[str, str | None]]:
    """Return what the grid says, by space (empty: city-wide) and category, None where it is held back; without what
    nobody can open any more, and without what came with merged categories.

    Two questions.
    """
    system = table.coded.system
    levels: dict[int, list[str]] = {}
    for each in system.categories:
        levels.setdefault(len(system.line(each.id)), []).append(each.id)
    behind, held = _behind(table, map(tuple, levels.values())), _held_texts(table)
    found: dict[str, dict[str, str | None]] = {}
    readable = readable_of(study, CellSummary.objects.filter(study=study, whose=whose, former=""))[0]
    now = _now(table, [said for _row, said in readable])
    for row, said in readable:
        is_held = only_on(summary_of(said, now), behind.get(key_of_row(row), frozenset()), held)
        found.setdefault(row.space, {})[row.category] = None if is_held else said["text"]
    return found


def key_of_row(row: CellSummary) -> Key:
    """Return the cell that a row belongs to."""
    return row.space, row.category


def summary_of(said: Mapping[str, Any], now: Ids) -> Summary:
    """Return a summary as the core knows it."""
    rests_on, seen = (_stretches(said[name], now) for name in ("rests_on", "seen"))
    return Summary(cell=ALONE, text=said["text"], rests_on=rests_on, seen=seen)


def _now(table: Table, every: Sequence[Mapping[str, Any]]) -> Ids:
    """Return the texts that summaries call by a hash, as they did once; where several texts have it, all of them."""
    named = {text for said in every for text, *_place in (*said["rests_on"], *said["seen"])}
    found: dict[str, list[str]] = {}
    for uuid, digest in known_of(table.texts, {each for each in named if "-" not in each}).items():
        found.setdefault(digest, []).append(str(uuid))
    return found


def said_of(summary: Summary) -> dict[str, Any]:
    """Return a summary as it is kept."""
    return {"text": summary.text, "rests_on": _listed(summary.rests_on), "seen": _listed(summary.seen)}


def _stretches(given: Sequence[Sequence[Any]], now: Ids) -> frozenset[Stretch]:
    return frozenset(
        Stretch(text=text, start=start, end=end) for named, start, end in given for text in now.get(named, [named])
    )


def _listed(stretches: frozenset[Stretch]) -> list[list[Any]]:
    return [[each.text, each.start, each.end] for each in sorted(stretches)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment of a cell as its page shows it."""

    key: str
    stretch: Stretch
    text: Any
    number: int
    words: str
    is_new: bool
    is_held: bool


def key_of(stretch: Stretch) -> str:
    """Return what a form sends for a segment."""
    return f"{stretch.text}:{stretch.start}:{stretch.end}"


def segments(table: Table, cell: Cell) -> list[Segment]:
    """Return the segments of a cell with their words, in the order of the texts. One question for each text."""
    number = {id: n for n, id in enumerate(table.coded.material.texts)}
    words = table.coded.material.words
    new, held = cell.check.new if cell.check else frozenset(), _held_texts(table)
    found = []
    for each in sorted(cell.segments, key=lambda each: (number[each.text], each.start, each.end)):
        n = number[each.text]
        found.append(
            Segment(
                key=key_of(each),
                stretch=each,
                text=table.texts[n],
                number=words(n, 0, each.start).count("\n") + 1,
                words=words(n, each.start, each.end),
                is_new=each in new,
                is_held=each.text in held,
            )
        )
    return found


def owners(table: Table, rests_on: frozenset[Stretch]) -> set[str]:
    """Return the collections whose texts hold these segments."""
    ids = {each.text for each in rests_on}
    return {str(each.collection.uuid) for each in table.texts if str(each.uuid) in ids}
