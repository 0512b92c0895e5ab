"""A study as it was coded: what tables, chapters and slides are made from, and how its matrices are laid out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nahraum.evidence.voices.categories.terms import System
from nahraum.evidence.voices.codings import Codings, Ints
from nahraum.evidence.voices.cross_space import Reach, cross_space
from nahraum.evidence.voices.evidence import Evidence, Material, Quotation, evidence, held_texts, quotation
from nahraum.evidence.voices.matrix import OUTSIDE, Matrix, matrix
from nahraum.evidence.voices.studies.keeping import FEW
from nahraum.evidence.voices.studies.terms import Collection, Method, Study
from nahraum.evidence.voices.together import Meeting, together

Row = str | None  # the key of a space, or None for what was said city-wide


def _none() -> Ints:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded:
    """A study and the codings that count. ``whose``: whose they are, in words; ``categories``: the id of each code.

    ``names``: of spaces, by key; ``titles``: of texts, for the team's own tables; ``quoted``: numbers of codings marked
    as original quotations; ``few`` and ``released`` as in `studies.keeping.held_back`. ``variables``: of each text
    {name: value}; ``limited``: to which texts, in words, empty where all count (see `traits`).
    """

    study: Study
    system: System
    codings: Codings
    categories: tuple[str, ...]
    material: Material
    whose: str
    names: Mapping[str, str] = field(default_factory=dict)
    titles: Sequence[str] = ()
    quoted: Ints = field(default_factory=_none)
    few: int = FEW
    released: frozenset[str] = frozenset()
    variables: Sequence[Mapping[str, str]] = ()
    limited: str = ""

    @property
    def spaces(self) -> tuple[str, ...]:
        """Return the spaces of the study, then any others that collections name."""
        named = (each.space for each in self.material.collections.values())
        return tuple(dict.fromkeys((*self.study.spaces, *(space for space in named if space is not None))))

    @property
    def within(self) -> tuple[Collection, ...]:
        """Return the collections that count: all of the study, or those with texts within its limit."""
        ids = dict.fromkeys(self.material.collection) if self.limited else self.material.collections
        return tuple(self.material.collections[id] for id in ids)

    @property
    def depth(self) -> int:
        """Return how many levels the category system has."""
        return max((len(self.system.line(each.id)) for each in self.system.categories), default=0)

    @property
    def former(self) -> int:
        """Return the number of codings whose category is not in force any more: they stand in no table."""
        gone = np.array([self.system.find(id) is None for id in self.categories], dtype=bool)
        return int(gone[self.codings.code].sum())

    def above(self, level: int | None = None) -> int:
        """Return the number of codings that stand in no column, because their category lies above the level."""
        outside = self.column_of_code(self.columns(level)) == OUTSIDE
        return int(outside[self.codings.code].sum()) - self.former

    @property
    def uncoded(self) -> int:
        """Return the number of texts in which nobody whose codings count marked anything."""
        return len(self.material.texts) - len(np.unique(self.codings.text))

    @property
    def silent(self) -> tuple[str, ...]:
        """Return the spaces from which there is no text: nothing was counted there, so that zero is not an answer."""
        heard = {self.material.collections[id].space for id in self.material.collection}
        return tuple(space for space in self.spaces if space not in heard)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the spaces and, last and apart, what was said city-wide where there is such a collection."""
        city = any(each.space is None for each in self.within)
        return (*self.spaces, None) if city else self.spaces

    def row_of_text(self, rows: Sequence[Row]) -> Ints:
        """Return for each text the number of its row."""
        number = {row: n for n, row in enumerate(rows)}
        return self._of_texts(lambda each: number.get(self.material.collections[each].space, OUTSIDE))

    def method_of_text(self, methods: Sequence[Method]) -> Ints:
        """Return for each text the number of its method."""
        return self._of_texts(lambda each: methods.index(self.material.collections[each].method))

    def _of_texts(self, number: Callable[[str], int]) -> Ints:
        return np.array([number(id) for id in self.material.collection], dtype=np.int64)

    def columns(self, level: int | None = None) -> tuple[str, ...]:
        """Return the categories of a level (1: main categories), and those above it that hold no others; without a
        level the finest.
        """
        holds = {category.parent for category in self.system.categories}
        return tuple(
            each.id
            for each in self.system.categories
            if (depth := len(self.system.line(each.id))) == level
            or (each.id not in holds and (level is None or depth < level))
        )

    def column_of_code(self, columns: Sequence[str]) -> Ints:
        """Return for each code the column that holds it or one above it; `OUTSIDE` for codes above all columns."""
        number = {id: n for n, id in enumerate(columns)}
        above = {each.id: each.parent for each in self.system.categories}
        found = []
        for id in self.categories:
            at: str | None = id
            while at is not None and at not in number:
                at = above.get(at)
            found.append(OUTSIDE if at is None else number[at])
        return np.array(found, dtype=np.int64)

    def at(self, row: Row, category: str, *, own: bool = False) -> Ints:
        """Return the numbers of the codings of a space (None: city-wide) with a category or one under it; ``own``:
        with the category itself only.
        """
        here = self.row_of_text((row,))[self.codings.text] == 0
        column = np.array([id == category for id in self.categories], dtype=bool)
        fits = column if own else self.column_of_code((category,)) == 0
        return np.flatnonzero(here & fits[self.codings.code])

    def quotations(self, chosen: Ints) -> tuple[Quotation, ...]:
        """Return the segments of some codings, each once, in the order of the texts; it is told of each whether it is
        marked as an original quotation.
        """
        near = np.isin(self.codings.text[self.quoted], self.codings.text[chosen])
        original = self._places(self.quoted[near])
        return tuple(
            replace(quotation(self.material, *each, few=self.few, released=self.released), is_original=each in original)
            for each in sorted(self._places(chosen))
        )

    def _places(self, chosen: Ints) -> set[tuple[int, int, int]]:
        marks = self.codings.where(chosen)
        return set(zip(marks.text.tolist(), marks.start.tolist(), marks.end.tolist(), strict=True))

    @property
    def held_texts(self) -> frozenset[int]:
        """Return the numbers of the texts whose words are held back."""
        return held_texts(self.material, few=self.few, released=self.released)

    def is_held_back(self, chosen: Ints) -> bool:
        """Say whether all of some codings stand in texts whose words are held back: so is what rests on them alone."""
        texts = set(self.codings.text[chosen].tolist())
        return bool(texts) and texts <= self.held_texts

    def quotable(self, row: Row, category: str, *, own: bool = False) -> Ints:
        """Return those codings of a cell (see `at`) that are marked as original quotations."""
        there = self.at(row, category, own=own)
        return there[np.isin(there, self.quoted)]

    def segments(self, row: Row, category: str) -> int:
        """Return how many different segments a cell holds."""
        return len(self._places(self.at(row, category)))

    def cite(self, statement: str, row: Row, category: str, *, id: str = "", quoted: Ints | None = None) -> Evidence:
        """Return a statement about a cell as evidence that rests on all its codings (see `evidence`)."""
        behind = self.at(row, category)
        return evidence(
            statement,
            id=id,
            space=row,
            category=category,
            whose=self.whose,
            codings=self.codings,
            behind=behind,
            quoted=self.quotable(row, category) if quoted is None else quoted,
            material=self.material,
            cell=behind,
            few=self.few,
            released=self.released,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crossed:
    """Counts of R rows by K ``columns`` (ids of categories)."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    counts: Matrix


def space_by_category(coded: Coded, level: int | None = None) -> Crossed:
    """Count what was said where; city-wide is a row of its own."""
    return space_by_columns(coded, coded.columns(level))


def space_by_columns(coded: Coded, columns: tuple[str, ...]) -> Crossed:
    """Count the same for some categories, each with all under it; none of them may lie under another."""
    return _crossed(coded, coded.rows, coded.row_of_text(coded.rows), columns)


def method_by_category(coded: Coded, level: int | None = None) -> Crossed:
    """Count what was said on which kind of occasion."""
    used = {each.method for each in coded.within}
    methods = tuple(method for method in Method if method in used)
    return _crossed(coded, methods, coded.method_of_text(methods), coded.columns(level))


def text_by_category(coded: Coded, level: int | None = None) -> Crossed:
    """Count what stands in which text."""
    texts = coded.material.texts
    return _crossed(coded, tuple(texts), np.arange(len(texts)), coded.columns(level))


def _crossed(coded: Coded, rows: tuple[Row, ...], row_of_text: Ints, columns: tuple[str, ...]) -> Crossed:
    counts = matrix(coded.codings, row_of_text, coded.column_of_code(columns), (len(rows), len(columns)))
    return Crossed(rows=rows, columns=columns, counts=counts)


def meetings(
    coded: Coded, meeting: Meeting, level: int | None = None, paragraphs: Ints | None = None
) -> tuple[tuple[str, ...], Ints]:
    """Return categories and how many pairs of codings of two of them meet (see `together`)."""
    columns = coded.columns(level)
    code = coded.column_of_code(columns)[coded.codings.code]
    counted = code != OUTSIDE
    codings = replace(coded.codings, code=code).where(counted)
    return columns, together(codings, len(columns), meeting, None if paragraphs is None else paragraphs[counted])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Themes:
    """The rule for themes across spaces, applied. ``least``: N; ``columns``: the themes; ``deciding``: for each theme
    the single segments on which the answer hangs, with their space.
    """

    least: int
    spaces: tuple[str, ...]
    columns: tuple[str, ...]
    reaches: tuple[Reach, ...]
    city_wide: tuple[int, ...]
    deciding: Mapping[str, tuple[tuple[str, Quotation], ...]]


def themes(coded: Coded, least: int = 4, level: int | None = None) -> Themes:
    """Say which themes are named in at least N spaces, and what was said of them city-wide, which counts apart."""
    found = space_by_category(coded, level)
    count = len(coded.spaces)
    reaches = cross_space(found.counts.segments[:count], least)
    deciding = {
        found.columns[reach.theme]: tuple(
            (coded.spaces[space], coded.quotations(found.counts.behind(space, reach.theme))[0])
            for space in reach.decided_by
        )
        for reach in reaches
        if reach.decided_by
    }
    return Themes(
        least=least,
        spaces=coded.spaces,
        columns=found.columns,
        reaches=reaches,
        city_wide=tuple(found.counts.segments[count:].sum(axis=0).tolist()),
        deciding=deciding,
    )
