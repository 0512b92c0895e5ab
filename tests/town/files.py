"""The tables as the offices of a city deliver them: different formats, German numbers, signs for what is not there.

Signs: ``.`` protected (1 or 2 persons), ``x`` not applicable (nobody lives there), ``k. A.`` not delivered.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import shapely
import xlsxwriter

from tests.town import plan
from tests.town.meaning import LABELS
from tests.town.town import CHANGED, REDEFINED, UNPLACED, Quarters, Town

PROTECTED, NOT_APPLICABLE, MISSING = ".", "x", "k. A."
UNPLACED_KEY, CITY_KEY = "9999", "0"
NOTE = "Musterstadt ist eine erfundene Stadt; alle Zahlen sind mit einem Zufallsgenerator erzeugt (CC0)."

POPULATION = (
    "area_ha",
    "inhabitants",
    "age_0_2",
    "age_3_5",
    "age_6_9",
    "age_10_14",
    "age_15_17",
    "age_18_24",
    "age_25_44",
    "age_45_64",
    "age_65_79",
    "age_80_plus",
    "under_18",
    "age_65_plus",
    "foreign_or_dual",
    "foreign_15_64",
    "recent_arrivals",
    "households",
    "households_with_children",
    "single_parents",
)
EVEN_WHERE_NOBODY_LIVES = ("area_ha", "inhabitants")
JOBS = ("unemployed", "long_term_unemployed", "foreign_unemployed")
BENEFITS = (
    "basic_security",
    "old_age_security",
    "child_security",
    "child_security_base",
    "educational_support",
    "housing_need",
)
CHILDREN = ("kita", "examined", "language_support", "transitions", "gymnasium")
CARE = ("living_alone_80", "care_need")
BOTH = ("child_security_under_15", "age_0_14", "child_security_under_18", "under_18")
GROUPS = {"child_security_base", "examined", "transitions", "under_18", "age_0_14"}  # group sizes are never protected
NOT_DELIVERED = {("language_support", 2020), ("examined", 2020)}
NO_ADDRESSES = {
    ("sports_members", 2017, "3204"),
    ("sports_members", 2018, "3204"),
    ("sports_members", 2022, "4303"),
    ("kita", 2016, "2303"),
}

Row = list[str]


def cell(town: Town, name: str, year: int, position: int) -> str:
    """Return what stands in the cell of a quarter: a number or one of the signs."""
    quarters = town.version(year)
    if (name, year) in NOT_DELIVERED or (name, year, quarters.keys[position]) in NO_ADDRESSES:
        return MISSING
    if quarters.names[position] == plan.UNINHABITED:
        return NOT_APPLICABLE
    count = int(town.variable(name, year)[position])
    return PROTECTED if name not in GROUPS and 0 < count < 3 else str(count)


def city(town: Town, name: str, year: int) -> str:
    """Return the official total of the city; for unemployed persons with those whom no quarter could be found for."""
    if (name, year) in NOT_DELIVERED:
        return MISSING
    count = int(town.variable(name, year).sum())
    return str(count + (UNPLACED[town.years.index(year)] if name == "unemployed" else 0))


def write_files(town: Town, folder: Path) -> None:
    """Write every data file of the town into a folder."""
    write_boundaries(town.now, folder / "quartiere.geojson", valid_from=f"{CHANGED}-01-01")
    write_boundaries(town.then, folder / "quartiere_bis_2019.geojson", valid_from="2010-01-01")
    write_geojson(
        folder / "gewaesser.geojson",
        "Gewässer",
        [({"name": f"{name} (fiktiv)"}, shape) for name, shape in town.map.water],
    )
    write_csv(
        folder / "gebietsstand.csv",
        [["old", "new", "share"], *([a, b, f"{s:.3f}".replace(".", ",")] for a, b, s in town.crosswalk)],
    )
    write_csv(folder / "bezirke.csv", [["nr", "name"], *map(list, plan.DISTRICTS.items())])
    _write_bytes(folder / "bevoelkerung.xlsx", population_workbook(town))
    write_csv(folder / "arbeitsmarkt.csv", _with_unplaced(town, _wide(town, JOBS)), encoding="utf-8-sig")
    write_csv(folder / "leistungen.csv", _long(town, BENEFITS))
    write_csv(folder / "kinder.csv", list(_wide(town, CHILDREN)), encoding="cp1252")
    write_csv(folder / "pflege.csv", list(_wide(town, CARE)), delimiter=",")
    for first, last in ((town.years[0], CHANGED - 1), (CHANGED, town.years[-1])):
        write_csv(folder / f"sportvereine_{first}_{last}.csv", _years(town, "sports_members", range(first, last + 1)))
    write_csv(folder / f"kinderarmut_{REDEFINED}.csv", list(_wide(town, BOTH, years=[REDEFINED])))
    (folder / "LIESMICH.txt").write_text(
        f"{NOTE}\nZeichen: . geschützt (1 oder 2), x nicht anwendbar, k. A. nicht geliefert.\n",
        encoding="utf-8",
        newline="\n",
    )


def _wide(town: Town, names: Sequence[str], years: Sequence[int] = ()) -> Iterator[Row]:
    yield ["Quartier", "Jahr", *(LABELS[name] for name in names)]
    for year in years or town.years:
        for position, key in enumerate(town.version(year).keys):
            yield [key, str(year), *(cell(town, name, year, position) for name in names)]
        yield [CITY_KEY, str(year), *(city(town, name, year) for name in names)]


def _with_unplaced(town: Town, rows: Iterator[Row]) -> list[Row]:
    """Add the row of those without a quarter before each total."""
    found: list[Row] = []
    for row in rows:
        if row[0] == CITY_KEY:
            found.append([UNPLACED_KEY, row[1], str(UNPLACED[town.years.index(int(row[1]))]), "0", "0"])
        found.append(row)
    return found


def _long(town: Town, names: Sequence[str]) -> list[Row]:
    rows = [["Quartier", "Jahr", "Merkmal", "Wert"]]
    for name in names:
        for year in town.years:
            keys = town.version(year).keys
            rows += [
                [key, str(year), LABELS[name], cell(town, name, year, position)] for position, key in enumerate(keys)
            ]
            rows.append([CITY_KEY, str(year), LABELS[name], city(town, name, year)])
    return rows


def _years(town: Town, name: str, years: Sequence[int]) -> list[Row]:
    keys = town.version(years[0]).keys
    rows = [["Quartier", *map(str, years)]]
    rows += [[key, *(cell(town, name, year, position) for year in years)] for position, key in enumerate(keys)]
    return [*rows, [CITY_KEY, *(city(town, name, year) for year in years)]]


def write_csv(path: Path, rows: Sequence[Row], *, encoding: str = "utf-8", delimiter: str = ";") -> None:
    """Write rows as a spreadsheet program does: lines end in CR LF."""
    _write_bytes(path, "".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding))


def _write_bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def population_workbook(town: Town) -> bytes:
    """Return the workbook of the registry office: one sheet per year, a title above the header."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    book.set_properties(
        {"title": "Bevölkerung Musterstadt (fiktiv)", "comments": NOTE, "created": datetime(2025, 3, 31, tzinfo=UTC)}
    )
    for year in town.years:
        sheet = book.add_worksheet(str(year))
        sheet.write(0, 0, f"Musterstadt (fiktiv): Bevölkerung nach Quartieren am 31.12.{year}")
        quarters = town.version(year)
        area = [round(float(ha), 1) for ha in shapely.area(quarters.geometry) / 10_000]
        columns: dict[str, list[float]] = {
            name: area if name == "area_ha" else [int(n) for n in town.variable(name, year)] for name in POPULATION
        }
        sheet.write_row(2, 0, ["Nr.", "Quartier", *(LABELS[name] for name in POPULATION)])
        for position, key in enumerate(quarters.keys):
            empty = quarters.names[position] == plan.UNINHABITED
            row = [
                NOT_APPLICABLE if empty and name not in EVEN_WHERE_NOBODY_LIVES else column[position]
                for name, column in columns.items()
            ]
            sheet.write_row(3 + position, 0, [int(key), quarters.names[position], *row])
        totals = (round(sum(column), 1) for column in columns.values())
        sheet.write_row(3 + len(quarters.keys), 0, [0, plan.CITY, *totals])
    book.close()
    return _uncompressed(made.getvalue())


