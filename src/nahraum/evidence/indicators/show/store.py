"""An edition as plain rows for a database: numbers or None, states as integers, words in its language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nahraum.base import State
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.edition import Edition
from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.profile import city_values
from nahraum.evidence.indicators.recipe import Node
from nahraum.evidence.indicators.show.coarser import between
from nahraum.evidence.indicators.show.palette import colours
from nahraum.evidence.indicators.show.rows import class_label, main, number_or_none, parent_names, unscored

CUTS = (-1.5, -0.5, 0.5, 1.5)  # standard deviations from the city value, for maps of Lebenslagen and indicators
INDEX, DOMAIN, INDICATOR = "index", "domain", "indicator"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """Something that can be shown on the map: the index, a Lebenslage or an indicator."""

    key: str
    kind: str
    name: str
    unit: str
    digits: int
    position: int
    labels: tuple[str, ...]
    colours: tuple[str, ...]
    sheet: tuple[tuple[str, str], ...]
    breaks: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRow:
    """A layer in one period: class limits (in the layer's unit) and the value of the whole city."""

    layer: str
    period: str
    limits: tuple[float | None, ...]
    city: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """A layer's value in one area and period.

    ``z``: deviation from the city, positive = unfavourable; ``origin``: cells and steps.
    """

    layer: str
    period: str
    area: str
    state: int
    value: float | None
    class_number: int
    rank: int
    rank_low: float | None
    rank_high: float | None
    numerator: float | None
    denominator: float | None
    z: float | None
    small: bool
    origin: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow:
    """One of the finest areas, with its social space (or whatever lies above it)."""

    key: str
    name: str
    parent: str
    position: int


def area_rows(edition: Edition) -> list[AreaRow]:
    """Return the finest areas in delivery order."""
    parents = parent_names(edition)
    finest = edition.system.at(edition.system.finest.id)
    return [
        AreaRow(key=area.key, name=area.name, parent=parents.get(area.key, ""), position=n)
        for n, area in enumerate(finest)
    ]


def layer_rows(edition: Edition) -> list[LayerRow]:
    """Return the layers: index, its Lebenslagen, every indicator."""
    index = main(edition)
    labels = city_labels()
    rows: list[LayerRow] = []
    if index.level == edition.system.finest.id:
        classes = index.classes[0] if index.classes else None
        count = classes.limits.shape[1] + 1 if classes else len(labels)
        words = tuple(class_label(classes, n) for n in range(1, count + 1)) if classes else labels
        rows.append(_layer(INDEX, INDEX, index.recipe.name or _("Index"), 0, words))
        rows += [
            _layer(f"{DOMAIN}-{node.id}", DOMAIN, node.name or node.id, n, labels)
            for n, node in enumerate(_groups(index.recipe.tree), start=1)
        ]
    for n, indicator in enumerate(edition.panel.indicators, start=len(rows)):
        entries = (
            (_("Definition"), indicator.definition),
            (_("Source"), indicator.source),
            (_("Holder"), indicator.holder),
            (_("Licence"), indicator.licence),
            (_("Comment"), indicator.comment),
        )
        rows.append(
            LayerRow(
                key=indicator.id,
                kind=INDICATOR,
                name=indicator.name,
                unit=indicator.unit,
                digits=indicator.digits,
                position=n,
                labels=labels,
                colours=colours(len(labels)),
                sheet=tuple((label, words) for label, words in entries if words),
                breaks=tuple((str(each.period), each.reason, each.areas) for each in indicator.breaks),
            )
        )
    return rows


def city_labels() -> tuple[str, ...]:
    """Return the words for five classes around the city value."""
    return (
        _("far below the city value"),
        _("below the city value"),
        _("near the city value"),
        _("above the city value"),
        _("far above the city value"),
    )


def _groups(tree: Node) -> tuple[Node, ...]:
    groups = tree.at(tree.level - 1) if tree.level > 1 else ()
    return groups if len(groups) > 1 else ()


def _layer(key: str, kind: str, name: str, position: int, labels: tuple[str, ...]) -> LayerRow:
    return LayerRow(
        key=key,
        kind=kind,
        name=name,
        unit="",
        digits=2,
        position=position,
        labels=labels,
        colours=colours(len(labels)),
        sheet=(),
        breaks=(),
    )


def period_rows(edition: Edition) -> Iterator[PeriodRow]:
    """Yield class limits and city values of every layer and period; no limits where none of the finest areas shows a
    number, but one of them or of a coarser level is told of.
    """
    index = main(edition)
    if index.level == edition.system.finest.id:
        for p, period in enumerate(index.periods):
            limits = index.classes[0].limits[p] if index.classes else CUTS
            yield PeriodRow(layer=INDEX, period=str(period), limits=_plain(limits), city=None)
            for node in _groups(index.recipe.tree):
                yield PeriodRow(layer=f"{DOMAIN}-{node.id}", period=str(period), limits=CUTS, city=0.0)
    city, states = city_values(edition.panel), [edition.panel.state, *(level.state for level in between(edition))]
    for k, indicator in enumerate(edition.panel.indicators):
        for p, period in enumerate(edition.panel.periods):
            if not any((each[k, p] != State.MISSING).any() for each in states):
                continue
            limits = _indicator_limits(edition.panel.value[k, p], city[k, p])
            yield PeriodRow(
                layer=indicator.id, period=str(period), limits=_plain(limits), city=number_or_none(city[k, p])
            )


def _indicator_limits(values: Floats, city: float) -> Floats:
    known = values[np.isfinite(values)]
    if not known.size:
        return np.full(len(CUTS), np.nan)
    centre = city if np.isfinite(city) else known.mean()
    return np.array([centre + cut * known.std() for cut in CUTS])


def _plain(values: Any) -> tuple[float | None, ...]:
    return tuple(number_or_none(float(value)) for value in values)


def cell_rows(edition: Edition) -> Iterator[CellRow]:
    """Yield every value of every layer, period and area."""
    yield from _score_rows(edition)
    panel, city = edition.panel, city_values(edition.panel)
    from nahraum.evidence.indicators.methods.normalise import rank_descending

    profile = edition.profile
    for k, indicator in enumerate(panel.indicators):
        for p, period in enumerate(panel.periods):
            values, states = panel.value[k, p], panel.state[k, p]
            if not (states != State.MISSING).any():
                continue
            there = np.isfinite(values)
            limits = _indicator_limits(values, city[k, p])
            numbers = np.where(there, 1 + (values[:, None] > limits).sum(axis=1), 0)
            ranks = rank_descending(values)
            for a, area in enumerate(panel.areas):
                yield CellRow(
                    layer=indicator.id,
                    period=str(period),
                    area=area,
                    state=int(states[a]),
                    value=number_or_none(values[a]),
                    class_number=int(numbers[a]),
                    rank=int(ranks[a]),
                    rank_low=None,
                    rank_high=None,
                    numerator=number_or_none(panel.numerator[k, p, a]),
                    denominator=number_or_none(panel.denominator[k, p, a]),
                    z=number_or_none(profile.z[k, a]) if period == profile.period else None,
                    small=False,
                    origin=_origin(edition, k, p, a),
                )


def _origin(edition: Edition, k: int, p: int, a: int) -> tuple[str, ...]:
    return tuple(map(str, edition.panel.origin(k, p, a)))


def _score_rows(edition: Edition) -> Iterator[CellRow]:
    index = main(edition)
    if index.level != edition.system.finest.id:
        return
    firm = edition.robustness
    for p, period in enumerate(index.periods):
        layers = [(INDEX, index.root[p], index.classes[0].number[p] if index.classes else None)]
        layers += [(f"{DOMAIN}-{node.id}", index.score[node.id][p], None) for node in _groups(index.recipe.tree)]
        for layer, scores, numbers in layers:
            is_index = layer == INDEX
            intervals = firm if firm and is_index and firm.period == period else None
            for a, area in enumerate(index.areas):
                there = bool(np.isfinite(scores[a]))
                state = State.NUMBER if there else unscored(edition, index, area, period).state
                number = int(numbers[a]) if numbers is not None else 1 + sum(scores[a] > cut for cut in CUTS)
                yield CellRow(
                    layer=layer,
                    period=str(period),
                    area=area,
                    state=int(state),
                    value=number_or_none(scores[a]),
                    class_number=int(number) if there else 0,
                    rank=int(index.rank[p, a]) if is_index else 0,
                    rank_low=number_or_none(intervals.rank_low[a]) if intervals else None,
                    rank_high=number_or_none(intervals.rank_high[a]) if intervals else None,
                    numerator=None,
                    denominator=None,
                    z=None,
                    small=bool(index.small[p, a]),
                    origin=(),
                )
