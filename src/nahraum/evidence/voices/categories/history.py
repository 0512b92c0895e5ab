"""The versions of a category system, and where every coding stands after them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from nahraum.evidence.voices.categories.changes import (
    Add,
    Change,
    Decide,
    Merge,
    Remove,
    Rename,
    Replace,
    Split,
    apply,
    told,
)
from nahraum.evidence.voices.categories.terms import System
from nahraum.evidence.voices.codings import Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version and the sentence that says how it came about (empty for the first)."""

    system: System
    sentence: str


def history(first: System, changes: Sequence[Change], *, used: Collection[str] = frozenset()) -> tuple[Version, ...]:
    """Return all versions, the first included, each with its sentence in the reader's language."""
    versions = [Version(system=first, sentence="")]
    for change in changes:
        before = versions[-1].system
        versions.append(Version(system=apply(before, change, used=used), sentence=told(before, change)))
    return tuple(versions)


class Standing(IntEnum):
    """Whether it is settled where a coding belongs."""

    SETTLED = 0
    UNDECIDED = 1  # its category was split, and nobody decided yet which part it goes to
    TO_RECODE = 2  # its category belongs to a system that was replaced


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """Where N codings stand: ``code`` numbers ``ids``; ``standing``: N values of `Standing`."""

    code: Ints
    ids: tuple[str, ...]
    standing: NDArray[np.int8]


def follow(coding: Ints, code: Ints, ids: Sequence[str], changes: Sequence[Change]) -> Followed:
    """Say where each coding stands after the changes.

    ``coding``: N ids of codings; ``code``: N numbers into ``ids``, the categories they were made with, at any version:
    a category that left takes no new codings, so the time of a coding need not be known.
    """
    known = list(dict.fromkeys([*ids, *(id for change in changes for id in _targets(change))]))
    number = {id: n for n, id in enumerate(known)}
    now = code.astype(np.int64)  # a copy
    standing = np.full(len(now), Standing.SETTLED, dtype=np.int8)
    for n, change in enumerate(changes):
        match change:
            case Merge() if change.id in number:
                here = now == number[change.id]
                now[here] = number[change.into]
                standing[here] = Standing.SETTLED
            case Split() | Decide() if change.id in number:
                here = now == number[change.id]
                standing[here] = Standing.UNDECIDED
                _share_out(coding, now, standing, np.flatnonzero(here), change.decided, number)
            case Replace():
                new = _brought(changes[n:])
                standing[~np.isin(now, [each for id, each in number.items() if id in new])] = Standing.TO_RECODE
            case _:
                pass
    return Followed(now, tuple(known), standing)


def _brought(changes: Sequence[Change]) -> dict[str, str]:
    """Return the ids of all categories that these changes brought, with their names."""
    found: dict[str, str] = {}
    for change in changes:
        match change:
            case Add():
                found[change.category.id] = change.category.name
            case Split():
                found |= {part.id: part.name for part in change.parts}
            case Replace():
                found |= {category.id: category.name for category in change.new.categories}
            case _:
                pass
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Every category that ever was. ``names``: the last of each id; ``stands``: where its codings stand, at itself or
    at what it was merged into; of a removed one, nowhere.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    stands: Mapping[str, str] = field(default_factory=dict)

    def former(self, system: System) -> dict[str, str]:
        """Return the categories that are not in force and that codings may still stand at, with their names."""
        here = {each.id for each in system.categories}
        return {id: self.names[id] for id, at in self.stands.items() if id == at and id not in here}


def lineage(first: System, changes: Sequence[Change]) -> Lineage:
    """Follow every category through all changes."""
    names = {each.id: each.name for each in first.categories}
    stands = {id: id for id in names}
    for change in changes:
        match change:
            case Rename():
                names[change.id] = change.name
            case Merge():
                stands = {id: change.into if at == change.id else at for id, at in stands.items()}
            case Remove():
                stands = {id: at for id, at in stands.items() if at != change.id}
            case _:
                new = _brought([change])
                names |= new
                stands |= {id: id for id in new}
    return Lineage(names=names, stands=stands)


def _targets(change: Change) -> tuple[str, ...]:
    match change:
        case Merge():
            return (change.into,)
        case Split():
            return tuple(part.id for part in change.parts)
        case Decide():
            return tuple(change.decided.values())
        case _:
            return ()


def _share_out(
    coding: Ints,
    now: Ints,
    standing: NDArray[np.int8],
    here: Ints,
    decided: Mapping[int, str],
    number: Mapping[str, int],
) -> None:
    """Send those of the codings ``here`` that are decided to their parts, in place."""
    if not decided:
        return
    keys = np.array(sorted(decided), dtype=np.int64)
    parts = np.array([number[decided[key]] for key in keys.tolist()])
    at = np.minimum(np.searchsorted(keys, coding[here]), len(keys) - 1)
    found = keys[at] == coding[here]
    now[here[found]] = parts[at[found]]
    standing[here[found]] = Standing.SETTLED


def elsewhere(codings: Mapping[int, str], changes: Sequence[Change]) -> dict[int, str]:
    """Return the codings (id: category) that stand at another category after the changes, with that category."""
    ids = list(dict.fromkeys(codings.values()))
    number = {id: n for n, id in enumerate(ids)}
    keys = np.fromiter(codings, dtype=np.int64, count=len(codings))
    code = np.array([number[id] for id in codings.values()], dtype=np.int64)
    after = follow(keys, code, ids, changes)
    gone = np.flatnonzero(after.code != code)
    return {int(keys[n]): after.ids[after.code[n]] for n in gone}
