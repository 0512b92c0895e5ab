"""From placed variables to the panel: counts become rates, impossible values become issues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from nahraum.base import AreaSystem, BadInput, Cell, Issue, Severity, State, WrongRequest, place_of
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.columns import labels_of
from nahraum.evidence.indicators.misplaced import SHOWN_ISSUES
from nahraum.evidence.indicators.panel import Floats, Origins, Panel, States
from nahraum.evidence.indicators.placing import Earlier, Placed, Totals, Variable, place
from nahraum.evidence.indicators.terms import Indicator, unsigned
from nahraum.sources.terms import Reading

WHOLE = {"%": 100.0, "prozent": 100.0, "percent": 100.0, "anteil": 1.0, "share": 1.0}
ENOUGH = 8  # values from which a column tells how it is meant
MOST, FEW = 0.9, 0.5
ROUNDING = 1e-9  # a share of 100 % computed in floating point may be a trace above it


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """The panel and what was delivered beside it (see ``Placed``)."""

    panel: Panel
    placed: Placed
    totals: Totals
    unknown: tuple[str, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, kw_only=True)
class _Built:
    """One indicator over P x A."""

    value: Floats
    state: States
    numerator: Floats
    denominator: Floats


def build_panel(
    readings: Sequence[Reading],
    indicators: Sequence[Indicator],
    system: AreaSystem,
    *,
    earlier: Sequence[Earlier] = (),
) -> Delivered:
    """Make the panel of the indicators over the finest areas of the system from delivered rows.

    A rate is numerator over denominator, both summed over the variables that the indicator names; protected or
    missing parts make the whole protected or missing, nobody to count (denominator 0) makes it *not applicable*.
    Raises WrongRequest for a variable that no table delivers; impossible values are issues.
    """
    placed = place(readings, system, earlier)
    _refuse_absent(indicators, placed)
    built = [_indicator(indicator, placed.variables) for indicator in indicators]
    panel = Panel(
        areas=placed.areas,
        periods=placed.periods,
        indicators=tuple(indicators),
        value=np.stack([b.value for b in built]),
        state=np.stack([b.state for b in built]),
        numerator=np.stack([b.numerator for b in built]),
        denominator=np.stack([b.denominator for b in built]),
        variables={name: variable.number for name, variable in placed.variables.items()},
        origins=_origins(placed, readings, dict.fromkeys(name for each in indicators for name in each.variables)),
    )
    issues = [*placed.issues, *_impossible(panel), *_repeated(placed, readings, indicators)]
    return Delivered(panel=panel, placed=placed, totals=placed.totals, unknown=placed.unknown, issues=tuple(issues))


def total_of(names: Sequence[str], variables: Mapping[str, float]) -> float:
    """Sum delivered totals over the variables of a numerator or denominator; NaN where one of them has none."""
    signed = [(-1.0 if name.startswith("-") else 1.0, variables.get(name.lstrip("-"), np.nan)) for name in names]
    return float(sum(sign * value for sign, value in signed)) if signed else float("nan")


def _refuse_absent(indicators: Sequence[Indicator], placed: Placed) -> None:
    """Refuse variables that no table delivers; if no row of a table found its area, say that instead."""
    variables = placed.variables
    for indicator in indicators:
        for name in (indicator.value, *indicator.numerator, *indicator.denominator):
            if name and name.lstrip("-") not in variables:
                refuse_errors(placed.issues)
                raise WrongRequest(
                    _(
                        "The indicator “{indicator}” needs the variable “{variable}”, which no table delivers. "
                        "Delivered: {known}."
                    ).format(indicator=indicator.id, variable=name.lstrip("-"), known=", ".join(sorted(variables)))
                    + _nearest(name.lstrip("-"), variables)
                )


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return " " + _("Did you mean “{near}”?").format(near=near[0]) if near else ""


def _summed(names: Sequence[str], variables: Mapping[str, Variable]) -> tuple[Floats, States]:
    """Sum variables; the state is the gravest of the parts (protected, then not applicable, then missing)."""
    parts = [(-1.0 if name.startswith("-") else 1.0, variables[name.lstrip("-")]) for name in names]
    number = np.sum([sign * part.number for sign, part in parts], axis=0)
    state = np.max([part.state for _sign, part in parts], axis=0).astype(np.int8)
    return number, state


def _indicator(indicator: Indicator, variables: Mapping[str, Variable]) -> _Built:
    if indicator.value:
        variable = variables[indicator.value]
        nothing = np.full(variable.number.shape, np.nan)
        state = np.where(variable.merged, np.int8(State.NOT_APPLICABLE), variable.state)  # rates cannot be added up
        value = np.where(state == State.NUMBER, variable.number, np.nan)
        return _Built(value=value, state=state, numerator=nothing, denominator=nothing)
    numerator, upper = _summed(indicator.numerator, variables)
    denominator, lower = _summed(indicator.denominator, variables)
    state = np.maximum(upper, lower)
    state[(state == State.NUMBER) & (denominator == 0)] = State.NOT_APPLICABLE
    value = np.full(state.shape, np.nan)
    there = state == State.NUMBER
    value[there] = numerator[there] / denominator[there] * indicator.per
    return _Built(value=value, state=state, numerator=numerator, denominator=denominator)


def _origins(placed: Placed, readings: Sequence[Reading], names: Iterable[str]) -> Origins:
    used = {name: placed.variables[name] for name in names}
    return Origins(
        files=tuple(reading.source.file for reading in readings),
        sheets=tuple(reading.source.sheet for reading in readings),
        columns=tuple(name for name, _letter in placed.columns),
        letters=tuple(letter for _name, letter in placed.columns),
        table={name: variable.table for name, variable in used.items()},
        row={name: variable.row for name, variable in used.items()},
        column={name: variable.column for name, variable in used.items()},
        text={name: variable.text for name, variable in used.items() if variable.text},
        labels=labels_of(readings, list(used)),
        former={name: placed.former[name] for name in used if name in placed.former},
    )


def _impossible(panel: Panel) -> list[Issue]:
    """Name counts and shares that cannot be: negative counts, more cases than people, shares outside 0 to 100 %."""
    issues: list[Issue] = []
    for k, indicator in enumerate(panel.indicators):
        if indicator.is_rate:
            issues += _cells(
                panel, k, 0, panel.numerator[k] < 0, "count-negative", "A count cannot be negative.", panel.numerator[k]
            )
            issues += _cells(
                panel,
                k,
                1,
                panel.denominator[k] < 0,
                "count-negative",
                "A count cannot be negative.",
                panel.denominator[k],
            )
            if not indicator.may_exceed_100:
                more = panel.numerator[k] > panel.denominator[k] * (1 + ROUNDING)
                message = "“{indicator}”: more cases than people who could be ({numerator} of {denominator})."
                issues += _cells(panel, k, 0, more, "numerator-over-denominator", message, panel.numerator[k])
        elif indicator.unit.lower() in WHOLE and not indicator.may_exceed_100:
            whole = WHOLE[indicator.unit.lower()]
            outside = (panel.value[k] < 0) | (panel.value[k] > whole * (1 + ROUNDING))
            message = "“{indicator}”: a share lies between 0 and 100 %."
            issues += _cells(panel, k, 0, outside, "share-outside-0-100", message, panel.value[k])
            issues += _shares_of_one(panel, k) if whole > 1 else []
        if indicator.is_rate:
            issues += _fractions(panel, k)
    return issues


def _repeated(placed: Placed, readings: Sequence[Reading], indicators: Sequence[Indicator]) -> list[Issue]:
    """Tell of variables that are the same in every area in two following periods: a file was probably read twice."""
    issues = []
    for name in dict.fromkeys(name for each in indicators for name in each.variables):
        variable = placed.variables[name]
        for p in range(1, len(placed.periods)):
            before, now = variable.number[p - 1], variable.number[p]
            both = np.isfinite(before) & np.isfinite(now)
            apart = (variable.table[p] != variable.table[p - 1]) | (variable.row[p] != variable.row[p - 1])
            # A row without period holds for all of them, and a column of few values may well repeat itself.
            if both.sum() < ENOUGH or not apart[both].all() or np.unique(now[both]).size < ENOUGH:
                continue
            if (before[both] == now[both]).all():
                a = int(np.argmax(both))
                issues.append(
                    Issue(
                        code="period-repeated",
                        severity=Severity.WARNING,
                        message="“{variable}” has the same value in {before} and in {now} in every area.",
                        remedy="Was the same file or sheet read for both?",
                        file=readings[int(variable.table[p, a])].source.file,
                        sheet=readings[int(variable.table[p, a])].source.sheet,
                        row=int(variable.row[p, a]),
                        params={
                            "variable": labels_of(readings, [name])[name],
                            "before": placed.periods[p - 1].label,
                            "now": placed.periods[p].label,
                        },
                    )
                )
    return issues


def _shares_of_one(panel: Panel, k: int) -> list[Issue]:
    """Tell of an indicator in per cent whose values are nearly all below 1: some of them are shares of 1."""
    values = panel.value[k]
    known = np.isfinite(values) & (values != 0)
    small = known & (values <= 1)
    if known.sum() < ENOUGH or small.sum() < MOST * known.sum():
        return []
    p, a = np.argwhere(small)[0]
    cell = _cell(panel, k, 0, p, a)
    return [
        Issue(
            code="share-of-one",
            severity=Severity.WARNING,
            message="“{indicator}” is given in %, but {count} of {all} values are not above 1; "
            "they look like shares of 1.",
            remedy="If so, multiply the column by 100, or give unit and digits as delivered.",
            **place_of(cell),
            params={"indicator": panel.indicators[k].name, "count": int(small.sum()), "all": int(known.sum())},
        )
    ]


def _fractions(panel: Panel, k: int) -> list[Issue]:
    """Tell of single counts that are no whole numbers: people are not delivered in parts."""
    issues = []
    for role, counts in enumerate((panel.numerator[k], panel.denominator[k])):
        broken = np.isfinite(counts) & (np.abs(counts - np.round(counts)) > ROUNDING * np.maximum(np.abs(counts), 1))
        if not 0 < broken.sum() < FEW * np.isfinite(counts).sum():
            continue  # a column that is broken throughout holds amounts: tonnes, euros, weighted people
        p, a = np.argwhere(broken)[0]
        cell = _cell(panel, k, role, p, a)
        issues.append(
            Issue(
                code="count-fractional",
                severity=Severity.WARNING,
                message="“{indicator}”: {count} counts are no whole numbers.",
                remedy="If shares stand in the column, ask for the counts.",
                **place_of(cell),
                value=number(float(counts[p, a]), 2),
                params={"indicator": panel.indicators[k].name, "count": int(broken.sum())},
            )
        )
    return issues


def _cell(panel: Panel, k: int, role: int, p: int, a: int) -> Cell | None:
    """Return the first cell behind a value or numerator (role 0) or a denominator (role 1)."""
    indicator = panel.indicators[k]
    names = indicator.denominator if role else (indicator.value,) if indicator.value else indicator.numerator
    return next(iter(panel.cells(unsigned(names), p, a)), None)


def _cells(
    panel: Panel, k: int, role: int, wrong: NDArray[np.bool_], code: str, message: str, shown: Floats
) -> list[Issue]:
    found: list[Issue] = []
    places = np.argwhere(wrong)
    for p, a in places[:SHOWN_ISSUES]:
        cell = _cell(panel, k, role, p, a)
        found.append(
            Issue(
                code=code,
                severity=Severity.ERROR,
                message=message,
                remedy="Ask the office that delivered the table, or name a correction in the project file.",
                **place_of(cell),
                value=(cell.text if cell else "") or f"{shown[p, a]:g}",
                params={
                    "indicator": panel.indicators[k].name,
                    "area": panel.areas[a],
                    "numerator": f"{panel.numerator[k, p, a]:g}",
                    "denominator": f"{panel.denominator[k, p, a]:g}",
                },
            )
        )
    if len(places) > SHOWN_ISSUES:
        found.append(
            Issue(
                code=code,
                severity=Severity.ERROR,
                message="“{indicator}”: {count} more values like this.",
                params={"indicator": panel.indicators[k].name, "count": len(places) - SHOWN_ISSUES},
            )
        )
    return found


def refuse_errors(issues: Sequence[Issue]) -> None:
    """Raise BadInput if any issue is an error."""
    if any(issue.severity is Severity.ERROR for issue in issues):
        raise BadInput(issues)
