"""A project that waits: what it brings, where it goes, who coded, who is named; then it is imported."""

from __future__ import annotations

import hashlib
from collections.abc import Collection as Values
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.incoming import persons
from nahraum.evidence.voices.incoming.categories import fitted
from nahraum.evidence.voices.incoming.terms import Incoming
from nahraum.evidence.voices.incoming.twins import twins
from nahraum.evidence.voices.pseudonyms import Kind, Suggestion, Sure
from nahraum_site.accounts.permissions import may
from nahraum_site.voices.asked import found
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.categories.actions import new_id
from nahraum_site.voices.exchange import queries, receiving, storing
from nahraum_site.voices.exchange.forms import DecideForm
from nahraum_site.voices.exchange.models import Arrival
from nahraum_site.voices.queries import spaces
from nahraum_site.voices.texts.queries import open_to

LEAD = "voices.lead_study"
COUNTED = (
    "texts", "codings", "memos", "categories", "doubles", "left_out", "photos", "recordings", "media_left_out",
)  # fmt: skip
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
    one = get_object_or_404(here.arrivals.filter(stage=Arrival.Stage.WAITING), uuid=arrival)
    one.study = here
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
        if request.POST.get("seen") != _sign(what):
            form.add_error(None, _("The marked places have changed. Look at them once more, then import."))
        elif _imported(request, desk, form, what, chosen):
            return redirect("exchange", here.uuid)
    return _page(request, desk, form, what, chosen)


def _desk(request: HttpRequest, one: Arrival) -> Desk:
    name, incoming, rules = receiving.opened(one)
    asked = request.POST.get("way") or request.GET.get("gruppen", "")
    _rows, tellable = queries.here(one.study)
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


def _imported(request: HttpRequest, desk: Desk, form: DecideForm, what: persons.Found, chosen: Values[str]) -> bool:
    """Import; where that is refused, the form says why."""
    wanted = storing.Wanted(
        way=desk.way,
        places=form.places,
        coders=form.decided(request.user),
        found=what,
        chosen=chosen,
        open_memos=form.cleaned_data.get("open_memos", True),
    )
    try:
        counts = storing.store(desk.arrival, desk.incoming, wanted, form.cleaned_data["version"], request.user)
    except WrongRequest as error:
        form.add_error(None, str(error))
        return False
    done = _("Imported: {texts} texts, {codings} codings, {memos} memos, {categories} new categories.")
    told = _("Codings that were there already or stand in the file twice: {doubles}. Left out: {left_out}.")
    counts = dict.fromkeys(COUNTED, 0) | counts
    messages.success(request, done.format_map(counts))
    if desk.incoming.media:
        media = _("Photographs: {photos}, recordings: {recordings}; only who leads the study sees and hears them.")
        messages.info(request, media.format_map(counts))
    if counts["media_left_out"]:
        left = _(
            "Photographs and recordings left out, as their text or they themselves are here already, or their text "
            "stays outside: {media_left_out}."
        )
        messages.info(request, left.format_map(counts))
    if counts["doubles"] or counts["left_out"]:
        messages.info(request, told.format_map(counts))
    return True


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
        "seen": _sign(what),
        "wording": _wording(desk.incoming, desk.same),
        "fit": fitted(desk.incoming, categories.system_of(here), new_id, {}),
    }
    return render(request, "voices_exchange/arrival.html", page, status=422 if form.errors else 200)


def _wording(incoming: Incoming, same: Mapping[int, int]) -> list[tuple[str, str]]:
    """Return name and words of the texts that are new; none where they are too many for a page."""
    new = [(each.name, each.text) for n, each in enumerate(incoming.texts) if n not in same]
    return new if sum(len(words) for _name, words in new) <= READABLE else []


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
