"""Mayring's table: worked through cell by cell, stored one by one; it works as a plain form, too."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories import System
from nahraum.evidence.voices.condensing.chain import STAGE_LABELS, Stage
from nahraum_site.accounts.permissions import may, require
from nahraum_site.shell.overtaken import Overtaken, stored
from nahraum_site.voices import queries as studies
from nahraum_site.voices.asked import found
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.coding import counting
from nahraum_site.voices.condensing import actions, kept, sent, tables
from nahraum_site.voices.condensing.files import KINDS
from nahraum_site.voices.condensing.forms import ReductionForm, TableForm
from nahraum_site.voices.condensing.models import Condensed
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.queries import contents_of, texts_of

ON_A_PAGE = 25  # segments
MOST = 50  # reductions, or steps without a segment
REDUCTION = "voices_condensing/reduction.html"


@may("voices.read_study")
@require_http_methods(["GET", "POST"])
def condense(request: HttpRequest, study: str) -> HttpResponse:
    """Show the segments of a category with what was made from them; store what was typed, and do what was pressed."""
    here = found(request, study)
    if request.method == "GET":
        return _page(request, here, {}, more=request.GET.get("mehr", ""))
    require(request.user, "voices.code", here)
    faults, error, more = {}, None, ""
    try:
        typed = sent.cells(request.POST)
        faults = sent.store(here, typed, request.user)
        if not faults:
            more = sent.press(here, request.POST, request.POST.getlist("pick"), request.user, typed)
    except WrongRequest as wrong:
        error = wrong
    if faults or error:
        return _page(request, here, faults, error=error)
    messages.success(request, _("Stored."))
    address = request.get_full_path().partition("&mehr=")[0]
    return redirect(f"{address}&mehr={more}" if more else address)


@may("voices.code")
@require_POST
def condense_cell(request: HttpRequest, study: str) -> HttpResponse:
    """Store one cell that somebody left, and tell what became of it."""
    here = found(request, study, "voices.code")
    try:
        (id,) = (name[2:] for name in request.POST if name.startswith("t."))
        wanted = sent.cells(request.POST)
    except (WrongRequest, ValueError):
        return HttpResponse(_("This request cannot be read."), status=422)
    faults = sent.store(here, wanted, request.user)
    is_saved = bool(wanted) and not faults
    now = kept.opened(here, request.user, only=[id, request.POST.get(f"b.{id}", "")])
    if id in now.rows and now.rows[id].version > 1:  # something may have been made from it
        now = kept.opened(here, request.user)
    marks = [tables.cell(now, each) for each in now.rows if id in now.stale.get(each, ()) or (each == id and is_saved)]
    if id in now.rows:
        one = tables.cell(now, id, faults)
    else:
        behind = request.POST.get(f"b.{id}", "")
        fault = faults.get(id)
        one = tables.Cell(id=id, behind=behind, text=fault.text if fault else "", fault=fault)
    page = {"study": here, "cell": one, "marks": marks, "is_saved": is_saved, "may_code": True}
    return render(request, "voices_condensing/state.html", page)


def asked(request: HttpRequest, here: Study) -> tuple[TableForm, System]:
    """Return the question which segments stand in the table, and the categories. Who codes blind asks for own ones."""
    system, names = categories.system_of(here), studies.spaces()
    whose = counting.choices(here, request.user)
    used = {*here.spaces, *here.collections.exclude(space="").values_list("space", flat=True)}
    spaces = {key: names.get(key, key) for key in sorted(used, key=lambda key: names.get(key, key))}
    given = {"whose": whose[0][0], **request.GET.dict()}
    return TableForm(given if "category" in given else None, system=system, spaces=spaces, whose=whose), system


def _page(
    request: HttpRequest, here: Study, faults: tables.Faults, *, error: WrongRequest | None = None, more: str = ""
) -> HttpResponse:
    form, system = asked(request, here)
    page: dict[str, Any] = {
        "study": here,
        "form": form,
        "may_code": request.user.has_perm("voices.code", here),
        "has_categories": bool(system.categories),
        "error": error,
        "typed": request.POST,
        "key": request.POST.get("key") or uuid4(),
    }
    if form.is_bound and form.is_valid():
        page |= _table(request, here, form.cleaned_data, system, faults, more)
    status = _status(error) if error else 200
    if faults:
        status = 409 if all(each.theirs for each in faults.values()) else 422
    return render(request, "voices_condensing/condense.html", page, status=status)


def _status(error: WrongRequest) -> int:
    """Return what is answered: somebody was overtaken, or asked for what cannot be."""
    return 409 if isinstance(error, Overtaken) else 422


def _table(
    request: HttpRequest, here: Study, given: dict[str, Any], system: System, faults: tables.Faults, more: str
) -> dict[str, Any]:
    choice = tables.choice(given)
    every = tables.places_of(here, system, choice)
    now = kept.opened(here, request.user, every)
    wanted = tables.waiting(now, every) if given["open"] else every
    part: Any = Paginator(wanted, ON_A_PAGE).get_page(request.GET.get("seite"))
    part.shown = tables.lines(here, now, list(part), faults, more)
    reductions: Any = Paginator(tables.reductions_of(now, every), MOST).get_page(request.GET.get("rseite"))
    reductions.shown = [tables.cell(now, id) for id in reductions]
    adrift = tables.adrift(now)
    shown = {
        cell.id for line in part.shown for way in line.ways for cell in (way.paraphrase, way.generalisation) if cell
    }
    return {
        "label": system.label(choice.category),
        "query": urlencode({name: given[name] if name != "open" else "on" for name in given if given[name]}),
        "kinds": KINDS,
        "list": part,
        "progress": tables.progress(now, every),
        "reductions": reductions,
        "adrift": [tables.cell(now, id) for id in adrift[:MOST]],
        "more_adrift": len(adrift) - MOST,
        "gone": here.condensed.filter(pk__in=[each.pk for each in now.gone[:MOST]]).select_related("changed_by"),
        "more_gone": len(now.gone) - MOST,
        "unplaced": [fault for id, fault in faults.items() if id not in shown],
        "picked": request.POST.getlist("pick"),
    }


@may("voices.read_study")
@require_http_methods(["GET", "POST"])
def reduction(request: HttpRequest, study: str, step: str) -> HttpResponse:
    """Show a reduction with its way back to the segments; change it."""
    here = found(request, study)
    now = kept.opened(here, request.user)
    id = str(step)
    if id not in now.rows or now.chain.steps[id].stage is not Stage.REDUCTION:
        raise Http404
    if request.method == "POST":
        require(request.user, "voices.code", here)
        if "do" in request.POST:
            return _pressed(request, here, now, id)
    form = _form(now, id, request.POST or None)

    def store() -> None:
        given = form.cleaned_data
        wanted = actions.Wanted(
            id=now.rows[id].uuid,
            text=sent.words(given["text"]),
            behind=tuple(given["behind"]),
            version=given["version"],
        )
        actions.write(here, wanted, request.user)

    def initial_of(row: Condensed) -> dict[str, Any]:
        return _initial(kept.opened(here, request.user), str(row.uuid))

    return stored(request, form, store, initial_of, REDUCTION, _reduced(request, here, now, id), (request.path,))


def _form(now: kept.Kept, id: str, given: Any = None) -> ReductionForm:
    choices = [(each, now.chain.steps[each].text) for each in _could_bundle(now, id)]
    return ReductionForm(given, behind=choices, initial=_initial(now, id))


def _reduced(request: HttpRequest, here: Study, now: kept.Kept, id: str) -> dict[str, Any]:
    return {
        "study": here,
        "step": tables.cell(now, id),
        "origin": origin(here, now, id),
        "may_code": request.user.has_perm("voices.code", here),
        "used_in": [tables.cell(now, each) for each, one in now.chain.steps.items() if id in one.behind],
    }


def _pressed(request: HttpRequest, here: Study, now: kept.Kept, id: str) -> HttpResponse:
    """Do what a button of the page of a reduction says, or show the page with what is wrong."""
    try:
        sent.press(here, request.POST, [], request.user)
    except WrongRequest as error:
        typed = {"reason": request.POST.get(f"r.{id}", ""), "error": str(error)}
        page = _reduced(request, here, now, id) | {"form": _form(now, id)} | typed
        return render(request, REDUCTION, page, status=_status(error))
    messages.success(request, _("Stored."))
    is_gone = request.POST["do"] == f"remove {id}"
    return redirect("condense", here.uuid) if is_gone else redirect(request.path)


def _initial(now: kept.Kept, id: str) -> dict[str, Any]:
    step = now.chain.steps[id]
    return {"text": step.text, "behind": list(step.behind), "version": now.rows[id].version}


def _could_bundle(now: kept.Kept, id: str) -> list[str]:
    """Return what a reduction bundles, and what nothing was made from yet."""
    bundled = [each for each in now.chain.steps[id].behind if each in now.chain.steps]
    free = (*now.chain.open(Stage.GENERALISATION), *now.chain.open(Stage.REDUCTION))
    return list(dict.fromkeys((*bundled, *(each for each in free if each != id))))


def origin(here: Study, now: kept.Kept, id: str) -> list[dict[str, Any]]:
    """Return what a step was made from, down to its segments with their words. One question."""
    uuids = {kept.text_of(each) for each in now.chain.segments(id)}
    contents = contents_of(texts_of(here).filter(uuid__in=uuids))

    def below(id: str) -> dict[str, Any]:
        if not kept.is_place(id):
            step = now.chain.steps[id]
            said = {"stage": _(STAGE_LABELS[step.stage]), "step": step, "author": now.rows[id].changed_by}
            return said | {"below": list(map(below, _there(now, step)))}
        (start, end), text = kept.stretch_of(id), now.texts[kept.text_of(id)]
        words = contents[text.uuid]
        return {
            "place": id,
            "text": text,
            "start": start,
            "number": words.count("\n", 0, start) + 1,
            "words": words[start:end],
        }

    return list(map(below, _there(now, now.chain.steps[id])))


def _there(now: kept.Kept, step: Any) -> list[str]:
    return [each for each in step.behind if each in now.chain.steps]
