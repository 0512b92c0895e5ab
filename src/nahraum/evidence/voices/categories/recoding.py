"""Guided recoding: the codings of a replaced system find new ones, one by one, and both stay side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.codings import Ints

NONE = -1  # a new coding that replaces no old one


@dataclass(frozen=True, slots=True, eq=False)
class Recoding:
    """N codings of an old system of K categories and M of a new one of L, and which of the old each new one replaces.

    ``old``, ``new``: numbers of categories; ``replaces``: for each new coding the number (0 .. N - 1) of the old one
    behind it, `NONE` where there is none. An old coding may have several new ones.
    """

    old: Ints
    new: Ints
    replaces: Ints

    def __post_init__(self) -> None:
        if len(self.replaces) and not (self.replaces.min() >= NONE and self.replaces.max() < len(self.old)):
            raise WrongRequest(_("A new coding refers to an old one that is not there."))

    @property
    def open(self) -> Ints:
        """Return the numbers of the old codings that have no new one yet."""
        return np.setdiff1d(np.arange(len(self.old)), self.replaces)


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How far a recoding is: ``done`` of ``all`` old codings, for each of K categories; ``open``: which are not."""

    done: Ints
    all: Ints
    open: Ints


def progress(recoding: Recoding, categories: int) -> Progress:
    """Count, for each of the old categories, how many of its codings have a new one."""
    every = np.bincount(recoding.old, minlength=categories)
    waiting = recoding.open
    return Progress(every - np.bincount(recoding.old[waiting], minlength=categories), every, waiting)


def beside(recoding: Recoding, shape: tuple[int, int]) -> Ints:
    """Return the cross table old x new, (K + 1) x (L + 1) codings.

    The last column counts old codings without a new one, the last row new ones without an old one. An old coding that
    became several counts in each of their cells.
    """
    rows, columns = shape
    table = np.zeros((rows + 1, columns + 1), dtype=np.int64)
    has_old = recoding.replaces != NONE
    row = np.full(len(recoding.new), rows)
    row[has_old] = recoding.old[recoding.replaces[has_old]]
    np.add.at(table, (row, recoding.new), 1)
    table[:rows, columns] = np.bincount(recoding.old[recoding.open], minlength=rows)
    return table
