"""Suppression: which counts are hidden so that nobody learns about few people, not even by subtraction.

Arrays only. A *hidden* cell is not shown; a group is a set of cells whose sum is shown (a social space, the city).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nahraum.disclosure.rules import ProtectionRule

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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
        if inhabitants is not None and rule.min_inhabitants:
            few |= (inhabitants > 0) & (inhabitants < rule.min_inhabitants)
    return np.asarray(few)


def complementary(
    counts: Floats,
    hidden: Bools,
    groups: Sequence[NDArray[np.int64]],
    rule: ProtectionRule,
    official: float = float("nan"),
) -> tuple[Bools, list[Bools]]:
    """Hide further cells of one indicator and period (A) so that hidden ones cannot be had from published sums.

    ``counts``: NaN where the count is not known here (delivered as protected). ``groups``: for each level the group
    of every cell, -1 for none; levels fine to coarse; their sums are over the known counts. ``official``: the total
    that the city publishes, unknown counts included; NaN if there is none, or if other cells are missing from it.
    Returns the hidden cells and for each level the groups whose own sum must be hidden. The smallest counts go first,
    ties in order of the cells.
    """
    start, hidden = hidden, hidden.copy()
    sums = [np.zeros(int(level.max(initial=-1)) + 1, dtype=np.bool_) for level in groups]
    is_known = np.isfinite(counts)
    for level, closed in zip(groups, sums, strict=True):
        if np.isfinite(official):  # what lacks in the sums of all groups is what another office protected
            closed[np.unique(level[~is_known & (level >= 0)])] = True
    for _pass in range(len(groups) + 2):
        before = hidden.copy()
        for level, closed in zip(groups, sums, strict=True):
            for group in np.unique(level[hidden & (level >= 0)]):
                if not closed[group]:
                    members = np.flatnonzero((level == group) & is_known)
                    total = counts[members].sum()
                    closed[group] = not _protect_group(counts, start, hidden, members, total, rule)
        if np.isfinite(official):
            for outside in [np.ones(counts.size, dtype=np.bool_), *map(_unsummed, groups, sums)]:
                rest = official - counts[~outside].sum()
                _protect_group(counts, start, hidden, np.flatnonzero(outside), rest, rule)
        if (before == hidden).all():
            break
    _close_partners(counts, hidden, groups, sums)
    return hidden, sums


def _unsummed(level: NDArray[np.int64], closed: Bools) -> Bools:
    """Return the cells that stand in no group of this level whose sum is shown."""
    return np.asarray((level < 0) | closed[level])


def _close_partners(known: Floats, hidden: Bools, groups: Sequence[NDArray[np.int64]], sums: Sequence[Bools]) -> None:
    """Hide a second sum where a single one is hidden under a sum that is shown: it would follow from the rest.

    Only a group with hidden cells will do; the sum of shown cells is known whether it is printed or not.
    """
    counts = np.where(np.isfinite(known), known, 0.0)
    for depth in range(len(groups) - 1):
        level, above, closed = groups[depth], groups[depth + 1], sums[depth]
        totals = np.bincount(level[level >= 0], weights=counts[level >= 0], minlength=closed.size)
        parent = {int(g): int(above[np.flatnonzero(level == g)[0]]) for g in np.unique(level[level >= 0])}
        for over in {parent[int(g)] for g in np.flatnonzero(closed) if parent.get(int(g), -1) >= 0}:
            children = [g for g, p in parent.items() if p == over]
            if sums[depth + 1][over] or sum(bool(closed[g]) for g in children) != 1:
                continue
            usable = [g for g in children if not closed[g] and hidden[level == g].any()]
            others = sorted(usable, key=lambda g: (totals[g], g))
            if others:
                closed[others[0]] = True
            else:
                sums[depth + 1][over] = True


def _protect_group(
    counts: Floats, start: Bools, hidden: Bools, members: NDArray[np.int64], total: float, rule: ProtectionRule
) -> bool:
    """Hide members, smallest useful first, until the hidden ones cannot be worked out; say if that was possible."""
    # A partner helps only if its count leaves room above what everybody knows of it; a count of 0 leaves none.
    room = rule.min_numerator + max(rule.min_numerator - 2, 1)
    free = [m for m in members if not hidden[m] and np.isfinite(counts[m]) and counts[m] > 0]
    free.sort(key=lambda m: (counts[m] < room, counts[m], m))
    while _can_be_worked_out(counts, start, hidden, members, total, rule):
        if not free:
            return False
        hidden[free.pop(0)] = True
    return True


def _can_be_worked_out(
    counts: Floats, start: Bools, hidden: Bools, members: NDArray[np.int64], total: float, rule: ProtectionRule
) -> bool:
    """Say whether the published total, less the shown counts, leaves any hidden cell only one possible count.

    That holds for partners too: a partner that is known in its own group hides nobody in another.

    The attacker knows the rule: a small count lies from 1 to below the limit, a cell hidden beside it at the limit or
    above. What another office protected is taken for small too, unless the total says otherwise.
    """
    cells = members[hidden[members]]
    if cells.size == 0:
        return False
    own, first = counts[cells], start[cells]
    unknown = ~np.isfinite(own)
    small = unknown | (first & (own > 0) & (own < rule.min_numerator))
    low = np.where(small, 1.0, np.where(first, 0.0, float(rule.min_numerator)))
    high = np.where(small, rule.min_numerator - 1.0, np.inf)
    rest = total - counts[members[~hidden[members]]].sum()
    if rest < low.sum():
        return False  # the total is not of these cells: nothing follows from it
    if rest > high.sum():
        high = np.where(unknown, np.inf, high)
    least = np.maximum(low, rest - _sum_of_others(high))
    most = np.minimum(high, rest - (low.sum() - low))
    return bool((most - least < 1).any())


def _sum_of_others(high: Floats) -> Floats:
    """Return for each cell the sum of the other cells' upper bounds, infinite where one of them is."""
    open_ = np.isinf(high)
    finite = np.where(open_, 0.0, high)
    others_open = open_.sum() - open_ > 0
    return np.where(others_open, np.inf, finite.sum() - finite)
