"""What a site holds: the tables of its database and the files that their rows name; one list for backup and check."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connections, models
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Exists, OuterRef, QuerySet

from nahraum.base.language import gettext as _
from nahraum_site.records.models import File
from nahraum_site.reports.models import StoredFile
from nahraum_site.sources.models import Upload
from nahraum_site.voices.texts.models import Source

# Who is signed in at this moment is nobody's business later: after a restore everybody signs in anew.
LEFT_OUT = {"sessions.session", "usersessions.usersession"}
CHUNK = 1 << 20


@dataclass(kw_only=True)
class Done:
    """What was written or restored, what was found wrong on the way, and what is only to be known."""

    rows: int = 0
    files: int = 0
    keyless: int = 0  # restored collections whose texts wait for their keys: no backup holds them
    faults: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A file that a row names: its place below the folder for everything, and the hash that was stored with it."""

    place: str
    sha256: str

    @property
    def path(self) -> Path:
        """Return where it lies."""
        return Path(settings.VAR, self.place)

    def fault(self) -> str:
        """Return what is wrong with it, or nothing."""
        if not self.path.is_file():
            return _("File missing: {place}").format(place=self.place)
        if sha256_of(self.path) != self.sha256:
            return _("File differs from what was stored: {place}").format(place=self.place)
        return ""


def holdings(database: str = "default") -> Iterator[Holding]:
    """Return every file that the database names: deliveries, editions, sealed files of studies. Three questions."""
    for file in _kept(database).order_by("pk").iterator():
        yield Holding(place=str(file.path.relative_to(settings.VAR)), sha256=file.sha256)
    for stored in StoredFile.objects.using(database).select_related("edition").order_by("pk").iterator():
        place = settings.FILES.relative_to(settings.VAR) / str(stored.edition.uuid) / stored.name
        yield Holding(place=str(place), sha256=stored.sha256)
    for source in Source.objects.using(database).select_related("collection").order_by("pk").iterator():
        yield Holding(place=str(source.path.relative_to(settings.VAR)), sha256=source.stored_sha256)


def _kept(database: str) -> QuerySet[File]:
    """Return deliveries whose files are there: discarded ones are deleted, only their rows stay."""
    uploads, discarded = Upload.objects.filter(file=OuterRef("pk")), Upload.Stage.DISCARDED
    gone = Exists(uploads.filter(stage=discarded)), ~Exists(uploads.exclude(stage=discarded))
    return File.objects.using(database).exclude(*gone)


def removed_meanwhile(place: str) -> str:
    """Say that somebody removed a file between the rows of a backup and its files: the rows name it still."""
    return _(
        "Removed by somebody while the backup was written: {place}. A restored site lists it again, without its file; "
        "please remove it there once more."
    ).format(place=place)


def tables() -> list[type[models.Model]]:
    """Return the model of every table whose rows are kept."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and model._meta.label_lower not in LEFT_OUT]


def unapplied(database: str = "default") -> bool:
    """Return whether the database is older than the program."""
    executor = MigrationExecutor(connections[database])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def sha256_of(path: Path) -> str:
    """Return the hash of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
