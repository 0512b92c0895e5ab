"""Mayring's table and the summary grid as rows of files and as pages of a document; what is held back stands in none.

A paraphrase repeats its segment in other words, and what is made from it alone still tells it: where all segments that
a step or a summary rests on are held back, so is this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nahraum.base.language import gettext as _
from nahraum.evidence.voices.condensing.chain import STAGE_LABELS, Chain, Stage
from nahraum.evidence.voices.studies.keeping import FEW
from nahraum.reports.blocks import Block, Heading, Paragraph, Table
from nahraum.reports.stamp import day_words
from nahraum.reports.tables import DataTable, Value

PRINTED_ROWS = 500  # more are not printed: nobody reads them on paper
LONGEST = 32_000  # signs of a segment: a cell of a workbook holds 32,767
STEPS = (Stage.PARAPHRASE, Stage.GENERALISATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a segment stands and who coded it. ``categories`` and ``coders`` by name, ``coded``: the first day."""

    space: str
    collection: str
    text: str
    line: int
    start: int
    end: int
    categories: tuple[str, ...]
    coders: tuple[str, ...]
    coded: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Who wrote a step last, and when."""

    by: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Condensed:
    """What a table of Mayring's shows: ``places``: its segments in order, ``origins`` of them, ``written`` by step;
    ``held``: the ids of segments and steps that are held back.
    """

    chain: Chain
    places: Sequence[str]
    origins: Mapping[str, Origin]
    written: Mapping[str, Written]
    held: frozenset[str] = frozenset()

    @property
    def ways(self) -> tuple[tuple[str, ...], ...]:
        """Return one row of ids for each way from a segment on, in the order of the segments."""
        return self.chain.rows(self.places)

    def said(self, id: str) -> str:
        """Return the words of a segment or step; of one that is held back, that it is."""
        step = self.chain.steps[id]
        if id in self.held:
            return held_back()
        return short(self.origins[id].words) if step.stage is Stage.SEGMENT else step.text

    def left_out(self, way: Sequence[str]) -> str | None:
        """Return why a way ends here; of what is held back, that the reason is: it may repeat the words."""
        for id in way:
            if why := self.chain.steps[id].left_out:
                return held_back() if id in self.held else why
        return None

    @property
    def held_back(self) -> int:
        """Return how many segments are held back."""
        return sum(place in self.held for place in self.places)


def held_back() -> str:
    """Return what stands in the place of words that are held back."""
    return _("(held back)")


def short(words: str) -> str:
    """Return words as a cell of a workbook can hold them."""
    return words if len(words) <= LONGEST else f"{words[:LONGEST]} […]"


def protection(condensed: Condensed) -> str:
    """Say which segments are held back, and how many that are here."""
    rule = _(
        "Segments from collections in which fewer than {few} people could have said them are held back, and with them "
        "every step that rests on such segments alone, until a releaser decides. Here: {count} of {every} segments."
    )
    return rule.format(few=FEW, count=condensed.held_back, every=len(condensed.places))


def chain_table(condensed: Condensed, title: str) -> DataTable:
    """Return a row for each way from a segment on: where it comes from, and every step with who wrote it and when."""
    ways, stale = condensed.ways, condensed.chain.look_again()
    rounds = max((len(way) - 3 for way in ways), default=0)
    names = [_(STAGE_LABELS[stage]) for stage in STEPS]
    names += [_("reduction, round {n}").format(n=n) for n in range(1, max(rounds, 1) + 1)]
    origin = (
        _("Space"), _("Collection"), _("Text"), _("Line"), _("From sign"), _("Up to sign"), _("Category"),
        _("Coded by"), _("Coded on"), _("Segment"),
    )  # fmt: skip
    steps = (
        words.format(step=_sentence(name)) for name in names for words in ("{step}", _("{step}: by"), _("{step}: on"))
    )
    head = (*origin, *steps, _("Left out, because"), _("Look again"))
    return DataTable(
        name="verdichtung", title=title, head=head, rows=tuple(_row(condensed, way, stale, len(names)) for way in ways)
    )


def _row(condensed: Condensed, way: tuple[str, ...], stale: Mapping[str, object], steps: int) -> tuple[Value, ...]:
    at = condensed.origins[way[0]]
    told: list[Value] = []
    for id in way[1:]:
        told += [condensed.said(id), condensed.written[id].by, condensed.written[id].day.isoformat()]
    return (
        at.space, at.collection, at.text, at.line, at.start, at.end, "; ".join(at.categories), "; ".join(at.coders),
        at.coded.isoformat(), condensed.said(way[0]), *told, *([None] * (3 * steps - len(told))),
        condensed.left_out(way), _("yes") if any(id in stale for id in way) else None,
    )  # fmt: skip


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def chain_blocks(condensed: Condensed, title: str) -> Iterator[Block]:
    """Yield the table for a document: origin, segment and steps side by side, who and when in small print beside them.

    Long ones are not printed, but for what was bundled.
    """
    ways, stale = condensed.ways, condensed.chain.look_again()
    yield Heading(text=title)
    if len(ways) > PRINTED_ROWS:
        words = _("This table has {rows} rows; it stands in the XLSX and CSV files. Printed are the reductions.")
        yield Paragraph(text=words.format(rows=len(ways)))
        yield from _reductions(condensed, ways)
    else:
        yield Table(
            caption=title,
            head=(_("Where it comes from"), *(_sentence(_(STAGE_LABELS[stage])) for stage in Stage)),
            rows=tuple(_printed(condensed, way, stale) for way in ways),
            widths=(2.0, 3.0, 2.0, 2.0, 2.0),
            small=True,
        )


def _reductions(condensed: Condensed, ways: Sequence[tuple[str, ...]]) -> Iterator[Block]:
    behind: dict[str, set[str]] = {}
    for way in ways:
        for id in way[3:]:
            behind.setdefault(id, set()).add(way[0])
    if behind:
        yield Table(
            caption=_("Reductions"),
            head=(_sentence(_(STAGE_LABELS[Stage.REDUCTION])), _("Segments")),
            rows=tuple((_signed(condensed, id), str(len(some))) for id, some in behind.items()),
            right=(1,),
            widths=(5.0, 1.0),
        )


def _printed(condensed: Condensed, way: tuple[str, ...], stale: Mapping[str, object]) -> tuple[str, ...]:
    at = condensed.origins[way[0]]
    where = "\n".join(
        (
            at.space,
            at.collection,
            _("{text}, line {line}").format(text=at.text, line=at.line),
            "; ".join(at.categories),
            f"{', '.join(at.coders)}, {day_words(at.coded)}",
        )
    )
    notes = [_("Left out: {reason}").format(reason=reason)] if (reason := condensed.left_out(way)) else []
    notes += [_("look again")] if any(id in stale for id in way) else []
    singles = [_signed(condensed, id) for id in way[1:3]]
    reductions = "\n".join(_signed(condensed, id) for id in way[3:])
    told = [*singles, *([""] * (2 - len(singles))), reductions]
    return "\n".join((where, *notes)), condensed.said(way[0]), *told


def _signed(condensed: Condensed, id: str) -> str:
    written = condensed.written[id]
    return f"{condensed.said(id)} ({written.by}, {day_words(written.day)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A cell of the summary grid in words: its space, its category, what it says, and how that stands now;
    ``held_back``: how many summaries in it are not told.
    """

    space: str
    category: str
    segments: int
    summary: str
    state: str
    held_back: int = 0


