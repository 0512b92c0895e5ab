"""Photographs whose cards are typed in, and recordings beside their texts: who may see and hear them is decided."""

from __future__ import annotations

import re

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.texts.recordings import LONGEST_BEGINNING, sound_of
from nahraum_site.accounts.permissions import may, require
from nahraum_site.records.files import clean_name
from nahraum_site.records.sealing import Seal
from nahraum_site.shell.overtaken import Overtaken
from nahraum_site.voices.asked import found
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts import actions, queries, reading, vault
from nahraum_site.voices.texts.asked import IMPORT, NAMES, note_opened, waiting_photo
from nahraum_site.voices.texts.models import Source
from nahraum_site.voices.texts.photo_forms import CardsForm, RecordingForm

READ, DELETE = "voices.read_texts", "voices.delete_texts"
AT_ONCE = 4 << 20  # bytes of a recording that are sent in one answer: browsers ask for more as they play
RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@may(IMPORT)
@require_http_methods(["GET", "POST"])
def cards(request: HttpRequest, study: str, source: str) -> HttpResponse:
    """Type in what stands on the cards of a photograph, and say where each lies."""
    here, waiting = waiting_photo(request, study, source)
    known = queries.photo_of(waiting)
    if request.method == "POST":
        form = CardsForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                actions.type_cards(waiting, given["cards"], given["version"], shown=given["shown"])
            except Overtaken:
                form.add_error(None, _("Somebody else has worked on this file meanwhile. Copy what you typed."))
            else:
                onward = "go" in request.POST and given["cards"]
                messages.success(request, _("Stored."))
                return redirect("text-source" if onward else "cards", here.uuid, waiting.uuid)
    else:
        form = CardsForm(cards=known.cards, initial={"version": waiting.version, "shown": known.shown})
    page = {"study": here, "source": waiting, "name": known.name, "form": form}
    return render(request, "voices/texts/cards.html", page, status=422 if form.errors else 200)


@may(IMPORT)
@require_safe
def waiting_picture(request: HttpRequest, study: str, source: str) -> HttpResponse:
    """Send a photograph whose cards are typed in; the log says who saw it."""
    _here, waiting = waiting_photo(request, study, source)
    note_opened(request, waiting)
    return _picture(waiting)


@may(READ)
@require_safe
def picture(request: HttpRequest, study: str, text: str) -> HttpResponse:
    """Send the photograph of a text to those who may see it; the log says who saw what is not for the whole team."""
    here = found(request, study, READ)
    photos = Source.objects.filter(kind=reading.PHOTO, texts__uuid=text, collection__study=here)
    source = get_object_or_404(photos.select_related("collection"))
    _ask(request, here, source, "source.opened")
    return _picture(source)


def _picture(source: Source) -> HttpResponse:
    return HttpResponse(vault.open_file(Seal(source.collection.uuid), source), content_type="image/jpeg")


def _ask(request: HttpRequest, study: Study, source: Source, action: str) -> None:
    """Refuse what is not for the whole team to those who do not lead it; note who saw or heard it."""
    if not queries.is_shown(source):
        require(request.user, NAMES, study)
        note_opened(request, source, action)


@may(IMPORT)
@require_http_methods(["GET", "POST"])
def lay_beside(request: HttpRequest, study: str, text: str) -> HttpResponse:
    """Lay the recording beside the text that was written of it."""
    here = found(request, study, IMPORT)
    one = get_object_or_404(queries.listed(here), uuid=text)
    form = RecordingForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            actions.lay_beside(
                one, clean_name(file.name), file.chunks(), request.user, shown=form.cleaned_data["shown"]
            )
        except WrongRequest as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("The recording lies beside the text now."))
            return redirect("text", here.uuid, one.uuid)
    page = {"study": here, "text": one, "form": form}
    return render(request, "voices/texts/recording.html", page, status=422 if form.errors else 200)


@may(READ)
@require_safe
def recording(request: HttpRequest, study: str, recording: str) -> HttpResponse:
    """Send a stretch of a recording to those who may hear it; the log says who heard what is not for the whole team."""
    here = found(request, study, READ)
    source = _recording(here, recording)
    wanted = RANGE.fullmatch(request.headers.get("Range", ""))
    start = int(wanted[1][:15]) if wanted else 0
    _ask(request, here, source, "recording.heard")
    seal = Seal(source.collection.uuid)
    kind = sound_of(b"".join(vault.open_recording(seal, source, 0, LONGEST_BEGINNING)))
    if not wanted:
        told = {"Accept-Ranges": "bytes", "Content-Length": str(source.size)}
        parts = vault.open_recording(seal, source, 0, source.size)
        return StreamingHttpResponse(parts, content_type=kind, headers=told)
    end = min(int(wanted[2][:15]) + 1 if wanted[2] else source.size, source.size, start + AT_ONCE)
    if start >= end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{source.size}"})
    told = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{end - 1}/{source.size}"}
    part = b"".join(vault.open_recording(seal, source, start, end))
    return HttpResponse(part, content_type=kind, status=206, headers=told)


@may(NAMES)
@require_POST
def state(request: HttpRequest, study: str, source: str) -> HttpResponse:
    """State that the whole team may see a photograph or hear a recording, or take that back."""
    here = found(request, study, NAMES)
    beside = Source.objects.filter(collection__study=here, stage=Source.Stage.FROZEN).select_related("collection")
    one = get_object_or_404(beside.filter(kind__in=(reading.PHOTO, reading.RECORDING)), uuid=source)
    text = get_object_or_404(queries.listed(here).filter(Q(source=one) | Q(recordings=one)))
    shown = "shown" in request.POST
    actions.state(one, request.user, shown=shown)
    told = _("The whole team sees and hears it now.") if shown else _("Only who leads the study sees and hears it now.")
    messages.success(request, told)
    return redirect("text", here.uuid, text.uuid)


@may(DELETE)
@require_POST
def take_away(request: HttpRequest, study: str, recording: str) -> HttpResponse:
    """Remove the recording of a text."""
    here = found(request, study, DELETE)
    source = _recording(here, recording)
    actions.take_away(source, request.user)
    messages.success(request, _("The recording was removed."))
    return redirect("text", here.uuid, source.beside.uuid)


def _recording(study: Study, recording: str) -> Source:
    found_now = Source.objects.filter(kind=reading.RECORDING, collection__study=study)
    return get_object_or_404(found_now.select_related("collection", "beside"), uuid=recording)
