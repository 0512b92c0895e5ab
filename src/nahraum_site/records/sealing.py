"""What must be forgettable lies sealed: each collection has a key of its own, and without the key its texts are gone.

The keys are files beside the database, never in it and never in a backup of it (ADR 0015): destroying a key deletes
what it sealed everywhere at once, also in copies that nobody can reach any more.
"""

from __future__ import annotations

import errno
import fcntl
import hmac
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _

KEY, NONCE = 32, 12  # bytes; AES-256-GCM, a fresh random nonce for each sealing (NIST SP 800-38D, 8.2.2)
MORE = NONCE + 16  # bytes by which what is sealed is longer: nonce and tag
SUFFIX = ".key"
GONE = ".gone"  # an empty file that tells that a key was destroyed: no copy of it may come back
LOCK = ".lock"


class Destroyed(WrongRequest):
    """The key is gone, and with it for good what it sealed."""

    def __init__(self, message: str = "") -> None:
        gone = _("These texts were deleted: their key is destroyed, nobody can open them any more.")
        super().__init__(message or gone)


class Missing(Destroyed):
    """The key is not here, and nothing says that it was destroyed: a backup was restored without the file of keys."""

    def __init__(self) -> None:
        super().__init__(
            _("The key of these texts is not here. The administration puts it back: `nahraum restore-keys`.")
        )


class Damaged(WrongRequest):
    """What was sealed was changed, or belongs to another place."""

    def __init__(self) -> None:
        super().__init__(_("A stored text is damaged: it is not what was once saved. Ask for the latest backup."))


