"""From normalised leaves to scores and classes, many runs at once: what a recipe does after its first normalisation.

Where the tree is linear and nothing is missing, all runs are one matrix product; otherwise run after run, with the
engine's own functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nahraum.evidence.indicators.methods import aggregate
from nahraum.evidence.indicators.methods.classify import by_cuts, by_rank, equal_limits, jenks_limits, quantiles
from nahraum.evidence.indicators.methods.normalise import PLACING, centre_of, place, scale_of, standardise
from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.recipe import (
    Aggregate,
    Centre,
    Classify,
    Impute,
    Method,
    Node,
    Normalise,
    Recipe,
    Scale,
    Weights,
)

LINEAR = (Method.ARITHMETIC, Method.SUM)


@dataclass(frozen=True, kw_only=True)
class Tail:
    """The steps after the leaves: aggregation per level, normalisation per level, the first classification."""

    tree: Node
    steps: tuple[Aggregate | Normalise, ...]
    classify: Classify | None
    min_share: float

    def evaluate(
        self, leaves: Floats, factors: Floats, methods: Sequence[Method] | None, left_out: Sequence[str]
    ) -> tuple[Floats, NDArray[np.int16]]:
        """Return root scores and class numbers (R x A) of R x L x A leaves.

        ``factors``: R x (all nodes but the root, level by level from the leaves); ``methods``: the way each run sums
        up (None: the recipe's own); ``left_out``: node id per run, empty for none.
        """
        if self._is_linear(methods) and np.isfinite(leaves).all():
            weights = np.stack([self._effective(factors[r], left_out[r]) for r in range(len(leaves))])
            scores = np.einsum("rl,rla->ra", weights, leaves, optimize=True)
            scores = self._root_normalised(scores)
        else:
            scores = np.stack(
                [
                    self._one(leaves[r], factors[r], methods[r] if methods else None, left_out[r])
                    for r in range(len(leaves))
                ]
            )
        numbers = (
            np.stack([_numbers(row, self.classify) for row in scores])
            if self.classify
            else np.zeros(scores.shape, np.int16)
        )
        return scores, numbers

    def _is_linear(self, methods: Sequence[Method] | None) -> bool:
        inner = [s for s in self.steps if isinstance(s, Normalise) and s.level < self.tree.level]
        own = [s.method for s in self.steps if isinstance(s, Aggregate)]
        given = all(s.weights is not Weights.PCA for s in self.steps if isinstance(s, Aggregate))
        return (
            not inner
            and given
            and all(method in LINEAR for method in own)
            and all(m in LINEAR for m in set(methods or ()))
        )

    def _weights(self, factors: Floats, left_out: str) -> dict[str, float]:
        """Return node id -> weight of this run, 0 for what is left out."""
        equal = {s.level - 1 for s in self.steps if isinstance(s, Aggregate) and s.weights is Weights.EQUAL}
        weights, position = {}, 0
        for level in range(self.tree.level):
            for node in self.tree.at(level):
                own = 1.0 if level in equal else node.weight
                weights[node.id] = 0.0 if node.id == left_out else own * factors[position]
                position += 1
        return weights

    def _effective(self, factors: Floats, left_out: str) -> Floats:
        """Return what each leaf weighs in the root: the product of its ancestors' shares."""
        weights = self._weights(factors, left_out)
        method = {s.level: s.method for s in self.steps if isinstance(s, Aggregate)}
        found: list[float] = []

        def descend(node: Node, share: float) -> None:
            if not node.children:
                found.append(share)
                return
            # a Lebenslage whose only indicator is left out is left out itself
            own = [weights[child.id] if _alive(child, weights) else 0.0 for child in node.children]
            total = sum(own) if method[node.level] is Method.ARITHMETIC else 1.0
            for child, weight in zip(node.children, own, strict=True):
                descend(child, share * weight / total if total else 0.0)

        descend(self.tree, 1.0)
        return np.array(found)

    def _one(self, leaves: Floats, factors: Floats, method: Method | None, left_out: str) -> Floats:
        weights = self._weights(factors, left_out)
        nodes: dict[str, Floats] = {leaf.id: leaves[n] for n, leaf in enumerate(self.tree.at(0))}
        for step in self.steps:
            for node in self.tree.at(step.level):
                if isinstance(step, Normalise):
                    nodes[node.id] = _normalised(nodes[node.id], step)
                    continue
                kept = [child for child in node.children if _alive(child, weights)]
                if not kept:
                    nodes[node.id] = np.full(leaves.shape[1], np.nan)
                    continue
                children = np.stack([nodes[child.id] for child in kept])
                way = method if method and step.method is not Method.FIRST_COMPONENT else step.method
                if way is Method.GEOMETRIC:
                    # Ways of summing up are compared on one footing: stretched to 1 .. 100, as geometric means need.
                    children = np.stack([place(row, Scale.MIN_MAX, 1.0, 100.0) for row in children])
                if way is Method.FIRST_COMPONENT:
                    score, _loadings, _share = aggregate.first_component(children)
                    nodes[node.id] = aggregate.anchored(score, children.mean(axis=0))
                else:
                    own = np.array([weights[child.id] for child in kept])
                    nodes[node.id] = aggregate.combine(children, own, way, self.min_share)
        return nodes[self.tree.id]

    def _root_normalised(self, scores: Floats) -> Floats:
        for step in self.steps:
            if isinstance(step, Normalise):
                if step.centre is Centre.MEAN and step.scale is Scale.POPULATION_SD:
                    spread = scores.std(axis=1, keepdims=True)
                    scores = (scores - scores.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)
                else:
                    scores = np.stack([_normalised(row, step) for row in scores])
        return scores


def tail_of(recipe: Recipe) -> Tail:
    """Return what the recipe does after its leaves are normalised."""
    steps = tuple(
        step for step in recipe.steps if isinstance(step, Aggregate) or (isinstance(step, Normalise) and step.level > 0)
    )
    omit = next((step for step in recipe.steps if isinstance(step, Impute) and step.method != "regression"), None)
    classify = next((s for s in recipe.steps if isinstance(s, Classify) and s.node in ("", recipe.tree.id)), None)
    return Tail(tree=recipe.tree, steps=steps, classify=classify, min_share=omit.min_share if omit else 1.0)


def _alive(node: Node, weights: dict[str, float]) -> bool:
    if weights.get(node.id, 1.0) == 0.0:
        return False
    return not node.children or any(_alive(child, weights) for child in node.children)


def _normalised(row: Floats, step: Normalise) -> Floats:
    if step.scale in PLACING:
        placed: Floats = place(row, step.scale, step.low, step.high)
        return placed
    centre = centre_of(row, step.centre if step.centre in (Centre.MEAN, Centre.MEDIAN, Centre.NONE) else Centre.MEAN)
    normalised: Floats = standardise(row, centre, scale_of(row, step.scale, centre))
    return normalised


def _numbers(row: Floats, step: Classify) -> NDArray[np.int16]:
    if step.method == "rank":
        return by_rank(row, step.count)
    if step.method == "cuts":
        return by_cuts(row, step.cuts, step.closed)
    if step.method == "quantiles":
        limits = quantiles(row, np.arange(1, step.count) / step.count, step.type, fuzz=step.fuzz)
    elif step.method == "jenks":
        limits = jenks_limits(row, step.count)
    else:
        limits = equal_limits(row, step.count)
    return by_cuts(row, limits, step.closed)
