"""From area files to an area system with boundaries: keys, names and parents of every level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from nahraum.base import AreaSystem, BadInput, Issue, Severity, WrongRequest
from nahraum.base.cells import as_delivered
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.placing import Earlier
from nahraum.places.boundaries import Boundaries
from nahraum.places.check import BoundaryCheck, check_boundaries
from nahraum.places.crosswalk import Crosswalk, issues_of
from nahraum.places.shapes import Spot
from nahraum.projects.above import Above, check_above, elsewhere, named_above, read_above
from nahraum.projects.file import AreasSpec, EarlierSpec
from nahraum.projects.levels import Columns, build_levels, column_of, filled
from nahraum.sources import AttributeTable, read_attributes
from nahraum.sources.geo import GeoTable, read_geometry
from nahraum.sources.terms import Correction, SourceFile

GEOMETRY_FORMATS = (".geojson", ".gpkg", ".zip", ".shp")


@dataclass(frozen=True, kw_only=True)
class Places:
    """The area system, its boundaries (if any), earlier versions and the files that they came from.

    ``spots``: where the boundaries are remarkable: gaps, overlaps, what does not lie in its parent.
    """

    system: AreaSystem
    boundaries: Boundaries | None
    spots: tuple[Spot, ...]
    earlier: tuple[Earlier, ...]
    sources: tuple[SourceFile, ...]
    issues: tuple[Issue, ...]


def read_places(spec: AreasSpec, folder: Path) -> Places:
    """Read the area file(s) of a project.

    Raises BadInput for a file that cannot be used, WrongRequest for columns that are not there.
    """
    table = _delivered(folder, spec.file, spec)
    columns, notices = _corrected(table.attributes, spec.corrections, table.source.file)
    keep = [n for n, key in enumerate(column_of(spec.levels[0].key, columns)) if key not in spec.skip]
    columns = {name: tuple(texts[n] for n in keep) for name, texts in columns.items()}
    doubled = _doubled(columns[spec.levels[0].key], spec.levels[0].key, table.source.file)
    built = build_levels(spec, columns, folder, table.source.file)
    if doubled:  # what else can be known is told in the same round; other contradictions may follow from the doubles
        raise BadInput([*doubled, *(issue for issue in built.issues if issue.code == "parent-missing")])
    boundaries, geo_sources, geo_issues = _boundaries(spec, table, keep, columns, folder)
    drawn = read_above(spec, folder, for_names=boundaries is None)
    system = named_above(spec, built.system, drawn)
    above = Above(sources=tuple(table.source for table in drawn.values()))
    if boundaries:
        above = check_above(spec, system, boundaries, drawn)
    found = _checked(spec, system, boundaries, above.outline) if boundaries else None
    earlier = tuple(_earlier(each, folder) for each in spec.earlier)
    return Places(
        system=system,
        boundaries=boundaries,
        earlier=tuple(version for version, _source in earlier),
        spots=(*found.spots, *above.spots) if found else (),
        sources=(table.source, *built.sources, *geo_sources, *above.sources, *(source for _v, source in earlier)),
        issues=(
            *table.issues,
            *notices,
            *built.issues,
            *geo_issues,
            # What is no valid outline was told on reading, with its row.
            *(issue for issue in (found.issues if found else ()) if issue.code != "geometry-invalid"),
            *above.issues,
            *(
                issue
                for version, source in earlier
                for issue in issues_of(
                    version.crosswalk,
                    tuple(dict.fromkeys(version.crosswalk.old)),
                    [area.key for area in system.at(spec.levels[0].id)],
                    source.file,
                )
            ),
        ),
    )


def _checked(spec: AreasSpec, system: AreaSystem, boundaries: Boundaries, outline: Any) -> BoundaryCheck:
    names = {area.key: area.name for area in system.at(system.finest.id)}
    return check_boundaries(boundaries, names, file=Path(spec.geometry or spec.file).name, outline=outline)


def _delivered(folder: Path, file: str, spec: AreasSpec) -> GeoTable | AttributeTable:
    path = folder / file
    if path.suffix.lower() in GEOMETRY_FORMATS:
        return read_geometry(path, layer=spec.layer, crs=spec.crs, metric_crs=spec.metric_crs)
    return read_attributes(path, sheet=spec.layer, header_row=spec.header_row)


def _corrected(
    columns: Columns, corrections: Sequence[Correction], file: str
) -> tuple[dict[str, tuple[str, ...]], list[Issue]]:
    """Apply documented corrections; each is told as a notice with its reason, one that fits nothing is refused."""
    changed = {name: list(texts) for name, texts in columns.items()}
    notices = []
    for correction in corrections:
        for name in (*correction.where, *correction.set):
            column_of(name, columns)
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
                message="Corrected as described for the areas: {reason}",
                file=file,
                params={"reason": correction.reason},
            )
        )
    return {name: tuple(texts) for name, texts in changed.items()}, notices


def _doubled(keys: Sequence[str], column: str, file: str) -> list[Issue]:
    """Name area keys that occur twice: one of the two areas carries a wrong one."""
    seen: dict[str, int] = {}
    issues = []
    for n, key in enumerate(keys, start=1):
        if key in seen:
            issues.append(
                Issue(
                    code="area-doubled",
                    severity=Severity.ERROR,
                    message="The area key “{key}” occurs twice (features {first} and {second}); another area may be "
                    "missing.",
                    remedy="Correct the file, or name the right key under [[areas.corrections]].",
                    file=file,
                    row=n,
                    column=column,
                    value=key,
                    params={"key": key, "first": seen[key], "second": n},
                )
            )
        seen.setdefault(key, n)
    return issues


def _boundaries(
    spec: AreasSpec, table: GeoTable | AttributeTable, keep: list[int], columns: Columns, folder: Path
) -> tuple[Boundaries | None, list[SourceFile], list[Issue]]:
    sources: list[SourceFile] = []
    issues: list[Issue] = []
    finest = spec.levels[0]
    keys = [filled(key, finest) for key in columns[finest.key]]
    if isinstance(table, GeoTable):
        geometry = table.geometry[np.asarray(keep, dtype=np.intp)]
    elif spec.geometry:
        geo = read_geometry(folder / spec.geometry, layer="", crs=spec.crs, metric_crs=spec.metric_crs)
        sources.append(geo.source)
        issues += geo.issues
        geo_keys = column_of(spec.geometry_key or finest.key, geo.attributes)
        place = {filled(key, finest): n for n, key in enumerate(geo_keys)}
        issues += [_without_boundary(key, geo.source.file) for key in keys if key not in place]
        keys = [key for key in keys if key in place]
        geometry = geo.geometry[[place[key] for key in keys]]
    else:
        return None, [], []
    context = []
    hull = shapely.box(*shapely.total_bounds(geometry))
    for layer in spec.context:
        geo = read_geometry(folder / layer.file, layer=layer.layer, metric_crs=spec.metric_crs)
        sources.append(geo.source)
        context += [(layer.id, shape) for shape in geo.geometry]
        if not shapely.intersects(shapely.box(*shapely.total_bounds(geo.geometry)), hull):
            issues.append(elsewhere(geo.source.file))
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
    old, new, share = (column_of(name, table.attributes) for name in (spec.old, spec.new, spec.share))
    shares = [_share(text, n, spec, table.source.file) for n, text in enumerate(share, start=2)]
    crosswalk = Crosswalk(old=tuple(map(as_delivered, old)), new=tuple(map(as_delivered, new)), share=tuple(shares))
    return Earlier(id=spec.id, until=spec.valid_to.isoformat(), crosswalk=crosswalk), table.source


def _share(text: str, row: int, spec: EarlierSpec, file: str) -> float:
    try:
        share = float(text.replace(",", "."))
    except ValueError:
        share = float("nan")
    if 0 < share <= 1:
        return share
    raise BadInput(
        [
            Issue(
                code="crosswalk-share-unreadable",
                severity=Severity.ERROR,
                message="A share is a number above 0 and up to 1.",
                remedy="Correct the share.",
                file=file,
                row=row,
                column=spec.share,
                value=text,
            )
        ]
    )
