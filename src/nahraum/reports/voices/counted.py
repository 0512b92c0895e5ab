"""Matrices of a study as tables that say what was counted, whose codings count, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.evidence.voices.coded import (
    Coded,
    Crossed,
    Row,
    meetings,
    method_by_category,
    space_by_category,
    text_by_category,
)
from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.studies.terms import Method
from nahraum.evidence.voices.together import Meeting

MEASURES = {
    "segments": gettext_noop("segments: different stretches of text, however many people or codes marked them"),
    "texts": gettext_noop("texts: different texts with such a segment"),
    "coders": gettext_noop("coders: different people who coded such a segment"),
    "codings": gettext_noop("codings: every mark"),
}
MEETINGS = {
    Meeting.OVERLAP: gettext_noop("pairs of codings that overlap: they share a character"),
    Meeting.NESTING: gettext_noop("pairs of codings of which that of the row lies wholly in that of the column"),
    Meeting.PARAGRAPH: gettext_noop("pairs of codings that touch the same paragraph"),
}
SHORT = {
    "segments": gettext_noop("segments"),
    "texts": gettext_noop("texts"),
    "coders": gettext_noop("coders"),
    "codings": gettext_noop("codings"),
    Meeting.OVERLAP: gettext_noop("overlap"),
    Meeting.NESTING: gettext_noop("nesting"),
    Meeting.PARAGRAPH: gettext_noop("same paragraph"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """A table of counts, R rows by K columns. ``kind`` and ``measure`` name it in file names; ``said``: what was
    counted, whose codings, at which level.
    """

    kind: str
    measure: str
    title: str
    corner: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Ints
    said: tuple[str, ...]


def matrices(coded: Coded, level: int | None = None, paragraphs: Ints | None = None) -> tuple[Counted, ...]:
    """Return all matrices of a study at one level of its categories, in the language spoken here.

    ``paragraphs``: the first and last paragraph that each coding touches (N x 2); without them that way to meet is not
    counted.
    """
    return (
        *spaces(coded, level),
        *methods(coded, level),
        texts(coded, level),
        *(
            meeting_table(coded, meeting, level, paragraphs)
            for meeting in Meeting
            if meeting is not Meeting.PARAGRAPH or paragraphs is not None
        ),
    )


def spaces(coded: Coded, level: int | None = None) -> tuple[Counted, ...]:
    """Return space by category, one table per measure; city-wide stands apart from the sum of the spaces."""
    found = space_by_category(coded, level)
    columns, count = [space_name(coded, row) for row in found.rows], len(coded.spaces)
    tables = []
    for measure in MEASURES:
        values = getattr(found.counts, measure).T
        named = columns
        if measure != "coders":  # the same person may code in several spaces
            values = np.insert(values, count, values[:, :count].sum(axis=1), axis=1)
            named = [*columns[:count], _("All spaces"), *columns[count:]]
        tables.append(_by_category(coded, found, "space", _("Space by category"), measure, named, values, level))
    return tuple(tables)


def methods(coded: Coded, level: int | None = None) -> tuple[Counted, ...]:
    """Return method by category, one table per measure."""
    found = method_by_category(coded, level)
    named = [Method(row).label for row in found.rows if row is not None]
    title = _("Method by category")
    return tuple(
        _by_category(coded, found, "method", title, measure, named, getattr(found.counts, measure).T, level)
        for measure in MEASURES
    )


def texts(coded: Coded, level: int | None = None) -> Counted:
    """Return code by text: the segments of every category in every text, one row per text."""
    found = text_by_category(coded, level)
    titles = tuple(coded.titles) or tuple(text[:12] for text in coded.material.texts)
    return Counted(
        kind="text",
        measure="segments",
        title=f"{_('Code by text')} · {_(SHORT['segments'])}",
        corner=_("Text"),
        rows=titles,
        columns=labels(coded, found.columns),
        counts=found.counts.segments,
        said=said(coded, MEASURES["segments"], level, found.left_out),
    )


def meeting_table(coded: Coded, meeting: Meeting, level: int | None = None, paragraphs: Ints | None = None) -> Counted:
    """Return how often categories meet; which way of meeting is named in its title."""
    columns, counts = meetings(coded, meeting, level, paragraphs)
    named = labels(coded, columns)
    return Counted(
        kind="together",
        measure=meeting.value,
        title=f"{_('Codes that meet')} · {_(SHORT[meeting])}",
        corner=_("Category"),
        rows=named,
        columns=named,
        counts=counts,
        said=said(coded, MEETINGS[meeting], level, 0),
    )


def said(coded: Coded, counted: str, level: int | None, left_out: int) -> tuple[str, ...]:
    """Return what was counted (an English msgid), whose codings, at which level, of which version of the system."""
    words = [
        _("Counted: {what}.").format(what=_(counted)),
        _("Whose codings count: {whose}.").format(whose=coded.whose),
        _("Category system: {name}, version {version}; {level}.").format(
            name=coded.system.name, version=coded.system.version, level=level_words(level)
        ),
        _("Study: {title}.").format(title=coded.study.title),
    ]
    if left_out:
        words.append(_("Codings above this level, which stand in no row: {count}.").format(count=left_out))
    return tuple(words)


def level_words(level: int | None) -> str:
    """Name a level of the tree of categories."""
    if level is None:
        return _("finest categories")
    return _("main categories") if level == 1 else _("categories of level {level}").format(level=level)


def space_name(coded: Coded, row: Row) -> str:
    """Return the name of a space, or “city-wide”."""
    return _("city-wide") if row is None else coded.names.get(row, row)


def space_title(coded: Coded, row: Row) -> str:
    """Return the name of a space as a title begins with it."""
    return _("City-wide") if row is None else space_name(coded, row)


def labels(coded: Coded, columns: Sequence[str]) -> tuple[str, ...]:
    """Return categories as a table names them, with those above."""
    return tuple(coded.system.label(id) for id in columns)


def _by_category(
    coded: Coded,
    found: Crossed,
    kind: str,
    title: str,
    measure: str,
    columns: Sequence[str],
    counts: Ints,
    level: int | None,
) -> Counted:
    return Counted(
        kind=kind,
        measure=measure,
        title=f"{title} · {_(SHORT[measure])}",
        corner=_("Category"),
        rows=labels(coded, found.columns),
        columns=tuple(columns),
        counts=counts,
        said=said(coded, MEASURES[measure], level, found.left_out),
    )
