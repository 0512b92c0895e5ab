"""What of a period is still to come: cells that are there, and variables that no table delivers for it yet."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nahraum.base import Issue, Severity, State
from nahraum.base.language import gettext_noop
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.terms import Indicator, unsigned

MOST = 10  # names listed in a sentence; the rest is counted
DENOMINATORS = gettext_noop("For {periods} denominators are not delivered yet: {variables}.")
NUMERATORS = gettext_noop("For {periods} numerators are not delivered yet: {variables}.")
BOTH = gettext_noop("For {periods} numerators and denominators are not delivered yet: {variables}.")
REMEDY = gettext_noop("The shares come about as soon as they are there; nothing stands in the way of storing.")


def with_a_cell(panel: Panel) -> NDArray[np.bool_]:
    """Return where (P x A) any variable has a cell that is not empty; protected cells are some."""
    there: NDArray[np.bool_] = (panel.state != State.MISSING).any(axis=0)
    for name, values in panel.variables.items():
        there |= np.isfinite(values)
        if name in panel.withheld:
            there |= panel.withheld[name]
    if panel.origins is None:
        return there
    for p, a in (cell for texts in panel.origins.text.values() for cell in texts):
        there[p, a] = True
    if panel.apart is not None:  # a protected panel keeps no texts; where a cell stood is told by its table
        for table in panel.origins.table.values():
            there |= table >= 0
    return there


def lacking(panel: Panel, indicator: Indicator, p: int) -> tuple[str, ...]:
    """Return the variables of an indicator that have no cell at all in a period; none where all of them lack."""
    if panel.origins is None:
        return ()
    table: Any = panel.origins.table
    names = list(dict.fromkeys(indicator.variables))
    gone = tuple(name for name in names if not (table[name][p] >= 0).any())
    return gone if len(gone) < len(names) else ()


def is_coming(panel: Panel, indicator: Indicator, p: int) -> bool:
    """Say whether an indicator waits for some of its variables in a period."""
    return bool(lacking(panel, indicator, p))


def coming_issues(panel: Panel) -> list[Issue]:
    """Tell once for all indicators what is not delivered yet; periods that wait for the same are told together."""
    waiting: dict[tuple[str, ...], list[str]] = {}
    for p, period in enumerate(panel.periods):
        names = tuple(dict.fromkeys(name for each in panel.indicators for name in lacking(panel, each, p)))
        if names:
            waiting.setdefault(names, []).append(period.label)
    return [_issue(panel, names, periods) for names, periods in waiting.items()]


def _issue(panel: Panel, names: tuple[str, ...], periods: list[str]) -> Issue:
    below = {name for each in panel.indicators for name in unsigned(each.denominator)} & set(names)
    called = panel.origins.labels if panel.origins else {}
    above = {name for each in panel.indicators for name in unsigned(each.numerator)} & set(names)
    return Issue(
        code="parts-coming",
        severity=Severity.NOTICE,
        message=DENOMINATORS if set(names) == below else NUMERATORS if set(names) == above else BOTH,
        remedy=REMEDY,
        params={"periods": _listed(periods), "variables": _listed([called.get(name, name) for name in names])},
    )


def _listed(names: list[str] | tuple[str, ...]) -> str:
    more = f" … (+{len(names) - MOST})" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more
