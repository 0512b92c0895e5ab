"""Boundaries as delivered: GeoJSON, GeoPackage, zipped Shapefile become attributes and metric geometry."""

from __future__ import annotations

import math
import re
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from nahraum.base import BadInput, Issue, Severity, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.places.vectors import vectors
from nahraum.sources.grid import existing, fingerprint, refused, without_controls
from nahraum.sources.terms import SourceFile
from nahraum.sources.workbook import refuse_bomb

if TYPE_CHECKING:
    from pyproj import CRS


SHAPEFILE = (
    *(".shp", ".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx"),
    *(".qmd", ".qml", ".lyr", ".xml", ".txt", ".pdf"),  # what people put beside it
)
SHP_MAGIC = b"\x00\x00\x27\x0a"
SHAPE_INDEX = re.compile(r"""\s*CREATE\s+VIRTUAL\s+TABLE\s+(\w+|"[^"]*")\s+USING\s+"?rtree"?\s*\(""", re.IGNORECASE)

GENERATED = """SELECT DISTINCT t.name FROM pragma_table_list t, pragma_table_xinfo(t.name) c
    WHERE t.type IN ('table', 'shadow') AND c.hidden IN (2, 3)"""


@dataclass(frozen=True, kw_only=True)
class GeoTable:
    """Features in delivery order: ``attributes`` by column as texts, ``geometry`` as N shapely objects in ``crs``."""

    attributes: Mapping[str, tuple[str, ...]]
    geometry: NDArray[Any]
    crs: str
    source: SourceFile
    issues: tuple[Issue, ...] = ()


def read_geometry(path: Path, *, layer: str = "", crs: str = "", metric_crs: str) -> GeoTable:
    """Read a boundary file and carry its geometry to ``metric_crs`` (an EPSG code with metres as unit).

    ``crs`` overrides what the file says. Raises BadInput where the file cannot be read, has no geometry or no reference
    system; crossed or empty geometry is an issue of its feature. Nothing is repaired.
    """
    import shapely

    pyogrio = vectors()

    existing(path, path.name)
    refuse_bomb(path, path.name)
    with _legible(path.name):
        source = _source(path)
        layer = _layer(source, path.name, layer)
        meta, _index, wkb, columns = pyogrio.raw.read(source, layer=layer or None)
    if wkb is None or not any(each is not None for each in wkb):
        raise refused(
            "geometry-absent",
            message="The file has no geometry.",
            remedy="Name a layer with areas.",
            file=path.name,
            sheet=layer,
        )
    geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    issues = _faults(geometry, path.name, layer)
    geometry = _carried(geometry, crs or meta["crs"] or "", metric_crs, path.name)
    sha256, size = fingerprint(path)
    names = [str(name) for name in meta["fields"]]
    return GeoTable(
        attributes={
            name: tuple(_text(v) for v in column.tolist()) for name, column in zip(names, columns, strict=True)
        },
        geometry=geometry,
        crs=metric_crs,
        source=SourceFile(file=path.name, sheet=layer, sha256=sha256, size=size, rows=len(geometry)),
        issues=tuple(issues),
    )


def layer_rows(path: Path, layer: str, count: int) -> tuple[tuple[str, ...], list[str], list[list[str]]]:
    """Return the layers of a boundary file, and header and first rows of one (default: the first), without geometry.

    Raises BadInput where the file cannot be read or has no such layer.
    """
    pyogrio = vectors()

    with _legible(path.name):
        source = _source(path)
        layers = tuple(str(name) for name, _kind in pyogrio.list_layers(source))
        layer = _layer(source, path.name, layer or next(iter(layers), ""))
        meta, _index, _wkb, columns = pyogrio.raw.read(source, layer=layer, max_features=count, read_geometry=False)
    texts = [[_text(value) for value in column.tolist()] for column in columns]
    return layers, [str(name) for name in meta["fields"]], [list(row) for row in zip(*texts, strict=True)]


def layers_of(path: Path) -> tuple[str, ...]:
    """Return the names of the layers of a map file; raises BadInput where it cannot be read."""
    pyogrio = vectors()

    refuse_bomb(path, path.name)
    with _legible(path.name):
        return tuple(str(name) for name, _kind in pyogrio.list_layers(_source(path)))


def read_through(path: Path) -> None:
    """Read every shape of every layer once and keep none; raises BadInput where that cannot be done."""
    import shapely

    pyogrio = vectors()

    for layer in layers_of(path):
        with _legible(path.name):
            _meta, _index, wkb, _columns = pyogrio.raw.read(_source(path), layer=layer)
            if wkb is not None:
                shapely.from_wkb(wkb, on_invalid="ignore")


