"""What a reader sees in the atlas, as a file to take along: CSV, XLSX, GeoPackage, SVG; each says where it is from."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np

from nahraum.base.language import gettext as _
from nahraum.base.language import language
from nahraum.places.boundaries import Boundaries
from nahraum.places.degrees import DEGREES
from nahraum.places.vectors import vectors
from nahraum.reports.open_data import csv_bytes
from nahraum.reports.tables import DataTable
from nahraum.reports.workbook import HEAD, write_table

LAYER = "ansicht"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One view: its table (the first column holds the areas' keys) and where it comes from.

    ``source``, ``day``, ``licence``, ``protection``: as readers see them; ``notes``: what else must be known (classes,
    breaks, the address of the view).
    """

    table: DataTable
    source: str
    day: date
    licence: str
    protection: str
    notes: tuple[str, ...] = ()

    @property
    def origin(self) -> tuple[tuple[str, str], ...]:
        """Return what every file carries, each with its heading; no licence where there is none."""
        return (
            (_("Source"), self.source),
            (_("As of"), self.day.isoformat()),
            *(((_("Licence"), self.licence),) if self.licence else ()),
            (_("Protection"), self.protection),
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the same as printed lines."""
        day = f"{self.day:%d.%m.%Y}" if language() == "de" else self.day.isoformat()
        said = (self.source, day, *([self.licence] if self.licence else ()))
        first = " · ".join(f"{label}: {words}" for (label, _whole), words in zip(self.origin, said, strict=False))
        return (first, self.protection, *self.notes)


def shown_csv(shown: Shown) -> bytes:
    """Return the table with its origin in columns of every row, so that no program has to skip lines."""
    table = shown.table
    labels, words = zip(*shown.origin, strict=True)
    return csv_bytes(replace(table, head=(*table.head, *labels), rows=tuple((*row, *words) for row in table.rows)))


def shown_xlsx(shown: Shown) -> bytes:
    """Return a workbook: the table, and a sheet saying where it is from. Texts that look like formulas stay texts."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    table = shown.table
    book.set_properties(
        {"title": table.title, "author": shown.source, "created": datetime.combine(shown.day, time(12))}
    )
    head = book.add_format(HEAD)
    sheet = book.add_worksheet(_("Values")[:31])
    write_table(book, sheet, table, head, first=0)
    about = book.add_worksheet(_("Source")[:31])
    about.set_column(0, 0, 18)
    about.set_column(1, 1, 100, book.add_format({"text_wrap": True, "quote_prefix": True}))
    rows = [(_("Title"), table.title), *shown.origin, *((_("Note"), note) for note in shown.notes)]
    for number, (label, words) in enumerate(rows):
        about.write_string(number, 0, label)
        about.write_string(number, 1, words)
    book.close()
    return stream.getvalue()


def shown_geopackage(shown: Shown, boundaries: Boundaries) -> bytes:
    """Return one layer with a feature per area of the table that has a boundary, in WGS 84; the origin stands in
    columns and in the layer's description.
    """
    import shapely

    pyogrio = vectors()

    rows = {str(row[0]): row for row in shown.table.rows}
    there = np.array([n for n, key in enumerate(boundaries.keys) if key in rows], dtype=int)
    shapes = _in_degrees(boundaries, there)
    labels, words = zip(*shown.origin, strict=True)
    ordered = [(*rows[boundaries.keys[n]], *words) for n in there]
    columns = [_column([row[n] for row in ordered]) for n in range(len(shown.table.head) + len(labels))]
    stamp = f"{shown.day.isoformat()}T00:00:00.000Z"
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "ansicht.gpkg"
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
        try:
            pyogrio.raw.write(
                str(path),
                geometry=shapely.to_wkb(shapes),
                field_data=columns,
                fields=[*shown.table.head, *labels],
                geometry_type="MultiPolygon",
                crs=DEGREES,
                driver="GPKG",
                layer=LAYER,
                layer_metadata={"IDENTIFIER": shown.table.title, "DESCRIPTION": "; ".join(shown.lines)},
            )
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        return path.read_bytes()


def _in_degrees(boundaries: Boundaries, there: Any) -> Any:
    import shapely
    from pyproj import Transformer

    carry = Transformer.from_crs(boundaries.crs, DEGREES, always_xy=True)
    found = shapely.transform(
        boundaries.geometry[there], lambda xy: np.column_stack(carry.transform(xy[:, 0], xy[:, 1]))
    )
    return np.array(
        [shape if shape.geom_type == "MultiPolygon" else shapely.multipolygons([shape]) for shape in found],
        dtype=object,
    )


def _column(values: list[str | int | float | None]) -> Any:
    """Return a column of texts or of numbers; what is no number is null."""
    if any(isinstance(value, str) for value in values):
        return np.array(["" if value is None else str(value) for value in values], dtype=object)
    return np.array([np.nan if value is None else float(value) for value in values])
