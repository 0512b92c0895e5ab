"""Boundaries of the coarser levels: whether each of the finest areas lies in the area that its key names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from nahraum.base import AreaSystem, BadInput, Issue, Severity, WrongRequest
from nahraum.base.areas import listed
from nahraum.base.language import gettext as _
from nahraum.places.boundaries import Boundaries
from nahraum.places.check import check_hierarchy
from nahraum.places.shapes import SURFACES, Spot
from nahraum.projects.file import AreasSpec, LevelSpec
from nahraum.projects.levels import filled, told_apart
from nahraum.sources.geo import GeoTable, read_geometry
from nahraum.sources.terms import SourceFile


@dataclass(frozen=True, kw_only=True)
class Above:
    """What the boundaries of coarser levels tell. ``outline``: shape of the whole city, where a file gives it."""

    sources: tuple[SourceFile, ...] = ()
    issues: tuple[Issue, ...] = ()
    spots: tuple[Spot, ...] = ()
    outline: Any = None


def read_above(spec: AreasSpec, folder: Path, *, for_names: bool = False) -> dict[str, GeoTable]:
    """Read the boundaries of every coarser level that has some, by level; ``for_names``: only those that name areas.

    Raises BadInput for a file that cannot be read.
    """
    return {
        level.id: _read(folder / level.geometry, level, spec)
        for level in spec.levels[1:]
        if level.geometry and (level.geometry_label or not for_names)
    }


def named_above(spec: AreasSpec, system: AreaSystem, tables: Mapping[str, GeoTable]) -> AreaSystem:
    """Return the system with the names that boundary files give to the areas of coarser levels.

    What a file leaves without a name keeps the one it has. Raises WrongRequest for a column that is not there.
    """
    for level in spec.levels[1:]:
        if not level.geometry_label or level.id not in tables:
            continue
        table = tables[level.id]
        labels = _column(level.geometry_label, table)
        names = {key: label.strip() for key, label in zip(_keys(level, table), labels, strict=True)}
        own = {area.key: replace(area, name=names.get(area.key) or area.name) for area in system.at(level.id)}
        own = told_apart(own)
        areas = tuple(own[area.key] if area.level == level.id else area for area in system.areas)
        system = replace(system, areas=areas)
    return system


def check_above(spec: AreasSpec, system: AreaSystem, finest: Boundaries, tables: Mapping[str, GeoTable]) -> Above:
    """Check the finest areas against the boundaries of every coarser level that has some.

    Raises WrongRequest for a column that is not there. Finest areas whose own shape is invalid are not judged.
    """
    sound = np.flatnonzero(shapely.is_valid(finest.geometry) & ~shapely.is_missing(finest.geometry))
    judged = Boundaries(keys=tuple(finest.keys[n] for n in sound), geometry=finest.geometry[sound], crs=finest.crs)
    sources, outline = [], None
    issues: list[Issue] = []
    spots: list[Spot] = []
    for level in spec.levels[1:]:
        if level.id not in tables:
            continue
        table = tables[level.id]
        sources.append(table.source)
        faults = [*table.issues, *_flat(table)]
        issues += faults
        if faults or not judged.keys:
            continue
        if not shapely.intersects(_hull(table.geometry), _hull(judged.geometry)):
            issues.append(elsewhere(table.source.file))
        elif level.all:
            outline = shapely.union_all(table.geometry)
        else:
            told, where = _compared(level, table, system, judged)
            issues += told
            spots += where
    return Above(sources=tuple(sources), issues=tuple(issues), spots=tuple(spots), outline=outline)


def elsewhere(file: str) -> Issue:
    """Return the warning that a layer has nothing to do with the areas."""
    return Issue(
        code="context-elsewhere",
        severity=Severity.WARNING,
        message="The layer lies wholly outside the areas.",
        remedy="Check the coordinate reference systems: crs and metric_crs in [areas].",
        file=file,
    )


def _read(path: Path, level: LevelSpec, spec: AreasSpec) -> GeoTable:
    try:
        return read_geometry(path, layer=level.geometry_layer, metric_crs=spec.metric_crs)
    except BadInput as error:
        if not spec.crs or all(issue.code != "crs-absent" for issue in error.issues):
            raise
        return read_geometry(path, layer=level.geometry_layer, crs=spec.crs, metric_crs=spec.metric_crs)


def _hull(geometry: Any) -> Any:
    return shapely.box(*shapely.total_bounds(geometry))


def _flat(table: GeoTable) -> list[Issue]:
    flat = np.flatnonzero(~shapely.is_missing(table.geometry) & ~np.isin(shapely.get_type_id(table.geometry), SURFACES))
    return [
        Issue(
            code="geometry-not-an-area",
            severity=Severity.ERROR,
            message="The shape of {area} is a {kind}, not an area.",
            remedy="Deliver areas (polygons).",
            file=table.source.file,
            row=int(n) + 1,
            params={"area": str(n + 1), "kind": table.geometry[n].geom_type},
        )
        for n in flat[:1]
    ]


def _compared(
    level: LevelSpec, table: GeoTable, system: AreaSystem, finest: Boundaries
) -> tuple[list[Issue], tuple[Spot, ...]]:
    keys = _keys(level, table)
    names = {area.key: area.name for area in system.at(level.id)}
    file = table.source.file
    doubled = [key for key, count in Counter(keys).items() if count > 1]
    if doubled:
        message = "{count} areas of the level “{level}” stand more than once in the boundary file: {areas}."
        remedy = "Merge the parts of each to one feature in the GIS, or correct the keys."
        return [_issue("area-doubled", Severity.ERROR, message, remedy, file, level, doubled, names)], ()
    if not names.keys() & set(keys):
        message = "None of the keys in the boundary file ({areas}) is one of the level “{level}” ({ours})."
        remedy = "Name the column in which the keys of the level stand."
        ours = ", ".join(list(names)[:3]) + " …"
        return [_issue("keys-foreign", Severity.ERROR, message, remedy, file, level, keys[:3], {}, ours=ours)], ()
    issues = []
    if absent := [key for key in names if key not in set(keys)]:
        message = "{count} areas of the level “{level}” have no boundary in this file: {areas}."
        remedy = "Ask for the boundaries; what belongs to these areas was not checked."
        issues.append(_issue("level-boundary-missing", Severity.WARNING, message, remedy, file, level, absent, names))
    if unused := [key for key in keys if key not in names]:
        message = "{count} areas in the boundary file are none of the level “{level}”: {areas}."
        remedy = "If they are not yours, nothing needs to be done."
        issues.append(_issue("level-boundary-unused", Severity.NOTICE, message, remedy, file, level, unused, {}))
    lies = {area.key: system.ancestor(area, level.id) for area in system.at(system.finest.id)}
    parents = {key: above.key for key, above in lies.items() if above}
    own = {area.key: area.name for area in system.at(system.finest.id)}
    coarse = Boundaries(keys=tuple(keys), geometry=table.geometry, crs=finest.crs)
    found = check_hierarchy(finest, coarse, parents, own, names, file=file)
    return [*issues, *found.issues], found.spots


def _keys(level: LevelSpec, table: GeoTable) -> list[str]:
    keys = _column(level.geometry_key or level.key, table)
    return [key.strip().zfill(level.prefix) if level.prefix else filled(key, level) for key in keys]


def _column(column: str, table: GeoTable) -> Sequence[str]:
    if column not in table.attributes:
        raise WrongRequest(
            _("The boundary file “{file}” has no column “{column}”. Found: {found}.").format(
                file=table.source.file, column=column, found=", ".join(table.attributes)
            )
        )
    return table.attributes[column]


def _issue(
    code: str,
    severity: Severity,
    message: str,
    remedy: str,
    file: str,
    level: LevelSpec,
    keys: Sequence[str],
    names: dict[str, str],
    **more: str,
) -> Issue:
    params = {"count": len(keys), "level": level.name, "areas": listed(keys, names), **more}
    return Issue(code=code, severity=severity, message=message, remedy=remedy, file=file, params=params)
