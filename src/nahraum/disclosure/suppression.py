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


@dataclass(frozen=True, kw_only=True)
class Before:
    """What earlier releases told about the cells (A) that are to be released now.

    ``shown``: the cell's count stood there; ``same``: and it is the count that it has now, so that nothing can hide it
    any more; ``summed``: it was hidden, yet part of a sum that was shown; ``moved``: and what that sum left for the
    hidden cells has been revised since, so that the new sum would tell by how many people; ``told``: for each level
    the groups whose sum was shown.
    """

    shown: Bools
    same: Bools
    summed: Bools
    moved: Bools
    told: Sequence[Bools]

    @classmethod
    def nothing(cls, cells: int, sizes: Sequence[int]) -> Before:
        """Return what the first release finds before it."""
        none = np.zeros(cells, dtype=np.bool_)
        return cls(
            shown=none, same=none, summed=none, moved=none, told=[np.zeros(size, dtype=np.bool_) for size in sizes]
        )


@dataclass(frozen=True, kw_only=True)
class Suppressed:
    """Hidden cells (A), closed groups by level, and ``lost``: hidden cells that something shown may still tell.

    ``top``: hidden cells of which only the total of the city speaks; ``has_apart``: they follow from it unless they are
    left out of it.
    """

    hidden: Bools
    closed: list[Bools]
    top: Bools
    has_apart: bool
    lost: Bools


def complementary(
    counts: Floats,
    hidden: Bools,
    levels: Sequence[Groups],
    limit: int,
    total: Total | None = None,
    people: Floats | None = None,
) -> tuple[Bools, list[Bools]]:
    """Hide further cells as ``suppress`` does, where nothing was released before; return cells and closed groups."""
    found = suppress(counts, hidden, levels, limit, total, people=people)
    return found.hidden, found.closed


def suppress(
    counts: Floats,
    hidden: Bools,
    levels: Sequence[Groups],
    limit: int,
    total: Total | None = None,
    *,
    people: Floats | None = None,
    before: Before | None = None,
    closed: Sequence[Bools] | None = None,
) -> Suppressed:
    """Hide further cells of one indicator and period (A) so that hidden ones cannot be had from published sums.

    ``counts``: NaN where the count is not known here (delivered as protected). ``levels``: the group of every cell,
    -1 for none; fine to coarse, each level nested in the next. ``limit``: from here on a count may be shown.
    ``people``: out of how many is counted; everybody knows it, and no count can lie above it. ``closed``: groups whose
    sum is not shown anyhow. The smallest counts go first, ties in order of the cells.

    As the groups are nested, all that follows from the published sums follows block by block: a block holds the cells
    whose nearest shown sum is the same. Cells that were hidden in an earlier sum stand in blocks of their own: who kept
    that sum takes it out of the new ones, so that they cannot hide newly hidden cells, nor be hidden by them.
    """
    work = _Work(counts, hidden, levels, limit, total or Total(), people, before, closed)
    while work.settle_one():
        pass
    return Suppressed(
        hidden=work.hidden, closed=work.closed, top=work.top(), has_apart=work.has_apart, lost=work.lost()
    )


