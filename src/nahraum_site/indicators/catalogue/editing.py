"""Writing a sheet: new, changed, retired. What two people changed at once is shown side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nahraum.base import WrongRequest
from nahraum_site.accounts.permissions import may
from nahraum_site.indicators.actions import catalogue as actions
from nahraum_site.indicators.catalogue import queries
from nahraum_site.indicators.catalogue.forms import ReasonForm, SheetForm, with_more_rows
from nahraum_site.indicators.catalogue.history import differences, told_rows
from nahraum_site.indicators.models import Indicator, Recipe
from nahraum_site.records.sent import version_of
from nahraum_site.shell.overtaken import Overtaken


def _form(request: HttpRequest, indicator: Indicator | None, data: Any = None) -> SheetForm:
    ground = queries.ground()
    domains = [(each.key, str(each)) for each in queries.domains()]
    return SheetForm(
        data,
        part=indicator.part if indicator else {"domain": request.GET.get("lage", "")},
        domains=domains,
        variables=ground.variables,
        areas=queries.area_keys(ground.project),
        new=indicator is None,
    )


def _page(request: HttpRequest, form: SheetForm, **more: Any) -> HttpResponse:
    labels = queries.ground().labels
    known = [(name, labels.get(name, name)) for name in sorted(form.variables)]
    return render(request, "indicators/catalogue/edit.html", {"form": form, "variables": known, **more})


@may("indicators.edit_catalogue")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add an indicator."""
    if request.method != "POST":
        return _page(request, _form(request, None))
    if "mehr" in request.POST:
        return _page(request, _form(request, None, with_more_rows(request.POST)), unjudged=True)
    form = _form(request, None, request.POST)
    if form.is_valid():
        try:
            found = actions.create_indicator(form.given, request.user)
        except WrongRequest as error:
            form.add_error("id", str(error))
        else:
            messages.success(request, _("The indicator stands in the catalogue. It counts when a recipe takes it in."))
            return redirect("indicator", found.key)
    return _page(request, form)


@may("indicators.edit_catalogue")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change a sheet."""
    found = get_object_or_404(Indicator, key=key)
    about = {"indicator": found, "editions": queries.editions_with(key), "version": found.version}
    if request.method != "POST":
        return _page(request, _form(request, found), **about)
    version = version_of(request)
    if "mehr" in request.POST:
        form = _form(request, found, with_more_rows(request.POST))
        return _page(request, form, unjudged=True, **{**about, "version": version})
    form = _form(request, found, request.POST)
    if not form.is_valid():
        return _page(request, form, **{**about, "version": version})
    try:
        fresh = actions.change_indicator(found, form.given, version, request.user)
    except Overtaken:
        found.refresh_from_db()
        both = differences(found.part, form.given)
        last = told_rows(queries.history(found, 1))
        return _page(request, form, both=both, last=last, **{**about, "version": found.version})
    messages.success(request, _("Saved.") if fresh else _("Nothing was changed."))
    return redirect("indicator", key)


@may("indicators.edit_catalogue")
@require_http_methods(["GET", "POST"])
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """Leave an indicator out of new editions, or take it up again; with a reason."""
    found = get_object_or_404(Indicator, key=key)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        act = actions.revive_indicator if found.retired_at else actions.retire_indicator
        try:
            act(found, form.cleaned_data["because"], form.cleaned_data["version"], request.user)
        except Overtaken as error:
            messages.error(request, str(error))
        else:
            retired = _("The indicator is retired. Editions that were made with it keep it.")
            messages.success(request, _("The indicator counts again.") if found.retired_at else retired)
        return redirect("indicator", key)
    page = {
        "indicator": found,
        "form": form,
        "editions": queries.editions_with(key),
        "in_recipe": queries.names_it(Recipe.objects.first(), key),
    }
    return render(request, "indicators/catalogue/retire.html", page)
