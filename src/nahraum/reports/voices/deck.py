"""What the slides of one space say: theme by perspective, with counts, quotations and where they come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories.terms import Category
from nahraum.evidence.voices.coded import Coded, themes
from nahraum.evidence.voices.evidence import Quotation
from nahraum.reports.blocks import Block, Listing, Quote, Table, Text
from nahraum.reports.resolve import ChapterText, fill
from nahraum.reports.stamp import Stamp, day_words, stamp_words
from nahraum.reports.voices.chapters import finer_themes, theme_head, theme_rows
from nahraum.reports.voices.counted import MEASURES, said, space_title
from nahraum.reports.voices.quoting import held_back_words, marked, shown, source, summary_held_back
from nahraum.reports.voices.told import OfSpace, Told, cell_tables, sample_tables


class Style(Enum):
    """How a paragraph on a slide is set."""

    TEXT = "text"
    QUOTE = "quote"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A paragraph on a slide."""

    text: str
    style: Style = Style.TEXT


Point = tuple[Said, ...]  # paragraphs that stay on one slide: a quotation and its source


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """One slide, or several where it does not fit on one: points or a table. ``notes``: sources, for the speaker."""

    title: str
    points: tuple[Point, ...] = ()
    table: Table | None = None
    notes: str = ""


def deck(coded: Coded, told: Told, stamp: Stamp, *, least: int = 4) -> tuple[Slide, ...]:
    """Return the set of one space (city-wide: with the themes across spaces), in the language spoken here."""
    return (
        _title(coded, told, stamp),
        *_tables(coded, told, stamp),
        *_cells(coded, told, stamp),
        *(_across(coded, stamp, least) if told.row is None and coded.spaces else ()),
        _sources(coded, stamp),
    )


def _title(coded: Coded, told: Told, stamp: Stamp) -> Slide:
    imprint = stamp.imprint
    lines = (coded.study.title, f"{imprint.publisher} · {day_words(imprint.date)}")
    fictional = (_("Fictional city: none of these numbers is real."),) if imprint.fictional else ()
    return Slide(
        title=space_title(coded, told.row),
        points=tuple((Said(text=words),) for words in (*lines, *fictional)),
        notes=_notes(coded, stamp),
    )


def _tables(coded: Coded, told: Told, stamp: Stamp) -> Iterator[Slide]:
    name, notes = space_title(coded, told.row), _notes(coded, stamp)
    for table in sample_tables(coded, told.row):
        yield Slide(title=_("{space}: who was reached").format(space=name), table=table, notes=notes)
    for table in cell_tables(coded, told.row):
        yield Slide(title=_("{space}: themes at a glance").format(space=name), table=table, notes=notes)


def _cells(coded: Coded, told: Told, stamp: Stamp) -> Iterator[Slide]:
    """Yield theme by perspective; cells in which nothing was said have no slide, the table at a glance shows them."""
    for theme in coded.system.under(None):
        below = coded.system.under(theme.id)
        for category, own in ((theme, True), *((each, False) for each in below)):
            points = tuple(_points(coded, told, category, own=own and bool(below)))
            if points:
                quoted = coded.quotations(coded.quotable(told.row, category.id, own=own and bool(below)))
                title = theme.name if own else f"{theme.name}: {category.name}"
                yield Slide(title=title, points=points, notes=_notes(coded, stamp, quoted))


def _points(coded: Coded, told: Told, category: Category, *, own: bool) -> Iterator[Point]:
    summary = told.summary(coded, category.id)
    if summary is None:
        yield (Said(text=summary_held_back(), style=Style.SOURCE),)
    elif summary:
        blocks = fill(ChapterText(title="", text=summary), OfSpace(coded=coded, row=told.row)).blocks
        yield from ((Said(text=words),) for words in plain_lines(blocks))
    if not own:
        yield from ((Said(text=words),) for words in finer_themes(coded, told, category))
    quoted = coded.quotations(coded.quotable(told.row, category.id, own=own))
    for each in shown(quoted):
        yield (
            Said(text=" ".join(marked(each).split()), style=Style.QUOTE),
            Said(text=source(coded, each), style=Style.SOURCE),
        )
    if words := held_back_words(quoted):
        yield (Said(text=words, style=Style.SOURCE),)


def plain_lines(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the words of paragraphs, lists and quotations, one line for each paragraph."""
    for block in blocks:
        if isinstance(block, Text):
            yield " ".join("".join(run.text for run in block.runs).split())
        elif isinstance(block, Listing):
            for item in block.items:
                yield from plain_lines(item)
        elif isinstance(block, Quote):
            yield from plain_lines(block.blocks)


def _across(coded: Coded, stamp: Stamp, least: int) -> Iterator[Slide]:
    found = themes(coded, least)
    for main in coded.system.under(None):
        rows = tuple(words for _reach, words in theme_rows(coded, found, main.id))
        if rows:
            title = _("{category}: across spaces").format(category=main.name)
            caption = _("{category}: in how many of {count} spaces a theme is named").format(
                category=main.name, count=len(found.spaces)
            )
            table = Table(
                caption=caption, head=theme_head(found), rows=rows, right=(1, 5), widths=(4, 1, 1.2, 1.2, 1.2, 1.3)
            )
            yield Slide(title=title, table=table, notes=_notes(coded, stamp))


def _sources(coded: Coded, stamp: Stamp) -> Slide:
    words = (*said(coded, MEASURES["segments"], 2), stamp.protection, " · ".join(stamp_words(stamp)))
    return Slide(
        title=_("How it was evaluated"),
        points=tuple((Said(text=each),) for each in words),
        notes=_notes(coded, stamp),
    )


def _notes(coded: Coded, stamp: Stamp, quoted: Sequence[Quotation] = ()) -> str:
    """Return the sources of a slide: where its quotations come from, what was counted, who publishes it when."""
    sources = dict.fromkeys(source(coded, each) for each in shown(quoted))
    lines = [_("Quotations from: {sources}.").format(sources="; ".join(sources))] if sources else []
    return "\n".join([*lines, *said(coded, MEASURES["segments"], 2), " · ".join(stamp_words(stamp))])
