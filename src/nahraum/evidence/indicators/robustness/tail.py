"""From normalised leaves to scores and classes, many runs at once: what a recipe does after its first normalisation.

Where the tree is linear and nothing is missing, all runs are one matrix product; otherwise every step is done for all
runs of a block together, in the engine's own sense.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nahraum.evidence.indicators.methods.classify import FUZZ, by_cuts
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
from nahraum.evidence.indicators.robustness.by_row import limits_by_quantiles, natural_limits, normalised, placed
from nahraum.evidence.indicators.robustness.ranks import in_threads

CELLS = 500_000  # leaves walked through together: few enough for a processor's cache, enough to be worth a call
LINEAR = (Method.ARITHMETIC, Method.SUM)
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class _Choice:
    """What the runs of a block choose: leaves (``which``), weight and factor by node id (R each, weight 0: left out),
    who is in, the way.

    ``ways``: one method per run, None for the recipe's own.
    """

    which: NDArray[np.int64]
    weights: Mapping[str, Floats]
    factors: Mapping[str, Floats]
    alive: Mapping[str, Bools]
    ways: Sequence[Method] | None


@dataclass(frozen=True, kw_only=True)
class Tail:
    """The steps after the leaves: aggregation per level, normalisation per level, the first classification.

    ``variables``: what weighted centres and scales of higher levels are weighted by (A each).
    """

    tree: Node
    steps: tuple[Aggregate | Normalise, ...]
    classify: Classify | None
    min_share: float
    fill_domain: bool
    variables: Mapping[str, Floats]

    def evaluate(
        self,
        leaves: Floats,
        which: NDArray[np.int64],
        factors: Floats,
        methods: Sequence[Method] | None,
        left_out: Sequence[str],
    ) -> Floats:
        """Return root scores (R x A); ``leaves``: alternatives x L x A, of which ``which`` names one per run.

        ``factors``: R x (all nodes but the root, level by level from the leaves); ``methods``: the way each run sums
        up (None: the recipe's own); ``left_out``: node id per run, empty for none.
        """
        there = np.isfinite(leaves).any(axis=(0, 1))
        if not there.all():  # areas that take no part cost nothing and do not make the others' runs slow
            scores = np.full((len(which), there.size), np.nan)
            inside = replace(self, variables={name: values[there] for name, values in self.variables.items()})
            if there.any():
                scores[:, there] = inside.evaluate(leaves[:, :, there], which, factors, methods, left_out)
            return scores
        if self._is_linear(methods) and np.isfinite(leaves).all():
            choice = self._choice(which, factors, methods, left_out)
            return self._root_normalised(_products(self._shares(choice), leaves, which))
        scores = np.empty((len(which), there.size))
        few = max(1, CELLS // leaves[0].size)
        order = sorted(range(len(which)), key=(methods or left_out).__getitem__)  # so that few blocks mix ways

        def work(part: range) -> None:
            for n in part:
                runs = order[n * few : (n + 1) * few]
                ways = methods and [methods[run] for run in runs]
                choice = self._choice(which[runs], factors[runs], ways, [left_out[run] for run in runs])
                scores[runs] = self._step_by_step(leaves[which[runs]], choice)

        in_threads(work, -(-len(which) // few))
        return scores

    def _step_by_step(self, chosen: Floats, choice: _Choice) -> Floats:
        """Return root scores of runs whose leaves (R x L x A) are given, every step in the engine's own sense."""
        nodes: dict[str, Floats] = {leaf.id: chosen[:, n] for n, leaf in enumerate(self.tree.at(0))}
        for step in self.steps:
            for node in self.tree.at(step.level):
                if isinstance(step, Normalise):
                    nodes[node.id] = self._normalised(node, nodes[node.id], step)
                else:
                    nodes[node.id] = self._aggregated(node, nodes, step, choice)
        return nodes[self.tree.id]

    def numbers(self, scores: Floats, ranks: NDArray[np.int32]) -> NDArray[np.int16]:
        """Return class numbers (R x A) of scores and their ranks; zeros where the recipe makes no classes."""
        step = self.classify
        if step is None:
            return np.zeros(scores.shape, np.int16)
        if step.method == "cuts":
            return by_cuts(scores, step.cuts, step.closed)
        there = np.isfinite(scores)
        if step.method == "rank":
            known = np.maximum(there.sum(axis=1, keepdims=True), 1)
            return np.where(there, step.count + 1 - np.ceil(ranks * step.count / known), 0).astype(np.int16)
        shares = np.arange(1, step.count) / step.count
        if step.method == "quantiles":
            limits = limits_by_quantiles(scores, shares, step.type, FUZZ if step.fuzz else 0.0)
        elif step.method == "jenks":
            limits = natural_limits(scores, step.count)
        else:
            low = np.where(there, scores, np.inf).min(axis=1, keepdims=True)
            high = np.where(there, scores, -np.inf).max(axis=1, keepdims=True)
            limits = np.linspace(low[:, 0], high[:, 0], step.count + 1, axis=1)[:, 1:-1]
        return by_cuts(scores, list(limits.T[:, :, None]), step.closed)

    def _is_linear(self, methods: Sequence[Method] | None) -> bool:
        inner = [s for s in self.steps if isinstance(s, Normalise) and s.level < self.tree.level]
        own = [s for s in self.steps if isinstance(s, Aggregate)]
        given = all(s.weights is not Weights.PCA for s in own)
        return not inner and given and {*(s.method for s in own), *(methods or ())} <= set(LINEAR)

    def _choice(
        self, which: NDArray[np.int64], factors: Floats, ways: Sequence[Method] | None, left_out: Sequence[str]
    ) -> _Choice:
        equal = {s.level - 1 for s in self.steps if isinstance(s, Aggregate) and s.weights is Weights.EQUAL}
        gone = np.asarray(left_out)
        weights: dict[str, Floats] = {}
        drawn: dict[str, Floats] = {}
        alive: dict[str, Bools] = {}
        position = 0
        for level in range(self.tree.level):
            for node in self.tree.at(level):
                drawn[node.id] = factors[:, position]
                own = 1.0 if level in equal else node.weight
                weights[node.id] = np.where(gone == node.id, 0.0, own * factors[:, position])
                alive[node.id] = weights[node.id] != 0
                if node.children:
                    # a Lebenslage whose only indicator is left out is left out itself
                    alive[node.id] = alive[node.id] & np.any([alive[child.id] for child in node.children], axis=0)
                position += 1
        return _Choice(which=which, weights=weights, factors=drawn, alive=alive, ways=ways)

    def _shares(self, choice: _Choice) -> Floats:
        """Return what each leaf weighs in the root (R x L): the product of its ancestors' shares."""
        method = {s.level: s.method for s in self.steps if isinstance(s, Aggregate)}
        found: list[Floats] = []

        def descend(node: Node, share: Floats) -> None:
            if not node.children:
                found.append(share)
                return
            own = [choice.weights[child.id] * choice.alive[child.id] for child in node.children]
            total = np.sum(own, axis=0) if method[node.level] is Method.ARITHMETIC else np.ones_like(share)
            for child, weight in zip(node.children, own, strict=True):
                descend(child, np.where(total > 0, share * weight / np.where(total > 0, total, 1.0), 0.0))

        descend(self.tree, np.ones(len(next(iter(choice.weights.values())))))
        return np.stack(found, axis=1)

    def _normalised(self, node: Node, values: Floats, step: Normalise) -> Floats:
        if step.nodes and node.id not in step.nodes:
            return values
        centre = step.centres.get(node.id, step.centre)
        return normalised(values, centre, step.scale, step.low, step.high, self.variables.get(step.weight))

    def _aggregated(self, node: Node, nodes: Mapping[str, Floats], step: Aggregate, choice: _Choice) -> Floats:
        if step.method is Method.FIRST_COMPONENT:
            return self._components(node, nodes, step, choice)[0]
        children, alive = self._children(node, nodes, step, choice, slice(None))
        if step.weights is Weights.PCA:
            loadings = self._components(node, nodes, step, choice)[1]
            drawn = np.stack([choice.factors[child.id] for child in node.children])
            weights = (loadings**2 * drawn.T).T[:, :, None] * alive
        else:
            weights = np.stack([choice.weights[child.id] for child in node.children])[:, :, None] * alive
        ways = choice.ways or [step.method] * choice.which.size
        result = np.empty(children.shape[1:])
        kinds = dict.fromkeys(ways)
        for way in kinds:
            rows = np.flatnonzero([each is way for each in ways]) if len(kinds) > 1 else slice(None)
            chosen = children[:, rows]
            if way is Method.GEOMETRIC:
                chosen = self._logs(chosen, choice.which[rows] if step.level == 1 else np.arange(chosen.shape[1]))
            result[rows] = combined(chosen, weights[:, rows], alive[:, rows], way, self.min_share)
        return result

    def _logs(self, children: Floats, which: NDArray[np.int64]) -> Floats:
        """Return what a geometric mean sums; runs with the same children (``which``) share the slow logarithms."""
        if self.fill_domain:
            return logs(children)
        _which, rows, back = np.unique(which, return_index=True, return_inverse=True)
        return logs(children[:, rows])[:, back]

    def _components(
        self, node: Node, nodes: Mapping[str, Floats], step: Aggregate, choice: _Choice
    ) -> tuple[Floats, Floats]:
        """Return scores (R x A) and loadings (R x C): no weight changes them, runs with the same leaves share them."""
        rows = back = np.arange(choice.which.size)
        if step.level == 1:
            same = np.stack([choice.which, *(choice.alive[child.id] for child in node.children)])
            _same, rows, back = np.unique(same, axis=1, return_index=True, return_inverse=True)
        children, alive = self._children(node, nodes, step, choice, rows)
        scores, loadings = _first_components(children, alive)
        return _anchored(scores, children, alive)[back], loadings[back]

    def _children(
        self, node: Node, nodes: Mapping[str, Floats], step: Aggregate, choice: _Choice, runs: NDArray[np.int64] | slice
    ) -> tuple[Floats, Bools]:
        """Return the children of some runs (C x R x A) and who of them is in (C x R x 1)."""
        children = np.stack([nodes[child.id][runs] for child in node.children])
        alive = np.stack([choice.alive[child.id][runs] for child in node.children])[:, :, None]
        return (_filled(children, alive) if self.fill_domain and step.level == 1 else children), alive

    def _root_normalised(self, scores: Floats) -> Floats:
        for step in self.steps:
            if isinstance(step, Normalise):
                scores = self._normalised(self.tree, scores, step)
        return scores


def tail_of(recipe: Recipe, variables: Mapping[str, Floats]) -> Tail:
    """Return what the recipe does after its leaves are normalised."""
    steps = tuple(
        step for step in recipe.steps if isinstance(step, Aggregate) or (isinstance(step, Normalise) and step.level > 0)
    )
    omit = next((step for step in recipe.steps if isinstance(step, Impute) and step.method != "regression"), None)
    classify = next((s for s in recipe.steps if isinstance(s, Classify) and s.node in ("", recipe.tree.id)), None)
    return Tail(
        tree=recipe.tree,
        steps=steps,
        classify=classify,
        min_share=omit.min_share if omit else 1.0,
        fill_domain=omit is not None and omit.method == "domain_mean",
        variables=variables,
    )


def _products(shares: Floats, leaves: Floats, which: NDArray[np.int64]) -> Floats:
    """Return shares (R x L) times the leaves of each run, one matrix product per alternative."""
    scores = np.empty((len(which), leaves.shape[2]))
    if len(leaves) == len(which):
        return np.asarray(np.matmul(shares[:, None, :], leaves[which])[:, 0])
    for alternative in range(len(leaves)):
        rows = np.flatnonzero(which == alternative)
        scores[rows] = shares[rows] @ leaves[alternative]
    return scores


def logs(children: Floats) -> Floats:
    """Return the logarithms of children (C x R x A) stretched to 1 .. 100, as a geometric mean needs them."""
    return np.log(placed(children, Scale.MIN_MAX, 1.0, 100.0))


def combined(children: Floats, weights: Floats, alive: Bools, method: Method, min_share: float) -> Floats:
    """Return the parent (R x A) of C x R x A children as ``aggregate.combine`` does for one run.

    ``weights``, ``alive``: C x R x 1. Ways of summing up are compared on one footing: a geometric mean is given the
    `logs` of its children.
    """
    finite = np.isfinite(children)
    is_whole = bool(finite.all())
    there = alive if is_whole else finite & alive
    kept = alive.sum(axis=0)
    least = 1.0 if method is Method.SUM else max(min_share, 1e-12)
    enough = (there.sum(axis=0) >= (least - 1e-9) * kept) & (kept > 0)
    if method is Method.MINIMUM:
        result = (children if there.all() else np.where(there, children, np.inf)).min(axis=0)
    else:
        weights = np.where(there, weights, 0.0)
        if is_whole:
            result = np.einsum("cra,cr->ra", children, weights[:, :, 0])
        else:
            result = (np.where(there, children, 0.0) * weights).sum(axis=0)
        if method is not Method.SUM:
            total = weights.sum(axis=0)
            result = result / np.where(total > 0, total, 1.0)
            result = np.exp(result) if method is Method.GEOMETRIC else result
    return result if enough.all() else np.where(enough, result, np.nan)


def _filled(children: Floats, alive: Bools) -> Floats:
    """Fill the gaps of an area with the mean of its other children that count."""
    there = np.isfinite(children) & alive
    count = there.sum(axis=0)
    mean = np.where(there, children, 0.0).sum(axis=0) / np.maximum(count, 1)
    return np.where(np.isfinite(children) | (count == 0), children, mean)


def _first_components(children: Floats, alive: Bools) -> tuple[Floats, Floats]:
    """Return scores (R x A) and loadings (R x C) of every run's first component; what is left out loads nothing."""
    whole = (np.isfinite(children) | ~alive).all(axis=0) & alive.any(axis=0)
    z = normalised(np.where(whole & alive, children, np.nan), Centre.MEAN, Scale.SAMPLE_SD, 0.0, 1.0)
    z = np.where(np.isfinite(z), z, 0.0)
    _values, vectors = np.linalg.eigh(np.einsum("cra,dra->rcd", z, z, optimize=True))
    loadings: Floats = vectors[:, :, -1]
    scores = np.einsum("rc,cra->ra", loadings, z, optimize=True)
    return np.where(whole & (whole.sum(axis=1, keepdims=True) > 1), scores, np.nan), loadings


def _anchored(scores: Floats, children: Floats, alive: Bools) -> Floats:
    """Return the scores turned so that they correlate positively with the mean of their children."""
    anchor = np.where(alive, children, 0.0).sum(axis=0)
    both = np.isfinite(scores) & np.isfinite(anchor)
    x, y = (normalised(np.where(both, each, np.nan), Centre.MEAN, Scale.NONE, 0.0, 1.0) for each in (scores, anchor))
    turn = np.where(both, x * y, 0.0).sum(axis=1, keepdims=True) < 0
    return np.where(turn, -scores, scores)
