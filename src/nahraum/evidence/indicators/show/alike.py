"""Areas in a similar situation, where the city's areas spread, and what a social space has in the middle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nahraum.evidence.indicators.methods.classify import quantiles

SHARE = 0.75  # of all indicators must be known in both areas; with fewer, chance and protection choose the neighbours
FEWEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """An area like another: root mean square distance in standard deviations, over which indicators, where they differ
    most (``apart``: position of the indicator, None where all are equal).
    """

    area: str
    distance: float
    over: tuple[int, ...]
    apart: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """The deviations of A areas from the city in K indicators; NaN where one is missing or protected."""

    areas: tuple[str, ...]
    deviations: NDArray[np.float64]  # A x K

    @classmethod
    def of(cls, profiles: Mapping[str, Sequence[float | None]]) -> Profiles:
        """Return those of areas with their deviations; None becomes NaN."""
        rows = list(profiles.values())
        deviations = np.array(rows, dtype=np.float64).reshape(len(rows), len(rows[0]) if rows else 0)
        return cls(tuple(profiles), deviations)

    def over(self, indicators: Sequence[int]) -> Profiles:
        """Return those over some of the indicators, by their numbers."""
        return Profiles(self.areas, self.deviations[:, list(indicators)])

    def known(self, area: str) -> list[bool]:
        """Say for each indicator whether an area has a deviation; none for an area that has none at all."""
        if area not in self.areas:
            return []
        found: list[bool] = np.isfinite(self.deviations[self.areas.index(area)]).tolist()
        return found


def most_alike(profiles: Profiles, area: str, count: int = 5) -> tuple[Alike, ...]:
    """Return the areas whose deviation profiles are nearest to one area's, nearest first.

    Two areas are compared over the indicators that both have; those must be three quarters of all, and at least three.
    Nothing is returned for an area that has too few itself.
    """
    others = [key for key in profiles.areas if key != area]
    if area not in profiles.areas or not others:
        return ()
    place = profiles.areas.index(area)
    mine = profiles.deviations[place]
    apart = np.abs(np.delete(profiles.deviations, place, axis=0) - mine)
    both = np.isfinite(apart)
    counted = both.sum(axis=1)
    near = np.flatnonzero(counted >= max(FEWEST, SHARE * mine.size))
    squares = np.where(both[near], apart[near] ** 2, 0.0).sum(axis=1)
    distance = np.sqrt(squares / counted[near])
    nearest = sorted(range(near.size), key=lambda n: (distance[n], others[near[n]]))[:count]
    return tuple(_alike(others[near[n]], float(distance[n]), apart[near[n]]) for n in nearest)


def _alike(area: str, distance: float, apart: NDArray[np.float64]) -> Alike:
    widest = int(np.nanargmax(apart))
    over = tuple(int(n) for n in np.flatnonzero(np.isfinite(apart)))
    return Alike(area=area, distance=distance, over=over, apart=widest if apart[widest] > 0 else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Lowest, quartiles and highest of what the areas have."""

    low: float
    quarter: float
    three_quarters: float
    high: float


def spread(values: Sequence[float | None]) -> Spread | None:
    """Return where the known values lie (quartiles: Hyndman and Fan's type 7); None without any."""
    known = np.array([value for value in values if value is not None], dtype=np.float64)
    if known.size == 0:
        return None
    quarter, three_quarters = quantiles(known, np.array([0.25, 0.75]))
    return Spread(
        low=float(known.min()),
        quarter=float(quarter),
        three_quarters=float(three_quarters),
        high=float(known.max()),
    )


def together(values: Sequence[float | None], people: Sequence[float | None]) -> float | None:
    """Return the value of several areas together: the mean of their rates, each by the people it is a rate of.

    That is exactly the rate of the sums. None unless every area has both: a gap, or a protected value that could be
    worked out from the others, leaves none.
    """
    if not values or any(each is None for each in (*values, *people)):
        return None
    weight = sum(each for each in people if each is not None)
    if weight <= 0:
        return None
    return sum(a * b for a, b in zip(values, people, strict=True) if a is not None and b is not None) / weight
