"""Every read of the office's own reports, in a fixed number of questions."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from nahraum_site.indicators.models import Edition
from nahraum_site.indicators.queries import HEAVY, LATEST, areas, latest_edition, visible_editions
from nahraum_site.reports.models import (
    Chapter,
    Comment,
    Recommendation,
    Report,
    ReportFile,
    Signature,
    StoredFile,
    Switch,
)
from nahraum_site.reports.published import ENDING


def visible_reports(user: Any) -> QuerySet[Report]:
    """Return the reports that somebody may see: with drafts of reports for those who may read them, but never with
    numbers of an edition that they may not see, be it that it was withdrawn.
    """
    if user.has_perm("reports.read_drafts"):
        return Report.objects.filter(edition__in=visible_editions(user))
    return Report.objects.filter(stage=Report.Stage.PUBLISHED)


def listed(user: Any) -> QuerySet[Report]:
    """Return the visible reports for a list, each with the number of its open comments and published followers."""
    open_comments = Q(chapters__comments__resolved_at=None, chapters__comments__answers=None)
    return (
        visible_reports(user)
        .select_related("edition", "author", "follows")
        .annotate(
            open_comments=Count("chapters__comments", filter=open_comments, distinct=True),
            superseded=Count("followers", filter=Q(followers__stage=Report.Stage.PUBLISHED), distinct=True),
        )
    )


def to_review(user: Any) -> tuple[list[Edition], list[Report]]:
    """Return the editions and reports that wait for this person: in review, and theirs to judge by the four-eyes rule.

    Two questions, and those of the rule for each report; none for people who review nothing.
    """
    if not (user.has_perm("indicators.review") or user.has_perm("reports.review")):
        return [], []
    editions = visible_editions(user).filter(stage=Edition.Stage.REVIEW)
    reports = visible_reports(user).filter(stage=Report.Stage.REVIEW).select_related("edition")
    return (
        [each for each in editions if user.has_perm("indicators.review", each)],
        [each for each in reports if user.has_perm("reports.review", each)],
    )


def chapters(report: Report) -> list[Chapter]:
    """Return the chapters in their order, without those taken out. One question."""
    return list(report.chapters.filter(removed_at=None))


def removed(report: Report) -> list[Chapter]:
    """Return the chapters that were taken out. One question."""
    return list(report.chapters.exclude(removed_at=None))


def comments(chapter: Chapter) -> list[Comment]:
    """Return the comments on a chapter with their answers, open ones first. Two questions."""
    found = chapter.comments.filter(answers=None).select_related("by", "resolved_by").prefetch_related("replies__by")
    return sorted(found, key=lambda each: each.resolved_at is not None)


def switchable(report: Report, user: Any) -> QuerySet[Edition]:
    """Return the editions whose numbers a report may take instead: those this person may see, not withdrawn."""
    return visible_editions(user).filter(withdrawn_at=None).exclude(pk=report.edition_id).defer("words", "parts")


def last_switch(report: Report, user: Any) -> Switch | None:
    """Return the last change of a report's numbers, if somebody may see both editions: it names numbers of both."""
    found = report.switches.select_related("before", "now", "by").first()
    if found is None:
        return None
    seen = set(visible_editions(user).filter(pk__in=(found.before_id, found.now_id)).values_list("pk", flat=True))
    return found if seen == {found.before_id, found.now_id} else None


def last_published(report: Report) -> Report | None:
    """Return the report that was published last before this one. One question."""
    earlier = Report.objects.filter(stage=Report.Stage.PUBLISHED).exclude(pk=report.pk)
    if report.published_at:
        earlier = earlier.filter(published_at__lt=report.published_at)
    return earlier.order_by("-published_at", "-pk").first()


def recommendations_for(report: Report) -> QuerySet[Recommendation]:
    """Return the report's own recommendations, those of published reports and those of reports on paper."""
    theirs = Q(report=None) | Q(report__stage=Report.Stage.PUBLISHED)
    return Recommendation.objects.filter(theirs | Q(report=report))


def fingerprint(report: Report) -> str:
    """Return a mark of everything a co-signature is given for: edition, words, recommendations. Two questions."""
    if report.fingerprint:
        return report.fingerprint
    words = list(report.chapters.filter(removed_at=None).values_list("title", "text"))
    advice = list(recommendations_for(report).values_list("uuid", "text", "addressed_to", "areas", "status", "outcome"))
    said = [str(report.edition.uuid), report.title, report.language, words, advice]
    return hashlib.sha256(json.dumps(said, default=str, ensure_ascii=False).encode()).hexdigest()


