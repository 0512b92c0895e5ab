"""Collections: note one, change it, remove it, take a template for it; and the sample table as a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.studies.show import sample_cells, sample_head
from nahraum.evidence.voices.texts.guide import Guide, Questions
from nahraum.evidence.voices.texts.templates import docx_template, odt_template
from nahraum.reports.open_data import csv_bytes
from nahraum.reports.shown import Shown, shown_xlsx
from nahraum.reports.tables import DataTable
from nahraum_site.accounts.permissions import may
from nahraum_site.records import log
from nahraum_site.records.downloads import sent
from nahraum_site.shell.overtaken import stored
from nahraum_site.voices import actions, queries
from nahraum_site.voices.asked import found, sent_form
from nahraum_site.voices.collection_forms import CollectionForm, initial_of
from nahraum_site.voices.models import Collection, Study

TEMPLATES = {"docx": docx_template, "odt": odt_template}


@may("voices.collect")
@require_http_methods(["GET", "POST"])
def new_collection(request: HttpRequest, study: str) -> HttpResponse:
    """Note one more collection."""
    here = found(request, study, "voices.collect")
    form = CollectionForm(sent_form(request), study=here, spaces=queries.spaces(), initial={"version": 0})

    def store() -> None:
        actions.note_collection(here, form.given, request.user)

    return stored(request, form, store, initial_of, "voices/collection.html", {"study": here}, ("study", here.uuid))


@may("voices.collect")
@require_http_methods(["GET", "POST"])
def collection(request: HttpRequest, study: str, collection: str) -> HttpResponse:
    """Change what was noted about a collection."""
    here = found(request, study, "voices.collect")
    one = get_object_or_404(here.collections, uuid=collection)
    form = CollectionForm(sent_form(request), study=here, spaces=queries.spaces(), initial=initial_of(one))

    def store() -> None:
        actions.change_collection(one, form.given, form.cleaned_data["version"], request.user)

    page = {"study": here, "collection": one, "asks": any(each["questions"] for each in here.themes)}
    return stored(request, form, store, initial_of, "voices/collection.html", page, ("study", here.uuid))


@may("voices.collect")
@require_http_methods(["GET", "POST"])
def remove_collection(request: HttpRequest, study: str, collection: str) -> HttpResponse:
    """Ask once, then remove a collection."""
    here = found(request, study, "voices.collect")
    one = get_object_or_404(here.collections, uuid=collection)
    if request.method == "GET":
        return render(request, "voices/remove_collection.html", {"study": here, "collection": one})
    try:
        actions.remove_collection(one, request.user)
    except WrongRequest as error:
        messages.error(request, str(error))
        return redirect("collection", here.uuid, one.uuid)
    messages.success(request, _("The collection was removed."))
    return redirect("study", here.uuid)


@may("voices.read_study")
@require_safe
def template(request: HttpRequest, study: str, collection: str, kind: str) -> HttpResponse:
    """Send the guide of a collection as a document to fill in."""
    here = found(request, study)
    one = get_object_or_404(here.collections, uuid=collection)
    if kind not in TEMPLATES:
        raise Http404
    try:
        content = TEMPLATES[kind](_guide(here, one))
    except WrongRequest as error:
        messages.error(request, str(error))
        return redirect("study", here.uuid)
    log.write(request.user, "template.taken", one, after={"kind": kind})
    return sent(content, f"vorlage-{one.noun.name}.{kind}")


def _guide(study: Study, collection: Collection) -> Guide:
    asked = [each for each in study.themes if each["questions"]]
    return Guide(
        collection=str(collection.uuid),
        version=study.version,
        title=collection.title or study.title,
        space=queries.spaces().get(collection.space, collection.space) or _("city-wide"),
        date=date_format(collection.day) if collection.day else "",
        kind=collection.noun.method.label,
        blocks=tuple(Questions(title=each["title"], questions=tuple(each["questions"])) for each in asked),
    )


@may("voices.read_study")
@require_safe
def sample(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """Send the sample table."""
    here = found(request, study)
    today = timezone.localdate()
    counted = queries.seen(here, list(here.collections.select_related("deletion")), queries.spaces(), today).sample
    table = DataTable(
        name="stichprobe",
        title=f"{here.title}: {_('People reached')}",
        head=sample_head(counted),
        rows=tuple(sample_cells(counted)),
    )
    if kind == "csv":
        content = csv_bytes(table)
    elif kind == "xlsx":
        protection = _("None: counts of the team, for use in the office.")
        source = Shown(table=table, source=here.title, day=today, licence="–", protection=protection)
        content = shown_xlsx(source)
    else:
        raise Http404
    log.write(request.user, "sample.taken", here, after={"kind": kind})
    return sent(content, f"stichprobe-{here.title}.{kind}")
