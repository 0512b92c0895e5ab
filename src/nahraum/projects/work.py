"""The workbench of a project: other recipes over inputs that are already read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nahraum.base import Issue, Period, Severity, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.strict import build, convert, refuse_unknown
from nahraum.evidence.indicators.completeness import latest_whole
from nahraum.evidence.indicators.edition import ProfileRule, RobustnessSpec
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.profile import rule_for
from nahraum.evidence.indicators.recipe_toml import counting, from_mapping
from nahraum.evidence.indicators.workbench.differences import recipe_differences, section_differences
from nahraum.evidence.indicators.workbench.trial import Ground, Trial, try_out
from nahraum.projects.checks import check_delivered, check_project, undecided
from nahraum.projects.file import IndexSpec, ProjectFile
from nahraum.projects.run import Inputs

SECTIONS = ("indices", "profile", "robustness")


def try_recipe(
    inputs: Inputs,
    recipe_parts: Mapping[str, Any],
    *,
    index: str = "",
    period: str = "",
    with_robustness: bool = True,
) -> Trial:
    """Try a recipe over inputs that were read before; only one period of it is computed.

    ``recipe_parts``: ``indices``, ``profile`` and ``robustness`` as the project file has them; a section that is left
    out is the project's own. ``index``: id of the index to try (default: the first); ``period``: default the latest
    whole one of that index. The result equals that of ``run_project`` with these sections in the file. Raises
    WrongRequest that names the option which does not fit.
    """
    project = _with(inputs, recipe_parts)
    check_project(project)
    check_delivered(project, inputs.panel)
    spec = _chosen(project, index)
    periods = tuple(Period.parse(text) for text in spec.periods) or inputs.panel.periods
    return try_out(
        ground_of(inputs),
        spec.recipe,
        rule_for(project.profile, project.indices[0].recipe),
        (project.robustness or RobustnessSpec()) if with_robustness else None,
        tuple(each for each in inputs.panel.periods if each in periods),
        _period(period, spec, inputs.panel.during(periods)),
    )


def open_directions(inputs: Inputs, recipe_parts: Mapping[str, Any]) -> tuple[Issue, ...]:
    """Return a warning for each index of a recipe that counts indicators whose direction is open."""
    return tuple(each for each in undecided(_with(inputs, recipe_parts)) if each.severity is Severity.WARNING)


def versions_differ(inputs: Inputs, old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Say in sentences what differs between two versions of a project's recipe sections (A: old, B: new).

    Indices of the same id are compared; one that only one of them has is named. Raises WrongRequest for sections that
    cannot be read.
    """
    a, b = (_with(inputs, {name: parts[name] for name in SECTIONS if name in parts}) for parts in (old, new))
    before, after = ({spec.recipe.id: spec for spec in project.indices} for project in (a, b))
    found = [_("Only A has the index “{id}”.").format(id=id) for id in before if id not in after]
    found += [_("Only B has the index “{id}”.").format(id=id) for id in after if id not in before]
    for id in before:
        if id in after:
            found += recipe_differences(before[id].recipe, after[id].recipe)
    found += section_differences(a.profile, b.profile)
    found += section_differences(a.robustness or RobustnessSpec(), b.robustness or RobustnessSpec())
    if old.get("dynamics") != new.get("dynamics"):
        found.append(_("The rule for change over time differs."))
    return tuple(found)


def ground_of(inputs: Inputs) -> Ground:
    """Return what every trial of these inputs stands on."""
    return Ground(
        panel=inputs.panel,
        system=inputs.places.system,
        domains=inputs.project.domains,
        protection=inputs.project.protection,
        population=inputs.project.areas.population,
    )


def _with(inputs: Inputs, parts: Mapping[str, Any]) -> ProjectFile:
    """Return the project with these sections in place of its own."""
    if not isinstance(parts, Mapping):
        raise WrongRequest(_("{where}: a table of keys and values is expected.").format(where=_("recipe")))
    refuse_unknown(parts, SECTIONS, _("recipe"))
    project = inputs.project
    if "indices" in parts:
        project = replace(project, indices=_indices(parts["indices"], project))
    if "profile" in parts:
        project = replace(project, profile=build(ProfileRule, parts["profile"], "profile"))
    if "robustness" in parts:
        project = replace(project, robustness=build(RobustnessSpec, parts["robustness"], "robustness"))
    known = {spec.recipe.id for spec in project.indices}
    if project.dynamics and project.dynamics.index and project.dynamics.index not in known:
        project = replace(project, dynamics=None)  # a trial looks at the index alone
    return project


def _indices(given: object, project: ProjectFile) -> tuple[IndexSpec, ...]:
    specs = []
    for n, each in enumerate(convert(tuple[Mapping[str, Any], ...], given, "indices"), start=1):
        table = dict(each)
        periods = convert(tuple[str, ...], table.pop("periods", []), f"indices[{n}].periods")
        recipe = from_mapping(table, project.indicators, project.domains)
        specs.append(IndexSpec(recipe=counting(recipe, project.areas.population), periods=periods))
    return tuple(specs)


def _chosen(project: ProjectFile, index: str) -> IndexSpec:
    for spec in project.indices:
        if index in ("", spec.recipe.id):
            return spec
    known = ", ".join(spec.recipe.id for spec in project.indices)
    raise WrongRequest(_("There is no index “{id}”. Indices: {known}.").format(id=index, known=known or "–"))


def _period(asked: str, spec: IndexSpec, panel: Panel) -> Period:
    if not asked:
        return latest_whole(spec.recipe, panel)
    period = Period.parse(asked)
    if period not in panel.periods:
        known = ", ".join(map(str, panel.periods))
        raise WrongRequest(
            _("The index has no values for the period {period}. It has: {known}.").format(period=period, known=known)
        )
    return period
