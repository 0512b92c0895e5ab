"""Every write about deliveries on their way in: atomic, logged, and nothing typed is lost."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.strict import build
from nahraum.sources import apart
from nahraum.sources.preview import Recognised
from nahraum.sources.suggest import most_like, sheet_like, suggest
from nahraum.sources.terms import Shape, TableSpec
from nahraum_site.accounts.models import User
from nahraum_site.places.queries import area_keys, levels
from nahraum_site.records import files, log
from nahraum_site.records.models import File
from nahraum_site.records.remedies import in_the_browser
from nahraum_site.shell.overtaken import Overtaken
from nahraum_site.sources import queries
from nahraum_site.sources.models import Duty, Upload

SAID = ("name", "holder", "rhythm", "due", "note")  # what people say about a line of the calendar


def take_file(name: str, chunks: Iterable[bytes], user: User, duty: Duty | None = None) -> Upload:
    """Keep a file and suggest how to read it. WrongRequest, and nothing is kept, if it cannot be read at all."""
    file, found = files.keep_if(name, chunks, user, _table_in)
    earlier, usual = queries.earlier_parts(), duty.part if duty else None
    found = _usual_sheet(found, file, [usual] if usual else earlier)
    fields = _suggested(found, earlier, usual)
    fields["recognised"]["words"] = _words(file, fields["part"])
    with transaction.atomic():
        upload = Upload.objects.create(file=file, owner=user, duty=duty, **fields)
        log.write(user, "upload.taken", upload, after={"file": file.sha256, "size": file.size})
    return upload


def _table_in(file: File) -> Recognised:
    found = apart.recognised(file.path, file.name)
    if not any(found.headers):
        raise WrongRequest(_("{name} holds no table.").format(name=file.name))
    return found


def _usual_sheet(found: Recognised, file: File, earlier: list[dict[str, Any]]) -> Recognised:
    """Return the look at the sheet that stands where the earlier table of this kind stood."""
    alike = most_like(found, earlier)
    sheet = sheet_like(found.sheets, found.name, alike) if alike and len(found.sheets) > 1 else ""
    return apart.recognised(file.path, file.name, sheet=sheet) if sheet and sheet != found.sheet else found


def _words(file: File, part: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the variables that a long table names; none where it cannot be read yet."""
    if part.get("shape") != Shape.LONG:
        return ()
    try:
        return apart.first_rows(file.path, file.name, part).words
    except (BadInput, WrongRequest):
        return ()


