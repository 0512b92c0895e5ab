"""Mayring's table and the summary grid to take along: who took which is logged."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.reports.voices import condensed as told
from nahraum_site.accounts.permissions import may
from nahraum_site.records import log
from nahraum_site.records.downloads import sent
from nahraum_site.voices.asked import found
from nahraum_site.voices.condensing import files, kept, summaries, tables
from nahraum_site.voices.condensing.chain_views import asked
from nahraum_site.voices.condensing.grid_views import asked as asked_grid

READ = "voices.read_texts"


@may(READ)
@require_safe
def chain(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """Send the table that the page shows, whole: segments with their origins, and every step with who and when."""
    here = found(request, study, READ)
    if kind not in dict(files.KINDS):
        raise Http404
    form, system = asked(request, here)
    if not form.is_valid():
        messages.error(request, _("Choose first which segments the table holds."))
        return redirect("condense", here.uuid)
    choice, given = tables.choice(form.cleaned_data), form.cleaned_data
    try:
        places = tables.places_of(here, system, choice)
        now = kept.opened(here, request.user, places)
        wanted = tables.waiting(now, places) if given["open"] else places
        table = files.condensed(here, now, system, choice, wanted)
        title = f"{here.title}: {system.label(choice.category)}"
        content = files.content(
            here,
            kind,
            told.chain_table(table, title),
            told.chain_blocks(table, system.label(choice.category)),
            told.protection(table),
            [f"{label}: {value}" for label, value in form.said],
        )
    except WrongRequest as error:
        messages.error(request, str(error))
        return redirect("condense", here.uuid)
    log.write(request.user, "condensed.taken", here, after={"kind": kind, "whose": choice.whose})
    return sent(content, f"verdichtung-{here.title}.{kind}")


@may(READ)
@require_safe
def grid(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """Send the grid: a row for each cell as CSV, as it is seen as a workbook, a table for each space as a document."""
    here = found(request, study, READ)
    if kind not in dict(files.KINDS):
        raise Http404
    given = asked_grid(request, here)
    lines = files.told(summaries.grid(here, given.table, given.whose, given.opened))
    whose, title = given.table.coded.whose, f"{here.title}: {_('Summary grid')}"
    content = files.content(
        here,
        kind,
        told.grid_wide(lines, title) if kind == "xlsx" else told.grid_table(lines, title, whose),
        told.grid_blocks(lines, _("Summary grid")),
        told.grid_protection(lines),
        [f"{_('Whose codings')}: {whose}"],
    )
    log.write(request.user, "grid.taken", here, after={"kind": kind, "whose": given.whose})
    return sent(content, f"raster-{here.title}.{kind}")
