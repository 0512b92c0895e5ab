"""Uploading, describing a table, and the delivery calendar."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import WrongRequest
from nahraum_site.accounts.permissions import may
from nahraum_site.places.queries import levels
from nahraum_site.records import files
from nahraum_site.records.sent import version_of
from nahraum_site.shell.overtaken import stored
from nahraum_site.sources import actions, queries
from nahraum_site.sources.forms import DutyForm, TableForm, UploadForm, plain, variables_of
from nahraum_site.sources.models import Duty, Upload

SHOWN = 8  # rows under the form


@may("sources.import_tables")
@require_http_methods(["GET", "POST"])
def uploads(request: HttpRequest) -> HttpResponse:
    """Take files, and show what is on its way in."""
    form = UploadForm(request.POST or None, request.FILES or None)
    duty = queries.duty_of(request.GET.get("pflicht", ""))
    if request.method == "POST" and form.is_valid():
        taken = [each for file in form.cleaned_data["files"] if (each := _taken(request, file, duty))]
        if len(taken) == 1:
            return redirect("describe", taken[0].uuid)
        return redirect("uploads")
    page = {"form": form, "uploads": queries.open_uploads(), "duties": list(queries.duties()[:5]), "duty": duty}
    return render(request, "sources/uploads.html", page, status=422 if form.errors else 200)


def _taken(request: HttpRequest, file: Any, duty: Duty | None) -> Upload | None:
    try:
        return actions.take_file(file.name, file.chunks(), request.user, duty)
    except WrongRequest as error:
        name = files.clean_name(file.name)
        messages.error(request, str(error) if name in str(error) else f"{name}: {error}")
        return None


@may("sources.import_tables")
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, upload: str) -> HttpResponse:
    """Show what was recognised and ask how the table is to be read."""
    found = get_object_or_404(queries.open_uploads(), uuid=upload)
    if request.method != "POST":
        return _page(request, found, _form(found), _columns(found, found.part.get("shape", "wide"), {}))
    if "look" in request.POST:
        return _looked(request, found)
    variables, faults = variables_of(request.POST)
    form = _form(found, request.POST, variables=variables)
    if form.is_valid() and not faults:
        if not variables and form.cleaned_data["shape"] != "inkar":
            form.add_error(None, _("Name at least one column that is to be taken."))
        else:
            try:
                actions.describe(found, form.table(variables), version_of(request), request.user)
            except WrongRequest as error:
                form.add_error(None, str(error))
            else:
                return redirect("check", found.uuid)
    return _page(request, found, form, _posted_columns(request, found, faults), status=422)


def _form(upload: Upload, data: Any = None, **more: Any) -> TableForm:
    headers = [name for name in upload.recognised.get("headers", []) if name]
    return TableForm(data, headers=headers, part=upload.part, levels=levels(), **more)


def _looked(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Show the columns that a layout or header row of one's choice gives, and keep everything typed."""
    row = request.POST.get("header_row", "")
    typed = {
        "shape": request.POST.get("shape", "wide"),
        "header_row": int(row) if row.isascii() and row.isdigit() and len(row) < 5 else 1,
        "variable_column": plain(request.POST.get("variable_column", "")),
    }
    try:
        actions.look_again(upload, typed, version_of(request))
    except WrongRequest as error:
        form = _form(upload, request.POST)
        form.add_error(None, str(error))
        return _page(request, upload, form, _posted_columns(request, upload, {}), status=422)
    form = _form(upload, initial={name: plain(text) for name, text in request.POST.items()})
    return _page(request, upload, form, _columns(upload, typed["shape"], variables_of(request.POST)[0]))


def _reasons(upload: Upload) -> list[tuple[str, bool]]:
    """Return why each field was suggested so and whether to check it; columns of one reason are counted."""
    check = upload.recognised.get("check", ())
    said = Counter(why for field, why in upload.reasons.items() if field not in check)
    reasons = [(upload.reasons[field], True) for field in upload.reasons if field in check]
    for why, count in said.items():
        words = _("{count} columns: {words}").format(count=count, words=why) if count > 1 else why
        reasons.append((words, False))
    return reasons


