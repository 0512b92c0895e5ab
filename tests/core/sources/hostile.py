"""Files that somebody made in order to harm whoever reads them."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zipfile
from pathlib import Path

BOOK = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="T" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
MAIN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
)


def book(path: Path, sheet: str) -> Path:
    """Write an XLSX workbook with this sheet."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in BOOK.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def far_cell(path: Path) -> Path:
    """A sheet of two cells, one in the first corner and one in the last: 17 billion cells lie between them."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return book(path, f"{MAIN}<sheetData>{rows}</sheetData></worksheet>")


def laughing(path: Path) -> Path:
    """A sheet whose one cell unfolds to 200 billion letters."""
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a11;</t></is></c></row>'
    return book(path, f'<?xml version="1.0"?>{LAUGHS}{MAIN}<sheetData>{cell}</sheetData></worksheet>')


def nested(path: Path, depth: int = 300_000) -> Path:
    """A sheet with elements in elements in elements."""
    return book(path, f"{MAIN}<sheetData>{'<a>' * depth}{'</a>' * depth}</sheetData></worksheet>")


def lying(path: Path, megabytes: int = 400) -> Path:
    """A workbook whose sheet says that it unpacks to a hundred bytes, and unpacks to far more."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in BOOK.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as stream:
            stream.write(f'{MAIN}<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'.encode())
            for _ in range(megabytes):
                stream.write(b"x" * (1 << 20))
            stream.write(b"</t></is></c></row></sheetData></worksheet>")
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(path.read_bytes().replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    return path


def repeated(path: Path) -> Path:
    """An ODS sheet of one cell that is repeated over every row and column."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    cell = (
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1">'
        "<text:p>1</text:p></table:table-cell>"
    )
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    table = f'<table:table table:name="T">{row}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml", f'<office:document-content {spaces} office:version="1.2">{body}</office:document-content>'
        )
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def deep(path: Path) -> Path:
    """JSON, lists in lists in lists."""
    path.write_text("[" * 200_000 + "]" * 200_000, "utf-8")
    return path


def deep_map(path: Path) -> Path:
    """GeoJSON with collections in collections."""
    shape = '{"type":"GeometryCollection","geometries":[' * 50_000 + "]}" * 50_000
    feature = f'{{"type":"Feature","properties":{{"nr":"1"}},"geometry":{shape}}}'
    path.write_text(f'{{"type":"FeatureCollection","features":[{feature}]}}', "utf-8")
    return path


def one_line(path: Path, megabytes: int) -> Path:
    """A compressed table of a single line."""
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(b"a;b\n")
        for _ in range(megabytes):
            stream.write(bytes(97 + n % 23 for n in range(1 << 10)) * (1 << 10))
    return path


def geopackage(path: Path, column: str = "", trigger: str = "") -> Path:
    """A GeoPackage of one layer; ``column``: another one of its table, ``trigger``: what is to run on reading."""
    with sqlite3.connect(path) as base:
        base.executescript(
            f"""
            PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;
            CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
              organization_coordsys_id INTEGER, definition TEXT, description TEXT);
            INSERT INTO gpkg_spatial_ref_sys VALUES ('u', 25832, 'EPSG', 25832, 'undefined', '');
            CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT,
              last_change TEXT, min_x REAL, min_y REAL, max_x REAL, max_y REAL, srs_id INTEGER);
            INSERT INTO gpkg_contents VALUES ('t','features','t','','2024-01-01T00:00:00Z',0,0,1,1,25832);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,
              srs_id INTEGER, z INTEGER, m INTEGER);
            INSERT INTO gpkg_geometry_columns VALUES ('t','geom','POLYGON',25832,0,0);
            CREATE TABLE t (fid INTEGER PRIMARY KEY, geom BLOB, nr TEXT {column});
            CREATE TABLE told (what TEXT);
            INSERT INTO t (nr) VALUES ('1');
            {trigger}
            """
        )
    base.close()
    return path


def features(path: Path, text: str) -> Path:
    """GeoJSON with one area whose name is this."""
    ring = [[400_000, 5_600_000], [401_000, 5_600_000], [401_000, 5_601_000], [400_000, 5_600_000]]
    feature = {"type": "Feature", "properties": {"nr": text}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    return path
