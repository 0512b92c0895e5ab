"""Every write about deliveries on their way in: atomic, logged, and nothing typed is lost."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.strict import build
from nahraum.sources.preview import Recognised, recognise
from nahraum.sources.suggest import most_like, sheet_like, suggest
from nahraum.sources.terms import TableSpec
from nahraum_site.accounts.models import User
from nahraum_site.records import files, log
from nahraum_site.records.models import File
from nahraum_site.sources import queries
from nahraum_site.sources.models import Duty, Upload


def take_file(name: str, chunks: Iterable[bytes], user: User, duty: Duty | None = None) -> Upload:
    """Keep a file and suggest how to read it. WrongRequest, and nothing is kept, if it cannot be read at all."""
    file = files.keep(name, chunks, user)
    try:
        found = recognise(file.path, file.name)
    except WrongRequest:
        file.path.unlink(missing_ok=True)
        file.delete()
        raise
    earlier = [*queries.earlier_parts(), *([duty.part] if duty and duty.part else [])]
    found = _usual_sheet(found, file, earlier)
    with transaction.atomic():
        upload = Upload.objects.create(file=file, owner=user, duty=duty, **_suggested(found, earlier))
        log.write(user, "upload.taken", upload, after={"file": file.sha256, "size": file.size})
    return upload


def _usual_sheet(found: Recognised, file: File, earlier: list[dict[str, Any]]) -> Recognised:
    """Return the look at the sheet that stands where the earlier table of this kind stood."""
    alike = most_like(found, earlier)
    sheet = sheet_like(found.sheets, found.name, alike) if alike and len(found.sheets) > 1 else ""
    return recognise(file.path, file.name, sheet=sheet) if sheet and sheet != found.sheet else found


def _suggested(found: Recognised, earlier: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the fields of an upload that say what was recognised and suggested."""
    suggestion = suggest(found, earlier)
    noted = {"check": suggestion.check, "new": suggestion.new, "gone": suggestion.missing, "like": suggestion.earlier}
    return {
        "recognised": {**asdict(found), **noted},
        "part": dict(suggestion.table),
        "reasons": dict(suggestion.reasons),
    }


@transaction.atomic
def look_at_sheet(upload: Upload, sheet: str, version: int) -> None:
    """Look at another sheet of the same file; what was suggested for the first one is suggested anew."""
    found = recognise(upload.file.path, upload.file.name, sheet=sheet)
    _save(upload, version, stage=Upload.Stage.NEW, **_suggested(found, queries.earlier_parts()))


@transaction.atomic
def describe(upload: Upload, part: Mapping[str, Any], version: int, user: User) -> None:
    """Store how the table is to be read. WrongRequest where the core cannot read it so; nothing is stored then."""
    build(TableSpec, dict(part), _("table"))
    _save(upload, version, part=dict(part), stage=Upload.Stage.NEW, issues=[], summary={})
    log.write(user, "upload.described", upload, after={"table": part.get("id", "")})


@transaction.atomic
def discard(upload: Upload, user: User) -> None:
    """Set a delivery aside; its file is deleted, because nothing rests on it."""
    if upload.stage == Upload.Stage.CONFIRMED:
        raise WrongRequest(_("This delivery was confirmed. Withdraw it instead."))
    _save(upload, upload.version, stage=Upload.Stage.DISCARDED)
    upload.file.path.unlink(missing_ok=True)
    log.write(user, "upload.discarded", upload)


def remember(part: Mapping[str, Any], file: File, user: User | None) -> None:
    """Remember how a table of a project file is read, so that next year's is suggested the same."""
    Upload.objects.create(file=file, owner=user, part=dict(part), stage=Upload.Stage.CONFIRMED)


def _save(upload: Upload, version: int, **fields: Any) -> None:
    """Store fields unless somebody else was quicker: WrongRequest then, and nothing is overwritten."""
    fresh = Upload.objects.filter(pk=upload.pk, version=version).exclude(stage=Upload.Stage.CONFIRMED)
    if not fresh.update(version=version + 1, **fields):
        raise WrongRequest(_("Somebody else has worked on this delivery meanwhile. Load the page anew."))
    upload.refresh_from_db()


@transaction.atomic
def keep_duty(duty: Duty, user: User) -> Duty:
    """Store who owes which table when."""
    fresh = duty.pk is None
    duty.save()
    after = {"name": duty.name, "holder": duty.holder, "due": duty.due.isoformat(), "rhythm": duty.rhythm}
    log.write(user, "duty.made" if fresh else "duty.changed", duty, after=after)
    return duty


@transaction.atomic
def end_duty(duty: Duty, user: User) -> None:
    """Take a table from the calendar."""
    duty.ended_at = timezone.now()
    duty.save(update_fields=["ended_at"])
    log.write(user, "duty.ended", duty)


def fulfil(duty: Duty, part: Mapping[str, Any], user: User) -> None:
    """Note that a table came: the next one is due a rhythm later, and will be read as this one was."""
    before = duty.due
    duty.part = dict(part)
    if duty.rhythm:
        duty.due = _months_later(duty.due, duty.rhythm)
    else:
        duty.ended_at = timezone.now()
    duty.save(update_fields=["part", "due", "ended_at"])
    log.write(user, "duty.fulfilled", duty, before={"due": before.isoformat()}, after={"due": duty.due.isoformat()})


def _months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
