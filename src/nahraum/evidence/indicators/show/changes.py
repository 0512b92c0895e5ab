"""Two shown values side by side: their difference, and why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nahraum.base import Period, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The later minus the earlier value, or the one minus the other; ``reason``: the break that forbids it."""

    state: State
    value: float | None = None
    reason: str = ""


def break_between(breaks: Sequence[Sequence[object]], area: str, one: str, other: str) -> str:
    """Return why values of two periods cannot be compared in an area; empty if they can.

    ``breaks``: (period, reason, area keys) as stored, no keys for all areas; the last one between the periods speaks.
    """
    since, until = sorted((Period.parse(one), Period.parse(other)))
    found = ""
    for period, reason, only in sorted(breaks, key=lambda each: Period.parse(str(each[0]))):
        keys: Sequence[str] = only  # type: ignore[assignment]
        if since < Period.parse(str(period)) <= until and (not keys or area in keys):
            found = str(reason)
    return found


def difference(value: float | None, state: int, less: float | None, less_state: int, *, reason: str = "") -> Difference:
    """Return ``value`` minus ``less``; across a break not applicable, else the graver state where one is no number."""
    if reason:
        return Difference(state=State.NOT_APPLICABLE, reason=reason)
    if value is None or less is None:
        return Difference(state=State(max(state, less_state, State.MISSING)))
    return Difference(state=State.NUMBER, value=value - less)