class _Work:
    """The search for partners, step by step."""

    def __init__(
        self,
        counts: Floats,
        hidden: Bools,
        levels: Sequence[Groups],
        limit: int,
        total: Total,
        people: Floats | None,
        before: Before | None,
        closed: Sequence[Bools] | None,
    ) -> None:
        self.counts, self.levels, self.limit, self.total = counts, levels, limit, total
        self.hidden = hidden.copy()
        sizes = [int(level.max(initial=-1)) + 1 for level in levels]
        self.closed = (
            [gone[:size].copy() for gone, size in zip(closed, sizes, strict=True)]
            if closed
            else [np.zeros(size, dtype=np.bool_) for size in sizes]
        )
        self.before = before or Before.nothing(counts.size, sizes)
        self.low, self.high, self.most = _bounds(counts, people, limit)
        known = np.isfinite(counts)
        self.has_official = bool(np.isfinite(total.count)) and total.is_told
        self.member = known | self.has_official  # without an official total no sum speaks of unknown counts
        if self.has_official:
            for level, gone in zip(levels, self.closed, strict=True):  # what lacks in all sums follows from them
                gone[np.unique(level[~known & (level >= 0)])] = True
        self.given_up: set[int] = set()

    def settle_one(self) -> bool:
        """Mend the first block from which a hidden count follows; say if there was one."""
        block = self._blocks()
        for b in np.unique(block[self._secret()]):
            if b in self.given_up or (b == TOP and not self.total.is_told):
                continue
            inside = np.flatnonzero((block == b) & self.member)
            if self._tells(int(b), inside):
                self._mend(int(b), inside, block)
                return True
        return False

    def lost(self) -> Bools:
        """Return the hidden cells that are known from before, or follow from sums that cannot be taken back."""
        block = self._blocks()
        beyond = np.isin(block, [b for b in self.given_up if b != TOP or self.has_official])
        return np.asarray(self.hidden & (self.before.same | (beyond & self.member & ~self.before.moved)))

    @property
    def has_apart(self) -> bool:
        """Say whether the total of the city would tell hidden cells; an official one is out of our hands."""
        return TOP in self.given_up and not self.has_official

    def top(self) -> Bools:
        """Return the hidden cells of which only the total of the city speaks."""
        return np.asarray(self._secret() & (self._blocks() == TOP))

    def _secret(self) -> Bools:
        return np.asarray(self.hidden & self.member & ~self.before.same)

    def _blocks(self) -> Groups:
        """Return for every cell its nearest group with a shown sum, numbered through all levels.

        Earlier sums bind the cells that were hidden in them: their blocks are numbered from -2 down.
        """
        block = np.full(self.counts.size, TOP, dtype=np.int64)
        old = np.full(self.counts.size, TOP - 1, dtype=np.int64)
        offset = sum(closed.size for closed in self.closed)
        for level, closed, told in zip(
            reversed(self.levels), reversed(self.closed), reversed(self.before.told), strict=True
        ):
            offset -= closed.size
            shown = (level >= 0) & ~closed[level]
            block[shown] = level[shown] + offset
            kept = (level >= 0) & (~closed | told)[level]
            old[kept] = TOP - 2 - level[kept] - offset
        return np.where(self.before.summed, old, block)

    def _tells(self, b: int, inside: NDArray[np.int64]) -> bool:
        """Say whether a hidden count of the block follows; what was shown before hides nobody else."""
        hidden = inside[self.hidden[inside]]
        cover = hidden[~self.before.shown[hidden] | np.isnan(self.counts[hidden])]
        if self._follows(cover, *self._rest(b, cover)).any():
            return True
        changed = hidden[self.before.shown[hidden] & ~self.before.same[hidden]]
        for one in changed:
            cells = np.append(cover, one)
            if self._follows(cells, *self._rest(b, cells))[-1]:
                return True
        return False

    def _rest(self, b: int, cells: NDArray[np.int64]) -> tuple[float, float]:
        """Return what the sum leaves for these hidden cells of a block, and how far that may be off."""
        if b in (TOP, TOP - 1) and self.has_official:
            others = self.member.copy()
            others[cells] = False
            return self.total.count - float(np.nansum(self.counts[others])), self.total.slack
        return float(self.counts[cells].sum()), 0.0

    def _follows(self, cells: NDArray[np.int64], rest: float, slack: float) -> Bools:
        """Say which of these cells are left with only one possible count, by the bounds that everybody knows.

        What another office protected is taken for small, unless the sum says otherwise. A cell whose bounds meet helps
        nobody, yet who looks at itself does not know why it is hidden: there it may be anything out of its people.
        """
        low, high, most = self.low[cells], self.high[cells], self.most[cells]
        if rest + slack < low.sum():
            return np.zeros(cells.size, dtype=np.bool_)  # the total is not of these cells: nothing follows from it
        if rest - slack > high.sum():
            high = np.where(np.isnan(self.counts[cells]), most, high)
        if rest - slack > high.sum():  # the total is of others, too: their people do not bound it
            most = np.full(cells.size, np.inf)
            high = np.where(high < self.limit, high, most)
        is_fixed = (high - low < 1) & ~((low == 1) & (self.limit == 2))  # the rule itself tells what is below two
        least = np.maximum(np.where(is_fixed, 0.0, low), rest - slack - _sum_of_others(high))
        greatest = np.minimum(np.where(is_fixed, most, high), rest + slack - (low.sum() - low))
        return np.asarray((np.floor(greatest) - np.ceil(least) < 1) & (self.most[cells] > 0))

    def _mend(self, b: int, inside: NDArray[np.int64], block: Groups) -> None:
        """Hide the most useful partner in the block; without one close the group's sum, or find one further away.

        A count that was shown before is no partner. What cannot be mended from an old sum is lost; where the total of
        the city would tell a cell, the cell is left out of it.
        """
        free = inside[~self.hidden[inside] & np.isfinite(self.counts[inside]) & ~self.before.shown[inside]]
        partners = free[self.counts[free] > 0]
        if partners.size:
            self.hidden[min(partners, key=self._use)] = True
        elif b < TOP:
            self.given_up.add(b)
        elif b != TOP:
            self._close(b)
        elif (far := self._far_partner(block)) is not None:
            self.hidden[far] = True
            for level, closed in zip(self.levels, self.closed, strict=True):
                if level[far] >= 0:
                    closed[level[far]] = True
        elif free.size:
            self.hidden[free] = True  # zeros, at last
        else:
            self.given_up.add(b)  # everything is hidden already, or known from before

    def _close(self, b: int) -> None:
        for closed in self.closed:
            if b < closed.size:
                closed[b] = True
                return
            b -= closed.size

    def _use(self, m: int) -> tuple[bool, float, int]:
        """Order partners: one helps only if its count leaves room above and below, within what everybody knows."""
        room = min(self.counts[m] - self.low[m], self.high[m] - self.counts[m])
        return bool(room < max(self.limit - 2, 1)), float(self.counts[m]), int(m)

    def _far_partner(self, block: Groups) -> int | None:
        """Return a cell of another block whose sums can be closed: one that is hidden already, else the smallest."""
        others = np.flatnonzero((block > TOP) & (self.counts > 0) & ~self.before.shown)
        hidden = others[self.hidden[others]]
        found = hidden if hidden.size else others
        return int(min(found, key=self._use)) if found.size else None


