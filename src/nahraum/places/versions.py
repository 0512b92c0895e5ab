"""Two versions of an area system side by side: what stayed, what was renamed, moved, split, merged, drawn anew.

Told by the ground that areas share; without boundaries by keys and names alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from nahraum.base import WrongRequest
from nahraum.base.areas import listed
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop, number
from nahraum.places.boundaries import Boundaries

Floats = NDArray[np.float64]
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
    overlap_m2: coo_array | None

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
    bare_old, bare_new = (
        {key: each.names[key] for key in each.names if key not in drawn}
        for each, drawn in ((old, set(old.boundaries.keys)), (new, set(new.boundaries.keys)))
    )
    return VersionComparison(changes=(*found, *_by_name(bare_old, bare_new)), overlap_m2=common)


def overlap_m2(old: Boundaries, new: Boundaries) -> coo_array:
    """Return the ground in m² that each old area shares with each new one (old x new, only where they touch)."""
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
    common = shapely.area(shapely.intersection(old.geometry[first], new.geometry[second]))
    return coo_array((common, (first, second)), shape=(len(old.keys), len(new.keys)))


def _by_ground(old: Version, new: Version, common: coo_array, sliver: float) -> list[Change]:
    assert old.boundaries is not None
    assert new.boundaries is not None
    size_old, size_new = (shapely.area(each.geometry) for each in (old.boundaries, new.boundaries))
    rows, size = len(size_old), np.r_[size_old, size_new]
    first, second = _linked(common, size_old, size_new, sliver)
    graph = csr_array((np.ones(first.size), (first, rows + second)), shape=(size.size, size.size))
    count, part = connected_components(graph, directed=False)
    left, right = part[common.row], part[rows + common.col]
    shared = np.bincount(left[left == right], weights=common.data[left == right], minlength=count)
    either = np.bincount(part, weights=size, minlength=count) - shared
    members: dict[int, tuple[list[str], list[str]]] = {}
    for n, label in enumerate(part.tolist()):
        keys = members.setdefault(label, ([], []))
        if n < rows:
            keys[0].append(old.boundaries.keys[n])
        else:
            keys[1].append(new.boundaries.keys[n - rows])
    changes = []
    for label, (keys_old, keys_new) in members.items():
        share = float(1 - shared[label] / either[label]) if either[label] > 0 else 0.0
        changes.append(_change(keys_old, keys_new, old.names, new.names, max(share, 0.0), sliver))
    return changes


def _linked(common: coo_array, size_old: Floats, size_new: Floats, sliver: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the pairs of old and new areas (their positions) of which one became the other, or a part of it."""
    first, second = common.row, common.col
    real = common.data > sliver * np.minimum(size_old[first], size_new[second])
    first, second, ground = first[real], second[real], common.data[real]
    mostly = (ground > MAIN * size_old[first]) | (ground > MAIN * size_new[second])
    # What lies mostly nowhere was divided among several: it belongs to all of them.
    scattered = ~np.isin(first, first[mostly]) | ~np.isin(second, second[mostly])
    return first[mostly | scattered], second[mostly | scattered]


def _by_name(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """Compare by key; a key that is not there any more is looked for under its name."""
    nothing = float("nan")
    called_old, called_new = Counter(old.values()), Counter(new.values())
    fresh = {name: key for key, name in new.items() if key not in old and called_new[name] == 1}
    changes = []
    for key, name in old.items():
        alone = called_old[name] == 1
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
