"""Restoring a backup into an empty place, and checking one without restoring it."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.config import environment

if TYPE_CHECKING:
    from django.db import models
    from django.db.migrations.state import ProjectState

    from nahraum_site.config.holdings import Done

FORMAT, MANIFEST, KEY = 1, "manifest.json", "secret-key"
FOLDERS = ("kept", "files", "sealed")  # what of a backup becomes files again
CHUNK = 1 << 20
VARIABLES = 30_000  # SQLite takes 32,766 in one statement


def check_backup(path: Path) -> list[str]:
    """Return a sentence for everything in the file that is not as it was written, or was wrong even then."""
    with _opened(path) as tar:
        manifest = _manifest(tar, path)
        return [*_noted(manifest), *_damage(tar, manifest)]


def restore_backup(path: Path, var: Path) -> Done:
    """Restore everything into a new folder, and into the database of NAHRAUM_DATABASE if that is set.

    WrongRequest if folder or database hold anything, or if the file is not as it was written. What was wrong with the
    site even then is told, and everything else restored. The folder gets its name when all is done; PostgreSQL takes
    everything in one transaction.
    """
    var = var.resolve()  # a link to the folder cannot be replaced by one
    _refuse_filled(var)
    environment.write_privately()
    var.parent.mkdir(parents=True, exist_ok=True)
    with _opened(path) as tar:
        manifest = _manifest(tar, path)
        faults = _damage(tar, manifest)
        if faults:
            raise WrongRequest(" ".join([_("The backup is damaged."), *faults[:5]]))
        folder = _Folder(var)
        try:
            _unpack(tar, manifest, folder.scratch)
            return _load(tar, manifest, folder)
        except BaseException:
            folder.remove()
            raise


class _Folder:
    """What becomes the folder of the site: filled beside it; inside where it exists (a mount point stays)."""

    def __init__(self, var: Path) -> None:
        self.var, self.is_new = var, not var.exists()
        self.scratch = Path(tempfile.mkdtemp(prefix=f".{var.name}.new-", dir=var.parent if self.is_new else var))
        self.ours = [self.scratch]

    def settle(self) -> None:
        """Put everything in its place."""
        if self.is_new:
            self.scratch.rename(self.var)
            self.ours = [self.var]
            return
        _refuse_filled(self.var, self.scratch)
        for each in sorted(self.scratch.iterdir()):
            self.ours.append(each.rename(self.var / each.name))
        self.scratch.rmdir()

    def remove(self) -> None:
        """Remove what was written, wherever it lies by now."""
        for each in self.ours:
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink(missing_ok=True)


def _refuse_filled(var: Path, *ours: Path) -> None:
    if var.exists() and set(var.iterdir()) - set(ours):
        raise WrongRequest(
            _("{folder} is not empty; a backup is only restored into an empty place.").format(folder=var)
        )


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path, "r:")
    except tarfile.TarError as error:
        raise WrongRequest(_("{file} is not a backup of Nahraum, or not a whole one.").format(file=path)) from error


def _manifest(tar: tarfile.TarFile, path: Path) -> dict[str, Any]:
    try:
        stream = tar.extractfile(MANIFEST)
        assert stream is not None
        found: dict[str, Any] = json.loads(stream.read())
    except (KeyError, ValueError, tarfile.TarError) as error:
        raise WrongRequest(_("{file} is not a backup of Nahraum, or not a whole one.").format(file=path)) from error
    if found["format"] != FORMAT:
        raise WrongRequest(_("{file} was written by a newer version of Nahraum.").format(file=path))
    return found


def _noted(manifest: dict[str, Any]) -> list[str]:
    """Return what was wrong with the site when the backup was written: told, but no reason to lose the rest."""
    faults = manifest["faults"]
    return [_("Missing or damaged even when the backup was written:"), *faults] if faults else []


def _damage(tar: tarfile.TarFile, manifest: dict[str, Any]) -> list[str]:
    """Return what happened to the backup itself."""
    faults = []
    for name, told in manifest["members"].items():
        try:
            stream = tar.extractfile(name)
        except KeyError:
            stream = None
        if stream is None:
            faults.append(_("File missing: {place}").format(place=name))
        elif hashlib.file_digest(stream, "sha256").hexdigest() != told["sha256"]:  # type: ignore[arg-type]
            faults.append(_("File differs from what was stored: {place}").format(place=name))
    return faults


def _unpack(tar: tarfile.TarFile, manifest: dict[str, Any], folder: Path) -> None:
    """Write key and files; names that would lead anywhere else are refused."""
    for name in manifest["members"]:
        place = PurePosixPath(name)
        if name != KEY and place.parts[0] not in FOLDERS:
            continue
        if place.is_absolute() or ".." in place.parts:
            raise WrongRequest(_("The backup names a place outside of its folder: {place}").format(place=name))
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        source = tar.extractfile(name)
        assert source is not None
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            shutil.copyfileobj(source, stream, CHUNK)


def _load(tar: tarfile.TarFile, manifest: dict[str, Any], folder: _Folder) -> Done:
    """Fill the database as it was when the backup was written, bring it up to date, check all, settle the folder."""
    os.environ["NAHRAUM_VAR"] = str(folder.scratch)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nahraum_site.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from nahraum_site.config.verification import check_stored

    if connection.introspection.table_names():
        raise WrongRequest(_("The database is not empty; a backup is only restored into an empty one."))
    in_one = connection.vendor == "postgresql"
    try:
        # PostgreSQL also takes back changed tables; SQLite's file lies in the folder that is thrown away.
        with transaction.atomic() if in_one else nullcontext():
            state = _as_it_was(manifest["migrations"])
            with transaction.atomic():
                rows = _fill(tar, manifest["tables"], state)
                connection.check_constraints()
            call_command("migrate", interactive=False, verbosity=0)
            done = _done(manifest, rows, check_stored())
            if in_one:
                folder.settle()  # as the last step: where it fails, the database stays empty
    finally:
        connection.close()
    if not in_one:
        folder.settle()  # SQLite's file is closed by now
    return done


def _done(manifest: dict[str, Any], rows: int, found: Sequence[str]) -> Done:
    """Return what is to be told; what the backup says already is not told twice."""
    from nahraum_site.config.holdings import Done, removed_meanwhile
    from nahraum_site.voices.texts import vault

    gone = manifest.get("gone", ())
    said = {*manifest["faults"], *(_("File missing: {place}").format(place=each) for each in gone)}
    return Done(
        rows=rows,
        files=sum(name.startswith(FOLDERS) for name in manifest["members"]),
        keyless=len(vault.keyless()),
        faults=[*_noted(manifest), *(each for each in found if each not in said)],
        notices=list(map(removed_meanwhile, gone)),
    )


def _as_it_was(applied: Sequence[Sequence[str]]) -> ProjectState:
    """Make the tables of the version that wrote the backup. WrongRequest if that one was newer than we are."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    wanted = {(app, name) for app, name in applied}
    known = executor.loader.disk_migrations
    if any((app, name) not in known and app in executor.loader.migrated_apps for app, name in wanted):
        raise WrongRequest(_("The backup was written by a newer version of Nahraum; install that one."))
    wanted &= set(graph.nodes)
    # Only the last of each app: naming an earlier one would mean to go back to it.
    inner = {parent.key for key in wanted for parent in graph.node_map[key].parents if parent.key[0] == key[0]}
    return executor.migrate(sorted(wanted - inner))


