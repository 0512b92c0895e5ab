"""Ridge regression for many codes at once, from sums that can be added and taken away.

For every code, yes is 1 and no is 0; the weights minimise |y - Xw - b|² + penalty |w|² (the offset b is free). All
that is needed are sums over segments, so leaving out a fold of texts is a subtraction: one pass serves the model and
its cross-validation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from nahraum.evidence.voices.suggesting.features import Floats, Table

PENALTY = 1.0
BLOCK = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Sums over segments of D features and K codes: ``xx`` D x D, ``xy`` D x K, ``x`` D, ``y`` K; and their number."""

    xx: Floats
    xy: Floats
    x: Floats
    y: Floats
    count: int

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.xx + other.xx, self.xy + other.xy, self.x + other.x, self.y + other.y, self.count + other.count
        )

    def __sub__(self, other: Sums) -> Sums:
        return Sums(
            self.xx - other.xx, self.xy - other.xy, self.x - other.x, self.y - other.y, self.count - other.count
        )


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What was learned: ``by_feature`` D x K, ``offset`` K."""

    by_feature: Floats
    offset: Floats

    def scores(self, rows: Table) -> Floats:
        """Return N x K: near 1 where a code fits, near 0 where not. No probabilities."""
        return np.asarray(rows @ self.by_feature + self.offset)


def sums(rows: Table, given: Floats) -> Sums:
    """Return the sums over N segments: ``rows`` N x D, ``given`` N x K of 0 and 1."""
    xx = np.zeros((rows.shape[1], rows.shape[1]))
    for start in range(0, rows.shape[0], BLOCK):  # dense blocks take a third of the work of sparse rows
        block = rows[start : start + BLOCK].toarray()
        xx += block.T @ block
    return Sums(xx, rows.T @ given, rows.sum(axis=0), given.sum(axis=0), rows.shape[0])


def solve(of: Sums, penalty: float = PENALTY) -> Weights:
    """Return the weights for one segment at least; exact, by Cholesky's decomposition."""
    mean_x, mean_y = of.x / of.count, of.y / of.count
    spread = of.xx - of.count * np.outer(mean_x, mean_x)
    spread[np.diag_indices_from(spread)] += penalty
    by_feature = cho_solve(cho_factor(spread, lower=True), of.xy - of.count * np.outer(mean_x, mean_y))
    return Weights(by_feature, mean_y - mean_x @ by_feature)
