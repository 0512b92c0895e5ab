"""Counts that would tell a hidden one although no indicator links them: those who are left beside it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nahraum.base import State
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.terms import AREA, Indicator, unsigned

Bools = NDArray[np.bool_]


def rests(panel: Panel, cells: Bools, population: str, least: Mapping[str, int]) -> dict[str, Bools]:
    """Return for each variable where (P x A) it must not be told: fewer than ``least`` inhabitants are not counted in
    it, or those who are not may be the ones of a hidden cell (``cells``, K x P x A).

    "Adults" tell the children that are hidden out of the inhabitants. Whether a variable is such a rest nobody can know
    who is not told; it cannot be where it is larger than the whole, nor need it be hidden where a shown indicator is
    made from it alone.
    """
    people = panel.variables.get(population, np.full(panel.state.shape[1:], np.nan))
    wholes = _wholes(panel, cells, people)
    told = _told(panel, cells, population)
    found = {}
    for name, values in panel.variables.items():
        if name in (population, AREA):
            continue
        with np.errstate(invalid="ignore"):
            few = (people - values > 0) & (people - values < least[name])
            beside = values <= wholes.max(axis=0, initial=-np.inf)
            if beside.any():  # its own indicators know already what of them is a secret
                others = [k for k, each in enumerate(panel.indicators) if name not in each.variables]
                beside &= values <= wholes[others].max(axis=0, initial=-np.inf)
        found[name] = (few | (beside & ~told.get(name, np.False_))) & (values == np.round(values))
    return found


def _wholes(panel: Panel, cells: Bools, people: Floats) -> Floats:
    """Return out of how many people each hidden cell is counted (K x P x A): infinitely many where nobody knows, -inf
    where nothing is hidden.
    """
    whole = np.where(np.isfinite(panel.denominator), panel.denominator, people)
    return np.where(cells, np.where(np.isfinite(whole), whole, np.inf), -np.inf)


def _told(panel: Panel, cells: Bools, population: str) -> dict[str, Bools]:
    """Return for each variable where (P x A) a shown indicator tells it all the same."""
    shown = (panel.state == State.NUMBER) & ~cells
    told: dict[str, Bools] = {}
    for k, indicator in enumerate(panel.indicators):
        for name in _alone(indicator, population):
            told[name] = told.get(name, np.False_) | shown[k]
    return told


def _alone(indicator: Indicator, population: str) -> set[str]:
    """Return the variables that follow from an indicator's cases or people, where the inhabitants are known."""
    parts = ((indicator.value,),) if indicator.value else (indicator.numerator, indicator.denominator)
    names = [set(unsigned(part)) - {population} for part in parts]
    return {name for each in names if len(each) == 1 for name in each}
