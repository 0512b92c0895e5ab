"""Scores of a coarser level: a mean weighted by a population, the only way in which scores may be rolled up."""

from __future__ import annotations

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.recipe import RollUp
from nahraum.evidence.indicators.work import Work


def roll_up(work: Work, step: RollUp) -> None:
    """Carry the root's scores to a level; raises WrongRequest without the weighting variable."""
    population = work.panel.variables.get(step.weight)
    if population is None:
        raise WrongRequest(_("The roll-up needs the variable “{variable}”.").format(variable=step.weight))
    above = [area.key for area in work.system.at(step.to)]
    index = {key: n for n, key in enumerate(above)}
    own = [work.system.ancestor(area, step.to) for area in work.system.at(work.level)]
    target = np.array([index[area.key] if area else -1 for area in own])
    root = work.recipe.tree.id
    score = work.nodes[root]
    both = np.isfinite(score) & np.isfinite(population) & (target >= 0)
    weighted, total = np.zeros((len(score), len(above))), np.zeros((len(score), len(above)))
    for p in range(len(score)):
        inside = both[p]
        weighted[p] = np.bincount(target[inside], (score[p] * population[p])[inside], minlength=len(above))
        total[p] = np.bincount(target[inside], population[p][inside], minlength=len(above))
    work.nodes[root] = np.where(total > 0, weighted / np.where(total > 0, total, 1.0), np.nan)
    work.level, work.areas = step.to, tuple(above)
    work.included = total > 0
    work.small = np.zeros_like(work.included)
    work.note(
        "roll_up",
        message="Scores are carried to the level “{level}” as means weighted by {weight}.",
        level=step.to,
        weight=step.weight,
    )
