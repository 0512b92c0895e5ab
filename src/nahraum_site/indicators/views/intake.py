"""Looking at an upload before it is stored, and confirming it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from nahraum.base import BadInput, Issue, Severity, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext, number
from nahraum.base.strict import build
from nahraum.sources.annotated import annotated_workbook
from nahraum.sources.preview import Page, grid
from nahraum.sources.terms import Shape, TableSpec
from nahraum_site.accounts.permissions import may
from nahraum_site.indicators import queries
from nahraum_site.indicators.actions import intake
from nahraum_site.records import log
from nahraum_site.records.models import Job
from nahraum_site.records.sent import version_of, whole
from nahraum_site.records.told import told
from nahraum_site.sources.models import Upload
from nahraum_site.sources.queries import open_uploads

ROWS = 50
KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "notice"}
LISTED = 60  # issues listed above the table; the workbook lists all


class ConfirmForm(forms.Form):
    """The last step: what is to be noted, and that the warnings were read."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For example why it was delivered again."),
    )
    seen = forms.BooleanField(
        label=gettext_lazy("I have read the warnings and take the table as it is"), required=False
    )


@may("sources.import_tables")
@require_safe
def check(request: HttpRequest, upload: str) -> HttpResponse:
    """Show the table itself with its issues marked; the first time it is read and checked."""
    found = get_object_or_404(open_uploads(), uuid=upload)
    if found.stage == Upload.Stage.NEW:
        job = intake.ask_check(found, request.user)
        if job:
            return redirect("job", job.uuid)
        found.refresh_from_db()
    if found.stage == Upload.Stage.READING and found.job and found.job.owner_id == request.user.pk:
        return redirect("job", found.job.uuid)
    return _page(request, found, ConfirmForm())


def _page(request: HttpRequest, upload: Upload, form: ConfirmForm, status: int = 200) -> HttpResponse:
    issues = told(upload.issues)
    only = request.GET.get("nur") == "auffaellig"
    first = whole(request.GET.get("ab", ""))
    page = _grid(upload, issues, first, only=only)
    counts = {name: sum(issue.severity is level for issue in issues) for level, name in KINDS.items()}
    if not counts["warning"]:
        del form.fields["seen"]
    context = {
        "upload": upload,
        "levels": queries.areas_by_level(upload),
        "reading": upload.stage != Upload.Stage.READ,
        "form": form,
        "left_out": _left_out(upload),
        "issues": [(issue, KINDS[issue.severity]) for issue in issues[:LISTED]],
        "more": max(len(issues) - LISTED, 0),
        "counts": counts,
        "blocked": intake.blocking(issues),
        "corrects": {each.code for each in issues if each.severity is Severity.ERROR} == {"delivered-before"},
        "only": only,
        "table": page and _cells(page),
        "page": page,
        "first": first,
        "next": first + ROWS if page and first + ROWS < page.total else None,
        "previous": max(first - ROWS, 0) if first else None,
    }
    return render(request, "indicators/check.html", context, status=status)


def _left_out(upload: Upload) -> list[str]:
    """Return the columns that nothing is taken from, so that nobody misses one too late."""
    part = upload.part
    if part.get("shape", Shape.WIDE) != Shape.WIDE:
        return []
    taken = {*part.get("variables", {}).values(), part.get("area"), part.get("period_column"), ""}
    return [name for name in upload.recognised.get("headers", []) if name not in taken]


def _grid(upload: Upload, issues: list[Issue], first: int, *, only: bool) -> Page | None:
    """Return the rows to show; None for a file that cannot be read as described."""
    if not intake.can_be_shown(upload):
        return None
    spec = build(TableSpec, {**upload.part, "file": upload.file.name}, _("table"))
    try:
        return grid(upload.file.path, spec, first=first, count=ROWS, issues=issues, only_issues=only)
    except (BadInput, WrongRequest):
        return None


def _cells(page: Page) -> list[tuple[int, str, list[tuple[str, str, str]]]]:
    """Return row number, words of the row's own issues, and for each cell its text, mark and words."""
    rows = []
    for row in page.rows:
        cells = [(text, *_mark(row.marks.get(at, ()))) for at, text in enumerate(row.texts)]
        rows.append((row.row, _mark(row.marks.get(-1, ()))[1], cells))
    return rows


def _mark(issues: tuple[Issue, ...]) -> tuple[str, str]:
    if not issues:
        return "", ""
    worst = max(issue.severity for issue in issues)
    return KINDS[worst], " ".join(issue.said for issue in issues)


@may("sources.import_tables")
@require_POST
def recheck(request: HttpRequest, upload: str) -> HttpResponse:
    """Read and check once more, if need be as a correction of earlier deliveries."""
    found = get_object_or_404(open_uploads(), uuid=upload)
    keys = request.POST.getlist("revises")
    if keys:
        try:
            intake.correct(found, keys, version_of(request))
        except WrongRequest as error:
            messages.error(request, str(error))
            return redirect("check", found.uuid)
    job = intake.ask_check(found, request.user)
    return redirect("job", job.uuid) if job else redirect("check", found.uuid)


@may("sources.import_tables")
@require_POST
def confirm(request: HttpRequest, upload: str) -> HttpResponse:
    """Store the table, or say what stands in the way and keep what was typed."""
    found = get_object_or_404(open_uploads(), uuid=upload)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    given = form.cleaned_data
    try:
        done = intake.ask_confirm(
            found, request.user, given["note"], version=version_of(request), warnings_seen=given["seen"]
        )
    except WrongRequest as error:
        form.add_error(None, str(error))
        found.refresh_from_db()
        return _page(request, found, form, status=422)
    if isinstance(done, Job):
        return redirect("job", done.uuid)
    count = done.values_count
    words = ngettext("{count} value is stored.", "{count} values are stored.", count)
    messages.success(request, words.format(count=number(count, 0)))
    return redirect("delivery", done.uuid)


@may("sources.import_tables")
@require_safe
def workbook(request: HttpRequest, upload: str) -> HttpResponse:
    """Send the table as a workbook with its issues marked, for the office that delivered it."""
    found = get_object_or_404(open_uploads(), uuid=upload)
    if not intake.can_be_shown(found):
        return redirect("check", found.uuid)
    spec = build(TableSpec, {**found.part, "file": found.file.name}, _("table"))
    with tempfile.TemporaryDirectory() as folder:
        out = annotated_workbook(found.file.path, spec, told(found.issues), Path(folder) / "pruefung.xlsx")
        stream = out.open("rb")
    log.write(request.user, "upload.downloaded", found)
    return FileResponse(stream, as_attachment=True, filename=f"{Path(found.file.name).stem}-geprueft.xlsx")
