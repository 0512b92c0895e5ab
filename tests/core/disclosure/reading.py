"""Publish an edition through everything the core releases, and read it all back from the files."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import openpyxl
import pyogrio

from nahraum.base.language import speaking
from nahraum.evidence.indicators.show import rows, store
from nahraum.projects.publish import write_folder
from nahraum.reports.stamp import protection_words
from nahraum.reports.write import write_report


def publish(edition, folder: Path) -> Path:
    """Write open data, report and the rows that the site stores."""
    write_folder(edition, folder / "daten")
    write_report(edition, folder / "bericht.docx")
    with speaking("de"):
        stored = {
            "layers": [asdict(row) for row in store.layer_rows(edition)],
            "periods": [asdict(row) for row in store.period_rows(edition)],
            "cells": [asdict(row) for row in store.cell_rows(edition)],
            "areas": [asdict(row) for row in store.area_rows(edition)],
            "key_figures": {key: rows.key_figures(edition, key) for key in edition.panel.areas},
            "spines": {key: [_plain(row) for row in rows.spine(edition, key)] for key in edition.panel.areas},
            "series": {
                key: [str(rows.series_of(edition, key, k)) for k in range(len(edition.panel.indicators))]
                for key in edition.panel.areas
            },
            "ranking": [str(row) for row in rows.ranking(edition)],
            "method": rows.method_sentences(edition),
            "protection": protection_words(edition),
            "selected": list(edition.profile.selected),
        }
    (folder / "seite.json").write_text(json.dumps(stored, ensure_ascii=False, indent=1))
    return folder


def _plain(row):
    return [row.indicator.id, str(row.value), row.city, row.parent, row.low, row.high, row.quarter, row.z]


def files(folder: Path) -> dict[str, bytes]:
    """Return all files with their bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "daten" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def site(folder: Path) -> dict:
    return json.loads((folder / "seite.json").read_text())


def cells(folder: Path, indicator: str, people: dict[str, int]) -> dict[str, float]:
    """Return area -> cases of one indicator, from whichever file gives any: tables, workbook, map, site."""
    found: dict[str, set[float]] = {}
    for area, share, cases in (
        *_in_table(folder, indicator),
        *_in_workbook(folder, indicator),
        *_on_map(folder, indicator),
        *_on_site(folder, indicator),
    ):
        if cases not in (None, ""):
            found.setdefault(area, set()).add(round(float(cases), 3))
        elif share not in (None, "") and not np.isnan(float(share)):
            found.setdefault(area, set()).add(round(float(share) / 100 * people[area], 3))
    assert all(max(each) - min(each) < 0.01 for each in found.values()), "the files contradict each other"
    return {area: round(min(each)) for area, each in found.items()}


def _in_table(folder, indicator):
    for row in table(folder, "indikatoren"):
        if row["indikator"] == indicator:
            yield row["gebiet"], row["wert"], row["zaehler"]


def _in_workbook(folder, indicator):
    for sheet in openpyxl.load_workbook(folder / "daten" / "tabellen.xlsx", read_only=True).worksheets:
        head = None
        for row in sheet.iter_rows(values_only=True):
            if "indikator" in row and "zaehler" in row:
                head = row
            elif head and row[head.index("indikator")] == indicator:
                yield tuple(row[head.index(name)] for name in ("gebiet", "wert", "zaehler"))


def _on_map(folder, indicator):
    meta, _fids, _shapes, columns = pyogrio.raw.read(folder / "daten" / "sozialindex.gpkg")
    fields = list(meta["fields"])
    for key, share in zip(columns[fields.index("key")], columns[fields.index(f"i_{indicator}")], strict=True):
        yield key, share, None


def _on_site(folder, indicator):
    for row in site(folder)["cells"]:
        if row["layer"] == indicator:
            yield row["area"], row["value"], row["numerator"]


def sums(folder: Path, indicator: str, people: dict[str, int], spaces: dict[str, list[str]], apart=()) -> list:
    """Return what the levels tell: ({area: 1}, from, to); the value of the city is without the areas ``apart``."""
    facts = []
    for row in table(folder, "ebenen"):
        if row["indikator"] == indicator and row["wert"]:
            inside = spaces.get(row["gebiet"]) or [key for keys in spaces.values() for key in keys if key not in apart]
            all_ = sum(people[key] for key in inside)
            count = float(row["wert"]) / 100 * all_
            facts.append((dict.fromkeys(inside, 1), count - 1e-6 * all_, count + 1e-6 * all_))
    return facts


def deviations(folder: Path, indicator: str) -> list[float]:
    """Return every standard deviation of the indicator that class limits and z values on the site give away."""
    stored = site(folder)
    found = []
    for row in stored["periods"]:
        if row["layer"] == indicator and None not in row["limits"]:
            found.append((row["limits"][-1] - row["city"]) / 1.5)
    city = next(row["city"] for row in stored["periods"] if row["layer"] == indicator)
    for row in stored["cells"]:
        if row["layer"] == indicator and row["z"] and row["value"] is not None:
            found.append(abs((row["value"] - city) / row["z"]))
    return found
