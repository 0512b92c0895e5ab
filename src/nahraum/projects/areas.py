"""From area files to an area system with boundaries: keys, names and parents of every level."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nahraum.base import Area, AreaSystem, BadInput, Issue, Level, Severity, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.placing import Earlier
from nahraum.places.boundaries import Boundaries
from nahraum.places.crosswalk import Crosswalk, issues_of
from nahraum.projects.file import AreasSpec, EarlierSpec, LevelSpec
from nahraum.sources import AttributeTable, read_attributes
from nahraum.sources.geo import GeoTable, read_geometry
from nahraum.sources.terms import Correction, SourceFile

GEOMETRY_FORMATS = (".geojson", ".gpkg", ".zip", ".shp")

Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Places:
    """The area system, its boundaries (if any), earlier versions and the files that they came from."""

    system: AreaSystem
    boundaries: Boundaries | None
    earlier: tuple[Earlier, ...]
    sources: tuple[SourceFile, ...]
    issues: tuple[Issue, ...]


def read_places(spec: AreasSpec, folder: Path) -> Places:
    """Read the area file(s) of a project.

    Raises BadInput for a file that cannot be used, WrongRequest for columns that are not there.
    """
    table = _delivered(folder, spec.file, spec)
    columns, notices = _corrected(table.attributes, spec.corrections, table.source.file)
    keep = [n for n, key in enumerate(columns[_column(spec.levels[0].key, columns)]) if key not in spec.skip]
    columns = {name: tuple(texts[n] for n in keep) for name, texts in columns.items()}
    _refuse_doubled(columns[spec.levels[0].key], spec.levels[0].key, table.source.file)
    system, sources = _system(spec, columns, folder, tuple(c.reason for c in spec.corrections))
    boundaries, geo_sources, geo_issues = _boundaries(spec, table, keep, columns, folder)
    earlier = tuple(_earlier(each, folder) for each in spec.earlier)
    return Places(
        system=system,
        boundaries=boundaries,
        earlier=tuple(version for version, _source in earlier),
        sources=(table.source, *sources, *geo_sources, *(source for _version, source in earlier)),
        issues=(
            *table.issues,
            *notices,
            *geo_issues,
            *(
                issue
                for version, source in earlier
                for issue in issues_of(version.crosswalk, tuple(dict.fromkeys(version.crosswalk.old)), source.file)
            ),
        ),
    )


def _delivered(folder: Path, file: str, spec: AreasSpec) -> GeoTable | AttributeTable:
    path = folder / file
    if path.suffix.lower() in GEOMETRY_FORMATS:
        return read_geometry(path, layer=spec.layer, crs=spec.crs, metric_crs=spec.metric_crs)
    return read_attributes(path, sheet=spec.layer, header_row=spec.header_row)


def _column(name: str, columns: Columns) -> str:
    if name not in columns:
        raise WrongRequest(
            _("The area file has no column “{column}”. Found: {found}.").format(column=name, found=", ".join(columns))
        )
    return name


def _corrected(
    columns: Columns, corrections: Sequence[Correction], file: str
) -> tuple[dict[str, tuple[str, ...]], list[Issue]]:
    """Apply documented corrections; each is told as a notice with its reason, one that fits nothing is refused."""
    changed = {name: list(texts) for name, texts in columns.items()}
    notices = []
    for correction in corrections:
        for name in (*correction.where, *correction.set):
            _column(name, columns)
        rows = [
            n
            for n in range(len(next(iter(columns.values()))))
            if all(changed[name][n] == text for name, text in correction.where.items())
        ]
        if correction.nth:
            rows = rows[correction.nth - 1 : correction.nth]
        if len(rows) != 1:
            raise WrongRequest(
                _("The correction “{reason}” fits {count} areas; it must fit exactly one.").format(
                    reason=correction.reason, count=len(rows)
                )
            )
        for name, text in correction.set.items():
            changed[name][rows[0]] = text
        notices.append(
            Issue(
                code="correction-applied",
                severity=Severity.NOTICE,
                message="Corrected as the project file says: {reason}",
                file=file,
                params={"reason": correction.reason},
            )
        )
    return {name: tuple(texts) for name, texts in changed.items()}, notices


def _refuse_doubled(keys: Sequence[str], column: str, file: str) -> None:
    """Refuse area keys that occur twice: one of the two areas carries a wrong one."""
    seen: dict[str, int] = {}
    issues = []
    for n, key in enumerate(keys, start=1):
        if key in seen:
            issues.append(
                Issue(
                    code="area-doubled",
                    severity=Severity.ERROR,
                    message="The area key occurs twice (features {first} and {second}); another area may be missing.",
                    remedy="Correct the file, or name the right key under [[areas.corrections]].",
                    file=file,
                    row=n,
                    column=column,
                    value=key,
                    params={"first": seen[key], "second": n},
                )
            )
        seen.setdefault(key, n)
    if issues:
        raise BadInput(issues)


def _system(
    spec: AreasSpec, columns: Columns, folder: Path, corrections: tuple[str, ...]
) -> tuple[AreaSystem, list[SourceFile]]:
    """Build every level: from columns of the area file, from a table of its own, from a prefix or as one whole."""
    finest = spec.levels[0]
    keys = [_filled(key, finest) for key in columns[_column(finest.key, columns)]]
    shown = columns[_column(finest.label, columns)] if finest.label else keys
    names = [_part(label, finest.label_pattern) for label in shown]
    found: dict[str, dict[str, Area]] = {
        finest.id: {key: Area(key=key, name=name, level=finest.id) for key, name in zip(keys, names, strict=True)}
    }
    sources: list[SourceFile] = []
    by_row = {finest.id: keys}  # keys of the levels that stand in the area file itself, in its order
    for n, level in enumerate(spec.levels[1:], start=1):
        of = level.of or spec.levels[n - 1].id
        if of not in found:
            raise WrongRequest(_("Level “{level}”: there is no finer level “{of}”.").format(level=level.id, of=of))
        parents, labels, source = _parents(level, found[of], by_row.get(of), columns, folder)
        if source:
            sources.append(source)
        if not level.file and level.key:
            by_row[level.id] = [_filled(key, level) for key in columns[level.key]]
        nested = of == spec.levels[n - 1].id
        for key, parent in parents.items():
            area = found[of][key]
            found[of][key] = (
                replace(area, parent=parent) if nested else replace(area, also={**area.also, level.id: parent})
            )
        found[level.id] = {
            key: Area(key=key, name=labels.get(key, key), level=level.id) for key in dict.fromkeys(parents.values())
        }
    system = AreaSystem(
        id=spec.id,
        name=spec.name,
        levels=tuple(Level(id=level.id, name=level.name) for level in spec.levels),
        areas=tuple(area for level in spec.levels for area in found[level.id].values()),
        valid_from=spec.valid_from,
        valid_to=spec.valid_to,
        corrections=corrections,
    )
    return system, sources


def _parents(
    level: LevelSpec, finer: Mapping[str, Area], keys: list[str] | None, columns: Columns, folder: Path
) -> tuple[dict[str, str], dict[str, str], SourceFile | None]:
    """Return finer key -> this level's key, this level's names, and the file of its own, if it has one."""
    if level.all:
        return dict.fromkeys(finer, level.all), {}, None
    labels: dict[str, str] = {}
    source = None
    parents: dict[str, str] = {}
    if level.prefix:
        parents = {key: key[: level.prefix] for key in finer}
    elif not level.file:
        if keys is None:
            raise WrongRequest(_("Level “{level}” needs a file of its own.").format(level=level.id))
        parents = dict(zip(keys, (_filled(k, level) for k in columns[_column(level.key, columns)]), strict=True))
        if level.label:
            labels = dict(zip(parents.values(), columns[_column(level.label, columns)], strict=True))
    if level.file:
        table = read_attributes(folder / level.file, sheet=level.sheet, header_row=level.header_row)
        source = table.source
        own = [_filled(key, level) for key in table.attributes[_column(level.key, table.attributes)]]
        if level.label:
            labels = dict(zip(own, table.attributes[_column(level.label, table.attributes)], strict=True))
        if level.of_key:
            width = max(len(key) for key in finer)
            of = [
                _part(key, level.of_pattern).zfill(width)
                for key in table.attributes[_column(level.of_key, table.attributes)]
            ]
            parents = {key: parent for key, parent in zip(of, own, strict=True) if key in finer}
    return parents, labels, source


def _filled(key: str, level: LevelSpec) -> str:
    """Return the key as this level writes it."""
    return _part(key, level.key_pattern).zfill(level.width)


def _part(text: str, pattern: str) -> str:
    """Return the first group of the pattern (without groups: its match); the text itself where it does not fit."""
    match = re.search(pattern, text) if pattern else None
    return (match[1] if match.re.groups else match[0]) if match else text


def _boundaries(
    spec: AreasSpec, table: GeoTable | AttributeTable, keep: list[int], columns: Columns, folder: Path
) -> tuple[Boundaries | None, list[SourceFile], list[Issue]]:
    sources: list[SourceFile] = []
    issues: list[Issue] = []
    finest = spec.levels[0]
    keys = [_filled(key, finest) for key in columns[finest.key]]
    if isinstance(table, GeoTable):
        geometry = table.geometry[np.asarray(keep, dtype=np.intp)]
    elif spec.geometry:
        geo = read_geometry(folder / spec.geometry, layer="", crs=spec.crs, metric_crs=spec.metric_crs)
        sources.append(geo.source)
        issues += geo.issues
        geo_keys = geo.attributes[_column(spec.geometry_key or finest.key, geo.attributes)]
        place = {_filled(key, finest): n for n, key in enumerate(geo_keys)}
        issues += [_without_boundary(key, geo.source.file) for key in keys if key not in place]
        keys = [key for key in keys if key in place]
        geometry = geo.geometry[[place[key] for key in keys]]
    else:
        return None, [], []
    context = []
    for layer in spec.context:
        geo = read_geometry(folder / layer.file, layer=layer.layer, metric_crs=spec.metric_crs)
        sources.append(geo.source)
        context += [(layer.id, shape) for shape in geo.geometry]
    boundaries = Boundaries(keys=tuple(keys), geometry=geometry, crs=spec.metric_crs, context=tuple(context))
    return boundaries, sources, issues


def _without_boundary(key: str, file: str) -> Issue:
    return Issue(
        code="boundary-missing",
        severity=Severity.WARNING,
        message="The area has no boundary in this file and stays blank on the map.",
        remedy="Ask for the boundary, or correct the key under [[areas.corrections]].",
        file=file,
        value=key,
    )


def _earlier(spec: EarlierSpec, folder: Path) -> tuple[Earlier, SourceFile]:
    table = read_attributes(folder / spec.crosswalk)
    old, new, share = (table.attributes[_column(name, table.attributes)] for name in (spec.old, spec.new, spec.share))
    crosswalk = Crosswalk(old=old, new=new, share=tuple(float(text.replace(",", ".")) for text in share))
    return Earlier(until=spec.valid_to.isoformat(), crosswalk=crosswalk), table.source
