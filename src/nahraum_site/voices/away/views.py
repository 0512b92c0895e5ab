"""Coding on the way: the page that also opens without network, what it packs, and what it brings back."""

from __future__ import annotations

import json
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.permissions import may, public
from nahraum_site.voices.asked import found, sent_json
from nahraum_site.voices.away import notes, packing, queries, shell_files
from nahraum_site.voices.coding import queries as coding
from nahraum_site.voices.coding import steps
from nahraum_site.voices.coding.asked import desk


@may("voices.code")
@require_safe
@csp_update({"manifest-src": [SELF]})
def shell(request: HttpRequest) -> HttpResponse:
    """Show the page that a device keeps: it names nobody and holds nothing of any study."""
    answer = render(request, "voices_away/shell.html")
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Send the service worker; its address is what lets it answer for the pages on the way, and for no others."""
    answer = HttpResponse(shell_files.worker(), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Send what makes the page installable."""
    told = {
        "name": _("Nahraum on the way"),
        "short_name": "Nahraum",
        "lang": request.LANGUAGE_CODE,
        "start_url": reverse("away"),
        "scope": reverse("away"),
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#1f6283",
        "icons": [{"src": static("nahraum/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return HttpResponse(json.dumps(told, ensure_ascii=False), content_type="application/manifest+json")


@may("voices.code")
@require_http_methods(["GET", "POST"])
def standing(request: HttpRequest) -> JsonResponse:
    """Tell who is signed in and what may be taken along; asked with texts, how these stand now."""
    today = timezone.localdate()
    if request.method == "GET":
        told = {"person": str(request.user.uuid), "token": get_token(request), "today": today.isoformat()}
        return JsonResponse({**told, "studies": queries.offered(request.user, today)})
    try:
        asked = _uuids(request.body)
    except WrongRequest as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({"texts": queries.standing(request.user, asked, today)})


@may("voices.read_study")
@require_http_methods(["GET", "POST"])
def study_away(request: HttpRequest, study: str) -> HttpResponse:
    """Say whether texts of a study may be taken along; asked with texts, pack these."""
    if request.method == "GET":
        here = found(request, study)
        page = {
            "study": here,
            "is_allowed": queries.is_allowed(here),
            "may_code": request.user.has_perm("voices.code", here),
            "can_lead": request.user.has_perm("voices.lead_study", here),
        }
        return render(request, "voices_away/study.html", page)
    here = found(request, study, "voices.code")
    try:
        packed = packing.pack(here, request.user, _uuids(request.body))
    except WrongRequest as error:
        return JsonResponse({"error": str(error)}, status=422)
    told = {"person": str(request.user.uuid), "made": timezone.now().isoformat()}
    return JsonResponse({**told, "texts": packed})


@may("voices.lead_study")
@require_POST
def allow(request: HttpRequest, study: str) -> HttpResponse:
    """Let coders take texts of a study along, or no more."""
    here = found(request, study, "voices.lead_study")
    packing.allow(here, request.user, is_allowed=request.POST.get("allowed") == "1")
    messages.success(request, _("Stored."))
    return redirect("study-away", here.uuid)


@may("voices.code")
@require_POST
def through(request: HttpRequest, study: str, text: str) -> JsonResponse:
    """Note what somebody said on the way: that a text is coded through, or not after all."""
    here = desk(request, study, text, "voices.code")
    try:
        given = sent_json(request.body)
        if "through" not in given:
            raise WrongRequest(_("This request cannot be read."))
    except WrongRequest as error:
        return JsonResponse({"error": str(error)}, status=422)
    steps.say_through(here.text, request.user, is_through=given["through"] is True)
    undo, redo = coding.can_undo(here.text, request.user)
    return JsonResponse({"codings": [], "undo": undo, "redo": redo})


@may("voices.code")
@require_POST
def note(request: HttpRequest, study: str, text: str) -> JsonResponse:
    """Store a note from the way as a memo on its text."""
    here = desk(request, study, text, "voices.code")
    try:
        memo, beside = notes.take(here.text, request.user, notes.from_json(request.body))
    except WrongRequest as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({"uuid": str(memo.uuid), "version": memo.version, "beside": beside})


def _uuids(raw: bytes) -> list[UUID]:
    try:
        return [UUID(str(each)) for each in sent_json(raw)["texts"]]
    except (ValueError, TypeError, KeyError):
        raise WrongRequest(_("This request cannot be read.")) from None