def _suggested(
    found: Recognised, earlier: list[dict[str, Any]], usual: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the fields of an upload that say what was recognised and suggested."""
    suggestion = suggest(found, earlier, prefer=usual, areas=area_keys())
    noted: dict[str, Any] = {
        "check": suggestion.check,
        "new": suggestion.new,
        "gone": suggestion.missing,
        "like": suggestion.earlier,
    }
    part, known = dict(suggestion.table), levels()
    if "totals" in suggestion.check and known and "city" not in known:
        part["totals"] = {"": list(known)[-1]}
    return {
        "recognised": {**asdict(found), **noted},
        "part": part,
        "reasons": dict(suggestion.reasons),
    }


def look_at_sheet(upload: Upload, sheet: str, version: int) -> None:
    """Look at another sheet of the same file; what was suggested for the first one is suggested anew."""
    found = apart.recognised(upload.file.path, upload.file.name, sheet=sheet)
    usual = upload.duty.part if upload.duty else None
    fields = _suggested(found, queries.earlier_parts(), usual)
    fields["recognised"]["words"] = _words(upload.file, fields["part"])
    _save(upload, version, stage=Upload.Stage.NEW, **fields)


def take_sheet(upload: Upload, sheet: str, user: User) -> Upload:
    """Take another sheet of the same workbook as a delivery of its own, to be read as this one. WrongRequest if it
    cannot be read.
    """
    found = apart.recognised(upload.file.path, upload.file.name, sheet=sheet)
    fields = _suggested(found, [*queries.earlier_parts(), upload.part], upload.part)
    fields["recognised"]["words"] = _words(upload.file, fields["part"])
    with transaction.atomic():
        other = Upload.objects.create(file=upload.file, owner=user, **fields)
        log.write(user, "upload.taken", other, after={"file": upload.file.sha256, "sheet": sheet})
    return other


def look_again(upload: Upload, typed: Mapping[str, Any], version: int) -> None:
    """Look at the file once more, with another layout, header row or column of variables; nothing else changes.

    WrongRequest where it cannot be read so.
    """
    part = {name: upload.part[name] for name in ("sheet", "encoding", "delimiter") if upload.part.get(name)}
    try:
        found = apart.first_rows(upload.file.path, upload.file.name, {**part, "id": "t", **typed})
    except BadInput as error:
        raise WrongRequest(" ".join(in_the_browser(each).said for each in error.issues)) from None
    seen = {"headers": found.headers, "first_rows": found.first_rows, "words": found.words}
    _save(upload, version, recognised={**upload.recognised, **seen})


@transaction.atomic
def describe(upload: Upload, part: Mapping[str, Any], version: int, user: User) -> None:
    """Store how the table is to be read. WrongRequest where the core cannot read it so; nothing is stored then."""
    build(TableSpec, dict(part), _("table"))
    _save(upload, version, part=dict(part), stage=Upload.Stage.NEW, issues=[], summary={})
    log.write(user, "upload.described", upload, after={"table": part.get("id", "")})


@transaction.atomic
def discard(upload: Upload, user: User) -> None:
    """Set a delivery aside; its file is deleted once that is certain, because nothing rests on it."""
    _save(upload, upload.version, stage=Upload.Stage.DISCARDED)
    log.write(user, "upload.discarded", upload)
    path = upload.file.path
    if not Upload.objects.filter(file=upload.file).exclude(stage=Upload.Stage.DISCARDED).exists():
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


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
def make_duty(given: Mapping[str, Any], user: User) -> None:
    """Store who owes which table when."""
    duty = Duty.objects.create(**{name: given[name] for name in SAID})
    log.write(user, "duty.made", duty, after=_said(duty))


@transaction.atomic
def change_duty(duty: Duty, given: Mapping[str, Any], version: int, user: User) -> None:
    """Change a line of the calendar. Overtaken if somebody else did since ``version``, or a delivery moved the day.

    WrongRequest once the table is no longer expected.
    """
    now = Duty.objects.select_for_update().get(pk=duty.pk)
    if now.ended_at:
        raise WrongRequest(_("This table is no longer expected: the delivery calendar does not hold it any more."))
    before, note = _said(now), now.note
    fields = {name: given[name] for name in SAID}
    if not Duty.objects.filter(pk=now.pk, version=version).update(version=version + 1, **fields):
        raise Overtaken(now)
    now.refresh_from_db()
    noted = {"noted": True} if now.note != note else {}  # not its words: they may name somebody
    log.write(user, "duty.changed", now, before=before, after=_said(now) | noted)


def _said(duty: Duty) -> dict[str, Any]:
    return {"name": duty.name, "holder": duty.holder, "due": duty.due.isoformat(), "rhythm": duty.rhythm}


@transaction.atomic
def end_duty(duty: Duty, user: User) -> None:
    """Take a table from the calendar."""
    Duty.objects.filter(pk=duty.pk).update(ended_at=timezone.now(), version=F("version") + 1)
    log.write(user, "duty.ended", duty)


@transaction.atomic
def fulfil(duty: Duty, part: Mapping[str, Any], user: User) -> None:
    """Note that a table came: the next one is due a rhythm later, and will be read as this one was."""
    now = Duty.objects.select_for_update().get(pk=duty.pk)
    before = now.due
    now.part = dict(part)
    if now.rhythm:
        now.due = _months_later(now.due, now.rhythm)
    else:
        now.ended_at = timezone.now()
    now.version += 1  # a page that was opened before shows the day that is past
    now.save(update_fields=["part", "due", "ended_at", "version"])
    log.write(user, "duty.fulfilled", now, before={"due": before.isoformat()}, after={"due": now.due.isoformat()})


def _months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
