"""A backup: one tar file with every row, every file that a row names, the secret key and a manifest of hashes.

Rows are written as JSON lines per table, the same from SQLite and PostgreSQL, so that a backup of the one can be
restored into the other without any tool of theirs. All rows come from one snapshot; the site goes on meanwhile.
Files never change once they are stored, so that they may be copied after it; what somebody removes meanwhile is told.
"""

from __future__ import annotations

import base64
import errno
import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.db import connections, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from nahraum import __version__
from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.config import environment
from nahraum_site.config.holdings import CHUNK, Done, holdings, removed_meanwhile, tables, unapplied
from nahraum_site.records import signs

FORMAT = 1
MANIFEST, KEY, SETTINGS = "manifest.json", "secret-key", "settings.env"
ROWS = 5000  # read at a time
SECRET = {"NAHRAUM_DATABASE", "NAHRAUM_MAIL"}  # hold passwords of other systems, which keep them
WITHOUT_LINKS = {errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


def write_backup(target: Path) -> Done:
    """Write the backup, whole or not at all. WrongRequest if the file exists or the database needs `prepare`."""
    if target.exists():
        raise _taken(target)
    if unapplied():
        raise WrongRequest(_("The database is older than the program: run `nahraum prepare` once."))
    scratch = target.with_name(f".{target.name}.part")
    scratch.unlink(missing_ok=True)  # of an earlier one that was killed
    handle = os.open(scratch, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as stream:
            with tarfile.open(fileobj=stream, mode="w") as tar, snapshot() as database:
                done = _Writer(tar, database).write()
            stream.flush()
            os.fsync(stream.fileno())
        _name(scratch, target)
    finally:
        scratch.unlink(missing_ok=True)
    signs.give("backup", rows=done.rows, files=done.files, faults=len(done.faults))
    return done


def _taken(target: Path) -> WrongRequest:
    return WrongRequest(_("{file} exists already; a backup never overwrites another.").format(file=target))


def _name(scratch: Path, target: Path) -> None:
    """Give the whole file its name; what appeared there meanwhile is never replaced."""
    try:
        os.link(scratch, target)
    except FileExistsError:
        raise _taken(target) from None
    except OSError as error:
        if error.errno not in WITHOUT_LINKS:
            raise
        _replace(scratch, target)


def _replace(scratch: Path, target: Path) -> None:
    """Name a file where there are no hard links (FAT, network shares): what it replaces is our own empty file."""
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise _taken(target) from None
    try:
        scratch.replace(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


@contextmanager
def snapshot() -> Iterator[str]:
    """Give the alias of a second connection on which every read sees the same moment; nobody waits for it."""
    found = dict(connections.databases["default"])
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = {**found["OPTIONS"], "transaction_mode": "DEFERRED"}
    else:
        from psycopg import IsolationLevel

        found["OPTIONS"] = {**found.get("OPTIONS", {}), "isolation_level": IsolationLevel.REPEATABLE_READ}
    connections.databases["snapshot"] = found
    try:
        with transaction.atomic(using="snapshot"):
            yield "snapshot"
    finally:
        connections["snapshot"].close()
        del connections["snapshot"], connections.databases["snapshot"]


class _Writer:
    """Writes the parts of one backup and remembers their hashes."""

    def __init__(self, tar: tarfile.TarFile, database: str) -> None:
        self.tar, self.database, self.done = tar, database, Done()
        self.made_at = timezone.now()
        self.members: dict[str, dict[str, Any]] = {}
        self.tables: dict[str, dict[str, Any]] = {}
        self.missing: list[str] = []

    def write(self) -> Done:
        """Write tables, files, key, settings, and last the manifest: without it a backup is not whole."""
        applied = sorted(MigrationRecorder(connections[self.database]).applied_migrations())
        for model in tables():
            self._table(model)
        for holding in holdings(self.database):
            self._file(holding.place, holding.path, holding.sha256)
        gone = self._gone()
        self._bytes(KEY, settings.SECRET_KEY.encode())
        given = {each.name: environment.read(each.name) for each in environment.SETTINGS if each.name in os.environ}
        lines = [f"{name}={value}" for name, value in sorted(given.items()) if name not in SECRET]
        self._bytes(SETTINGS, "\n".join([*lines, ""]).encode())
        manifest = {
            "format": FORMAT,
            "nahraum": __version__,
            "made_at": self.made_at.isoformat(),
            "database": connections[self.database].vendor,
            "migrations": applied,
            "tables": self.tables,
            "members": self.members,
            "faults": self.done.faults,
            "gone": gone,
        }
        self._bytes(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        return self.done

    def _table(self, model: type[models.Model]) -> None:
        names = [field.attname for field in model._meta.concrete_fields]
        rows = model._base_manager.using(self.database).order_by("pk").values_list(*names)
        label, count = model._meta.label_lower, 0
        with tempfile.TemporaryFile(dir=settings.VAR) as spool:
            with gzip.GzipFile(fileobj=spool, mode="wb", mtime=0, compresslevel=3) as packed:
                for row in rows.iterator(chunk_size=ROWS):
                    packed.write(json.dumps(row, default=_plain, ensure_ascii=False).encode() + b"\n")
                    count += 1
            size = spool.tell()
            spool.seek(0)
            self._stream(f"tables/{label}.jsonl.gz", spool, size)
        self.tables[label] = {"columns": names, "rows": count}
        self.done.rows += count

    def _file(self, place: str, path: Path, sha256: str) -> None:
        try:
            stream = path.open("rb")
        except FileNotFoundError:
            self.missing.append(place)
            return
        with stream:
            found = self._stream(place, stream, os.fstat(stream.fileno()).st_size)
        if found != sha256:
            self.done.faults.append(_("File differs from what was stored: {place}").format(place=place))
        self.done.files += 1

    def _gone(self) -> list[str]:
        """Return which missing files somebody removed since the snapshot, by the rows of now; others are faults."""
        wanted = {holding.place for holding in holdings()} if self.missing else set()
        self.done.faults += [_("File missing: {place}").format(place=each) for each in self.missing if each in wanted]
        gone = [each for each in self.missing if each not in wanted]
        self.done.notices += map(removed_meanwhile, gone)
        return gone

    def _bytes(self, name: str, content: bytes) -> None:
        self._stream(name, io.BytesIO(content), len(content))

    def _stream(self, name: str, stream: IO[bytes], size: int) -> str:
        """Add a member and return its hash."""
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, 0o600, int(self.made_at.timestamp())
        read = _Hashing(stream)
        self.tar.addfile(member, read)  # type: ignore[arg-type]
        self.members[name] = {"size": size, "sha256": read.digest.hexdigest()}
        return read.digest.hexdigest()


class _Hashing:
    """A stream that hashes what is read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int = CHUNK) -> bytes:
        """Return the next bytes."""
        found = self.stream.read(size)
        self.digest.update(found)
        return found


def _plain(value: object) -> object:
    """Return a value as JSON holds it, so that its field reads the same back (microseconds and all digits kept)."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, timedelta):
        from django.utils.duration import duration_string

        return duration_string(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"no way to write {type(value)}")