def _fill(tar: tarfile.TarFile, tables: dict[str, Any], state: ProjectState) -> int:
    from django.core.management.color import no_style
    from django.db import connection

    if connection.vendor == "postgresql":  # changing a table leaves its links to be checked row by row
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    found = {model._meta.label_lower: model for model in state.apps.get_models(include_auto_created=True)}
    for label, told in tables.items():
        source = tar.extractfile(f"tables/{label}.jsonl.gz")
        assert source is not None
        with gzip.open(source) as lines:
            _insert(found[label], told["columns"], map(json.loads, lines))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [found[label] for label in tables]):
            cursor.execute(statement)
    return sum(told["rows"] for told in tables.values())


def _insert(model: type[models.Model], columns: Sequence[str], rows: Iterator[list[Any]]) -> None:
    """Insert rows as they are: no field may set a time or a default of its own."""
    from django.db import connection

    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    into = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES "  # noqa: S608 - names from our own models
    one = f"({', '.join(['%s'] * len(fields))})"
    with connection.cursor() as cursor:
        while some := list(islice(rows, min(500, VARIABLES // len(fields)))):
            values = [
                field.get_db_prep_save(field.to_python(value), connection)
                for row in some
                for field, value in zip(fields, row, strict=True)
            ]
            cursor.execute(into + ", ".join([one] * len(some)), values)