class Seal:
    """The key of one collection, read once for what one request opens; never kept longer.

    ``place`` binds what is sealed to the row that holds it: moved to another row, it cannot be opened.
    """

    def __init__(self, owner: UUID) -> None:
        key = raw(owner)
        self._cipher = AESGCM(key)
        self._marking = hmac.digest(key, b"nahraum: marks of contents", "sha256")  # no key serves two purposes

    def close(self, content: bytes, place: str) -> bytes:
        """Return the content sealed."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, content, place.encode())

    def mark(self, digest: str) -> str:
        """Return by what a content is known again of which this is the SHA-256. A bare hash would confirm a guess of a
        short answer to whoever stole the database; this confirms nothing without the key, and goes with it.
        """
        return hmac.digest(self._marking, digest.encode(), "sha256").hex()

    def open(self, sealed: bytes, place: str) -> bytes:
        """Return the content; raises Damaged where a single bit was changed."""
        try:
            return self._cipher.decrypt(bytes(sealed[:NONCE]), bytes(sealed[NONCE:]), place.encode())
        except (InvalidTag, ValueError):
            raise Damaged from None


class Seals(dict[UUID, Seal]):
    """The keys of what one request opens, each read when it is first asked for; raises as `Seal` does."""

    def __missing__(self, owner: UUID) -> Seal:
        """Read the key and keep it."""
        return self.setdefault(owner, Seal(owner))

    def close(self, content: bytes, owners: Iterable[UUID], place: str) -> bytes:
        """Return the content sealed with one key after the other: it opens only while all of them are there."""
        for owner in sorted(owners):
            content = self[owner].close(content, f"{place} {owner}")
        return content

    def open(self, sealed: bytes, owners: Iterable[UUID], place: str) -> bytes:
        """Return what was sealed with the keys of these owners."""
        for owner in sorted(owners, reverse=True):
            sealed = self[owner].open(sealed, f"{place} {owner}")
        return sealed


def make(owner: UUID) -> Seal:
    """Make the key of a new collection and see it on the disk; to be called before anything is sealed with it.

    Raises Destroyed for an owner whose key was destroyed: a second one would open nothing of the first.
    """
    put(owner, os.urandom(KEY))
    return Seal(owner)


def put(owner: UUID, key: bytes) -> None:
    """Put a key to its place, whole or not at all, and see it on the disk.

    Raises Destroyed as `make` does, FileExistsError where there is one. What is not whole never was one: it gives way.
    """
    path, part = _path(owner), _part(owner)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(path.parent):
        if is_destroyed(owner):
            raise Destroyed
        if is_here(owner):
            raise FileExistsError(path)
        wipe(path)
        wipe(part)  # of a process that was killed
        try:
            write_new(part, key)
            os.link(part, path)  # unlike a renaming, it never replaces what appeared meanwhile
        finally:
            part.unlink(missing_ok=True)
        settle(path.parent)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let nobody else put keys into a folder meanwhile, in whatever process."""
    with os.fdopen(os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_new(path: Path, content: bytes) -> None:
    """Write a file that only this user may read, and see it on the disk. Raises FileExistsError where there is one."""
    with new_file(path) as stream:
        stream.write(content)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Give a new file that only this user may read, and see it on the disk in the end; nothing is left of one that
    failed, as on a full disk. Raises as `write_new`.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def raw(owner: UUID) -> bytes:
    """Return a key as it is, for the file of keys only. Raises as `Seal`; one that is not whole is Missing."""
    key = b""
    with suppress(FileNotFoundError):
        key = _path(owner).read_bytes()
    if len(key) != KEY:
        raise Destroyed if is_destroyed(owner) else Missing
    return key


def destroy(owner: UUID) -> bool:
    """Destroy a key; False if there was none. A transaction that removes the rows does this once it is committed.

    The bytes are overwritten first. Some disks and file systems keep old blocks for a while nonetheless: the handbook
    says what to do about it. That it was destroyed stays known, also where there was none.
    """
    path = _path(owner)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.with_suffix(GONE).touch(mode=0o600)
    settle(path.parent)
    if not sum(map(wipe, (path, _part(owner)))):
        return False
    settle(path.parent)
    return True


def wipe(path: Path) -> bool:
    """Overwrite the bytes of a file and remove it; False if there was none."""
    try:
        with path.open("r+b") as stream:
            stream.write(bytes(os.fstat(stream.fileno()).st_size))
            stream.flush()
            os.fsync(stream.fileno())
    except FileNotFoundError:
        return False
    path.unlink(missing_ok=True)
    return True


def is_here(owner: UUID) -> bool:
    """Return whether the key lies here, and whole."""
    with suppress(FileNotFoundError):
        return _path(owner).stat().st_size == KEY
    return False


def is_destroyed(owner: UUID) -> bool:
    """Return whether it is known here that a key was destroyed."""
    return _path(owner).with_suffix(GONE).exists()


def destroyed() -> set[UUID]:
    """Return the owners of all keys that are known here to be destroyed."""
    return _owners(GONE)


def kept() -> set[UUID]:
    """Return the owners of all keys that lie here, also of those that are not whole."""
    return _owners(SUFFIX)


def owner_of(name: str) -> UUID | None:
    """Return whose a file or folder is by its name; None if it is nobody's, as lost+found."""
    with suppress(ValueError):
        owner = UUID(name)
        return owner if str(owner) == name else None
    return None


def sweep(gone: Iterable[UUID]) -> int:
    """Destroy the keys of those who are gone (a process was killed in between), and those half destroyed; return how
    many. No other key is touched.
    """
    return sum(destroy(owner) for owner in kept() & {*gone, *destroyed()})


def _owners(suffix: str) -> set[UUID]:
    names = (path.stem for path in settings.KEYS.glob(f"*{suffix}"))
    return set(filter(None, map(owner_of, names)))


def _path(owner: UUID) -> Path:
    folder: Path = settings.KEYS
    return folder / f"{owner}{SUFFIX}"


def _part(owner: UUID) -> Path:
    """Return where a key is until it is whole."""
    return _path(owner).with_name(f".{owner}.part")


def settle(folder: Path) -> None:
    """See the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network folders know no such thing
            raise
    finally:
        os.close(handle)
