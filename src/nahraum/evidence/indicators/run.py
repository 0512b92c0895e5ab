"""Run a recipe: step after step over area x period, every step logged as it was really done."""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from nahraum.base import AreaSystem, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.completeness import latest_whole
from nahraum.evidence.indicators.edition import Classes, IndexResult
from nahraum.evidence.indicators.methods import aggregate, classify, impute, treat
from nahraum.evidence.indicators.methods.deviate import deviate, orient
from nahraum.evidence.indicators.methods.normalise import rank_descending
from nahraum.evidence.indicators.methods.roll_up import roll_up
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.recipe import (
    Aggregate,
    Classify,
    Impute,
    Method,
    Node,
    Normalise,
    Recipe,
    RollUp,
    Round,
    Scale,
    Select,
    Treat,
    Weights,
)
from nahraum.evidence.indicators.selecting import select
from nahraum.evidence.indicators.work import Work, groups


def run(recipe: Recipe, panel: Panel, system: AreaSystem) -> IndexResult:
    """Return what the recipe makes of the panel.

    Raises WrongRequest for a recipe that does not go with the panel (unknown indicator, leaves of unequal depth, a
    centre that cannot be had). Areas without values get no score (NaN), never zero.
    """
    work = _begin(recipe, panel, system)
    for step in recipe.steps:
        match step:
            case Select():
                select(work, step)
            case Treat():
                _treat(work, step)
            case Impute():
                _impute(work, step)
            case Normalise():
                _normalise(work, step)
            case Aggregate():
                _aggregate(work, step)
            case RollUp():
                roll_up(work, step)
            case Round():
                work.nodes[recipe.tree.id] = np.round(work.nodes[recipe.tree.id], step.digits)
                work.note("round", message="Scores are rounded to {digits} digits.", digits=step.digits)
            case Classify():
                _classify(work, step)
    return _end(work)


def _begin(recipe: Recipe, panel: Panel, system: AreaSystem) -> Work:
    _refuse_uneven(recipe.tree)
    known = [indicator.id for indicator in panel.indicators]
    for leaf in recipe.tree.at(0):
        if leaf.id not in known:
            near = get_close_matches(leaf.id, known, n=1)
            hint = " " + _("Did you mean “{near}”?").format(near=near[0]) if near else ""
            raise WrongRequest(_("The index names the indicator “{id}”, which is not there.").format(id=leaf.id) + hint)
    shape = (len(panel.periods), len(panel.areas))
    return Work(
        recipe=recipe,
        panel=panel,
        system=system,
        nodes={leaf.id: panel.value[panel.index_of(leaf.id)].copy() for leaf in recipe.tree.at(0)},
        level=system.finest.id,
        areas=panel.areas,
        included=np.ones(shape, dtype=np.bool_),
        small=np.zeros(shape, dtype=np.bool_),
        left_out=tuple({} for _period in panel.periods),
    )


def _refuse_uneven(node: Node) -> None:
    if len({child.level for child in node.children}) > 1:
        raise WrongRequest(
            _("“{node}”: its parts lie at different depths. Put single indicators into a group of their own.").format(
                node=node.name or node.id
            )
        )
    for child in node.children:
        _refuse_uneven(child)


def _treat(work: Work, step: Treat) -> None:
    if step.method == "none":
        return
    if step.method not in ("winsorise", "box_cox"):
        raise WrongRequest(
            _("“{method}” is no way to treat outliers; possible: none, winsorise, box_cox.").format(method=step.method)
        )
    for leaf in work.leaves():
        values = work.nodes[leaf.id]
        for group in groups(step.over, values.shape):
            flat = values[group].ravel()
            if step.method == "box_cox":
                changed, exponent = treat.box_cox(flat)
                work.note(
                    "treat",
                    message="“{node}”: Box-Cox transformation with exponent {exponent}.",
                    node=leaf.name or leaf.id,
                    exponent=f"{exponent:.3f}",
                )
            else:
                changed, points = treat.winsorise(
                    flat, skew_limit=step.skewness, kurtosis_limit=step.kurtosis, max_points=step.max_points
                )
                if points > 0:
                    work.note(
                        "treat",
                        message="“{node}”: {count} outliers are set to the next value.",
                        node=leaf.name or leaf.id,
                        count=points,
                    )
                elif points < 0:
                    work.note(
                        "treat",
                        message="“{node}”: outliers remain, {count} changed points would not have sufficed.",
                        node=leaf.name or leaf.id,
                        count=step.max_points,
                    )
            values[group] = changed.reshape(values[group].shape)


