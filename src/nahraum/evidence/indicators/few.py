"""Which cells and sums the protection rule itself names, before anybody subtracts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nahraum.base import State
from nahraum.disclosure.rules import ProtectionRule
from nahraum.disclosure.suppression import complementary, few_inhabitants, primary
from nahraum.evidence.indicators.edition import LevelValues
from nahraum.evidence.indicators.levels import summed
from nahraum.evidence.indicators.panel import Floats, Panel

Bools = NDArray[np.bool_]
Groups = NDArray[np.int64]

COUNT_UNITS = ("", "anzahl", "personen", "menschen", "fälle", "haushalte", "kinder", "einwohner*innen")


def inhabitants_of(panel: Panel, population: str) -> Floats | None:
    """Return the inhabitants (P x A) by which areas are protected; where a period has none, the fewest of the others.

    None where no table delivers them.
    """
    people = panel.variables.get(population)
    if people is None:
        return None
    fewest = np.where(np.isfinite(people), people, np.inf).min(axis=0)
    return np.where(np.isfinite(people), people, np.where(np.isfinite(fewest), fewest, np.nan))


def by_rule(panel: Panel, rule: ProtectionRule, population: str, level: str) -> Bools:
    """Return the cells (K x P x A, areas of ``level``) that the rule names, those delivered as protected, and gaps that
    an official total fills.
    """
    inhabitants = inhabitants_of(panel, population)
    hidden: Bools = panel.state == State.PROTECTED
    for k, indicator in enumerate(panel.indicators):
        own = rule.at(level, indicator.id)
        hidden[k] |= _given_away(panel, k, own)
        if indicator.is_rate:
            hidden[k] |= primary(panel.numerator[k], panel.denominator[k], inhabitants, own)
        else:
            hidden[k] |= few_inhabitants(inhabitants, hidden[k].shape, own)
            if indicator.unit.lower() in COUNT_UNITS:
                hidden[k] |= (panel.value[k] > 0) & (panel.value[k] < own.min_numerator)
    return hidden


def _given_away(panel: Panel, k: int, rule: ProtectionRule) -> Bools:
    """Return an indicator's missing cells (P x A) about which an official total would tell that they are few."""
    indicator = panel.indicators[k]
    told = np.zeros(panel.state.shape[1:], dtype=np.bool_)
    for totals, counts, few in (
        (indicator.numerator_total, panel.numerator[k], rule.min_numerator),
        (indicator.denominator_total, panel.denominator[k], rule.min_denominator),
    ):
        for p, period in enumerate(map(str, panel.periods)):
            gaps = panel.state[k, p] == State.MISSING
            if period in totals and gaps.any():
                rest = totals[period] - np.nansum(counts[p])
                told[p] |= gaps & (0 < rest < few * gaps.sum())
    return told


def few_sums(
    panel: Panel, levels: Sequence[tuple[LevelValues, Groups]], rule: ProtectionRule, population: str, finest: str
) -> tuple[list[Bools], Bools]:
    """Return the sums (K x P x G per level) that are about too few people, with the partners that keep them from being
    had from coarser sums, and the cells in them (K x P x A): shown, they could be added up.

    A sum of few cases alone needs nothing: the few are hidden already, and it closes with them. ``levels``: nested,
    fine to coarse, with the group of every area.
    """
    people = inhabitants_of(panel, population)
    closed = [np.zeros(level.state.shape, dtype=np.bool_) for level, _groups in levels]
    cells = np.zeros(panel.state.shape, dtype=np.bool_)
    for n in range(len(levels) - 1, -1, -1):
        level, groups = levels[n]
        living = summed(people, groups, len(level.areas)) if people is not None else None
        for k, indicator in enumerate(panel.indicators):
            own = rule.at(level.level, indicator.id)
            few = _few(level, k, living, own, rule.at(finest, indicator.id).min_numerator)
            for p in np.flatnonzero(few.any(axis=1)):
                above = [_above(groups, coarser, len(level.areas)) for _level, coarser in levels[n + 1 :]]
                if indicator.is_rate:
                    upper, lower = level.numerator[k, p], level.denominator[k, p]
                    few[p], _sums = complementary(upper, few[p], above, own.min_numerator, people=lower)
            closed[n][k] |= few
            cells[k] |= np.where(groups >= 0, few[:, groups], False)
    return closed, cells


def _few(level: LevelValues, k: int, living: Floats | None, own: ProtectionRule, finest: int) -> Bools:
    """Return an indicator's sums (P x G) that the rule names."""
    upper, lower = level.numerator[k], level.denominator[k]
    with np.errstate(invalid="ignore"):
        few: Bools = (lower > 0) & (lower < own.min_denominator) & np.isfinite(upper)
        if own.min_numerator > finest:
            few |= primary(upper, lower, None, own)
    return np.asarray(few | few_inhabitants(living, few.shape, own))


def _above(groups: Groups, coarser: Groups, size: int) -> Groups:
    """Return for every group the coarser group that it lies in, -1 for none."""
    found = np.full(size, -1, dtype=np.int64)
    inside = groups >= 0
    found[groups[inside]] = coarser[inside]
    return found
