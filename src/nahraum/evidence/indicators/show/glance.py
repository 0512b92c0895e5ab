"""An indicator at a glance: its formula in words, its series as a small line, what is still open about it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from nahraum.base import Issue, Period, Severity
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.definition import WORDS
from nahraum.evidence.indicators.terms import Indicator

WIDTH, HEIGHT, EDGE = 120.0, 32.0, 3.0  # of the small line, in its own units


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """A small line. ``lines``: points of each unbroken stretch, as SVG writes them; ``dots``: stretches of one."""

    lines: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many areas have what for one variable in one period, after revisions.

    ``missing`` are cells that are there and empty; ``coarse``: delivered for a level above the finest.
    """

    numbers: int
    protected: int = 0
    not_applicable: int = 0
    missing: int = 0
    coarse: bool = False

    @property
    def known(self) -> int:
        """Return the areas of which something is known: a number, or why there is none."""
        return self.numbers + self.protected + self.not_applicable


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What the deliveries hold. ``cells``: variable -> text of the period (empty: holds for all) -> areas."""

    cells: Mapping[str, Mapping[str, Coverage]]

    @cached_property
    def periods(self) -> Mapping[str, Period]:
        """Return text -> period for every period that anything is delivered for, ascending."""
        texts = {text for part in self.cells.values() for text in part if text}
        return {str(period): period for period in sorted(map(Period.parse, texts))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A delivery that is overdue, with the variables that came with it last time."""

    name: str
    holder: str
    due: str
    variables: frozenset[str]


def spark(values: Sequence[float | None], broken: Sequence[bool]) -> Spark:
    """Return the line of a series on a field of 120 x 32; nothing is drawn across a gap or a break.

    ``broken``: for each value whether it cannot be compared with the one before. The lowest value lies at the bottom,
    the highest at the top; a series that never changes lies in the middle.
    """
    known = [value for value in values if value is not None]
    if not known:
        return Spark(lines=(), dots=())
    low, span = min(known), max(known) - min(known)
    step = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    stretches: list[list[tuple[str, str]]] = [[]]
    for n, value in enumerate(values):
        if value is None or broken[n]:
            stretches.append([])
        if value is not None:
            y = HEIGHT / 2 if not span else HEIGHT - EDGE - (value - low) / span * (HEIGHT - 2 * EDGE)
            stretches[-1].append((f"{EDGE + n * step:.1f}", f"{y:.1f}"))
    return Spark(
        lines=tuple(" ".join(f"{x},{y}" for x, y in points) for points in stretches if len(points) > 1),
        dots=tuple(points[0] for points in stretches if len(points) == 1),
    )


def formula(indicator: Indicator, labels: Mapping[str, str]) -> str:
    """Return the formula as a sentence; ``labels``: variable -> words for readers."""
    if indicator.value:
        return _("“{value}” as it is delivered").format(value=labels.get(indicator.value, indicator.value))
    upper, lower = (sum_of(names, labels) for names in (indicator.numerator, indicator.denominator))
    if indicator.per == 1:
        return _("{numerator}, divided by {denominator}").format(numerator=upper, denominator=lower)
    return _("{numerator}, divided by {denominator}, times {per}").format(
        numerator=upper, denominator=lower, per=number(indicator.per, 0 if indicator.per == int(indicator.per) else 2)
    )


def sum_of(names: Sequence[str], labels: Mapping[str, str]) -> str:
    """Return a numerator or denominator in words: “a” plus “b” minus “c”."""
    words = ""
    for name in names:
        label = _("“{name}”").format(name=labels.get(name.lstrip("-"), name.lstrip("-")))
        if name.startswith("-"):
            words = f"{words} {_('minus')} {label}".strip()
        else:
            words = f"{words} {_('plus')} {label}" if words else label
    return words


def periods_of(indicator: Indicator, delivered: Delivered) -> list[Period]:
    """Return the periods in which every variable of the indicator is delivered, ascending."""
    parts = [delivered.cells.get(name, {}) for name in dict.fromkeys(indicator.variables)]
    dated = any(text for part in parts for text in part)
    return [
        period
        for text, period in delivered.periods.items()
        if dated and all(text in part or "" in part for part in parts)
    ]


