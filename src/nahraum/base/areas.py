"""Areas and the systems that divide a city into them.

An *area* is a stable identity; its code, name and parent belong to a version of an area system. Geometry is kept apart
(``nahraum.places``), so that everything here works without a map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from nahraum.base.errors import WrongRequest
from nahraum.base.language import gettext as _


def named(key: str, names: Mapping[str, str]) -> str:
    """Return an area as a sentence names it: name and key once each, or the key alone where there is no other name."""
    name = names.get(key, "").removesuffix(f" ({key})")  # a name that several areas have holds the key already
    return f"{name} ({key})" if name not in ("", key) else key


def listed(keys: Sequence[str], names: Mapping[str, str], most: int = 10) -> str:
    """Return areas as a sentence lists them; beyond ``most`` they are counted."""
    more = f" … (+{len(keys) - most})" if len(keys) > most else ""
    return ", ".join(named(key, names) for key in keys[:most]) + more


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One storey of an area system: quarter, social space, district, city."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area in one version of an area system.

    ``parent`` is the key of the area of the next higher level, if any; ``also`` names the areas of further levels
    that it lies in and that do not nest in the next one (counties lie in planning regions and in NUTS regions): level
    -> key.
    """

    key: str
    name: str
    level: str
    parent: str | None = None
    also: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AreaSystem:
    """One version of a division of the city, levels from fine to coarse, valid from ``valid_from`` to ``valid_to``
    (included).

    Areas of the finest level come in delivery order; keys are unique within a level.
    """

    id: str
    name: str
    levels: tuple[Level, ...]
    areas: tuple[Area, ...]
    valid_from: date | None = None
    valid_to: date | None = None
    corrections: tuple[str, ...] = field(default=())

    @cached_property
    def _by_level(self) -> Mapping[str, dict[str, Area]]:
        table: dict[str, dict[str, Area]] = {level.id: {} for level in self.levels}
        for area in self.areas:
            if area.key in table[area.level]:
                raise AssertionError(f"area {area.key} stands twice in level {area.level}")
            table[area.level][area.key] = area
        return table

    @property
    def finest(self) -> Level:
        """Return the level at which values are delivered."""
        return self.levels[0]

    def at(self, level: str) -> tuple[Area, ...]:
        """Return the areas of one level, in delivery order."""
        if level not in self._by_level:
            known = ", ".join(storey.id for storey in self.levels)
            raise WrongRequest(_("There is no level “{level}”. Levels: {known}.").format(level=level, known=known))
        return tuple(self._by_level[level].values())

    def find(self, key: str, level: str | None = None) -> Area | None:
        """Return the area with this key in this level (finest if not given), or None."""
        return self._by_level[level or self.finest.id].get(key)

    def ancestor(self, area: Area, level: str) -> Area | None:
        """Return the area of a higher level that this area lies in, or None if it lies in none."""
        if area.level == level:
            return area
        ids = [storey.id for storey in self.levels]
        above = dict(area.also)
        if area.parent is not None:
            above[ids[ids.index(area.level) + 1]] = area.parent
        if level in above:
            return self._by_level[level].get(above[level])
        for storey, key in above.items():
            nearer = self._by_level[storey].get(key)
            found = self.ancestor(nearer, level) if nearer else None
            if found is not None:
                return found
        return None
