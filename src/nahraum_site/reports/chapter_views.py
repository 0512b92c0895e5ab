"""One chapter: text beside preview, gaps and comments; its history; where it stands in the report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.reports.resolve import ChapterText
from nahraum_site.accounts.permissions import may, require
from nahraum_site.reports import authoring, filling, queries, shown
from nahraum_site.reports.differences import differences
from nahraum_site.reports.forms import LONGEST, ChapterForm, CommentForm
from nahraum_site.reports.models import Chapter, Comment
from nahraum_site.reports.report_views import address, stepped
from nahraum_site.shell.overtaken import Overtaken


def found(request: HttpRequest, report: str, chapter: str) -> Chapter:
    """Return a chapter of a report that this visitor may see, or 404."""
    return get_object_or_404(
        Chapter.objects.select_related("report__edition"),
        uuid=chapter,
        report__uuid=report,
        report__in=queries.visible_reports(request.user),
    )


@may("reports.read_drafts")
@require_http_methods(["GET", "POST"])
def chapter(request: HttpRequest, report: str, chapter: str) -> HttpResponse:
    """Show a chapter beside its preview; store what was typed, or show both versions if somebody was quicker."""
    here = found(request, report, chapter)
    if request.method == "GET":
        return _page(request, here, ChapterForm(initial=_initial(here)))
    require(request.user, "reports.write")
    form = ChapterForm(request.POST)
    if not form.is_valid():
        return _page(request, here, form, status=422)
    try:
        authoring.save_chapter(here, user=request.user, **form.cleaned_data)
    except Overtaken as error:
        return _overtaken(request, found(request, report, chapter), form, str(error))
    except WrongRequest as error:
        form.add_error(None, str(error))
        return _page(request, here, form, status=409)
    messages.success(request, _("Stored as version {number}.").format(number=here.version))
    return redirect("chapter", here.report.uuid, here.uuid)


def _initial(chapter: Chapter) -> dict[str, Any]:
    return {"title": chapter.title, "text": chapter.text, "version": chapter.version}


def _overtaken(request: HttpRequest, here: Chapter, typed: ChapterForm, reason: str) -> HttpResponse:
    """Show what is stored now beside what was typed; storing once more is a decision."""
    form = ChapterForm(initial={**typed.cleaned_data, "version": here.version})
    theirs = here.versions.select_related("by").first()
    page = {"reason": reason, "theirs": theirs, "pieces": differences(here.text, typed.cleaned_data["text"])}
    return _page(request, here, form, status=409, text=typed.cleaned_data, **page)


def _page(request: HttpRequest, here: Chapter, form: ChapterForm, *, status: int = 200, **more: Any) -> HttpResponse:
    shown_text = more.pop("text", None) or (form.data if form.is_bound else _initial(here))
    title, text = (shown_text.get(name, "") for name in ("title", "text"))
    page = {
        "chapter": here,
        "report": here.report,
        "form": form,
        "kinds": shown.kinds(),
        "standard": shown.standard(),
        "comments": queries.comments(here),
        "comment": CommentForm(),
        "can_write": here.report.can_change and not here.removed_at and request.user.has_perm("reports.write"),
        **_preview(here, title, text[:LONGEST]),
        **more,
    }
    return render(request, "reports/chapter.html", page, status=status)


def _preview(here: Chapter, title: str, text: str) -> dict[str, Any]:
    """Return the filled chapter as data, its gaps, and what can be inserted; or why there is none."""
    try:
        numbers = filling.numbers_of(here.report)
        filled = filling.fill(here.report, ChapterText(title=title, text=text))
    except (WrongRequest, BadInput) as error:
        return {"blocks": [], "faults": [], "failure": str(error), "choices": None}
    return {
        "blocks": list(shown.blocks(filled.blocks, below=2)),
        "faults": shown.faults(filled.issues),
        "choices": shown.choices(numbers),
    }


@may("reports.write")
@require_POST
def preview(request: HttpRequest, report: str, chapter: str) -> HttpResponse:
    """Show what is being typed, filled; nothing is stored."""
    here = found(request, report, chapter)
    page = _preview(here, request.POST.get("title", ""), request.POST.get("text", "")[:LONGEST])
    return render(request, "reports/preview.html", page)


@may("reports.write")
@require_POST
def move(request: HttpRequest, report: str, chapter: str) -> HttpResponse:
    """Move a chapter up or down."""
    here, up = found(request, report, chapter), request.POST.get("wohin") == "auf"
    return stepped(request, here.report, lambda: authoring.move_chapter(here, up=up, user=request.user), _("Moved."))


@may("reports.write")
@require_POST
def remove(request: HttpRequest, report: str, chapter: str) -> HttpResponse:
    """Take a chapter out, or take it up again."""
    here = found(request, report, chapter)
    if here.removed_at:
        return stepped(
            request, here.report, lambda: authoring.take_up_chapter(here, request.user), _("The chapter is back.")
        )
    return stepped(
        request,
        here.report,
        lambda: authoring.remove_chapter(here, request.user),
        _("The chapter was taken out. It stays below and can be taken up again."),
    )


@may("reports.read_drafts")
@require_safe
def history(request: HttpRequest, report: str, chapter: str) -> HttpResponse:
    """Show every version, and what differs between one and the version before it."""
    here = found(request, report, chapter)
    versions = list(here.versions.select_related("by"))
    wanted = request.GET.get("fassung", "")
    at = next((n for n, each in enumerate(versions) if str(each.number) == wanted), 0)
    chosen = versions[at]
    before = versions[at + 1] if at + 1 < len(versions) else None
    page = {
        "chapter": here,
        "report": here.report,
        "versions": versions,
        "chosen": chosen,
        "before": before,
        "titles": differences(before.title if before else "", chosen.title),
        "pieces": differences(before.text if before else "", chosen.text),
        "can_restore": here.report.can_change and not here.removed_at and chosen.number != here.version,
    }
    return render(request, "reports/history.html", page)


@may("reports.write")
@require_POST
def restore(request: HttpRequest, report: str, chapter: str) -> HttpResponse:
    """Take up the words of an earlier version as a new one."""
    here = found(request, report, chapter)
    try:
        number, version = int(request.POST.get("fassung", "")), int(request.POST.get("version", ""))
        authoring.restore_chapter(here, number, request.user, version)
    except ValueError:
        messages.error(request, _("There is no such version."))
    except WrongRequest as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Stored as version {number}.").format(number=here.version))
    return redirect("chapter", here.report.uuid, here.uuid)


@may("reports.comment")
@require_POST
def comment(request: HttpRequest, report: str, chapter: str) -> HttpResponse:
    """Comment on a chapter, or answer a comment."""
    here, form = found(request, report, chapter), CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, here, ChapterForm(initial=_initial(here)), status=422, comment=form)
    answers = request.POST.get("answers")
    answered = get_object_or_404(Comment, uuid=address(answers), chapter=here, answers=None) if answers else None
    try:
        made = authoring.comment(here, user=request.user, answers=answered, **form.cleaned_data)
    except WrongRequest as error:
        messages.error(request, str(error))
        return redirect("chapter", here.report.uuid, here.uuid)
    target = redirect("chapter", here.report.uuid, here.uuid)
    target["Location"] += f"#k-{(answered or made).uuid}"
    return target


@may("reports.comment")
@require_POST
def resolve_comment(request: HttpRequest, report: str, chapter: str, comment: str) -> HttpResponse:
    """Mark a comment as done or open it again: who wrote it, or who writes the report."""
    here = found(request, report, chapter)
    wanted = get_object_or_404(Comment, uuid=comment, chapter=here, answers=None)
    if wanted.by_id != request.user.pk:
        require(request.user, "reports.write")
    authoring.resolve_comment(wanted, request.user)
    return redirect("chapter", here.report.uuid, here.uuid)
