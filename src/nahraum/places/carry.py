"""Counts carried from one version of the areas to another: weights by ground or by people, sums kept.

Only counts are carried. A rate of the new areas is made from carried counts; a mean of old rates would be wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray

from nahraum.base import State, WrongRequest
from nahraum.base.cells import csv_text
from nahraum.base.language import gettext as _
from nahraum.places.boundaries import Boundaries
from nahraum.places.crosswalk import Crosswalk
from nahraum.places.versions import SLIVER, overlap_m2

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Weighted:
    """A crosswalk with what is uncertain about it.

    ``nowhere``: old areas that share no ground (or people) with any new one; the crosswalk does not name them.
    ``estimated``: old areas whose shares come from their ground because no population is known inside. ``uncovered``:
    share (0 to 1) of each old area's ground or people outside all new areas, where it is more than a sliver; its
    counts go to the new areas that it has.
    """

    crosswalk: Crosswalk
    nowhere: tuple[str, ...]
    estimated: tuple[str, ...]
    uncovered: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Carried:
    """Counts of the new areas (... x N) with their states.

    ``estimated``: share of each count (0 to 1) that comes from split areas, so that only the weights say whose it is;
    NaN where there is no count.
    """

    areas: tuple[str, ...]
    number: Floats
    state: NDArray[np.int8]
    estimated: Floats


def by_area(old: Boundaries, new: Boundaries, *, sliver: float = SLIVER) -> Weighted:
    """Return the crosswalk by ground: the share of each old area that lies in each new one.

    Shared ground up to ``sliver`` of the smaller area is a trace of drawing and counts for nobody; what remains of an
    old area adds up to 1.
    """
    common = overlap_m2(old, new)
    size_old, size_new = shapely.area(old.geometry), shapely.area(new.geometry)
    common[common <= sliver * np.minimum(size_old[:, None], size_new)] = 0.0
    return _weighted(old.keys, new.keys, common, size_old, sliver)


def by_people(
    old: Boundaries, new: Boundaries, finer: Boundaries, population: Sequence[float], *, sliver: float = SLIVER
) -> Weighted:
    """Return the crosswalk by people: ``finer`` areas (blocks, or points of addresses) say where they live.

    ``population``: of each finer area, in its order. A finer area that is cut is shared out by its ground; a point
    lies in the first area that holds it. Old areas in which nobody lives are shared out by ground and named as
    estimated. Raises WrongRequest for populations that are negative, unknown or do not belong to the finer areas.
    """
    people = np.asarray(population, dtype=np.float64)
    if people.shape != (len(finer.keys),) or not (np.isfinite(people) & (people >= 0)).all():
        raise WrongRequest(
            _("Each of the {count} finer areas needs one number of inhabitants, 0 or more.").format(
                count=len(finer.keys)
            )
        )
    ground = by_area(old, new, sliver=sliver)
    in_old, in_new = _shares_of(finer, old), _shares_of(finer, new)
    if (shapely.get_dimensions(finer.geometry) == 0).all():
        common = np.einsum("f,fo,fn->on", people, in_old, in_new, optimize=True)
    else:
        common = _cut(old, new, finer, people)
    living = people @ in_old
    allowed = np.zeros(common.shape, dtype=np.bool_)
    place_old, place_new = ({key: n for n, key in enumerate(each.keys)} for each in (old, new))
    for a, b in zip(ground.crosswalk.old, ground.crosswalk.new, strict=True):
        allowed[place_old[a], place_new[b]] = True
    found = _weighted(old.keys, new.keys, np.where(allowed, common, 0.0), living, sliver)
    bare = [key for key in found.nowhere if key not in ground.nowhere]
    extra = [
        (a, b, share)
        for a, b, share in zip(ground.crosswalk.old, ground.crosswalk.new, ground.crosswalk.share, strict=True)
        if a in bare
    ]
    pairs = [*zip(found.crosswalk.old, found.crosswalk.new, found.crosswalk.share, strict=True), *extra]
    pairs.sort(key=lambda pair: (place_old[pair[0]], place_new[pair[1]]))
    return Weighted(
        crosswalk=_crosswalk(pairs), nowhere=ground.nowhere, estimated=tuple(bare), uncovered=found.uncovered
    )


def carry(
    crosswalk: Crosswalk,
    areas: Sequence[str],
    new_areas: Sequence[str],
    number: Floats,
    state: NDArray[np.int8],
    *,
    whole: bool = False,
) -> Carried:
    """Carry counts (... x old ``areas``) to the new areas; what is known keeps its sum.

    A new area whose old ones are in part protected is protected, in part missing missing; *not applicable* parts count
    nothing, unless all are. ``whole``: each old count is shared out in whole people (largest remainder), so that sums
    are kept to the unit; otherwise to rounding. Raises WrongRequest for areas that the crosswalk does not name.
    """
    shares = _matrix(crosswalk, areas, new_areas)
    absent = [area for area, row in zip(areas, shares, strict=True) if not row.any()]
    if absent:
        raise WrongRequest(
            _("The crosswalk does not say what became of {areas}. Complete it first.").format(
                areas=", ".join(absent[:10])
            )
        )
    known = np.where(state == State.NUMBER, number, 0.0)
    parts = _whole_parts(known, shares) if whole else known[..., None] * shares
    carried = parts.sum(axis=-2)
    reached = shares > 0
    has = {each: ((state == each)[..., None] & reached).any(axis=-2) for each in State}
    new_state = np.select(
        [has[State.PROTECTED], has[State.MISSING], has[State.NUMBER], has[State.NOT_APPLICABLE]],
        [State.PROTECTED, State.MISSING, State.NUMBER, State.NOT_APPLICABLE],
        State.MISSING,
    ).astype(np.int8)
    there = new_state == State.NUMBER
    guessed = np.where(((shares > 0).sum(axis=1) > 1)[:, None], parts, 0.0).sum(axis=-2)
    split = np.divide(guessed, carried, out=np.zeros_like(carried), where=carried != 0)
    return Carried(
        areas=tuple(new_areas),
        number=np.where(there, carried, np.nan),
        state=new_state,
        estimated=np.where(there, split, np.nan),
    )


def to_csv(crosswalk: Crosswalk) -> str:
    """Return the crosswalk as the table that ``[[areas.earlier]]`` reads: columns old, new, share."""
    rows = zip(crosswalk.old, crosswalk.new, map(float, crosswalk.share), strict=True)
    return csv_text([("old", "new", "share"), *rows])


def to_toml(file: str, valid_to: date, id: str = "", name: str = "") -> str:
    """Return the section of the project file that reads the table ``file`` of an earlier version."""
    import tomli_w

    earlier = {"valid_to": valid_to, "crosswalk": file, "id": id, "name": name}
    return tomli_w.dumps({"areas": {"earlier": [{key: value for key, value in earlier.items() if value}]}})


def _weighted(old: Sequence[str], new: Sequence[str], common: Floats, whole: Floats, sliver: float) -> Weighted:
    total = common.sum(axis=1)
    pairs = [(old[o], new[n], float(common[o, n] / total[o])) for o, n in np.argwhere(common > 0).tolist()]
    missing = np.divide(whole - total, whole, out=np.zeros_like(total), where=whole > 0)
    return Weighted(
        crosswalk=_crosswalk(pairs),
        nowhere=tuple(key for key, ground in zip(old, total, strict=True) if ground == 0),
        estimated=(),
        uncovered={old[o]: float(missing[o]) for o in np.flatnonzero((missing > sliver) & (total > 0)).tolist()},
    )


def _crosswalk(pairs: Sequence[tuple[str, str, float]]) -> Crosswalk:
    old, new, share = zip(*pairs, strict=True) if pairs else ((), (), ())
    return Crosswalk(old=tuple(old), new=tuple(new), share=tuple(share))


def _shares_of(finer: Boundaries, areas: Boundaries) -> Floats:
    """Return the share of each finer area that lies in each area (finer x areas); a point lies in one."""
    found = np.zeros((len(finer.keys), len(areas.keys)))
    first, second = shapely.STRtree(areas.geometry).query(finer.geometry, predicate="intersects")
    size = shapely.area(finer.geometry)
    common = shapely.area(shapely.intersection(finer.geometry[first], areas.geometry[second]))
    found[first, second] = np.where(size[first] > 0, common / np.where(size[first] > 0, size[first], 1.0), 1.0)
    points = np.flatnonzero(size == 0)
    if points.size:
        only = np.zeros_like(found[points])
        only[np.arange(points.size), found[points].argmax(axis=1)] = found[points].max(axis=1)
        found[points] = only
    return found


def _cut(old: Boundaries, new: Boundaries, finer: Boundaries, people: Floats) -> Floats:
    """Return the people (old x new) of finer areas that may be cut by both."""
    found = np.zeros((len(old.keys), len(new.keys)))
    first, second = shapely.STRtree(new.geometry).query(old.geometry, predicate="intersects")
    pieces = shapely.intersection(old.geometry[first], new.geometry[second])
    block, piece = shapely.STRtree(pieces).query(finer.geometry, predicate="intersects")
    size = shapely.area(finer.geometry)
    part = shapely.area(shapely.intersection(finer.geometry[block], pieces[piece]))
    living = np.divide(people[block] * part, size[block], out=np.zeros_like(part), where=size[block] > 0)
    np.add.at(found, (first[piece], second[piece]), living)
    return found


def _matrix(crosswalk: Crosswalk, areas: Sequence[str], new_areas: Sequence[str]) -> Floats:
    place_old, place_new = ({key: n for n, key in enumerate(each)} for each in (areas, new_areas))
    shares = np.zeros((len(areas), len(new_areas)))
    for old, new, share in zip(crosswalk.old, crosswalk.new, crosswalk.share, strict=True):
        if old in place_old:
            if new not in place_new:
                raise WrongRequest(_("The crosswalk leads to “{area}”, which does not exist.").format(area=new))
            shares[place_old[old], place_new[new]] += share
    total = shares.sum(axis=1, keepdims=True)
    divided: Floats = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
    return divided


def _whole_parts(number: Floats, shares: Floats) -> Floats:
    """Share every count out in whole people: floors first, the rest to the largest remainders (... x old x new)."""
    exact = number[..., None] * shares
    parts = np.floor(exact)
    left = np.round(number - parts.sum(axis=-1))
    order = np.argsort(-(exact - parts), axis=-1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.broadcast_to(np.arange(shares.shape[1]), order.shape), axis=-1)
    more: Floats = parts + (place < left[..., None])
    return more
