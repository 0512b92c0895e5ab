"""Boundaries as delivered: GeoJSON, GeoPackage, zipped Shapefile become attributes and metric geometry."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from nahraum.base import BadInput, Issue, Severity
from nahraum.sources.terms import SourceFile


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

    ``crs`` overrides what the file says. Raises BadInput where the file cannot be read, has no geometry or no
    reference system.
    """
    import pyogrio.raw
    import shapely
    from pyproj import CRS, Transformer

    def refuse(code: str, message: str, remedy: str) -> BadInput:
        return BadInput(
            [Issue(code=code, severity=Severity.ERROR, message=message, remedy=remedy, file=path.name, sheet=layer)]
        )

    if not path.exists():
        raise refuse("file-missing", "The file does not exist.", "Check the name and the folder in the project file.")
    try:
        meta, _index, wkb, columns = pyogrio.raw.read(
            f"/vsizip/{path}" if path.suffix == ".zip" else str(path), layer=layer or None
        )
    except Exception as error:
        raise refuse("geometry-unreadable", "The boundary file cannot be read.", "Export it again.") from error
    if wkb is None:
        raise refuse("geometry-absent", "The file has no geometry.", "Name a layer with areas.")
    source_crs = crs or meta["crs"]
    if not source_crs:
        raise refuse("crs-absent", "The file does not say its coordinate reference system.", "Give crs in [areas].")
    geometry = shapely.from_wkb(wkb)
    if CRS.from_user_input(source_crs) != CRS.from_user_input(metric_crs):
        carry = Transformer.from_crs(source_crs, metric_crs, always_xy=True)
        geometry = shapely.transform(geometry, lambda xy: _carried(carry, xy))
    raw = path.read_bytes()
    names = [str(name) for name in meta["fields"]]
    return GeoTable(
        attributes={
            name: tuple(_text(v) for v in column.tolist()) for name, column in zip(names, columns, strict=True)
        },
        geometry=geometry,
        crs=metric_crs,
        source=SourceFile(
            file=path.name, sheet=layer, sha256=hashlib.sha256(raw).hexdigest(), size=len(raw), rows=len(geometry)
        ),
    )


def _text(value: object) -> str:
    """Return an attribute as text; nothing for gaps and for lists."""
    if value is None or not isinstance(value, str | int | float) or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _carried(carry: Any, xy: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return np.column_stack(carry.transform(xy[:, 0], xy[:, 1]))
