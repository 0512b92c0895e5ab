"""Suggestions of categories: how often they were right first, then those for chosen texts, then what was ticked."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories import System
from nahraum.evidence.voices.suggesting.proposing import Quality
from nahraum_site.accounts.models import User
from nahraum_site.accounts.permissions import may
from nahraum_site.voices.asked import found, sent_uuid
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.coding import counting
from nahraum_site.voices.condensing import learning, suggesting
from nahraum_site.voices.condensing.forms import SuggestionForm
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.queries import listed


@may("voices.code")
@require_http_methods(["GET", "POST"])
def suggestions(request: HttpRequest, study: str) -> HttpResponse:
    """Show how well suggestions work, and suggest categories; learn where it takes long; code what was ticked."""
    here = found(request, study, "voices.code")
    if request.method == "POST" and request.POST.get("do") != "learn":
        _ticked(request, here)
        return redirect(request.get_full_path())
    choices = counting.choices(here, request.user)
    form = SuggestionForm(
        request.GET or None, whose=choices, texts=[(str(each.uuid), each.name) for each in listed(here)]
    )
    page: dict[str, Any] = {"study": here, "form": form, "key": uuid4()}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if request.method == "POST":
            query = urlencode({name: given[name] for name in ("whose", "text")}, doseq=True)
            job = learning.ask(here, given["whose"], query, request.user, request.LANGUAGE_CODE)
            return redirect("job", job.uuid)
        page |= _suggested(here, given, request.user) | {"whose": dict(choices)[given["whose"]]}
    return render(request, "voices_condensing/suggestions.html", page, status=422 if form.errors else 200)


def _suggested(here: Study, given: dict[str, Any], user: User) -> dict[str, Any]:
    basis, system = learning.basis(here, given["whose"]), categories.system_of(here)
    chosen = list(map(UUID, given["text"]))
    if basis.is_small:
        try:
            quality, propose = suggesting.at_once(here, given["whose"])
        except WrongRequest as error:
            return {"too_little": str(error)}
        page: dict[str, Any] = {}
    else:
        job = learning.under_way(here, given["whose"], user)
        learned = here.learned.filter(whose=given["whose"]).select_related("made_by").first()
        page = {"takes_long": True, "job": job, "learned": learned}
        if learned is None:
            return page
        quality, propose = learning.quality_of(learned), suggesting.kept(learned, chosen, system)
        page["is_old"] = (basis.codings, basis.newest) != (learned.codings, learned.newest)
    page |= _told(system, quality)
    if chosen:
        shown, count = suggesting.paragraphs(here, chosen, user, propose)
        labels = {each.id: system.label(each.id) for each in system.categories}
        proposed = [(each, [(one, labels[one.category]) for one in each.proposed]) for each in shown]
        page |= {"paragraphs": proposed, "count": count, "most": suggesting.MOST}
    return page


def _told(system: System, quality: Quality) -> dict[str, Any]:
    """Return how well it works, in words; categories that are not in force any more are left out."""
    return {
        "segments": quality.segments,
        "rates": [
            (n, hit, common) for n, (hit, common) in enumerate(zip(quality.hit_rate, quality.commonest, strict=True), 1)
        ],
        "per_category": [(system.label(each.category), each) for each in quality.rates if system.find(each.category)],
        "never": [system.label(id) for id in quality.never if system.find(id)],
        "is_useful": quality.is_useful,
    }


def _ticked(request: HttpRequest, here: Study) -> None:
    try:
        count = suggesting.code(
            here, request.POST.getlist("code"), sent_uuid(request.POST.get("key", "")), request.user
        )
    except WrongRequest as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Coded: %(count)d.") % {"count": count})
