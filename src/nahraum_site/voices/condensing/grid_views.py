"""The summary grid: shown, a cell written, taken along as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.condensing.grid import summarise
from nahraum_site.accounts.permissions import may, require
from nahraum_site.records.sealing import Seals
from nahraum_site.shell.overtaken import Overtaken, stored
from nahraum_site.voices.asked import found
from nahraum_site.voices.coding import counting
from nahraum_site.voices.condensing import actions, summaries
from nahraum_site.voices.condensing.files import KINDS
from nahraum_site.voices.condensing.followed import target_of
from nahraum_site.voices.condensing.forms import GridForm, SummaryForm
from nahraum_site.voices.condensing.kept import said_by
from nahraum_site.voices.condensing.models import CellSummary
from nahraum_site.voices.condensing.sent import words
from nahraum_site.voices.condensing.summaries import ALONE
from nahraum_site.voices.models import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which grid a page shows. ``opened``: the category whose parts are its columns, empty for the main categories."""

    form: GridForm
    table: counting.Table
    whose: str
    opened: str

    @property
    def query(self) -> str:
        """Return what the address of the same grid ends with."""
        return urlencode({"whose": self.whose, **({"opened": self.opened} if self.opened else {})})


def asked(request: HttpRequest, here: Study) -> Asked:
    """Return the grid that is asked for; who asks for what is not there gets the usual one."""
    choices = counting.choices(here, request.user)
    known = dict(choices)
    whose, opened = request.GET.get("whose", ""), request.GET.get("opened", "")
    whose = whose if whose in known else choices[0][0]
    table = counting.table(here, whose, known[whose])
    holding = {
        each.parent: table.coded.system.label(each.parent) for each in table.coded.system.categories if each.parent
    }
    opened = opened if opened in holding else ""
    form = GridForm({"whose": whose, "opened": opened}, whose=choices, opened=list(holding.items()))
    return Asked(form=form, table=table, whose=whose, opened=opened)


@may("voices.read_study")
@require_safe
def grid(request: HttpRequest, study: str) -> HttpResponse:
    """Show what each cell says, and whether it still holds."""
    here = found(request, study)
    given = asked(request, here)
    page = {
        "study": here,
        "asked": given,
        "kinds": KINDS,
        "grid": summaries.grid(here, given.table, given.whose, given.opened),
        "may_code": request.user.has_perm("voices.code", here),
    }
    return render(request, "voices_condensing/grid.html", page)


@may("voices.read_study")
@require_http_methods(["GET", "POST"])
def grid_cell(request: HttpRequest, study: str) -> HttpResponse:
    """Show the segments of a cell beside its summary; write it."""
    here = found(request, study)
    given = asked(request, here)
    table, whose = given.table, given.whose
    space, category = request.GET.get("space", ""), request.GET.get("category", "")
    now = category if table.coded.system.find(category) else target_of(here, category)
    cell = summaries.cell_of(here, table, whose, space, now)
    if cell is None:
        raise Http404
    back = f"{reverse('grid', args=[here.uuid])}?{given.query}"
    address = f"{reverse('grid-cell', args=[here.uuid])}?{urlencode({'space': space, 'category': now})}&{given.query}"
    is_merged = now != category
    if request.method == "POST":
        require(request.user, "voices.code", here)
    if is_merged and (request.method != "POST" or _to_remove(request, cell)):
        return redirect(address)
    if request.method == "POST" and (row := _to_remove(request, cell)):
        return _removed(request, here, row, address, back)
    segments = summaries.segments(table, cell)
    named = {each.key: each.stretch for each in segments}
    form = SummaryForm(
        request.POST or None, segments=[(each.key, each.words) for each in segments], initial=_initial(cell)
    )

    def store() -> None:
        if is_merged:
            raise _moved(cell)
        sent = form.cleaned_data
        chosen = frozenset(named[key] for key in sent["rests_on"])
        summary = summarise(ALONE, words(sent["text"]), {ALONE: cell.segments}, chosen)
        at = actions.Place(space=cell.space, category=cell.category, whose=whose)
        owners = summaries.owners(table, summary.rests_on)
        actions.store_summary(here, at, summary, owners, sent["version"], request.user)

    page = {
        "study": here,
        "cell": cell,
        "label": cell.label,
        "space": table.coded.names.get(cell.space, cell.space),
        "segments": segments,
        "few": any(each.is_held for each in segments),
        "ticked": set(form["rests_on"].value() or ()),
        "whose": table.coded.whose,
        "may_code": request.user.has_perm("voices.code", here),
        "back": back,
        "address": address,
    }
    return stored(request, form, store, _initial_of, "voices_condensing/grid_cell.html", page, (back,))


def _to_remove(request: HttpRequest, cell: summaries.Cell) -> CellSummary | None:
    """Return the summary that a button says is to go: that of the cell, or one that came with a merged category."""
    if "remove" in request.POST:
        return cell.row
    merged = request.POST.get("remove_merged", "")
    return next((each.row for each in cell.merged if str(each.row.uuid) == merged), None)


def _removed(request: HttpRequest, here: Study, row: CellSummary, address: str, back: str) -> HttpResponse:
    """Remove a summary; the button names the version that its page showed; merged ones have but one."""
    try:
        actions.remove_summary(here, row, request.POST.get("remove", str(row.version)), request.user)
    except WrongRequest as error:
        messages.error(request, str(error))
        return redirect(address)
    messages.success(request, _("The summary was removed."))
    return redirect(back)


def _moved(cell: summaries.Cell) -> Exception:
    """Say that the category was merged while somebody wrote: what stands at the other one is to be looked at first."""
    if cell.row and cell.summary:
        return Overtaken(cell.row)
    return WrongRequest(_("The category was merged into another one. Look at its segments, then save once more."))


def _initial(cell: summaries.Cell) -> dict[str, Any]:
    if cell.summary is None:
        ticked = [summaries.key_of(each) for each in cell.segments]
        return {"text": "", "rests_on": ticked, "version": cell.row.version if cell.row else 0}
    ticked = [summaries.key_of(each) for each in cell.summary.rests_on & cell.segments]
    return {"text": cell.summary.text, "rests_on": ticked, "version": cell.row.version if cell.row else 0}


def _initial_of(row: CellSummary) -> dict[str, Any]:
    said = said_by(row, Seals()) or {"text": "", "rests_on": []}
    ticked = [":".join(map(str, each)) for each in said["rests_on"]]
    return {"text": said["text"], "rests_on": ticked, "version": row.version}
