"""Look into a .qdpx without trusting it: nothing is unpacked to disk, sizes are limited, names must stay inside."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from nahraum.base import BadInput
from nahraum.evidence.voices.exchange.told import refusal
from nahraum.evidence.voices.texts.package import listed

ENTRIES = 50_000
MOST_LISTED = 16 << 20  # bytes of their list
TOTAL = 16 << 30  # unpacked bytes with all media; the standard keeps larger ones outside of the file
PROJECT = 512 << 20  # unpacked bytes of project.qde; 200,000 codings need 70 MB
TEXT = 64 << 20  # unpacked bytes of one text
TEXTS = 32 << 20  # unpacked bytes of all texts, 10,000 pages; names are looked for in all of them
FEW = 4 << 20  # unpacked bytes of all texts below which no ratio is suspicious
HARMLESS = 32 << 20  # unpacked bytes below which no ratio is suspicious
RATIO = 200  # unpacked to packed bytes
INTERNAL = "internal://"
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An opened and checked .qdpx; ``project`` is the entry of its XML, ``taken`` the bytes of its texts so far."""

    path: Path
    file: str
    zip: zipfile.ZipFile
    project: str
    sources: dict[str, tuple[str, ...]]  # by name, in slashes and small letters
    exact: frozenset[str]
    taken: Counter[str] = field(default_factory=Counter)

    def entry_of(self, path: str) -> str:
        """Return the entry that a path of a source means, or nothing: internal:// or bare, in any capitals.

        Where several differ in capitals only, the one that is written as the path; which else is meant cannot be told.
        """
        bare = in_slashes(path.removeprefix(INTERNAL)).lstrip("/")
        if "://" in bare or not bare:
            return ""
        folder = in_slashes(self.project).rpartition("/")[0]
        for name in (f"{folder}/sources/{bare}".lstrip("/"), f"{folder}/{bare}".lstrip("/")):
            if found := self.sources.get(name.lower()):
                same = [each for each in found if in_slashes(each).endswith(bare)]
                exact = [each for each in same if in_slashes(each) == name]
                return next((some[0] for some in (exact, same, found) if len(some) == 1), "")
        return ""

    def bytes_of(self, entry: str, limit: int = TEXT) -> bytes | None:
        """Return the bytes of a small entry; None where they are damaged or too many.

        Raises BadInput as ``count_text``.
        """
        if self.size_of(entry) > limit:
            return None
        self.count_text(self.size_of(entry), self.zip.getinfo(entry).compress_size)
        try:
            return self.zip.read(entry)
        except BROKEN:
            return None

    def count_text(self, unpacked: int, packed: int) -> None:
        """Count the bytes of one more text; raises BadInput where all are too many, or unpack from almost nothing."""
        self.taken.update(unpacked=unpacked, packed=packed)
        _refuse_texts(self.taken["unpacked"], self.taken["packed"], self.file)

    def size_of(self, entry: str) -> int:
        """Return the unpacked bytes of an entry; Python's zip reader never gives more than that."""
        return self.zip.getinfo(entry).file_size


@contextmanager
def opened(content: Path | bytes, file: str = "") -> Iterator[Archive]:
    """Open a .qdpx; raises BadInput where it is no zip, protected, absurdly large or leads out of itself.

    Of bytes that lie nowhere, media cannot be copied later.
    """
    path = content if isinstance(content, Path) else Path()
    file = file or path.name
    try:
        _refuse_endless(content, file)
        archive = zipfile.ZipFile(content if isinstance(content, Path) else io.BytesIO(content))
    except BROKEN as error:
        raise refusal(
            file,
            "exchange-no-archive",
            message="This is no REFI-QDA project: the file is damaged or no zip archive.",
            remedy="Export it again as REFI-QDA project (.qdpx) from the program that it comes from.",
        ) from error
    with archive:
        infos = archive.infolist()
        _refuse_hostile(infos, file)
        names = [info.filename for info in infos if not in_slashes(info.filename).endswith("/")]
        yield Archive(
            path=path,
            file=file,
            zip=archive,
            project=_project_in(names, file),
            sources=_by_name(names),
            exact=frozenset(names),
        )


def in_slashes(name: str) -> str:
    """Return the name of an entry as the standard of zip has it: .NET before 4.6.1 wrote backslashes."""
    return name.replace("\\", "/")


