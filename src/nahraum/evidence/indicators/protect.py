"""The protected edition: what is published is computed from what is published.

Small counts are hidden first, then index, deviations and robustness are computed anew from what is left. So no score,
rank or deviation can carry a hidden count outside: it never went in. City values are the exception that must be: they
are published totals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nahraum.base import Issue, Severity, State
from nahraum.base.language import gettext_noop
from nahraum.disclosure.released import Released
from nahraum.evidence.indicators import dynamics
from nahraum.evidence.indicators.earlier import Earlier
from nahraum.evidence.indicators.edition import Dynamics, Edition, IndexResult
from nahraum.evidence.indicators.hiding import Hidden, city_sums, hidden_cells, sums_without, without
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.quiet import (
    quiet_areas,
    quiet_dynamics,
    quiet_index,
    quiet_profile,
    quiet_robustness,
)
from nahraum.evidence.indicators.reconcile import issues_of as reconcile_issues
from nahraum.evidence.indicators.reconcile import reconcile
from nahraum.evidence.indicators.robustness import robustness
from nahraum.evidence.indicators.run import run

# What may be told of the tables: what rests on keys, boundaries and the project's own decisions. Whatever rests on the
# values in cells stays inside, be it only a place or a number of cells: beside published sums it would tell them.
TELLABLE = frozenset(
    {
        "area-apart",
        "area-name-differs",
        "area-name-doubled",
        "area-name-missing",
        "area-not-in-parent",
        "area-outside",
        "areas-gap",
        "boundary-missing",
        "context-elsewhere",
        "correction-applied",
        "direction-open",
        "direction-open-left-out",
        "leading-zeros-lost",
        "level-boundary-missing",
        "level-boundary-unused",
        "outline-uncovered",
        "row-skipped",
        "row-to-skip-absent",
    }
)


def protect_edition(edition: Edition, released: Sequence[Released] = ()) -> Edition:
    """Return the edition as it may leave the planning office, beside what it has ``released`` earlier.

    Fingerprints and sizes of the delivered files stay inside: who knows all of a file but two cells would try every
    pair of numbers until the fingerprint fits.

    The areas of earlier releases are laid over those of now by the edition's crosswalks; without one, areas of equal
    keys are taken for the same, which ``release_issues`` tell, as they count what earlier releases tell and nothing can
    hide. An edition whose rule is ``public`` (everything delivered is already published) comes back as it
    is, marked so.
    """
    if edition.is_protected:
        return edition
    rule = edition.protection
    earlier = Earlier(edition.panel, edition.system, released, edition.crosswalks) if released else None
    if rule.public:
        return replace(
            edition, is_protected=True, release_issues=(*_opened(edition, earlier), *_unlaid(edition, released))
        )
    found = hidden_cells(edition.panel, edition.system, edition.levels, rule, edition.population, earlier)
    selecting = frozenset[str]().union(*(index.recipe.selecting for index in edition.indices))
    panel = without(edition.panel, found, rule, edition.population, edition.system.finest.id, selecting)
    levels = sums_without(found, edition.panel, panel.variables, edition.system)
    indices = tuple(run(index.recipe, panel.during(index.periods), edition.system) for index in edition.indices)
    spec = edition.robustness_spec
    old = edition.robustness
    firm = robustness(indices[0].recipe, panel, edition.system, spec, old.period) if spec and old else None
    quiet = quiet_areas(edition)
    reconciliation = reconcile(panel)
    return replace(
        edition,
        panel=panel,
        indices=tuple(quiet_index(index, panel, quiet) for index in indices),
        levels=levels,
        profile=quiet_profile(edition, panel, quiet),
        dynamics=quiet_dynamics(_dynamics(edition, panel, indices), panel, quiet),
        robustness=quiet_robustness(firm, panel, quiet),
        reconciliation=reconciliation,
        sources=tuple(replace(each, sha256="", size=0) for each in edition.sources),
        issues=(*_tellable(edition.issues), *reconcile_issues(reconciliation, panel, edition.system)),
        is_protected=True,
        hidden=int((panel.state == State.PROTECTED).sum()),
        city_sums=city_sums(edition.panel, found),
        release_issues=(*_told(found), *_unlaid(edition, released)),
    )


def _told(found: Hidden) -> Iterator[Issue]:
    """Tell the releaser what the protection cannot keep, and what it costs; no output of the edition says so."""
    if count := int(found.lost.sum()):
        message = gettext_noop(
            "{count} protected values may be had all the same: earlier editions showed them, or an official total "
            "tells them."
        )
        remedy = gettext_noop("Nothing can take back what is published. Decide whether this edition may follow it.")
        yield Issue(
            code="told-earlier", severity=Severity.WARNING, message=message, remedy=remedy, params={"count": count}
        )
    if count := int(found.apart.any(axis=2).sum()):
        message = gettext_noop(
            "{count} values of the whole city leave protected areas out; beside what is known they would tell them."
        )
        yield Issue(code="city-without-protected", severity=Severity.NOTICE, message=message, params={"count": count})


def _unlaid(edition: Edition, released: Sequence[Released]) -> Iterator[Issue]:
    """Tell the releaser of earlier areas from which nothing leads to those of now: hidden parts are not followed."""
    known = {edition.system.id, *edition.crosswalks}
    for system in dict.fromkeys(each.system for each in released if each.system not in known):
        message = gettext_noop(
            "Earlier editions show other areas (“{system}”), and no crosswalk leads from them to those of now. Only "
            "areas with the same key were compared: what was hidden there may follow from differences."
        )
        remedy = gettext_noop("Adopt a crosswalk between the two versions of the areas, and make the draft again.")
        yield Issue(
            code="areas-without-crosswalk",
            severity=Severity.WARNING,
            message=message,
            remedy=remedy,
            params={"system": system},
        )


def _opened(edition: Edition, earlier: Earlier | None) -> Iterator[Issue]:
    """Tell the releaser how many values an edition without protection shows that earlier ones protected."""
    shown = edition.panel.state == State.NUMBER
    count = int((earlier.hidden(edition.protection) & shown).sum()) if earlier else 0
    if count:
        message = gettext_noop("{count} values are shown that earlier editions protected.")
        remedy = gettext_noop("Say public = true only if every one of them is published elsewhere.")
        yield Issue(
            code="protected-earlier", severity=Severity.WARNING, message=message, remedy=remedy, params={"count": count}
        )


def _tellable(issues: Sequence[Issue]) -> Iterator[Issue]:
    """Yield the issues that rest on no value of a cell, without what stood there; the reconciliation is told anew."""
    for issue in issues:
        if issue.code in TELLABLE:
            corrected = "text" in issue.params
            message = "Corrected as described for the areas: {reason}" if corrected else issue.message
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
