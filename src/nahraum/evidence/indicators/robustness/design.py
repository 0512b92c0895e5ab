"""Which choices each run makes: a design from which both intervals and shares of the variance can be read.

n rows are drawn twice, independently (A and B). For each choice i a further n rows are A with choice i taken from B.
Every row is by itself a draw from all choices, so all of them serve the intervals; compared with each other they give
first-order and total shares. Source: Saltelli et al. 2010, Computer Physics Communications 181, 259-270; total share
by Jansen's estimator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nahraum.evidence.indicators.panel import Floats

Rows = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Design:
    """``source[choice]`` says for each run from which of the 2 n drawn rows that choice is taken."""

    choices: tuple[str, ...]
    n: int
    source: dict[str, Rows]

    @property
    def runs(self) -> int:
        """Return how many runs there are, n x (choices + 2)."""
        return self.n * (len(self.choices) + 2)


def design(choices: Sequence[str], runs: int) -> Design:
    """Return the design with at least ``runs`` runs."""
    n = -(-runs // (len(choices) + 2))
    a, b = np.arange(n), np.arange(n, 2 * n)
    source = {choice: np.concatenate([a, b, *[b if other == choice else a for other in choices]]) for choice in choices}
    return Design(choices=tuple(choices), n=n, source=source)


def shares(plan: Design, ranks: NDArray[np.int32]) -> tuple[Floats, Floats]:
    """Return first-order and total share of each choice in the variance of the ranks (runs x A, all areas together)."""
    n = plan.n
    a, b = ranks[:n].astype(np.float64), ranks[n : 2 * n].astype(np.float64)
    both = np.concatenate([a, b])
    centre = both.mean(axis=0)
    variance = both.var(axis=0).sum()
    first, total = np.zeros(len(plan.choices)), np.zeros(len(plan.choices))
    if variance == 0:
        return first, total
    for i in range(len(plan.choices)):
        mixed = ranks[(i + 2) * n : (i + 3) * n].astype(np.float64)
        # Both halves serve: A_i shares everything but i with A, and only i with B.
        first[i] = ((b - centre) * (mixed - a)).mean(axis=0).sum() / variance
        total[i] = ((a - mixed) ** 2).mean(axis=0).sum() / 2 / variance
    return np.clip(first, 0.0, 1.0), np.clip(total, 0.0, None)
