"""Which cells of a panel must not be shown: the rule itself, what follows by subtraction, what other numbers tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nahraum.base import AreaSystem, State
from nahraum.disclosure.rules import ProtectionRule
from nahraum.disclosure.suppression import Before, Total, few_inhabitants, suppress
from nahraum.evidence.indicators.earlier import Earlier
from nahraum.evidence.indicators.edition import LevelValues
from nahraum.evidence.indicators.few import by_rule, few_sums, inhabitants_of
from nahraum.evidence.indicators.levels import is_whole, parents_of, roll_up, summed
from nahraum.evidence.indicators.methods.deviate import city_counts
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.profile import city_values
from nahraum.evidence.indicators.rests import rests
from nahraum.evidence.indicators.terms import Indicator, unsigned

Bools = NDArray[np.bool_]
Groups = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """What is hidden: ``cells`` (K x P x A), and the ``levels`` without the sums that would give them away.

    ``apart``: the hidden cells that the value of the whole city must leave out; ``lost``: hidden cells that what was
    released earlier, or an official total, tells all the same.
    """

    cells: Bools
    levels: tuple[LevelValues, ...]
    apart: Bools
    lost: Bools


def hidden_cells(
    panel: Panel,
    system: AreaSystem,
    levels: Sequence[LevelValues],
    rule: ProtectionRule,
    population: str,
    earlier: Earlier | None = None,
) -> Hidden:
    """Return what must be hidden so that nobody learns about few people, also beside what was released ``earlier``."""
    finest = system.finest.id
    hidden = by_rule(panel, rule, population, finest)
    if earlier is not None:
        hidden |= earlier.hidden(rule)
    parents = [parents_of(panel, system, level.level) for level in levels]
    summed = [n for n, level in enumerate(levels) if not is_whole(parents[n], len(level.areas))]
    closed = [np.zeros(level.state.shape, dtype=np.bool_) for level in levels]
    chains = _chains([(n, parents[n]) for n in summed])
    for chain in chains:
        few, inside = few_sums(panel, [(levels[n], groups) for n, groups in chain], rule, population, finest)
        hidden |= inside
        for (n, _groups), gone in zip(chain, few, strict=True):
            closed[n] |= gone
    hidden, parts = linked(panel, hidden), _links(panel)
    work = _Search(panel, levels, rule, finest, closed, earlier)
    is_settled = False
    while not is_settled:
        before = [hidden.copy(), *(gone.copy() for gone in closed)]
        work.begin()
        for k, p in np.argwhere(hidden.any(axis=2)):
            if panel.indicators[k].is_rate:
                for chain in chains:
                    hidden[k, p] = work.settled(hidden[k, p], k, p, chain)
        hidden = linked(panel, hidden)
        for gone in closed:
            _spread(gone, parts)
        is_settled = all((old == new).all() for old, new in zip(before, [hidden, *closed], strict=True))
    return Hidden(
        cells=hidden,
        levels=tuple(_closed(level, gone) for level, gone in zip(levels, closed, strict=True)),
        apart=work.apart & hidden,
        lost=work.lost & hidden,
    )


def secrets(indicator: Indicator) -> frozenset[str]:
    """Return the variables that a hidden value is about: what is counted, and nobody out of whom else it is counted.

    Where what is counted is a part of the denominator ("unemployed" out of "unemployed" and "employed"), the rest of
    the denominator is those who are no case. A count that is a whole less a part is unknown as soon as the part is.
    """
    if indicator.value:
        return frozenset({indicator.value})
    counted, people = frozenset(unsigned(indicator.numerator)), frozenset(unsigned(indicator.denominator))
    if any(name.startswith("-") and name[1:] not in people for name in indicator.numerator):
        return counted - people
    return counted | people if counted & people else counted


def linked(panel: Panel, hidden: Bools) -> Bools:
    """Hide a cell in every indicator that is made from what it hides: sums and differences would tell it.

    That a ready-made column is the sum of others nobody can know who is not told; the project file must name parts
    as parts.
    """
    hidden = hidden.copy()
    _spread(hidden, _links(panel))
    return hidden


def _links(panel: Panel) -> list[tuple[int, int]]:
    """Return the pairs of indicators of which the first keeps a variable secret that the second is made from."""
    kept = [secrets(indicator) for indicator in panel.indicators]
    uses = [frozenset(indicator.variables) for indicator in panel.indicators]
    size = range(len(uses))
    return [(k, j) for k in size for j in size if j != k and kept[k] & uses[j]]


def _spread(hidden: Bools, links: Sequence[tuple[int, int]]) -> None:
    """Hide cells, or close sums (K x P x ...), of one indicator in all that are linked with it."""
    before = np.zeros_like(hidden)
    while (before != hidden).any():
        before = hidden.copy()
        for k, j in links:
            hidden[j] |= hidden[k]


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


class _Search:
    """Partners for one indicator and period after the other; remembers closed sums and what cannot be kept."""

    def __init__(
        self,
        panel: Panel,
        levels: Sequence[LevelValues],
        rule: ProtectionRule,
        finest: str,
        closed: Sequence[Bools],
        earlier: Earlier | None,
    ) -> None:
        self.panel, self.levels, self.rule, self.finest = panel, levels, rule, finest
        self.closed, self.earlier = closed, earlier
        self.apart = np.zeros(panel.state.shape, dtype=np.bool_)
        self.lost = np.zeros(panel.state.shape, dtype=np.bool_)

    def begin(self) -> None:
        """Forget what an earlier round, with fewer hidden cells, could not keep."""
        self.apart[:], self.lost[:] = False, False

    def settled(self, hidden: Bools, k: int, p: int, chain: Sequence[tuple[int, Groups]]) -> Bools:
        """Return the hidden cells of one indicator and period, so that cases and others do not follow from sums."""
        panel = self.panel
        there = panel.state[k, p] == State.NUMBER
        nobody = panel.state[k, p] == State.NOT_APPLICABLE
        limit = self.rule.at(self.finest, panel.indicators[k].id).min_numerator
        cases = np.where(there, panel.numerator[k, p], np.where(nobody, 0.0, np.nan))
        people = np.where(nobody, 0.0, panel.denominator[k, p])
        others = np.where(there, people - panel.numerator[k, p], np.where(nobody, 0.0, np.nan))
        top, has_apart = np.zeros_like(hidden), False
        for is_others, total in enumerate(_totals(panel, hidden, k, p)):
            counts = others if is_others else cases
            before, levels = self._before(k, p, counts, bool(is_others), chain)
            closed = [self.closed[n][k, p] for n, _groups in chain]
            if before is not None and len(levels) > len(chain):
                closed = [np.ones(before.told[0].size, dtype=np.bool_), *closed]
            found = suppress(counts, hidden, levels, limit, total, people=people, before=before, closed=closed)
            hidden = found.hidden
            top |= found.top
            has_apart |= found.has_apart
            self.lost[k, p] |= found.lost
            if before is not None:
                (self.lost if np.isfinite(total.count) else self.apart)[k, p] |= before.moved
            for (n, _groups), gone in zip(reversed(chain), reversed(found.closed), strict=False):
                self.closed[n][k, p, : gone.size] |= gone
        if has_apart:  # all of them: left out alone, one would tell those that stay
            self.apart[k, p] |= top
        return hidden

    def _before(
        self, k: int, p: int, counts: Floats, is_others: bool, chain: Sequence[tuple[int, Groups]]
    ) -> tuple[Before | None, list[Groups]]:
        """Return what earlier releases told, and the levels: those of the chain, below them areas that were split."""
        levels = [groups for _n, groups in chain]
        if self.earlier is None:
            return None, levels
        before, closed, split = self.earlier.before(
            k, p, counts, is_others, [(self.levels[n], groups) for n, groups in chain]
        )
        for (n, _groups), gone in zip(chain, closed, strict=True):
            self.closed[n][k, p, : gone.size] |= gone
        if (split >= 0).any() and all(_nests(split, groups) for groups in levels):
            whole = np.ones(int(split.max()) + 1, dtype=np.bool_)
            return replace(before, told=[whole, *before.told]), [split, *levels]
        return before, levels


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


def without(
    panel: Panel, hidden: Hidden, rule: ProtectionRule, population: str, level: str, selecting: Collection[str] = ()
) -> Panel:
    """Return the panel without the hidden cells and without what stood in any cell.

    The value of the whole city stays as it is, but for what must be left out of it: cells that it would tell, and
    values of indicators that are delivered ready made where they, or what weights them, are hidden.

    ``selecting``: variables by which recipes choose areas. That they might be the rest of a hidden count keeps them out
    of fact sheets only: the choice tells no more than on which side of a limit they lie.
    """
    cells = hidden.cells
    inhabitants = inhabitants_of(panel, population)
    few = few_inhabitants(inhabitants, cells.shape[1:], rule.at(level))
    variables = {name: values.copy() for name, values in panel.variables.items()}
    least = dict.fromkeys(variables, rule.at(level).min_numerator)
    for k, indicator in enumerate(panel.indicators):
        for name in secrets(indicator):
            variables[name][cells[k]] = np.nan
        for name in set(indicator.variables) - {population}:  # of few inhabitants those out of whom are a secret too
            variables[name][cells[k] & few.any(axis=-1, keepdims=True)] = np.nan
        for name in indicator.variables:
            least[name] = max(least.get(name, 0), rule.at(level, indicator.id).min_numerator)
    for name, values in variables.items():
        with np.errstate(invalid="ignore"):
            small = (values > 0) & (values < least[name]) & (values == np.round(values))
        values[small | (few & (name != population))] = np.nan
    kept_back = rests(panel, cells, population, least)
    for name in kept_back.keys() - set(selecting):
        variables[name][kept_back[name]] = np.nan
    withheld = {
        name: (np.isfinite(panel.variables[name]) & np.isnan(values)) | kept_back.get(name, False)
        for name, values in variables.items()
    }
    return replace(
        panel,
        value=np.where(cells, np.nan, panel.value),
        state=np.where(cells, np.int8(State.PROTECTED), panel.state),
        numerator=np.where(cells, np.nan, panel.numerator),
        denominator=np.where(cells, np.nan, panel.denominator),
        variables=variables,
        withheld=withheld,
        origins=replace(panel.origins, text={}, former={}) if panel.origins else None,
        apart=hidden.apart,
        city=city_values(replace(_of_city(panel, hidden), variables=variables)),
    )


def _of_city(panel: Panel, hidden: Hidden) -> Panel:
    """Return the panel from which the value of the whole city is computed."""
    ready = np.array([not indicator.is_rate for indicator in panel.indicators], dtype=np.bool_)
    gone = hidden.apart | (hidden.cells & ready[:, None, None])
    return replace(
        panel,
        value=np.where(gone, np.nan, panel.value),
        numerator=np.where(gone, np.nan, panel.numerator),
        denominator=np.where(gone, np.nan, panel.denominator),
    )


def city_sums(panel: Panel, hidden: Hidden) -> Floats:
    """Return cases and people (2 x K x P) behind the value of the whole city; NaN for what is delivered ready made, and
    where an official rate stands in their place.
    """
    outside = _of_city(panel, hidden)
    sums = np.stack([np.stack(city_counts(outside, k)) for k in range(len(panel.indicators))], axis=1)
    for k, indicator in enumerate(panel.indicators):
        told = [str(period) in indicator.official for period in panel.periods]
        sums[:, k] = np.where(told if indicator.is_rate else True, np.nan, sums[:, k])
    return sums


def sums_without(
    hidden: Hidden, panel: Panel, told: Mapping[str, Floats], system: AreaSystem
) -> tuple[LevelValues, ...]:
    """Return the coarser levels as they are published; ``told``: the variables without what is hidden.

    What is delivered ready made is averaged over the values that are shown and whose weights are, and the whole city
    has the value that the protected edition gives it: both would tell a single hidden value, or weight.
    """
    outside = replace(_of_city(panel, hidden), variables=told)
    unweighed = np.stack([_unweighed(panel, told, hidden, k) for k in range(len(panel.indicators))])
    levels = []
    for level in hidden.levels:
        parent = parents_of(panel, system, level.level)
        anew = roll_up(outside, system, level.level)
        whole = is_whole(parent, len(level.areas))
        chosen = np.array([whole or not indicator.is_rate for indicator in panel.indicators])[:, None, None]
        lacks = summed(unweighed.astype(float), parent, len(level.areas)) > 0
        state = np.where(np.isnan(anew.value) & lacks, State.PROTECTED, anew.state)
        levels.append(
            replace(
                level,
                value=np.where(chosen, anew.value, level.value),
                state=np.where(chosen, state, level.state).astype(np.int8),
                complete=np.where(chosen, anew.complete, level.complete),
                numerator=np.where(chosen, anew.numerator, level.numerator),
                denominator=np.where(chosen, anew.denominator, level.denominator),
            )
        )
    return tuple(levels)


def _unweighed(panel: Panel, told: Mapping[str, Floats], hidden: Hidden, k: int) -> Bools:
    """Return where (P x A) a ready-made value enters no mean because it, or what weights it, is hidden."""
    name = panel.indicators[k].weight
    if panel.indicators[k].is_rate or name not in panel.variables:
        return np.zeros(panel.state.shape[1:], dtype=np.bool_)
    weighed = (panel.state[k] == State.NUMBER) & np.isfinite(panel.variables[name])
    return np.asarray(weighed & (hidden.cells[k] | np.isnan(told[name])))
