"""Texts of a study: list and search them, read one, say what is known of it; names and deletion for who leads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.studies.terms import Method
from nahraum_site.accounts.permissions import may
from nahraum_site.records import log
from nahraum_site.records.downloads import sent
from nahraum_site.records.sealing import Seal
from nahraum_site.shell.overtaken import stored
from nahraum_site.voices.asked import found
from nahraum_site.voices.queries import spaces
from nahraum_site.voices.texts import actions, forgetting, queries, searching, shown, vault
from nahraum_site.voices.texts.forms import DeleteForm, TextForm
from nahraum_site.voices.texts.models import Text

READ, NAMES, DELETE = "voices.read_texts", "voices.see_names", "voices.delete_texts"


@may(READ)
@require_safe
def texts(request: HttpRequest, study: str) -> HttpResponse:
    """List the texts of a study, narrow them by space, method and variable, and search in them."""
    here = found(request, study, READ)
    names, everything = spaces(), list(queries.listed(here))
    asked = {name: request.GET.get(name, "")[:500] for name in ("raum", "methode", "merkmal", "q")}
    narrowed = queries.narrowed(everything, space=asked["raum"], method=asked["methode"], variable=asked["merkmal"])
    result, fault = None, ""
    if asked["q"].strip():
        try:
            result = searching.search(here, asked["q"], frozenset(each.uuid for each in narrowed))
        except WrongRequest as error:
            fault = str(error)
    collections = list(queries.collections_of(here))
    due, soon = queries.to_delete(collections, timezone.localdate())
    page = {
        "study": here,
        "texts": [(each, names.get(each.collection.space, each.collection.space)) for each in narrowed],
        "count": len(everything),
        "asked": asked,
        "spaces": [(key, _("city-wide") if key == "-" else names.get(key, key)) for key in _spaces(everything)],
        "methods": sorted(
            ((each, Method(each).label) for each in {each.collection.method for each in everything}),
            key=lambda each: each[1].casefold(),
        ),
        "variables": [
            (f"{name}={value}", f"{name}: {value}")
            for name, values in queries.variables_of(everything).items()
            for value in values
        ],
        "result": result,
        "fault": fault,
        "collections": collections,
        "due": due,
        "soon": soon,
        "can_import": request.user.has_perm("voices.import_texts", here),
        "can_lead": request.user.has_perm(DELETE, here),
    }
    return render(request, "voices/texts/texts.html", page, status=422 if fault else 200)


def _spaces(found: list[Text]) -> list[str]:
    return sorted({each.collection.space or "-" for each in found})


@may(READ)
@require_safe
def text(request: HttpRequest, study: str, text: str) -> HttpResponse:
    """Show a text: its lines, with speakers, times and questions where they are known."""
    here = found(request, study, READ)
    one = get_object_or_404(queries.texts_of(here), uuid=text)
    before, after = queries.neighbours(one)
    page: dict[str, Any] = {
        "study": here,
        "text": one,
        "before": before,
        "after": after,
        "can_import": request.user.has_perm("voices.import_texts", here),
        "can_lead": request.user.has_perm(NAMES, here),
    }
    try:
        page["lines"] = list(shown.lines(queries.content_of(one), queries.structure_of(one)))
        page["beside"] = queries.beside(one, leads=page["can_lead"])
    except WrongRequest as error:  # its key is gone, or it was damaged
        page["fault"] = str(error)
    return render(request, "voices/texts/text.html", page, status=410 if "fault" in page else 200)


@may("voices.import_texts")
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, study: str, text: str) -> HttpResponse:
    """Change name and variables of a text; what it says stays as it is."""
    here = found(request, study, "voices.import_texts")
    one = get_object_or_404(queries.listed(here), uuid=text)
    form = TextForm(request.POST or None, initial=_initial_of(one))

    def store() -> None:
        given = {name: form.cleaned_data[name] for name in ("name", "variables")}
        actions.describe(one, given, form.cleaned_data["version"], request.user)

    page = {"study": here, "text": one}
    return stored(request, form, store, _initial_of, "voices/texts/describe.html", page, ("text", here.uuid, one.uuid))


def _initial_of(text: Text) -> dict[str, Any]:
    return {"name": text.name, "variables": text.variables, "version": text.version}


@may(NAMES)
@require_safe
def original(request: HttpRequest, study: str, text: str) -> HttpResponse:
    """Send the original file of a text, with whatever names it holds; the log says who looked."""
    here = found(request, study, NAMES)
    one = get_object_or_404(queries.listed(here).select_related("source").filter(source__isnull=False), uuid=text)
    source = one.source
    assert source is not None
    source.collection = one.collection
    try:
        seal = Seal(one.collection.uuid)
        name, content = vault.open_about(seal, source)["name"], vault.open_file(seal, source)
    except WrongRequest as error:
        messages.error(request, str(error))
        return redirect("texts", here.uuid)
    log.write(request.user, "source.opened", source, after={"collection": str(one.collection.uuid)})
    return sent(content, name)


@may(NAMES)
@require_http_methods(["GET", "POST"])
def pseudonyms(request: HttpRequest, study: str, collection: str) -> HttpResponse:
    """Show who stands behind the pseudonyms of a collection, after a question; the log says who looked."""
    here = found(request, study, NAMES)
    one = get_object_or_404(here.collections, uuid=collection)
    page: dict[str, Any] = {"study": here, "collection": one, "entries": None}
    if request.method == "POST":
        try:
            page["entries"] = queries.key_of(one).entries
        except WrongRequest as error:
            messages.error(request, str(error))
            return redirect("texts", here.uuid)
        log.write(request.user, "pseudonyms.seen", one)
    return render(request, "voices/texts/pseudonyms.html", page)


@may(DELETE)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, study: str, collection: str) -> HttpResponse:
    """Delete the texts of a collection for good, once its name was typed."""
    here = found(request, study, DELETE)
    one = get_object_or_404(queries.collections_of(here), uuid=collection)
    form = DeleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            forgetting.delete_texts(one, form.cleaned_data["typed"], request.user)
        except WrongRequest as error:
            form.add_error("typed", str(error))
        else:
            messages.success(request, _("The texts were deleted for good."))
            return redirect("texts", here.uuid)
    page = {"study": here, "collection": one, "form": form}
    return render(request, "voices/texts/delete.html", page, status=422 if form.errors else 200)
