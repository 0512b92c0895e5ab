"""Two recipes side by side: which option differs, who moves, who drops out or comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nahraum.base.areas import named
from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext, number
from nahraum.evidence.indicators.compare import Comparison, compare
from nahraum.evidence.indicators.edition import ProfileRule, RobustnessSpec
from nahraum.evidence.indicators.methods.normalise import rankdata
from nahraum.evidence.indicators.recipe import Node, Recipe, Step
from nahraum.evidence.indicators.workbench import explained
from nahraum.evidence.indicators.workbench.trial import Trial

ROWS = 512  # of pairs compared together; bounds the memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One area with a rank in both; ``own_change``: ranks counted among the areas of both only.

    Where others drop out, everybody behind them moves up without having changed: that part is ``rank_change`` minus
    ``own_change``.
    """

    area: str
    name: str
    rank_a: int
    rank_b: int
    rank_change: int
    own_change: int
    class_a: str
    class_b: str
    class_change: int | None

    @property
    def sentence(self) -> str:
        """Name the change of rank, and of class where there is one."""
        words = _("{area}: from rank {old} to {new}").format(
            area=named(self.area, {self.area: self.name}), old=self.rank_a, new=self.rank_b
        )
        if self.class_change:
            words += _(", from “{old}” to “{new}”").format(old=self.class_a, new=self.class_b)
        return words + "."


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """One area with a rank in only one of the two, with the reason that the other gives."""

    area: str
    name: str
    rank: int
    reason: str

    @property
    def sentence(self) -> str:
        """Name the area, its rank in the one and why it has none in the other."""
        area = named(self.area, {self.area: self.name})
        text = _("{area}, rank {rank}: {reason}") if self.reason else _("{area}, rank {rank}")
        return text.format(area=area, rank=self.rank, reason=self.reason) + "."


@dataclass(frozen=True, kw_only=True)
class Differences:
    """From trial A to trial B: ``options`` differ (sentences), ``dropped`` have a rank only in A, ``entered`` only in
    B, ``moves`` have one in both (delivery order). ``spearman`` and ``kendall`` (tau-b) over the latter.
    """

    comparison: Comparison
    options: tuple[str, ...]
    moves: tuple[Move, ...]
    dropped: tuple[Gone, ...]
    entered: tuple[Gone, ...]
    spearman: float
    kendall: float
    is_protected: bool

    def movers(self, count: int = 10) -> tuple[Move, ...]:
        """Return the areas that move most, at most ``count``, only those that do."""
        moved = [each for each in self.moves if each.rank_change or each.class_change]
        return tuple(sorted(moved, key=lambda each: (-abs(each.rank_change), each.area))[:count])

    def summary(self) -> tuple[str, ...]:
        """Say in sentences how much changes."""
        moved = sum(each.rank_change != 0 for each in self.moves)
        own = sum(each.own_change != 0 for each in self.moves)
        lines = [
            _dropped_and_entered(len(self.dropped), len(self.entered)),
            _("{moved} of {count} areas in both change their rank; counted among themselves, {own} do.").format(
                moved=moved, count=len(self.moves), own=own
            ),
            _("{count} areas change their class.").format(count=sum(bool(each.class_change) for each in self.moves)),
            _("Rank correlation: Spearman {rho}, Kendall {tau}.").format(
                rho=number(self.spearman, 3), tau=number(self.kendall, 3)
            ),
        ]
        return tuple(lines if self.dropped or self.entered else lines[1:])

    def plain(self) -> dict[str, Any]:
        """Return everything as plain data; changes of rank and areas that drop out or come in stand apart."""
        return {
            "period": str(self.comparison.period),
            "is_protected": self.is_protected,
            "options": list(self.options),
            "summary": list(self.summary()),
            "spearman": _or_none(self.spearman),
            "kendall": _or_none(self.kendall),
            "moves": [_row(each) for each in self.moves],
            "dropped": [_row(each) for each in self.dropped],
            "entered": [_row(each) for each in self.entered],
        }


def _dropped_and_entered(dropped: int, entered: int) -> str:
    out = ngettext("{count} area drops out", "{count} areas drop out", dropped).format(count=dropped)
    into = ngettext("{count} area comes in", "{count} areas come in", entered).format(count=entered)
    return f"{out}, {into}."


def compare_trials(a: Trial, b: Trial) -> Differences:
    """Compare two trials of the same period and level.

    Raises WrongRequest if they have none in common. Protected only if both are.
    """
    comparison = compare(a.result, b.result)
    names = {area.key: area.name for area in a.ground.system.at(a.result.level)}
    both = [each for each in comparison.changes if each.rank_a and each.rank_b]
    old, new = [each.rank_a for each in both], [each.rank_b for each in both]
    own = rankdata(np.array(new), "min") - rankdata(np.array(old), "min") if both else np.zeros(0)
    moves = tuple(
        Move(
            area=each.area,
            name=names.get(each.area, each.area),
            rank_a=each.rank_a,
            rank_b=each.rank_b,
            rank_change=each.rank_change,
            own_change=int(change),
            class_a=each.class_a,
            class_b=each.class_b,
            class_change=each.class_change,
        )
        for each, change in zip(both, own, strict=True)
    )

    def gone(area: str, rank: int, why: Mapping[str, str]) -> Gone:
        return Gone(area=area, name=names.get(area, area), rank=rank, reason=_(why.get(area, "")))

    return Differences(
        comparison=comparison,
        options=recipe_differences(a.recipe, b.recipe),
        moves=moves,
        dropped=tuple(gone(e.area, e.rank_a, b.result.excluded) for e in comparison.changes if not e.rank_b),
        entered=tuple(gone(e.area, e.rank_b, a.result.excluded) for e in comparison.changes if not e.rank_a),
        spearman=comparison.spearman,
        kendall=kendall(old, new),
        is_protected=a.is_protected and b.is_protected,
    )


