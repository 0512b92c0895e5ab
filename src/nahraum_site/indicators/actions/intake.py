"""From an upload to a delivery: check it together with everything that is here, then confirm it whole or not at all."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from nahraum import __version__
from nahraum.base import BadInput, Issue, Severity, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.strict import build
from nahraum.evidence.indicators.read import refuse_errors
from nahraum.projects.areas import Places
from nahraum.projects.delivery import concerned, issues_beside_errors, issues_of_delivery, issues_of_keys
from nahraum.projects.file import AreasSpec
from nahraum.sources import Reading, apart, read_table
from nahraum.sources.contents import contents_of
from nahraum.sources.preview import called
from nahraum.sources.terms import SourceFile, TableSpec
from nahraum.sources.values import laid_by, lay_by
from nahraum_site.accounts.models import User
from nahraum_site.indicators.actions.stock import confirm_batch
from nahraum_site.indicators.models import Batch, Indicator, Project, Value
from nahraum_site.indicators.people import areas_part
from nahraum_site.places.actions import with_dates
from nahraum_site.places.reading import places_of
from nahraum_site.records import jobs
from nahraum_site.records.models import File, Job
from nahraum_site.records.told import kept, told
from nahraum_site.sources.actions import fulfil
from nahraum_site.sources.models import Upload

INLINE = 1_000_000  # bytes: smaller files are read at once, larger ones by the worker
LAID_BY = 3  # large readings kept between check and confirmation
LONGEST = 900.0  # seconds that the worker gives the reading of one file
PACKED = 8  # workbooks and compressed files hold about that many times their size


def part_of(upload: Upload) -> dict[str, Any]:
    """Return the section [[tables]] of an upload under a file name that no other delivery has."""
    name = upload.file.name
    others = Batch.objects.exclude(file__sha256=upload.file.sha256).only("part")
    taken = any(batch.part["file"] == name for batch in others)
    return {**upload.part, "file": f"{upload.part['id']}/{name}" if taken else name}


def read(file: File, part: Mapping[str, Any]) -> Reading:
    """Return the reading of a kept file. WrongRequest for a section that contradicts itself."""
    spec = build(TableSpec, {**part, "file": Path(part["file"]).name}, _("table"))
    with called(file.path, spec.file) as named:
        return read_table(spec, named.parent)


def is_small(file: File) -> bool:
    """Return whether a file is read at once."""
    packed = not file.name.lower().endswith((".csv", ".tsv", ".txt", ".json", ".sql"))
    return file.size * (PACKED if packed else 1) <= INLINE


def ask_check(upload: Upload, user: User) -> Job | None:
    """Check an upload: at once if it is small, otherwise by a job, which is returned."""
    if is_small(upload.file):
        check(upload)
        return None
    job = jobs.ask("deliveries.check", {"upload": str(upload.uuid)}, key=f"check-{upload.uuid}", owner=user)
    Upload.objects.filter(pk=upload.pk).update(stage=Upload.Stage.READING, job=job)
    return job


def check(upload: Upload, progress: jobs.Progress = lambda _step, _share: None) -> Reading | None:
    """Read an upload together with everything that is here and store what is remarkable about it.

    Returns the reading if it may be stored, so that nobody has to read it again.
    """
    part = part_of(upload)
    reading, issues, summary = None, [], {"stock": stock_mark()}
    try:
        progress(_("Reading {file}").format(file=upload.file.name), 0.1)
        seconds = apart.SECONDS if is_small(upload.file) else LONGEST
        reading = apart.table(upload.file.path, {**part, "file": Path(part["file"]).name}, seconds)
        summary |= asdict(contents_of(reading))
        summary["overlaps"] = overlaps(part, reading)
        progress(_("Comparing with what is here"), 0.4)
        issues = _issues_of(upload, part, reading, summary["overlaps"])
    except BadInput as error:
        issues = list(error.issues)
    except WrongRequest as error:
        issues = [
            Issue(code="description-wrong", severity=Severity.ERROR, message="{words}", params={"words": str(error)})
        ]
    unread = Upload.objects.filter(pk=upload.pk, version=upload.version)
    unread = unread.exclude(stage__in=(Upload.Stage.CONFIRMED, Upload.Stage.DISCARDED))
    unread.update(stage=Upload.Stage.READ, issues=[kept(issue) for issue in issues], summary=summary)
    if reading is None or blocking(issues):
        return None
    if not is_small(upload.file):
        _lay_by(upload, reading)
    return reading


def _issues_of(upload: Upload, part: Mapping[str, Any], reading: Reading, same: list[str]) -> list[Issue]:
    issues = list(reading.issues)
    if Batch.objects.filter(key=part["id"]).exists():
        issues.append(_id_taken(upload, part["id"]))
    if same:
        issues.append(_delivered_before(upload, same))
    if not blocking(issues):
        return list(_among_others(part, reading))
    for judge in (issues_beside_errors, _keys_only):
        with suppress(WrongRequest, BadInput):  # the other errors come first
            return [*issues, *_among_others(part, _renamed(reading), judge, but=same)]
    return issues


def _renamed(reading: Reading) -> Reading:
    """Return a reading whose id no delivery has, as long as its own may be taken."""
    return replace(reading, table=replace(reading.table, id=f"{reading.table.id}*"))


def _keys_only(
    reading: Reading, _others: object, _indicators: object, places: Places, areas: AreasSpec
) -> tuple[Issue, ...]:
    return issues_of_keys(reading, places, areas)


def stock_mark() -> str:
    """Return a mark of everything that a check compares with: it changes when a delivery or a definition does."""
    marks = [
        Project.objects.values_list("version", "system_id").first(),
        list(Batch.objects.filter(withdrawn_at=None).values_list("pk", flat=True)),
        list(Indicator.objects.filter(retired_at=None).values_list("pk", "version")),
    ]
    return hashlib.sha256(repr(marks).encode()).hexdigest()[:32]


def overlaps(part: Mapping[str, Any], reading: Reading) -> list[str]:
    """Return the deliveries that hold values of the same variables, periods and areas and are not revised by this."""
    contents = contents_of(reading)
    areas = set(reading.rows["area"].unique())
    revised = set(part.get("revises", ()))
    found = []
    for batch in Batch.objects.filter(withdrawn_at=None).exclude(key__in=revised):
        both = set(contents.variables) & set(batch.part.get("variables", {}))
        same = Value.objects.filter(batch=batch, variable__in=both, period__in=contents.periods)
        if both and same.exists() and areas & set(same.values_list("area", flat=True).distinct()):
            found.append(batch.key)
    return sorted(set(found) - corrected_by({*found, *revised}))


def corrected_by(keys: Iterable[str]) -> set[str]:
    """Return the deliveries that these correct, directly or through others: who corrects these corrects them too."""
    parts = {batch.key: batch.revises for batch in Batch.objects.filter(withdrawn_at=None).only("key", "part")}
    found: set[str] = set()
    open_ = list(keys)
    while open_:
        for key in parts.get(open_.pop(), ()):
            if key not in found:
                found.add(key)
                open_.append(key)
    return found


def _id_taken(upload: Upload, id: str) -> Issue:
    return Issue(
        code="table-id-taken",
        severity=Severity.ERROR,
        message="There is a table “{id}” already.",
        remedy="Give this one another short name.",
        file=upload.file.name,
        params={"id": id},
    )


def _delivered_before(upload: Upload, keys: list[str]) -> Issue:
    return Issue(
        code="delivered-before",
        severity=Severity.ERROR,
        message="Values of these variables and periods were delivered before, in: {tables}.",
        remedy="If this table corrects them, choose “Yes, read it as a correction” above; otherwise give other "
        "variables or another period.",
        file=upload.file.name,
        params={"tables": ", ".join(keys)},
    )


def _among_others(
    part: Mapping[str, Any],
    reading: Reading,
    judge: Callable[..., tuple[Issue, ...]] = issues_of_delivery,
    but: Collection[str] = (),
) -> tuple[Issue, ...]:
    """Return the issues of a reading among the deliveries that are here, ``but`` those in whose place it stands."""
    project = Project.objects.select_related("system").first()
    if project is None:
        raise WrongRequest(_("There is no project yet. Begin with the areas."))
    areas = build(AreasSpec, with_dates(areas_part(project)), "areas")
    indicators = [each.part for each in Indicator.objects.filter(retired_at=None)]
    found = Batch.objects.filter(withdrawn_at=None).exclude(key__in=but).select_related("file")
    batches = {batch.key: batch for batch in found}
    keys = concerned(part, [batch.part for batch in batches.values()], indicators, areas.population)
    others = [read(batches[key].file, batches[key].part) for key in keys]
    return judge(reading, others, indicators, places_of(project.system), areas)


def can_be_shown(upload: Upload) -> bool:
    """Return whether a file was read to its end: only then is it read where people wait for it."""
    return upload.stage == Upload.Stage.READ and "reading-broken-off" not in {each["code"] for each in upload.issues}


def blocking(issues: list[Issue]) -> bool:
    """Return whether an error stands in the way of confirming."""
    return any(issue.severity is Severity.ERROR for issue in issues)


@transaction.atomic
def correct(upload: Upload, keys: list[str], version: int) -> None:
    """Say that this table corrects those deliveries; it is to be checked anew.

    WrongRequest for deliveries that are not here, and if somebody else was quicker.
    """
    here = set(Batch.objects.filter(key__in=keys, withdrawn_at=None).values_list("key", flat=True))
    if set(keys) - here:
        raise WrongRequest(_("These deliveries are not here any more. Load the page anew."))
    part = {**upload.part, "revises": sorted({*upload.part.get("revises", []), *keys})}
    open_ = Upload.objects.filter(pk=upload.pk, version=version, stage=Upload.Stage.READ)
    if not open_.update(part=part, version=version + 1, stage=Upload.Stage.NEW):
        raise WrongRequest(_("Somebody else has worked on this delivery meanwhile. Load the page anew."))
    upload.refresh_from_db()


def ask_confirm(upload: Upload, user: User, note: str, *, version: int, warnings_seen: bool) -> Job | Batch:
    """Confirm an upload: at once if it is small, otherwise by a job.

    WrongRequest while there are errors, or warnings that were not confirmed, or if somebody else was quicker.
    """
    if upload.version != version:
        raise WrongRequest(_("Somebody else has worked on this delivery meanwhile. Load the page anew."))
    issues = told(upload.issues)
    if upload.stage != Upload.Stage.READ or blocking(issues):
        raise WrongRequest(_("This table cannot be stored yet. Mend the errors first."))
    if not warnings_seen and any(issue.severity is Severity.WARNING for issue in issues):
        raise WrongRequest(_("Please confirm that you have read the warnings."))
    if is_small(upload.file):
        return confirm(upload, user, note)
    params = {"upload": str(upload.uuid), "note": note, "user": str(user.uuid)}
    return jobs.ask("deliveries.confirm", params, key=f"confirm-{upload.uuid}", owner=user)


def confirm(upload: Upload, user: User, note: str) -> Batch:
    """Store an upload as a delivery with all its values, or nothing.

    WrongRequest if somebody was quicker, or if what came meanwhile raises questions that nobody has seen yet.
    """
    reading = _unchanged(upload)
    return _stored(upload, reading, user, note)


def _unchanged(upload: Upload) -> Reading:
    """Return the reading that was checked; where other deliveries came since, after checking once more."""
    seen = [str(issue) for issue in told(upload.issues)]
    if upload.summary.get("stock") == stock_mark():
        reading = _laid_by(upload) or read(upload.file, part_of(upload))
        refuse_errors(reading.issues)
        return reading
    reading_now = check(upload)
    upload.refresh_from_db()
    if reading_now is None or [str(issue) for issue in told(upload.issues)] != seen:
        raise WrongRequest(_("Other deliveries came or went meanwhile; the table was checked anew. Please look again."))
    return reading_now


def _place(upload: Upload) -> Path:
    """Return where the rows of a large upload are laid by between check and confirmation."""
    marks = [upload.file.sha256, upload.part, __version__]
    mark = hashlib.sha256(json.dumps(marks, sort_keys=True).encode()).hexdigest()
    place: Path = settings.READINGS / mark[:40]
    return place


def _lay_by(upload: Upload, reading: Reading) -> None:
    settings.READINGS.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in sorted(settings.READINGS.iterdir(), key=lambda path: path.stat().st_mtime)[:-LAID_BY]:
        old.unlink(missing_ok=True)
    scratch = Path(tempfile.mkstemp(dir=settings.READINGS)[1])
    lay_by(reading, scratch)
    scratch.replace(_place(upload))


def _laid_by(upload: Upload) -> Reading | None:
    part = part_of(upload)
    spec = build(TableSpec, {**part, "file": Path(part["file"]).name}, _("table"))
    source = SourceFile(file=spec.file, sha256=upload.file.sha256, size=upload.file.size)
    try:
        return laid_by(spec, source, _place(upload))
    except OSError:
        return None


@transaction.atomic
def _stored(upload: Upload, reading: Reading, user: User, note: str) -> Batch:
    Project.objects.select_for_update().first()  # one delivery after the other, so that no two fill the same cells
    if upload.summary.get("stock") != stock_mark():
        raise WrongRequest(_("Another delivery was stored in this moment. Please look again and confirm once more."))
    part = part_of(upload)
    ready = Upload.objects.filter(pk=upload.pk, version=upload.version, stage=Upload.Stage.READ)
    if not ready.update(stage=Upload.Stage.CONFIRMED, part=part):
        raise WrongRequest(_("This delivery was confirmed or set aside meanwhile."))
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
    done = (
        Batch.objects.filter(key=upload.part["id"]) if upload.stage == Upload.Stage.CONFIRMED else Batch.objects.none()
    )
    batch = done.first() or confirm(upload, User.objects.get(uuid=job.params["user"]), job.params["note"])
    return {"address": reverse("delivery", args=[batch.uuid])}
