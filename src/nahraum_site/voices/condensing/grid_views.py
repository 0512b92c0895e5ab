"""The summary grid: shown, a cell written, taken along as a table."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from nahraum.base.language import gettext as _
from nahraum.evidence.voices.condensing.grid import summarise
from nahraum.reports.open_data import csv_bytes
from nahraum.reports.shown import Shown, shown_xlsx
from nahraum.reports.tables import DataTable
from nahraum_site.accounts.permissions import may, require
from nahraum_site.records import log
from nahraum_site.records.sealing import Seals
from nahraum_site.voices.asked import found, stored
from nahraum_site.voices.coding import counting
from nahraum_site.voices.collection_views import XLSX, sent
from nahraum_site.voices.condensing import actions, summaries
from nahraum_site.voices.condensing.forms import SummaryForm, WhoseForm
from nahraum_site.voices.condensing.kept import said_by
from nahraum_site.voices.condensing.models import CellSummary
from nahraum_site.voices.condensing.sent import words
from nahraum_site.voices.models import Study


def _asked(request: HttpRequest, here: Study) -> tuple[WhoseForm, counting.Table, str]:
    """Return the form, and the codings that count as it says; who asks for others gets the usual ones."""
    choices = counting.choices(here, request.user)
    known = dict(choices)
    whose = request.GET.get("whose", "")
    whose = whose if whose in known else choices[0][0]
    return WhoseForm({"whose": whose}, whose=choices), counting.table(here, whose, known[whose]), whose


@may("voices.read_study")
@require_safe
def grid(request: HttpRequest, study: str) -> HttpResponse:
    """Show what each cell says, and whether it still holds."""
    here = found(request, study)
    form, table, whose = _asked(request, here)
    page = {
        "study": here,
        "form": form,
        "whose": whose,
        "grid": summaries.grid(here, table, whose),
        "may_code": request.user.has_perm("voices.code", here),
    }
    return render(request, "voices_condensing/grid.html", page)


@may("voices.read_study")
@require_http_methods(["GET", "POST"])
def grid_cell(request: HttpRequest, study: str) -> HttpResponse:
    """Show the segments of a cell beside its summary; write it."""
    here = found(request, study)
    _form, table, whose = _asked(request, here)
    cell = summaries.grid(here, table, whose).cell(request.GET.get("space", ""), request.GET.get("category", ""))
    if cell is None:
        raise Http404
    back = f"{reverse('grid', args=[here.uuid])}?{urlencode({'whose': whose})}"
    if request.method == "POST":
        require(request.user, "voices.code", here)
        if "remove" in request.POST and cell.row:
            actions.remove_summary(here, cell.row, request.user)
            messages.success(request, _("The summary was removed."))
            return redirect(back)
    segments = summaries.segments(table, cell)
    named = {each.key: each.stretch for each in segments}
    form = SummaryForm(
        request.POST or None, segments=[(each.key, each.words) for each in segments], initial=_initial(cell)
    )

    def store() -> None:
        given = form.cleaned_data
        chosen = frozenset(named[key] for key in given["rests_on"])
        summary = summarise((0, 0), words(given["text"]), {(0, 0): cell.segments}, chosen)
        at = actions.Place(space=cell.space, category=cell.category, whose=whose)
        owners = summaries.owners(table, summary.rests_on)
        actions.store_summary(here, at, summary, owners, given["version"], request.user)

    page = {
        "study": here,
        "cell": cell,
        "label": table.coded.system.label(cell.category),
        "space": table.coded.names.get(cell.space, cell.space),
        "segments": segments,
        "ticked": set(form["rests_on"].value() or ()),
        "whose": table.coded.whose,
        "may_code": request.user.has_perm("voices.code", here),
        "back": back,
    }
    return stored(request, form, store, _initial_of, "voices_condensing/grid_cell.html", page, (back,))


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


@may("voices.read_study")
@require_safe
def grid_file(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """Send the grid: a row for each cell as CSV, as it is seen as a workbook."""
    here = found(request, study)
    _form, table, whose = _asked(request, here)
    shown = summaries.grid(here, table, whose)
    title = f"{here.title}: {_('Summary grid')}"
    if kind == "csv":
        content, mime = csv_bytes(DataTable(name="raster", title=title, **_long(shown, table.coded.whose))), CSV
    elif kind == "xlsx":
        wide = DataTable(name="raster", title=f"{title} ({table.coded.whose})", **_wide(shown))
        protection = _("None: words of the team, for use in the office.")
        content = shown_xlsx(
            Shown(table=wide, source=here.title, day=timezone.localdate(), licence="–", protection=protection)
        )
        mime = XLSX
    else:
        raise Http404
    log.write(request.user, "grid.taken", here, after={"kind": kind})
    return sent(content, f"raster-{here.title}.{kind}", mime)


CSV = "text/csv; charset=utf-8"


def _long(shown: summaries.Grid, whose: str) -> dict[str, Any]:
    head = (_("Space"), _("Category"), _("Segments"), _("Summary"), _("State"), _("Whose codings"))
    rows = tuple(
        (line.name, label, len(cell.segments), cell.summary.text if cell.summary else None, cell.state, whose)
        for line in shown.lines
        for label, cell in zip(shown.columns, line.cells, strict=True)
    )
    return {"head": head, "rows": rows}


def _wide(shown: summaries.Grid) -> dict[str, Any]:
    rows = tuple((line.name, *map(_told, line.cells)) for line in shown.lines)
    return {"head": (_("Space"), *shown.columns), "rows": rows}


def _told(cell: summaries.Cell) -> str:
    told = f"({_('Segments')}: {len(cell.segments)}; {cell.state})"
    return f"{cell.summary.text}\n{told}" if cell.summary else told