def _bounds(counts: Floats, people: Floats | None, limit: int) -> tuple[Floats, Floats, Floats]:
    """Return for every cell the least and the greatest count that somebody who knows the rule reckons with if it is
    hidden, and the greatest there can be.

    A small count lies from 1 to below the limit, any other hidden beside it is 0 or at the limit and above; the same
    holds for those out of the people who are not counted. Unknown counts are taken for small.
    """
    with np.errstate(invalid="ignore"):
        most = np.full(counts.shape, np.inf) if people is None else np.where(people >= 0, people, np.inf)
        most = np.where(counts > most, np.inf, most)  # counted is something else than a part of the people
        rest = np.where(np.isfinite(most) & np.isfinite(counts), most - counts, 0.0)
        small, few_rest = np.isnan(counts) | ((counts > 0) & (counts < limit)), (rest > 0) & (rest < limit)
        low = np.where(small, 1.0, np.where(counts == 0, 0.0, float(limit)))
        low = np.where(few_rest, np.maximum(low, most - (limit - 1.0)), low)
        high = np.where(few_rest, most - 1.0, np.where(rest > 0, most - limit, most))
        high = np.where(small, np.minimum(limit - 1.0, high), high)
    return np.minimum(low, most), high, most


def _sum_of_others(high: Floats) -> Floats:
    """Return for each cell the sum of the other cells' upper bounds, infinite where one of them is."""
    open_ = np.isinf(high)
    finite = np.where(open_, 0.0, high)
    others_open = open_.sum() - open_ > 0
    return np.where(others_open, np.inf, finite.sum() - finite)
