"""A report on its way out: co-signed, reviewed by a second person, exported, published once and for ever."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import speaking
from nahraum.reports.blocks import CoSignature, Front
from nahraum.reports.compose import Composed, compose_report
from nahraum.reports.stamp import day_words
from nahraum_site.accounts.models import User
from nahraum_site.accounts.permissions import require
from nahraum_site.indicators.models import Edition
from nahraum_site.records import files, log
from nahraum_site.records.models import File, Job
from nahraum_site.records.stages import gone, move
from nahraum_site.reports import filling, queries
from nahraum_site.reports.models import Report, ReportFile, Signature
from nahraum_site.reports.published import ENDING

FORMATS = (".pdf", ".docx")
KEPT = (*FORMATS, ENDING)  # what is written once when it is published
Progress = Callable[[str, float], None]


@transaction.atomic
def cosign(report: Report, user: User, office: str, version: int) -> Signature:
    """Co-sign a report as it is. WrongRequest if it changed since it was read, or is published."""
    if report.stage == Report.Stage.PUBLISHED:
        raise WrongRequest(_("This report is published already."))
    if not Report.objects.filter(pk=report.pk, version=version).exists():
        raise WrongRequest(_("The report has changed since you read it. Please read it again before you co-sign."))
    mark = queries.fingerprint(report)
    signature = Signature.objects.create(report=report, user=user, office=office, version=version, fingerprint=mark)
    log.write(user, "report.cosigned", report, after={"version": version, "fingerprint": mark})
    return signature


@transaction.atomic
def submit(report: Report, user: User) -> None:
    """Ask for review; the text rests until it is published or given back. WrongRequest without chapters."""
    if not report.chapters.filter(removed_at=None).exists():
        raise WrongRequest(_("This report has no chapters yet."))
    _move(report, user, (Report.Stage.DRAFT, Report.Stage.RETURNED), Report.Stage.REVIEW, "report.submitted")


@transaction.atomic
def give_back(report: Report, user: User, words: str) -> None:
    """Return a report with words that say what is to be mended. WrongRequest unless in review."""
    report.reviewer, report.review = user, words
    _move(report, user, (Report.Stage.REVIEW,), Report.Stage.RETURNED, "report.returned")


@transaction.atomic
def take_back(report: Report, user: User) -> None:
    """Take a report out of review, to go on writing. WrongRequest unless in review."""
    _move(report, user, (Report.Stage.REVIEW,), Report.Stage.DRAFT, "report.taken_back")


def hindrance(report: Report, gaps_because: str) -> str:
    """Return why a report cannot be published now, or nothing. Two questions."""
    if report.stage != Report.Stage.REVIEW:
        return gone()
    if report.edition.stage != Edition.Stage.PUBLISHED or report.edition.withdrawn_at:
        return _(
            "Its numbers come from an edition that is not published. Publish that edition first, or choose another."
        )
    gaps = sum(chapter.gaps for chapter in queries.chapters(report))
    if gaps and not gaps_because:
        return _("{count} placeholders could not be filled. Mend them, or say why it may go out so.").format(count=gaps)
    return ""


def publish(report: Report, user: User, words: str, gaps_because: str, progress: Progress) -> None:
    """Write the files once and publish; all or nothing. WrongRequest while something stands in the way."""
    require(user, "reports.review", report)
    if reason := hindrance(report, gaps_because):
        raise WrongRequest(reason)
    version, mark = report.version, queries.fingerprint(report)
    with tempfile.TemporaryDirectory(prefix="nahraum-") as scratch:
        written = []
        for n, ending in enumerate(KEPT):
            progress(_("Writing the report"), 0.1 + 0.3 * n)
            path = Path(scratch) / f"{slugify(report.title)[:80] or 'bericht'}{ending}"
            composed = _compose(report, path, _front(report, mark, draft=False))
            if not gaps_because and not all(chapter.is_whole for chapter in composed.chapters):
                raise WrongRequest(_("Placeholders could not be filled. Mend them, or say why it may go out so."))
            written.append(path)
        _store(report, user, written, {"words": words, "gaps": gaps_because, "mark": mark}, version)


def _store(report: Report, user: User, paths: list[Path], said: dict[str, str], version: int) -> None:
    kept: list[File] = []
    try:
        with transaction.atomic():
            fresh = Report.objects.select_for_update().filter(pk=report.pk, version=version).exists()
            if not fresh or queries.fingerprint(report) != said["mark"]:
                raise WrongRequest(_("The report has changed meanwhile. Nothing was published."))
            report.recommended = [filling.as_json(each) for each in filling.carried(report).items]
            report.published_at, report.reviewer, report.review = timezone.now(), user, said["words"]
            report.gaps_because = said["gaps"]
            report.fingerprint = said["mark"]
            _move(report, user, (Report.Stage.REVIEW,), Report.Stage.PUBLISHED, "report.published")
            for path in paths:
                kept.append(files.keep(path.name, files.in_chunks(path), user))
                ReportFile.objects.create(report=report, file=kept[-1])
                log.write(user, "report.file_written", report, after={"file": kept[-1].sha256})
    except BaseException:
        for file in kept:
            file.path.unlink(missing_ok=True)
        raise


def publish_job(job: Job, progress: Progress) -> dict[str, str]:
    """Publish the report that a job names; repeated after an interruption, it finds either nothing or everything."""
    report = Report.objects.select_related("edition").get(uuid=job.params["report"])
    user = User.objects.get(uuid=job.params["user"])
    if report.stage != Report.Stage.PUBLISHED:
        publish(report, user, job.params["words"], job.params["gaps"], progress)
    return {"address": reverse("own-report", args=[report.uuid])}


def draft_file(report: Report, ending: str, user: User, folder: Path) -> Path:
    """Write a draft, marked as one on its first page and in its title, and log that it left the house.

    WrongRequest once the report is published: then there are its files, and nothing else is it.
    """
    if report.stage == Report.Stage.PUBLISHED:
        raise WrongRequest(_("This report is published already."))
    mark = queries.fingerprint(report)
    path = folder / f"{slugify(_('Draft'))}-{slugify(report.title)[:80] or 'bericht'}{ending}"
    composed = _compose(report, path, _front(report, mark, draft=True))
    after = {"format": ending, "version": report.version, "fingerprint": mark, "issues": len(composed.issues)}
    log.write(user, "report.exported", report, after=after)
    return path


def _compose(report: Report, path: Path, front: Front) -> Composed:
    chapters = filling.texts(queries.chapters(report))
    return compose_report(filling.numbers_of(report), chapters, filling.carried(report), path, front=front)


def _front(report: Report, mark: str, *, draft: bool) -> Front:
    """Return the first page: title, version, and the co-signatures given for this very state."""
    valid = [each for each, holds in queries.signatures(report, mark) if holds]
    signed = tuple(CoSignature(office=each.office, day=timezone.localdate(each.at)) for each in valid)
    with speaking(report.language):
        if not draft:
            return Front(title=report.title, version=str(report.version), cosigned=signed)
        words = _("{number}, draft of {day}, not released").format(
            number=report.version, day=day_words(timezone.localdate())
        )
        return Front(title=_("Draft: {title}").format(title=report.title), version=words, cosigned=signed)


def _move(report: Report, user: User, expected: tuple[str, ...], stage: str, action: str) -> None:
    names = ("reviewer", "review", "gaps_because", "published_at", "fingerprint", "recommended")
    move(report, user, action, stage, expected=expected, with_it=names, told={"version": report.version})
