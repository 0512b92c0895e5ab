"""Musterstadt as arrays: quarters of both versions, and every variable over the ten years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tests.town import plan
from tests.town.chance import Ints, apportion, normal
from tests.town.map import SEED, TownMap, town_map
from tests.town.people import YEARS, Latent, simulate

CHANGED = 2020  # the first year on the new areas
REDEFINED = 2021  # the first year in which child poverty counts all under 18
UNPLACED = (14, 12, 11, 9, 8, 17, 15, 12, 13, 11)  # unemployed persons whose address no quarter could be found for

# hardship, arrival, age, urban of each social space, in the order of plan.SPACES
TENDENCY = (
    (0.0, 0.3, 0.3, 0.9), (1.0, 1.1, -0.5, 1.0), (0.9, 0.8, -0.2, 0.4), (1.0, 0.8, -0.4, 0.5),
    (-1.0, -0.9, 0.6, -0.5), (0.2, 0.2, 0.0, -0.2), (0.9, 0.7, -0.2, 0.4), (-1.1, -0.9, 0.7, -0.9),
    (-0.7, -0.7, 0.5, -0.8), (0.6, 0.5, -0.3, 0.5), (-0.3, -0.3, 0.1, -0.5), (-1.1, -0.9, 0.8, -0.8),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Quarters:
    """One version of the quarters. ``pieces``: positions in the map of what each is made of; ``space``: in the plan."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    space: tuple[int, ...]
    pieces: tuple[tuple[int, ...], ...]
    geometry: NDArray[Any]

    def sums(self, count: Ints) -> Ints:
        """Add up a variable over pieces (last axis) to these quarters."""
        return np.stack([count[..., list(group)].sum(axis=-1) for group in self.pieces], axis=-1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Town:
    """The whole town. ``counts``: variable -> Y x N over the smallest pieces; ``now`` and ``then`` group them."""

    years: tuple[int, ...]
    map: TownMap
    now: Quarters
    then: Quarters
    latent: Latent
    counts: Mapping[str, Ints]
    crosswalk: tuple[tuple[str, str, float], ...]

    def version(self, year: int) -> Quarters:
        """Return the quarters that a year's tables are delivered on."""
        return self.now if year >= CHANGED else self.then

    def variable(self, name: str, year: int) -> Ints:
        """Return a variable of one year on the quarters of that year."""
        return _variable(self, name, year)


@cache
def _variable(of: Town, name: str, year: int) -> Ints:
    return of.version(year).sums(of.counts[name][of.years.index(year)])


@cache
def town() -> Town:
    """Return Musterstadt; always the same."""
    drawn = town_map()
    latent = _latent(drawn)
    ages = {drawn.names.index(name): proportions for name, proportions in plan.AGES.items()}
    counts = simulate(_inhabitants(drawn, latent), latent, seed=SEED, ages=ages)
    redefined = np.asarray(YEARS)[:, None] >= REDEFINED
    counts["child_security"] = np.where(redefined, counts["child_security_under_18"], counts["child_security_under_15"])
    counts["child_security_base"] = np.where(redefined, counts["under_18"], counts["age_0_14"])
    now, then = _quarters(drawn)
    return Town(
        years=YEARS, map=drawn, now=now, then=then, latent=latent, counts=counts,
        crosswalk=_crosswalk(now, then, counts["inhabitants"][YEARS.index(CHANGED) - 1]),
    )  # fmt: skip


def _latent(drawn: TownMap) -> Latent:
    """Spread the tendencies of the spaces smoothly over the map, add what is particular, let some quarters change."""
    hearts = np.asarray([space.heart for space in plan.SPACES]) + np.asarray(plan.ORIGIN)
    apart = ((drawn.seeds[:, None, :] - hearts) ** 2).sum(axis=-1)
    near = 1 / (1 + apart / 900.0**2) ** 2
    axes = (near[:, :, None] * np.asarray(TENDENCY)).sum(axis=1) / near.sum(axis=1)[:, None]
    axes = axes + 0.36 * normal(SEED, "latent", len(drawn.names), 4)
    for name, levels in plan.STANDING_OUT.items():
        axes[drawn.names.index(name), :3] = levels
    years = np.asarray(YEARS)[:, None] - YEARS[-1]
    hardship, arrival, age, urban = (np.repeat(axes[None, :, n], len(YEARS), axis=0) for n in range(4))
    for name, step in plan.CHANGING.items():
        hardship[:, drawn.names.index(name)] += step * years[:, 0]
    return Latent(hardship=hardship, arrival=arrival, age=age, urban=urban)


def _inhabitants(drawn: TownMap, latent: Latent) -> Ints:
    """Give every piece its inhabitants at the end of the last year, and go back from there."""
    last = np.array([plan.POPULATION.get(name, -1) for name in drawn.names], dtype=np.int64)
    free = last < 0
    size = np.array([plan.SPACES[n].density for n in drawn.space])
    size = size * np.clip(1 + 0.38 * normal(SEED, "size", len(size)), 0.42, 1.9)
    for merged in plan.MERGED.values():
        size[[drawn.names.index(name) for name in merged]] *= 0.55
    last[free] = apportion(np.array([plan.INHABITANTS - last[~free].sum()]), size[free][None])[0]
    pace = 0.0032 + 0.004 * normal(SEED, "pace", len(size)) + 0.002 * latent.arrival[-1]
    back = YEARS[-1] - np.asarray(YEARS)[:, None]
    wobble = 1 + 0.004 * normal(SEED, "wobble", len(YEARS), len(size)) * (back > 0)
    return np.floor(last * (1 - pace * back) * wobble + 0.5).astype(np.int64)


def _quarters(drawn: TownMap) -> tuple[Quarters, Quarters]:
    """Group the pieces to the quarters of today and of then; a changed quarter gets a number that was never used."""
    then: list[tuple[str, str, int, tuple[int, ...]]] = []
    now: list[tuple[str, str, int, tuple[int, ...]]] = []
    whole = {part: old for old, parts in plan.SPLIT.items() for part in parts}
    joined = {part: new for new, parts in plan.MERGED.items() for part in parts}
    where = drawn.names.index
    for n, space in enumerate(plan.SPACES):
        before = dict.fromkeys(whole.get(piece, piece) for piece in space.pieces)
        after = dict.fromkeys(joined.get(piece, piece) for piece in space.pieces)
        keys = {name: f"{space.key}{number:02}" for number, name in enumerate({**before, **after}, start=1)}
        then += [(keys[name], name, n, tuple(map(where, plan.SPLIT.get(name, (name,))))) for name in before]
        now += [(keys[name], name, n, tuple(map(where, plan.MERGED.get(name, (name,))))) for name in after]
    return _version(now, drawn), _version(then, drawn)


def _version(rows: list[tuple[str, str, int, tuple[int, ...]]], drawn: TownMap) -> Quarters:
    keys, names, space, pieces = zip(*sorted(rows), strict=True)
    shapes = [shapely.coverage_union_all(drawn.geometry[list(each)]) for each in pieces]
    return Quarters(keys=keys, names=names, space=space, pieces=pieces, geometry=shapely.normalize(np.array(shapes)))


def _crosswalk(now: Quarters, then: Quarters, inhabitants: Ints) -> tuple[tuple[str, str, float], ...]:
    """Pair old and new quarters with the share of the old one's inhabitants (three decimals, adding up to 1)."""
    pairs = []
    for old, pieces in zip(then.keys, then.pieces, strict=True):
        whole = int(inhabitants[list(pieces)].sum())
        targets = [(new, set(mine) & set(pieces)) for new, mine in zip(now.keys, now.pieces, strict=True)]
        targets = [(new, common) for new, common in targets if common]
        left = 1000
        for position, (new, common) in enumerate(targets):
            last = position == len(targets) - 1
            share = left if last else int(inhabitants[list(common)].sum()) * 1000 // whole
            left -= share
            pairs.append((old, new, share / 1000))
    return tuple(pairs)
