"""Reports: list, begin, one report with its chapters and steps, another edition's numbers, reading, files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.reports.compose import compose
from nahraum_site.accounts.permissions import may, public, require
from nahraum_site.indicators.queries import visible_editions
from nahraum_site.records import jobs
from nahraum_site.records.sent import version_of
from nahraum_site.reports import authoring, filling, queries, releasing, shown
from nahraum_site.reports.forms import BeginForm, DescribeForm, OfficeForm, ReviewForm
from nahraum_site.reports.models import Report
from nahraum_site.reports.published import ENDING
from nahraum_site.shell.overtaken import Overtaken, refused


def found(request: HttpRequest, report: str) -> Report:
    """Return a report that this visitor may see, or 404."""
    return get_object_or_404(
        queries.visible_reports(request.user).select_related("edition", "author", "reviewer", "follows"), uuid=report
    )


def address(text: str | None) -> UUID:
    """Return the uuid that a form or an address names, or 404."""
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None


@may("reports.read_drafts")
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """List reports, the latest first."""
    return render(request, "reports/reports.html", {"reports": queries.listed(request.user)})


@may("reports.write")
@require_http_methods(["GET", "POST"])
def new_report(request: HttpRequest) -> HttpResponse:
    """Begin a report, with the chapters of another one if wished."""
    editions = visible_editions(request.user).filter(withdrawn_at=None)
    form = BeginForm(
        request.POST or None,
        editions=editions,
        reports=queries.visible_reports(request.user),
        initial={"language": request.LANGUAGE_CODE, "follows": request.GET.get("nach")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            report = authoring.begin(authoring.Begin(**form.cleaned_data), request.user)
        except (WrongRequest, BadInput) as error:
            form.add_error(None, str(error))
        else:
            return redirect("own-report", report.uuid)
    return render(request, "reports/new_report.html", {"form": form, "any": editions.exists()})


@may("reports.read_drafts")
@require_safe
def report(request: HttpRequest, report: str) -> HttpResponse:
    """Show one report: chapters with gaps and comments, co-signatures, what changed last, the next step."""
    return _page(request, found(request, report))


def _page(request: HttpRequest, report: Report, status: int = 200, **more: Any) -> HttpResponse:
    mark, chapters = queries.fingerprint(report), queries.chapters(report)
    gaps = sum(chapter.gaps for chapter in chapters)
    open_comments = queries.open_comments(report)
    page = {
        "report": report,
        "chapters": chapters,
        "open": open_comments,
        "waiting": sum(open_comments.get(chapter.pk, 0) for chapter in chapters),
        "removed": queries.removed(report),
        "gaps": gaps,
        "signatures": queries.signatures(report, mark),
        "switch": queries.last_switch(report, request.user),
        "superseded": report.followers.filter(stage=Report.Stage.PUBLISHED).first(),
        "files": report.files.select_related("file").exclude(file__name__endswith=ENDING),
        "standard": shown.standard(),
        "may_review": request.user.has_perm("reports.review", report),
        "describe": DescribeForm(initial=_said(report)),
        "office": OfficeForm(initial={"version": report.version}),
        "review": ReviewForm(gaps=gaps),
        **more,
    }
    return render(request, "reports/own_report.html", page, status=status)


def stepped(request: HttpRequest, report: Report, step: Callable[[], object], done: str) -> HttpResponse:
    """Take a step and go back to the report, with what stood in the way if anything did."""
    try:
        step()
    except (WrongRequest, BadInput) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("own-report", report.uuid)


@may("reports.write")
@require_POST
def describe(request: HttpRequest, report: str) -> HttpResponse:
    """Change title and note; if somebody else was first, show what stands there now beside what was typed."""
    here, form = found(request, report), DescribeForm(request.POST)
    no = refused(form, lambda: authoring.describe(here, user=request.user, **form.cleaned_data), _said)
    if no:
        return _page(request, here, no.status, describe=form, theirs=no.theirs)
    messages.success(request, _("Stored."))
    return redirect("own-report", here.uuid)


def _said(report: Report) -> dict[str, Any]:
    return {"title": report.title, "note": report.note, "version": report.version}


@may("reports.write")
@require_POST
def add_chapter(request: HttpRequest, report: str) -> HttpResponse:
    """Add an own chapter or a standard one."""
    here = found(request, report)
    title, name = request.POST.get("title", "").strip()[:300], request.POST.get("standard", "")
    if not title and name not in dict(shown.standard()):
        messages.error(request, _("Please give the chapter a title, or choose a standard chapter."))
        return redirect("own-report", here.uuid)
    text = shown.standard_text(name) if name else ""
    try:
        chapter = authoring.add_chapter(here, title=title, text=text, user=request.user)
    except WrongRequest as error:
        messages.error(request, str(error))
        return redirect("own-report", here.uuid)
    if text:
        messages.success(request, _("The chapter stands at the end now."))
        return redirect("own-report", here.uuid)
    return redirect("chapter", here.uuid, chapter.uuid)


@may("reports.write")
@require_http_methods(["GET", "POST"])
def switch(request: HttpRequest, report: str) -> HttpResponse:
    """Show every number that another edition changes, then take its numbers. The sentences stay."""
    here = found(request, report)
    editions = queries.switchable(here, request.user)
    wanted = request.POST.get("zu") or request.GET.get("zu")
    page: dict[str, Any] = {"report": here, "choices": [(each.uuid, each.named) for each in editions]}
    if not wanted:
        return render(request, "reports/switch.html", page)
    edition = get_object_or_404(editions, uuid=address(wanted))
    try:
        if request.method == "POST":
            authoring.switch_edition(here, edition, request.user, version_of(request))
            messages.success(request, _("The report has the numbers of the other edition now; every sentence stayed."))
            return redirect("own-report", here.uuid)
        page |= {"to": edition, "changes": filling.refill(here, queries.chapters(here), edition).changes}
    except Overtaken:
        messages.error(request, _("Somebody else has changed this report meanwhile. Load the page anew."))
    except (WrongRequest, BadInput) as error:
        messages.error(request, str(error))
    return render(request, "reports/switch.html", page)


@may("reports.read_drafts")
@require_safe
def read(request: HttpRequest, report: str) -> HttpResponse:
    """Show the whole report as it would be printed, to read it through."""
    here = found(request, report)
    page: dict[str, Any] = {"report": here}
    try:
        whole = compose(filling.numbers_of(here), filling.texts(queries.chapters(here)), filling.carried(here))
        page["blocks"] = list(shown.blocks(whole.blocks, below=1))
    except (WrongRequest, BadInput) as error:
        messages.error(request, str(error))
    return render(request, "reports/read.html", page)


@may("reports.read_drafts")
@require_safe
def export(request: HttpRequest, report: str, ending: str) -> HttpResponse:
    """Send the report as a draft; it says so on its first page, and the log says who took it."""
    here = found(request, report)
    if f".{ending}" not in releasing.FORMATS:
        raise Http404
    with tempfile.TemporaryDirectory(prefix="nahraum-") as scratch:
        try:
            path = releasing.draft_file(here, f".{ending}", request.user, Path(scratch))
        except (WrongRequest, BadInput) as error:
            messages.error(request, str(error))
            return redirect("own-report", here.uuid)
        stream = path.open("rb")  # stays readable when the folder goes
    return FileResponse(stream, as_attachment=True, filename=path.name)


@may("reports.cosign")
@require_POST
def cosign(request: HttpRequest, report: str) -> HttpResponse:
    """Co-sign the report as it was read."""
    here, form = found(request, report), OfficeForm(request.POST)
    if not form.is_valid():
        return _page(request, here, 422, office=form)
    return stepped(request, here, lambda: releasing.cosign(here, request.user, **form.cleaned_data), _("Co-signed."))


@may("reports.write")
@require_POST
def submit(request: HttpRequest, report: str) -> HttpResponse:
    """Ask for review."""
    here = found(request, report)
    return stepped(request, here, lambda: releasing.submit(here, request.user), _("Submitted for review."))


@may("reports.write")
@require_POST
def take_back(request: HttpRequest, report: str) -> HttpResponse:
    """Take it out of review."""
    here = found(request, report)
    return stepped(request, here, lambda: releasing.take_back(here, request.user), _("You can go on writing."))


@may("reports.review")
@require_POST
def give_back(request: HttpRequest, report: str) -> HttpResponse:
    """Return it with words."""
    here = found(request, report)
    require(request.user, "reports.review", here)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, here, 422, review=form)
    words = form.cleaned_data["words"]
    return stepped(
        request, here, lambda: releasing.give_back(here, request.user, words), _("Returned to those who wrote it.")
    )


@may("reports.review")
@require_POST
def publish(request: HttpRequest, report: str) -> HttpResponse:
    """Publish what others wrote; the worker writes the files."""
    here = found(request, report)
    require(request.user, "reports.review", here)
    form = ReviewForm(request.POST, gaps=sum(chapter.gaps for chapter in queries.chapters(here)))
    if not form.is_valid():
        return _page(request, here, 422, review=form)
    words, gaps = form.cleaned_data["words"], form.cleaned_data.get("gaps", "")
    if reason := releasing.hindrance(here, gaps):
        form.add_error(None, reason)
        return _page(request, here, 422, review=form)
    params = {"report": str(here.uuid), "user": str(request.user.uuid), "words": words, "gaps": gaps}
    job = jobs.ask(
        "reports.publish",
        {**params, "language": request.LANGUAGE_CODE},
        key=f"publish-{here.uuid}-{request.user.pk}",
        owner=request.user,
    )
    return redirect("job", job.uuid)


@public
@require_safe
def download(request: HttpRequest, file: str, name: str) -> HttpResponse:
    """Send a file of a published report."""
    kept = get_object_or_404(queries.public_files(), uuid=file, file__name=name)
    if not kept.file.path.is_file():
        raise Http404
    return FileResponse(kept.file.path.open("rb"), as_attachment=not name.endswith(".pdf"), filename=name)
