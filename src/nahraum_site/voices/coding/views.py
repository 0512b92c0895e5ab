"""The coding page of a text: shown once, then told small steps; it works as a form, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.permissions import may, require
from nahraum_site.records import log
from nahraum_site.voices.asked import found
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.coding import queries, recoding, steps, wishes
from nahraum_site.voices.coding.asked import Desk, desk
from nahraum_site.voices.coding.models import Openness
from nahraum_site.voices.coding.sheet import sheet
from nahraum_site.voices.texts import queries as texts
from nahraum_site.voices.texts.models import Text

ON_A_PAGE = 100  # codings in the list that works without script


@may("voices.read_study")
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, study: str, text: str) -> HttpResponse:
    """Show a text with its codings; a form sent without script makes one step."""
    here = desk(request, study, text)
    words = texts.content_of(here.text)
    if request.method == "GET":
        return _page(request, here, words)
    require(request.user, "voices.code", here.study)
    try:
        steps.perform(here.text, request.user, wishes.from_form(request.POST, words))
    except WrongRequest as error:
        return _page(request, here, words, error=str(error))
    messages.success(request, _("Stored."))
    return redirect(request.get_full_path())


def _page(request: HttpRequest, here: Desk, words: str, *, error: str = "") -> HttpResponse:
    page = sheet(request.user, here, words)
    page |= {"key": uuid4(), "error": error, "typed": request.POST, "list": _list(request, page, words)}
    return render(request, "voices_coding/code.html", page, status=422 if error else 200)


def _list(request: HttpRequest, page: Mapping[str, Any], words: str) -> Any:
    """Return a page of codings as the list without script shows them: line, label, whose, row."""
    labels = {each["id"]: each["label"] for each in page["choices"]}
    names = page["data"]["coders"]
    part: Any = Paginator(page["data"]["codings"], ON_A_PAGE).get_page(request.GET.get("seite"))
    part.shown = [
        (words.count("\n", 0, row[2]) + 1, labels[row[1]], names.get(row[4], ""), row, uuid4()) for row in part
    ]
    return part


@may("voices.code")
@require_POST
def step(request: HttpRequest, study: str, text: str) -> JsonResponse:
    """Carry out one step that a page sent, and tell what became of it."""
    here = desk(request, study, text, "voices.code")
    try:
        touched = steps.perform(here.text, request.user, wishes.from_json(request.body))
    except WrongRequest as error:
        return JsonResponse({"error": str(error)}, status=422)
    undo, redo = queries.can_undo(here.text, request.user)
    return JsonResponse({"codings": queries.rows(touched, request.user), "undo": undo, "redo": redo})


@may("voices.read_study")
@require_safe
def state(request: HttpRequest, study: str, text: str) -> JsonResponse:
    """Tell what changed since a moment: others may code the same text."""
    here = desk(request, study, text)
    now = timezone.now()
    changed = queries.seen_by(request.user, here.text, sees_all=here.sees_all)
    rows = queries.rows(changed.filter(changed_at__gte=queries.since(request.GET.get("seit", ""))), request.user)
    undo, redo = queries.can_undo(here.text, request.user)
    row = categories.row_of(here.study)
    told = {"codings": rows, "coders": queries.coders(rows), "now": now.isoformat(), "undo": undo, "redo": redo}
    return JsonResponse({**told, "version": row.version if row else 1})


@may("voices.code")
@require_POST
def through(request: HttpRequest, study: str, text: str) -> HttpResponse:
    """Note that one coded a text through, or take that back."""
    here = desk(request, study, text, "voices.code")
    steps.say_through(here.text, request.user, is_through=request.POST.get("through") == "1")
    messages.success(request, _("Stored."))
    return redirect("code", here.study.uuid, here.text.uuid)


@may("voices.lead_study")
@require_POST
def openness(request: HttpRequest, study: str) -> HttpResponse:
    """Let coders see each other's codings, or make them blind to each other again."""
    here = found(request, study, "voices.lead_study")
    is_open = request.POST.get("open") == "1"
    Openness.objects.update_or_create(study=here, defaults={"is_open": is_open})
    log.write(request.user, "coding.opened" if is_open else "coding.closed", here)
    messages.success(request, _("Stored."))
    return redirect("codings", here.uuid)


@may("voices.read_study")
@require_safe
def overview(request: HttpRequest, study: str) -> HttpResponse:
    """List the texts of a study with how many codings each has, and say whether coders are blind to each other."""
    here = found(request, study)
    may_code = request.user.has_perm("voices.code", here)
    is_open = queries.is_open(here)
    counts = queries.counted(here, request.user, sees_all=is_open or not may_code)
    done = queries.coded_through(here, request.user) if may_code else frozenset()
    texts = Text.objects.filter(collection__study=here).select_related("collection").defer("content", "structure")
    page = {
        "study": here,
        "texts": [(each, counts.get(each.pk, 0), each.pk in done) for each in texts],
        "is_open": is_open,
        "may_code": may_code,
        "has_old": may_code and recoding.old(here, categories.system_of(here), request.user).exists(),
        "can_lead": request.user.has_perm("voices.lead_study", here),
    }
    return render(request, "voices_coding/overview.html", page)
