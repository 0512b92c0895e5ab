"""Run a recipe many times, each time with other choices, and say how firm ranks and classes are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nahraum.base import AreaSystem, Period, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.edition import IndexResult, LogEntry, Robustness, RobustnessSpec
from nahraum.evidence.indicators.methods.deviate import orient
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.recipe import (
    Aggregate,
    Classify,
    Method,
    Node,
    Normalise,
    Recipe,
    RollUp,
    Scale,
)
from nahraum.evidence.indicators.robustness.design import Design, design, shares
from nahraum.evidence.indicators.robustness.ranks import in_threads, percentiles, rank_rows
from nahraum.evidence.indicators.robustness.renormalise import renormalise
from nahraum.evidence.indicators.robustness.tail import Tail, tail_of
from nahraum.evidence.indicators.run import run

PERCENTILES = (0.05, 0.5, 0.95)
CELLS = 4_000_000  # numbers evaluated together; bounds the memory


@dataclass(frozen=True, kw_only=True)
class _Draws:
    """Everything drawn, 2 n rows: weights per node, positions of scale, method and what is left out (0: nothing)."""

    weights: Floats
    scale: NDArray[np.int64]
    method: NDArray[np.int64]
    leave_out: NDArray[np.int64]
    values: Floats | None  # 2n x L x A redrawn rates, or None


def robustness(
    recipe: Recipe,
    panel: Panel,
    system: AreaSystem,
    spec: RobustnessSpec,
    period: Period,
    progress: Callable[[float], None] = lambda _share: None,
) -> Robustness:
    """Return rank intervals, class probabilities and shares of the variance for one period.

    Same seed, same result, whatever the number of threads. Raises WrongRequest for fewer than 10 runs and for recipes
    that roll up to a coarser level (there the areas that are ranked are not those that are varied).
    """
    if spec.runs < 10:
        raise WrongRequest(_("[robustness]: at least 10 runs are needed, {runs} are asked for.").format(runs=spec.runs))
    if any(isinstance(step, RollUp) for step in recipe.steps):
        raise WrongRequest(_("[robustness] is not possible for an index that is rolled up."))
    now = panel.during([period])
    reference = run(recipe, now, system)
    scales, methods, left = _alternatives(recipe, spec)
    choices = _choices(spec, scales, methods, left, now, recipe)
    plan = design(choices, spec.runs)
    draws = _draw(recipe, now, spec, plan, len(scales), len(methods), len(left))
    leaves = _leaves_by_scale(reference, now, system, scales)
    tail = tail_of(recipe, {name: values[0] for name, values in now.variables.items()})
    ranks = np.zeros((plan.runs, len(now.areas)), dtype=np.int32)
    classes = reference.classes[0].limits.shape[1] + 1 if reference.classes else 0
    counts = np.zeros((classes, len(now.areas)))
    for block in _blocks(plan.runs, max(1, CELLS // leaves[0].size)):
        scores = _evaluate(recipe, now, plan, draws, block, leaves, scales, methods, left, tail, reference)
        ranks[block] = rank_rows(scores)
        alike = tail.numbers(scores, ranks[block])[_in_own_unit(recipe, plan, draws, block, methods)]
        for c in range(classes):
            counts[c] += (alike == c + 1).sum(axis=0)
        progress(block.stop / plan.runs)
    ranked = reference.rank[0] > 0  # where the result says nothing, other choices say nothing either
    low, median, high = (np.where(ranked, each, np.nan) for each in percentiles(ranks, PERCENTILES))
    first, total = shares(plan, ranks)
    return Robustness(
        runs=plan.runs,
        seed=spec.seed,
        period=period,
        areas=now.areas,
        reference_rank=reference.rank[0],
        rank_low=low,
        rank_median=median,
        rank_high=high,
        class_probability=np.where(ranked, counts / np.maximum(counts.sum(axis=0), 1), np.nan).T,
        class_labels=reference.classes[0].labels if reference.classes else (),
        choices=plan.choices,
        share=first,
        total=total,
        small_counts="small_counts" in choices,
        description=_description(spec, scales, methods, left, plan),
    )


def _blocks(runs: int, together: int) -> Iterator[slice]:
    for start in range(0, runs, together):
        yield slice(start, min(start + together, runs))


def _alternatives(recipe: Recipe, spec: RobustnessSpec) -> tuple[list[Scale], list[Method], list[str]]:
    """Return scales and methods with the recipe's own first, and node ids that may be left out."""
    own_scale = next((s.scale for s in recipe.steps if isinstance(s, Normalise) and s.level == 0), None)
    own_method = next((s.method for s in recipe.steps if isinstance(s, Aggregate)), Method.ARITHMETIC)
    scales = list(dict.fromkeys([own_scale, *spec.scales])) if own_scale else []
    methods = list(dict.fromkeys([own_method, *spec.methods])) if own_method is not Method.FIRST_COMPONENT else []
    nodes = recipe.tree.at(0) + (recipe.tree.at(recipe.tree.level - 1) if recipe.tree.level > 1 else ())
    droppable = [node.id for node in nodes if not _is_last(recipe.tree, node)]
    return scales, methods, droppable if spec.leave_out else []


