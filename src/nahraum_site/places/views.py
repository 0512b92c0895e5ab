"""Versions of the areas: upload, check, store, look at."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import BadInput, Issue, Severity, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.places.carry import to_csv
from nahraum.places.check import BoundaryCheck, check_boundaries
from nahraum.places.outlines import spot_paths
from nahraum.places.shapes import Spot
from nahraum.places.versions import Fate
from nahraum.projects.areas import Places
from nahraum.sources import apart
from nahraum.sources.preview import recognise
from nahraum_site.accounts.permissions import may
from nahraum_site.places import actions, queries
from nahraum_site.places.forms import AdoptForm, BoundaryForm, PeopleForm, SystemForm
from nahraum_site.places.models import AreaSystem
from nahraum_site.places.reading import compared, drawn, places_of, read_part, weights
from nahraum_site.records import files
from nahraum_site.records.models import File
from nahraum_site.records.remedies import in_the_browser
from nahraum_site.records.told import kept, told

FATES = {
    Fate.UNCHANGED: gettext_lazy("Unchanged"),
    Fate.RENAMED: gettext_lazy("Renamed"),
    Fate.KEY_CHANGED: gettext_lazy("With a new key"),
    Fate.BOUNDARY_CHANGED: gettext_lazy("With other boundaries"),
    Fate.SPLIT: gettext_lazy("Split"),
    Fate.MERGED: gettext_lazy("Merged"),
    Fate.REDRAWN: gettext_lazy("Cut anew"),
    Fate.NEW: gettext_lazy("New"),
    Fate.GONE: gettext_lazy("No longer there"),
}


@may("places.see_systems")
@require_safe
def systems(request: HttpRequest) -> HttpResponse:
    """List the versions of the areas."""
    return render(request, "places/systems.html", {"systems": queries.systems()})


@may("places.see_systems")
@require_safe
def system(request: HttpRequest, system: str) -> HttpResponse:
    """Show one version: its areas, their outlines, what the check found, and the versions to compare it with."""
    found = get_object_or_404(queries.systems(), uuid=system)
    others = queries.systems().exclude(pk=found.pk)
    page = {
        "system": found,
        "areas": found.areas.defer("geometry"),
        "others": others,
        "drawn": drawn(places_of(found)) if found.part else None,
        "issues": [(issue, issue.severity.name.lower()) for issue in told(found.checked)],
    }
    return render(request, "places/system.html", page)


@may("places.see_systems")
@require_safe
def compare(request: HttpRequest, system: str, earlier: str) -> HttpResponse:
    """Show what became of every area from an earlier version to this one."""
    new, old = get_object_or_404(queries.systems(), uuid=system), get_object_or_404(queries.systems(), uuid=earlier)
    return _compared(request, old, new, PeopleForm())


def _compared(
    request: HttpRequest, old: AreaSystem, new: AreaSystem, form: PeopleForm, status: int = 200
) -> HttpResponse:
    page: dict[str, Any] = {"old": old, "new": new, "form": form}
    try:
        found = compared(old, new)
        page["changes"] = [(FATES[fate], found.of(fate)) for fate in Fate if found.of(fate)]
        page["crosswalk"] = weights(old, new)
    except (BadInput, WrongRequest) as error:
        page["error"] = str(error)
    return render(request, "places/compare.html", page, status=status)


@may("places.see_systems")
@require_http_methods(["GET", "POST"])
def crosswalk(request: HttpRequest, system: str, earlier: str) -> HttpResponse:
    """Send the crosswalk from an earlier version: by ground, or (POST) by people."""
    new, old = get_object_or_404(AreaSystem, uuid=system), get_object_or_404(AreaSystem, uuid=earlier)
    form = PeopleForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and not form.is_valid():
        return _compared(request, old, new, form, status=422)
    people = None
    try:
        if request.method == "POST":
            given = form.cleaned_data["file"]
            people = (files.keep(given.name, given.chunks(), request.user), form.cleaned_data["column"])
        found = weights(old, new, people)
    except (BadInput, WrongRequest) as error:
        form.add_error("file", str(error))
        return _compared(request, old, new, form, status=422)
    finally:
        if people:
            people[0].path.unlink(missing_ok=True)
            people[0].delete()
    if found is None:
        return _compared(request, old, new, form, status=422)
    response = HttpResponse(to_csv(found.crosswalk), content_type="text/csv; charset=utf-8")
    name = f"ueberleitung-{old.key}-{new.key}-{'bevoelkerung' if people else 'flaeche'}.csv"
    response.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=files.clean_name(name)
    )
    return response


@may("places.store_system")
@require_POST
def adopt(request: HttpRequest, system: str, earlier: str) -> HttpResponse:
    """Store this version once more with a crosswalk from the earlier one, so that older values are carried over."""
    new, old = get_object_or_404(AreaSystem, uuid=system), get_object_or_404(AreaSystem, uuid=earlier)
    form = AdoptForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("compare-areas", new.uuid, old.uuid)
    given = form.cleaned_data
    try:
        stored = actions.adopt(new, old, given["file"], given["valid_to"], request.user, read=read_part)
    except (BadInput, WrongRequest) as error:
        messages.error(request, str(error))
        return redirect("compare-areas", new.uuid, old.uuid)
    messages.success(request, _("Stored: {name}.").format(name=stored.name))
    return redirect("system", stored.uuid)


@may("places.store_system")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a boundary file."""
    form = BoundaryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            file, _seen = files.keep_if(
                given.name, given.chunks(), request.user, lambda file: apart.recognised(file.path, file.name)
            )
        except WrongRequest as error:
            form.add_error("file", str(error))
        else:
            return redirect("describe-areas", file.uuid)
    return render(request, "places/upload.html", {"form": form}, status=422 if form.errors else 200)


