"""Reconciliation: do the areas add up to the city, and over which areas?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nahraum.base import AreaSystem, Issue, Severity, State
from nahraum.evidence.indicators.edition import Reconciliation
from nahraum.evidence.indicators.panel import Floats, Panel

TOLERANCE = 0.005  # share of the total that people without a known address may make up
NAMED = 10  # areas named in a sentence; the rest is counted
MANY = 0.1  # share of areas without value from which a table looks cut off


def reconcile(panel: Panel, unknown: Sequence[str] = ()) -> tuple[Reconciliation, ...]:
    """Return one row per indicator, period and part (numerator, denominator or ready-made value).

    Numerators and denominators are summed over the areas that have both, and compared with the official total if one is
    known. Periods in which an indicator was not delivered at all have no row. Areas where the indicator does not apply
    (nobody to count) are not expected.
    """
    rows = []
    for k, indicator in enumerate(panel.indicators):
        for p, period in enumerate(panel.periods):
            state = panel.state[k, p]
            if not (state != State.MISSING).any():
                continue
            expected = state != State.NOT_APPLICABLE
            common = {
                "indicator": indicator.id,
                "period": period,
                "expected": int(expected.sum()),
                "unknown": tuple(unknown),
            }
            if not indicator.is_rate:
                there = state == State.NUMBER
                rows.append(
                    Reconciliation(
                        part="value",
                        areas_sum=float("nan"),
                        official=float("nan"),
                        covered=int(there.sum()),
                        uncovered=_named(panel, expected & ~there & (state != State.PROTECTED)),
                        **common,
                    )
                )
                continue
            upper, lower = panel.numerator[k, p], panel.denominator[k, p]
            both = np.isfinite(upper) & np.isfinite(lower)
            one = np.isfinite(upper) ^ np.isfinite(lower)
            one &= state != State.PROTECTED
            for part, counts, totals in (
                ("numerator", upper, indicator.numerator_total),
                ("denominator", lower, indicator.denominator_total),
            ):
                rows.append(
                    Reconciliation(
                        part=part,
                        areas_sum=float(counts[both].sum()),
                        official=_total(totals, str(period)),
                        covered=int(both.sum()),
                        uncovered=_named(panel, expected & ~both & (state != State.PROTECTED)),
                        hidden=int((state == State.PROTECTED).sum() + (~expected).sum()),
                        one_sided=_named(panel, one),
                        **common,
                    )
                )
    return tuple(rows)


def _total(totals: Mapping[str, float], period: str) -> float:
    return float(totals.get(period, float("nan")))


def _named(panel: Panel, chosen: Floats) -> tuple[str, ...]:
    return tuple(panel.areas[a] for a in np.flatnonzero(chosen))


def issues_of(rows: Sequence[Reconciliation], system: AreaSystem) -> tuple[Issue, ...]:
    """Say what does not add up: warnings for gaps and differences, an error where a table looks cut off."""
    names = {area.key: area.name for area in system.at(system.finest.id)}
    issues: list[Issue] = []
    for row in rows:
        if row.part != "denominator":
            issues += _coverage(row, names)
        if row.one_sided and row.part == "numerator":
            issues.append(
                _issue(
                    row,
                    "one-sided",
                    Severity.WARNING,
                    "“{indicator}”, {period}: numerator and denominator cover different areas: {areas}.",
                    areas=_list(row.one_sided, names),
                )
            )
        if not row.uncovered and _differs(row):
            # Protected cells and parts of split areas are not in the sum: a smaller sum is what one would expect then.
            expected = row.hidden > 0 and row.difference < 0
            issues.append(
                _issue(
                    row,
                    "total-differs",
                    Severity.NOTICE if expected else Severity.WARNING,
                    "“{indicator}”, {period}: the areas sum up to {sum}, the official total is {official}.",
                    sum=f"{row.areas_sum:.0f}",
                    official=f"{row.official:.0f}",
                )
            )
    return tuple(issues)


def _differs(row: Reconciliation) -> bool:
    return bool(row.official and abs(row.difference) > TOLERANCE * abs(row.official))


def _coverage(row: Reconciliation, names: Mapping[str, str]) -> list[Issue]:
    if not row.uncovered:
        return []
    if len(row.uncovered) > MANY * row.expected:
        return [
            _issue(
                row,
                "areas-missing",
                Severity.ERROR,
                "“{indicator}”, {period}: only {covered} of {expected} areas; the table looks cut off. Missing: {areas}.",
                remedy="Ask for the complete table, or name the areas that are meant to be missing.",
                covered=row.covered,
                expected=row.expected,
                areas=_list(row.uncovered, names),
            )
        ]
    return [
        _issue(
            row,
            "areas-without-value",
            Severity.NOTICE,
            "“{indicator}”, {period}: no value for {areas}.",
            areas=_list(row.uncovered, names),
        )
    ]


def _issue(
    row: Reconciliation, code: str, severity: Severity, message: str, remedy: str = "", **params: object
) -> Issue:
    return Issue(
        code=code,
        severity=severity,
        message=message,
        remedy=remedy,
        params={"indicator": row.indicator, "period": str(row.period), **params},
    )


def _list(areas: Sequence[str], names: Mapping[str, str]) -> str:
    shown = ", ".join(f"{names.get(key, key)} ({key})" for key in areas[:NAMED])
    return shown + (f" … (+{len(areas) - NAMED})" if len(areas) > NAMED else "")
