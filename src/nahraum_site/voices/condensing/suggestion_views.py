"""Suggestions of categories: how often they were right first, then those for chosen texts, then what was ticked."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories import System
from nahraum.evidence.voices.suggesting.proposing import Proposer
from nahraum_site.accounts.permissions import may
from nahraum_site.voices.asked import found, sent_uuid
from nahraum_site.voices.coding import counting
from nahraum_site.voices.condensing import suggesting
from nahraum_site.voices.condensing.forms import SuggestionForm
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.queries import listed


@may("voices.code")
@require_http_methods(["GET", "POST"])
def suggestions(request: HttpRequest, study: str) -> HttpResponse:
    """Learn from codings, show how well that works, and suggest categories; code what was ticked."""
    here = found(request, study, "voices.code")
    if request.method == "POST":
        _ticked(request, here)
        return redirect(request.get_full_path())
    choices = counting.choices(here, request.user)
    form = SuggestionForm(
        request.GET or None, whose=choices, texts=[(str(each.uuid), each.name) for each in listed(here)]
    )
    page: dict[str, Any] = {"study": here, "form": form, "key": uuid4()}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        table = counting.table(here, given["whose"], dict(choices)[given["whose"]])
        try:
            helper = suggesting.learned(table, here)
        except WrongRequest as error:
            page["too_little"] = str(error)
        else:
            page |= _learned(table.coded.system, helper) | {"whose": table.coded.whose}
            if given["text"]:
                shown, count = suggesting.paragraphs(here, list(map(UUID, given["text"])), request.user, helper)
                labels = {id: table.coded.system.label(id) for id in helper.categories}
                proposed = [(each, [(one, labels[one.category]) for one in each.proposed]) for each in shown]
                page |= {"paragraphs": proposed, "count": count, "most": suggesting.MOST}
    return render(request, "voices_condensing/suggestions.html", page, status=422 if form.errors else 200)


def _learned(system: System, helper: Proposer) -> dict[str, Any]:
    return {
        "segments": helper.segments,
        "rates": [
            (n, hit, common) for n, (hit, common) in enumerate(zip(helper.hit_rate, helper.commonest, strict=True), 1)
        ],
        "per_category": [(system.label(each.category), each) for each in helper.rates],
        "never": [system.label(id) for id in helper.never],
        "is_useful": helper.is_useful,
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