def kendall(x: ArrayLike, y: ArrayLike) -> float:
    """Return Kendall's tau-b of two lists of equal length (ties counted); NaN for fewer than two or all alike.

    Source: Kendall 1945, Biometrika 33, 239-251; checked against SciPy.
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    score = pairs_a = pairs_b = 0.0
    for start in range(0, a.size, ROWS):
        first = np.sign(a[start : start + ROWS, None] - a)
        second = np.sign(b[start : start + ROWS, None] - b)
        score += float((first * second).sum())
        pairs_a += float(np.abs(first).sum())
        pairs_b += float(np.abs(second).sum())
    return score / np.sqrt(pairs_a * pairs_b) if pairs_a and pairs_b else float("nan")


def recipe_differences(a: Recipe, b: Recipe) -> tuple[str, ...]:
    """Say in sentences in which indicators, weights, steps and options two recipes differ."""
    found = []
    if a.high_is is not b.high_is:
        found.append(_option(_("index"), "Recipe", "high_is", a.high_is, b.high_is))
    return (*found, *_tree(a.tree, b.tree), *_steps(a.steps, b.steps))


def _tree(a: Node, b: Node) -> list[str]:
    """Compare what counts, where and how much."""
    old, new = _places(a), _places(b)
    found = [_("Only A counts “{node}”.").format(node=old[id][0]) for id in old if id not in new]
    found += [_("Only B counts “{node}”.").format(node=new[id][0]) for id in new if id not in old]
    for id, (name, weight, group) in old.items():
        if id not in new:
            continue
        _name, other, into = new[id]
        if weight != other:
            found.append(
                _("Weight of “{node}”: {old} in A, {new} in B.").format(
                    node=name, old=number(weight, 2), new=number(other, 2)
                )
            )
        if group != into:
            found.append(_("“{node}” belongs to “{old}” in A, to “{new}” in B.").format(node=name, old=group, new=into))
    return found


def _places(root: Node) -> dict[str, tuple[str, float, str]]:
    """Return name, weight and group by node id, without the root."""
    found: dict[str, tuple[str, float, str]] = {}

    def walk(node: Node, group: str) -> None:
        for child in node.children:
            found[child.id] = (child.name or child.id, child.weight, group)
            walk(child, child.name or child.id)

    walk(root, "")
    return found


def _steps(a: Sequence[Step], b: Sequence[Step]) -> list[str]:
    """Compare steps of the same kind (and level, and id) in their order."""
    old, new = _numbered(a), _numbered(b)
    found = []
    for key in dict.fromkeys([*old, *new]):
        if key not in new or key not in old:
            message = _("The step “{step}” is only in A.") if key in old else _("The step “{step}” is only in B.")
            found.append(message.format(step=_called(old.get(key) or new[key])))
            continue
        found += _fields(_called(old[key]), old[key], new[key])
    shared = [key for key in old if key in new]
    if shared != [key for key in new if key in old]:
        found.append(_("The steps stand in another order."))
    return found


def section_differences(a: ProfileRule | RobustnessSpec, b: ProfileRule | RobustnessSpec) -> tuple[str, ...]:
    """Say in sentences in which options two rules of the same kind differ."""
    return tuple(_fields(_(explained.TITLES[type(a).__name__]), a, b))


def _fields(where: str, old: Any, new: Any) -> list[str]:
    pairs = ((each.name, getattr(old, each.name), getattr(new, each.name)) for each in fields(old))
    return [_option(where, type(old).__name__, name, left, right) for name, left, right in pairs if left != right]


def _numbered(steps: Sequence[Step]) -> dict[tuple[object, ...], Step]:
    """Return the steps by kind, level or id, and how many of the kind came before."""
    found: dict[tuple[object, ...], Step] = {}
    for step in steps:
        key = (step.step, getattr(step, "level", getattr(step, "id", "")))
        found[(*key, sum(known[:2] == key for known in found))] = step
    return found


def _called(step: Step) -> str:
    level, title = getattr(step, "level", None), _(explained.TITLES[type(step).__name__])
    return title if level is None else _("{step}, level {level}").format(step=title, level=level)


def _option(where: str, kind: str, name: str, old: object, new: object) -> str:
    option = _(explained.FIELDS[kind][name]).rstrip(".") if name in explained.FIELDS.get(kind, ()) else name
    return _("{where}, “{option}”: {old} in A, {new} in B.").format(
        where=where, option=option, old=_words(kind, name, old), new=_words(kind, name, new)
    )


def _words(kind: str, name: str, value: object) -> str:
    """Return a value as a sentence holds it."""
    if isinstance(value, tuple):
        return ", ".join(_words(kind, name, each) for each in value) or "–"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_words(kind, name, item)}" for key, item in value.items()) or "–"
    word = str(value.value) if isinstance(value, Enum) else str(value)
    if word in explained.CHOICES and not isinstance(value, int | float):
        return f"“{_(explained.OTHER_CHOICES.get((kind, name, word), explained.CHOICES[word]))}”"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return number(value, 6).rstrip("0").rstrip(",.")
    if hasattr(value, "area"):
        return str(value.area)
    return word or "–"


def _row(thing: Any) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in (*type(thing).__slots__, "sentence")}


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
