"""Find what a placeholder names: an indicator, an area, a period; what is not there is told with what is near."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from nahraum.base import Area, Issue, Period, Severity, State, WrongRequest
from nahraum.base.areas import named
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.edition import Edition, IndexResult
from nahraum.evidence.indicators.levels import is_whole, parents_of
from nahraum.evidence.indicators.show import rows as show
from nahraum.evidence.indicators.terms import Indicator

INDEX = "index"
CITY = ("stadt", "city", "gesamtstadt")


class Unfilled(Exception):
    """A placeholder that cannot be filled; carries the issue that says why."""

    def __init__(self, issue: Issue) -> None:
        self.issue = issue
        super().__init__(issue.sentence)


def unfilled(code: str, *, message: str, remedy: str = "", **params: object) -> Unfilled:
    """Return what to raise for a placeholder that cannot be filled; where nothing is near, nothing is advised."""
    remedy = "" if params.get("near") == "" else remedy
    return Unfilled(Issue(code=code, severity=Severity.ERROR, message=message, remedy=remedy, params=params))


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a number is about: an indicator (``k``: its place in the panel), or a node of an index."""

    id: str
    name: str
    indicator: Indicator | None = None
    k: int = -1
    index: IndexResult | None = None
    node: str = ""

    @property
    def is_group(self) -> bool:
        """Say whether it is a Lebenslage: part of an index, not the whole."""
        return self.index is not None and self.node != self.index.recipe.tree.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """An area of one level; the whole city has no level and no key."""

    level: str
    key: str
    name: str

    @property
    def is_city(self) -> bool:
        """Say whether it is the whole city."""
        return not self.level

    @property
    def label(self) -> str:
        """Return the name with the key, or the name of the city."""
        return self.name if self.is_city else named(self.key, {self.key: self.name})


def near(text: str, known: Iterable[str]) -> str:
    """Return the nearest of the known words as a list for a sentence (all of a few); empty for none."""
    words = {word.casefold(): word for word in known if word}
    found = get_close_matches(text.casefold(), list(words), n=3, cutoff=0.55)
    inside = [word for word in words if text and text.casefold() in word]
    picked = list(dict.fromkeys([*found, *inside]))[:3] or (list(words) if len(words) <= 6 else [])
    return ", ".join(words[word] for word in picked)


def subjects(edition: Edition) -> tuple[Subject, ...]:
    """Return all that a number can be about: indicators, the main index, other indices, their Lebenslagen."""
    found = [
        Subject(id=each.id, name=each.name, indicator=each, k=k) for k, each in enumerate(edition.panel.indicators)
    ]
    main = show.main(edition)
    found.append(Subject(id=INDEX, name=main.recipe.name or _("Index"), index=main, node=main.recipe.tree.id))
    for index in edition.indices:
        tree = index.recipe.tree
        found.append(Subject(id=index.recipe.id, name=index.recipe.name, index=index, node=tree.id))
        for level in range(tree.level - 1, 0, -1):
            found += [
                Subject(id=node.id, name=node.name or node.id, index=index, node=node.id)
                for node in tree.at(level)
                if index.score[node.id].shape[1] == len(index.areas)
            ]
    return tuple(found)


def find_subject(edition: Edition, text: str) -> Subject:
    """Return what the text names, by id before name. Raises Unfilled for nothing."""
    known, wanted = subjects(edition), text.casefold()
    for names in ([each.id for each in known], [each.name for each in known]):
        for subject, name in zip(known, names, strict=True):
            if name.casefold() == wanted:
                return subject
    raise unfilled(
        "placeholder-indicator-unknown",
        message="There is no indicator, Lebenslage or index “{text}”.",
        remedy="Near are: {near}.",
        text=text,
        near=near(text, [word for each in known for word in (each.id, each.name)]),
    )


def find_spot(edition: Edition, text: str) -> Spot:
    """Return the area with this key or name; empty, ``Stadt`` or the city's name: the whole city.

    ``Altstadt (Sozialraum)`` names the level as well, ``Altstadt (11)`` the key. Raises Unfilled where no area or
    several are meant.
    """
    if not text or text.casefold() in (*CITY, edition.imprint.city.casefold()):
        return Spot(level="", key="", name=edition.imprint.city)
    for level in edition.system.levels:  # the finest first: there keys are written most often
        for area in edition.system.at(level.id):
            if area.key.casefold() == text.casefold():
                return _spot(edition, area)
    found = _by_name(edition, text)
    if len(found) == 1:
        return _spot(edition, found[0])
    if found:
        names = {level.id: level.name for level in edition.system.levels}
        raise unfilled(
            "placeholder-area-ambiguous",
            message="“{text}” may be several areas: {areas}.",
            remedy="Write the area's key, or its name with the level in brackets.",
            text=text,
            areas=", ".join(f"{area.name} ({names[area.level]}, {area.key})" for area in found),
        )
    raise unfilled(
        "placeholder-area-unknown",
        message="There is no area “{text}”.",
        remedy="Near are: {near}.",
        text=text,
        near=near(text, [word for area in edition.system.areas for word in (area.name, area.key)]),
    )


def _by_name(edition: Edition, text: str) -> list[Area]:
    name, _bracket, detail = text.casefold().removesuffix(")").rpartition(" (")
    levels = {level.id: level.name.casefold() for level in edition.system.levels}
    whole = [area for area in edition.system.areas if area.name.casefold() == text.casefold()]
    return whole or [
        area
        for area in edition.system.areas
        if name == area.name.casefold() and detail in (area.key.casefold(), area.level.casefold(), levels[area.level])
    ]


def _spot(edition: Edition, area: Area) -> Spot:
    places = edition.system.at(area.level)
    if len(places) == 1 and is_whole(parents_of(edition.panel, edition.system, area.level), 1):
        return Spot(level="", key="", name=area.name)
    return Spot(level=area.level, key=area.key, name=area.name)


def periods_of(edition: Edition, subject: Subject) -> Sequence[Period]:
    """Return the periods for which something was delivered."""
    if subject.index is not None:
        return subject.index.periods
    there = (edition.panel.state[subject.k] != State.MISSING).any(axis=1)
    return [edition.panel.periods[p] for p in np.flatnonzero(there)] or edition.panel.periods[-1:]


def latest_of(edition: Edition, subject: Subject) -> Period:
    """Return the latest period: of an index the latest whole one, of an indicator the latest delivered."""
    return periods_of(edition, subject)[-1] if subject.index is None else subject.index.latest


def find_period(edition: Edition, subject: Subject, text: str) -> Period:
    """Return the period; empty: the latest for which something was delivered. Raises Unfilled."""
    known = periods_of(edition, subject)
    if not text:
        return latest_of(edition, subject)
    try:
        wanted = Period.parse(text)
    except WrongRequest:
        wanted = None
    for period in known:
        if period == wanted or period.label.casefold() == text.casefold():
            return period
    raise unfilled(
        "placeholder-period-unknown",
        message="“{name}” has no period “{text}”.",
        remedy="There are: {known}.",
        name=subject.name,
        text=text,
        known=", ".join(map(str, known)),
    )
