"""What a project file says must fit together; checked before any table is opened, so that no run ends half-way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from nahraum.base import Period, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.recipe import Classify
from nahraum.projects.file import AreasSpec, DynamicsSpec, IndexSpec, LevelSpec, ProjectFile


def check_project(project: ProjectFile) -> None:
    """Raise WrongRequest for the first thing in a project file that contradicts itself."""
    _refuse_doubled(_("tables"), (table.id for table in project.tables))
    _refuse_doubled(_("indices"), (spec.recipe.id for spec in project.indices))
    _refuse_doubled(_("Lebenslagen"), (domain.id for domain in project.domains))
    _refuse_doubled(_("indicators"), (indicator.id for indicator in project.indicators))
    _check_indicators(project)
    _check_areas(project.areas)
    for spec in project.indices:
        _check_classes(spec)
    if project.dynamics:
        _check_dynamics(project.dynamics)


def check_delivered(project: ProjectFile, panel: Panel) -> None:
    """Raise WrongRequest where the project file counts on a variable that no table delivers.

    Protection by a number of inhabitants must not fall away because their column was misspelt.
    """
    by_number = project.protection.min_inhabitants and not project.protection.public
    if project.areas.population not in panel.variables and (by_number or project.areas.population != "inhabitants"):
        raise _not_delivered("areas.population", project.areas.population, panel.variables)
    indicators = {indicator.id for indicator in panel.indicators}
    known = {*panel.variables, *indicators, "area_ha"}
    for name in project.report.key_figures:
        if name not in known:
            raise _not_delivered("report.key_figures", name, known)
    asked = [
        ("profile.period", project.profile.period),
        ("robustness.period", project.robustness.period if project.robustness else ""),
        ("dynamics.since", project.dynamics.since if project.dynamics else ""),
        *((f"indices “{spec.recipe.id}”", period) for spec in project.indices for period in spec.periods),
    ]
    for where, period in asked:
        if period and Period.parse(period) not in panel.periods:
            raise _not_delivered(where, period, map(str, panel.periods))
    for name in project.profile.indicators:
        if name not in indicators:
            raise _not_delivered("profile.indicators", name, indicators)


def _not_delivered(where: str, name: str, known: Iterable[str]) -> WrongRequest:
    return WrongRequest(
        _("{where}: there is no “{name}”. There are: {known}.").format(
            where=where, name=name, known=", ".join(sorted(known))
        )
    )


def _refuse_doubled(what: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            raise WrongRequest(_("The id “{id}” stands twice under {what}.").format(id=id, what=what))
        seen.add(id)


def _check_indicators(project: ProjectFile) -> None:
    known = {domain.id for domain in project.domains}
    for indicator in project.indicators:
        place = f"indicators “{indicator.id}”"
        if indicator.domain not in known:
            raise WrongRequest(
                _("{where}: the domain “{domain}” is not among [[domains]]: {known}.").format(
                    where=place, domain=indicator.domain, known=", ".join(sorted(known))
                )
            )
        parts = (bool(indicator.numerator), bool(indicator.denominator))
        if parts not in ((True, True), (False, False)) or bool(indicator.value) == parts[0]:
            raise WrongRequest(_("{where}: give either value, or numerator and denominator.").format(where=place))


def _check_areas(areas: AreasSpec) -> None:
    _refuse_doubled("areas.levels", (level.id for level in areas.levels))
    if not areas.levels:
        raise WrongRequest(_("[areas] needs at least one level under [[areas.levels]]."))
    for n, level in enumerate(areas.levels):
        where = f"areas.levels “{level.id}”"
        sources = sum(map(bool, (level.all, level.prefix, level.key)))
        if sources != 1 and not (level.prefix and level.file):
            raise WrongRequest(_("{where}: give one of key, prefix and all.").format(where=where))
        if n == 0 and not level.key:
            raise WrongRequest(_("{where}: the finest level needs key, the column with its keys.").format(where=where))
        _check_patterns(level, where)


def _check_patterns(level: LevelSpec, where: str) -> None:
    for name in ("key_pattern", "of_pattern", "label_pattern"):
        try:
            re.compile(getattr(level, name))
        except re.error as error:
            message = _("{where}: {name} is no regular expression ({error}).")
            raise WrongRequest(message.format(where=where, name=name, error=error)) from None


def _check_classes(spec: IndexSpec) -> None:
    for step in spec.recipe.steps:
        if isinstance(step, Classify) and step.method == "cuts":
            where = f"indices “{spec.recipe.id}”, classify “{step.id}”"
            _check_cuts(where, step.cuts, step.labels)


def _check_dynamics(spec: DynamicsSpec) -> None:
    if bool(spec.index) == bool(spec.since):
        raise WrongRequest(_("[dynamics]: give index, or since with a period."))
    if spec.since:
        _check_cuts("dynamics", spec.cuts, spec.labels)


def _check_cuts(where: str, cuts: tuple[float, ...], labels: tuple[str, ...]) -> None:
    if not cuts or any(low >= high for low, high in pairwise(cuts)):
        raise WrongRequest(_("{where}: cuts are limits in ascending order, as [-1.0, 1.0].").format(where=where))
    if labels and len(labels) != len(cuts) + 1:
        raise WrongRequest(
            _("{where}: {count} classes need {count} labels, {found} are given.").format(
                where=where, count=len(cuts) + 1, found=len(labels)
            )
        )