def _by_name(names: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        key = in_slashes(name).lower()
        found[key] = (*found.get(key, ()), name)
    return found


def _refuse_endless(content: Path | bytes, file: str) -> None:
    with content.open("rb") if isinstance(content, Path) else io.BytesIO(content) as stream:
        if listed(stream) > MOST_LISTED:
            raise _too_many(file)


def _too_many(file: str) -> BadInput:
    return refusal(
        file,
        "exchange-too-many-entries",
        message="The archive holds more than {most} files; so many are not read.",
        remedy="Export a smaller part of the project.",
        most=ENTRIES,
    )


def _refuse_hostile(infos: list[zipfile.ZipInfo], file: str) -> None:
    if len(infos) > ENTRIES:
        raise _too_many(file)
    for info in infos:
        if _leaves(info.filename):
            raise refusal(
                file,
                "exchange-path-leaves",
                message="A file in the archive has a name that leads out of it; the archive is not read.",
                remedy="Ask where it comes from, and export the project again.",
                value=info.filename,
            )
        if info.flag_bits & 0x1:
            raise refusal(
                file,
                "exchange-protected",
                message="The archive is protected by a password.",
                remedy="Export the project without a password.",
                value=info.filename,
            )
    _refuse_bomb(infos, file)
    twice = [name for name, count in Counter(in_slashes(info.filename) for info in infos).items() if count > 1]
    if twice:
        raise refusal(
            file,
            "exchange-entry-twice",
            message="Two files in the archive have the same name; which one is meant cannot be told.",
            remedy="Export the project again.",
            value=twice[0],
        )


def _leaves(name: str) -> bool:
    plain = in_slashes(name)
    return plain.startswith("/") or ":" in plain.split("/")[0] or ".." in PurePosixPath(plain).parts or "\0" in name


def _refuse_bomb(infos: list[zipfile.ZipInfo], file: str) -> None:
    inflated = [i for i in infos if i.file_size > HARMLESS and i.file_size > RATIO * max(i.compress_size, 1)]
    if inflated or sum(info.file_size for info in infos) > TOTAL:
        raise refusal(
            file,
            "exchange-bomb",
            message="The archive would unpack to an absurd size; it is not read.",
            remedy="Ask where it comes from; leave large recordings outside of the exported project.",
            value=inflated[0].filename if inflated else "",
        )


def _refuse_texts(unpacked: int, packed: int, file: str) -> None:
    if unpacked > TEXTS or (unpacked > FEW and unpacked > RATIO * max(packed, 1)):
        raise refusal(
            file,
            "exchange-texts-too-large",
            message="The texts of the project unpack to {size} MB and more; at most {most} MB are read.",
            remedy="Ask where it comes from; export a part of the project with fewer texts.",
            size=unpacked >> 20,
            most=TEXTS >> 20,
        )


def _project_in(names: list[str], file: str) -> str:
    """Return the entry with the project: project.qde, else the only .qde, in the outermost folder that has one."""
    found = [name for name in names if name.lower().endswith(".qde") and not name.startswith("__MACOSX/")]
    depth = min((in_slashes(name).count("/") for name in found), default=0)
    found = [name for name in found if in_slashes(name).count("/") == depth]
    named = [name for name in found if in_slashes(name).lower().rpartition("/")[2] == "project.qde"]
    if len(named or found) == 1:
        return (named or found)[0]
    raise refusal(
        file,
        "exchange-no-project",
        message="The archive must hold one project (project.qde); it holds {count}.",
        remedy="Export it again as REFI-QDA project (.qdpx) from the program that it comes from.",
        count=len(named or found),
    )


def unreadable(archive: Archive) -> Exception:
    """Return the refusal of a project whose bytes cannot be read."""
    return refusal(
        archive.file,
        "exchange-damaged",
        message="The project in the archive is damaged or too large.",
        remedy="Export or send it again.",
        value=archive.project,
    )


def project_stream(archive: Archive) -> IO[bytes]:
    """Open the project's XML; raises BadInput where it is too large or cannot be opened."""
    if archive.size_of(archive.project) > PROJECT:
        raise unreadable(archive)
    try:
        return archive.zip.open(archive.project)
    except BROKEN as error:
        raise unreadable(archive) from error
