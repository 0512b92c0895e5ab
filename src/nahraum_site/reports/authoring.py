"""Writing a report: begin, chapters, comments, another edition's numbers; atomic, logged without any of the words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import speaking
from nahraum.reports.resolve import ChapterText
from nahraum_site.accounts.models import User
from nahraum_site.indicators.models import Edition
from nahraum_site.records import log
from nahraum_site.reports import filling, queries
from nahraum_site.reports.models import Chapter, ChapterVersion, Comment, Report, Switch
from nahraum_site.shell.overtaken import Overtaken


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """What a new report begins with; ``follows``: the report whose chapters it takes over."""

    title: str
    edition: Edition
    language: str = "de"
    note: str = ""
    follows: Report | None = None


def begin(wanted: Begin, user: User) -> Report:
    """Begin a report. One that follows another takes its chapters, then the numbers of its own edition."""
    with transaction.atomic():
        report = Report.objects.create(
            title=wanted.title,
            edition=wanted.follows.edition if wanted.follows else wanted.edition,
            language=wanted.language,
            note=wanted.note,
            follows=wanted.follows,
            author=user,
        )
        for chapter in queries.chapters(wanted.follows) if wanted.follows else []:
            copy = Chapter.objects.create(
                report=report,
                position=chapter.position,
                title=chapter.title,
                text=chapter.text,
                used=chapter.used,
                issues=chapter.issues,
            )
            _keep_version(copy, user)
        log.write(user, "report.begun", report, after={"follows": _id(wanted.follows), "edition": _id(wanted.edition)})
    if report.edition_id != wanted.edition.pk:
        try:
            switch_edition(report, wanted.edition, user, report.version)
        except Exception:
            with transaction.atomic():
                report.delete()
            raise
    return report


def _id(thing: Any) -> str:
    return str(thing.uuid) if thing else ""


def _mark(title: str, text: str) -> str:
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


@transaction.atomic
def describe(report: Report, *, title: str, note: str, user: User, version: int) -> None:
    """Change title and note. Overtaken if somebody was quicker."""
    before = {"title": _mark(report.title, "")}
    _changed(report, version, title=title, note=note)
    log.write(user, "report.described", report, before=before, after={"title": _mark(title, "")})


@transaction.atomic
def add_chapter(report: Report, *, title: str, text: str, user: User) -> Chapter:
    """Add a chapter at the end, an own one or a standard one (a text with its placeholder only)."""
    _changed(report)
    last = report.chapters.aggregate(last=Max("position"))["last"] or 0
    chapter = Chapter.objects.create(report=report, position=last + 1, title=title, text=text)
    _keep_version(chapter, user)
    log.write(user, "chapter.added", chapter, after={"report": _id(report), "text": _mark(title, text)})
    return chapter


def save_chapter(
    chapter: Chapter, *, title: str, text: str, user: User, version: int, restored: int | None = None
) -> None:
    """Store a chapter as its next version and what its placeholders stand for. Overtaken if somebody was quicker.

    The numbers are looked up before anything is locked; a text is stored even where they cannot be had.
    """
    text = text.replace("\r\n", "\n")
    seen = chapter.report.edition_id
    found = filling.found_in(chapter.report, ChapterText(title=title, text=text))
    before = _mark(chapter.title, chapter.text)
    with transaction.atomic():
        _changed_over(chapter.report, seen)
        fresh = Chapter.objects.filter(pk=chapter.pk, version=version, removed_at=None)
        if not fresh.update(version=version + 1, title=title, text=text, used=found.used, issues=found.issues):
            raise Overtaken(chapter, _("Somebody else has changed this chapter meanwhile. Both versions stand below."))
        chapter.refresh_from_db()
        _keep_version(chapter, user, restored)
        after = {"text": _mark(title, text), "version": chapter.version, "gaps": chapter.gaps}
        log.write(user, "chapter.saved", chapter, before={"text": before}, after=after)


def restore_chapter(chapter: Chapter, number: int, user: User, version: int) -> None:
    """Take up an earlier version as a new one. WrongRequest if there is no such version."""
    old = chapter.versions.filter(number=number).first()
    if old is None:
        raise WrongRequest(_("There is no such version."))
    save_chapter(chapter, title=old.title, text=old.text, user=user, version=version, restored=number)


def _keep_version(chapter: Chapter, user: User, restored: int | None = None) -> None:
    ChapterVersion.objects.create(
        chapter=chapter, number=chapter.version, title=chapter.title, text=chapter.text, by=user, restored=restored
    )


@transaction.atomic
def move_chapter(chapter: Chapter, *, up: bool, user: User) -> None:
    """Change places with the chapter before or after; at the end nothing happens."""
    _changed(chapter.report)
    order = queries.chapters(chapter.report)
    at = next(n for n, each in enumerate(order) if each.pk == chapter.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(order):
        return
    order[at], order[to] = order[to], order[at]
    for position, each in enumerate(order, start=1):
        each.position = position
    Chapter.objects.bulk_update(order, ["position"])
    log.write(user, "chapter.moved", chapter, before={"place": at + 1}, after={"place": to + 1})


@transaction.atomic
def remove_chapter(chapter: Chapter, user: User) -> None:
    """Take a chapter out of the report; it stays with its history and can be taken up again."""
    _changed(chapter.report)
    chapter.removed_at = timezone.now()
    chapter.save(update_fields=["removed_at"])
    log.write(user, "chapter.removed", chapter, before={"text": _mark(chapter.title, chapter.text)})


def take_up_chapter(chapter: Chapter, user: User) -> None:
    """Put a chapter that was taken out at the end of the report. Overtaken if that took other numbers meanwhile.

    Its numbers are looked up anew: those it had may come from an edition that not all who see the report may see.
    """
    seen = chapter.report.edition_id
    found = filling.found_in(chapter.report, ChapterText(title=chapter.title, text=chapter.text))
    with transaction.atomic():
        _changed_over(chapter.report, seen)
        chapter.position = (chapter.report.chapters.aggregate(last=Max("position"))["last"] or 0) + 1
        chapter.removed_at, chapter.used, chapter.issues = None, found.used, found.issues
        chapter.save(update_fields=["removed_at", "position", "used", "issues"])
        log.write(user, "chapter.taken_up", chapter)


@transaction.atomic
def comment(chapter: Chapter, *, text: str, user: User, quoted: str = "", answers: Comment | None = None) -> Comment:
    """Say something about a chapter, or answer a comment. WrongRequest once the report is published."""
    if chapter.report.stage == Report.Stage.PUBLISHED:
        raise WrongRequest(_("This report is published. Comment on the one that follows it."))
    made = Comment.objects.create(
        chapter=chapter, text=text, quoted="" if answers else quoted, answers=answers, by=user
    )
    log.write(user, "comment.made", made, after={"chapter": _id(chapter), "answers": _id(answers)})
    return made


@transaction.atomic
def resolve_comment(comment: Comment, user: User) -> None:
    """Mark a comment as done, or open it again."""
    done = comment.resolved_at is None
    comment.resolved_by, comment.resolved_at = (user, timezone.now()) if done else (None, None)
    comment.save(update_fields=["resolved_by", "resolved_at"])
    log.write(user, "comment.resolved" if done else "comment.reopened", comment)


def switch_edition(report: Report, edition: Edition, user: User, version: int) -> Switch:
    """Take the numbers of another edition: every sentence stays, every number is looked up anew, changes are kept.

    Overtaken if the report changed since ``version``; nothing is changed then. The first time takes seconds.
    """
    chapters = queries.chapters(report)
    with speaking(report.language):
        refilled = filling.refill(report, chapters, edition)
        told = [{"sentence": each.sentence, "hint": each.hint, "place": each.now.place} for each in refilled.changes]
    with transaction.atomic():
        before = report.edition
        _changed(report, version, edition=edition)
        for chapter in chapters:
            chapter.used, chapter.issues = refilled.found[chapter.pk].used, refilled.found[chapter.pk].issues
        Chapter.objects.bulk_update(chapters, ["used", "issues"])
        switch = Switch.objects.create(report=report, before=before, now=edition, changes=told, by=user)
        log.write(user, "report.switched", report, before={"edition": _id(before)}, after=_counts(edition, told))
    return switch


def _counts(edition: Edition, told: list[Mapping[str, str]]) -> dict[str, Any]:
    return {"edition": _id(edition), "changes": len(told), "hints": sum(bool(each["hint"]) for each in told)}


def _changed_over(report: Report, edition: int) -> None:
    """Count a change that rests on numbers of an edition. Overtaken if the report has others meanwhile."""
    _changed(report)
    if report.edition_id != edition:
        raise Overtaken(report, _("The report has taken other numbers meanwhile. Please store once more."))


def _changed(report: Report, version: int | None = None, **fields: Any) -> None:
    """Count a change of the report. WrongRequest while it is reviewed or published, Overtaken if it moved on."""
    here = Report.objects.filter(pk=report.pk, stage__in=(Report.Stage.DRAFT, Report.Stage.RETURNED))
    if not here.exists():
        raise WrongRequest(_("This report is in review or published: it can no longer be changed."))
    if version is not None:
        here = here.filter(version=version)
    if not here.update(version=F("version") + 1, **fields):
        report.refresh_from_db()
        raise Overtaken(report)
    report.refresh_from_db()
