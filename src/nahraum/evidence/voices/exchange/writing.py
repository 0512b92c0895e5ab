"""Write a project as REFI-QDA (.qdpx): valid against its schema, code points, LF, same input - same bytes."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

from nahraum.base import Issue, WrongRequest
from nahraum.evidence.voices.exchange.archive import BROKEN, INTERNAL
from nahraum.evidence.voices.exchange.composing import Composing, project_xml
from nahraum.evidence.voices.exchange.model import Held, Packed, Project
from nahraum.evidence.voices.exchange.tags import ILLEGAL
from nahraum.evidence.voices.exchange.told import Told

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # zip's first day: same input, same bytes
IN_MEMORY = 16 << 20


def write_project(project: Project, path: Path) -> tuple[Issue, ...]:
    """Write a .qdpx and return what could not be kept; an existing file is replaced only once the new one is whole.

    Texts are written as UTF-8 files, memos into the XML; media are copied from where ``Project.files`` says.
    """
    told = Told(path.name)
    fresh = path.with_name(f".{path.name}.nahraum")  # always the same: a killed run's is written over
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            _write(project, archive, told)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return told.all()


def project_bytes(project: Project, file: str) -> tuple[bytes, tuple[Issue, ...]]:
    """Return the same as bytes that never lie on a disk, and what could not be kept."""
    told, held = Told(file), io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        _write(project, archive, told)
    return held.getvalue(), told.all()


def _write(project: Project, archive: zipfile.ZipFile, told: Told) -> None:
    copied = [name for name, packed in sorted(project.files.items()) if _copy(archive, name, packed, told)]
    composing = Composing(project, told, {name.removeprefix(INTERNAL).lower() for name in copied})
    xml, replaced = ILLEGAL.subn("\ufffd", project_xml(composing))
    if replaced:
        told.tell(
            "exchange-characters",
            message="{count} characters in names, descriptions or memos cannot stand in XML; replaced.",
            count=replaced,
        )
    archive.writestr(_info("project.qde"), xml.encode())
    for name, text in composing.files.items():
        # One sign for one sign: positions hold. Halves of UTF-16 pairs are no characters.
        archive.writestr(_info(f"sources/{name}"), text.encode("utf-8", "replace"))


def _info(name: str, packing: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, LONG_AGO)
    info.compress_type, info.create_system, info.external_attr = packing, 3, 0o644 << 16
    return info


def _copy(archive: zipfile.ZipFile, name: str, packed: Packed | Held, told: Told) -> bool:
    """Copy the bytes of a medium, once they are read whole; one that is not there any more is told and left out."""
    # What lies open on no disk must not lie on one here either.
    with io.BytesIO() if isinstance(packed, Held) else SpooledTemporaryFile(IN_MEMORY) as held:
        try:
            if isinstance(packed, Held):
                held.writelines(packed.parts())
            else:
                _read(packed, held)
        except (*BROKEN, KeyError, WrongRequest):
            told.tell(
                "exchange-file-lost",
                message="A file of the project cannot be read any more; left out.",
                value=name,
            )
            return False
        # Stored: pictures and recordings are packed already.
        info = _info("sources/" + name.removeprefix(INTERNAL), zipfile.ZIP_STORED)
        info.file_size = held.tell()
        held.seek(0)
        with archive.open(info, "w") as target:
            shutil.copyfileobj(held, target)
    return True


def _read(packed: Packed, held: IO[bytes]) -> None:
    with packed.archive.open("rb") as raw:
        if packed.entry:
            with zipfile.ZipFile(raw) as source, source.open(packed.entry) as stream:
                shutil.copyfileobj(stream, held)
        else:
            shutil.copyfileobj(raw, held)
