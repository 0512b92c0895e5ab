"""Codings that wait for a person: of a category that was split, or of a system that was replaced."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories import Decide
from nahraum_site.accounts.permissions import may
from nahraum_site.voices.asked import found, sent_uuid
from nahraum_site.voices.categories import actions
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.coding import followed, queries, recoding
from nahraum_site.voices.texts.queries import contents_of

AT_ONCE = 30
AROUND = 120  # code points on each side


@may("voices.lead_study")
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, study: str, category: str) -> HttpResponse:
    """Show codings of a split category with their words, and share them out among its parts.

    Who leads may code, too: until coders see each other's codings, only the own ones are shown and shared out.
    """
    here = found(request, study, "voices.lead_study")
    system = categories.system_of(here)
    one = system.find(category)
    if one is None or not one.parts:
        messages.error(request, _("There is nothing to decide: this category is not split."))
        return redirect("categories", here.uuid)
    parts = [(id, system.get(id).name) for id in one.parts]
    all_waiting = followed.of(here).filter(category=category, removed_at=None).select_related("text__collection")
    is_blind = request.user.has_perm("voices.code", here) and not queries.is_open(here)
    waiting = all_waiting.filter(coder=request.user) if is_blind else all_waiting
    if request.method == "POST":
        shown = {str(each.pk): each.pk for each in waiting}
        given = {shown[k[1:]]: v for k, v in request.POST.items() if k[:1] == "c" and v and k[1:] in shown}
        try:
            if given:
                actions.change(here, [Decide(id=category, decided=given)], None, request.user)
            messages.success(request, _("Decided: %(count)d.") % {"count": len(given)})
        except WrongRequest as error:
            messages.error(request, str(error))
        return redirect(request.path)
    codings = list(waiting[:AT_ONCE])
    words = contents_of({each.text_id: each.text for each in codings}.values())
    page = {
        "study": here,
        "category": one,
        "label": system.label(category),
        "parts": parts,
        "rest": waiting.count() - len(codings),
        "of_others": all_waiting.exclude(coder=request.user).count() if is_blind else 0,
        "codings": [(each, *_around(words[each.text.uuid], each.start, each.end)) for each in codings],
    }
    return render(request, "voices_coding/decide.html", page)


def _around(text: str, start: int, end: int) -> tuple[str, str, str]:
    return text[max(0, start - AROUND) : start], text[start:end][:1_000], text[end : end + AROUND]


@may("voices.code")
@require_http_methods(["GET", "POST"])
def recode(request: HttpRequest, study: str) -> HttpResponse:
    """Show one's codings of a replaced system with their words, and give them new categories."""
    here = found(request, study, "voices.code")
    system = categories.system_of(here)
    codings = recoding.old(here, system, request.user)
    waiting = codings.filter(is_done=False).select_related("text__collection__study").order_by("category", "text", "pk")
    if request.method == "POST":
        chosen = [(each, request.POST[f"c{each.pk}"]) for each in waiting if request.POST.get(f"c{each.pk}")]
        try:
            count = recoding.recode(here, chosen, sent_uuid(request.POST.get("key", "")), request.user)
            messages.success(request, _("Decided: %(count)d.") % {"count": count})
        except WrongRequest as error:
            messages.error(request, str(error))
        return redirect(request.path)
    names = queries.former(here, system, set(codings.values_list("category", flat=True)))
    shown = list(waiting[:AT_ONCE])
    words = contents_of({each.text_id: each.text for each in shown}.values())
    page = {
        "study": here,
        "key": uuid4(),
        "progress": recoding.progress(codings, names),
        "parts": [(each.id, system.label(each.id)) for each in system.categories if each.codable],
        "rest": waiting.count() - len(shown),
        "codings": [
            (each, names.get(each.category, "?"), *_around(words[each.text.uuid], each.start, each.end))
            for each in shown
        ],
    }
    return render(request, "voices_coding/recode.html", page)
