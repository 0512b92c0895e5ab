"""Settle a gathered project: references to what exists, positions in our convention; what fails is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nahraum.base import Severity
from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.exchange.dialect import Choice, Marked, decide, placed
from nahraum.evidence.voices.exchange.gathering import Gathering
from nahraum.evidence.voices.exchange.model import (
    NOWHERE,
    Case,
    Code,
    Codings,
    Group,
    Guids,
    On,
    Role,
    Selections,
    SyncPoint,
    Text,
    User,
    Value,
)

_T = TypeVar("_T")


def complete(g: Gathering) -> None:
    """Add users and codes that are referred to but not defined; nobody's coding is lost for that."""
    known = {user.guid for user in g.users}
    named = [guid for stamp in g.stamps.values() for guid in (stamp.creator, stamp.modifier)] + g.codings.coder
    named += [g.root.get("creatingUserGUID", ""), g.root.get("modifyingUserGUID", "")]
    for guid in dict.fromkeys(named):
        if guid and guid not in known:
            g.users.append(User(guid=guid))
            g.told.tell(
                "exchange-user-unknown",
                message="A user is referred to but not defined; kept without a name.",
                severity=Severity.NOTICE,
                value=guid,
            )
    codes = {code.guid for code in g.codes}
    for guid in dict.fromkeys(g.codings.code):
        if guid not in codes:
            g.codes.append(Code(guid=guid, name=guid))
            g.told.tell(
                "exchange-code-unknown",
                message="A code is used but not defined; kept under its GUID as a name.",
                remedy="Give the code a name.",
                value=guid,
            )


def settle_references(g: Gathering, selections: Guids) -> None:
    """Leave out references of cases, sets and memos to what does not exist; each is told."""
    codes = {code.guid for code in g.codes}
    notes = {text.guid for text in g.texts if text.role is Role.NOTE}
    sources = {text.guid for text in g.texts} | {medium.guid for medium in g.media}
    places = {*selections, *(region.guid for region in g.regions)}
    variables = {variable.guid for variable in g.variables}

    def known(found: Iterable[str], among: Collection[str], name: str) -> Guids:
        return tuple(guid for guid in found if guid in among or _tell_loose(g, guid, name))

    def values(found: Iterable[Value], name: str) -> tuple[Value, ...]:
        return tuple(value for value in found if value.variable in variables or _tell_loose(g, value.variable, name))

    def case(c: Case) -> Case:
        c = replace(c, codes=known(c.codes, codes, c.name), sources=known(c.sources, sources, c.name))
        return replace(c, selections=known(c.selections, places, c.name), values=values(c.values, c.name))

    def group(s: Group) -> Group:
        s = replace(s, codes=known(s.codes, codes, s.name), sources=known(s.sources, sources, s.name))
        return replace(s, notes=known(s.notes, notes, s.name))

    g.cases = [case(c) for c in g.cases]
    g.sets = [group(s) for s in g.sets]
    g.codes = [replace(c, notes=known(c.notes, notes, c.name)) if c.notes else c for c in g.codes]
    g.links = [replace(link, notes=known(link.notes, notes, link.name)) if link.notes else link for link in g.links]
    g.regions = [replace(r, notes=known(r.notes, notes, r.name)) if r.notes else r for r in g.regions]
    g.texts = [
        replace(t, notes=known(t.notes, notes, t.name), values=values(t.values, t.name)) if t.notes or t.values else t
        for t in g.texts
    ]
    g.media = [
        replace(m, notes=known(m.notes, notes, m.name), values=values(m.values, m.name)) if m.notes or m.values else m
        for m in g.media
    ]
    g.notes = list(known(g.notes, notes, g.root.get("name", "")))
    for rows in (g.selections.notes, g.codings.notes):
        rows[:] = [(row, note) for row, note in rows if note in notes or _tell_loose(g, note, "")]


def _tell_loose(g: Gathering, guid: str, name: str) -> bool:
    g.told.tell(
        "exchange-reference-loose",
        message="“{name}” refers to something that is not there; the reference is left out.",
        severity=Severity.NOTICE,
        value=guid,
        name=name,
    )
    return False


def settle_positions(g: Gathering) -> tuple[Selections, NDArray[np.bool_], dict[str, Choice]]:
    """Bring all positions into our convention; return selections kept, which those are, each text's dialect."""
    rows = g.selections
    text, start, end = (np.array(column, dtype=np.int64) for column in (rows.text, rows.start, rows.end))
    kept = np.ones(len(text), dtype=bool)
    order = np.argsort(text, kind="stable")
    bounds = np.searchsorted(text[order], np.arange(len(g.texts) + 1))
    of_text = [order[bounds[n] : bounds[n + 1]] for n in range(len(g.texts))]
    told = np.array(rows.told, dtype=bool)
    placeable = [members[told[members]] for members in of_text]
    marked = {n: written for n, written in enumerate(g.written) if written and (len(of_text[n]) or g.texts[n].points)}
    choices = decide(
        [
            Marked(
                written=written,
                start=start[placeable[n]],
                end=end[placeable[n]],
                quotes=[(rows.name[row], rows.description[row]) for row in placeable[n]],
            )
            for n, written in marked.items()
        ],
        g.root.get("origin", ""),
    )
    chosen = {}
    for (number, written), choice in zip(marked.items(), choices, strict=True):
        if (
            g.texts[number].role is Role.TRANSCRIPT
        ):  # its stretches lie between sync points, which name no last character
            choice = replace(choice, dialect=choice.dialect._replace(inclusive=False))
        members = placeable[number]
        there = placed(written, choice.dialect, start[members], end[members])
        _tell_placed(g, g.texts[number], members, there.outside, there.split)
        start[members], end[members] = there.start, there.end
        kept[members] = ~there.outside
        g.texts[number] = replace(g.texts[number], points=_points(g, number, choice))
        if len(members):
            chosen[g.texts[number].guid] = choice
    _keep_notes(g, kept)
    return _selections(g, kept, text, start, end), kept, chosen


