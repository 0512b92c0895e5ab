"""What several coders said of the same units, as arrays."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.codings import in_kinds

Floats = NDArray[np.float64]
NOTHING = -1


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Judgements of C coders, units with the same judgements put together to P patterns.

    ``codes``: C x P numbers of ``values``, `NOTHING` where a coder did not judge. ``times``: how many units show a
    pattern, (..., P); leading axes hold many samples at once. Every coefficient is a ratio of sums over units, so
    neither a million characters nor a thousand samples of them need more than their patterns. ``groups``: G x P, the
    same apart by what hangs together (texts): samples then draw whole groups.
    """

    values: tuple[Hashable, ...]
    codes: NDArray[np.int64]
    times: Floats
    groups: Floats | None = None

    @property
    def counts(self) -> Floats:
        """Return how many coders gave each value: P x number of values."""
        return np.asarray((self.codes[:, :, None] == np.arange(len(self.values))).sum(axis=0), dtype=float)

    def resampled(self, runs: int, random: np.random.Generator) -> Ratings:
        """Return ``runs`` samples of the units, or of groups of them, drawn with replacement (Efron 1979)."""
        if self.groups is not None:
            size = len(self.groups)
            return replace(self, times=random.multinomial(size, np.full(size, 1 / size), size=runs) @ self.groups)
        size = int(self.times.sum())
        drawn = random.multinomial(size, self.times / size, size=runs)
        return replace(self, times=drawn.astype(float))


def ratings(rows: Sequence[Sequence[Hashable | None]], times: Sequence[float] | None = None) -> Ratings:
    """Put together what coders said: one row per coder, one place per unit, None where a coder did not judge.

    ``times``: how many units stand behind each place (characters of a stretch, say); one without it. Values are put
    in their order where they have one. Raises WrongRequest for rows of different length or fewer than two coders.
    """
    if len(rows) < 2:
        raise WrongRequest(_("Agreement needs two people who coded the same material."))
    if len({len(row) for row in rows}) != 1:
        raise WrongRequest(_("The coders did not judge the same number of units."))
    values = _in_order({value for row in rows for value in row if value is not None})
    number = {value: k for k, value in enumerate(values)}
    codes = np.array([[NOTHING if each is None else number[each] for each in row] for row in rows], dtype=np.int64)
    weights = np.ones(codes.shape[1]) if times is None else np.asarray(times, dtype=float)
    patterns, which = np.unique(codes, axis=1, return_inverse=True)
    often = np.bincount(which.ravel(), weights, minlength=patterns.shape[1])
    return Ratings(values, patterns, often.astype(float))


def pooled(some: Sequence[Ratings]) -> Ratings:
    """Put together judgements of the same coders with the same values: every one counts as a unit of its own.

    Groups stay where all have them: each then holds what belongs to it in all.
    """
    codes = np.concatenate([each.codes for each in some], axis=1)
    order, is_first = in_kinds(*codes)
    first = np.flatnonzero(is_first)
    times = np.add.reduceat(np.concatenate([each.times for each in some])[order], first)
    groups = [each.groups for each in some if each.groups is not None]
    whole = len(groups) == len(some)
    together = np.add.reduceat(np.concatenate(groups, axis=1)[:, order], first, axis=1) if whole else None
    return Ratings(some[0].values, codes[:, order[first]], times, together)


def _in_order(values: set[Hashable]) -> tuple[Hashable, ...]:
    try:
        return tuple(sorted(values))  # type: ignore[type-var]
    except TypeError:
        return tuple(sorted(values, key=str))
