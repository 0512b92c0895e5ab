"""One recipe tried over one period: scores, ranks, classes, deviation profile and how firm all of it is.

A trial computes with the engine that editions are made with, only less of it: one period, unless the recipe looks at
several together. It is unprotected and belongs to the planning role; ``protected`` gives what others may see.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from nahraum.base import AreaSystem, Period, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.disclosure.rules import ProtectionRule
from nahraum.evidence.indicators.completeness import Incomplete, incomplete
from nahraum.evidence.indicators.edition import IndexResult, Profile, ProfileRule, Robustness, RobustnessSpec
from nahraum.evidence.indicators.hiding import hidden_cells, without
from nahraum.evidence.indicators.levels import roll_up
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.profile import deviation_profile, min_share_of
from nahraum.evidence.indicators.recipe import Aggregate, Impute, Normalise, Recipe, Weights
from nahraum.evidence.indicators.robustness import robustness
from nahraum.evidence.indicators.run import run
from nahraum.evidence.indicators.terms import Domain
from nahraum.evidence.indicators.workbench.rows import area_rows, choices, legend, log_rows


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What every trial of a project stands on: the panel that was read, its areas and its rule of protection."""

    panel: Panel
    system: AreaSystem
    domains: tuple[Domain, ...]
    protection: ProtectionRule
    population: str = "inhabitants"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a recipe makes of one period.

    ``result`` holds that period alone; ``robustness`` is None where it was not asked for or ``not_tested`` says why it
    cannot be had. ``is_protected`` False: for the planning role only.
    """

    ground: Ground
    recipe: Recipe
    period: Period
    periods: tuple[Period, ...]  # those that the recipe runs over
    result: IndexResult
    profile: Profile
    robustness: Robustness | None
    robustness_spec: RobustnessSpec | None
    not_tested: str = ""
    is_protected: bool = False

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per area in delivery order: score, rank, class, how firm they are, deviations."""
        return area_rows(self.ground.panel, self.ground.system, self.result, self.profile, self.robustness)

    def incomplete(self) -> tuple[Incomplete, ...]:
        """Return in which of its periods the index is not whole."""
        return incomplete(self.recipe, self.ground.panel.during(self.periods))

    def plain(self) -> dict[str, Any]:
        """Return everything that a page shows, as plain data."""
        return {
            "index": self.recipe.id,
            "name": self.recipe.name or _("Index"),
            "period": str(self.period),
            "is_protected": self.is_protected,
            "high_is": self.recipe.high_is.value,
            "rows": self.rows(),
            "classes": legend(self.result),
            "indicators": [{"id": leaf.id, "name": leaf.name or leaf.id} for leaf in self.recipe.tree.at(0)],
            "parts": [{"id": node.id, "name": node.name or node.id} for node in self.recipe.tree.children],
            "domains": [{"id": domain.id, "name": domain.name} for domain in self.ground.domains],
            "selected": list(self.profile.selected),
            "runs": self.robustness.runs if self.robustness else 0,
            "choices": choices(self.robustness),
            "not_tested": self.not_tested,
            "steps": log_rows(self.result.log),
            "varied": log_rows(self.robustness.description) if self.robustness else [],
        }

    def protected(self) -> Trial:
        """Return the trial as it may be shown outside the planning role: computed anew from what may be published.

        Hidden are the cells that an edition of the same project hides in this period.
        """
        if self.is_protected or self.ground.protection.public:
            return replace(self, is_protected=True)
        ground, rule = self.ground, self.ground.protection
        panel = ground.panel.during(_needed(self.recipe, self.periods, self.period))
        levels = tuple(roll_up(panel, ground.system, level.id) for level in ground.system.levels[1:])
        hidden = hidden_cells(panel, ground.system, levels, rule, ground.population)
        shown = without(panel, hidden, rule, ground.population, ground.system.finest.id, self.recipe.selecting)
        fresh = try_out(
            replace(ground, panel=shown),
            self.recipe,
            self.profile.rule,
            self.robustness_spec,
            shown.periods,
            self.period,
        )
        return replace(fresh, periods=self.periods, is_protected=True)


def try_out(
    ground: Ground,
    recipe: Recipe,
    rule: ProfileRule,
    spec: RobustnessSpec | None,
    periods: tuple[Period, ...],
    period: Period,
) -> Trial:
    """Run a recipe that is meant for ``periods`` and look at one of them; ``spec`` None leaves robustness out.

    Raises WrongRequest where the recipe does not go with the panel.
    """
    now = ground.panel.during([period])
    needed = _needed(recipe, periods, period)
    seen = now if len(needed) == 1 else ground.panel.during(needed)
    result = _only(run(recipe, seen, ground.system), period)
    firm, not_tested = _tested(ground, recipe, now, spec, period)
    return Trial(
        ground=ground,
        recipe=recipe,
        period=period,
        periods=periods,
        result=result,
        profile=deviation_profile(
            now,
            ground.domains,
            replace(rule, period=str(period)),
            frozenset(result.excluded),
            min_share=min_share_of(recipe),
        ),
        robustness=firm,
        robustness_spec=spec,
        not_tested=not_tested,
    )


def _tested(
    ground: Ground, recipe: Recipe, now: Panel, spec: RobustnessSpec | None, period: Period
) -> tuple[Robustness | None, str]:
    """Return the robustness, or why this recipe has none: its scores are worth seeing all the same."""
    if spec is None:
        return None, ""
    if any(isinstance(step, Normalise) and step.reference not in ("", str(period)) for step in recipe.steps):
        return None, _("The recipe measures by another period; how firm the ranks are is tested for that period only.")
    try:
        return robustness(recipe, now, ground.system, spec, period), ""
    except WrongRequest as refusal:
        return None, str(refusal)


def _needed(recipe: Recipe, periods: tuple[Period, ...], period: Period) -> tuple[Period, ...]:
    """Return the periods without which this one cannot be computed."""
    together = any(
        getattr(step, "over", "period") != "period"
        or (isinstance(step, Normalise) and step.reference not in ("", str(period)))
        or (isinstance(step, Impute) and step.method == "regression")
        or (isinstance(step, Aggregate) and step.weights is Weights.PCA)
        for step in recipe.steps
    )
    return periods if together else (period,)


def _only(result: IndexResult, period: Period) -> IndexResult:
    """Return the result of one period alone."""
    p = [result.periods.index(period)]
    return replace(
        result,
        periods=(period,),
        latest=period,
        leaf=result.leaf[:, p],
        score={id: values[p] for id, values in result.score.items()},
        rank=result.rank[p],
        included=result.included[p],
        small=result.small[p],
        left_out=tuple(result.left_out[q] for q in p),
        classes=tuple(replace(each, number=each.number[p], limits=each.limits[p]) for each in result.classes),
    )
