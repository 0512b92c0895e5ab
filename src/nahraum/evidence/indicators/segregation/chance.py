"""Chance: how much of the unevenness would small numbers show anyway?

With few people per area even a random spread gives D over 0. Four answers; the simulated ones say how far the
simulation itself may be off. Counts must be whole. Winship (1977) raised the point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.segregation.counts import Split, split
from nahraum.evidence.indicators.segregation.evenness import dissimilarity, gini, mean_difference, unevenness

RUNS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A simulated measure and its Monte-Carlo standard error (of the value, from the spread of the runs)."""

    value: float
    error: float


def bias_corrected_dissimilarity(
    group: ArrayLike, total: ArrayLike, *, random: np.random.Generator, runs: int = RUNS
) -> Simulated:
    """Return 2 D - mean of D over resampled towns (Allen, Burgess, Davidson and Windmeijer 2015, section 3).

    Both parts are drawn anew over the areas with the shares seen; what that adds to D, the data had added already.
    """
    s = _whole(group, total)
    drawn = [
        random.multinomial(int(people.sum()), people / people.sum(), size=runs).astype(np.float64)
        for people in (s.group, s.rest)
    ]
    again = unevenness(drawn[0], drawn[1])
    return Simulated(value=2 * dissimilarity(group, total) - float(again.mean()), error=_error(again))


def density_corrected_dissimilarity(group: ArrayLike, total: ArrayLike) -> float:
    """Return D of Allen et al. (2015), section 3.2: each area's difference shrunk to its most likely size.

    A difference seen is the absolute value of a normal one: theta-hat = |difference| / standard error has the density
    phi(theta-hat - theta) + phi(theta-hat + theta). Its maximum is 0 for theta-hat <= 1, else the root of
    theta = theta-hat tanh(theta theta-hat), found by Newton's method (no optimiser, no starting value to fail).
    """
    s = split(group, total)
    shares = np.stack([s.group / s.group.sum(), s.rest / s.rest.sum()])
    sizes = np.array([[s.group.sum()], [s.rest.sum()]])
    error = np.sqrt((shares * (1 - shares) / sizes).sum(axis=0))
    seen = np.divide(np.abs(shares[0] - shares[1]), error, out=np.zeros_like(error), where=error > 0)
    return float((error * most_likely(seen)).sum() / 2)


def most_likely(seen: Floats) -> Floats:
    """Return the theta >= 0 under which the absolute value ``seen`` of a normal variable (sd 1) is most likely."""
    above = seen > 1
    hat = seen[above]
    # From the right of the root the curve theta - hat tanh(theta hat) is convex: Newton's steps never overshoot.
    theta = hat.copy()
    for _step in range(60):
        bent = np.tanh(theta * hat)
        theta = theta - (theta - hat * bent) / (1 - hat**2 * (1 - bent**2))
    found = np.zeros_like(seen)
    found[above] = theta
    return found


def modified_dissimilarity(
    group: ArrayLike, total: ArrayLike, *, random: np.random.Generator, runs: int = RUNS
) -> Simulated:
    """Return D beyond chance, over what is left to 1 (Carrington and Troske 1997): 0 = as a random spread."""
    s = _whole(group, total)
    drawn = _random_spread(s, random, runs)
    return _beyond_chance(dissimilarity(group, total), unevenness(drawn, s.total - drawn))


def modified_gini(group: ArrayLike, total: ArrayLike, *, random: np.random.Generator, runs: int = RUNS) -> Simulated:
    """Return Gini's coefficient beyond chance, over what is left to 1 (Carrington and Troske 1997)."""
    s = _whole(group, total)
    return _beyond_chance(gini(group, total), mean_difference(_random_spread(s, random, runs), s.total))


def _random_spread(s: Split, random: np.random.Generator, runs: int) -> Floats:
    """Return group sizes if everybody belonged to the group with the same probability, runs x areas."""
    drawn = random.binomial(s.total.astype(np.int64), s.city_share, size=(runs, s.total.size)).astype(np.float64)
    told = (drawn.sum(axis=1) > 0) & (drawn.sum(axis=1) < s.total.sum())  # a tiny group may be drawn empty
    return np.asarray(drawn[told])


def _beyond_chance(seen: float, by_chance: Floats) -> Simulated:
    expected = float(by_chance.mean())
    if seen >= expected:
        slope = (1 - seen) / (1 - expected) ** 2 if expected < 1 else np.nan
        value = (seen - expected) / (1 - expected) if expected < 1 else np.nan
    else:
        value, slope = (seen - expected) / expected, seen / expected**2
    return Simulated(value=value, error=slope * _error(by_chance))


def _error(runs: Floats) -> float:
    return float(runs.std(ddof=1) / np.sqrt(runs.size)) if runs.size > 1 else float("nan")


def _whole(group: ArrayLike, total: ArrayLike) -> Split:
    s = split(group, total)
    if (s.group % 1).any() or (s.total % 1).any():
        raise WrongRequest(_("Chance can only be drawn for whole numbers of people."))
    return s
