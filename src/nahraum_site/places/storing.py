"""New versions of the areas: upload boundaries, say what the columns mean, check, store."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from nahraum.base import BadInput, Issue, Severity, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.projects.areas import Places
from nahraum.sources import apart
from nahraum.sources.preview import Recognised
from nahraum_site.accounts.permissions import may
from nahraum_site.places import actions
from nahraum_site.places.forms import BoundaryForm, SystemForm
from nahraum_site.places.pictures import picture
from nahraum_site.places.reading import read_part
from nahraum_site.records import files
from nahraum_site.records.models import File
from nahraum_site.records.remedies import in_the_browser
from nahraum_site.records.told import kept

KEYS = ("nr", "key", "schluessel", "schlüssel", "id", "plr_id", "ags", "code")
NAMES = ("name", "bezeichnung", "plr_name", "gen", "gebietsname", "quartier", "quartiersname", "quartier_name")
NAMES += ("stadtviertel", "viertel", "ortsteil", "gebiet")
ABOVE = ("sr_nr", "sr", "bzr_id", "bezirk_nr", "bezirk", "sozialraum_nr", "stadtteil_nr", "bez")
ABOVE_NAMES = ("sr_name", "bzr_name", "bezirk_name", "sozialraum", "stadtteil")


@may("places.store_system")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a boundary file, and one of the level above if there is one."""
    form = BoundaryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        found = {name: _taken(form, name, request) for name in ("file", "above") if form.cleaned_data[name]}
        file, above = found["file"], found.get("above")
        if file and (above or "above" not in found):
            address = reverse("describe-areas", args=[file.uuid])
            return redirect(f"{address}?oben={above.uuid}" if above else address)
        for each in filter(None, found.values()):
            files.forget(each)
    return render(request, "places/upload.html", {"form": form}, status=422 if form.errors else 200)


def _taken(form: BoundaryForm, name: str, request: HttpRequest) -> File | None:
    """Keep an uploaded file; None, with words at its field, where it is not what it says."""

    def look(file: File) -> None:
        seen = apart.recognised(file.path, file.name)
        if not seen.has_boundaries and (name == "above" or form.cleaned_data["above"]):
            raise WrongRequest(_("{name} holds no boundaries; nothing can be compared.").format(name=file.name))

    given = form.cleaned_data[name]
    try:
        return files.keep_if(given.name, given.chunks(), request.user, look)[0]
    except WrongRequest as error:
        form.add_error(name, str(error))
        return None


@may("places.store_system")
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, file: str) -> HttpResponse:
    """Ask what the columns mean, check geometry and levels, and store the version."""
    found = get_object_or_404(File, uuid=file)
    above = _above(request.GET.get("oben", ""))
    try:
        look = apart.recognised(found.path, found.name, sheet=request.GET.get("ebene", ""))
        sheet = request.GET.get("ebene-oben", "")
        look_above = apart.recognised(above.path, above.name, sheet=sheet) if above else None
    except WrongRequest as error:  # no such layer
        messages.error(request, str(error))
        return redirect("upload-areas")
    form = SystemForm(
        request.POST or None,
        headers=list(look.headers),
        above=list(look_above.headers) if look_above else None,
        initial=_guessed(look, look_above),
    )
    issues: list[Issue] = []
    places: Places | None = None
    wrong = doubtful = False
    if request.method == "POST" and form.is_valid():
        named = {found.name: found}
        if above and look_above:
            name = above.name if above.name != found.name or above.pk == found.pk else f"oben-{above.name}"
            named[name] = above
            part = form.part(found.name, look.sheet, name, look_above.sheet)
        else:
            part = form.part(found.name, look.sheet)
        part = actions.with_own_id(part)
        if actions.is_taken(part, named):
            form.add_error("name", _("Another version has this name. Say what is new in it, for instance the year."))
        else:
            places, issues = _read(part, named)
        wrong = any(issue.severity is Severity.ERROR for issue in issues)
        doubtful = any(issue.severity is Severity.WARNING for issue in issues)
        if places and not wrong and (not doubtful or request.POST.get("seen")):
            checked = [kept(issue) for issue in issues]
            stored = actions.store_system(places, part, named, request.user, checked)
            messages.success(request, _("Stored: {name}.").format(name=stored.name))
            return redirect("system", stored.uuid)
    page = {
        "form": form,
        "file": found,
        "above": above,
        "look": look,
        "look_above": look_above,
        "issues": [(in_the_browser(each), each.severity.name.lower()) for each in issues],
        "may_go_on": doubtful and not wrong,
        "picture": picture(places, always=False),
    }
    return render(request, "places/describe.html", page, status=422 if request.method == "POST" else 200)


def _above(uuid: str) -> File | None:
    """Return the file of the level above that the address names."""
    try:
        return get_object_or_404(File, uuid=UUID(uuid)) if uuid else None
    except ValueError:
        raise Http404 from None


def _read(part: dict[str, Any], named: dict[str, File]) -> tuple[Places | None, list[Issue]]:
    """Return what the core reads and what is remarkable; None where it cannot be read."""
    try:
        places = read_part(part, named)
    except BadInput as error:
        return None, list(error.issues)
    except WrongRequest as error:
        words = {"words": str(error)}
        return None, [Issue(code="description-wrong", severity=Severity.ERROR, message="{words}", params=words)]
    return places, sorted(places.issues, key=lambda issue: -issue.severity)


def _guessed(look: Recognised, above: Recognised | None) -> dict[str, str]:
    """Return the columns that look like key and name."""
    lower = {header.lower(): header for header in look.headers}

    def first(known: tuple[str, ...], columns: dict[str, str] = lower) -> str:
        return next((columns[name] for name in known if name in columns), "")

    found = {"key": first(KEYS), "label": first(NAMES), "key_2": first(ABOVE), "label_2": first(ABOVE_NAMES)}
    if above:
        columns = {header.lower(): header for header in above.headers}
        found["above_key"] = first((*ABOVE, *KEYS), columns)
        if not found["label_2"]:
            found["above_label"] = first((*ABOVE_NAMES, *NAMES), columns)
    return found | ({"level_2": _("Social space")} if found["key_2"] else {})
