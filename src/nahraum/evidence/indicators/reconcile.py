"""Reconciliation: do the areas add up to the city, and over which areas?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nahraum.base import AreaSystem, Issue, Period, Severity, State
from nahraum.base.areas import listed
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop, number
from nahraum.evidence.indicators.coming import coming_issues, is_coming, with_a_cell
from nahraum.evidence.indicators.edition import Reconciliation
from nahraum.evidence.indicators.methods.deviate import city_counts
from nahraum.evidence.indicators.panel import Floats, Panel, States

TOLERANCE = 0.005  # share of the total that people without a known address may make up
NEAR = 0.02  # share by which an official value may differ from the official totals (rounding, key dates)
PROTECTED_BELOW = 10  # limit below which offices protect a count at most, as a rule: what a protected cell can hold
MANY = 0.05  # share of areas without any value from which the tables look cut off
#: What ``issues_of`` tells; a published edition tells it anew from what is published.
CODES = (
    "areas-missing",
    "areas-without-value",
    "one-sided",
    "parts-coming",
    "total-differs",
    "total-near",
    "official-differs",
    "total-above-sum",
)
CUT_OFF = (
    gettext_noop("{period}: {count} of {expected} areas lack in all tables; they look cut off. Missing: {areas}."),
    gettext_noop("Ask for the complete tables."),
)
ABSENT = (
    gettext_noop("{period}: {count} of {expected} areas lack in all tables: {areas}."),
    gettext_noop("If nobody lives there, all is well; otherwise ask for the complete tables."),
)
BELOW = gettext_noop("People without a known address are a reason; a mistyped number is another.")
BELOW_IN_INDICATORS = gettext_noop(
    "In {count} indicators the sum of the areas stays below the official total in some periods, because protected "
    "values and split areas are not in it (at most): {indicators}."
)
BELOW_IN_COLUMNS = gettext_noop(
    "In these columns the sum of the areas stays below the official total in some periods, because protected values "
    "and split areas are not in it (at most): {indicators}."
)
ABOVE = gettext_noop(
    "Areas cannot hold more than the whole: look for a mistyped number, or ask whether the total is of another day."
)


def reconcile(panel: Panel, unknown: Sequence[str] = ()) -> tuple[Reconciliation, ...]:
    """Return one row per indicator, period and part (numerator, denominator or ready-made value).

    Numerators and denominators are summed and compared with the official total if one is known; of a protected panel
    only over the areas that have both. Periods in which an indicator, or one of its parts, was not delivered at all
    have no row. Areas where the indicator does not apply (nobody to count) are not expected.
    """
    rows: list[Reconciliation] = []
    for k, indicator in enumerate(panel.indicators):
        for p, period in enumerate(panel.periods):
            state = panel.state[k, p]
            if not (state != State.MISSING).any() or is_coming(panel, indicator, p):
                continue
            expected = state != State.NOT_APPLICABLE
            row = partial(
                Reconciliation,
                indicator=indicator.id,
                period=period,
                expected=int(expected.sum()),
                unknown=tuple(unknown),
            )
            if indicator.is_rate:
                rows += _parts(panel, k, p, expected, row)
                continue
            there = state == State.NUMBER
            rows.append(
                row(
                    part="value",
                    areas_sum=float("nan"),
                    official=float("nan"),
                    covered=int(there.sum()),
                    uncovered=_named(panel, expected & ~there & (state != State.PROTECTED)),
                )
            )
    return tuple(rows)


def _parts(
    panel: Panel, k: int, p: int, expected: NDArray[np.bool_], row: Callable[..., Reconciliation]
) -> Iterator[Reconciliation]:
    """Yield the rows of the numerator and of the denominator of a rate in one period."""
    indicator, state = panel.indicators[k], panel.state[k, p]
    upper, lower = panel.numerator[k, p], panel.denominator[k, p]
    both = np.isfinite(upper) & np.isfinite(lower)
    is_published = panel.apart is not None
    one = (np.isfinite(upper) ^ np.isfinite(lower)) & (state != State.PROTECTED) & expected
    for part, names, counts, totals in (
        ("numerator", indicator.numerator, upper, indicator.numerator_total),
        ("denominator", indicator.denominator, lower, indicator.denominator_total),
    ):
        there = both if is_published else np.isfinite(counts)
        hidden = ~there & ((state == State.PROTECTED) | ~expected)
        is_known = len(names) == 1 and not is_published
        yield row(
            part=part,
            areas_sum=float(counts[there].sum()),
            official=_total(totals, str(panel.periods[p])),
            covered=int(both.sum()),
            uncovered=_named(panel, expected & ~both & (state != State.PROTECTED)),
            hidden=int(hidden.sum()),
            hidden_most=most_hidden(state[hidden]) if is_known else float("inf"),
            gaps=int((~there & ~hidden).sum()),
            one_sided=_named(panel, one),
        )


def most_hidden(hidden: States) -> float:
    """Return what the counts of hidden cells can be together: anything where parts of a split area are among them."""
    is_known = bool((hidden == State.PROTECTED).all())
    return float(hidden.size * (PROTECTED_BELOW - 1)) if is_known else float("inf")


def _total(totals: Mapping[str, float], period: str) -> float:
    return float(totals.get(period, float("nan")))


def _named(panel: Panel, chosen: Floats) -> tuple[str, ...]:
    return tuple(panel.areas[a] for a in np.flatnonzero(chosen))


def issues_of(rows: Sequence[Reconciliation], panel: Panel, system: AreaSystem) -> tuple[Issue, ...]:
    """Say what does not add up: gaps, differences, and areas of a period that no table delivers (many: an error)."""
    names = {area.key: area.name for area in system.at(system.finest.id)}
    called = {indicator.id: indicator.name for indicator in panel.indicators}
    absent = _absent(rows, panel)
    issues = [_absent_issue(period, areas, names) for period, areas in absent.items() if areas]
    for row in rows:
        about = {"indicator": called[row.indicator], "period": str(row.period)}
        told = {*absent[row.period], *row.one_sided}
        gaps = [area for area in row.uncovered if area not in told]
        if gaps and row.part != "denominator":
            message = "“{indicator}”, {period}: no value for {areas}."
            issues.append(_issue("areas-without-value", Severity.NOTICE, message, **about, areas=listed(gaps, names)))
        if row.one_sided and row.part == "numerator":
            message = "“{indicator}”, {period}: numerator and denominator cover different areas: {areas}."
            issues.append(_issue("one-sided", Severity.WARNING, message, **about, areas=listed(row.one_sided, names)))
    return (
        *issues,
        *coming_issues(panel),
        *issues_of_totals(rows, called, panel),
        *_official_values(panel),
    )


def issues_of_totals(
    rows: Sequence[Reconciliation], called: Mapping[str, str], panel: Panel | None = None
) -> tuple[Issue, ...]:
    """Say which sums differ from their official totals; ``called``: names of the indicators (of columns: variables)."""
    differ = [_differs_issue(row, called) for row in rows if _differs(row) and _is_told(row)]
    return (*differ, *_near_total(rows, called, panel), *_below_total(rows, called))


def _differs_issue(row: Reconciliation, called: Mapping[str, str]) -> Issue:
    message = "“{indicator}”, {period}: the areas sum up to {sum}, the official total is {official}."
    remedy = ""
    if row.hidden and row.difference < 0:
        remedy = (
            "{count} protected values are not in the sum, but they hardly make up that much (at most {most}); look for "
            "a mistyped number, in the sum row as well."
        )
    return _issue(
        "total-differs",
        Severity.WARNING,
        message,
        remedy,
        indicator=called[row.indicator],
        period=str(row.period),
        sum=number(row.areas_sum, 0),
        official=number(row.official, 0),
        **({"count": row.hidden, "most": number(row.hidden_most, 0)} if remedy else {}),
    )


def _official_values(panel: Panel) -> list[Issue]:
    """Tell of official values of the city that its own totals contradict: one of them is mistyped."""
    issues = []
    for k, indicator in enumerate(panel.indicators):
        if not indicator.is_rate:
            continue
        cases, people = city_counts(panel, k)
        for p, period in enumerate(map(str, panel.periods)):
            if period in indicator.official and period in indicator.numerator_total and people[p] > 0:
                given, found = indicator.official[period], cases[p] / people[p] * indicator.per
                if abs(given - found) > max(0.06, NEAR * abs(found)):
                    message = (
                        "“{indicator}”, {period}: official value {official}, but the official totals give {found}."
                    )
                    issues.append(
                        _issue(
                            "official-differs",
                            Severity.WARNING,
                            message,
                            indicator=indicator.name,
                            period=period,
                            official=number(given, 2),
                            found=number(found, 2),
                        )
                    )
    return issues


def _absent_issue(period: Period, areas: Sequence[str], names: Mapping[str, str]) -> Issue:
    many = len(areas) > MANY * len(names)
    message, remedy = CUT_OFF if many else ABSENT
    return Issue(
        code="areas-missing",
        severity=Severity.ERROR if many else Severity.WARNING,
        message=message,
        remedy=remedy,
        params={"period": str(period), "count": len(areas), "expected": len(names), "areas": listed(areas, names)},
    )


def _absent(rows: Sequence[Reconciliation], panel: Panel) -> dict[Period, tuple[str, ...]]:
    """Return for each period the areas without a value in every indicator of it, and without a cell of any variable."""
    absent: dict[Period, list[str]] = {}
    for row in rows:
        known = absent.get(row.period)
        gaps = set(row.uncovered)
        absent[row.period] = list(row.uncovered) if known is None else [area for area in known if area in gaps]
    there = with_a_cell(panel)
    for p, period in enumerate(panel.periods):
        if period in absent:
            here = set(_named(panel, there[p]))
            absent[period] = [area for area in absent[period] if area not in here]
    return {period: tuple(areas) for period, areas in absent.items()}


def _differs(row: Reconciliation) -> bool:
    return bool(row.official and abs(row.difference) > TOLERANCE * abs(row.official))


def _explained(row: Reconciliation) -> bool:
    """Say whether the sum is smaller only because protected cells and parts of split areas are not in it."""
    return row.hidden > 0 and 0 < -row.difference <= row.hidden_most


def _is_told(row: Reconciliation) -> bool:
    """Say whether a difference can only be a mistake or people without an address."""
    return not _explained(row) and (row.difference > 0 or not row.gaps)


def differences(
    rows: Sequence[Reconciliation], panel: Panel | None
) -> dict[tuple[str, ...], dict[Period, Reconciliation]]:
    """Return the sums that do not equal the official total, by the variables that make them: each total once."""
    found: dict[tuple[str, ...], dict[Period, Reconciliation]] = {}
    for row in rows:
        if round(row.difference, 6) and row.official == row.official and _is_told(row):
            found.setdefault(_names(row, panel), {}).setdefault(row.period, row)
    return found


def _names(row: Reconciliation, panel: Panel | None) -> tuple[str, ...]:
    if row.part == "column" or panel is None:
        return (row.indicator,)
    indicator = panel.indicators[panel.index_of(row.indicator)]
    return indicator.numerator if row.part == "numerator" else indicator.denominator


def _near_total(rows: Sequence[Reconciliation], called: Mapping[str, str], panel: Panel | None) -> list[Issue]:
    """Tell of each official total once in which periods the areas miss it by little."""
    message = "“{variables}”: the areas do not quite add up to the official total: {differences}."
    issues = []
    for names, by_period in differences(rows, panel).items():
        near = [row for row in by_period.values() if not _differs(row)]
        names = tuple(called[row.indicator] for row in near[:1]) if panel is None else names
        for remedy, same in (
            (BELOW, [row for row in near if row.difference < 0]),
            (ABOVE, [row for row in near if row.difference > 0]),
        ):
            if same:
                issues.append(_issue("total-near", Severity.NOTICE, message, remedy, **about_differences(names, same)))
    return issues


def about_differences(names: Sequence[str], rows: Sequence[Reconciliation]) -> dict[str, str]:
    """Return the variables, and sums and totals of several periods, as a sentence names them."""
    told = (
        _("{period}: {sum} instead of {official}").format(
            period=row.period.label, sum=number(row.areas_sum, 0), official=number(row.official, 0)
        )
        for row in rows
    )
    return {"variables": " + ".join(names).replace("+ -", "− "), "differences": "; ".join(told)}


def _below_total(rows: Sequence[Reconciliation], called: Mapping[str, str]) -> list[Issue]:
    """Tell once which sums stay below the official totals for a known reason, and by how much at most."""
    below: dict[str, float] = {}
    for row in rows:
        if not row.gaps and _differs(row) and _explained(row):
            below[row.indicator] = max(below.get(row.indicator, 0.0), -row.difference / row.official)
    if not below:
        return []
    message = BELOW_IN_COLUMNS if all(row.part == "column" for row in rows) else BELOW_IN_INDICATORS
    parts = ", ".join(f"{called[id]} {number(share * 100, 1)} %" for id, share in below.items())
    return [_issue("total-above-sum", Severity.NOTICE, message, count=len(below), indicators=parts)]


def _issue(code: str, severity: Severity, message: str, remedy: str = "", **params: object) -> Issue:
    return Issue(code=code, severity=severity, message=message, remedy=remedy, params=params)
