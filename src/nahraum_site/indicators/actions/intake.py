"""From an upload to a delivery: check it together with everything that is here, then confirm it whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse

from nahraum.base import BadInput, Issue, Severity, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.strict import build
from nahraum.evidence.indicators.read import refuse_errors
from nahraum.sources import Reading, read_table
from nahraum.sources.contents import contents_of
from nahraum.sources.preview import called
from nahraum.sources.terms import TableSpec
from nahraum_site.accounts.models import User
from nahraum_site.indicators import assembly
from nahraum_site.indicators.actions.stock import confirm_batch
from nahraum_site.indicators.models import Batch, Value
from nahraum_site.records import jobs
from nahraum_site.records.models import Job
from nahraum_site.records.told import kept, told
from nahraum_site.sources.actions import fulfil
from nahraum_site.sources.models import Upload

INLINE = 2_000_000  # bytes: smaller files are read at once, larger ones by the worker


def part_of(upload: Upload) -> dict[str, Any]:
    """Return the section [[tables]] of an upload under a file name that no other delivery has."""
    name = upload.file.name
    others = Batch.objects.exclude(file__sha256=upload.file.sha256).only("part")
    taken = any(batch.part["file"] == name for batch in others)
    return {**upload.part, "file": f"{upload.part['id']}/{name}" if taken else name}


def read(upload: Upload, part: Mapping[str, Any]) -> Reading:
    """Return the reading of one upload. Raises BadInput where the file cannot be used."""
    spec = build(TableSpec, {**part, "file": Path(part["file"]).name}, _("table"))
    with called(upload.file.path, spec.file) as file:
        return read_table(spec, file.parent)


def ask_check(upload: Upload, user: User) -> Job | None:
    """Check an upload: at once if it is small, otherwise by a job, which is returned."""
    if upload.file.size <= INLINE:
        check(upload)
        return None
    job = jobs.ask("deliveries.check", {"upload": str(upload.uuid)}, key=f"check-{upload.uuid}", owner=user)
    Upload.objects.filter(pk=upload.pk).update(stage=Upload.Stage.READING, job=job)
    return job


def check(upload: Upload, progress: jobs.Progress = lambda _step, _share: None) -> None:
    """Read an upload together with everything that is here and store what is remarkable about it."""
    part = part_of(upload)
    summary: dict[str, Any] = {}
    try:
        progress(_("Reading {file}").format(file=upload.file.name), 0.1)
        reading = read(upload, part)
        issues = list(reading.issues)
        summary = asdict(contents_of(reading))
        summary["overlaps"] = overlaps(part, summary)
        if summary["overlaps"]:
            issues.append(_delivered_before(upload, summary["overlaps"]))
        elif not any(issue.severity is Severity.ERROR for issue in issues):
            progress(_("Comparing with what is here"), 0.4)
            issues += _new_with(upload, part, issues)
    except BadInput as error:
        issues = list(error.issues)
    except WrongRequest as error:
        issues = [Issue(code="request", severity=Severity.ERROR, message="{words}", params={"words": str(error)})]
    unread = Upload.objects.filter(pk=upload.pk).exclude(stage__in=(Upload.Stage.CONFIRMED, Upload.Stage.DISCARDED))
    unread.update(stage=Upload.Stage.READ, issues=[kept(issue) for issue in issues], summary=summary)


def overlaps(part: Mapping[str, Any], summary: Mapping[str, Any]) -> list[str]:
    """Return the deliveries that hold values of the same variables and periods and are not revised by this one."""
    same = Value.objects.filter(variable__in=summary["variables"], period__in=summary["periods"])
    others = same.filter(batch__withdrawn_at=None).exclude(batch__key__in=part.get("revises", []))
    return sorted(set(others.values_list("batch__key", flat=True).distinct()))


def _delivered_before(upload: Upload, keys: list[str]) -> Issue:
    return Issue(
        code="delivered-before",
        severity=Severity.ERROR,
        message="Values of these variables and periods were delivered before, in: {tables}.",
        remedy="If this table corrects them, say so below; otherwise give other variables or another period.",
        file=upload.file.name,
        params={"tables": ", ".join(keys)},
    )


def _new_with(upload: Upload, part: Mapping[str, Any], known: list[Issue]) -> list[Issue]:
    """Return the issues that the project has with this table and had not without it."""
    now = assembly.stock()
    before = {str(issue) for issue in (*_issues_of(now), *known)} if now.parts["tables"] else set(map(str, known))
    files = {**now.files, part["file"]: upload.file}
    with_it = assembly.Stock(parts={**now.parts, "tables": [*now.parts["tables"], dict(part)]}, files=files)
    return [issue for issue in _issues_of(with_it) if str(issue) not in before]


def _issues_of(stock: assembly.Stock) -> tuple[Issue, ...]:
    return assembly.ready(stock).inputs.issues


def blocking(issues: list[Issue]) -> bool:
    """Return whether an error stands in the way of confirming."""
    return any(issue.severity is Severity.ERROR for issue in issues)


@transaction.atomic
def correct(upload: Upload, keys: list[str]) -> None:
    """Say that this table corrects those deliveries; it is to be checked anew."""
    upload.part = {**upload.part, "revises": sorted({*upload.part.get("revises", []), *keys})}
    upload.save(update_fields=["part"])


def ask_confirm(upload: Upload, user: User, note: str, *, warnings_seen: bool) -> Job | Batch:
    """Confirm an upload: at once if it is small, otherwise by a job.

    WrongRequest while there are errors, or warnings that were not confirmed.
    """
    issues = told(upload.issues)
    if upload.stage != Upload.Stage.READ or blocking(issues):
        raise WrongRequest(_("This table cannot be stored yet. Mend the errors first."))
    if not warnings_seen and any(issue.severity is Severity.WARNING for issue in issues):
        raise WrongRequest(_("Please confirm that you have read the warnings."))
    if upload.file.size <= INLINE:
        return confirm(upload, user, note)
    params = {"upload": str(upload.uuid), "note": note, "user": str(user.uuid)}
    return jobs.ask("deliveries.confirm", params, key=f"confirm-{upload.uuid}", owner=user)


@transaction.atomic
def confirm(upload: Upload, user: User, note: str) -> Batch:
    """Store an upload as a delivery with all its values, or nothing. WrongRequest if somebody was quicker."""
    part = part_of(upload)
    if not Upload.objects.filter(pk=upload.pk, stage=Upload.Stage.READ).update(stage=Upload.Stage.CONFIRMED, part=part):
        raise WrongRequest(_("This delivery was confirmed or set aside meanwhile."))
    reading = read(upload, part)
    refuse_errors(reading.issues)
    batch = confirm_batch(reading, part, upload.file, user, note=note, issues=upload.issues)
    if upload.duty:
        fulfil(upload.duty, part, user)
    return batch


def check_job(job: Job, progress: jobs.Progress) -> dict[str, str]:
    """Check the upload that a job names."""
    upload = Upload.objects.select_related("file").get(uuid=job.params["upload"])
    check(upload, progress)
    return {"address": reverse("check", args=[upload.uuid])}


def confirm_job(job: Job, progress: jobs.Progress) -> dict[str, str]:
    """Confirm the upload that a job names; repeated after an interruption, it finds either nothing or everything."""
    upload = Upload.objects.select_related("file", "duty").get(uuid=job.params["upload"])
    progress(_("Storing {file}").format(file=upload.file.name), 0.2)
    done = Batch.objects.filter(file=upload.file).first() if upload.stage == Upload.Stage.CONFIRMED else None
    batch = done or confirm(upload, User.objects.get(uuid=job.params["user"]), job.params["note"])
    return {"address": reverse("delivery", args=[batch.uuid])}
