"""What earlier editions released, laid over the areas and indicators of the edition that is to be released now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nahraum.base import AreaSystem, State
from nahraum.disclosure.released import CITY, Counts, Key, Released
from nahraum.disclosure.rules import ProtectionRule
from nahraum.disclosure.suppression import Before
from nahraum.evidence.indicators.edition import Edition, LevelValues
from nahraum.evidence.indicators.levels import is_whole, parents_of
from nahraum.evidence.indicators.methods.deviate import city_counts
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.terms import Indicator
from nahraum.places.crosswalk import Crosswalk

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
SAME = 1e-6  # counts are whole people; sums of them are floats
IDENTICAL = 0.999  # share of an old area in a new one from which it is the same area


def released_of(edition: Edition) -> Released:
    """Return what an edition shows to everybody, to be kept beside it: what is released later is checked against it.

    AssertionError if the edition is not protected. ``nahraum.disclosure.released`` turns it into JSON and back.
    """
    assert edition.is_protected
    panel, system = edition.panel, edition.system
    parents = {level.level: parents_of(panel, system, level.level) for level in edition.levels}
    between = [level for level in edition.levels if not is_whole(parents[level.level], len(level.areas))]
    return Released(
        id=edition.imprint.id,
        date=edition.imprint.date.isoformat(),
        system=system.id,
        areas=panel.areas,
        groups={level.level: level.areas for level in between},
        parents={
            level.level: tuple(level.areas[g] if g >= 0 else "" for g in parents[level.level]) for level in between
        },
        counts=dict(_counts(edition, between)),
    )


def _sums(edition: Edition, levels: Sequence[LevelValues], k: int, p: int) -> dict[str, Floats]:
    sums = {
        level.level: np.where(
            level.state[k, p] == State.NUMBER, np.stack([level.numerator[k, p], level.denominator[k, p]]), np.nan
        )
        for level in levels
    }
    city = edition.city_sums
    if city is None:  # nothing is protected: the city is the sum of all
        city = np.stack([np.stack(city_counts(edition.panel, n)) for n in range(len(edition.panel.indicators))], axis=1)
    return {**sums, CITY: city[:, k, p : p + 1]}


def _counts(edition: Edition, levels: Sequence[LevelValues]) -> Iterator[tuple[Key, Counts]]:
    panel = edition.panel
    for k, indicator in enumerate(panel.indicators):
        for p, period in enumerate(panel.periods):
            state = panel.state[k, p]
            if (state == State.MISSING).all():
                continue
            cases = panel.numerator[k, p] if indicator.is_rate else panel.value[k, p]
            there = state == State.NUMBER
            yield (
                key_of(indicator, str(period)),
                Counts(
                    cases=np.where(there, cases, np.nan),
                    people=np.where(there, panel.denominator[k, p], np.nan),
                    hidden=state == State.PROTECTED,
                    apart=panel.apart[k, p] if panel.apart is not None else np.zeros_like(there),
                    sums=_sums(edition, levels, k, p) if indicator.is_rate else {},
                ),
            )


def key_of(indicator: Indicator, period: str) -> Key:
    """Return what an indicator counts in a period, however it is called and in whatever order its parts are named."""
    counted = indicator.numerator if indicator.is_rate else (indicator.value,)
    return tuple(sorted(counted)), tuple(sorted(indicator.denominator)), period


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the areas of now (A) lie in a release. ``parts``: the positions of all old areas that each shares ground
    with; ``whole``: it is made of just these, so that its old count is their sum.
    """

    parts: tuple[tuple[int, ...], ...]
    whole: Bools

    @cached_property
    def _flat(self) -> tuple[Ints, Ints]:
        """Return every pair of an area of now and an old area that share ground."""
        new = [a for a, part in enumerate(self.parts) for _old in part]
        old = [n for part in self.parts for n in part]
        return np.array(new, dtype=np.int64), np.array(old, dtype=np.int64)

    def taken(self, values: Floats) -> Floats:
        """Return the old counts of the areas of now, NaN where nobody could know them."""
        new, old = self._flat
        return np.where(self.whole, np.bincount(new, weights=values[old], minlength=len(self.parts)), np.nan)

    def any_part(self, marked: Bools) -> Bools:
        """Say for every area of now whether any old area that it shares ground with is marked."""
        new, old = self._flat
        return np.asarray(np.bincount(new, weights=marked[old], minlength=len(self.parts)) > 0)

    def split(self, shown: Bools) -> Ints:
        """Return for every area of now its old area, where this was shown and has been split; else -1."""
        halves = [
            part[0] if len(part) == 1 and not whole else -1 for part, whole in zip(self.parts, self.whole, strict=True)
        ]
        return np.array([old if old >= 0 and shown[old] else -1 for old in halves], dtype=np.int64)


