"""Matrices of a study as tables that say what was counted, whose codings count, and where they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.evidence.voices.behind import CITY, METHOD, SPACE, SPACES, TEXT
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
    counted, whose codings, at which level. ``row_keys`` and ``column_keys``: by which `behind` knows them.
    ``about``: the attribute that it counts by.
    """

    kind: str
    measure: str
    title: str
    corner: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row_keys: tuple[str, ...]
    column_keys: tuple[str, ...]
    counts: Ints
    said: tuple[str, ...]
    about: str = ""


def matrices(coded: Coded, level: int | None = None, paragraphs: Ints | None = None) -> tuple[Counted, ...]:
    """Return all matrices of a study at one level of its categories, in the language spoken here.

    ``paragraphs``: the first and last paragraph that each coding touches (N x 2); without them that way to meet is not
    counted.
    """
    return (
        *(table(coded, kind, measure, level) for kind in (SPACE, METHOD) for measure in MEASURES),
        table(coded, TEXT, "segments", level),
        *(
            meeting_table(coded, meeting, level, paragraphs)
            for meeting in Meeting
            if meeting is not Meeting.PARAGRAPH or paragraphs is not None
        ),
    )


def table(coded: Coded, kind: str, measure: str, level: int | None = None) -> Counted:
    """Return categories by spaces or methods, or texts by categories; ``measure``: one of `MEASURES`."""
    return {SPACE: _spaces, METHOD: _methods, TEXT: _texts}[kind](coded, measure, level)


def _spaces(coded: Coded, measure: str, level: int | None) -> Counted:
    """City-wide stands apart from the sum of the spaces."""
    found, count = space_by_category(coded, level), len(coded.spaces)
    values = getattr(found.counts, measure).T
    keys = [row or CITY for row in found.rows]
    if measure != "coders":  # the same person may code in several spaces
        values = np.insert(values, count, values[:, :count].sum(axis=1), axis=1)
        keys.insert(count, SPACES)
    columns = {key: row_name(coded, SPACE, key) for key in keys}
    return by_category(coded, found, SPACE, _("Space by category"), measure, columns, values, level)


def _methods(coded: Coded, measure: str, level: int | None) -> Counted:
    found = method_by_category(coded, level)
    columns = {row: row_name(coded, METHOD, row) for row in found.rows if row is not None}
    values = getattr(found.counts, measure).T
    return by_category(coded, found, METHOD, _("Method by category"), measure, columns, values, level)


def _texts(coded: Coded, measure: str, level: int | None) -> Counted:
    found = text_by_category(coded, level)
    titles = tuple(coded.titles) or tuple(text[:12] for text in coded.material.texts)
    return Counted(
        kind=TEXT,
        measure=measure,
        title=f"{_('Code by text')} · {_(SHORT[measure])}",
        corner=_("Text"),
        rows=titles,
        columns=labels(coded, found.columns),
        row_keys=tuple(str(n) for n in range(len(titles))),
        column_keys=found.columns,
        counts=getattr(found.counts, measure),
        said=said(coded, MEASURES[measure], level, whole=True),
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
        row_keys=columns,
        column_keys=columns,
        counts=counts,
        said=said(coded, MEETINGS[meeting], level, whole=True),
    )


def said(coded: Coded, counted: str, level: int | None, *, whole: bool = False) -> tuple[str, ...]:
    """Return what was counted (an English msgid) and what that rests on; ``whole``: and what is left out."""
    words = (_("Counted: {what}.").format(what=_(counted)), *basis(coded, level))
    return (*words, *(_left_out(coded, level) if whole else ()))


def basis(coded: Coded, level: int | None) -> tuple[str, ...]:
    """Return whose codings count, at which level, of which version of the system, and within which limit."""
    words = (
        _("Whose codings count: {whose}.").format(whose=coded.whose),
        _("Category system: {name}, version {version}; {level}.").format(
            name=coded.system.name, version=coded.system.version, level=level_words(level)
        ),
        _("Study: {title}.").format(title=coded.study.title),
    )
    limited = (_("Only texts with: {limit}.").format(limit=coded.limited),) if coded.limited else ()
    return (*words, *limited)


def _left_out(coded: Coded, level: int | None) -> Iterator[str]:
    if above := coded.above(level):
        yield _("Codings above this level, which stand in no row: {count}.").format(count=above)
    if former := coded.former:
        yield _("Codings at categories no longer in force, which stand in no row: {count}.").format(count=former)
    if uncoded := coded.uncoded:
        count = len(coded.material.texts)
        yield _("Texts without any of these codings: {uncoded} of {count}.").format(uncoded=uncoded, count=count)
    if silent := coded.silent:
        names = ", ".join(space_name(coded, space) for space in silent)
        yield _("There is no text from {spaces}: a zero there says nothing.").format(spaces=names)


def level_words(level: int | None) -> str:
    """Name a level of the tree of categories."""
    if level is None:
        return _("finest categories")
    return _("main categories") if level == 1 else _("categories of level {level}").format(level=level)


def space_name(coded: Coded, row: Row) -> str:
    """Return the name of a space, or “city-wide”."""
    return _("city-wide") if row is None else coded.names.get(row, row)


def row_name(coded: Coded, kind: str, key: str) -> str:
    """Return the name of what a table counts by, by its key: a method, a space, all of them, or “city-wide”."""
    if kind == METHOD:
        return Method(key).label if key in set(Method) else key
    return _("All spaces") if key == SPACES else space_name(coded, None if key == CITY else key)


def space_title(coded: Coded, row: Row) -> str:
    """Return the name of a space as a title begins with it."""
    return _("City-wide") if row is None else space_name(coded, row)


def labels(coded: Coded, columns: Sequence[str]) -> tuple[str, ...]:
    """Return categories as a table names them, with those above."""
    return tuple(coded.system.label(id) for id in columns)


def by_category(
    coded: Coded,
    found: Crossed,
    kind: str,
    title: str,
    measure: str,
    columns: Mapping[str, str],
    counts: Ints,
    level: int | None,
) -> Counted:
    """Return categories by something else; ``columns``: names by key."""
    return Counted(
        kind=kind,
        measure=measure,
        title=f"{title} · {_(SHORT[measure])}",
        corner=_("Category"),
        rows=labels(coded, found.columns),
        columns=tuple(columns.values()),
        row_keys=found.columns,
        column_keys=tuple(columns),
        counts=counts,
        said=said(coded, MEASURES[measure], level, whole=True),
    )
