"""The levels between the finest areas and the city as plain rows: the values that the open data hold, too."""

from __future__ import annotations

from typing import Any

import numpy as np

from nahraum.base import State
from nahraum.evidence.indicators.edition import Edition, LevelValues
from nahraum.evidence.indicators.levels import is_whole, parents_of
from nahraum.evidence.indicators.show.rows import number_or_none


def between(edition: Edition) -> list[LevelValues]:
    """Return the levels that are neither the finest nor the whole city, fine to coarse."""
    return [
        level
        for level in edition.levels
        if not is_whole(parents_of(edition.panel, edition.system, level.level), len(level.areas))
    ]


def level_rows(edition: Edition) -> list[dict[str, Any]]:
    """Return each of these levels as JSON: id, name, areas (key, name, keys of the finest areas in it), and values.

    ``values``: indicator -> period -> a triple for each area: state, value or None, whether every area below has one.
    """
    return [_row(edition, level) for level in between(edition)]


def _row(edition: Edition, level: LevelValues) -> dict[str, Any]:
    panel, parent = edition.panel, parents_of(edition.panel, edition.system, level.level)
    names = {area.key: area.name for area in edition.system.at(level.level)}
    called = next(storey.name for storey in edition.system.levels if storey.id == level.level)
    inside = [[panel.areas[a] for a in np.flatnonzero(parent == g)] for g in range(len(level.areas))]
    values: dict[str, dict[str, list[list[Any]]]] = {}
    for k, indicator in enumerate(panel.indicators):
        for p, period in enumerate(panel.periods):
            if (level.state[k, p] != State.MISSING).any():
                values.setdefault(indicator.id, {})[str(period)] = [
                    [int(level.state[k, p, g]), number_or_none(level.value[k, p, g]), bool(level.complete[k, p, g])]
                    for g in range(len(level.areas))
                ]
    areas = [[key, names.get(key, key), keys] for key, keys in zip(level.areas, inside, strict=True)]
    return {"id": level.level, "name": called, "areas": areas, "values": values}
