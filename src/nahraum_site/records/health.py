"""Whether the site is well: database, disk, worker, jobs, backup, log; few questions, nothing about people."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

import django
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from nahraum import __version__
from nahraum.base.language import number
from nahraum_site.records import signs
from nahraum_site.records.models import Job

LEAST_FREE = 500_000_000  # bytes on the disk of NAHRAUM_VAR
SILENT = timedelta(minutes=2)  # a worker signs every ten seconds, a running job every five
BACKUP_AGE = timedelta(days=8)
CHAIN_AGE = timedelta(days=2)  # it is walked every night


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the page; ``well`` is None for what can be neither good nor bad."""

    what: str
    words: str
    well: bool | None


def is_well() -> bool:
    """Return whether the database answers, the worker lives and the disk has room. Three questions."""
    try:
        return _worker_lives() and _free() > LEAST_FREE
    except DatabaseError:
        return False


def findings() -> list[Finding]:
    """Return everything the administration should know. Six questions."""
    waiting = Job.objects.filter(state=Job.State.WAITING).count()
    day = timezone.now() - timedelta(days=1)
    lost = Job.objects.filter(state__in=[Job.State.LOST, Job.State.FAILED], ended_at__gt=day).count()
    return [
        Finding(what=_("Database"), words=_database(), well=True),
        Finding(
            what=_("Disk space left"),
            words=_("{size} GB").format(size=number(_free() / 1e9, 1)),
            well=_free() > LEAST_FREE,
        ),
        Finding(what=_("Worker"), words=_when(_sign_of_worker()), well=_worker_lives()),
        Finding(what=_("Waiting jobs"), words=str(waiting), well=None),
        Finding(what=_("Jobs that failed or were interrupted since yesterday"), words=str(lost), well=lost == 0),
        _backup(),
        _chain(),
        Finding(
            what=_("Versions"),
            words=f"Nahraum {__version__}, Django {django.get_version()}, Python {platform.python_version()}",
            well=None,
        ),
    ]


def _free() -> int:
    return shutil.disk_usage(settings.VAR).free


def _database() -> str:
    version = connection.Database.sqlite_version if connection.vendor == "sqlite" else str(connection.pg_version)
    return f"{connection.display_name} {version}"


def _sign_of_worker() -> datetime | None:
    sign = signs.last("worker")
    running = Job.objects.filter(state=Job.State.RUNNING, alive_at__isnull=False).order_by("-alive_at").first()
    return max((each for each in (sign and sign.at, running and running.alive_at) if each), default=None)


def _worker_lives() -> bool:
    latest = _sign_of_worker()
    return latest is not None and timezone.now() - latest < SILENT


def _when(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%d.%m.%Y %H:%M:%S") if at else _("never")


def _backup() -> Finding:
    last = signs.last("backup")
    fresh = last is not None and timezone.now() - last.at < BACKUP_AGE
    whole = last is not None and not last.told.get("faults")
    words = _when(last and last.at)
    if last and not whole:
        words += "; " + _("files were missing or damaged: run `nahraum verify`")
    return Finding(what=_("Last backup"), words=words, well=fresh and whole)


def _chain() -> Finding:
    last = signs.last("chain")
    if last is None:
        return Finding(what=_("Chain of the log"), words=_("not checked yet"), well=None)
    broken, entries = last.told.get("broken_at"), last.told.get("entries", 0)
    words = _("{count} entries").format(count=entries)
    if broken:
        words = _("broken at entry {number}").format(number=broken)
    fresh = timezone.now() - last.at < CHAIN_AGE
    words = f"{words} ({_when(last.at)})"
    if not fresh:
        words += "; " + _("not checked for more than two days: the worker's journal says why")
    return Finding(what=_("Chain of the log"), words=words, well=not broken and fresh)
