"""Chance that falls the same way everywhere.

Only uniform numbers, sums, products and square roots are used: they are exact to the last bit on every machine, which
logarithms, sines and the samplers built on them are not.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SUMMANDS = 12  # of a uniform number each; their sum has variance 1


def uniform(seed: int, name: str, *shape: int) -> Floats:
    """Return numbers from 0 to below 1. Every name has a stream of its own, so that nothing depends on order."""
    source = np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))
    return source.random(shape)


def normal(seed: int, name: str, *shape: int) -> Floats:
    """Return numbers with mean 0 and variance 1, close to normal and never beyond 6."""
    draws = uniform(seed, name, SUMMANDS, *shape)
    total = draws[0]
    for draw in draws[1:]:
        total = total + draw
    return total - SUMMANDS / 2


def cases(people: Ints, share: Floats, luck: Floats) -> Ints:
    """Draw how many of ``people`` are concerned: mean n p, variance n p (1 - p), never below 0 or above n.

    ``luck`` is a normal number per cell; the same luck in two years means that the same people stay concerned.
    """
    drawn = people * share + np.sqrt(people * share * (1 - share)) * luck
    return np.clip(np.floor(drawn + 0.5), 0, people).astype(np.int64)


def persistent(seed: int, name: str, years: int, areas: int, *, memory: float = 0.8) -> Floats:
    """Return luck over Y x A that changes slowly: from year to year it keeps ``memory`` of what it was."""
    fresh = normal(seed, name, years, areas)
    luck = [fresh[0]]
    for year in fresh[1:]:
        luck.append(memory * luck[-1] + np.sqrt(1 - memory * memory) * year)
    return np.stack(luck)


def growth(x: Floats) -> Floats:
    """Return a positive factor that is 1 at 0 and close to exp(x): a power, so exact everywhere."""
    base = np.maximum(1 + x / 8, 0.05)
    square = base * base
    return square * square * square * square


def apportion(total: Ints, shares: Floats) -> Ints:
    """Divide N totals into whole parts by N x K shares (largest remainders), so that parts add up to the total."""
    exact = total[:, None] * shares / shares.sum(axis=1, keepdims=True)
    parts = np.floor(exact).astype(np.int64)
    order = np.argsort(parts - exact, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    return parts + (rank < (total - parts.sum(axis=1))[:, None])
