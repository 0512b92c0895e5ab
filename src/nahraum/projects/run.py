"""Run a project: tables in, an edition out. Same input, same edition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nahraum.base import BadInput, Issue, Period, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators import dynamics, reconcile
from nahraum.evidence.indicators.edition import Dynamics, Edition, IndexResult, Reconciliation, Robustness
from nahraum.evidence.indicators.levels import roll_up
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.placing import Totals
from nahraum.evidence.indicators.profile import deviation_profile, min_share_of, rule_for
from nahraum.evidence.indicators.read import build_panel, refuse_errors, total_of
from nahraum.evidence.indicators.recipe_toml import to_toml
from nahraum.evidence.indicators.robustness import robustness
from nahraum.evidence.indicators.run import run
from nahraum.evidence.indicators.terms import Indicator
from nahraum.projects.areas import Places, read_places
from nahraum.projects.checks import check_delivered, check_project, too_many, undecided
from nahraum.projects.file import IndexSpec, ProjectFile, read_project
from nahraum.sources import read_table
from nahraum.sources.terms import Reading, SourceFile

Progress = Callable[[str, float], None]


def _silent(_step: str, _share: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What a project delivers, before anything is computed: places, panel, reconciliation and every issue."""

    project: ProjectFile
    places: Places
    panel: Panel
    sources: tuple[SourceFile, ...]
    reconciliation: tuple[Reconciliation, ...]
    issues: tuple[Issue, ...]


def read_inputs(path: Path, *, data_dir: Path | None = None, progress: Progress = _silent) -> Inputs:
    """Read a project's files and reconcile them; issues are collected, not raised.

    Raises WrongRequest for a project file that does not fit and BadInput where a file cannot be used at all.
    """
    project = read_project(path, data=data_dir)
    check_project(project)
    progress(_("Reading areas"), 0.0)
    places = read_places(project.areas, project.data)
    readings: list[Reading] = []
    for n, spec in enumerate(project.tables):
        progress(_("Reading {file}").format(file=spec.file), 0.05 + 0.35 * n / len(project.tables))
        readings.append(read_table(spec, project.data))
    if not readings:
        raise WrongRequest(_("The project names no tables. Add a section [[tables]]."))
    _refuse_unread(readings, places)
    delivered = build_panel(readings, project.indicators, places.system, earlier=places.earlier)
    panel = with_totals(delivered.panel, delivered.totals)
    check_delivered(project, panel)
    reconciliation = reconcile.reconcile(panel, delivered.unknown)
    return Inputs(
        project=project,
        places=places,
        panel=panel,
        sources=(*places.sources, *(reading.source for reading in readings)),
        reconciliation=reconciliation,
        issues=(
            *places.issues,
            *(issue for reading in readings for issue in reading.issues),
            *delivered.issues,
            *undecided(project),
            *too_many(project.areas.population, panel),
            *reconcile.issues_of(reconciliation, panel, places.system),
        ),
    )


def _refuse_unread(readings: Sequence[Reading], places: Places) -> None:
    """Refuse tables of which nothing could be read: every other complaint would only follow from that."""
    if any(reading.rows.is_empty() for reading in readings):
        raise BadInput([*places.issues, *(issue for reading in readings for issue in reading.issues)])


