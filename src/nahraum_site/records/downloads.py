"""Files that somebody takes along: the name says what they are."""

from __future__ import annotations

from pathlib import PurePath

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from nahraum_site.records import files

TYPES = {  # written down, not asked of the machine: what a machine knows differs
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "gpkg": "application/geopackage+sqlite3",
    "jpg": "image/jpeg",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "qdc": "application/xml",
    "qdpx": "application/zip",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
UNKNOWN = "application/octet-stream"


def sent(content: bytes, name: str) -> HttpResponse:
    """Return a file to take along."""
    response = HttpResponse(content, content_type=TYPES.get(PurePath(name).suffix[1:].lower(), UNKNOWN))
    response.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=files.clean_name(name)
    )
    return response
