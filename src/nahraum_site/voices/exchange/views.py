"""The page of exchange: a study as a file, and a file as part of a study."""

from __future__ import annotations

import hashlib
from collections.abc import Collection as Values
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices import outgoing
from nahraum.evidence.voices.exchange.table import codings_csv
from nahraum.evidence.voices.exchange.writing import project_bytes
from nahraum.evidence.voices.incoming import persons
from nahraum.evidence.voices.incoming.categories import fitted
from nahraum.evidence.voices.incoming.terms import Incoming
from nahraum.evidence.voices.incoming.twins import twins
from nahraum.evidence.voices.pseudonyms import Kind, Suggestion, Sure
from nahraum_site.accounts.permissions import may
from nahraum_site.records import log
from nahraum_site.records.files import clean_name
from nahraum_site.voices.asked import found
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.categories.actions import new_id
from nahraum_site.voices.collection_views import sent
from nahraum_site.voices.exchange import queries, receiving, storing
from nahraum_site.voices.exchange.forms import DecideForm, UploadForm
from nahraum_site.voices.exchange.models import Arrival
from nahraum_site.voices.models import Study
from nahraum_site.voices.queries import spaces
from nahraum_site.voices.texts.queries import open_to

LEAD = "voices.lead_study"
READABLE = 500_000  # signs of texts that the page shows whole


@may(LEAD)
@require_http_methods(["GET", "POST"])
def exchange(request: HttpRequest, study: str) -> HttpResponse:
    """Say what leaves and what stays, offer the files; take a project in."""
    here = found(request, study, LEAD)
    form = UploadForm(request.POST or None, request.FILES or None)
    page: dict[str, Any] = {"study": here, "form": form, "issues": ()}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > receiving.LARGEST_MB << 20:
                raise WrongRequest(
                    _("The file has more than {count} MB. Export it without pictures and recordings.").format(
                        count=receiving.LARGEST_MB
                    )
                )
            arrival = receiving.take(here, clean_name(upload.name), upload.read(), request.user)
            return redirect("arrival", here.uuid, arrival.uuid)
        except BadInput as error:
            page["issues"] = error.issues
        except WrongRequest as error:
            form.add_error("file", str(error))
    try:
        leaving = queries.leaving(here, request.user)
        page |= {"leaving": leaving, "stays": outgoing.left_here(leaving.study, removed=leaving.removed)}
    except WrongRequest as error:
        page["fault"] = str(error)
    page |= {
        "waiting": [(each, receiving.name_of(each)) for each in queries.waiting(here)],
        "done": queries.done(here),
        "last": queries.last_taken(here),
    }
    return render(request, "voices_exchange/exchange.html", page, status=422 if page["issues"] or form.errors else 200)


@may(LEAD)
@require_safe
def project(request: HttpRequest, study: str) -> HttpResponse:
    """Send a study as a REFI-QDA project; it never lies on a disk here."""
    here = found(request, study, LEAD)
    name = f"{here.title}.qdpx"
    try:
        leaving = queries.leaving(here, request.user)
    except WrongRequest as error:
        messages.error(request, str(error))
        return redirect("exchange", here.uuid)
    content, issues = project_bytes(outgoing.project_of(leaving.study), name)
    for issue in issues:  # numbers only: messages are stored
        messages.warning(request, issue.sentence)
    _log_taken(request, here, leaving, "qdpx")
    return sent(content, name, "application/zip")


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
    _log_taken(request, here, leaving, "csv")
    return sent(content, f"kodierungen-{here.title}.csv", "text/csv; charset=utf-8")


def _log_taken(request: HttpRequest, here: Study, leaving: queries.Leaving, kind: str) -> None:
    counts = {"texts": len(leaving.study.texts), "codings": len(leaving.study.codings)}
    log.write(request.user, "exchange.taken", here, after={"kind": kind, "all": leaving.is_all, **counts})


@may(LEAD)
@require_http_methods(["GET", "POST"])
def arrival(request: HttpRequest, study: str, arrival: str) -> HttpResponse:
    """Show what a project brings, and ask where it goes, who coded, and who is named; look again, or import."""
    here = found(request, study, LEAD)
    one = get_object_or_404(here.arrivals.filter(stage=Arrival.Stage.WAITING), uuid=arrival)
    one.study = here
    try:
        name, incoming, rules = receiving.opened(one)
    except (BadInput, WrongRequest):
        messages.error(request, _("This file cannot be opened any more. Set it aside, and upload it again."))
        return redirect("exchange", here.uuid)
    return _decide(request, one, name, incoming, rules)


