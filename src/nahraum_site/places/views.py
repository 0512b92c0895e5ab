"""Versions of the areas: look at one, compare two, carry counts over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import BadInput, WrongRequest
from nahraum.base.areas import listed
from nahraum.base.cells import csv_text
from nahraum.base.language import gettext as _
from nahraum.places.carry import to_csv
from nahraum.places.crosswalk import without_value
from nahraum.places.versions import Fate
from nahraum_site.accounts.permissions import may
from nahraum_site.places import actions, queries
from nahraum_site.places.forms import AdoptForm, PeopleForm
from nahraum_site.places.models import AreaSystem
from nahraum_site.places.pictures import picture
from nahraum_site.places.reading import compared, levels_of, places_of, read_part, weights
from nahraum_site.records import files
from nahraum_site.records.downloads import sent
from nahraum_site.records.remedies import in_the_browser
from nahraum_site.records.told import told

AREAS = 200  # rows on a page
CHANGES = 200  # of one kind
LOST = 40
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
    words = request.GET.get("suche", "").strip()
    places = places_of(found) if found.part else None
    page = {
        "system": found,
        "levels": levels_of(places) if places else [(found.finest, found.count)],
        "page": Paginator(queries.areas_of(found, words), AREAS).get_page(request.GET.get("seite")),
        "words": words,
        "searchable": found.count > AREAS,
        "others": queries.systems().exclude(pk=found.pk),
        "picture": picture(places),
        "issues": [(in_the_browser(issue), issue.severity.name.lower()) for issue in told(found.checked)],
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
        kinds = [(FATES[fate], found.of(fate)) for fate in Fate]
        page["changes"] = [(words, len(some), some[:CHANGES]) for words, some in kinds if some]
        page["crosswalk"] = weights(old, new)
        if page["crosswalk"]:
            names = dict(new.areas.values_list("key", "name"))
            lost = without_value(page["crosswalk"].crosswalk)
            page["lost"] = {"count": len(lost), "areas": listed(lost, names, LOST)}
    except (BadInput, WrongRequest) as error:
        page["error"] = str(error)
    return render(request, "places/compare.html", page, status=status)


@may("places.see_systems")
@require_safe
def changes(request: HttpRequest, system: str, earlier: str) -> HttpResponse:
    """Send all changes from an earlier version to this one as a table."""
    new, old = get_object_or_404(AreaSystem, uuid=system), get_object_or_404(AreaSystem, uuid=earlier)
    try:
        found = compared(old, new)
    except (BadInput, WrongRequest) as error:
        return HttpResponse(str(error), content_type="text/plain; charset=utf-8", status=422)
    lines = [(_("What became of it"), _("Earlier areas"), _("Areas of now"), _("In words"))]
    lines += [(str(FATES[each.fate]), " ".join(each.old), " ".join(each.new), each.sentence) for each in found.changes]
    return sent(csv_text(lines).encode(), f"aenderungen-{old.key}-{new.key}.csv")


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
            files.forget(people[0])
    if found is None:
        return _compared(request, old, new, form, status=422)
    way = "bevoelkerung" if people else "flaeche"
    return sent(to_csv(found.crosswalk).encode(), f"ueberleitung-{old.key}-{new.key}-{way}.csv")


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
