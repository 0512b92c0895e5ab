"""Results of a study: tables, what stands behind a cell, themes across spaces."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from nahraum.base import WrongRequest
from nahraum.evidence.voices.behind import TEXT
from nahraum.evidence.voices.coded import Coded, Themes
from nahraum.reports.voices.chapters import theme_head, theme_rows
from nahraum.reports.voices.counted import MEASURES, Counted, said
from nahraum_site.accounts.permissions import may
from nahraum_site.voices.asked import found
from nahraum_site.voices.coding import counting
from nahraum_site.voices.coding.counting import Table
from nahraum_site.voices.results import queries, shown, whose
from nahraum_site.voices.results.asked import asked, query
from nahraum_site.voices.results.forms import TableForm, ThemesForm

READ = "voices.read_texts"
ON_A_PAGE = 50  # passages behind a cell


@may("voices.read_study")
@require_safe
def results(request: HttpRequest, study: str) -> HttpResponse:
    """Show one table of a study: what was counted, whose codings, and a link behind every cell that counts any."""
    here = found(request, study)
    form, codings = asked(request, here, TableForm)
    page: dict[str, Any] = {"study": here, "form": form, "codings": len(codings.codings)}
    page["whose"] = whose.told(here, form, codings)
    if form.is_valid():
        try:
            table = queries.counted(here, codings, form.asked)
        except WrongRequest as error:  # a key is gone, or a text was damaged
            form.add_error("tabelle", str(error))
        else:
            page |= {"table": table, "query": query(form), "limited": codings.coded.limited}
            page |= _rows(request, table, codings, reverse("results-cell", args=[here.uuid]) + query(form))
    return render(request, "voices_results/results.html", page, status=422 if form.errors else 200)


def _rows(request: HttpRequest, table: Counted, codings: Table, address: str) -> dict[str, Any]:
    if table.kind != TEXT:
        return {"rows": shown.rows(table, codings, address)}
    part: Any = Paginator(range(len(table.rows)), shown.AT_ONCE).get_page(request.GET.get("seite"))
    first = max(part.start_index() - 1, 0)
    return {"rows": shown.rows(table, codings, address, first, shown.AT_ONCE), "list": part}


@may(READ)
@require_safe
def cell(request: HttpRequest, study: str) -> HttpResponse:
    """Show the passages behind a cell: words, text, collection, and whether they may be quoted outside."""
    here = found(request, study, READ)
    form, codings = asked(request, here, TableForm)
    row, column = cell_of(request)
    place = "&" + urlencode({"zeile": row, "spalte": column})
    page: dict[str, Any] = {"study": here, "form": form, "fault": "", "place": place}
    page["whose"] = whose.told(here, form, codings)
    if form.is_valid():
        page |= {"query": query(form), "about": queries.about(codings, form.asked, row, column)}
        page["limited"] = codings.coded.limited
        try:
            codings = queries.inside(codings, form.asked, column)
            passages = queries.behind(here, codings, form.asked, row, column)
            part: Any = Paginator(passages, ON_A_PAGE).get_page(request.GET.get("seite"))
            page |= {"list": part, "passages": list(queries.shown(here, codings, list(part)))}
        except WrongRequest as error:
            page["fault"] = str(error)
    page["names_coders"] = form.is_valid() and form.asked.whose == counting.ALL
    return render(request, "voices_results/cell.html", page, status=422 if form.errors or page["fault"] else 200)


def cell_of(request: HttpRequest) -> tuple[str, str]:
    """Return the row and the column of the cell that an address names."""
    return request.GET.get("zeile", ""), request.GET.get("spalte", "")


@may(READ)
@require_safe
def across(request: HttpRequest, study: str) -> HttpResponse:
    """Show which themes are cross-space, how firm that is, and which single segments decide it."""
    here = found(request, study, READ)
    form, codings = asked(request, here, ThemesForm)
    page: dict[str, Any] = {"study": here, "form": form, "whose": whose.told(here, form, codings)}
    page["spaces"] = codings.coded.spaces
    if form.is_valid() and page["spaces"]:
        try:
            applied, deciding = queries.across(here, codings, form.asked)
        except WrongRequest as error:
            form.add_error(None, str(error))
        else:
            page |= {
                "found": applied,
                "tables": _tables(codings.coded, applied),
                "head": theme_head(applied),
                "deciding": deciding,
                "said": said(codings.coded, MEASURES["segments"], form.asked.level, whole=True),
                "cells": query(form, tabelle="raum"),
            }
    return render(request, "voices_results/across.html", page, status=422 if form.errors else 200)


def _tables(coded: Coded, applied: Themes) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """Return the themes under each main category: id, and the words of the row."""
    tables = [
        (main.name, [(applied.columns[reach.theme], words) for reach, words in theme_rows(coded, applied, main.id)])
        for main in coded.system.under(None)
    ]
    return [(name, rows) for name, rows in tables if rows]
