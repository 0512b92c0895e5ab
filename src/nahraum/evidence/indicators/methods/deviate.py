"""Deviation of a node's values from what they are compared with, over period or over all."""

from __future__ import annotations

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.methods.normalise import PLACING, centre_of, place, scale_of, standardise
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.recipe import Centre, HighIs, Node, Normalise, Recipe, Scale
from nahraum.evidence.indicators.terms import Direction
from nahraum.evidence.indicators.work import Work


def orient(recipe: Recipe, panel: Panel, indicator: str) -> float:
    """Return -1 where the indicator points against the recipe's sign convention, otherwise 1."""
    direction = panel.indicators[panel.index_of(indicator)].direction
    against = Direction.HIGHER_IS_BETTER if recipe.high_is is HighIs.BAD else Direction.HIGHER_IS_WORSE
    return -1.0 if direction is against else 1.0


def city_rate(panel: Panel, k: int, weight: str = "inhabitants") -> Floats:
    """Return the value of the whole city by period (P), in the indicator's unit.

    Rates: official total of the cases over that of the people where the tables deliver one; otherwise summed
    numerators over summed denominators of all areas where both are known. Ready-made values: their mean weighted by
    the indicator's ``weight`` variable (or the given one); NaN without such a variable. A panel that carries the
    city's values (because some of its areas are protected) answers with those.
    """
    if panel.city is not None:
        known: Floats = panel.city[k]
        return known
    indicator = panel.indicators[k]
    if indicator.is_rate:
        cases, total = city_counts(panel, k)
        return np.where(total > 0, cases / np.where(total > 0, total, 1.0) * indicator.per, np.nan)
    weights = panel.variables.get(indicator.weight or weight)
    if weights is None:
        return np.full(len(panel.periods), np.nan)
    both = np.isfinite(panel.value[k]) & np.isfinite(weights)
    total = np.where(both, weights, 0.0).sum(axis=1)
    sums = np.where(both, panel.value[k] * weights, 0.0).sum(axis=1)
    return np.where(total > 0, sums / np.where(total > 0, total, 1.0), np.nan)


def city_counts(panel: Panel, k: int) -> tuple[Floats, Floats]:
    """Return cases and people of the whole city by period (P each) for a rate: official totals before sums.

    An official total holds what no area does: people without a known address, protected and split areas.
    """
    upper, lower = panel.numerator[k], panel.denominator[k]
    both = np.isfinite(upper) & np.isfinite(lower)
    cases = np.where(both, upper, 0.0).sum(axis=1)
    people = np.where(both, lower, 0.0).sum(axis=1)
    indicator = panel.indicators[k]
    for p, period in enumerate(map(str, panel.periods)):
        if period in indicator.numerator_total:
            cases[p] = indicator.numerator_total[period]
            people[p] = indicator.denominator_total.get(period, np.nansum(lower[p]))
    return cases, people


def deviate(work: Work, node: Node, values: Floats, step: Normalise) -> Floats:
    """Return the node's normalised values (P x A)."""
    centre = step.centres.get(node.id, step.centre)
    weights = _weights(work, node, step)
    result = np.full(values.shape, np.nan)
    if step.over == "all":
        c, s = _centre_and_scale(work, node, values.ravel(), centre, step, weights.ravel(), None)
        return _applied(values.ravel(), c, s, step).reshape(values.shape)
    if step.over != "period":
        raise WrongRequest(_("over = “{over}” is not possible; possible: period, all.").format(over=step.over))
    fixed = None
    if step.reference:
        periods = [str(period) for period in work.panel.periods]
        if step.reference not in periods:
            raise WrongRequest(_("The reference period {period} is not there.").format(period=step.reference))
        p = periods.index(step.reference)
        fixed = _centre_and_scale(work, node, values[p], centre, step, weights[p], p)
    for p, row in enumerate(values):
        c, s = fixed or _centre_and_scale(work, node, row, centre, step, weights[p], p)
        if s == 0 and np.isfinite(row).any():
            work.note(
                "normalise",
                message="“{node}”, {period}: all areas have the same value; nobody deviates.",
                node=node.name or node.id,
                period=str(work.panel.periods[p]),
            )
        result[p] = _applied(row, c, s, step)
    return result


def _applied(row: Floats, centre: float, scale: float, step: Normalise) -> Floats:
    if step.scale in PLACING:
        return place(row, step.scale, step.low, step.high)
    return standardise(row, centre, scale)


def _weights(work: Work, node: Node, step: Normalise) -> Floats:
    """Return the weights of weighted centres and scales: a rate's denominators, otherwise a variable (or NaN)."""
    if step.level == 0:
        k = work.panel.index_of(node.id)
        indicator = work.panel.indicators[k]
        if indicator.is_rate:
            denominators: Floats = work.panel.denominator[k]
            return denominators
        name = indicator.weight or step.weight
    else:
        name = step.weight
    found = work.panel.variables.get(name)
    return found if found is not None and found.shape == work.included.shape else np.full(work.included.shape, np.nan)


def _centre_and_scale(
    work: Work, node: Node, row: Floats, centre: Centre, step: Normalise, weights: Floats, p: int | None
) -> tuple[float, float]:
    if step.scale in PLACING:
        return 0.0, 1.0
    weighted = centre is Centre.WEIGHTED_MEAN or step.scale is Scale.WEIGHTED_MAD
    if weighted and not np.isfinite(weights[np.isfinite(row)]).any() and np.isfinite(row).any():
        raise WrongRequest(
            _("“{node}”: a weighted centre or scale needs a denominator or the variable “{variable}”.").format(
                node=node.name or node.id, variable=step.weight
            )
        )
    if centre in (Centre.CITY_RATE, Centre.OFFICIAL):
        c = _known_centre(work, node, centre, step, p)
    else:
        c = centre_of(row, centre, weights)
    return c, scale_of(row, step.scale, c, weights)


def _known_centre(work: Work, node: Node, centre: Centre, step: Normalise, p: int | None) -> float:
    """Return the city's own value, turned as the values are."""
    if step.level > 0 or p is None:
        raise WrongRequest(
            _("“{node}”: a city value exists for indicators in one period only; use another centre here.").format(
                node=node.name or node.id
            )
        )
    k = work.panel.index_of(node.id)
    indicator, period = work.panel.indicators[k], str(work.panel.periods[p])
    if centre is Centre.OFFICIAL:
        value = indicator.official.get(period, float("nan"))
        hint = _('Add official = {{ "{period}" = ... }} to the indicator.').format(period=period)
    else:
        value = float(city_rate(work.panel, k, step.weight)[p])
        hint = _("Give counts, or a variable that weights the values.")
    if not np.isfinite(value) and np.isfinite(work.nodes[node.id][p]).any():
        message = _("“{node}”, {period}: the value of the whole city is not known.")
        raise WrongRequest(f"{message.format(node=node.name or node.id, period=period)} {hint}")
    return value * orient(work.recipe, work.panel, node.id)
