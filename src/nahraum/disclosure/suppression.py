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
    numerator: Floats, hidden: Bools, groups: Sequence[NDArray[np.int64]], rule: ProtectionRule
) -> tuple[Bools, list[Bools]]:
    """Hide further cells of one indicator and period (A) so that hidden ones cannot be had from the sums of their
    groups.

    ``groups``: for each level the group of every cell, -1 for none; levels fine to coarse. Returns the hidden cells
    and for each level the groups whose own sum must be hidden because too few cells could be. The smallest counts go
    first, ties in order of the cells.
    """
    start, hidden = hidden, hidden.copy()
    sums = [np.zeros(int(level.max(initial=-1)) + 1, dtype=np.bool_) for level in groups]
    for _pass in range(len(groups) + 1):
        before = hidden.copy()
        for depth, level in enumerate(groups):
            for group in np.unique(level[hidden & (level >= 0)]):
                members = np.flatnonzero(level == group)
                sums[depth][group] = not _protect_group(numerator, start, hidden, members, rule)
        if (before == hidden).all():
            break
    _close_partners(numerator, hidden, groups, sums)
    return hidden, sums


def _close_partners(
    numerator: Floats, hidden: Bools, groups: Sequence[NDArray[np.int64]], sums: Sequence[Bools]
) -> None:
    """Hide a second sum where a single one is hidden under a sum that is shown: it would follow from the rest.

    Only a group with hidden cells will do; the sum of shown cells is known whether it is printed or not.
    """
    counts = np.where(np.isfinite(numerator), numerator, 0.0)
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
    numerator: Floats, start: Bools, hidden: Bools, members: NDArray[np.int64], rule: ProtectionRule
) -> bool:
    """Hide members, smallest useful first, until the hidden ones cannot be worked out; say if that was possible."""
    # A partner helps only if its count leaves room above what everybody knows of it; a count of 0 leaves none.
    room = rule.min_numerator + max(rule.min_numerator - 2, 1)
    free = [m for m in members if not hidden[m] and np.isfinite(numerator[m]) and numerator[m] > 0]
    free.sort(key=lambda m: (numerator[m] < room, numerator[m], m))
    while _can_be_worked_out(numerator, start, members[hidden[members]], rule):
        if not free:
            return False
        hidden[free.pop(0)] = True
    return True


def _can_be_worked_out(numerator: Floats, start: Bools, cells: NDArray[np.int64], rule: ProtectionRule) -> bool:
    """Say whether the sum of these hidden cells leaves any of them only one possible count.

    That holds for partners too: a partner that is known in its own group hides nobody in another.

    The attacker knows the rule: a small count lies from 1 to below the limit, a cell hidden beside it at the limit or
    above.
    """
    counts = numerator[cells]
    if cells.size == 0 or not np.isfinite(counts).all():
        return False  # delivered as protected: the sum of the others is not known here either
    small = start[cells] & (counts > 0) & (counts < rule.min_numerator)
    low = np.where(small, 1.0, np.where(start[cells], 0.0, float(rule.min_numerator)))
    high = np.where(small, rule.min_numerator - 1.0, np.inf)
    total = counts.sum()
    least = np.maximum(low, total - _sum_of_others(high))
    most = np.minimum(high, total - (low.sum() - low))
    return bool((most - least < 1).any())


def _sum_of_others(high: Floats) -> Floats:
    """Return for each cell the sum of the other cells' upper bounds, infinite where one of them is."""
    open_ = np.isinf(high)
    finite = np.where(open_, 0.0, high)
    others_open = open_.sum() - open_ > 0
    return np.where(others_open, np.inf, finite.sum() - finite)