def lay(panel: Panel, release: Released, crosswalk: Crosswalk | None) -> Places:
    """Return where the areas of now lie in a release: by the crosswalk from its areas, without one by equal keys."""
    index = {key: n for n, key in enumerate(release.areas)}
    if crosswalk is None:
        parts = tuple((index[key],) if key in index else () for key in panel.areas)
        return Places(parts=parts, whole=np.array([bool(part) for part in parts], dtype=np.bool_))
    olds: dict[str, list[tuple[int, float]]] = {}
    for old, new, share in zip(crosswalk.old, crosswalk.new, crosswalk.share, strict=True):
        if share > 0 and old in index:
            olds.setdefault(new, []).append((index[old], share))
    found = [olds.get(key, []) for key in panel.areas]
    whole = [bool(each) and all(share >= IDENTICAL for _old, share in each) for each in found]
    return Places(parts=tuple(tuple(old for old, _share in each) for each in found), whole=np.array(whole))


class Earlier:
    """All earlier releases beside a panel: what must stay hidden, what is known, which sums are known."""

    def __init__(
        self,
        panel: Panel,
        system: AreaSystem,
        released: Sequence[Released],
        crosswalks: Mapping[str, Crosswalk] | None = None,
    ) -> None:
        self.panel, self.system = panel, system
        self._groups: dict[tuple[int, str], tuple[Ints, Ints]] = {}
        self.releases = [(each, lay(panel, each, (crosswalks or {}).get(each.system))) for each in released]

    def hidden(self, rule: ProtectionRule) -> Bools:
        """Return the cells (K x P x A) that earlier releases ask to hide: hidden there, or telling a difference.

        Hidden once, hidden for ever: shown later, a cell would be subtracted from the earlier sums. A cell whose area
        has changed is hidden if so few people lie between its old and its new count that both together tell of them.
        """
        panel = self.panel
        hidden = np.zeros(panel.state.shape, dtype=np.bool_)
        for k, indicator in enumerate(panel.indicators):
            own = rule.at(self.system.finest.id, indicator.id)
            periods = {str(period): p for p, period in enumerate(panel.periods)}
            for release, places in self.releases:
                for key, counts in release.counts.items():
                    if key[2] in periods and counts.hidden.any() and _same_people(indicator, key):
                        hidden[k, periods[key[2]]] |= places.any_part(counts.hidden)
            for period, p in periods.items():
                for release, places, counts in self._same(indicator, period):
                    if release.system != self.system.id:
                        hidden[k, p] |= _few_between(panel, k, p, places, counts, own)
        return np.asarray(hidden & (panel.state != State.MISSING))

    def _same(self, indicator: Indicator, period: str) -> Iterator[tuple[Released, Places, Counts]]:
        for release, places in self.releases:
            counts = release.counts.get(key_of(indicator, period))
            if counts is not None:
                yield release, places, counts

    def before(
        self, k: int, p: int, counts: Floats, others: bool, levels: Sequence[tuple[LevelValues, Ints]]
    ) -> tuple[Before, list[Bools], Ints]:
        """Return what is known of an indicator's counts in a period, the groups that were closed before, and for every
        area the old area whose shown count it is a part of (-1: none).

        ``counts`` (A): those of now, the cases or the ``others``; ``levels`` with the group of every area.
        """
        sizes = [int(groups.max(initial=-1)) + 1 for _level, groups in levels]
        found = Before.nothing(counts.size, sizes)
        closed = [np.zeros(size, dtype=np.bool_) for size in sizes]
        split = np.full(counts.size, -1, dtype=np.int64)
        for release, places, old in self._same(self.panel.indicators[k], str(self.panel.periods[p])):
            known = places.taken(old.people - old.cases if others else old.cases)
            shown = np.isfinite(known)
            gone = places.any_part(old.hidden)
            halves = places.split(np.isfinite(old.cases))
            split = np.where(split >= 0, split, halves)
            found = replace(
                found,
                shown=found.shown | shown,
                same=found.same | (shown & (known == counts)),
                summed=found.summed | places.any_part(old.hidden & ~old.apart) | (halves >= 0),
            )
            sums = []
            for n, (level, groups) in enumerate(levels):
                rows = self._sums_of(release, places, old, level, groups)
                told = np.isfinite(rows[0])
                found.told[n][:] |= told
                closed[n][np.unique(groups[gone & (groups >= 0) & ~told[groups]])] = True
                sums.append((groups, rows[1] - rows[0] if others else rows[0]))
            city = old.sums[CITY][:, 0] if CITY in old.sums else np.full(2, np.nan)
            left = city[1] - city[0] if others else city[0]
            sums.append((np.zeros(counts.size, dtype=np.int64), np.array([left])))
            moved = _moved(counts, known, places.any_part(old.hidden & ~old.apart), sums)
            found = replace(found, moved=found.moved | moved)
            for n, (_level, groups) in enumerate(levels):
                closed[n][np.unique(groups[moved & (groups >= 0)])] = True
        return found, closed, np.unique(split, return_inverse=True)[1] - int((split < 0).any())

    def _sums_of(self, release: Released, places: Places, old: Counts, level: LevelValues, groups: Ints) -> Floats:
        """Return cases and people (2 x G) that a release showed of groups over just the same areas, else NaN."""
        mark = (id(release), level.level)
        if mark not in self._groups:
            self._groups[mark] = _kept(release, level, places, groups)
        now, then = self._groups[mark]
        sums = np.full((2, int(groups.max(initial=-1)) + 1), np.nan)
        if level.level in old.sums:
            sums[:, now] = old.sums[level.level][:, then]
        return sums


