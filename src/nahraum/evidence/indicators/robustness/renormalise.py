"""Normalise many redrawn panels at once, as the engine does one."""

from __future__ import annotations

import numpy as np

from nahraum.evidence.indicators.methods.deviate import city_rate, orient
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.recipe import Centre, Node, Normalise, Recipe
from nahraum.evidence.indicators.robustness.by_row import normalised
from nahraum.evidence.indicators.robustness.ranks import in_threads


def renormalise(recipe: Recipe, panel: Panel, step: Normalise, values: Floats) -> Floats:
    """Return normalised values of R x L x A oriented values; city rate and official value stay as they are."""
    result = np.empty_like(values)
    leaves = recipe.tree.at(0)

    def work(part: range) -> None:
        for n in part:
            result[:, n] = one(leaves[n], values[:, n])

    def one(leaf: Node, drawn: Floats) -> Floats:
        k = panel.index_of(leaf.id)
        centre = step.centres.get(leaf.id, step.centre)
        weights = (
            panel.denominator[k, 0]
            if panel.indicators[k].is_rate
            else panel.variables.get(step.weight, panel.value[k])[0]
        )
        known = float("nan")
        if centre is Centre.CITY_RATE:
            known = float(city_rate(panel, k, step.weight)[0]) * orient(recipe, panel, leaf.id)
        elif centre is Centre.OFFICIAL:
            known = panel.indicators[k].official[str(panel.periods[0])] * orient(recipe, panel, leaf.id)
        middle = known if np.isfinite(known) else centre
        return normalised(drawn, middle, step.scale, step.low, step.high, weights)

    in_threads(work, len(leaves))
    return result