Lines = Sequence[Sequence[Told]]  # the cells of each space, all of the same categories


def grid_protection(lines: Lines) -> str:
    """Say which summaries are held back, and how many that are here."""
    rule = _(
        "Summaries that rest only on segments from collections in which fewer than {few} people could have said them "
        "are held back until a releaser decides. Here: {count}."
    )
    return rule.format(few=FEW, count=sum(each.held_back for cells in lines for each in cells))


def grid_table(lines: Lines, title: str, whose: str) -> DataTable:
    """Return a row for each cell of the grid."""
    head = (_("Space"), _("Category"), _("Segments"), _("Summary"), _("State"), _("Whose codings"))
    rows = tuple(
        (each.space, each.category, each.segments, each.summary or None, each.state, whose)
        for cells in lines
        for each in cells
    )
    return DataTable(name="raster", title=title, head=head, rows=rows)


def grid_wide(lines: Lines, title: str) -> DataTable:
    """Return the grid as it is seen: a row for each space, a column for each category."""
    columns = tuple(each.category for each in lines[0]) if lines else ()
    rows = tuple((cells[0].space, *map(_told, cells)) for cells in lines if cells)
    return DataTable(name="raster", title=title, head=(_("Space"), *columns), rows=rows)


def _told(cell: Told) -> str:
    told = f"({_('Segments')}: {cell.segments}; {cell.state})"
    return f"{cell.summary}\n{told}" if cell.summary else told


def grid_blocks(lines: Lines, title: str) -> Iterator[Block]:
    """Yield the grid for a document: a table for each space, as whole summaries need the width of the page."""
    yield Heading(text=title)
    for cells in filter(None, lines):
        yield Heading(text=cells[0].space, level=2)
        yield Table(
            caption=f"{title}: {cells[0].space}",
            head=(_("Category"), _("Segments"), _("Summary"), _("State")),
            rows=tuple((each.category, str(each.segments), each.summary, each.state) for each in cells),
            right=(1,),
            widths=(2.0, 1.0, 5.0, 2.0),
        )
