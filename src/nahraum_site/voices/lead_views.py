"""Who leads a study: handed over by who does; named by the administration, unread, where nobody can any more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.permissions import may
from nahraum_site.voices import actions, queries
from nahraum_site.voices.asked import found, sent_form
from nahraum_site.voices.forms import HandOverForm, LeadForm


@may("voices.lead_study")
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, study: str) -> HttpResponse:
    """Hand the lead over to somebody else of the team."""
    here = found(request, study, "voices.lead_study")
    form = HandOverForm(sent_form(request), people=queries.successors(here, request.user))
    if form.is_valid():
        to, then = form.cleaned_data["to"], form.cleaned_data["then"]
        try:
            actions.hand_over(here, to, then, request.user)
        except WrongRequest as error:
            form.add_error("to", str(error))
        else:
            messages.success(request, _("{name} leads the study now.").format(name=to))
            return redirect("study", here.uuid) if then else redirect("studies")
    return render(request, "voices/hand_over.html", {"study": here, "form": form}, status=422 if form.errors else 200)


@may("voices.name_lead")
@require_safe
def without_lead(request: HttpRequest) -> HttpResponse:
    """List the studies that nobody can lead any more: titles, nothing else of them."""
    return render(request, "voices/without_lead.html", {"studies": queries.without_lead().only("uuid", "title")})


@may("voices.name_lead")
@require_http_methods(["GET", "POST"])
def name_lead(request: HttpRequest, study: str) -> HttpResponse:
    """Name who leads such a study from now on."""
    here = get_object_or_404(queries.without_lead(), uuid=study)
    form = LeadForm(sent_form(request), people=queries.nameable(here, request.user))
    if form.is_valid():
        to = form.cleaned_data["to"]
        try:
            actions.name_lead(here, to, request.user)
        except WrongRequest as error:
            form.add_error("to", str(error))
        else:
            messages.success(request, _("{name} leads the study now.").format(name=to))
            return redirect("studies-without-lead")
    page = {"study": here, "form": form, "team": queries.team_of(here)}
    return render(request, "voices/name_lead.html", page, status=422 if form.errors else 200)