def _is_last(tree: Node, node: Node) -> bool:
    """Say whether leaving the node out would leave nothing in the whole tree."""
    return len(tree.at(node.level)) == 1


def _choices(
    spec: RobustnessSpec, scales: list[Scale], methods: list[Method], left: list[str], panel: Panel, recipe: Recipe
) -> list[str]:
    rates = any(panel.indicators[panel.index_of(leaf.id)].is_rate for leaf in recipe.tree.at(0))
    asked = {
        "weights": spec.weights > 0,
        "scale": len(scales) > 1,
        "method": len(methods) > 1,
        "leave_out": bool(left),
        "small_counts": spec.small_counts and rates,
    }
    chosen = [name for name, wanted in asked.items() if wanted]
    if not chosen:
        raise WrongRequest(_("[robustness]: nothing is varied. Give weights, scales, methods or leave_out."))
    return chosen


def _draw(
    recipe: Recipe, panel: Panel, spec: RobustnessSpec, plan: Design, scales: int, methods: int, left: int
) -> _Draws:
    """Draw all choices from one generator each, so that switching one on does not change the others."""
    seeds = np.random.SeedSequence(spec.seed).spawn(5)
    weights_rng, scale_rng, method_rng, left_rng, count_rng = (np.random.default_rng(seed) for seed in seeds)
    rows = 2 * plan.n
    nodes = sum(len(recipe.tree.at(level)) for level in range(recipe.tree.level))
    return _Draws(
        weights=weights_rng.uniform(1 - spec.weights, 1 + spec.weights, (rows, nodes)),
        scale=scale_rng.integers(0, max(scales, 1), rows),
        method=method_rng.integers(0, max(methods, 1), rows),
        leave_out=left_rng.integers(0, left + 1, rows),
        values=_redrawn(recipe, panel, count_rng, rows) if "small_counts" in plan.choices else None,
    )


def _redrawn(recipe: Recipe, panel: Panel, rng: np.random.Generator, rows: int) -> Floats:
    """Draw rates anew: what risk may stand behind the counted cases (Jeffreys: half a case on either side)."""
    leaves = recipe.tree.at(0)
    drawn = np.empty((rows, len(leaves), len(panel.areas)))
    own = rng.spawn(len(leaves))  # one generator each, so that threads do not change what is drawn

    def work(part: range) -> None:
        for n in part:
            k = panel.index_of(leaves[n].id)
            drawn[:, n] = panel.value[k, 0]
            if panel.indicators[k].is_rate:
                cases, people = panel.numerator[k, 0], panel.denominator[k, 0]
                sound = np.isfinite(panel.value[k, 0]) & (cases >= 0) & (cases <= people)
                share = own[n].beta(cases[sound] + 0.5, people[sound] - cases[sound] + 0.5, (rows, int(sound.sum())))
                drawn[:, n, sound] = share * panel.indicators[k].per

    in_threads(work, len(leaves))
    return drawn


def _leaves_by_scale(reference: IndexResult, panel: Panel, system: AreaSystem, scales: list[Scale]) -> list[Floats]:
    """Return the normalised leaves (L x A) under each scale, made by the engine itself; the first is the recipe's."""
    others = (run(_with_scale(reference.recipe, scale), panel, system) for scale in scales[1:])
    return [reference.leaf[:, 0], *(result.leaf[:, 0] for result in others)]


def _with_scale(recipe: Recipe, scale: Scale) -> Recipe:
    """Return the recipe with another scale of its leaves; nobody asks for its classes."""
    steps = tuple(
        replace(step, scale=scale) if isinstance(step, Normalise) and step.level == 0 else step
        for step in recipe.steps
        if not isinstance(step, Classify)
    )
    return replace(recipe, steps=steps)


