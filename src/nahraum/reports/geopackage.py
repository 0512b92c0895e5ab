"""The map as open data: a GeoPackage with boundaries and results, equal bytes for equal input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nahraum.base import State
from nahraum.evidence.indicators.edition import Edition
from nahraum.places.boundaries import Boundaries
from nahraum.places.vectors import vectors

LAYER = "sozialindex"


def write_geopackage(edition: Edition, boundaries: Boundaries, path: Path) -> None:
    """Write one layer with a feature per area: key, name, scores, rank and classes of the main index's latest period.

    Every indicator has a column with its state (``number``, ``missing``, ``not_applicable``, ``protected``); without
    a number it is null. The edition must be protected already. The file's time stamps are the edition's date, so that
    the same input gives the same bytes.
    """
    import shapely

    pyogrio = vectors()

    stamp = f"{edition.imprint.date.isoformat()}T00:00:00.000Z"
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        names, columns = _columns(edition, boundaries)
        pyogrio.raw.write(
            str(path),
            geometry=shapely.to_wkb(_multi(boundaries)),
            field_data=columns,
            fields=names,
            geometry_type="MultiPolygon",
            crs=boundaries.crs,
            driver="GPKG",
            layer=LAYER,
            layer_metadata={
                "IDENTIFIER": edition.imprint.title,
                "DESCRIPTION": f"{edition.imprint.publisher}; {edition.imprint.date}; {edition.imprint.licence}",
            },
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _multi(boundaries: Boundaries) -> NDArray[Any]:
    import shapely

    return np.array(
        [
            shape if shape.geom_type == "MultiPolygon" else shapely.multipolygons([shape])
            for shape in boundaries.geometry
        ],
        dtype=object,
    )


def _columns(edition: Edition, boundaries: Boundaries) -> tuple[list[str], list[NDArray[Any]]]:
    """Return the column names and one array per column, in the order of the boundaries."""
    index = edition.indices[0]
    finest = edition.system.finest.id
    names = {area.key: area.name for area in edition.system.at(finest)}
    columns: dict[str, NDArray[Any]] = {
        "key": np.array(boundaries.keys, dtype=object),
        "name": np.array([names.get(key, "") for key in boundaries.keys], dtype=object),
        "period": np.array([str(index.latest)] * len(boundaries.keys), dtype=object),
    }
    if index.level == finest:
        row = {key: a for a, key in enumerate(index.areas)}
        at = np.array([row.get(key, -1) for key in boundaries.keys])
        for node in (
            *index.recipe.tree.at(index.recipe.tree.level),
            *index.recipe.tree.at(index.recipe.tree.level - 1),
        ):
            if node.id in index.score:
                columns[node.id] = _taken(index.score[node.id][index.now], at)
        rank = _taken(index.rank[index.now].astype(np.float64), at)
        columns["rank"] = np.where(rank > 0, rank, np.nan)
        for classes in index.classes:
            number = _taken(classes.number[index.now].astype(np.float64), at)
            columns[f"class_{classes.id}"] = np.where(number > 0, number, np.nan)
    p = edition.panel.periods.index(index.latest)
    at = np.array([edition.panel.areas.index(key) for key in boundaries.keys])
    for k, indicator in enumerate(edition.panel.indicators):
        columns[f"i_{indicator.id}"] = edition.panel.value[k, p, at]
        columns[f"i_{indicator.id}_state"] = np.array(
            [State(int(state)).name.lower() for state in edition.panel.state[k, p, at]], dtype=object
        )
    return list(columns), list(columns.values())


def _taken(values: NDArray[Any], at: NDArray[Any]) -> NDArray[Any]:
    """Return the values at these positions; NaN (written as null) where there is none."""
    return np.where(at >= 0, values[at], np.nan)