def run_project(
    path: Path, *, data_dir: Path | None = None, with_robustness: bool = True, progress: Progress = _silent
) -> Edition:
    """Run a project file and return its edition, unprotected.

    ``data_dir`` overrides where the tables lie; ``progress`` is called with a step's name and the share done (0 to
    1). Raises BadInput with all issues if any of them is an error, WrongRequest for a project file that does not fit.
    """
    inputs = read_inputs(path, data_dir=data_dir, progress=progress)
    refuse_errors(inputs.issues)
    project, panel, system = inputs.project, inputs.panel, inputs.places.system
    progress(_("Computing the index"), 0.4)
    indices = tuple(run(spec.recipe, _during(panel, spec), system) for spec in project.indices)
    rule = rule_for(project.profile, indices[0].recipe)
    rule = replace(rule, period=rule.period or str(indices[0].latest))
    left_out = frozenset(indices[0].excluded_in(Period.parse(rule.period)))
    progress(_("Testing the robustness"), 0.5)
    return Edition(
        imprint=project.imprint,
        system=system,
        boundaries=inputs.places.boundaries,
        domains=project.domains,
        panel=panel,
        indices=indices,
        profile=deviation_profile(panel, project.domains, rule, left_out, min_share=min_share_of(indices[0].recipe)),
        dynamics=_dynamics(project, indices, panel),
        robustness=_robustness(project, inputs, indices[0], progress) if with_robustness else None,
        reconciliation=inputs.reconciliation,
        issues=inputs.issues,
        protection=project.protection,
        sources=_distinct(inputs.sources),
        recipe_toml="\n".join(to_toml(spec.recipe) for spec in project.indices),
        levels=tuple(roll_up(panel, system, level.id) for level in system.levels[1:]),
        robustness_spec=project.robustness,
        dynamics_since=Period.parse(project.dynamics.since) if project.dynamics and project.dynamics.since else None,
        dynamics_index=project.dynamics.index if project.dynamics else "",
        dynamics_cuts=project.dynamics.cuts if project.dynamics else (-1.0, 1.0),
        key_figures=project.report.key_figures,
        variable_labels=project.report.labels,
        intro=project.report.intro,
        population=project.areas.population,
        crosswalks={each.id: each.crosswalk for each in inputs.places.earlier if each.id},
    )


def _during(panel: Panel, spec: IndexSpec) -> Panel:
    if not spec.periods:
        return panel
    wanted = [Period.parse(text) for text in spec.periods]
    for period in wanted:
        if period not in panel.periods:
            known = ", ".join(map(str, panel.periods))
            raise WrongRequest(
                _("No table delivers the period {period}. Delivered: {known}.").format(period=period, known=known)
            )
    return panel.during(wanted)


def with_totals(panel: Panel, totals: Totals) -> Panel:
    """Give indicators the official totals that the tables themselves deliver as sum rows of the whole city."""
    delivered = next(iter(totals.values()), {})
    if not delivered:
        return panel
    periods = [str(period) for period in panel.periods]

    def completed(indicator: Indicator) -> Indicator:
        upper, lower = _sums(indicator.numerator, delivered, periods), _sums(indicator.denominator, delivered, periods)
        return replace(
            indicator,
            numerator_total={**upper, **indicator.numerator_total},
            denominator_total={**lower, **indicator.denominator_total},
        )

    return replace(panel, indicators=tuple(completed(indicator) for indicator in panel.indicators))


def _sums(names: tuple[str, ...], delivered: Mapping[str, Mapping[str, float]], periods: list[str]) -> dict[str, float]:
    sums = {
        period: total_of(names, {name: values[period] for name, values in delivered.items() if period in values})
        for period in periods
    }
    return {period: total for period, total in sums.items() if total == total}


def _dynamics(project: ProjectFile, indices: tuple[IndexResult, ...], panel: Panel) -> Dynamics | None:
    spec = project.dynamics
    if spec is None:
        return None
    status = indices[0]
    if spec.index:
        second = next((index for index in indices if index.recipe.id == spec.index), None)
        if second is None:
            raise WrongRequest(_("[dynamics]: there is no index “{id}”.").format(id=spec.index))
        period = status.latest if status.latest in second.periods else status.periods[-1]
        return dynamics.cross(status, second, period)
    since = Period.parse(spec.since)
    until = status.latest if status.latest > since else status.periods[-1]
    return dynamics.change(status, panel, since, until, spec.cuts, spec.labels)


def _robustness(project: ProjectFile, inputs: Inputs, main: IndexResult, progress: Progress) -> Robustness | None:
    spec = project.robustness
    if spec is None:
        return None
    period = Period.parse(spec.period) if spec.period else main.latest
    return robustness(
        main.recipe,
        inputs.panel,
        inputs.places.system,
        spec,
        period,
        progress=lambda share: progress(_("Testing the robustness"), 0.5 + 0.5 * share),
    )


def _distinct(sources: tuple[SourceFile, ...]) -> tuple[SourceFile, ...]:
    return tuple(dict.fromkeys(sources))