def _evaluate(
    recipe: Recipe,
    panel: Panel,
    plan: Design,
    draws: _Draws,
    block: slice,
    leaves: list[Floats],
    scales: list[Scale],
    methods: list[Method],
    left: list[str],
    tail: Tail,
    reference: IndexResult,
) -> Floats:
    """Return the scores (R x A) of a block of runs."""
    runs = range(block.start, block.stop)
    taken = {choice: plan.source[choice][block] for choice in plan.choices}
    nothing = np.zeros(len(runs), dtype=np.int64)
    scale = draws.scale[taken["scale"]] if "scale" in taken else nothing
    method = draws.method[taken["method"]] if "method" in taken else nothing
    out = draws.leave_out[taken["leave_out"]] if "leave_out" in taken else nothing
    factor = draws.weights[taken["weights"]] if "weights" in taken else np.ones((len(runs), draws.weights.shape[1]))
    alternatives, which = np.stack(leaves), scale
    if draws.values is not None:
        alternatives = _renormalised(recipe, panel, draws.values[taken["small_counts"]], scale, scales, reference)
        which = np.arange(len(runs))
    ways = [methods[m] for m in method] if methods else None
    return tail.evaluate(alternatives, which, factor, ways, [left[o - 1] if o else "" for o in out])


def _in_own_unit(recipe: Recipe, plan: Design, draws: _Draws, block: slice, methods: list[Method]) -> NDArray[np.bool_]:
    """Say which runs may be put into the recipe's classes: fixed limits say nothing about scores of another unit.

    Limits that are found anew in each run (quantiles, Jenks) fit every unit, and so do scores that are standardised
    again at the end.
    """
    whole = np.ones(block.stop - block.start, dtype=np.bool_)
    first = next((step for step in recipe.steps if isinstance(step, Classify)), None)
    again = any(isinstance(step, Normalise) and step.level == recipe.tree.level for step in recipe.steps)
    if first is None or first.method != "cuts" or again:
        return whole
    if "scale" in plan.choices:
        whole &= draws.scale[plan.source["scale"][block]] == 0
    if "method" in plan.choices:
        sums = np.array([method is Method.SUM for method in methods])
        whole &= sums[draws.method[plan.source["method"][block]]] == sums[0]
    return whole


def _renormalised(
    recipe: Recipe, panel: Panel, values: Floats, scale: NDArray[np.int64], scales: list[Scale], reference: IndexResult
) -> Floats:
    """Normalise redrawn values (R x L x A) as the recipe does; the city value stays: it stands on many people."""
    included = np.isfinite(reference.leaf[:, 0])
    values = np.where(included, values, np.nan)
    step = next((step for step in recipe.steps if isinstance(step, Normalise) and step.level == 0), None)
    if step is None:  # as for first components: the leaves are the values themselves
        return values
    values *= np.array([orient(recipe, panel, leaf.id) for leaf in recipe.tree.at(0)])[:, None]
    result = np.empty_like(values)
    for position, kind in enumerate(scales or [step.scale]):
        rows = np.flatnonzero(scale == position)
        if rows.size:
            result[rows] = renormalise(recipe, panel, replace(step, scale=kind), values[rows])
    return result


def _description(
    spec: RobustnessSpec, scales: list[Scale], methods: list[Method], left: list[str], plan: Design
) -> tuple[LogEntry, ...]:
    entries = [
        LogEntry(
            step="robustness",
            message="{runs} runs, seed {seed}.",
            params={"runs": number(plan.runs, 0), "seed": spec.seed},
        )
    ]
    if "weights" in plan.choices:
        message = "Each weight is drawn evenly between {low} and {high} times its value."
        limits = {"low": number(1 - spec.weights, 2), "high": number(1 + spec.weights, 2)}
        entries.append(LogEntry(step="robustness", message=message, params=limits))
    if "scale" in plan.choices:
        message = "Deviations are measured in one of: {scales}."
        entries.append(LogEntry(step="robustness", message=message, params={"scales": ", ".join(scales)}))
    if "method" in plan.choices:
        message = "Summed up in one of these ways: {methods}."
        entries.append(LogEntry(step="robustness", message=message, params={"methods": ", ".join(methods)}))
    if "leave_out" in plan.choices:
        message = "Nothing, or one of {count} indicators and groups is left out."
        entries.append(LogEntry(step="robustness", message=message, params={"count": len(left)}))
    if "small_counts" in plan.choices:
        message = "Counts are drawn anew from what chance allows; the fewer people, the wider."
        entries.append(LogEntry(step="robustness", message=message))
    return tuple(entries)
