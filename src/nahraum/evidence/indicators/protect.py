"""The protected edition: what is published is computed from what is published.

Small counts are hidden first, then index, deviations and robustness are computed anew from what is left. So no score,
rank or deviation can carry a hidden count outside: it never went in. City values are the exception that must be: they
are published totals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nahraum.base import Issue, State
from nahraum.disclosure.suppression import complementary, primary
from nahraum.evidence.indicators import dynamics
from nahraum.evidence.indicators.edition import Dynamics, Edition, IndexResult, LevelValues
from nahraum.evidence.indicators.levels import is_whole, parents_of
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.profile import city_values, deviation_profile
from nahraum.evidence.indicators.reconcile import CODES as RECONCILED
from nahraum.evidence.indicators.reconcile import issues_of as reconcile_issues
from nahraum.evidence.indicators.reconcile import reconcile
from nahraum.evidence.indicators.robustness import robustness
from nahraum.evidence.indicators.run import run

Bools = NDArray[np.bool_]


def protect_edition(edition: Edition) -> Edition:
    """Return the edition as it may leave the planning office.

    An edition whose rule is ``public`` (everything delivered is already published) comes back as it is, marked so.
    """
    if edition.protection.public or edition.is_protected:
        return replace(edition, is_protected=True)
    hidden, levels = _hidden(edition)
    panel = _without(edition.panel, hidden, edition)
    indices = tuple(run(index.recipe, panel.during(index.periods), edition.system) for index in edition.indices)
    spec = edition.robustness_spec
    old = edition.robustness
    reconciliation = reconcile(panel)
    return replace(
        edition,
        panel=panel,
        indices=indices,
        levels=levels,
        # Which areas are studied was decided on all values: to name an area says nothing about a single count in it.
        profile=replace(
            deviation_profile(panel, edition.domains, edition.profile.rule), selected=edition.profile.selected
        ),
        dynamics=_dynamics(edition, panel, indices),
        robustness=robustness(indices[0].recipe, panel, edition.system, spec, old.period) if spec and old else None,
        reconciliation=reconciliation,
        issues=(*_tellable(edition.issues), *reconcile_issues(reconciliation, panel, edition.system)),
        is_protected=True,
        hidden=int((panel.state == State.PROTECTED).sum()),
    )


def _tellable(issues: Sequence[Issue]) -> Iterator[Issue]:
    """Yield the issues without what stood in the cells; those of the reconciliation are told anew."""
    for issue in issues:
        if issue.code not in RECONCILED:
            corrected = "text" in issue.params
            message = "Corrected as the project file says: {reason}" if corrected else issue.message
            yield replace(issue, value="", message=message)


def _dynamics(edition: Edition, panel: Panel, indices: tuple[IndexResult, ...]) -> Dynamics | None:
    if edition.dynamics is None:
        return None
    if edition.dynamics_since:
        old = edition.dynamics
        return dynamics.change(
            indices[0], panel, edition.dynamics_since, old.period, edition.dynamics_cuts, old.dynamics_labels
        )
    second = next(index for index in indices if index.recipe.id == edition.dynamics_index)
    return dynamics.cross(indices[0], second, edition.dynamics.period)


def _hidden(edition: Edition) -> tuple[Bools, tuple[LevelValues, ...]]:
    """Return the hidden cells (K x P x A) and the levels with their own hidden cells."""
    panel, system, rule = edition.panel, edition.system, edition.protection
    inhabitants = panel.variables.get(edition.population)
    hidden = np.zeros(panel.state.shape, dtype=np.bool_)
    for k, indicator in enumerate(panel.indicators):
        if indicator.is_rate:
            hidden[k] = primary(panel.numerator[k], panel.denominator[k], inhabitants, rule)
    hidden |= panel.state == State.PROTECTED
    groups = [parents_of(panel, system, level.id) for level in system.levels[1:]]
    levels = [
        replace(level, state=level.state.copy(), value=level.value.copy(), numerator=level.numerator.copy())
        for level in edition.levels
    ]
    hidden = _same_counts_alike(panel, hidden)
    for _pass in range(3):
        before = hidden.copy()
        for k, p in np.argwhere(hidden.any(axis=2)):
            if not panel.indicators[k].is_rate:
                continue
            counts = np.where(panel.state[k, p] == State.NUMBER, panel.numerator[k, p], np.nan)
            official = _official(panel, k, p)
            summed = groups[:-1] if groups and np.isfinite(official) and _is_city(groups[-1]) else groups
            hidden[k, p], sums = complementary(counts, hidden[k, p], summed, rule, official)
            for level, closed in zip(levels, sums, strict=False):
                gone = np.flatnonzero(closed)
                level.state[k, p, gone] = State.PROTECTED
                level.value[k, p, gone] = np.nan
                level.numerator[k, p, gone] = np.nan
        hidden = _same_counts_alike(panel, hidden)
        if (before == hidden).all():
            break
    return hidden, tuple(levels)


def _is_city(parent: NDArray[np.int64]) -> bool:
    """Say whether a level is the whole city, whose published value is the official total and no sum."""
    return is_whole(parent, int(parent.max(initial=-1)) + 1)


def _official(panel: Panel, k: int, p: int) -> float:
    """Return the official total of the cases, or NaN where cells that nobody knows stand between it and the sum."""
    state = panel.state[k, p]
    gaps = (state == State.MISSING) | ((state == State.NOT_APPLICABLE) & ~(panel.denominator[k, p] == 0))
    total = panel.indicators[k].numerator_total.get(str(panel.periods[p]), np.nan)
    return float("nan") if gaps.any() else float(total)


def _same_counts_alike(panel: Panel, hidden: Bools) -> Bools:
    """Hide a cell in every indicator that shows the same numerator."""
    hidden = hidden.copy()
    for k, indicator in enumerate(panel.indicators):
        for j, other in enumerate(panel.indicators):
            if j != k and indicator.is_rate and other.numerator == indicator.numerator:
                hidden[k] |= hidden[j]
    return hidden


def _without(panel: Panel, hidden: Bools, edition: Edition) -> Panel:
    """Return the panel without the hidden cells, with the city's values from all cells."""
    variables = {name: values.copy() for name, values in panel.variables.items()}
    for k, indicator in enumerate(panel.indicators):
        for name in indicator.numerator:
            variables[name.lstrip("-")][hidden[k]] = np.nan
    few = edition.protection.min_numerator
    for values in variables.values():
        with np.errstate(invalid="ignore"):
            values[(values > 0) & (values < few) & (values == np.round(values))] = np.nan
    origins = panel.origins
    if origins:
        origins = replace(origins, text={})  # what stood in the cells is for the planning office
    return replace(
        panel,
        value=np.where(hidden, np.nan, panel.value),
        state=np.where(hidden, np.int8(State.PROTECTED), panel.state),
        numerator=np.where(hidden, np.nan, panel.numerator),
        denominator=np.where(hidden, np.nan, panel.denominator),
        variables=variables,
        origins=origins,
        city=city_values(panel),
    )
