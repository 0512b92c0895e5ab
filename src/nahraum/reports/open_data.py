"""Results as open data: CSV, XLSX, GeoPackage, and log and origin as JSON; equal input, equal bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nahraum.base import State
from nahraum.base.cells import csv_text
from nahraum.base.language import speaking
from nahraum.evidence.indicators.edition import Edition
from nahraum.evidence.indicators.show.rows import step_sentence
from nahraum.reports.geopackage import write_geopackage
from nahraum.reports.stamp import protection_words, stamp_words
from nahraum.reports.tables import DataTable, data_tables
from nahraum.reports.workbook import xlsx_bytes

WORKBOOK, MAP, LOG, ORIGIN, RECIPE, ABOUT = (
    "tabellen.xlsx",
    "sozialindex.gpkg",
    "protokoll.json",
    "herkunft.json",
    "rezept.toml",
    "LIESMICH.txt",
)
TABLES = ("werte", "indikatoren", "ebenen", "abweichungsprofil", "robustheit", "abgleich")
FILES = (*(f"{name}.csv" for name in TABLES), WORKBOOK, MAP, LOG, ORIGIN, RECIPE, ABOUT)


def write_open_data(edition: Edition, folder: Path) -> None:
    """Write an edition's files into a folder that exists; the caller takes care that it is whole or not there."""
    with speaking(edition.imprint.language):
        for table in data_tables(edition):
            (folder / f"{table.name}.csv").write_bytes(csv_bytes(table))
        (folder / WORKBOOK).write_bytes(xlsx_bytes(edition))
        if edition.boundaries is not None:
            write_geopackage(edition, edition.boundaries, folder / MAP)
        (folder / LOG).write_text(_json(log(edition)), "utf-8")
        (folder / ORIGIN).write_text(_json(origin(edition)), "utf-8")
        (folder / RECIPE).write_text(edition.recipe_toml, "utf-8")
        lines = [edition.imprint.title, *stamp_words(edition), protection_words(edition), edition.imprint.notes]
        (folder / ABOUT).write_text("\n".join(filter(None, lines)) + "\n", "utf-8")


def csv_bytes(table: DataTable) -> bytes:
    """Return a table as CSV: UTF-8, semicolons, decimal points, one header row, empty cells for what is no number."""
    return csv_text([table.head, *table.rows]).encode()


def log(edition: Edition) -> dict[str, Any]:
    """Return every step of every index as it was really done, the issues and the files read."""
    return {
        "title": edition.imprint.title,
        "date": edition.imprint.date.isoformat(),
        "protection": protection_words(edition),
        "indices": [
            {
                "id": index.recipe.id,
                "high_is": index.recipe.high_is.value,
                "steps": [
                    {
                        "step": entry.step,
                        "sentence": step_sentence(entry, index.recipe),
                        "areas": list(entry.areas),
                    }
                    for entry in index.log
                ],
                "excluded": dict(index.excluded),
            }
            for index in edition.indices
        ],
        "issues": [
            {
                "code": issue.code,
                "severity": issue.severity.name.lower(),
                "place": issue.place,
                "sentence": issue.sentence,
            }
            for issue in edition.issues
        ],
        "files": [
            {"file": each.file, "sheet": each.sheet}
            | ({"sha256": each.sha256, "bytes": each.size} if each.sha256 else {})  # kept inside where counts are
            for each in edition.sources
        ],
    }


def origin(edition: Edition) -> dict[str, Any]:
    """Return the delivered cell behind every indicator value: indicator -> period -> area -> [file, sheet, row,
    column].

    A protected value has no entry: even where it stands could lead to it.
    """
    panel = edition.panel
    found: dict[str, Any] = {}
    for k, indicator in enumerate(panel.indicators):
        for p, period in enumerate(panel.periods):
            cells = {}
            for a, key in enumerate(panel.areas):
                if panel.state[k, p, a] != State.NUMBER:
                    continue
                parts = panel.cells(indicator.variables, p, a)
                if parts:
                    cells[key] = [[part.file, part.sheet, part.row, part.column] for part in parts]
            if cells:
                found.setdefault(indicator.id, {})[str(period)] = cells
    return found


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
