"""Two versions of an area system side by side: what stayed, what was renamed, moved, split, merged, drawn anew.

Told by the ground that areas share; without boundaries by keys and names alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from nahraum.base import WrongRequest
from nahraum.base.areas import listed
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop, number
from nahraum.places.boundaries import Boundaries

SLIVER = 0.005  # share of the smaller area up to which shared ground is a trace of drawing
MAIN = 0.5  # an area has become another if more than half of either lies in the other


class Fate(StrEnum):
    """What became of areas from one version to the next."""

    UNCHANGED = "unchanged"
    RENAMED = "renamed"
    KEY_CHANGED = "key_changed"
    BOUNDARY_CHANGED = "boundary_changed"
    SPLIT = "split"
    MERGED = "merged"
    REDRAWN = "redrawn"  # several became several others
    NEW = "new"
    GONE = "gone"


SENTENCES = {
    Fate.UNCHANGED: gettext_noop("{new} is unchanged."),
    Fate.RENAMED: gettext_noop("{old} is now called {new}."),
    Fate.KEY_CHANGED: gettext_noop("{old} now has the key of {new}."),
    Fate.BOUNDARY_CHANGED: gettext_noop("The boundary of {new} has changed: {share} % of its ground differ."),
    Fate.SPLIT: gettext_noop("{old} was split into {new}."),
    Fate.MERGED: gettext_noop("{old} were merged into {new}."),
    Fate.REDRAWN: gettext_noop("{old} became {new}, drawn anew."),
    Fate.NEW: gettext_noop("{new} is new."),
    Fate.GONE: gettext_noop("{old} is gone."),
}


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a level: key -> name in delivery order, and its boundaries, if there are any."""

    names: Mapping[str, str]
    boundaries: Boundaries | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of ``old`` areas, which are now ``new`` ones.

    ``share``: ground that only one of both sides covers, of what either covers (0 to 1); NaN without boundaries.
    ``renamed``, ``key_changed``: one area whose name or key differs, whatever became of its boundary.
    """

    fate: Fate
    old: tuple[str, ...]
    new: tuple[str, ...]
    share: float
    renamed: bool
    key_changed: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class VersionComparison:
    """All changes, old areas in their order, new ones last; ``overlap_m2``: old x new shared ground (None without
    boundaries).
    """

    changes: tuple[Change, ...]
    overlap_m2: NDArray[np.float64] | None

    def of(self, fate: Fate) -> tuple[Change, ...]:
        """Return the changes of one kind."""
        return tuple(change for change in self.changes if change.fate is fate)

    def plain(self) -> dict[str, Any]:
        """Return everything as plain data: how many of each kind, and the changes."""
        return {
            "counts": {fate.value: len(self.of(fate)) for fate in Fate},
            "changes": [
                {
                    "fate": change.fate.value,
                    "old": list(change.old),
                    "new": list(change.new),
                    "share": None if np.isnan(change.share) else round(change.share, 6),
                    "renamed": change.renamed,
                    "key_changed": change.key_changed,
                    "sentence": change.sentence,
                }
                for change in self.changes
            ],
        }


def compare_versions(old: Version, new: Version, *, sliver: float = SLIVER) -> VersionComparison:
    """Say what became of every area; each old and each new area stands in exactly one change.

    ``sliver``: share of the smaller area up to which shared ground counts as a trace of drawing, and up to which a
    boundary counts as the same. Areas without a boundary are compared by key and name. Raises WrongRequest for
    boundaries in different coordinate systems and for a sliver outside 0 to 0.5.
    """
    if not 0 <= sliver < MAIN:
        raise WrongRequest(_("The tolerance is a share from 0 to below 0.5, not {value}.").format(value=sliver))
    if old.boundaries is None or new.boundaries is None:
        return VersionComparison(changes=tuple(_by_name(old.names, new.names)), overlap_m2=None)
    common = overlap_m2(old.boundaries, new.boundaries)
    found = _by_ground(old, new, common, sliver)
    bare_old = {key: name for key, name in old.names.items() if key not in old.boundaries.keys}
    bare_new = {key: name for key, name in new.names.items() if key not in new.boundaries.keys}
    return VersionComparison(changes=(*found, *_by_name(bare_old, bare_new)), overlap_m2=common)


def overlap_m2(old: Boundaries, new: Boundaries) -> NDArray[np.float64]:
    """Return the ground in m² that each old area shares with each new one (old x new)."""
    if old.crs != new.crs:
        raise WrongRequest(
            _("The two versions are drawn in different coordinate systems ({old}, {new}).").format(
                old=old.crs, new=new.crs
            )
        )
    for boundaries in (old, new):
        if not shapely.is_valid(boundaries.geometry).all():
            raise WrongRequest(_("Some boundaries are not valid. Check and repair them first."))
    first, second = shapely.STRtree(new.geometry).query(old.geometry, predicate="intersects")
    found = np.zeros((len(old.keys), len(new.keys)))
    found[first, second] = shapely.area(shapely.intersection(old.geometry[first], new.geometry[second]))
    return found


def _by_ground(old: Version, new: Version, common: NDArray[np.float64], sliver: float) -> list[Change]:
    assert old.boundaries is not None
    assert new.boundaries is not None
    size_old, size_new = (shapely.area(each.geometry) for each in (old.boundaries, new.boundaries))
    smaller = np.minimum(size_old[:, None], size_new)
    real = common > sliver * smaller
    linked = real & ((common > MAIN * size_old[:, None]) | (common > MAIN * size_new))
    # What lies mostly nowhere was divided among several: it belongs to all of them.
    linked |= real & (~linked.any(axis=1, keepdims=True) | ~linked.any(axis=0, keepdims=True))
    rows, columns = len(size_old), len(size_new)
    first, second = np.nonzero(linked)
    graph = csr_array((np.ones(first.size), (first, rows + second)), shape=(rows + columns, rows + columns))
    _count, part = connected_components(graph, directed=False)
    changes = []
    for label in dict.fromkeys(part.tolist()):
        members = np.flatnonzero(part == label)
        left, right = members[members < rows], members[members >= rows] - rows
        keys_old = tuple(old.boundaries.keys[n] for n in left)
        keys_new = tuple(new.boundaries.keys[n] for n in right)
        shared = common[np.ix_(left, right)].sum()
        either = size_old[left].sum() + size_new[right].sum() - shared
        share = float(1 - shared / either) if either > 0 else 0.0
        changes.append(_change(keys_old, keys_new, old.names, new.names, max(share, 0.0), sliver))
    return changes


def _by_name(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """Compare by key; a key that is not there any more is looked for under its name."""
    nothing = float("nan")
    fresh = {name: key for key, name in new.items() if key not in old and list(new.values()).count(name) == 1}
    changes = []
    for key, name in old.items():
        alone = list(old.values()).count(name) == 1
        partner = key if key in new else fresh.pop(name, "") if alone and name != key else ""
        changes.append(_change((key,), (partner,) if partner else (), old, new, nothing, 0.0))
    met = {key for change in changes for key in change.new}
    return changes + [_change((), (key,), old, new, nothing, 0.0) for key in new if key not in met]


def _change(
    old: Sequence[str],
    new: Sequence[str],
    names_old: Mapping[str, str],
    names_new: Mapping[str, str],
    share: float,
    sliver: float,
) -> Change:
    single = len(old) == len(new) == 1
    renamed = single and names_old.get(old[0], old[0]) != names_new.get(new[0], new[0])
    key_changed = single and old[0] != new[0]
    fate = _fate(len(old), len(new))
    if fate is Fate.UNCHANGED:
        if share > sliver:
            fate = Fate.BOUNDARY_CHANGED
        elif key_changed:
            fate = Fate.KEY_CHANGED
        elif renamed:
            fate = Fate.RENAMED
    sentence = _(SENTENCES[fate]).format(
        old=listed(old, names_old), new=listed(new, names_new), share="–" if np.isnan(share) else number(100 * share, 1)
    )
    return Change(
        fate=fate,
        old=tuple(old),
        new=tuple(new),
        share=share,
        renamed=renamed,
        key_changed=key_changed,
        sentence=sentence,
    )


def _fate(old: int, new: int) -> Fate:
    if not old:
        return Fate.NEW
    if not new:
        return Fate.GONE
    if old == 1:
        return Fate.UNCHANGED if new == 1 else Fate.SPLIT
    return Fate.MERGED if new == 1 else Fate.REDRAWN
