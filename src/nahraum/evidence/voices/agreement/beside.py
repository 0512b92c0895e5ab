"""What two people marked in a text, side by side: where they agree, where bounds differ, where one saw nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop

LONGEST = 160  # code points of a stretch that are shown in one line; of longer ones begin and end


class Difference(StrEnum):
    """How the stretches of two people lie to each other."""

    SAME = "same"
    BOUNDS = "bounds"
    ONE = "one"
    OTHER = "other"
    NEITHER = "neither"  # only the team agreed on it

    @property
    def sign(self) -> str:
        """Return a sign that tells it beside the words."""
        return SIGNS[self]

    def words(self, one: str, other: str) -> str:
        """Say it, with the names of the two."""
        return _(WORDS[self]).format(one=one, other=other)


SIGNS = {
    Difference.SAME: "=",
    Difference.BOUNDS: "≈",
    Difference.ONE: "←",
    Difference.OTHER: "→",
    Difference.NEITHER: "○",
}
WORDS = {
    Difference.SAME: gettext_noop("alike"),
    Difference.BOUNDS: gettext_noop("other bounds"),
    Difference.ONE: gettext_noop("only {one}"),
    Difference.OTHER: gettext_noop("only {other}"),
    Difference.NEITHER: gettext_noop("neither of the two"),
}


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A coding: ``start``, ``end`` in code points, half-open; ``id`` as the caller knows it."""

    start: int
    end: int
    category: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Stretches with one category that overlap, of two people and those that the team agreed on.

    ``uncoded``: what the team wrote down about staying uncoded, if it covers the whole place.
    """

    category: str
    start: int
    end: int
    one: tuple[Mark, ...]
    other: tuple[Mark, ...]
    agreed: tuple[Mark, ...]
    uncoded: tuple[Mark, ...] = ()

    @property
    def is_decided(self) -> bool:
        """Say whether the team decided about it: what is coded here, or that nothing is."""
        return bool(self.agreed or self.uncoded)

    @property
    def difference(self) -> Difference:
        """Return how the two differ here."""
        if not self.one and not self.other:
            return Difference.NEITHER
        if not self.one or not self.other:
            return Difference.ONE if self.one else Difference.OTHER
        return Difference.SAME if _bounds(self.one) == _bounds(self.other) else Difference.BOUNDS

    @property
    def is_different(self) -> bool:
        """Say whether the two differ."""
        return self.difference not in (Difference.SAME, Difference.NEITHER)


def _bounds(marks: Iterable[Mark]) -> set[tuple[int, int]]:
    return {(each.start, each.end) for each in marks}


def places(
    one: Iterable[Mark], other: Iterable[Mark], agreed: Iterable[Mark] = (), uncoded: Iterable[Mark] = ()
) -> tuple[Place, ...]:
    """Return the places of a text in its order; what overlaps with one category is one place, what only touches not.

    ``uncoded``: stretches of which the team agreed that they stay uncoded; a place that reaches further is open again.
    """
    of_category: dict[str, list[tuple[Mark, int]]] = {}
    for whose, marks in enumerate((one, other, agreed)):
        for each in marks:
            of_category.setdefault(each.category, []).append((each, whose))
    found = [place for some in of_category.values() for place in _joined(sorted(some))]
    for mark in uncoded:
        found = [_uncoded(each, mark) for each in found]
    return tuple(sorted(found, key=lambda each: (each.start, each.end, each.category)))


def _uncoded(place: Place, mark: Mark) -> Place:
    covers = mark.category == place.category and mark.start <= place.start and place.end <= mark.end
    return replace(place, uncoded=(*place.uncoded, mark)) if covers else place


def _joined(marks: Sequence[tuple[Mark, int]]) -> Iterator[Place]:
    group: list[tuple[Mark, int]] = []
    end = 0
    for mark, whose in marks:
        if group and mark.start >= end:
            yield _place(group, end)
            group = []
        group.append((mark, whose))
        end = max(end, mark.end) if len(group) > 1 else mark.end
    if group:
        yield _place(group, end)


def _place(group: Sequence[tuple[Mark, int]], end: int) -> Place:
    one, other, agreed = (tuple(mark for mark, whose in group if whose == n) for n in range(3))
    first = group[0][0]
    return Place(category=first.category, start=first.start, end=end, one=one, other=other, agreed=agreed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a text, counted from 1, with the places that touch it; its line end belongs to it."""

    number: int
    start: int
    words: str
    places: tuple[Place, ...]

    @property
    def end(self) -> int:
        """Return where its words end."""
        return self.start + len(self.words)

    def begins(self, place: Place) -> bool:
        """Say whether a place begins here: what is decided about it is decided once."""
        return place.start >= self.start

    def quoted(self, mark: Mark) -> str:
        """Return what a mark covers here, shortened in its middle; dots where it goes on outside; empty if nothing."""
        if mark.end <= self.start or mark.start > self.end:
            return ""
        words = self.words[max(mark.start - self.start, 0) : max(mark.end - self.start, 0)]
        if len(words) > LONGEST:
            words = f"{words[: LONGEST * 2 // 3]} […] {words[-LONGEST // 3 :]}"
        return f"{'… ' if mark.start < self.start else ''}{words}{' …' if mark.end > self.end + 1 else ''}"


def lines(text: str, found: Sequence[Place]) -> Iterator[Line]:
    """Yield the lines of a text with the ``found`` places that touch each."""
    waiting = sorted(found, key=lambda each: each.start, reverse=True)
    here: list[Place] = []
    start = 0
    for number, words in enumerate(text.split("\n"), start=1):
        after = start + len(words) + 1
        here = [each for each in here if each.end > start]
        while waiting and waiting[-1].start < after:
            here.append(waiting.pop())
        yield Line(number=number, start=start, words=words, places=tuple(here))
        start = after