def _keep_notes(g: Gathering, kept: NDArray[np.bool_]) -> None:
    """Let memos on places that are left out, and on codings there, stay with their text."""
    rows, codings = g.selections, g.codings
    on = [*rows.notes]
    on += [(codings.number[row], note) for row, note in codings.notes if codings.on[row] == On.SELECTION]
    left: dict[int, list[str]] = {}
    for row, note in on:
        if not kept[row]:
            left.setdefault(rows.text[row], []).append(note)
    for number, notes in left.items():
        g.texts[number] = replace(g.texts[number], notes=(*g.texts[number].notes, *notes))


def _points(g: Gathering, number: int, choice: Choice) -> tuple[SyncPoint, ...]:
    """Return the sync points of a text in our convention; one outside of the text keeps its time only."""
    written, points = g.written[number], g.texts[number].points
    if not points or written is None:
        return points
    raw = np.array([NOWHERE if point.position is None else point.position for point in points], dtype=np.int64)
    there = placed(written, choice.dialect, raw, raw)
    settled = []
    for point, position, outside in zip(points, there.start.tolist(), there.outside, strict=True):
        if outside and point.position is not None:
            _tell_outside(g, g.texts[number], point.guid, point.position, point.position)
        told = None if outside or point.position is None else position
        settled.append(replace(point, position=told))
    return tuple(settled)


def _tell_placed(g: Gathering, text: Text, members: Ints, outside: NDArray[np.bool_], split: NDArray[np.bool_]) -> None:
    rows = g.selections
    for row in members[outside]:
        _tell_outside(g, text, rows.guid[row], rows.start[row], rows.end[row])
    for row in members[split]:
        g.told.tell(
            "exchange-position-split",
            message="“{text}”: positions {start}–{end} lie within a character or line end; widened to the whole of it.",
            value=rows.guid[row],
            text=text.name,
            start=rows.start[row],
            end=rows.end[row],
        )


def _tell_outside(g: Gathering, text: Text, guid: str, start: int, end: int) -> None:
    g.told.tell(
        "exchange-position-outside",
        message="“{text}”: positions {start}–{end} lie outside of the text ({length} characters); left out.",
        remedy="Look at this place in the program that the project comes from, and export it again.",
        value=guid,
        text=text.name,
        start=start,
        end=end,
        length=len(text.text or ""),
    )


def _selections(g: Gathering, kept: NDArray[np.bool_], text: Ints, start: Ints, end: Ints) -> Selections:
    rows = g.selections
    renumbered = np.cumsum(kept) - 1

    def column(values: list[_T]) -> tuple[_T, ...]:
        return tuple(values) if kept.all() else tuple(v for v, k in zip(values, kept, strict=True) if k)

    return Selections(
        guid=column(rows.guid),
        text=text[kept],
        start=start[kept],
        end=end[kept],
        name=column(rows.name),
        description=column(rows.description),
        stamp=column(rows.stamp),
        first=column(rows.first),
        last=column(rows.last),
        notes=tuple((int(renumbered[row]), note) for row, note in rows.notes if kept[row]),
    )


def settle_codings(g: Gathering, kept: NDArray[np.bool_]) -> Codings:
    """Return the codings with users and codes as numbers; those on selections that are left out go with them."""
    rows = g.codings
    on, number = np.array(rows.on, dtype=np.int64), np.array(rows.number, dtype=np.int64)
    renumbered = np.cumsum(kept) - 1
    stretch = on == On.SELECTION
    stays = np.ones(len(on), dtype=bool)
    stays[stretch] = kept[number[stretch]]
    number[stretch] = renumbered[number[stretch]]
    users = {user.guid: n for n, user in enumerate(g.users)}
    codes = {code.guid: n for n, code in enumerate(g.codes)}
    again = np.cumsum(stays) - 1
    for row in np.flatnonzero(~stays):
        g.told.tell(
            "exchange-coding-lost",
            message="A coding with “{code}” is left out with its place.",
            value=rows.guid[row],
            code=g.codes[codes[rows.code[row]]].name,
        )
    return Codings(
        guid=tuple(rows.guid[row] for row in np.flatnonzero(stays)),
        coder=np.array([users.get(guid, NOWHERE) for guid in rows.coder], dtype=np.int64)[stays],
        code=np.array([codes[guid] for guid in rows.code], dtype=np.int64)[stays],
        on=on[stays],
        number=number[stays],
        created=tuple(rows.created[row] for row in np.flatnonzero(stays)),
        notes=tuple((int(again[row]), note) for row, note in rows.notes if stays[row]),
    )
