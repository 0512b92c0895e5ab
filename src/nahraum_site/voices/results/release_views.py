"""Quotations of few people: who leads asks whether they may be shown, a releaser outside the team decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.studies.keeping import held_back
from nahraum_site.accounts.permissions import may, require
from nahraum_site.records import log
from nahraum_site.voices import queries as studies
from nahraum_site.voices.asked import found
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.models import Collection, Study
from nahraum_site.voices.releases import actions, queries
from nahraum_site.voices.releases.models import Release
from nahraum_site.voices.texts.queries import contents_of, texts_of

DECIDE = "voices.release_quotations"
DECISIONS = ("release", "refuse", "end")


class ReasonForm(forms.Form):
    """Why; nobody is quoted here."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Quote and name nobody: this stays when texts are deleted."),
    )


@may("voices.read_study")
@require_safe
def held(request: HttpRequest, study: str) -> HttpResponse:
    """List the collections whose quotations are held back or were released, with what was asked and decided."""
    here = found(request, study)
    page = {"study": here, "rows": list(_held(here)), "can_lead": request.user.has_perm("voices.lead_study", here)}
    return render(request, "voices_results/held.html", page)


def _held(study: Study) -> Iterator[tuple[Collection, str, Release | None]]:
    collections, asked = list(studies.judged(study)), queries.asked_in(study)
    nouns = [each.noun for each in collections]
    for each, noun in zip(collections, nouns, strict=True):
        if why := held_back(noun, nouns):
            yield each, why.sentence, asked.get(each.pk)


@may("voices.lead_study")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, study: str, collection: str) -> HttpResponse:
    """Ask a releaser whether the quotations of a collection may be shown."""
    here = found(request, study, "voices.lead_study")
    one = get_object_or_404(here.collections, uuid=collection)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions.ask(one, form.cleaned_data["reason"], request.user)
        except WrongRequest as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Asked. A releaser outside the team decides."))
        return redirect("held-back", here.uuid)
    page = {"study": here, "collection": one, "form": form}
    return render(request, "voices_results/ask_release.html", page, status=422 if form.errors else 200)


@may(DECIDE)
@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """List what was asked of releasers: what waits first."""
    rows = sorted(queries.to_decide(request.user), key=lambda each: each.is_released is not None)
    return render(request, "voices_results/releases.html", {"rows": rows})


@may(DECIDE)
@require_safe
def release(request: HttpRequest, release: str) -> HttpResponse:
    """Show one wish with the quotations that it is about, and ask for a decision; the log says who looked."""
    one = _asked(request, release)
    return _page(request, one, ReasonForm())


def _asked(request: HttpRequest, release: str) -> Release:
    one = get_object_or_404(queries.to_decide(request.user), uuid=release)
    require(request.user, DECIDE, one.collection.study)
    return one


def _page(request: HttpRequest, one: Release, form: ReasonForm) -> HttpResponse:
    collection = one.collection
    nouns = [each.noun for each in studies.judged(collection.study)]
    why = held_back(collection.noun, nouns)
    page: dict[str, Any] = {
        "release": one,
        "noun": collection.noun,
        "space": studies.spaces().get(collection.space, collection.space),
        "why": why.sentence if why else "",
        "form": form,
    }
    if one.is_released is None or one.holds:  # what is closed shows its words to nobody any more
        try:
            page["quotations"] = list(_quotations(collection))
        except WrongRequest as error:
            page["fault"] = str(error)
        log.write(request.user, "release.seen", one, after={"collection": str(collection.uuid)})
    return render(request, "voices_results/release.html", page, status=422 if form.errors else 200)


def _quotations(collection: Collection) -> Iterator[str]:
    """Yield the words that are marked as original quotations, each once. Two questions."""
    marked = Coding.objects.filter(text__collection=collection, removed_at=None, is_quotation=True)
    places = sorted(set(marked.values_list("text_id", "start", "end")))
    texts = list(texts_of(collection.study).filter(collection=collection)) if places else []
    said = contents_of(texts)
    words = {each.pk: said[each.uuid] for each in texts}
    yield from (words[text][start:end] for text, start, end in places)


@may(DECIDE)
@require_POST
def decide(request: HttpRequest, release: str) -> HttpResponse:
    """Release, refuse or take back, with a reason."""
    one, form = _asked(request, release), ReasonForm(request.POST)
    decision = request.POST.get("decision")
    if not form.is_valid() or decision not in DECISIONS:
        return _page(request, one, form)
    reason = form.cleaned_data["reason"]
    try:
        if decision == "end":
            actions.end(one, reason, request.user)
        else:
            actions.decide(one, reason, request.user, is_released=decision == "release")
    except WrongRequest as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Stored."))
    return redirect("releases")
