"""What the readers take and give: how a delivered table is laid out, and the tidy rows read from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from nahraum.base import Issue
from nahraum.base.strict import within

if TYPE_CHECKING:
    import polars as pl


class Shape(StrEnum):
    """How a table is laid out.

    ``wide``: a row is an area (in a period), a column is a variable. ``long``: a row is one value, with columns for
    area, period, variable and value. ``years``: a row is an area, the columns are the periods of one variable.
    ``inkar``: the workbook as INKAR exports it (two header rows, variable above year; sheet ``Daten``).
    """

    WIDE = "wide"
    LONG = "long"
    YEARS = "years"
    INKAR = "inkar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A documented change of one delivered cell or key: applied on reading, always logged with its reason.

    ``where`` names columns and the texts they must hold (all of them); ``set`` names columns and the texts put there.
    ``nth`` picks one of several matching rows (1 = first); 0 demands exactly one.
    """

    where: Mapping[str, str]
    set: Mapping[str, str]
    reason: str
    nth: int = within(0, 0, 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """Where a delivered table lies and how it is to be read; nothing here is guessed when it is given.

    Empty ``format``, ``encoding``, ``delimiter``, ``decimal`` and ``sheet`` mean: found out from the file where the
    file leaves no doubt, otherwise an issue asks for it. ``variables`` maps our variable ids to column headers (or,
    for long tables, to the texts in the variable column). ``totals`` maps area keys that stand for a sum row to the
    level it sums up (``city``). ``revises`` names earlier tables: for every area, period and variable that this table
    delivers with a number or a sign, its cell holds instead of theirs; an empty cell changes nothing.
    """

    id: str
    file: str
    format: str = ""  # csv | xlsx | xls | ods | sql | json | geojson | gpkg | shp
    sheet: str = ""  # sheet of a workbook, table of an SQL dump, layer of a GeoPackage, path into a JSON file
    shape: Shape = Shape.WIDE
    header_row: int = within(1, 1, 1000)
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    area: str = ""
    # Keys shorter than this are filled with zeros on the left (a spreadsheet ate them).
    area_width: int = within(0, 0, 40)
    level: str = ""  # level of the area system the keys belong to; empty: the finest
    period: str = ""
    period_column: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    variable_column: str = ""
    value_column: str = ""
    missing: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()
    negative_is_missing: bool = False
    zeros_are_missing: tuple[str, ...] = ()  # where all of these variables are 0, nobody was counted: missing
    totals: Mapping[str, str] = field(default_factory=dict)
    skip_rows: Mapping[str, str] = field(default_factory=dict)  # area key -> reason
    corrections: tuple[Correction, ...] = ()
    incomplete: str = ""  # the reason why areas at the end of the table are rightly absent
    share_of: Mapping[str, str] = field(default_factory=dict)  # variable "534 (23,4 %)" -> variable it is a share of
    revises: tuple[str, ...] = ()  # ids of earlier tables


#: Columns of ``Reading.rows``: one row per delivered value, in delivery order.
ROW_SCHEMA = {
    "area": "String",
    "period": "String",  # canonical text of a Period
    "variable": "String",
    "value": "Float64",  # NaN unless state is NUMBER
    "state": "Int8",  # nahraum.base.State
    "row": "Int32",  # as the clerk's program counts, header = row 1
    "column": "String",  # header text
    "letter": "String",  # spreadsheet letter, or empty
    "text": "String",  # what stood in the cell
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One delivered file as it was read."""

    file: str
    sha256: str
    size: int
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader gives back: the tidy rows, the file they came from and what was remarkable.

    ``rows`` has the columns of ``ROW_SCHEMA``. Where an issue of severity *error* was found, the rows of the faulty
    cells are left out (never zero); nothing may be computed or stored from such a reading unless the caller decides
    so.
    """

    table: TableSpec
    source: SourceFile
    rows: pl.DataFrame
    issues: tuple[Issue, ...] = ()
