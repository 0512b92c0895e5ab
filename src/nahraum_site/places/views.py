"""Versions of the areas: upload, check, store, look at."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from nahraum.base import BadInput, Issue, Severity, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.strict import build
from nahraum.projects.areas import Places, read_places
from nahraum.projects.file import AreasSpec
from nahraum.sources.preview import recognise
from nahraum_site.accounts.permissions import may
from nahraum_site.places import actions, queries
from nahraum_site.places.forms import BoundaryForm, SystemForm
from nahraum_site.records import files
from nahraum_site.records.models import File


@may("places.see_systems")
@require_safe
def systems(request: HttpRequest) -> HttpResponse:
    """List the versions of the areas."""
    return render(request, "places/systems.html", {"systems": queries.systems()})


@may("places.see_systems")
@require_safe
def system(request: HttpRequest, system: str) -> HttpResponse:
    """Show one version: its areas and what the check found."""
    found = get_object_or_404(queries.systems(), uuid=system)
    return render(request, "places/system.html", {"system": found, "areas": found.areas.defer("geometry")})


@may("places.store_system")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a boundary file."""
    form = BoundaryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        file = None
        try:
            file = files.keep(given.name, given.chunks(), request.user)
            recognise(file.path, file.name)
        except WrongRequest as error:
            if file:
                file.path.unlink(missing_ok=True)
                file.delete()
            form.add_error("file", str(error))
        else:
            return redirect("describe-areas", file.uuid)
    return render(request, "places/upload.html", {"form": form}, status=422 if form.errors else 200)


@may("places.store_system")
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, file: str) -> HttpResponse:
    """Ask what the columns mean, check geometry and levels, and store the version."""
    found = get_object_or_404(File, uuid=file)
    look = recognise(found.path, found.name, sheet=request.GET.get("ebene", ""))
    form = SystemForm(request.POST or None, headers=list(look.headers), initial=_guessed(look.headers))
    issues: list[Issue] = []
    if request.method == "POST" and form.is_valid():
        part = form.part(found.name, look.sheet)
        places, issues = _read(part, {found.name: found})
        wrong = any(issue.severity is Severity.ERROR for issue in issues)
        doubtful = any(issue.severity is Severity.WARNING for issue in issues)
        if places and not wrong and (not doubtful or request.POST.get("seen")):
            stored = actions.store_system(places, part, {found.name: found}, request.user)
            messages.success(request, _("Stored: {name}.").format(name=stored.name))
            return redirect("system", stored.uuid)
    page = {
        "form": form,
        "file": found,
        "look": look,
        "issues": [(each, each.severity.name.lower()) for each in issues],
    }
    return render(request, "places/describe.html", page, status=422 if request.method == "POST" else 200)


def _read(part: dict[str, Any], kept: dict[str, File]) -> tuple[Places | None, list[Issue]]:
    """Return what the core reads and what is remarkable; None where it cannot be read."""
    with tempfile.TemporaryDirectory() as folder:
        for name, file in kept.items():
            Path(folder, name).symlink_to(file.path.resolve())
        try:
            spec = build(AreasSpec, actions.with_dates(part), "areas")
            places = read_places(spec, Path(folder))
        except BadInput as error:
            return None, list(error.issues)
        except WrongRequest as error:
            return None, [
                Issue(code="request", severity=Severity.ERROR, message="{words}", params={"words": str(error)})
            ]
    return places, sorted(places.issues, key=lambda issue: -issue.severity)


def _guessed(headers: tuple[str, ...]) -> dict[str, str]:
    """Return the columns that look like key and name."""
    keys = ("nr", "key", "schluessel", "schlüssel", "id", "plr_id", "ags", "code")
    names = ("name", "bezeichnung", "plr_name", "gen")
    lower = {header.lower(): header for header in headers}
    return {
        "key": next((lower[name] for name in keys if name in lower), ""),
        "label": next((lower[name] for name in names if name in lower), ""),
    }