def metric_crs_of(path: Path) -> str:
    """Return the reference system of a boundary file if it measures in metres, as EPSG code; nothing otherwise."""
    pyogrio = vectors()

    try:
        named = pyogrio.read_info(_source(path))["crs"]
    except (ValueError, BadInput, zipfile.BadZipFile, pyogrio.errors.DataSourceError):
        return ""
    system = _system(named, "crs") if named else None
    epsg = system.to_epsg() if system is not None and _in_metres(system) else None
    return f"EPSG:{epsg}" if epsg else ""


@contextmanager
def _legible(file: str) -> Iterator[None]:
    """Refuse in one sentence what cannot be read, whoever stumbles over it; what is refused already keeps its own."""
    try:
        yield
    except BadInput:
        raise
    except Exception as error:
        raise _unreadable(file) from error


def _unreadable(file: str) -> BadInput:
    return refused(
        "geometry-unreadable",
        message="The boundary file cannot be read.",
        remedy="Export it again.",
        file=file,
    )


def _source(path: Path) -> str:
    """Return what GDAL opens, after a look at what it would follow: a view, a virtual table, a stranger in a zip."""
    if path.suffix.lower() == ".zip":
        _refuse_strangers(path)
        return f"/vsizip/{path}"
    if path.suffix.lower() == ".gpkg":
        _refuse_programs(path)
    return str(path)


def _refuse_strangers(path: Path) -> None:
    """Refuse an archive in which something only calls itself a Shapefile."""
    with zipfile.ZipFile(path) as archive:
        members = [each for each in archive.infolist() if not each.is_dir()]
        strange = [each.filename for each in members if not each.filename.lower().endswith(SHAPEFILE)]
        for each in members:
            if each.filename.lower().endswith(".shp"):
                with archive.open(each) as stream:
                    strange += [each.filename] if stream.read(4) != SHP_MAGIC else []
    if strange:
        raise refused(
            "geometry-with-strangers",
            message="The archive holds what does not belong to a Shapefile: {names}.",
            remedy="Put only the files of one Shapefile (.shp, .shx, .dbf, .prj, .cpg) into it.",
            file=path.name,
            names=", ".join(name[-60:] for name in strange[:5]),
        )