def signatures(report: Report, mark: str) -> list[tuple[Signature, bool]]:
    """Return the latest co-signature of everyone, and whether it was given for the report as it is. One question."""
    latest = {each.user_id or -each.pk: each for each in report.signatures.select_related("user")}
    return [(each, each.fingerprint == mark) for each in latest.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published report for its readers: its files, whether there is a web page, the report that superseded it."""

    report: Report
    files: list[ReportFile]
    has_page: bool
    superseded_by: Report | None


def public_files() -> QuerySet[ReportFile]:
    """Return the files of published reports; with an edition the reports over it are withdrawn, too."""
    public = ReportFile.objects.filter(report__stage=Report.Stage.PUBLISHED, report__edition__withdrawn_at=None)
    return public.select_related("report", "file")


def own_reports() -> list[Published]:
    """Return the published reports with their files, the latest first. One question."""
    files = public_files()
    found: dict[int, list[ReportFile]] = {}
    for each in files.order_by("-report__published_at", "-report__pk", "-file__name"):
        found.setdefault(each.report_id, []).append(each)
    follower = {own[0].report.follows_id: own[0].report for own in reversed(found.values())}
    return [
        Published(
            report=own[0].report,
            files=[each for each in own if not each.file.name.endswith(ENDING)],
            has_page=any(each.file.name.endswith(ENDING) for each in own),
            superseded_by=follower.get(own[0].report_id),
        )
        for own in found.values()
    ]


def follower_of(report: Report) -> Report | None:
    """Return the published report that superseded this one, if there is one. One question."""
    public = Report.objects.filter(stage=Report.Stage.PUBLISHED, edition__withdrawn_at=None, follows=report)
    return public.order_by("-published_at", "-pk").first()


def standard_reports() -> QuerySet[StoredFile]:
    """Return the kept web pages of the standard reports of published editions."""
    public = StoredFile.objects.filter(edition__stage=Edition.Stage.PUBLISHED, edition__withdrawn_at=None)
    return public.filter(name=f"bericht{ENDING}").select_related("edition").defer("edition__parts", "edition__words")


def earlier_editions(current: Edition) -> QuerySet[Edition]:
    """Return what was published besides the current edition, withdrawn ones too, the latest first. One question."""
    public = Edition.objects.filter(stage=Edition.Stage.PUBLISHED).exclude(pk=current.pk).defer(*HEAVY, "words")
    page = StoredFile.objects.filter(edition=OuterRef("pk"), name=f"bericht{ENDING}")
    return public.annotate(has_page=Exists(page)).order_by(*LATEST)


def printed_files(edition: Edition) -> QuerySet[StoredFile]:
    """Return the standard report of an edition as files to print and to edit. One question."""
    return StoredFile.objects.filter(edition=edition, name__in=("bericht.pdf", "bericht.docx")).order_by("-name")


def open_comments(report: Report) -> dict[int, int]:
    """Return the number of open comments by chapter. One question."""
    found = Comment.objects.filter(chapter__report=report, answers=None, resolved_at=None)
    return dict(found.values_list("chapter").annotate(count=Count("pk")).order_by())


def visible_recommendations(user: Any) -> QuerySet[Recommendation]:
    """Return the recommendations of reports that somebody may see, and those of reports on paper."""
    return Recommendation.objects.filter(Q(report=None) | Q(report__in=visible_reports(user)))


def recommendations(user: Any, status: str = "", gebiet: str = "", suche: str = "") -> QuerySet[Recommendation]:
    """Return recommendations by status (``none``: nothing told yet), area key and words, the latest first."""
    found = visible_recommendations(user).select_related("report").order_by("-made_on", "-pk")
    if status:
        found = found.filter(status="" if status == "none" else status)
    if gebiet:
        found = found.filter(
            pk__in=[each.pk for each in found if gebiet in each.areas]
        )  # JSON lists: SQLite finds none
    if suche:
        found = found.filter(Q(text__icontains=suche) | Q(addressed_to__icontains=suche) | Q(outcome__icontains=suche))
    return found


def area_names() -> dict[str, str]:
    """Return the names of the current areas by key. At most two questions."""
    edition = latest_edition()
    return {area.key: area.name for area in areas(edition)} if edition else {}
