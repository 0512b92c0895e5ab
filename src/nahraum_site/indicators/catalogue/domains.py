"""The Lebenslagen: their order, names and descriptions."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import WrongRequest
from nahraum_site.accounts.permissions import may
from nahraum_site.indicators.actions import catalogue as actions
from nahraum_site.indicators.catalogue import queries
from nahraum_site.indicators.catalogue.forms import DomainForm
from nahraum_site.indicators.models import Domain
from nahraum_site.shell.overtaken import Overtaken, sealed, unsealed


@may("indicators.edit_catalogue")
@require_safe
def domains(request: HttpRequest) -> HttpResponse:
    """List the Lebenslagen in their order, with the number of their indicators."""
    counts = Counter(each.part.get("domain") for each in queries.indicators())
    rows = [(each, counts[each.key]) for each in queries.domains()]
    return render(request, "indicators/catalogue/domains.html", {"rows": rows})


@may("indicators.edit_catalogue")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a Lebenslage."""
    form = DomainForm(request.POST or None, new=True)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.create_domain(given["key"], given["name"], given["description"], request.user)
        except WrongRequest as error:
            form.add_error("key", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("domains")
    return render(request, "indicators/catalogue/domain.html", {"form": form})


@may("indicators.edit_catalogue")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, domain: int) -> HttpResponse:
    """Rename or describe a Lebenslage; if somebody else did meanwhile, show what stands there now."""
    found = get_object_or_404(Domain, pk=domain)
    form = DomainForm(request.POST or None, new=False, initial=found.part)
    about, other = f"domain.{found.pk}", None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            seen = unsealed(about, request.POST.get("before", ""))
            actions.change_domain(found, given["name"], given["description"], seen, request.user)
        except Overtaken:
            found.refresh_from_db()
            other = found.part
        else:
            messages.success(request, _("Saved."))
            return redirect("domains")
    mark = request.POST.get("before") if form.errors and other is None else None
    page = {"form": form, "domain": found, "other": other, "before": mark or sealed(about, found.part)}
    return render(request, "indicators/catalogue/domain.html", page, status=409 if other else 200)


@may("indicators.edit_catalogue")
@require_POST
def move(request: HttpRequest, domain: int) -> HttpResponse:
    """Let a Lebenslage change places with its neighbour."""
    actions.move_domain(get_object_or_404(Domain, pk=domain), request.user, up="hoch" in request.POST)
    return redirect("domains")


@may("indicators.edit_catalogue")
@require_POST
def remove(request: HttpRequest, domain: int) -> HttpResponse:
    """Remove a Lebenslage without indicators."""
    try:
        actions.remove_domain(get_object_or_404(Domain, pk=domain), request.user)
    except WrongRequest as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The Lebenslage is removed."))
    return redirect("domains")
