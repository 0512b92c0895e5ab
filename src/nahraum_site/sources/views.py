"""Uploading, describing a table, and the delivery calendar."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import WrongRequest
from nahraum_site.accounts.permissions import may
from nahraum_site.sources import actions, queries
from nahraum_site.sources.forms import DutyForm, TableForm, UploadForm, variables_of
from nahraum_site.sources.models import Duty, Upload

SHOWN = 8  # rows under the form


@may("sources.import_tables")
@require_http_methods(["GET", "POST"])
def uploads(request: HttpRequest) -> HttpResponse:
    """Take files, and show what is on its way in."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        duty = (
            Duty.objects.filter(uuid=request.GET.get("pflicht") or None).first() if request.GET.get("pflicht") else None
        )
        taken = [each for file in form.cleaned_data["files"] if (each := _taken(request, file, duty))]
        if len(taken) == 1:
            return redirect("describe", taken[0].uuid)
        return redirect("uploads")
    page = {"form": form, "uploads": queries.open_uploads(), "duties": list(queries.duties(request.user)[:5])}
    return render(request, "sources/uploads.html", page)


def _taken(request: HttpRequest, file: Any, duty: Duty | None) -> Upload | None:
    try:
        return actions.take_file(file.name, file.chunks(), request.user, duty)
    except WrongRequest as error:
        messages.error(request, str(error))
        return None


@may("sources.import_tables")
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, upload: str) -> HttpResponse:
    """Show what was recognised and ask how the table is to be read."""
    found = get_object_or_404(queries.open_uploads(), uuid=upload)
    headers = [name for name in found.recognised.get("headers", []) if name]
    form = TableForm(request.POST or None, headers=headers, part=found.part)
    variables, faults = variables_of(request.POST) if request.method == "POST" else ({}, {})
    if request.method == "POST" and form.is_valid() and not faults:
        if not variables and form.cleaned_data["shape"] != "inkar":
            form.add_error(None, _("Name at least one column that is to be taken."))
        else:
            try:
                actions.describe(found, form.table(variables), int(request.POST.get("version", 0)), request.user)
            except WrongRequest as error:
                form.add_error(None, str(error))
            else:
                return redirect("check", found.uuid)
    rows = _rows(request, found, headers, faults)
    page = {
        "upload": found,
        "form": form,
        "columns": rows,
        "headers": headers,
        "first_rows": found.recognised.get("first_rows", [])[:SHOWN],
        "sheets": found.recognised.get("sheets", []),
        "twin": queries.twin_of(found.file),
        "reasons": found.reasons,
    }
    return render(request, "sources/describe.html", page, status=200 if request.method == "GET" else 422)


def _rows(request: HttpRequest, upload: Upload, headers: list[str], faults: dict[int, str]) -> list[dict[str, str]]:
    """Return a row per column that can be a variable: its text, an example, the variable, what is wrong with it."""
    if request.method == "POST":
        given = zip(request.POST.getlist("column"), request.POST.getlist("variable"), strict=False)
        return [
            {"column": column, "variable": name, "fault": faults.get(n, ""), "example": _example(upload, column)}
            for n, (column, name) in enumerate(given)
        ]
    by_column = {column: name for name, column in upload.part.get("variables", {}).items()}
    named = list(by_column) if upload.part.get("shape") in ("long", "years") else headers
    skip = {upload.part.get("area"), upload.part.get("period_column")}
    return [
        {"column": column, "variable": by_column.get(column, ""), "fault": "", "example": _example(upload, column)}
        for column in dict.fromkeys([*named, *by_column])
        if column not in skip
    ]


def _example(upload: Upload, column: str) -> str:
    headers = upload.recognised.get("headers", [])
    rows = upload.recognised.get("first_rows", [])
    at = headers.index(column) if column in headers else -1
    return " · ".join(row[at] for row in rows[:3] if at >= 0 and at < len(row) and row[at])


@may("sources.import_tables")
@require_POST
def sheet(request: HttpRequest, upload: str) -> HttpResponse:
    """Look at another sheet."""
    found = get_object_or_404(queries.open_uploads(), uuid=upload)
    try:
        actions.look_at_sheet(found, request.POST.get("sheet", ""), int(request.POST.get("version", 0)))
    except WrongRequest as error:
        messages.error(request, str(error))
    return redirect("describe", found.uuid)


@may("sources.import_tables")
@require_POST
def discard(request: HttpRequest, upload: str) -> HttpResponse:
    """Set a delivery aside."""
    found = get_object_or_404(queries.open_uploads(), uuid=upload)
    actions.discard(found, request.user)
    messages.success(request, _("Set aside: {name}").format(name=found.file.name))
    return redirect("uploads")


@may("sources.see_calendar")
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Show who owes which table when, and what is late."""
    return render(request, "sources/calendar.html", {"duties": queries.duties(request.user)})


@may("sources.keep_calendar")
@require_http_methods(["GET", "POST"])
def duty(request: HttpRequest, duty: str = "") -> HttpResponse:
    """Make or change a line of the calendar."""
    found = get_object_or_404(Duty, uuid=duty) if duty else None
    form = DutyForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.keep_duty(form.save(commit=False), request.user)
        messages.success(request, _("Saved."))
        return redirect("calendar")
    return render(request, "sources/duty.html", {"form": form, "duty": found})


@may("sources.keep_calendar")
@require_POST
def end_duty(request: HttpRequest, duty: str) -> HttpResponse:
    """Take a line from the calendar."""
    actions.end_duty(get_object_or_404(Duty, uuid=duty), request.user)
    return redirect("calendar")