def _impute(work: Work, step: Impute) -> None:
    if step.method == "omit":
        work.min_share = step.min_share
    elif step.method == "domain_mean":
        work.min_share, work.fill_domain = step.min_share, True
        work.note("impute", message="A missing indicator takes the mean of the area's other indicators in its group.")
    elif step.method == "regression":
        _regress(work, step)
    else:
        raise WrongRequest(
            _("“{method}” is no way to deal with missing values; possible: omit, domain_mean, regression.").format(
                method=step.method
            )
        )


def _regress(work: Work, step: Impute) -> None:
    years = np.broadcast_to(
        np.array([period.start.year for period in work.panel.periods], dtype=float)[:, None], work.included.shape
    )
    original = {leaf.id: work.nodes[leaf.id] for leaf in work.leaves()}
    inside = work.included.ravel()
    for leaf in work.leaves():
        target = original[leaf.id]
        gaps = ~np.isfinite(target) & work.included
        if not gaps.any() or (step.indicators and leaf.id not in step.indicators):
            continue
        there = np.isfinite(target)
        total = np.where(there, target, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
        mean = np.broadcast_to(np.where(there.any(axis=0), total, np.nan), target.shape)
        known = {**original, "year": years, "area_mean": mean}
        factor = impute.factors({name: values.ravel()[inside] for name, values in known.items()})
        filled = target.ravel().copy()
        filled[inside], count = impute.regress(filled[inside], impute.design(step.terms, factor), step.floor)
        work.nodes[leaf.id] = filled.reshape(target.shape)
        work.note(
            "impute",
            message="“{node}”: {count} missing values are estimated by regression on {terms}.",
            node=leaf.name or leaf.id,
            count=count,
            terms=", ".join(step.terms),
        )


def _normalise(work: Work, step: Normalise) -> None:
    nodes = work.recipe.tree.at(step.level)
    _refuse_unknown_level(work, step.level)
    for node in nodes:
        if step.nodes and node.id not in step.nodes:
            continue
        values = work.nodes[node.id]
        if step.level == 0:
            values = values * orient(work.recipe, work.panel, node.id)
        work.nodes[node.id] = deviate(work, node, values, step)
    if step.level == 0:
        work.leaf = np.stack([work.nodes[leaf.id] for leaf in work.leaves()])
    message = "{level}: centred at {centre}, in units of {scale}."
    work.note("normalise", message, level=step.level, centre=step.centre.value, scale=step.scale.value)


def _refuse_unknown_level(work: Work, level: int) -> None:
    if not work.recipe.tree.at(level) or any(node.id not in work.nodes for node in work.recipe.tree.at(level)):
        raise WrongRequest(
            _("A step names level {level}, but that level is not there yet. Aggregate it first.").format(level=level)
        )


def _aggregate(work: Work, step: Aggregate) -> None:
    _refuse_unknown_level(work, step.level - 1)
    lost = np.zeros((len(work.panel.periods), len(work.areas)), dtype=np.bool_)
    for node in work.recipe.tree.at(step.level):
        children = np.stack([work.nodes[child.id] for child in node.children])
        children = _filled(children) if work.fill_domain and step.level == 1 else children
        given = np.array([child.weight for child in node.children])
        if step.method is Method.FIRST_COMPONENT:
            score = _component(work, step, node, children)
        else:
            weights = np.ones_like(given) if step.weights is Weights.EQUAL else given
            if step.weights is Weights.PCA:
                weights = _pca_weights(work, node, children)
            score = aggregate.combine(children, weights, step.method, work.min_share)
        lost |= np.isfinite(children).any(axis=0) & ~np.isfinite(children).all(axis=0)
        work.nodes[node.id] = score
    message = "{level}: {method} with {weights} weights."
    work.note("aggregate", message, level=step.level, method=step.method.value, weights=step.weights.value)
    if areas := work.latest(lost):
        message = "In {count} areas part of the indicators is missing; the others count there."
        work.note_of_period("aggregate", message, areas)


def _filled(children: Floats) -> Floats:
    """Fill the gaps of an area with the mean of its other children."""
    there = np.isfinite(children)
    mean = np.where(there, children, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    return np.where(there | ~there.any(axis=0), children, mean)


def _component(work: Work, step: Aggregate, node: Node, children: Floats) -> Floats:
    score = np.full(children.shape[1:], np.nan)
    for group in groups(step.over, score.shape):
        inside = children[(slice(None), *group)].reshape(children.shape[0], -1)
        flat, loadings, share = aggregate.first_component(inside, sample=step.scaling is Scale.SAMPLE_SD)
        anchor = work.panel.value[work.panel.index_of(step.anchor)] if step.anchor else children.mean(axis=0)
        score[group] = aggregate.anchored(flat, anchor[group].ravel()).reshape(score[group].shape)
        work.note(
            "aggregate",
            message="“{node}”: the first principal component explains {share} % (loadings {loadings}).",
            node=node.name or node.id,
            share=f"{share * 100:.1f}",
            loadings=", ".join(
                f"{child.id} {abs(load):.3f}" for child, load in zip(node.children, loadings, strict=True)
            ),
        )
    return score


def _pca_weights(work: Work, node: Node, children: Floats) -> Floats:
    """Return squared loadings of the first component over all cells; they sum to 1."""
    _scores, loadings, _share = aggregate.first_component(children.reshape(children.shape[0], -1))
    weights = loadings**2
    work.note(
        "aggregate",
        message="“{node}”: weights from the first principal component: {weights}.",
        node=node.name or node.id,
        weights=", ".join(f"{child.id} {w:.3f}" for child, w in zip(node.children, weights, strict=True)),
    )
    return weights


def _classify(work: Work, step: Classify) -> None:
    root = work.recipe.tree.id
    node = step.node or root
    if node not in work.nodes:
        raise WrongRequest(_("Classes are asked for “{node}”, which is not part of the index.").format(node=node))
    scores = work.nodes[node]
    count = len(step.cuts) + 1 if step.method == "cuts" else step.count
    if step.labels and len(step.labels) != count:
        raise WrongRequest(
            _("{count} classes need {count} labels, {found} are given.").format(count=count, found=len(step.labels))
        )
    _refuse_open_ends(step, count)
    number = np.zeros(scores.shape, dtype=np.int16)
    limits = np.full((len(scores), count - 1), np.nan)
    for group in groups(step.over, scores.shape):
        number[group], limits[group] = _classes_of(scores[group], step, count)
    work.classes.append(
        Classes(id=step.id, name=step.name, node=node, number=number, limits=limits, labels=step.labels)
    )
    work.note(
        "classify",
        message="Classes “{name}”: {method}, {count} classes.",
        name=step.name or step.id,
        method=step.method,
        count=count,
    )


def _refuse_open_ends(step: Classify, count: int) -> None:
    """Refuse classes of which nobody can say to which of two a limit belongs, and quantiles that are not known."""
    if len(step.closed) not in (1, count - 1) or not set(step.closed) <= {"left", "right"}:
        raise WrongRequest(
            _("classify, closed: one word for all limits, or one for each of {count}; left or right.").format(
                count=count - 1
            )
        )
    if step.type not in (7, 9):
        raise WrongRequest(_("classify, type: quantiles are of type 7 or 9, not {type}.").format(type=step.type))


def _classes_of(scores: Floats, step: Classify, count: int) -> tuple[NDArray[np.int16], Floats]:
    """Return class numbers and the limits between them for one group of scores."""
    if step.method == "rank":
        number = classify.by_rank(scores.ravel(), count).reshape(scores.shape)
        limits = np.array([scores[number == c].max() if (number == c).any() else np.nan for c in range(1, count)])
        return number, limits
    if step.method == "cuts":
        limits = np.array(step.cuts)
    elif step.method == "quantiles":
        shares = np.arange(1, count) / count
        limits = classify.quantiles(scores.ravel(), shares, step.type, fuzz=step.fuzz)
    elif step.method == "jenks":
        limits = classify.jenks_limits(scores.ravel(), count)
    elif step.method == "equal":
        limits = classify.equal_limits(scores.ravel(), count)
    else:
        raise WrongRequest(
            _("“{method}” makes no classes; possible: cuts, quantiles, rank, jenks, equal.").format(method=step.method)
        )
    return classify.by_cuts(scores, limits, step.closed), limits


def _end(work: Work) -> IndexResult:
    root = work.recipe.tree.id
    if root not in work.nodes:
        raise WrongRequest(
            _("The steps do not reach the whole index. Add an aggregation of level {level}.").format(
                level=work.recipe.tree.level
            )
        )
    leaf = work.leaf if work.leaf is not None else np.stack([work.nodes[each.id] for each in work.leaves()])
    leaves = {each.id for each in work.leaves()}
    score = work.nodes[root]
    return IndexResult(
        recipe=work.recipe,
        level=work.level,
        areas=work.areas,
        periods=work.panel.periods,
        latest=latest_whole(work.recipe, work.panel),
        leaf=leaf,
        score={id: values for id, values in work.nodes.items() if id not in leaves},
        rank=np.stack([rank_descending(row) for row in score]),
        included=work.included & np.isfinite(score),
        small=work.small,
        left_out=work.left_out,
        classes=tuple(work.classes),
        log=tuple(work.log),
    )
