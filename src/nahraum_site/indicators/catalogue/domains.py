"""The Lebenslagen: their order, names and descriptions."""

from __future__ import annotations

import json
from collections import Counter

from django.contrib import messages
from django.core.signing import BadSignature, Signer
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

signer = Signer(salt="indicators.domain")


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
    other = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.change_domain(found, given["name"], given["description"], _before(request), request.user)
        except actions.Outdated:
            found.refresh_from_db()
            other = found.part
        else:
            messages.success(request, _("Saved."))
            return redirect("domains")
    mark = request.POST.get("before") if form.errors and other is None else None
    page = {"form": form, "domain": found, "other": other, "before": mark or signer.sign(json.dumps(found.part))}
    return render(request, "indicators/catalogue/domain.html", page)


def _before(request: HttpRequest) -> dict[str, str]:
    """Return what the page was filled with; nothing where somebody tampered with it."""
    try:
        found: dict[str, str] = json.loads(signer.unsign(request.POST.get("before", "")))
    except BadSignature:
        return {}
    return found


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
