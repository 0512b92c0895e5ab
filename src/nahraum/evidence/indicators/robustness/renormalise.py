"""Normalise many redrawn panels at once, as the engine does one."""

from __future__ import annotations

import numpy as np

from nahraum.evidence.indicators.methods.deviate import city_rate, orient
from nahraum.evidence.indicators.methods.normalise import PLACING, centre_of, place, scale_of, standardise
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.recipe import Centre, Normalise, Recipe, Scale


def renormalise(recipe: Recipe, panel: Panel, step: Normalise, values: Floats) -> Floats:
    """Return normalised values of R x L x A oriented values; city rate and official value stay as they are."""
    result = np.empty_like(values)
    for n, leaf in enumerate(recipe.tree.at(0)):
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
        if step.scale is Scale.POPULATION_SD and np.isfinite(known) and np.isfinite(values[0, n]).any():
            spread = np.nanstd(values[:, n], axis=1, keepdims=True)
            result[:, n] = (values[:, n] - known) / np.where(spread > 0, spread, 1.0)
            continue
        for r, row in enumerate(values[:, n]):
            if step.scale in PLACING:
                result[r, n] = place(row, step.scale, step.low, step.high)
            else:
                c = known if np.isfinite(known) else centre_of(row, centre, weights)
                result[r, n] = standardise(row, c, scale_of(row, step.scale, c, weights))
    return result
