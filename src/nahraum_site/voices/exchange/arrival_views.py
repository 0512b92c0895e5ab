"""A project that waits: what it brings, where it goes, who coded, who is named; then it is imported."""

from __future__ import annotations

from collections.abc import Collection as Values
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import language
from nahraum.evidence.voices.incoming import persons
from nahraum.evidence.voices.incoming.categories import fitted
from nahraum.evidence.voices.incoming.terms import Incoming
from nahraum.evidence.voices.incoming.twins import twins
from nahraum.evidence.voices.pseudonyms import Kind, Suggestion, Sure
from nahraum_site.accounts.permissions import may
from nahraum_site.voices.asked import found
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.categories.actions import new_id
from nahraum_site.voices.exchange import queries, receiving, storing, working
from nahraum_site.voices.exchange.forms import DecideForm
from nahraum_site.voices.exchange.models import Arrival
from nahraum_site.voices.queries import spaces
from nahraum_site.voices.texts.queries import open_to

LEAD = "voices.lead_study"
Stage = Arrival.Stage
READABLE = 500_000  # signs of texts that the page shows whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A project on somebody's desk.

    ``rules``: whom the rules found; ``way``: how its texts are grouped; ``same``: those that are here already;
    ``earlier``: an import of the very same file.
    """

    arrival: Arrival
    name: str
    incoming: Incoming
    rules: Sequence[list[Suggestion]]
    way: str
    same: Mapping[int, int]
    earlier: Arrival | None


@may(LEAD)
@require_http_methods(["GET", "POST"])
def arrival(request: HttpRequest, study: str, arrival: str) -> HttpResponse:
    """Show what a project brings, and ask where it goes, who coded, and who is named; look again, or import."""
    here = found(request, study, LEAD)
    one = get_object_or_404(here.arrivals.exclude(stage=Stage.DONE).select_related("job"), uuid=arrival)
    one.study = here
    is_open = bool(one.job and one.job.is_open)
    if one.stage == Stage.REFUSED:
        return redirect(f"{reverse('exchange', args=[here.uuid])}?abgelehnt={one.uuid}")
    if not is_open and _is_to_be_read(request, one):
        receiving.read_later(one, request.user, language())
    if is_open or one.stage != Stage.WAITING:
        return _at_work(request, one)
    try:
        desk = _desk(request, one)
    except (BadInput, WrongRequest):
        messages.error(request, _("This file cannot be opened any more. Set it aside, and upload it again."))
        return redirect("exchange", here.uuid)
    form = _form(request, desk)
    valid = form.is_bound and form.is_valid()
    words = {each: form.cleaned_data.get(each) or [] if form.is_bound else [] for each in ("persons", "others")}
    what = persons.found(desk.incoming, desk.rules, desk.same, **words)
    chosen = _chosen(request, what, is_first=not form.is_bound)
    if valid and "import" in request.POST:
        if request.POST.get("seen") != working.sign(what):
            form.add_error(None, _("The marked places have changed. Look at them once more, then import."))
        elif form.cleaned_data["version"] != one.version:
            form.add_error(None, _("Somebody else has worked on this project meanwhile. Load the page anew."))
        else:
            job = working.ask_import(one, _decided(request, desk, form, what, chosen), request.user, language())
            return redirect("job", job.uuid)
    return _page(request, desk, form, what, chosen)


def _is_to_be_read(request: HttpRequest, one: Arrival) -> bool:
    """Return whether a project was read by another version of the program, or a job of somebody else broke off."""
    if one.stage == Stage.READING:
        return one.job is None or one.job.owner_id != request.user.pk
    return not receiving.is_read(one)


def _at_work(request: HttpRequest, one: Arrival) -> HttpResponse:
    """Send who asked for the work to where it says how far it is; tell others."""
    if one.job and one.job.owner_id == request.user.pk:
        return redirect("job", one.job.uuid)
    messages.info(request, _("Somebody else has this project read or imported at the moment."))
    return redirect("exchange", one.study.uuid)


def _desk(request: HttpRequest, one: Arrival) -> Desk:
    name, incoming, rules = receiving.opened(one)
    asked = request.POST.get("way") or request.GET.get("gruppen", "")
    _rows, tellable = queries.here(one.study, incoming)
    return Desk(
        arrival=one,
        name=name,
        incoming=incoming,
        rules=rules,
        way=asked if asked in incoming.groups else next(iter(incoming.groups), ""),
        same=twins(incoming, tellable),
        earlier=queries.earlier(one),
    )


def _form(request: HttpRequest, desk: Desk) -> DecideForm:
    here = desk.arrival.study
    return DecideForm(
        request.POST or None,
        study=here,
        incoming=desk.incoming,
        way=desk.way,
        here=desk.same,
        collections=open_to(here),
        team=queries.coders(here),
        importer=request.user,
        spaces=spaces(),
        is_again=desk.earlier is not None,
        initial={"version": desk.arrival.version},
    )


def _decided(
    request: HttpRequest, desk: Desk, form: DecideForm, what: persons.Found, chosen: Values[str]
) -> working.Decision:
    given = form.cleaned_data
    return working.Decision(
        wanted=storing.Wanted(
            way=desk.way,
            places=form.places,
            coders=form.decided(request.user),
            found=what,
            chosen=chosen,
            open_memos=given.get("open_memos", True),
        ),
        persons=given["persons"],
        others=given["others"],
        version=given["version"],
    )


def _page(request: HttpRequest, desk: Desk, form: DecideForm, what: persons.Found, chosen: Values[str]) -> HttpResponse:
    here, kinds = desk.arrival.study, {each.kind for each in what.named}
    page = {
        "study": here,
        "arrival": desk.arrival,
        "name": desk.name,
        "incoming": desk.incoming,
        "photos": sum(each.is_photo for each in desk.incoming.media),
        "recordings": sum(not each.is_photo for each in desk.incoming.media),
        "form": form,
        "way": desk.way,
        "ways": list(desk.incoming.groups),
        "here": len(desk.same),
        "earlier": desk.earlier,
        "named": [(each, each.mark in chosen, _(each.why)) for each in what.named],
        "kinds": [(kind.value, kind.label) for kind in Kind if kind in kinds],
        "seen": working.sign(what),
        "wording": _wording(desk.incoming, desk.same),
        "fit": fitted(desk.incoming, categories.system_of(here), new_id, {}, categories.lineage_of(here)),
    }
    return render(request, "voices_exchange/arrival.html", page, status=422 if form.errors else 200)


def _wording(incoming: Incoming, same: Mapping[int, int]) -> list[tuple[str, str]]:
    """Return name and words of the texts that are new; none where they are too many for a page."""
    new = [(each.name, each.text) for n, each in enumerate(incoming.texts) if n not in same]
    return new if sum(len(words) for _name, words in new) <= READABLE else []


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
