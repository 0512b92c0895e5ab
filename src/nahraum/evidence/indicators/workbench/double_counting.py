"""What an index counts twice: indicators that go together, that share counts, that weigh more than they should.

Everything is about the oriented, normalised values of one period, of the areas that take part.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop, number
from nahraum.evidence.indicators.methods.normalise import rankdata
from nahraum.evidence.indicators.panel import Floats, Ints, Panel
from nahraum.evidence.indicators.recipe import Aggregate, Node, Weights
from nahraum.evidence.indicators.terms import Indicator
from nahraum.evidence.indicators.workbench.trial import Trial

THRESHOLD = 0.8  # |r| from which two indicators say nearly the same
LEAST = 3  # areas without which no correlation says anything

SHARED = {
    "same_counts": gettext_noop("“{a}” and “{b}” count the same."),
    "part": gettext_noop("What “{a}” counts is part of what “{b}” counts."),
    "overlap": gettext_noop("“{a}” and “{b}” count in part the same people: {variables}."),
    "base": gettext_noop("What “{a}” counts is whom “{b}” is out of."),
    "fewer": gettext_noop(
        "In every area “{a}” counts at most as many as “{b}”, out of the same people; it may be part of it."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two indicators that go together as ``threshold`` says or more; ``same_group``: of the same Lebenslage."""

    a: str
    b: str
    pearson: float
    spearman: float
    n: int
    same_group: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Two indicators with counts in common. ``kind``: ``same_counts``, ``part`` (a of b), ``overlap``, ``base`` (a's
    cases are b's denominator) or ``fewer`` (probably part: never more, out of the same people).
    """

    a: str
    b: str
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How much an indicator weighs: ``nominal`` as the recipe says (shares, sum 1), ``importance`` as the squared
    correlation with the index (0 to 1), ``effective``: its share of the sum of importances.
    """

    indicator: str
    name: str
    nominal: float
    correlation: float | None
    importance: float | None
    effective: float | None


@dataclass(frozen=True, kw_only=True)
class DoubleCounting:
    """Correlations (L x L, NaN where fewer than 3 areas have both), how many areas have both, and what follows."""

    indicators: tuple[str, ...]
    names: tuple[str, ...]
    pearson: Floats
    spearman: Floats
    n: Ints
    threshold: float
    pairs: tuple[Pair, ...]
    shared: tuple[Shared, ...]
    weights: tuple[Weight, ...]
    is_protected: bool

    def sentences(self) -> tuple[str, ...]:
        """Say what is counted twice, strongest first; empty where nothing is."""
        return (*(each.sentence for each in self.shared), *(each.sentence for each in self.pairs), *self._lopsided())

    def _lopsided(self) -> list[str]:
        """Name indicators that move the index at least twice, or at most half, as much as their weight says."""
        found = []
        for each in self.weights:
            if each.effective is None or not each.nominal:
                continue
            if each.effective >= 2 * each.nominal or each.effective <= each.nominal / 2:
                found.append(
                    _(
                        "“{name}” weighs {nominal} % by the recipe, {effective} % by its correlation with the index."
                    ).format(
                        name=each.name, nominal=number(100 * each.nominal, 0), effective=number(100 * each.effective, 0)
                    )
                )
        return found

    def plain(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "indicators": [{"id": id, "name": name} for id, name in zip(self.indicators, self.names, strict=True)],
            "pearson": _listed(self.pearson),
            "spearman": _listed(self.spearman),
            "n": self.n.tolist(),
            "threshold": self.threshold,
            "pairs": [_row(each) for each in self.pairs],
            "shared": [_row(each) for each in self.shared],
            "weights": [_row(each) for each in self.weights],
            "sentences": list(self.sentences()),
            "is_protected": self.is_protected,
        }


def double_counting(trial: Trial, *, threshold: float = THRESHOLD) -> DoubleCounting:
    """Return what the trial's index counts twice.

    ``threshold``: |r| (Pearson or Spearman) from which a pair is named. Raises WrongRequest outside 0 to 1. The
    importance of an indicator follows Becker, Saisana, Paruolo and Vandecasteele 2017, Ecological Indicators 80,
    12-22, with the linear (squared) correlation.
    """
    if not 0 < threshold <= 1:
        raise WrongRequest(
            _("The threshold is a correlation above 0 and up to 1, not {value}.").format(value=threshold)
        )
    leaves = trial.recipe.tree.at(0)
    names = {leaf.id: leaf.name or leaf.id for leaf in leaves}
    rolled = trial.result.level != trial.ground.system.finest.id
    values = trial.result.leaf[:, 0] if rolled else np.where(trial.result.included[0], trial.result.leaf[:, 0], np.nan)
    pearson, spearman, n = correlations(values)
    groups = {leaf.id: group.id for group in trial.recipe.tree.at(1) for leaf in group.children}
    return DoubleCounting(
        indicators=tuple(names),
        names=tuple(names.values()),
        pearson=pearson,
        spearman=spearman,
        n=n,
        threshold=threshold,
        pairs=_pairs(tuple(names), names, groups, (pearson, spearman, n), threshold),
        shared=_shared(trial.ground.panel, trial, names),
        weights=_weights(trial, names, None if rolled else values),
        is_protected=trial.is_protected,
    )


def correlations(values: Floats) -> tuple[Floats, Floats, Ints]:
    """Return Pearson's and Spearman's correlations and the number of areas with both (L x L each) of L x A values.

    Pairwise complete; ranks are taken among the areas that have both; NaN for fewer than 3 and where one is constant.
    """
    count = len(values)
    pearson, spearman = np.full((count, count), np.nan), np.full((count, count), np.nan)
    n = np.zeros((count, count), dtype=np.int32)
    for i in range(count):
        for j in range(i, count):
            both = np.isfinite(values[i]) & np.isfinite(values[j])
            n[i, j] = n[j, i] = both.sum()
            x, y = values[i, both], values[j, both]
            if x.size >= LEAST:
                pearson[i, j] = pearson[j, i] = _correlation(x, y)
                spearman[i, j] = spearman[j, i] = _correlation(rankdata(x), rankdata(y))
    return pearson, spearman, n


def _correlation(x: Floats, y: Floats) -> float:
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    x, y = x - x.mean(), y - y.mean()
    return float(np.clip((x @ y) / np.sqrt((x @ x) * (y @ y)), -1.0, 1.0))


def _pairs(
    ids: tuple[str, ...],
    names: dict[str, str],
    groups: dict[str, str],
    found: tuple[Floats, Floats, Ints],
    threshold: float,
) -> tuple[Pair, ...]:
    pearson, spearman, n = found
    pairs = []
    for i, j in combinations(range(len(ids)), 2):
        if not max(abs(pearson[i, j]), abs(spearman[i, j])) >= threshold:  # NaN is no reason to warn
            continue
        same = groups[ids[i]] == groups[ids[j]]
        message = (
            _("“{a}” and “{b}” say nearly the same (r = {r}, {n} areas); their group counts it twice.")
            if same
            else _("“{a}” and “{b}” say nearly the same (r = {r}, {n} areas), although in different groups.")
        )
        sentence = message.format(a=names[ids[i]], b=names[ids[j]], r=number(pearson[i, j], 2), n=int(n[i, j]))
        pairs.append(
            Pair(
                a=ids[i],
                b=ids[j],
                pearson=float(pearson[i, j]),
                spearman=float(spearman[i, j]),
                n=int(n[i, j]),
                same_group=same,
                sentence=sentence,
            )
        )
    return tuple(sorted(pairs, key=lambda pair: (-abs(pair.pearson), pair.a, pair.b)))


def _shared(panel: Panel, trial: Trial, names: dict[str, str]) -> tuple[Shared, ...]:
    p = panel.periods.index(trial.period)
    found = []
    for one, other in combinations(names, 2):
        first, second = panel.indicators[panel.index_of(one)], panel.indicators[panel.index_of(other)]
        for kind, a, b, variables in _kinds(panel, p, first, second):
            sentence = _(SHARED[kind]).format(a=a.name, b=b.name, variables=", ".join(sorted(variables)))
            found.append(Shared(a=a.id, b=b.id, kind=kind, sentence=sentence))
    return tuple(found)


def _kinds(
    panel: Panel, p: int, first: Indicator, second: Indicator
) -> list[tuple[str, Indicator, Indicator, set[str]]]:
    """Return how two indicators share counts: at most one kind for what they count, and one for whom it is out of."""
    if first.value or second.value:
        return [("same_counts", first, second, {first.value})] if first.value == second.value else []
    one, other = (frozenset(each.numerator) for each in (first, second))
    common = {name for name in one & other if not name.startswith("-")}
    found = []
    if one == other:
        found.append(("same_counts", first, second, common))
    elif one < other:
        found.append(("part", first, second, common))
    elif other < one:
        found.append(("part", second, first, common))
    elif common:
        found.append(("overlap", first, second, common))
    elif frozenset(first.denominator) == frozenset(second.denominator):
        found += [("fewer", a, b, common) for a, b in ((first, second), (second, first)) if _never_more(panel, p, a, b)]
    found += [
        ("base", a, b, set(a.numerator))
        for a, b in ((first, second), (second, first))
        if frozenset(a.numerator) == frozenset(b.denominator)
    ]
    return found[:2]


def _never_more(panel: Panel, p: int, a: Indicator, b: Indicator) -> bool:
    """Say whether a counts no more than b in every area, and fewer in some; chance alone would seldom have it so."""
    few, many = (panel.numerator[panel.index_of(each.id), p] for each in (a, b))
    both = np.isfinite(few) & np.isfinite(many)
    return int(both.sum()) >= 10 and bool((few[both] <= many[both]).all()) and bool((few[both] < many[both]).any())


def _weights(trial: Trial, names: dict[str, str], values: Floats | None) -> tuple[Weight, ...]:
    nominal = _nominal(trial)
    root = trial.result.root[0]
    found: list[float] = []
    for n in range(len(names)):
        both = np.isfinite(values[n]) & np.isfinite(root) if values is not None else np.zeros(0, dtype=np.bool_)
        r = _correlation(values[n, both], root[both]) if values is not None and both.sum() >= LEAST else float("nan")
        found.append(r)
    total = float(np.nansum(np.square(found)))
    return tuple(
        Weight(
            indicator=id,
            name=names[id],
            nominal=nominal[id],
            correlation=None if np.isnan(r) else r,
            importance=None if np.isnan(r) else r * r,
            effective=None if np.isnan(r) or not total else r * r / total,
        )
        for id, r in zip(names, found, strict=True)
    )


def _nominal(trial: Trial) -> dict[str, float]:
    """Return each indicator's share by the recipe: the product of the shares from the root down."""
    equal = {s.level for s in trial.recipe.steps if isinstance(s, Aggregate) and s.weights is Weights.EQUAL}
    found: dict[str, float] = {}

    def descend(node: Node, share: float) -> None:
        own = [1.0 if node.level in equal else child.weight for child in node.children]
        for child, weight in zip(node.children, own, strict=True):
            descend(child, share * weight / sum(own))
        if not node.children:
            found[node.id] = share

    descend(trial.recipe.tree, 1.0)
    return found


def _listed(values: Floats) -> list[list[float | None]]:
    return [[None if np.isnan(value) else round(value, 6) for value in row] for row in values.tolist()]


def _row(thing: Any) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in type(thing).__slots__}
