"""Where the numbers of one area come from: index, Lebenslagen, indicators, delivered cells."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from nahraum.base import Period, State, Value, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import number, quoted
from nahraum.evidence.indicators.edition import Edition, IndexResult
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.recipe import Node
from nahraum.evidence.indicators.terms import Indicator, unsigned


@dataclass(frozen=True, kw_only=True)
class IndicatorLine:
    """One indicator in one area: its value, the cells behind it and what the index made of it."""

    id: str
    name: str
    unit: str
    digits: int
    value: Value
    parts: tuple[str, ...]
    steps: tuple[str, ...]

    @property
    def shown(self) -> str:
        """Return the value as it is shown to readers."""
        if self.value.state is not State.NUMBER:
            return self.value.state.label
        return f"{number(self.value.number, self.digits)} {self.unit}"


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Everything behind one area's index value in one period; ``domains``: name of a Lebenslage, its indicators."""

    key: str
    name: str
    period: Period
    summary: tuple[str, ...]
    domains: tuple[tuple[str, tuple[IndicatorLine, ...]], ...]

    def plain(self) -> dict[str, Any]:
        """Return the explanation as plain data."""
        return {
            "area": self.key,
            "name": self.name,
            "period": str(self.period),
            "summary": list(self.summary),
            "domains": [
                {
                    "name": domain,
                    "indicators": [
                        {
                            "id": line.id,
                            "name": line.name,
                            "state": line.value.state.name.lower(),
                            "value": line.value.number,
                            "unit": line.unit,
                            "numerator": line.value.numerator,
                            "denominator": line.value.denominator,
                            "cells": [
                                str(cell) for cell in (line.value.provenance.cells if line.value.provenance else ())
                            ],
                            "steps": list(line.steps),
                        }
                        for line in lines
                    ],
                }
                for domain, lines in self.domains
            ],
        }


def explain(edition: Edition, area: str, period: Period | None = None) -> Explanation:
    """Explain the main index in one area (key or name) and period (default: the latest whole one).

    Raises WrongRequest for an area or period that is not there, with the nearest name.
    """
    index = edition.indices[0]
    panel = edition.panel
    key = _find(edition, area)
    period = period or index.latest
    if period not in panel.periods or period not in index.periods:
        known = ", ".join(str(each) for each in index.periods)
        raise WrongRequest(_("The index has no period {period}. It has: {known}.").format(period=period, known=known))
    a, p = panel.areas.index(key), panel.periods.index(period)
    p_index = index.periods.index(period)
    found = edition.system.find(key)
    leaves = {node.id: n for n, node in enumerate(index.recipe.tree.at(0))}
    domains = []
    for domain in edition.domains:
        lines = tuple(
            _line(edition, index, leaves, k, p, p_index, a)
            for k, indicator in enumerate(panel.indicators)
            if indicator.domain == domain.id
        )
        if lines:
            domains.append((domain.name, lines))
    return Explanation(
        key=key,
        name=found.name if found else key,
        period=period,
        summary=tuple(_summary(edition, index, key, p_index, a)),
        domains=tuple(domains),
    )


def _find(edition: Edition, area: str) -> str:
    finest = edition.system.at(edition.system.finest.id)
    names = {each.name: each.key for each in finest}
    if area in edition.panel.areas:
        return area
    if area in names:
        return names[area]
    near = get_close_matches(area, [*names, *edition.panel.areas], n=3)
    hint = _("Did you mean {near}?").format(near=quoted(near)) if near else ""
    raise WrongRequest(f"{_('There is no area “{area}”.').format(area=area)} {hint}".strip())


def _summary(edition: Edition, index: IndexResult, key: str, p: int, a: int) -> list[str]:
    if index.level != edition.system.finest.id:
        return [_("The index is rolled up to the level “{level}”.").format(level=index.level)]
    if reason := index.left_out[p].get(key):
        return [_("Left out of the index: {reason}").format(reason=_(reason))]
    lines = []
    nodes = [node for level in range(index.recipe.tree.level, 0, -1) for node in index.recipe.tree.at(level)]
    for node in nodes:
        score = index.score[node.id][p, a]
        shown = number(float(score), 3, sign=True) if np.isfinite(score) else State.MISSING.label
        lines.append(f"{node.name or node.id}: {shown}{_made_of(node)}")
    if index.rank[p, a]:
        count = int((index.rank[p] > 0).sum())
        lines.append(_("Rank {rank} of {count} (1 = highest value)").format(rank=int(index.rank[p, a]), count=count))
    for classes in index.classes:
        c = int(classes.number[p, a])
        if c:
            lines.append(f"{classes.name or classes.id}: {_(classes.labels[c - 1]) if classes.labels else c}")
    if index.small[p, a]:
        lines.append(_("Few inhabitants: chance weighs more here than elsewhere."))
    return lines


def _made_of(node: Node) -> str:
    parts = ", ".join(f"{child.name or child.id} × {number(child.weight, 2)}" for child in node.children)
    return f" ({parts})" if node.level > 1 else ""


def _line(
    edition: Edition, index: IndexResult, leaves: dict[str, int], k: int, p: int, p_index: int, a: int
) -> IndicatorLine:
    indicator, value = edition.panel.indicators[k], edition.panel.at(k, p, a)
    steps = [*value.provenance.steps] if value.provenance else []
    if indicator.id in leaves:
        score = float(index.leaf[leaves[indicator.id], p_index, a])
        if np.isfinite(score):
            steps.append(_("In the index: {score}").format(score=number(score, 3, sign=True)))
    return IndicatorLine(
        id=indicator.id,
        name=indicator.name,
        unit=indicator.unit,
        digits=indicator.digits,
        value=value,
        parts=tuple(_parts(edition.panel, indicator, value, p, a)),
        steps=tuple(steps),
    )


def _parts(panel: Panel, indicator: Indicator, value: Value, p: int, a: int) -> list[str]:
    if panel.apart is not None and value.state is State.PROTECTED:
        return []  # published: where a protected value stands could lead to it
    if not indicator.is_rate:
        return [_("delivered in {cell}").format(cell=cell) for cell in panel.cells(indicator.variables, p, a)]
    shown = []
    for count, word, names in (
        (value.numerator, _("cases"), indicator.numerator),
        (value.denominator, _("people who could be"), indicator.denominator),
    ):
        cells = panel.cells(unsigned(names), p, a)
        shown.append(f"{number(count, 0) if count == count else '–'} {word}: {'; '.join(map(str, cells)) or '–'}")
    formula = _("({numerator}) / ({denominator}) × {per}").format(
        numerator=" + ".join(indicator.numerator),
        denominator=" + ".join(indicator.denominator),
        per=f"{indicator.per:g}",
    )
    return [*shown, formula]