def _decide(
    request: HttpRequest, one: Arrival, name: str, incoming: Incoming, rules: Sequence[list[Suggestion]]
) -> HttpResponse:
    here = one.study
    asked = request.POST.get("way") or request.GET.get("gruppen", "")
    way = asked if asked in incoming.groups else next(iter(incoming.groups), "")
    _rows, tellable = queries.here(here)
    same = twins(incoming, tellable)
    earlier = queries.earlier(one)
    form = DecideForm(
        request.POST or None,
        study=here,
        incoming=incoming,
        way=way,
        here=same,
        collections=open_to(here),
        team=queries.coders(here),
        importer=request.user,
        spaces=spaces(),
        is_again=earlier is not None,
        initial={"version": one.version},
    )
    valid = form.is_bound and form.is_valid()
    words = {each: form.cleaned_data.get(each) or [] if form.is_bound else [] for each in ("persons", "others")}
    what = persons.found(incoming, rules, same, **words)
    now = _sign(what)
    chosen = _chosen(request, what, is_first=not form.is_bound)
    if valid and "import" in request.POST:
        if request.POST.get("seen") != now:
            form.add_error(None, _("The marked places have changed. Look at them once more, then import."))
        elif counts := _stored(request, one, incoming, form, storing.Wanted(
            way=way,
            places=form.places,
            coders=form.decided(request.user),
            found=what,
            chosen=chosen,
            open_memos=form.cleaned_data.get("open_memos", True),
        )):  # fmt: skip
            messages.success(
                request,
                _("Imported: {texts} texts, {codings} codings, {memos} memos, {categories} new categories.").format(
                    **{each: counts.get(each, 0) for each in ("texts", "codings", "memos", "categories")}
                ),
            )
            if counts.get("doubles") or counts.get("left_out"):
                told = _("Codings that were there already or stand in the file twice: {doubles}. Left out: {left_out}.")
                messages.info(request, told.format(**{each: counts.get(each, 0) for each in ("doubles", "left_out")}))
            return redirect("exchange", here.uuid)
    kinds = {each.kind for each in what.named}
    page = {
        "study": here,
        "arrival": one,
        "name": name,
        "incoming": incoming,
        "form": form,
        "way": way,
        "ways": list(incoming.groups),
        "here": len(same),
        "earlier": earlier,
        "named": [(each, each.mark in chosen, _(each.why)) for each in what.named],
        "kinds": [(kind.value, kind.label) for kind in Kind if kind in kinds],
        "seen": now,
        "wording": _wording(incoming, same),
        "fit": fitted(incoming, categories.system_of(here), new_id, {}),
    }
    return render(request, "voices_exchange/arrival.html", page, status=422 if form.errors else 200)


def _wording(incoming: Incoming, same: Values[int]) -> list[tuple[str, str]]:
    """Return name and words of the texts that are new; none where they are too many for a page."""
    new = [(each.name, each.text) for n, each in enumerate(incoming.texts) if n not in same]
    return new if sum(len(words) for _name, words in new) <= READABLE else []


def _stored(
    request: HttpRequest, one: Arrival, incoming: Incoming, form: DecideForm, wanted: storing.Wanted
) -> dict[str, int]:
    """Import; where that is refused, the form says why and nothing is returned."""
    try:
        return storing.store(one, incoming, wanted, form.cleaned_data["version"], request.user)
    except WrongRequest as error:
        form.add_error(None, str(error))
        return {}


def _sign(what: persons.Found) -> str:
    """Return a short sign of who is named, by which a page knows whether that changed."""
    return hashlib.sha256(" ".join(f"{each.mark}:{each.count}" for each in what.named).encode()).hexdigest()[:16]


def _chosen(request: HttpRequest, what: persons.Found, *, is_first: bool) -> set[str]:
    """Return the marks that are set: at first what is at least likely; later as posted, and whoever is new."""
    before = set(request.POST.get("shown", "").split())
    posted = set(request.POST.getlist("replace"))
    kind, _colon, wish = request.POST.get("set", "").partition(":")
    chosen = set()
    for each in what.named:
        is_set = each.sure >= Sure.LIKELY if is_first or each.mark not in before else each.mark in posted
        if kind in (each.kind.value, "all"):
            is_set = wish == "all"
        if is_set:
            chosen.add(each.mark)
    return chosen


@may(LEAD)
@require_POST
def discard(request: HttpRequest, study: str, arrival: str) -> HttpResponse:
    """Set a project aside."""
    here = found(request, study, LEAD)
    one = get_object_or_404(here.arrivals, uuid=arrival)
    try:
        receiving.discard(one, request.user)
    except WrongRequest as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The file was set aside and is removed."))
    return redirect("exchange", here.uuid)