def _page(
    request: HttpRequest, upload: Upload, form: TableForm, columns: list[dict[str, str]], status: int = 200
) -> HttpResponse:
    page = {
        "upload": upload,
        "version": request.POST.get("version", upload.version) if form.is_bound else upload.version,
        "form": form,
        "columns": columns,
        "first_rows": upload.recognised.get("first_rows", [])[:SHOWN],
        "faults": dict.fromkeys(row["fault"] for row in columns if row["fault"]),
        "sheets": upload.recognised.get("sheets", []),
        "twin": queries.twin_of(upload.file),
        "reasons": _reasons(upload),
        "seldom_wrong": any(field.errors for field in form.advanced) if form.is_bound else False,
    }
    return render(request, "sources/describe.html", page, status=status)


def _columns(upload: Upload, shape: str, typed: dict[str, str]) -> list[dict[str, str]]:
    """Return a row for everything that can be a variable under a layout: its text, an example, its short name."""
    known = {column: name for name, column in {**upload.part.get("variables", {}), **typed}.items()}
    if shape in ("years", "inkar"):
        told = next(iter(known), upload.file.name)
        return [_row(upload, told, known.get(told, ""))]
    if shape == "long":
        names = [*upload.recognised.get("words", []), *known]
    else:
        skip = {upload.part.get("area"), upload.part.get("period_column"), ""}
        names = [name for name in [*upload.recognised.get("headers", []), *known] if name not in skip]
    return [_row(upload, name, known.get(name, "")) for name in dict.fromkeys(names)]


def _posted_columns(request: HttpRequest, upload: Upload, faults: dict[int, str]) -> list[dict[str, str]]:
    """Return the rows as they were typed, with what is wrong with them."""
    given = zip(request.POST.getlist("column"), request.POST.getlist("variable"), strict=False)
    return [_row(upload, plain(column), name, faults.get(n, "")) for n, (column, name) in enumerate(given)]


def _row(upload: Upload, column: str, name: str, fault: str = "") -> dict[str, str]:
    return {"column": column, "variable": name, "fault": fault, "example": _example(upload, column)}


def _example(upload: Upload, column: str) -> str:
    headers = upload.recognised.get("headers", [])
    rows = upload.recognised.get("first_rows", [])
    at = headers.index(column) if column in headers else -1
    return " · ".join(row[at] for row in rows[:3] if at >= 0 and at < len(row) and row[at])


@may("sources.import_tables")
@require_POST
def sheet(request: HttpRequest, upload: str) -> HttpResponse:
    """Look at another sheet, or take it as a delivery of its own."""
    found = get_object_or_404(queries.open_uploads(), uuid=upload)
    try:
        if "take" in request.POST:
            other = actions.take_sheet(found, request.POST.get("sheet", ""), request.user)
            return redirect("describe", other.uuid)
        actions.look_at_sheet(found, request.POST.get("sheet", ""), version_of(request))
    except WrongRequest as error:
        messages.error(request, str(error))
    return redirect("describe", found.uuid)


@may("sources.import_tables")
@require_POST
def discard(request: HttpRequest, upload: str) -> HttpResponse:
    """Set a delivery aside."""
    found = get_object_or_404(queries.open_uploads(), uuid=upload)
    try:
        actions.discard(found, request.user)
    except WrongRequest as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Set aside: {name}").format(name=found.file.name))
    return redirect("uploads")


@may("sources.see_calendar")
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Show who owes which table when, and what is late."""
    return render(request, "sources/calendar.html", {"duties": queries.duties()})


@may("sources.keep_calendar")
@require_http_methods(["GET", "POST"])
def duty(request: HttpRequest, duty: str = "") -> HttpResponse:
    """Make or change a line of the calendar."""
    found = get_object_or_404(Duty, uuid=duty) if duty else None
    form = DutyForm(request.POST or None, instance=found, initial=_said(found) if found else None)

    def store() -> None:
        given = form.cleaned_data
        if found is None:
            actions.make_duty(given, request.user)
        else:
            actions.change_duty(found, given, given["version"] or 0, request.user)

    return stored(request, form, store, _said, "sources/duty.html", {"duty": found}, ("calendar",))


def _said(duty: Duty) -> dict[str, Any]:
    return {name: getattr(duty, name) for name in (*actions.SAID, "version")}


@may("sources.keep_calendar")
@require_POST
def end_duty(request: HttpRequest, duty: str) -> HttpResponse:
    """Take a line from the calendar."""
    actions.end_duty(get_object_or_404(Duty, uuid=duty), request.user)
    return redirect("calendar")