def areas_with_values(indicator: Indicator, delivered: Delivered, period: Period) -> int | None:
    """Return in how many areas the scarcest variable is a number; None where tables of another level count."""
    cells = _cells(indicator, delivered, str(period))
    return None if any(cell.coarse for cell in cells.values()) else min((c.numbers for c in cells.values()), default=0)


def _cells(indicator: Indicator, delivered: Delivered, text: str) -> dict[str, Coverage]:
    found = {}
    for name in dict.fromkeys(indicator.variables):
        part = delivered.cells.get(name, {})
        cell = part.get(text) or part.get("")
        if cell:
            found[name] = cell
    return found


def open_issues(
    indicator: Indicator, delivered: Delivered, *, areas: int, late: Sequence[Late] = (), labels: Mapping[str, str]
) -> tuple[Issue, ...]:
    """Return what is open about an indicator: its sheet, its deliveries, its breaks.

    ``areas``: number of the finest areas, which the latest period should fill.
    """
    return (
        *_about_sheet(indicator),
        *_about_deliveries(indicator, delivered, areas, labels),
        *_about_late(indicator, late),
        *(
            Issue(
                code="series-broken",
                severity=Severity.NOTICE,
                message="From {period} on, values cannot be compared with those before: {reason}",
                params={"period": each.period.label, "reason": each.reason},
            )
            for each in indicator.breaks
        ),
    )


def _about_sheet(indicator: Indicator) -> list[Issue]:
    empty = [name for name in ("definition", "source", "licence") if not getattr(indicator, name).strip()]
    if not empty:
        return []
    return [
        Issue(
            code="sheet-incomplete",
            severity=Severity.WARNING,
            message="Its sheet lacks: {fields}.",
            remedy="Complete the sheet.",
            params={"fields": ", ".join(_(WORDS[name][0]) for name in empty)},
        )
    ]


def _about_deliveries(indicator: Indicator, delivered: Delivered, areas: int, labels: Mapping[str, str]) -> list[Issue]:
    absent = [name for name in dict.fromkeys(indicator.variables) if name not in delivered.cells]
    if absent:
        return [
            Issue(
                code="variable-undelivered",
                severity=Severity.ERROR,
                message="No delivery holds “{variable}”.",
                remedy="Import a table with it, correct the formula or retire the indicator.",
                params={"variable": labels.get(name, name)},
            )
            for name in absent
        ]
    own = periods_of(indicator, delivered)
    return [*_gaps(own, delivered), *_empty_areas(indicator, own[-1], delivered, areas, labels)] if own else []


def _gaps(own: Sequence[Period], delivered: Delivered) -> list[Issue]:
    """Tell of periods after its first that other indicators have and this one has not."""
    kinds = {period.kind for period in own}
    gone = [period for period in delivered.periods.values() if period.kind in kinds and period > own[0]]
    gone = [period for period in gone if period not in own]
    if not gone:
        return []
    return [
        Issue(
            code="period-undelivered",
            severity=Severity.WARNING,
            message="Not delivered for: {periods}.",
            remedy="Ask the holder, or import the table.",
            params={"periods": ", ".join(period.label for period in gone)},
        )
    ]


def _empty_areas(
    indicator: Indicator, latest: Period, delivered: Delivered, areas: int, labels: Mapping[str, str]
) -> list[Issue]:
    return [
        Issue(
            code="latest-incomplete",
            severity=Severity.WARNING,
            message="{period}: “{variable}” has no value in {count} of {areas} areas.",
            params={
                "period": latest.label,
                "variable": labels.get(name, name),
                "count": areas - cell.known,
                "areas": areas,
            },
        )
        for name, cell in _cells(indicator, delivered, str(latest)).items()
        if not cell.coarse and cell.known < areas
    ]


def _about_late(indicator: Indicator, late: Sequence[Late]) -> list[Issue]:
    wanted = set(indicator.variables)
    return [
        Issue(
            code="delivery-late",
            severity=Severity.WARNING,
            message="“{name}” was due on {due} ({holder}).",
            remedy="Ask the holder.",
            params={"name": each.name, "due": each.due, "holder": each.holder},
        )
        for each in late
        if wanted & each.variables
    ]


def tidy(value: float | None, digits: int = 6) -> str:
    """Return a delivered number without zeros that nobody delivered; an en dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    places = next((n for n in range(digits) if math.isclose(value, round(value, n), abs_tol=1e-9)), digits)
    return number(value, places)
