"""The protected edition: what is published is computed from what is published.

Small counts are hidden first, then index, deviations and robustness are computed anew from what is left. So no score,
rank or deviation can carry a hidden count outside: it never went in. City values are the exception that must be: they
are published totals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nahraum.base import Issue, State
from nahraum.evidence.indicators import dynamics
from nahraum.evidence.indicators.edition import Dynamics, Edition, IndexResult
from nahraum.evidence.indicators.hiding import hidden_cells, without
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.profile import city_values, deviation_profile
from nahraum.evidence.indicators.reconcile import CODES as RECONCILED
from nahraum.evidence.indicators.reconcile import issues_of as reconcile_issues
from nahraum.evidence.indicators.reconcile import reconcile
from nahraum.evidence.indicators.robustness import robustness
from nahraum.evidence.indicators.run import run


def protect_edition(edition: Edition) -> Edition:
    """Return the edition as it may leave the planning office.

    An edition whose rule is ``public`` (everything delivered is already published) comes back as it is, marked so.
    """
    if edition.protection.public or edition.is_protected:
        return replace(edition, is_protected=True)
    rule = edition.protection
    hidden, levels = hidden_cells(edition.panel, edition.system, edition.levels, rule, edition.population)
    panel = without(edition.panel, hidden, rule, edition.population, city_values(edition.panel))
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
