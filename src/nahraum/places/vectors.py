"""GDAL for three formats and this machine's files only.

GDAL picks a driver by what a file holds, whatever its name says, and some drivers follow a file's own words to other
files and to the network (a virtual layer inside a zip can read this machine's database). So every driver that we do
not need is left out before GDAL is loaded; nothing here may import pyogrio otherwise.
"""

from __future__ import annotations

import os
import sys
from typing import Any

NEEDED = ("ESRI Shapefile", "GPKG", "GeoJSON", "MEM")
# Every other driver that GDAL's wheels register (a test compares with what is left over).
OTHERS = (
    *("ADBC", "AIVector", "AVCBin", "AVCE00", "AmigoCloud", "CSV", "CSW", "Carto", "DGN", "DXF", "EDIGEO", "EEDA"),
    *("ESRIJSON", "Elasticsearch", "FlatGeobuf", "GDALG", "GML", "GPSBabel", "GPX", "GTFS", "GeoJSONSeq", "GeoRSS"),
    *("HTTP", "Idrisi", "JML", "JSONFG", "KML", "LIBKML", "LVBAG", "MBTiles", "MVT", "MapInfo File", "MapML"),
    *("MiraMonVector", "NGW", "OAPIF", "ODS", "OGCAPI", "OGR_GMT", "OGR_PDS", "OGR_VRT", "OSM", "OpenFileGDB"),
    *("PCIDSK", "PDF", "PDS4", "PGDUMP", "PLSCENES", "PMTiles", "S57", "SQLite", "SXF", "Selafin", "TopoJSON"),
    *("VDV", "VFK", "VICAR", "WAsP", "WFS", "XLSX"),
)


def vectors() -> Any:
    """Return pyogrio, loaded with nothing but what is needed."""
    if "pyogrio" not in sys.modules:
        skipped = ",".join(OTHERS)
        os.environ |= {"GDAL_SKIP": skipped, "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none"}
    import pyogrio
    import pyogrio.raw

    return pyogrio
