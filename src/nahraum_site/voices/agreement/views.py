"""How far coders agree: one page, and the same as a table to take along."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.agreement import show
from nahraum.evidence.voices.agreement.terms import Agreement, Level
from nahraum.reports.open_data import csv_bytes
from nahraum.reports.shown import Shown, shown_xlsx
from nahraum.reports.tables import DataTable
from nahraum_site.accounts.permissions import may
from nahraum_site.records import log
from nahraum_site.records.downloads import sent
from nahraum_site.voices.agreement import queries
from nahraum_site.voices.agreement.asked import Sight, sight
from nahraum_site.voices.agreement.forms import QuestionForm
from nahraum_site.voices.coding import counting
from nahraum_site.voices.coding import queries as coding
from nahraum_site.voices.coding.counting import Table

USUAL = {"ebene": Level.CHARACTER.value, "deckung": "90"}


@may("voices.read_study")
@require_safe
def values(request: HttpRequest, study: str) -> HttpResponse:
    """Show how far coders agree, on what was chosen and category by category."""
    here = sight(request, study)
    if not here.sees_values:
        return blind(request, here)
    table = counting.table(here.study, compares=True)
    form = QuestionForm(_given(request, table), table=table, may_choose_texts=here.sees_places)
    page: dict[str, Any] = {"study": here.study, "sight": here, "form": form, "query": request.GET.urlencode()}
    if len(table.coders) > 1 and (found := _found(request, here, table, form)):
        page |= _shown(request, here, table, found)
    page["last"] = queries.last_decision(here.study, request.user) if here.may_agree else None
    return render(request, "voices_agreement/values.html", page, status=422 if form.errors else 200)


def blind(request: HttpRequest, here: Sight) -> HttpResponse:
    """Say why somebody does not see it yet, and what ends that."""
    return render(request, "voices_agreement/blind.html", {"study": here.study, "sight": here}, status=403)


def _given(request: HttpRequest, table: Table) -> QueryDict:
    """Return what was asked, or the usual: everybody, character by character."""
    given = request.GET.copy()
    for name, value in USUAL.items():
        given.setdefault(name, value)
    if "wer" not in given:
        given.setlist("wer", [str(each.uuid) for each in table.coders])
    return given


def _found(request: HttpRequest, here: Sight, table: Table, form: QuestionForm) -> Agreement | None:
    if not form.is_valid():
        return None
    try:
        return queries.compared(here.study, table, form.cleaned_data, request.GET.get("kategorie"))
    except WrongRequest as error:
        form.add_error("wer", str(error))
        return None


def _shown(request: HttpRequest, here: Sight, table: Table, found: Agreement) -> dict[str, Any]:
    labels = coding.labels(here.study, table.coded.system, table.coded.categories)
    coders = [table.coders[n] for n in found.coders]
    rest = request.GET.copy()
    rest.pop("kategorie", None)
    given = [each.name for each in coders]
    whys = list(dict.fromkeys(each.why for row in (found.overall, *found.rows) for each in row.results if each.why))
    notes = {why: n for n, why in enumerate(whys, start=1)}
    rows = [(labels.get(row.category or "", ""), row, _cells(row.results, notes)) for row in found.rows]
    working = queries.working(here.study)
    both = [(table.texts[n], working.get(table.texts[n].pk, [])) for n in found.texts]
    return {
        "found": found,
        "coders": coders,
        "chosen": labels.get(found.chosen.category or "", ""),
        "given": list(zip(given, found.chosen.given, strict=True)),
        "rows": rows,
        "overall": (found.overall, _cells(found.overall.results, notes)),
        "notes": [(n, why.sentence) for why, n in notes.items()],
        "rest": rest.urlencode(),
        "texts": both,
        "unused": len([each for each in table.coded.system.categories if each.codable]) - len(rows),
    }


def _cells(results: Any, notes: dict[Any, int]) -> list[tuple[Any, int | None]]:
    return [(each, notes.get(each.why)) for each in results]


@may("voices.read_study")
@require_safe
def file(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """Send the values as a table: each with its definition, its level, who was compared, and the day."""
    here = sight(request, study)
    if not here.sees_values:
        return blind(request, here)
    table = counting.table(here.study, compares=True)
    form = QuestionForm(_given(request, table), table=table, may_choose_texts=here.sees_places)
    found = _found(request, here, table, form)
    if kind not in ("csv", "xlsx") or found is None:
        raise Http404
    today = timezone.localdate()
    names = [table.coders[n].name for n in found.coders]
    data = DataTable(
        name="uebereinstimmung",
        title=f"{here.study.title}: {_('Agreement')}",
        head=show.head(),
        rows=tuple(
            show.rows(found, coding.labels(here.study, table.coded.system, table.coded.categories), names, today)
        ),
    )
    if kind == "csv":
        content = csv_bytes(data)
    else:
        protection = _("Names people of the team: for use in the team only.")
        shown = Shown(
            table=data,
            source=here.study.title,
            day=today,
            licence="–",
            protection=protection,
            notes=(f"{found.level.label}. {found.level.definition} {found.level.limit}",),
        )
        content = shown_xlsx(shown)
    log.write(request.user, "agreement.downloaded", here.study, after={"kind": kind})
    return sent(content, f"uebereinstimmung-{here.study.title}.{kind}")
