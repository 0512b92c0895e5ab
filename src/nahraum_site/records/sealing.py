"""What must be forgettable lies sealed: each collection has a key of its own, and without the key its texts are gone.

The keys are files beside the database, never in it and never in a backup of it (ADR 0015): destroying a key deletes
what it sealed everywhere at once, also in copies that nobody can reach any more.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _

KEY, NONCE = 32, 12  # bytes; AES-256-GCM, a fresh random nonce for each sealing (NIST SP 800-38D, 8.2.2)
SUFFIX = ".key"


class Destroyed(WrongRequest):
    """The key is gone, and with it for good what it sealed."""

    def __init__(self) -> None:
        super().__init__(_("These texts were deleted: their key is destroyed, nobody can open them any more."))


class Damaged(WrongRequest):
    """What was sealed was changed, or belongs to another place."""

    def __init__(self) -> None:
        super().__init__(_("A stored text is damaged: it is not what was once saved. Ask for the latest backup."))


class Seal:
    """The key of one collection, read once for what one request opens; never kept longer.

    ``place`` binds what is sealed to the row that holds it: moved to another row, it cannot be opened.
    """

    def __init__(self, owner: UUID) -> None:
        try:
            self._cipher = AESGCM(_path(owner).read_bytes())
        except FileNotFoundError:
            raise Destroyed from None

    def close(self, content: bytes, place: str) -> bytes:
        """Return the content sealed."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, content, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Return the content; raises Damaged where a single bit was changed."""
        try:
            return self._cipher.decrypt(bytes(sealed[:NONCE]), bytes(sealed[NONCE:]), place.encode())
        except (InvalidTag, ValueError):
            raise Damaged from None


def make(owner: UUID) -> Seal:
    """Make the key of a new collection and see it on the disk; to be called before anything is sealed with it."""
    folder = settings.KEYS
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(_path(owner), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(os.urandom(KEY))
        stream.flush()
        os.fsync(stream.fileno())
    _settle(folder)
    return Seal(owner)


def destroy(owner: UUID) -> bool:
    """Destroy a key; False if there was none. A transaction that removes the rows does this once it is committed.

    The bytes are overwritten first. Some disks and file systems keep old blocks for a while nonetheless: the handbook
    says what to do about it.
    """
    path = _path(owner)
    try:
        with path.open("r+b") as stream:
            stream.write(bytes(KEY))
            stream.flush()
            os.fsync(stream.fileno())
    except FileNotFoundError:
        return False
    path.unlink()
    _settle(path.parent)
    return True


def sweep(owners: Iterable[UUID]) -> int:
    """Destroy the keys of those who are not there any more (a process was killed in between); return how many."""
    kept = {_path(owner) for owner in owners}
    lost = [path for path in settings.KEYS.glob(f"*{SUFFIX}") if path not in kept]
    return sum(destroy(UUID(path.stem)) for path in lost)


def _path(owner: UUID) -> Path:
    folder: Path = settings.KEYS
    return folder / f"{owner}{SUFFIX}"


def _settle(folder: Path) -> None:
    """See the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
