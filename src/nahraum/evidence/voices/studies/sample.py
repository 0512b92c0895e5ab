"""The sample table: how many people were reached, per space and method; city-wide apart; unknown is not zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nahraum.base import State, Value
from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.studies.terms import Collection, Method, Study


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """Counts of R rows by K methods: ``collections``, the ``people`` known to have taken part, and in how many
    collections their number is not ``known``.
    """

    collections: Ints
    people: Ints
    unknown: Ints

    def cell(self, row: int, column: int) -> Value:
        """Return one cell (see `_value`)."""
        return _value(self.collections[row, column], self.people[row, column], self.unknown[row, column])

    def row(self, row: int) -> Value:
        """Return the sum over the methods."""
        return _value(self.collections[row].sum(), self.people[row].sum(), self.unknown[row].sum())

    def column(self, column: int) -> Value:
        """Return the sum over the rows."""
        return _value(self.collections[:, column].sum(), self.people[:, column].sum(), self.unknown[:, column].sum())

    @property
    def total(self) -> Value:
        """Return the sum over all cells."""
        return _value(self.collections.sum(), self.people.sum(), self.unknown.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """People reached in R ``spaces`` by K ``methods``, and apart from them ``city_wide`` (one row).

    ``spaces``: those of the study, then any others that collections name. ``methods``: those that were used.
    """

    spaces: tuple[str, ...]
    methods: tuple[Method, ...]
    in_spaces: Reached
    city_wide: Reached

    @property
    def total(self) -> Value:
        """Return how many people were reached at all."""
        return self._sum(slice(None))

    def method_total(self, column: int) -> Value:
        """Return how many people a method reached, in spaces and city-wide."""
        return self._sum(column)

    def _sum(self, columns: int | slice) -> Value:
        both = (self.in_spaces, self.city_wide)
        return _value(
            *(
                sum(getattr(each, name)[:, columns].sum() for each in both)
                for name in ("collections", "people", "unknown")
            )
        )


def sample(study: Study, collections: Sequence[Collection]) -> Sample:
    """Count who was reached. Documents have no participants and are left out."""
    heard = [each for each in collections if each.method is not Method.DOCUMENT]
    spaces = tuple(dict.fromkeys((*study.spaces, *(each.space for each in heard if each.space is not None))))
    methods = tuple(method for method in Method if any(each.method is method for each in heard))
    rows: tuple[str | None, ...] = (*spaces, None)
    counts = np.zeros((3, len(rows), len(methods)), dtype=np.int64)
    for each in heard:
        people = each.participants
        counts[:, rows.index(each.space), methods.index(each.method)] += (1, people or 0, people is None)
    return Sample(
        spaces=spaces,
        methods=methods,
        in_spaces=Reached(*counts[:, :-1]),
        city_wide=Reached(*counts[:, -1:]),
    )


def _value(collections: int, people: int, unknown: int) -> Value:
    """Return a sum: not applicable where the method was not used, missing where some collection has no number."""
    if not collections:
        return Value(state=State.NOT_APPLICABLE)
    return Value(state=State.MISSING) if unknown else Value(state=State.NUMBER, number=float(people))
