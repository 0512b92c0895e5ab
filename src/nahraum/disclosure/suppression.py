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
    hidden = hidden.copy()
    sums = [np.zeros(int(level.max(initial=-1)) + 1, dtype=np.bool_) for level in groups]
    for _pass in range(len(groups) + 1):
        before = hidden.copy()
        for depth, level in enumerate(groups):
            for group in np.unique(level[hidden & (level >= 0)]):
                members = np.flatnonzero(level == group)
                sums[depth][group] = not _protect_group(numerator, hidden, members, rule)
        if (before == hidden).all():
            break
    return hidden, sums


def _protect_group(numerator: Floats, hidden: Bools, members: NDArray[np.int64], rule: ProtectionRule) -> bool:
    """Hide members, smallest first, until the hidden ones cannot be worked out; say whether that was possible."""
    candidates = [
        m for m in members[np.argsort(numerator[members], kind="stable")] if not hidden[m] and np.isfinite(numerator[m])
    ]
    while _can_be_worked_out(numerator[members[hidden[members]]], rule):
        # A count of 0 hides nobody: the attacker would know that the other hidden cell holds the whole difference.
        usable = next((m for m in candidates if numerator[m] > 0), None)
        if usable is None:
            return False
        candidates.remove(usable)
        hidden[usable] = True
    return True


def _can_be_worked_out(counts: Floats, rule: ProtectionRule) -> bool:
    """Say whether the counts of the hidden cells follow from their sum.

    One hidden cell always does. Several small ones do if their sum leaves only one way to share it out: each is known
    to lie from 1 to below the limit.
    """
    known = counts[np.isfinite(counts)]
    if known.size == 0 or known.size < counts.size:
        return False  # delivered as protected: the sum of the others is not known here either
    if known.size == 1:
        return True
    top = rule.min_numerator - 1
    small = (known > 0) & (known <= top)
    return bool(small.all() and known.sum() in (known.size, known.size * top))
