"""What a project file says must fit together; checked before any table is opened, so that no run ends half-way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from nahraum.base import Issue, Period, Severity, WrongRequest, place_of
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.definition import formula_fault, id_fault
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.recipe import Aggregate, Classify, Method, Select
from nahraum.evidence.indicators.recipe_toml import CUSTOMARY_POPULATION
from nahraum.evidence.indicators.terms import AREA, Direction, unsigned
from nahraum.projects.file import AreasSpec, DynamicsSpec, IndexSpec, LevelSpec, ProjectFile
from nahraum.sources.terms import Shape, TableSpec


def check_project(project: ProjectFile) -> None:
    """Raise WrongRequest for the first thing in a project file that contradicts itself."""
    _refuse_doubled(_("tables"), (table.id for table in project.tables))
    _refuse_doubled(_("indices"), (spec.recipe.id for spec in project.indices))
    _refuse_doubled(_("Lebenslagen"), (domain.id for domain in project.domains))
    _refuse_doubled(_("indicators"), (indicator.id for indicator in project.indicators))
    _check_indicators(project)
    _check_areas(project.areas)
    for table in project.tables:
        check_table(table, project.areas)
    for spec in project.indices:
        _check_tree(spec)
        _check_classes(spec)
    _check_limits(project.profile.limits)
    if project.imprint.language not in ("de", "en"):
        raise WrongRequest(
            _("project.language: “{language}” is not spoken here; de or en.").format(language=project.imprint.language)
        )
    if project.dynamics:
        _check_dynamics(project.dynamics)


def check_delivered(project: ProjectFile, panel: Panel) -> None:
    """Raise WrongRequest where the project file counts on a variable that no table delivers.

    Protection by a number of inhabitants must not fall away because their column was misspelt.
    """
    rule = project.protection
    own = (*rule.indicators.values(), *rule.levels.values())
    by_number = (rule.min_inhabitants or any(each.min_inhabitants for each in own)) and not rule.public
    named = project.areas.population != CUSTOMARY_POPULATION
    if project.areas.population not in panel.variables and (by_number or named):
        raise _not_delivered("areas.population", project.areas.population, panel.variables)
    indicators = {indicator.id for indicator in panel.indicators}
    known = {*panel.variables, *indicators, AREA}
    for name in project.report.key_figures:
        if name not in known:
            raise _not_delivered("report.key_figures", name, known)
    _check_selections(project, panel)
    asked = [
        ("profile.period", project.profile.period),
        ("robustness.period", project.robustness.period if project.robustness else ""),
        ("dynamics.since", project.dynamics.since if project.dynamics else ""),
        *((f"indices “{spec.recipe.id}”", period) for spec in project.indices for period in spec.periods),
    ]
    for where, period in asked:
        if period and Period.parse(period) not in panel.periods:
            raise _not_delivered(where, period, map(str, panel.periods))
    _check_since(project, panel)
    _check_keys(project, panel)
    for name in project.profile.indicators:
        if name not in indicators:
            raise _not_delivered("profile.indicators", name, indicators)


def too_many(people_variable: str, panel: Panel) -> tuple[Issue, ...]:
    """Return a warning for each indicator whose denominator holds more people than live in the area."""
    people = panel.variables.get(people_variable)
    if people is None:
        return ()
    issues = []
    for k, indicator in enumerate(panel.indicators):
        with np.errstate(invalid="ignore"):
            over = panel.denominator[k] > people
        if not over.any():
            continue
        p, a = np.argwhere(over)[0]
        cell = next(iter(panel.cells(unsigned(indicator.denominator), p, a)), None)
        issues.append(
            Issue(
                code="more-than-inhabitants",
                severity=Severity.WARNING,
                message="“{indicator}”: in {count} cells the denominator is larger than the number of inhabitants.",
                remedy="Look for a slip in one of the two; a digit may be doubled.",
                **place_of(cell),
                value=f"{number(float(panel.denominator[k, p, a]), 0)} > {number(float(people[p, a]), 0)}",
                params={"indicator": indicator.name, "count": int(over.sum())},
            )
        )
    return tuple(issues)


def _is_oriented(spec: IndexSpec) -> bool:
    """Say whether directions matter: a first principal component finds them itself."""
    first = next((step for step in spec.recipe.steps if isinstance(step, Aggregate)), None)
    return first is not None and first.method is not Method.FIRST_COMPONENT


def _check_since(project: ProjectFile, panel: Panel) -> None:
    since = project.dynamics.since if project.dynamics else ""
    if since and Period.parse(since) == panel.periods[-1]:
        raise WrongRequest(_("dynamics.since is the latest period; there is nothing to compare it with."))


def _check_keys(project: ProjectFile, panel: Panel) -> None:
    """Refuse breaks of areas that do not exist, and sum rows that are areas."""
    for indicator in panel.indicators:
        for area in (area for each in indicator.breaks for area in each.areas):
            if area not in panel.areas:
                raise _not_delivered(f"indicators “{indicator.id}”, breaks", area, [*panel.areas[:8], "…"])
    for table in project.tables:
        for key in table.totals if not table.level else ():
            if key in panel.areas:
                raise WrongRequest(
                    _("{where}: “{key}” is an area, no sum row.").format(where=f"tables “{table.id}”, totals", key=key)
                )


def _check_selections(project: ProjectFile, panel: Panel) -> None:
    for spec in project.indices:
        for step in spec.recipe.steps:
            if isinstance(step, Select) and step.min_inhabitants and step.population not in panel.variables:
                raise _not_delivered(f"indices “{spec.recipe.id}”, select", step.population, panel.variables)


def undecided(project: ProjectFile) -> tuple[Issue, ...]:
    """Say of each index which indicators of open direction it counts (a warning) or leaves out by itself (a notice)."""
    neutral = {each.id: each.name for each in project.indicators if each.direction is Direction.NEUTRAL}
    judged = {each.id for each in project.indicators} - neutral.keys()
    issues = []
    for spec in project.indices:
        leaves = [leaf.id for leaf in spec.recipe.tree.at(0)]
        counted = [neutral[id] for id in leaves if id in neutral]
        name = spec.recipe.name or spec.recipe.id
        if counted and _is_oriented(spec):
            issues.append(_counted(name, counted))
        elif neutral and set(leaves) == judged:
            issues.append(_left_out(name, list(neutral.values())))
    return tuple(issues)


def _counted(index: str, indicators: list[str]) -> Issue:
    return Issue(
        code="direction-open",
        severity=Severity.WARNING,
        message="The index “{index}” counts indicators of which nobody said whether a high value is favourable: "
        "{indicators}.",
        remedy="Give direction = higher_is_worse or higher_is_better, or leave them out of the index.",
        params={"index": index, "indicators": ", ".join(indicators)},
    )


def _left_out(index: str, indicators: list[str]) -> Issue:
    return Issue(
        code="direction-open-left-out",
        severity=Severity.NOTICE,
        message="The index “{index}” does not count indicators of which nobody said whether a high value is "
        "favourable: {indicators}.",
        remedy="Give direction = higher_is_worse or higher_is_better where they should count.",
        params={"index": index, "indicators": ", ".join(indicators)},
    )


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
        if fault := id_fault(indicator.id):
            raise WrongRequest(f"{place}, id: {fault}")
        if indicator.domain not in known:
            raise WrongRequest(
                _("{where}: the domain “{domain}” is not among [[domains]]: {known}.").format(
                    where=place, domain=indicator.domain, known=", ".join(sorted(known))
                )
            )
        if formula := formula_fault(indicator):
            raise WrongRequest(f"{place}, {formula[0]}: {formula[1]}")
        for names in (indicator.numerator, indicator.denominator):
            _refuse_doubled(place, unsigned(names))


def check_table(table: TableSpec, areas: AreasSpec) -> None:
    """Raise WrongRequest for a table that takes a column twice or names a level that is not there."""
    where = f"tables “{table.id}”"
    if table.shape is not Shape.LONG:
        _refuse_doubled(f"{where}, variables", table.variables.values())
    levels = {storey.id for storey in areas.levels}
    if table.level and table.level not in levels:
        raise _not_delivered(f"{where}, level", table.level, sorted(levels))
    for key, level in table.totals.items():
        if level not in levels:
            raise _not_delivered(f"{where}, totals “{key}”", level, (storey.id for storey in areas.levels))
    wholes = {storey.id for storey in areas.levels if storey.all}
    _refuse_doubled(f"{where}, totals", (level for level in table.totals.values() if level in wholes))


def _check_tree(spec: IndexSpec) -> None:
    """Refuse trees in which one id means two things, and groups in which nothing counts."""
    where = f"indices “{spec.recipe.id}”"
    nodes = [node for level in range(spec.recipe.tree.level + 1) for node in spec.recipe.tree.at(level)]
    _refuse_doubled(where, (node.id for node in nodes))
    for node in nodes:
        if node.children and not sum(child.weight for child in node.children) > 0:
            raise WrongRequest(
                _("{where}: all weights of “{node}” are 0; then nothing counts.").format(
                    where=where, node=node.name or node.id
                )
            )


def _is_ascending(limits: tuple[float, ...]) -> bool:
    return bool(limits) and all(low < high for low, high in pairwise(limits))


def _check_limits(limits: tuple[float, ...]) -> None:
    if not _is_ascending(limits):
        raise WrongRequest(_("profile.limits are numbers in ascending order, as [1.0, 1.5, 2.0]."))


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
    if not _is_ascending(cuts):
        raise WrongRequest(_("{where}: cuts are limits in ascending order, as [-1.0, 1.0].").format(where=where))
    if labels and len(labels) != len(cuts) + 1:
        raise WrongRequest(
            _("{where}: {count} classes need {count} labels, {found} are given.").format(
                where=where, count=len(cuts) + 1, found=len(labels)
            )
        )
