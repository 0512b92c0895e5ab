"""What was released earlier, as far as protection has to remember it: shown counts, hidden cells, shown sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _

FORMAT = 1
CITY = ""  # the level of the whole city
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Key = tuple[tuple[str, ...], tuple[str, ...], str]  # what is counted, out of whom, period


@dataclass(frozen=True, kw_only=True)
class Counts:
    """One count of one period in every area (A): ``cases`` out of ``people`` (NaN where they were not shown).

    ``hidden``: the area's value was protected; ``apart``: and the value of the city left it out. ``sums``: level ->
    shown sums by group, 2 x G: cases and people, NaN where the sum was not shown; CITY has one group, all areas.
    """

    cases: Floats
    people: Floats
    hidden: Bools
    apart: Bools
    sums: Mapping[str, Floats]


@dataclass(frozen=True, kw_only=True)
class Released:
    """An earlier edition as everybody could read it.

    ``parents``: level -> key of the group of every area (empty: none); ``groups``: level -> keys of its groups.
    """

    id: str
    date: str
    system: str
    areas: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    parents: Mapping[str, tuple[str, ...]]
    counts: Mapping[Key, Counts]


def to_json(released: Released) -> dict[str, Any]:
    """Return a release as plain data, numbers as they were shown."""
    return {
        "format": FORMAT,
        "id": released.id,
        "date": released.date,
        "system": released.system,
        "areas": list(released.areas),
        "groups": {level: list(keys) for level, keys in released.groups.items()},
        "parents": {level: list(keys) for level, keys in released.parents.items()},
        "counts": [
            {
                "counted": list(counted),
                "of": list(of),
                "period": period,
                "cases": _plain(found.cases),
                "people": _plain(found.people),
                "hidden": np.flatnonzero(found.hidden).tolist(),
                "apart": np.flatnonzero(found.apart).tolist(),
                "sums": {level: [_plain(row) for row in sums] for level, sums in found.sums.items()},
            }
            for (counted, of, period), found in released.counts.items()
        ],
    }


def from_json(data: Mapping[str, Any]) -> Released:
    """Return the release that ``to_json`` wrote; WrongRequest for another format."""
    if data.get("format") != FORMAT:
        raise WrongRequest(
            _("This record of what was released is of format {found}; this version reads format {known}.").format(
                found=data.get("format", "?"), known=FORMAT
            )
        )
    areas = tuple(data["areas"])
    return Released(
        id=data["id"],
        date=data["date"],
        system=data["system"],
        areas=areas,
        groups={level: tuple(keys) for level, keys in data["groups"].items()},
        parents={level: tuple(keys) for level, keys in data["parents"].items()},
        counts={
            (tuple(each["counted"]), tuple(each["of"]), each["period"]): Counts(
                cases=_array(each["cases"]),
                people=_array(each["people"]),
                hidden=_chosen(each["hidden"], len(areas)),
                apart=_chosen(each["apart"], len(areas)),
                sums={level: np.stack([_array(row) for row in sums]) for level, sums in each["sums"].items()},
            )
            for each in data["counts"]
        },
    )


def _plain(values: Floats) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def _array(values: list[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _chosen(places: list[int], size: int) -> Bools:
    found = np.zeros(size, dtype=np.bool_)
    found[places] = True
    return found
