"""Suppression: which counts are hidden so that nobody learns about few people, not even by subtraction.

Arrays only. A *hidden* cell is not shown. Sums of groups (a social space, a district) are shown unless they are
*closed*; the total of the city is always known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nahraum.disclosure.rules import ProtectionRule

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Groups = NDArray[np.int64]

TOP = -1  # the block of cells that stand in no group whose sum is shown: only the total speaks of them


def primary(numerator: Floats, denominator: Floats, inhabitants: Floats | None, rule: ProtectionRule) -> Bools:
    """Return the cells (any shape) that the rule itself hides: few cases, few who are no case, few people at all.

    Zero cases are shown: "nobody" says nothing about somebody, unless everybody in the denominator is thereby known,
    which the limit for small denominators covers.
    """
    with np.errstate(invalid="ignore"):
        few = (numerator > 0) & (numerator < rule.min_numerator)
        others = denominator - numerator
        few |= (others > 0) & (others < rule.min_numerator)
        few |= (denominator > 0) & (denominator < rule.min_denominator)
    return np.asarray(few | few_inhabitants(inhabitants, few.shape, rule))


def few_inhabitants(inhabitants: Floats | None, shape: tuple[int, ...], rule: ProtectionRule) -> Bools:
    """Return the cells of areas in which fewer people live than the rule demands."""
    if inhabitants is None or not rule.min_inhabitants:
        return np.zeros(shape, dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        return np.broadcast_to((inhabitants > 0) & (inhabitants < rule.min_inhabitants), shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What is published about all cells together.

    ``count``: the official total, unknown counts included; NaN: the city's value is the sum of the known counts.
    ``slack``: how far the total may lie from ``count``, where it follows from a rounded rate. ``is_told``: False if
    other cells are missing from it, so that nothing follows from it.
    """

    count: float = float("nan")
    slack: float = 0.0
    is_told: bool = True


def complementary(
    counts: Floats, hidden: Bools, levels: Sequence[Groups], limit: int, total: Total | None = None
) -> tuple[Bools, list[Bools]]:
    """Hide further cells of one indicator and period (A) so that hidden ones cannot be had from published sums.

    ``counts``: NaN where the count is not known here (delivered as protected). ``levels``: the group of every cell,
    -1 for none; fine to coarse, each level nested in the next. ``limit``: from here on a count may be shown. Returns
    the hidden cells and for each level the closed groups. The smallest counts go first, ties in order of the cells.

    As the groups are nested, all that follows from the published sums follows block by block: a block holds the cells
    whose nearest shown sum is the same.
    """
    work = _Work(counts, hidden, levels, limit, total or Total())
    while work.settle_one():
        pass
    return work.hidden, work.closed


class _Work:
    """The search for partners, step by step."""

    def __init__(self, counts: Floats, hidden: Bools, levels: Sequence[Groups], limit: int, total: Total) -> None:
        self.counts, self.levels, self.limit, self.total = counts, levels, limit, total
        self.hidden = hidden.copy()
        self.closed = [np.zeros(int(level.max(initial=-1)) + 1, dtype=np.bool_) for level in levels]
        known = np.isfinite(counts)
        self.has_official = bool(np.isfinite(total.count)) and total.is_told
        self.member = known | self.has_official  # without an official total no sum speaks of unknown counts
        if self.has_official:
            for level, closed in zip(levels, self.closed, strict=True):  # what lacks in all sums follows from them
                closed[np.unique(level[~known & (level >= 0)])] = True
        self.given_up = False

    def settle_one(self) -> bool:
        """Mend the first block from which a hidden count follows; say if there was one."""
        block = self._blocks()
        for b in np.unique(block[self.hidden & self.member]):
            inside = np.flatnonzero((block == b) & self.member)
            if b == TOP and (self.given_up or not self.total.is_told):
                continue
            if self._follows(inside, *self._rest(block, b, inside)):
                self._mend(int(b), inside, block)
                return True
        return False

    def _blocks(self) -> Groups:
        """Return for every cell its nearest group with a shown sum, numbered through all levels."""
        block = np.full(self.counts.size, TOP, dtype=np.int64)
        offset = sum(closed.size for closed in self.closed)
        for level, closed in zip(reversed(self.levels), reversed(self.closed), strict=True):
            offset -= closed.size
            shown = (level >= 0) & ~closed[level]
            block[shown] = level[shown] + offset
        return block

    def _rest(self, block: Groups, b: int, inside: NDArray[np.int64]) -> tuple[float, float]:
        """Return what the sum leaves for the hidden cells of a block, and how far that may be off."""
        shown = self.counts[inside[~self.hidden[inside]]].sum()
        if b == TOP and self.has_official:
            return self.total.count - self.counts[(block != TOP) & self.member].sum() - shown, self.total.slack
        return self.counts[inside].sum() - shown, 0.0

    def _follows(self, inside: NDArray[np.int64], rest: float, slack: float) -> bool:
        """Say whether any hidden cell is left with only one possible count.

        The attacker knows the rule: a small count lies from 1 to below the limit, a cell hidden beside it is 0 or at
        the limit and above. What another office protected is taken for small too, unless the sum says otherwise.
        """
        cells = inside[self.hidden[inside]]
        own = self.counts[cells]
        unknown = ~np.isfinite(own)
        small = unknown | ((own > 0) & (own < self.limit))
        low = np.where(small, 1.0, np.where(own == 0, 0.0, float(self.limit)))
        high = np.where(small, self.limit - 1.0, np.inf)
        if rest + slack < low.sum():
            return False  # the total is not of these cells: nothing follows from it
        if rest - slack > high.sum():
            high = np.where(unknown, np.inf, high)
        least = np.maximum(low, rest - slack - _sum_of_others(high))
        most = np.minimum(high, rest + slack - (low.sum() - low))
        return bool((np.floor(most) - np.ceil(least) < 1).any())

    def _mend(self, b: int, inside: NDArray[np.int64], block: Groups) -> None:
        """Hide the most useful partner in the block; without one close the group's sum, or find one further away."""
        free = inside[~self.hidden[inside] & np.isfinite(self.counts[inside])]
        partners = free[self.counts[free] > 0]
        if partners.size:
            self.hidden[min(partners, key=self._use)] = True
        elif b != TOP:
            for closed in self.closed:
                if b < closed.size:
                    closed[b] = True
                    return
                b -= closed.size
        elif (far := self._far_partner(block)) is not None:
            self.hidden[far] = True
            for level, closed in zip(self.levels, self.closed, strict=True):
                if level[far] >= 0:
                    closed[level[far]] = True
        elif free.size:
            self.hidden[free] = True  # zeros, at last
        else:
            self.given_up = True  # everything is hidden already

    def _use(self, m: int) -> tuple[bool, float, int]:
        """Order partners: one helps only if its count leaves room above what everybody knows of it."""
        room = self.limit + max(self.limit - 2, 1)
        return bool(self.counts[m] < room), float(self.counts[m]), int(m)

    def _far_partner(self, block: Groups) -> int | None:
        """Return a cell of another block whose sums can be closed: one that is hidden already, else the smallest."""
        others = np.flatnonzero((block != TOP) & (self.counts > 0))
        hidden = others[self.hidden[others]]
        found = hidden if hidden.size else others
        return int(min(found, key=self._use)) if found.size else None


def _sum_of_others(high: Floats) -> Floats:
    """Return for each cell the sum of the other cells' upper bounds, infinite where one of them is."""
    open_ = np.isinf(high)
    finite = np.where(open_, 0.0, high)
    others_open = open_.sum() - open_ > 0
    return np.where(others_open, np.inf, finite.sum() - finite)