def _uncompressed(workbook: bytes) -> bytes:
    """Pack a workbook anew without compression: the same bytes whatever zlib a machine has."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            new.writestr(info, old.read(entry))
    return made.getvalue()


def write_boundaries(quarters: Quarters, path: Path, *, valid_from: str) -> None:
    """Write one version of the quarters with the keys and names of all levels."""
    features = []
    for key, name, n, shape in zip(quarters.keys, quarters.names, quarters.space, quarters.geometry, strict=True):
        space = plan.SPACES[n]
        about = {
            "nr": key, "name": name, "sr_nr": space.key, "sr_name": space.name, "bz_nr": space.district,
            "bz_name": plan.DISTRICTS[space.district], "gueltig_ab": valid_from, "hinweis": "fiktiv",
        }  # fmt: skip
        features.append((about, shape))
    write_geojson(path, "Quartiere", features)


def write_geojson(path: Path, name: str, features: Sequence[tuple[dict[str, str], Any]]) -> None:
    """Write metric coordinates with two decimals; the reference system stands in the file."""
    said: Callable[[Any], str] = lambda thing: json.dumps(thing, ensure_ascii=False, separators=(",", ":"))  # noqa: E731
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    rows = ",\n".join(
        f'{{"type":"Feature","properties":{said(about)},"geometry":{said(_geometry(shape))}}}'
        for about, shape in features
    )
    head = f'{{"type":"FeatureCollection","name":{said(name)},"description":{said(NOTE)},"crs":{said(crs)}'
    text = f'{head},"features":[\n{rows}\n]}}\n'
    _write_bytes(path, text.encode())


def _geometry(shape: Any) -> dict[str, Any]:
    polygons = [
        [
            [[round(x, 2), round(y, 2)] for x, y in shapely.get_coordinates(ring).tolist()]
            for ring in (part.exterior, *part.interiors)
        ]
        for part in shapely.get_parts(shape)
    ]
    return (
        {"type": "Polygon", "coordinates": polygons[0]}
        if len(polygons) == 1
        else {"type": "MultiPolygon", "coordinates": polygons}
    )
