"""Which cells of a panel must not be shown: the rule itself, what follows by subtraction, what other numbers tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nahraum.base import AreaSystem, State
from nahraum.disclosure.rules import ProtectionRule
from nahraum.disclosure.suppression import Total, complementary, few_inhabitants, primary
from nahraum.evidence.indicators.edition import LevelValues
from nahraum.evidence.indicators.levels import is_whole, parents_of
from nahraum.evidence.indicators.methods.deviate import city_counts
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.terms import Indicator, unsigned

Bools = NDArray[np.bool_]
Groups = NDArray[np.int64]

COUNT_UNITS = ("", "anzahl", "personen", "menschen", "fälle", "haushalte", "kinder", "einwohner*innen")


def hidden_cells(
    panel: Panel, system: AreaSystem, levels: Sequence[LevelValues], rule: ProtectionRule, population: str
) -> tuple[Bools, tuple[LevelValues, ...]]:
    """Return the hidden cells (K x P x A) and the levels without the sums that would give them away."""
    hidden = linked(panel, _by_rule(panel, rule, population))
    parents = [parents_of(panel, system, level.level) for level in levels]
    summed = [n for n, level in enumerate(levels) if not is_whole(parents[n], len(level.areas))]
    closed = [np.zeros(level.state.shape, dtype=np.bool_) for level in levels]
    chains = _chains([(n, parents[n]) for n in summed])
    before = np.zeros_like(hidden)
    while (before != hidden).any():
        before = hidden.copy()
        for k, p in np.argwhere(hidden.any(axis=2)):
            if panel.indicators[k].is_rate:
                for chain in chains:
                    hidden[k, p] = _settled(panel, hidden[k, p], k, p, chain, closed, rule)
        hidden = linked(panel, hidden)
    return hidden, tuple(_closed(level, gone) for level, gone in zip(levels, closed, strict=True))


def _by_rule(panel: Panel, rule: ProtectionRule, population: str) -> Bools:
    """Return the cells that the rule names, those delivered as protected, and gaps that an official total fills."""
    inhabitants = panel.variables.get(population)
    hidden: Bools = (panel.state == State.PROTECTED) | _given_away(panel, rule)
    for k, indicator in enumerate(panel.indicators):
        if indicator.is_rate:
            hidden[k] |= primary(panel.numerator[k], panel.denominator[k], inhabitants, rule)
        else:
            hidden[k] |= few_inhabitants(inhabitants, hidden[k].shape, rule)
            if indicator.unit.lower() in COUNT_UNITS:
                hidden[k] |= (panel.value[k] > 0) & (panel.value[k] < rule.min_numerator)
    return hidden


def _given_away(panel: Panel, rule: ProtectionRule) -> Bools:
    """Return the missing cells (K x P x A) about which an official total would tell that they are few."""
    told = np.zeros(panel.state.shape, dtype=np.bool_)
    for k, indicator in enumerate(panel.indicators):
        for totals, counts, few in (
            (indicator.numerator_total, panel.numerator[k], rule.min_numerator),
            (indicator.denominator_total, panel.denominator[k], rule.min_denominator),
        ):
            for p, period in enumerate(map(str, panel.periods)):
                gaps = panel.state[k, p] == State.MISSING
                if period in totals and gaps.any():
                    rest = totals[period] - np.nansum(counts[p])
                    told[k, p] |= gaps & (0 < rest < few * gaps.sum())
    return told


def secrets(indicator: Indicator) -> frozenset[str]:
    """Return the variables that a hidden value is about: what is counted, not out of whom."""
    if indicator.value:
        return frozenset({indicator.value})
    return frozenset(unsigned(indicator.numerator)) - frozenset(unsigned(indicator.denominator))


def linked(panel: Panel, hidden: Bools) -> Bools:
    """Hide a cell in every indicator that is made from what it hides: sums and differences would tell it.

    That a ready-made column is the sum of others nobody can know who is not told; the project file must name parts
    as parts.
    """
    hidden = hidden.copy()
    uses = [frozenset(indicator.variables) for indicator in panel.indicators]
    while True:
        before = hidden.copy()
        for k, indicator in enumerate(panel.indicators):
            kept = secrets(indicator)
            for j in range(len(panel.indicators)):
                if j != k and kept & uses[j]:
                    hidden[j] |= hidden[k]
        if (before == hidden).all():
            return hidden


def _chains(levels: Sequence[tuple[int, Groups]]) -> list[list[tuple[int, Groups]]]:
    """Sort levels into chains in which each is nested in the next; at least one chain, which may be empty."""
    chains: list[list[tuple[int, Groups]]] = [[]]
    for level in levels:
        for chain in chains:
            if not chain or _nests(chain[-1][1], level[1]):
                chain.append(level)
                break
        else:
            chains.append([level])
    return chains


def _nests(fine: Groups, coarse: Groups) -> bool:
    pairs = np.unique(np.stack([fine, coarse])[:, fine >= 0], axis=1)
    return bool(np.unique(pairs[0]).size == pairs.shape[1])


def _settled(
    panel: Panel,
    hidden: Bools,
    k: int,
    p: int,
    chain: Sequence[tuple[int, Groups]],
    closed: Sequence[Bools],
    rule: ProtectionRule,
) -> Bools:
    """Return the hidden cells of one indicator and period, so that neither cases nor the others follow from sums."""
    there = panel.state[k, p] == State.NUMBER
    nobody = panel.state[k, p] == State.NOT_APPLICABLE
    cases = np.where(there, panel.numerator[k, p], np.where(nobody, 0.0, np.nan))
    others = np.where(there, panel.denominator[k, p] - panel.numerator[k, p], np.where(nobody, 0.0, np.nan))
    for counts, total in zip((cases, others), _totals(panel, hidden, k, p), strict=True):
        hidden, sums = complementary(counts, hidden, [groups for _n, groups in chain], rule.min_numerator, total)
        for (n, _groups), gone in zip(chain, sums, strict=True):
            closed[n][k, p, : gone.size] |= gone
    return hidden


def _totals(panel: Panel, hidden: Bools, k: int, p: int) -> tuple[Total, Total]:
    """Return what is published of the whole city about the cases and about the others: an official total, an official
    rate, or the sums of the areas.
    """
    indicator, period = panel.indicators[k], str(panel.periods[p])
    is_told = not ((panel.state[k, p] == State.MISSING) & ~hidden).any()
    if period in indicator.numerator_total:
        cases, people = (float(counts[p]) for counts in city_counts(panel, k))
        slack = 0.0
    elif period in indicator.official:
        rate, people = indicator.official[period], float(np.nansum(panel.denominator[k, p]))
        cases, slack = rate / indicator.per * people, 0.5 * 10.0 ** -_decimals(rate) / indicator.per * people
    else:
        return Total(), Total()
    return (
        Total(count=cases, slack=slack, is_told=is_told),
        Total(count=people - cases, slack=slack, is_told=is_told),
    )


def _decimals(value: float) -> int:
    return len(f"{value:.10f}".rstrip("0").partition(".")[2])


def _closed(level: LevelValues, gone: Bools) -> LevelValues:
    return replace(
        level,
        state=np.where(gone, np.int8(State.PROTECTED), level.state),
        value=np.where(gone, np.nan, level.value),
        numerator=np.where(gone, np.nan, level.numerator),
    )


def without(panel: Panel, hidden: Bools, rule: ProtectionRule, population: str, city: Floats) -> Panel:
    """Return the panel without the hidden cells and without what stood in any cell; ``city`` (K x P) stays."""
    few = few_inhabitants(panel.variables.get(population), hidden.shape[1:], rule)
    variables = {name: values.copy() for name, values in panel.variables.items()}
    for k, indicator in enumerate(panel.indicators):
        for name in secrets(indicator):
            variables[name][hidden[k]] = np.nan
    for name, values in variables.items():
        with np.errstate(invalid="ignore"):
            small = (values > 0) & (values < rule.min_numerator) & (values == np.round(values))
        values[small | (few & (name != population))] = np.nan
    withheld = {name: np.isfinite(panel.variables[name]) & np.isnan(values) for name, values in variables.items()}
    return replace(
        panel,
        value=np.where(hidden, np.nan, panel.value),
        state=np.where(hidden, np.int8(State.PROTECTED), panel.state),
        numerator=np.where(hidden, np.nan, panel.numerator),
        denominator=np.where(hidden, np.nan, panel.denominator),
        variables=variables,
        withheld=withheld,
        origins=replace(panel.origins, text={}, former={}) if panel.origins else None,
        city=city,
    )
