"""The coarser levels of an edition in the atlas: their values as published, their outlines made of the areas' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from nahraum.evidence.indicators.show import classes
from nahraum.places.degrees import dissolved
from nahraum_site.indicators.models import Edition
from nahraum_site.indicators.queries import Placed, View, by_value, held, shapes
from nahraum_site.places.models import Area


@dataclass(frozen=True, kw_only=True)
class Level:
    """A level: names by key, which finest areas lie in which of its areas, values by layer and period.

    ``values``: layer -> period -> (state, value, whether every area below had a value) in the order of ``names``.
    """

    id: str
    name: str
    names: Mapping[str, str]
    members: Mapping[str, Sequence[str]]
    values: Mapping[str, Mapping[str, Sequence[tuple[int, float | None, bool]]]]

    @cached_property
    def above(self) -> dict[str, str]:
        """Return finest area -> area of this level."""
        return {key: own for own, keys in self.members.items() for key in keys}

    def incomplete(self, layer: str, period: str) -> list[str]:
        """Return the names of areas whose value leaves out areas below that have none."""
        rows = zip(self.names.values(), self.values.get(layer, {}).get(period, ()), strict=False)
        return [name for name, (_state, value, complete) in rows if value is not None and not complete]


def levels_of(edition: Edition) -> list[Level]:
    """Return the levels between the finest areas and the city, fine to coarse. One question, none the next time."""
    return list(held(edition, _levels_of))


def _levels_of(edition: Edition) -> list[Level]:
    return [_level(each) for each in Edition.objects.values_list("levels", flat=True).get(pk=edition.pk)]


def _level(kept: Mapping[str, Any]) -> Level:
    return Level(
        id=kept["id"],
        name=kept["name"],
        names={key: name for key, name, _members in kept["areas"]},
        members={key: members for key, _name, members in kept["areas"]},
        values=kept["values"],
    )


def level_asked(edition: Edition, id: str, *views: View | None) -> Level | None:
    """Return the level that an address names; None for the finest, and where a layer has values of that one only."""
    if not id or any(view and view.layer.kind != "indicator" for view in views):
        return None
    return next((each for each in levels_of(edition) if each.id == id), None)


def at_level(view: View, level: Level) -> View:
    """Return a view whose cells are those of a coarser level, in the classes of the finest areas."""
    rows = level.values.get(view.layer.key, {}).get(view.period.period, ())
    limits = [limit for limit in view.period.limits if limit is not None]
    numbers = classes.numbers_of([value for _state, value, _complete in rows], limits)
    cells = [
        Placed(Area(key=key, name=name), view.period.period, state, value, class_number=number)
        for (key, name), (state, value, _complete), number in zip(level.names.items(), rows, numbers, strict=False)
    ]
    return replace(view, cells=by_value(cells), level=level)


def outlines(edition: Edition, level: Level | None) -> dict[str, Any]:
    """Return key -> GeoJSON geometry of the finest areas, or of those of a level. One question; none the next time
    for a level.
    """
    return held(edition, _outlines_of)[level.id] if level else _shapes_of(edition)


def _outlines_of(edition: Edition) -> dict[str, dict[str, Any]]:
    finest = _shapes_of(edition)
    return {level.id: dissolved(finest, level.members) for level in levels_of(edition)}


def _shapes_of(edition: Edition) -> dict[str, Any]:
    return {area.key: area.geometry for area in shapes(edition)}
