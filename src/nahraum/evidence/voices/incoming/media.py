"""The files of photographs and recordings in a project: which of them can be taken, and their bytes."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nahraum.evidence.voices.beside import Pixels
from nahraum.evidence.voices.exchange.archive import BROKEN
from nahraum.evidence.voices.exchange.model import Kind, Medium, Packed, Project
from nahraum.evidence.voices.texts.cards import is_picture, size_of
from nahraum.evidence.voices.texts.recordings import LONGEST_BEGINNING, sound_of

MEGA = 1 << 20
LARGEST = {Kind.PICTURE: 50 * MEGA, Kind.AUDIO: 500 * MEGA}
ALL = 1 << 30  # bytes of all together, unpacked: a small archive could fill a disk


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that can be taken; ``entry`` of the archive; ``pixels``: of a picture, upright; None: a recording."""

    entry: str
    pixels: Pixels | None = None


def files_of(project: Project, content: bytes, lost: Counter[str]) -> dict[str, File]:
    """Return the files of pictures and recordings by the GUID of their medium; the rest is counted by why not.

    Every byte is read, so that nothing is found damaged later.
    """
    found: dict[str, File] = {}
    room = ALL
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for medium in project.media:
            packed = project.files.get(medium.path)
            if medium.kind not in LARGEST:
                continue
            if not isinstance(packed, Packed):
                lost["media-missing"] += 1
            elif packed.size > min(LARGEST[medium.kind], room):
                lost["media-large"] += 1
            elif file := _file(archive, medium, packed.entry):
                found[medium.guid] = file
                room -= packed.size
            else:
                lost["media-damaged"] += 1
    return found


def _file(archive: zipfile.ZipFile, medium: Medium, entry: str) -> File | None:
    try:
        if medium.kind is Kind.PICTURE:
            content = archive.read(entry)
            pixels = size_of(content) if is_picture(content) else None
            return File(entry=entry, pixels=pixels) if pixels else None
        with archive.open(entry) as stream:
            is_sound = sound_of(stream.read(LONGEST_BEGINNING))
            while stream.read(MEGA):
                pass
        return File(entry=entry) if is_sound else None
    except BROKEN:
        return None


def bytes_of(content: bytes, entries: Iterable[str]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield entries of a project with their bytes, part by part; of none, ``content`` need be no archive."""
    entries = list(entries)
    if not entries:
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in entries:
            with archive.open(entry) as stream:
                yield entry, iter(lambda stream=stream: stream.read(MEGA), b"")  # type: ignore[misc]
