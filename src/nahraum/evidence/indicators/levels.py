"""Values of coarser levels: rates from summed counts, never means of rates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nahraum.base import AreaSystem, State
from nahraum.evidence.indicators.edition import LevelValues
from nahraum.evidence.indicators.methods.deviate import city_counts
from nahraum.evidence.indicators.panel import Floats, Panel


def parents_of(panel: Panel, system: AreaSystem, level: str) -> NDArray[np.int64]:
    """Return for each area of the panel the position of its ancestor at the level, -1 where it lies in none."""
    index = {area.key: n for n, area in enumerate(system.at(level))}
    found = []
    for key in panel.areas:
        area = system.find(key)
        above = system.ancestor(area, level) if area else None
        found.append(index[above.key] if above else -1)
    return np.array(found, dtype=np.int64)


def is_whole(parent: NDArray[np.int64], groups: int) -> bool:
    """Say whether a level is the whole city: one area with all the others in it."""
    return groups == 1 and bool((parent == 0).all())


def summed(counts: Floats, parent: NDArray[np.int64], groups: int) -> Floats:
    """Sum counts (... x A, NaN counts as nothing) over the areas of each group (... x groups)."""
    inside = parent >= 0
    flat = np.where(np.isfinite(counts), counts, 0.0).reshape(-1, counts.shape[-1])[:, inside]
    sums = [np.bincount(parent[inside], weights=row, minlength=groups) for row in flat]
    return np.array(sums, dtype=np.float64).reshape(*counts.shape[:-1], groups)


def roll_up(panel: Panel, system: AreaSystem, level: str) -> LevelValues:
    """Return the indicators at a coarser level.

    Rates: summed numerators over summed denominators of the areas that have both; for the whole city the official
    totals, where the tables deliver them. Ready-made values: means weighted
    by the indicator's ``weight`` variable; without one there is no value. Areas to which an indicator does not apply
    are not missed.
    """
    keys = tuple(area.key for area in system.at(level))
    parent = parents_of(panel, system, level)
    shape = (len(panel.indicators), len(panel.periods), len(keys))
    numerator, denominator = np.full(shape, np.nan), np.full(shape, np.nan)
    value, there = np.full(shape, np.nan), panel.state == State.NUMBER
    for k, indicator in enumerate(panel.indicators):
        if indicator.is_rate:
            both = np.isfinite(panel.value[k])
            upper = summed(np.where(both, panel.numerator[k], np.nan), parent, len(keys))
            lower = summed(np.where(both, panel.denominator[k], np.nan), parent, len(keys))
            if is_whole(parent, len(keys)):
                upper, lower = (counts[:, None] for counts in city_counts(panel, k))
            numerator[k], denominator[k], per = upper, lower, indicator.per
        elif (weights := panel.variables.get(indicator.weight)) is not None:
            both = np.isfinite(panel.value[k]) & np.isfinite(weights)
            there[k] &= both
            upper = summed(np.where(both, panel.value[k] * weights, np.nan), parent, len(keys))
            lower = summed(np.where(both, weights, np.nan), parent, len(keys))
            per = 1.0
        else:
            continue
        value[k] = np.where(lower > 0, upper / np.where(lower > 0, lower, 1.0) * per, np.nan)
    wanted = summed((panel.state != State.NOT_APPLICABLE).astype(float), parent, len(keys))
    state = np.where(np.isfinite(value), State.NUMBER, np.where(wanted > 0, State.MISSING, State.NOT_APPLICABLE))
    return LevelValues(
        level=level,
        areas=keys,
        value=value,
        state=state.astype(np.int8),
        numerator=numerator,
        denominator=denominator,
        complete=summed(there.astype(float), parent, len(keys)) >= wanted,
    )
