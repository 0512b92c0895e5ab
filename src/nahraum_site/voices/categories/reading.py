"""A codebook that was sent: a table or a .qdc, told apart by what it holds."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from nahraum.base import Issue, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories import System
from nahraum.evidence.voices.categories.codebook import read
from nahraum.evidence.voices.codebooks import from_qdc, renewed
from nahraum_site.records import files
from nahraum_site.voices.categories.actions import new_id
from nahraum_site.voices.models import Study

LARGEST = 5_000_000  # bytes; a codebook of a thousand categories has less than one


def codebook(upload: Any, study: Study) -> tuple[System, list[Issue]]:
    """Return the system in an uploaded file, with ids of its own, and what is remarkable.

    Raises BadInput or WrongRequest where it is none.
    """
    name = files.clean_name(upload.name)
    if upload.size > LARGEST:
        raise WrongRequest(_("%(name)s is too large for a codebook.") % {"name": name})
    content: bytes = upload.read()
    about = {"id": str(study.uuid), "name": study.title, "new_id": new_id, "file": name}
    if b"<CodeBook" in content[:5_000] or b"<?xml" in content[:100]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "codebook.qdc"
            path.write_bytes(content)
            system, issues = from_qdc(path, **about)
    else:
        system, issues = read(_text(content, name), **about)
        system = renewed(system, new_id)
    if not system.categories:
        raise WrongRequest(_("%(name)s holds no categories.") % {"name": name})
    return system, issues


def _text(content: bytes, name: str) -> str:
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise WrongRequest(_("%(name)s is neither a table (CSV) nor a codebook (QDC).") % {"name": name})
    codec = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