@may("places.store_system")
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, file: str) -> HttpResponse:
    """Ask what the columns mean, check geometry and levels, and store the version."""
    found = get_object_or_404(File, uuid=file)
    try:
        look = recognise(found.path, found.name, sheet=request.GET.get("ebene", ""))
    except WrongRequest as error:  # no such layer
        messages.error(request, str(error))
        return redirect("upload-areas")
    form = SystemForm(request.POST or None, headers=list(look.headers), initial=_guessed(look.headers))
    issues: list[Issue] = []
    places: Places | None = None
    spots: tuple[Spot, ...] = ()
    if request.method == "POST" and form.is_valid():
        part = form.part(found.name, look.sheet)
        places, issues, spots = _read(part, {found.name: found})
        wrong = any(issue.severity is Severity.ERROR for issue in issues)
        doubtful = any(issue.severity is Severity.WARNING for issue in issues)
        if places and not wrong and (not doubtful or request.POST.get("seen")):
            checked = [kept(issue) for issue in issues]
            stored = actions.store_system(places, part, {found.name: found}, request.user, checked)
            messages.success(request, _("Stored: {name}.").format(name=stored.name))
            return redirect("system", stored.uuid)
    page = {
        "form": form,
        "file": found,
        "look": look,
        "issues": [(in_the_browser(each), each.severity.name.lower()) for each in issues],
        "drawn": drawn(places) if places and spots else None,
        "spots": spot_paths(places.boundaries, spots) if places and places.boundaries else [],
    }
    return render(request, "places/describe.html", page, status=422 if request.method == "POST" else 200)


def _read(part: dict[str, Any], kept: dict[str, File]) -> tuple[Places | None, list[Issue], tuple[Spot, ...]]:
    """Return what the core reads, what is remarkable and where; None where it cannot be read."""
    try:
        places = read_part(part, kept)
    except BadInput as error:
        return None, list(error.issues), ()
    except WrongRequest as error:
        words = {"words": str(error)}
        return None, [Issue(code="description-wrong", severity=Severity.ERROR, message="{words}", params=words)], ()
    wrong = _drawn_wrong(places, part["file"])
    found = {str(issue): issue for issue in (*places.issues, *(wrong.issues if wrong else ()))}
    return places, sorted(found.values(), key=lambda issue: -issue.severity), wrong.spots if wrong else ()


def _drawn_wrong(places: Places, file: str) -> BoundaryCheck | None:
    """Return gaps, overlaps and crossed outlines; None without boundaries."""
    if places.boundaries is None:
        return None
    names = {area.key: area.name for area in places.system.at(places.system.finest.id)}
    return check_boundaries(places.boundaries, names, file=file)


def _guessed(headers: tuple[str, ...]) -> dict[str, str]:
    """Return the columns that look like key and name."""
    keys = ("nr", "key", "schluessel", "schlüssel", "id", "plr_id", "ags", "code")
    names = ("name", "bezeichnung", "plr_name", "gen")
    above = ("sr_nr", "sr", "bzr_id", "bezirk_nr", "bezirk", "sozialraum_nr", "stadtteil_nr", "bez")
    above_names = ("sr_name", "bzr_name", "bezirk_name", "sozialraum", "stadtteil")
    lower = {header.lower(): header for header in headers}

    def first(known: tuple[str, ...]) -> str:
        return next((lower[name] for name in known if name in lower), "")

    found = {"key": first(keys), "label": first(names), "key_2": first(above), "label_2": first(above_names)}
    return found | ({"level_2": _("Social space")} if found["key_2"] else {})
