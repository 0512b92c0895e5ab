"""The page of exchange: a study as a file, and a file taken in to be decided about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import Issue, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import language
from nahraum.evidence.voices import outgoing
from nahraum.evidence.voices.exchange.table import codings_csv
from nahraum.evidence.voices.exchange.writing import project_bytes
from nahraum_site.accounts.permissions import may
from nahraum_site.records import log
from nahraum_site.records.downloads import sent
from nahraum_site.records.files import clean_name
from nahraum_site.records.told import told
from nahraum_site.voices.asked import found
from nahraum_site.voices.exchange import media, queries, receiving
from nahraum_site.voices.exchange.forms import UploadForm
from nahraum_site.voices.exchange.models import Arrival
from nahraum_site.voices.models import Study

LEAD = "voices.lead_study"
COUNTED = (
    "texts", "codings", "memos", "categories", "doubles", "left_out", "photos", "recordings", "media_left_out",
)  # fmt: skip


@may(LEAD)
@require_http_methods(["GET", "POST"])
def exchange(request: HttpRequest, study: str) -> HttpResponse:
    """Say what leaves and what stays, offer the files; take a project in."""
    here = found(request, study, LEAD)
    form = UploadForm(request.POST or None, request.FILES or None)
    page: dict[str, Any] = {"study": here, "form": form}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > receiving.LARGEST_MB << 20:
                raise WrongRequest(
                    _("The file has more than {count} MB. Export it without recordings, or in parts.").format(
                        count=receiving.LARGEST_MB
                    )
                )
            arrival = receiving.take(here, clean_name(upload.name), upload.read(), request.user, language())
            return redirect("arrival", here.uuid, arrival.uuid)
        except WrongRequest as error:
            form.add_error("file", str(error))
    try:
        leaving, ready = queries.leaving(here, request.user), media.ready(here)
        stays = outgoing.left_here(leaving.study, removed=leaving.removed, **ready.stays)
        page |= {"leaving": leaving, "ready": ready, "stays": stays}
    except WrongRequest as error:
        page["fault"] = str(error)
    _tell_imported(request, here)
    page |= {
        "issues": _refusal(here, request.GET.get("abgelehnt", "")),
        "waiting": [(each, receiving.name_of(each)) for each in queries.waiting(here)],
        "done": queries.done(here),
        "last": queries.last_taken(here),
    }
    return render(request, "voices_exchange/exchange.html", page, status=422 if form.errors else 200)


def _refusal(here: Study, asked: str) -> list[Issue]:
    """Return why a project could not be read; nothing where none such is here."""
    one = queries.named(here, asked, Arrival.Stage.REFUSED)
    try:
        return told(receiving.told(one)["issues"]) if one else []
    except WrongRequest:
        return []


def _tell_imported(request: HttpRequest, here: Study) -> None:
    """Tell what an import brought that was just done."""
    one = queries.named(here, request.GET.get("eingelesen", ""), Arrival.Stage.DONE)
    if one is None:
        return
    counts = dict.fromkeys(COUNTED, 0) | one.counts
    done = _("Imported: {texts} texts, {codings} codings, {memos} memos, {categories} new categories.")
    messages.success(request, done.format_map(counts))
    if counts["photos"] or counts["recordings"] or counts["media_left_out"]:
        media = _("Photographs: {photos}, recordings: {recordings}; only who leads the study sees and hears them.")
        messages.info(request, media.format_map(counts))
    if counts["media_left_out"]:
        left = _(
            "Photographs and recordings left out, as their text or they themselves are here already, or their text "
            "stays outside: {media_left_out}."
        )
        messages.info(request, left.format_map(counts))
    if counts["doubles"] or counts["left_out"]:
        said = _("Codings that were there already or stand in the file twice: {doubles}. Left out: {left_out}.")
        messages.info(request, said.format_map(counts))


@may(LEAD)
@require_safe
def project(request: HttpRequest, study: str) -> HttpResponse:
    """Send a study as a REFI-QDA project; it never lies on a disk here. Media leave if that is ticked."""
    here = found(request, study, LEAD)
    name = f"{here.title}.qdpx"
    try:
        ready = media.ready(here) if "medien" in request.GET else None
        leaving = queries.leaving(here, request.user, media.opened(ready) if ready else ())
    except WrongRequest as error:
        messages.error(request, str(error))
        return redirect("exchange", here.uuid)
    content, issues = project_bytes(outgoing.project_of(leaving.study), name)
    for issue in issues:  # numbers only: messages are stored
        messages.warning(request, issue.sentence)
    _log_taken(request, here, leaving, "qdpx", ready.counts if ready else {})
    return sent(content, name)


@may(LEAD)
@require_safe
def codings(request: HttpRequest, study: str) -> HttpResponse:
    """Send the codings of a study as a table."""
    here = found(request, study, LEAD)
    try:
        leaving = queries.leaving(here, request.user)
    except WrongRequest as error:
        messages.error(request, str(error))
        return redirect("exchange", here.uuid)
    content = ("\ufeff" + codings_csv(outgoing.project_of(leaving.study))).encode()
    _log_taken(request, here, leaving, "csv", {})
    return sent(content, f"kodierungen-{here.title}.csv")


def _log_taken(
    request: HttpRequest, here: Study, leaving: queries.Leaving, kind: str, beside: Mapping[str, int]
) -> None:
    counts = {"texts": len(leaving.study.texts), "codings": len(leaving.study.codings), **beside}
    log.write(request.user, "exchange.taken", here, after={"kind": kind, "all": leaving.is_all, **counts})


@may(LEAD)
@require_POST
def discard(request: HttpRequest, study: str, arrival: str) -> HttpResponse:
    """Destroy a project that waits, once somebody has read what that means."""
    here = found(request, study, LEAD)
    one = get_object_or_404(here.arrivals, uuid=arrival)
    if "sure" not in request.POST:
        messages.error(request, _("Nothing was destroyed. Open “Discard”, read what happens, and confirm it there."))
        return redirect("exchange", here.uuid)
    try:
        receiving.discard(one, request.user)
    except WrongRequest as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The uploaded file is destroyed."))
    return redirect("exchange", here.uuid)
