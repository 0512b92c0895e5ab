"""Indicators and what they say: what is counted, out of whom, which way is bad, since when the definition holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from nahraum.base import Period
from nahraum.base.strict import within

AREA = "area_ha"  # a variable of this name is the size of the areas


class Direction(StrEnum):
    """Which way an indicator points for the living conditions it describes."""

    HIGHER_IS_WORSE = "higher_is_worse"
    HIGHER_IS_BETTER = "higher_is_better"
    NEUTRAL = "neutral"


class BreakKind(StrEnum):
    """Why two neighbouring values of a series cannot be compared."""

    REDEFINITION = "redefinition"
    BOUNDARY = "boundary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A break in a series: from ``period`` on, values are not comparable with those before. Nothing is subtracted
    across it.

    ``areas`` names the areas concerned; empty means all of them.
    """

    period: Period
    kind: BreakKind
    reason: str
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One of the Lebenslagen (or any other group of indicators), with the words shown to readers."""

    id: str
    name: str
    description: str = ""


def unsigned(names: Sequence[str]) -> tuple[str, ...]:
    """Return the variables that a numerator or denominator names, without the sign of those that are subtracted."""
    return tuple(name.lstrip("-") for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A number about places, with its definition.

    Either ``value`` names a variable that is delivered ready made, or ``numerator`` and ``denominator`` name
    variables that are summed (a leading ``-`` subtracts) and give the rate ``numerator / denominator * per``.
    ``official`` holds the officially published value of the whole city by period; ``totals`` the official total of
    the numerator, for reconciliation.
    """

    id: str
    name: str
    domain: str
    unit: str = "%"
    per: float = within(100.0, 1e-9, 1e9)
    direction: Direction = Direction.HIGHER_IS_WORSE
    value: str = ""
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    weight: str = ""  # variable that weights a ready-made value when a mean over areas is needed
    official: Mapping[str, float] = field(default_factory=dict)  # period text -> city value in `unit`
    numerator_total: Mapping[str, float] = field(default_factory=dict)
    denominator_total: Mapping[str, float] = field(default_factory=dict)
    breaks: tuple[Break, ...] = ()
    digits: int = within(1, 0, 6)
    definition: str = ""
    source: str = ""
    holder: str = ""
    licence: str = ""
    comment: str = ""
    may_exceed_100: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        """Return the variables it is made from, numerator first, without their signs."""
        return (self.value,) if self.value else unsigned((*self.numerator, *self.denominator))

    @property
    def is_rate(self) -> bool:
        """Say whether the indicator is made from counts."""
        return bool(self.numerator)