def _same_people(indicator: Indicator, key: Key) -> bool:
    """Say whether an indicator is made from what a release counted (its denominator is no secret)."""
    counted, of, _period = key
    secret = {name.lstrip("-") for name in counted} - {name.lstrip("-") for name in of}
    return not secret.isdisjoint(indicator.variables)


def _few_between(panel: Panel, k: int, p: int, places: Places, old: Counts, rule: ProtectionRule) -> Bools:
    """Return the cells whose count differs from that of the old area by so few that these could be known."""
    now, people = panel.numerator[k, p], panel.denominator[k, p]
    if not panel.indicators[k].is_rate:
        return np.zeros(now.shape, dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        cases, all_ = np.abs(now - places.taken(old.cases)), np.abs(people - places.taken(old.people))
        few = (cases > 0) & (cases < rule.min_numerator)
        return np.asarray(few | ((all_ > 0) & (all_ < rule.min_denominator)))


def _moved(counts: Floats, known: Floats, hidden: Bools, sums: Sequence[tuple[Ints, Floats]]) -> Bools:
    """Return the earlier hidden cells of which an earlier sum says something else than their counts of now add up to.

    ``sums``: fine to coarse, the group of every cell and the old sum of every group (NaN: not shown); what a finer sum
    says of moved cells is taken out of the coarser ones.
    """
    moved = np.zeros_like(hidden)
    rest_of = np.zeros(counts.size)  # the old sum of moved cells, kept at the first of them
    for groups, old in sums:
        for g in np.flatnonzero(np.isfinite(old)):
            inside = groups == g
            unknown = inside & hidden & ~moved
            if not unknown.any() or not np.isfinite(counts[unknown]).all():
                continue
            rest = old[g] - np.nansum(known[inside & ~hidden]) - rest_of[inside].sum()
            if abs(rest - counts[unknown].sum()) > SAME:
                rest_of[np.flatnonzero(unknown)[0]] = rest
                moved |= unknown
    return moved


def _kept(release: Released, level: LevelValues, places: Places, groups: Ints) -> tuple[Ints, Ints]:
    """Return the groups of a level that a release had over just the same areas: their positions now and then."""
    if level.level not in release.groups:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    at = {key: n for n, key in enumerate(release.groups[level.level])}
    members: dict[str, set[int]] = {}
    for n, key in enumerate(release.parents[level.level]):
        members.setdefault(key, set()).add(n)
    found = []
    for g in range(int(groups.max(initial=-1)) + 1):
        key, inside = level.areas[g], np.flatnonzero(groups == g)
        olds = {old for a in inside for old in places.parts[a]}
        if key in at and places.whole[inside].all() and olds == members.get(key):
            found.append((g, at[key]))
    pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