def _refuse_programs(path: Path) -> None:
    """Refuse a GeoPackage that holds more than plain tables, listed as a layer or not: GDAL reads both.

    Reading a view or a generated column runs whatever its author wrote; a virtual table may read other files of this
    machine (GDAL brings SpatiaLite along, whose VirtualText opens any text). Only the index over shapes is a virtual
    table that all have.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            kinds = {str(name): kind for _schema, name, kind, *_rest in database.execute("PRAGMA table_list")}
            words = [str(sql) for (sql,) in database.execute("SELECT sql FROM sqlite_master")]
            generated = {str(name) for (name,) in database.execute(GENERATED)}
    except sqlite3.Error as error:  # GDAL's own SQLite might read what this one does not understand
        raise _unreadable(path.name) from error
    # by the name in its own words: what the schema calls it may be something else
    indexes = {found[1].strip('"') for each in words if (found := SHAPE_INDEX.match(each))}
    running = [
        name
        for name, kind in kinds.items()
        if kind == "view" or name in generated or (kind == "virtual" and name not in indexes)
    ]
    if not kinds:  # an SQLite before 3.37 cannot tell
        raise _unreadable(path.name)
    if running:
        raise refused(
            "geopackage-runs",
            message="The GeoPackage holds views, virtual tables or computed columns: {names}.",
            remedy="Export its layers into a new GeoPackage.",
            file=path.name,
            names=", ".join(map(str, running[:5])),
        )


def _in_metres(system: CRS) -> bool:
    """Say whether a system measures in true metres; those of web maps stretch with latitude."""
    is_stretched = "Mercator" in system.name.replace("Transverse Mercator", "")
    return system.is_projected and system.axis_info[0].unit_name in ("metre", "meter") and not is_stretched


def _layer(source: str, file: str, wanted: str) -> str:
    """Return the layer to read: the one asked for, or the only one."""
    pyogrio = vectors()

    with _legible(file):
        layers = [str(name) for name, _kind in pyogrio.list_layers(source)]
    if wanted and wanted not in layers:
        raise refused(
            "sheet-missing",
            message="There is no layer “{layer}”. Layers: {known}.",
            remedy="Name one of them.",
            file=file,
            layer=wanted,
            known=", ".join(layers),
        )
    if not wanted and len(layers) > 1:
        raise refused(
            "sheet-unnamed",
            message="The file has several layers: {known}.",
            remedy="Name the layer with the areas.",
            file=file,
            known=", ".join(layers),
        )
    return wanted


def _faults(geometry: NDArray[Any], file: str, layer: str) -> list[Issue]:
    """Name features without geometry and outlines that cross themselves, with the place of the crossing."""
    import shapely

    issues = []
    for n, shape in enumerate(geometry, start=1):
        if shape is None or shape.is_empty:
            message, words = "The feature has no geometry.", ""
        elif not shapely.is_valid(shape):
            message, words = "The outline crosses itself.", str(shapely.is_valid_reason(shape))
        else:
            continue
        issues.append(
            Issue(
                code="geometry-invalid",
                severity=Severity.ERROR,
                message=message,
                remedy="Repair it in the GIS and export the file again.",
                file=file,
                sheet=layer,
                row=n,
                value=words,
            )
        )
    return issues


def _carried(geometry: NDArray[Any], source_crs: str, metric_crs: str, file: str) -> NDArray[Any]:
    """Return the geometry in the metric system; refuse coordinates that cannot belong to the system the file names."""
    import numpy as np
    import shapely
    from pyproj import Transformer

    if not source_crs:
        raise refused(
            "crs-absent",
            message="The file does not say its coordinate reference system.",
            remedy="Give crs in [areas].",
            file=file,
        )
    named, metric = _system(source_crs, "crs"), _system(metric_crs, "metric_crs")
    if not _in_metres(metric):
        raise WrongRequest(
            _("[areas]: metric_crs = “{crs}” does not measure in metres; give one that does, as EPSG:25832.").format(
                crs=metric_crs
            )
        )
    west, south, east, north = (float(each) for each in shapely.total_bounds(geometry))
    degrees = abs(west) <= 180 and abs(east) <= 180 and abs(south) <= 90 and abs(north) <= 90
    if named.is_geographic != degrees:
        raise refused(
            "crs-wrong",
            message="The coordinates ({west} {south}) do not fit the reference system {crs} that the file names.",
            remedy="Give the right crs in [areas].",
            file=file,
            west=f"{west:.6g}",
            south=f"{south:.6g}",
            crs=named.to_string(),
        )
    moved: NDArray[Any] = geometry
    if named != metric:
        carry = Transformer.from_crs(named, metric, always_xy=True)
        moved = shapely.transform(geometry, lambda xy: np.column_stack(carry.transform(xy[:, 0], xy[:, 1])))
    if not np.isfinite(shapely.total_bounds(moved)).all() or _outside(metric, named, (west, south, east, north)):
        raise refused(
            "crs-wrong",
            message="The areas lie outside the region of {metric}; latitude and longitude may be swapped.",
            remedy="Check the order of the coordinates, crs and metric_crs in [areas].",
            file=file,
            metric=metric.to_string(),
        )
    return moved


def refuse_crs(text: str) -> None:
    """Raise WrongRequest, in the words of the pages, where a text names no coordinate reference system."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        CRS.from_user_input(text)
    except CRSError:
        message = _("“{crs}” is no coordinate reference system. Write it with its number, for example EPSG:25832.")
        raise WrongRequest(message.format(crs=text)) from None


def _system(text: str, key: str) -> CRS:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(text)
    except CRSError:
        raise WrongRequest(
            _("[areas]: {key} = “{crs}” is no coordinate reference system; write it as EPSG:25832.").format(
                key=key, crs=text
            )
        ) from None


def _outside(metric: Any, named: Any, bounds: tuple[float, float, float, float]) -> bool:
    """Say whether the bounds lie wholly outside the metric system's area of use (in degrees, with a margin)."""
    from pyproj import Transformer

    use = metric.area_of_use
    if use is None:
        return False
    west, south, east, north = bounds
    if not named.is_geographic:
        west, south, east, north = Transformer.from_crs(named, "EPSG:4326", always_xy=True).transform_bounds(*bounds)
    margin = 8.0
    if not all(map(math.isfinite, (west, south, east, north))):
        return True
    return bool(
        east < use.west - margin or west > use.east + margin or north < use.south - margin or south > use.north + margin
    )


def _text(value: object) -> str:
    """Return an attribute as text; nothing for gaps and for lists."""
    if value is None or not isinstance(value, str | int | float) or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else without_controls(str(value))
