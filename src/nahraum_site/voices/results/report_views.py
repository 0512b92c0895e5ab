"""Tables, report and slides of a study as files, and what the team writes for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import language
from nahraum.evidence.indicators.edition import Imprint
from nahraum.evidence.voices.behind import CITY, SPACES
from nahraum.reports.voices import slides as voices_slides
from nahraum.reports.voices.agreeing import agreement_words
from nahraum.reports.voices.chapters import gaps, study_chapters, study_report
from nahraum.reports.voices.counted import basis, space_title
from nahraum.reports.voices.files import csv_file, docx_file, xlsx_file
from nahraum.reports.voices.quoting import stamp
from nahraum.reports.voices.retrieved import passages_file
from nahraum.reports.voices.told import KINDS, Told
from nahraum_site.accounts.models import User
from nahraum_site.accounts.permissions import may
from nahraum_site.records import log
from nahraum_site.records.downloads import sent
from nahraum_site.shell.overtaken import stored
from nahraum_site.voices.agreement import queries as agreement
from nahraum_site.voices.agreement.asked import sight_of
from nahraum_site.voices.asked import found
from nahraum_site.voices.coding import counting
from nahraum_site.voices.condensing import summaries
from nahraum_site.voices.models import Study
from nahraum_site.voices.queries import spaces
from nahraum_site.voices.results import actions, queries, whose
from nahraum_site.voices.results.asked import asked, query
from nahraum_site.voices.results.forms import Asked, ChapterForm, FrontForm, TableForm, ThemesForm
from nahraum_site.voices.results.views import cell_of

READ, WRITE = "voices.read_texts", "voices.write_results"
TABLES = {"csv": csv_file, "xlsx": xlsx_file, "docx": docx_file}
REPORTS = ("docx", "pdf")
PATHS = str.maketrans("/\\", "  ")  # in names of categories


@may(READ)
@require_safe
def tables(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """Send all tables at the level that was asked for."""
    here = found(request, study, READ)
    if kind not in TABLES:
        raise Http404
    form, codings = asked(request, here, TableForm)

    def content(given: Asked) -> bytes:
        made = queries.matrices(here, codings, given)
        return TABLES[kind](made, stamp(codings.coded, imprint(here)))

    return _taken(request, here, form, content, f"tabellen-{here.title}.{kind}", "results.tables", "results")


@may(READ)
@require_safe
def passages(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """Send all passages behind a cell, as its page shows them; of those held back only where they stand."""
    here = found(request, study, READ)
    if kind not in TABLES:
        raise Http404
    form, codings = asked(request, here, TableForm)
    row, column = cell_of(request)
    about = queries.about(codings, form.asked, row, column) if form.is_valid() else ()

    def content(given: Asked) -> bytes:
        within = queries.inside(codings, given, column)
        behind = queries.behind(here, within, given, row, column)
        some = tuple(queries.shown(here, within, behind, whose=given.whose))
        made = stamp(codings.coded, imprint(here))
        return passages_file(kind, some, about, basis(codings.coded, given.level), made)

    name = "-".join(("textstellen", here.title, *about)).translate(PATHS)
    return _taken(request, here, form, content, f"{name}.{kind}", "results.passages", "results")


@may(READ)
@require_safe
def report_file(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """Send the report: a chapter per space, city-wide and across spaces, with the team's words."""
    here = found(request, study, READ)
    if kind not in REPORTS:
        raise Http404
    form, codings = asked(request, here, ThemesForm)

    def content(given: Asked) -> bytes:
        coded = counting.opened(here, codings, queries.coded_texts(codings))
        told, across = queries.told(here, coded, summaries.written(here, codings, given.whose))
        agreed = _agreed(here, request.user)
        chapters = study_chapters(coded, told, across=across, least=given.least, level=given.level, agreed=agreed)
        return study_report(coded, chapters, imprint(here), f".{kind}")

    return _taken(request, here, form, content, f"bericht-{here.title}.{kind}", "results.report", "results-report")


def _agreed(study: Study, user: User) -> tuple[str, ...]:
    """Say how far coders agree, to those who may see it. Ten questions."""
    if not sight_of(study, user).sees_values:
        return (_("Agreement of the coders: not told here, because they are still blind to each other."),)
    found, coders = agreement.usual(study)
    return agreement_words(found, coders, timezone.localdate())


@may(READ)
@require_safe
def slides(request: HttpRequest, study: str) -> HttpResponse:
    """Send the slides of one space, or city-wide."""
    here = found(request, study, READ)
    form, codings = asked(request, here, ThemesForm)
    space = request.GET.get("raum", "")
    row = next((row for row in codings.coded.rows if (row or CITY) == space), "")
    if row == "":
        raise Http404

    def content(given: Asked) -> bytes:
        coded = counting.opened(here, codings, queries.coded_texts(codings))
        everything, _across = queries.told(here, coded, summaries.written(here, codings, given.whose))
        told = next(each for each in everything if each.row == row)
        return voices_slides.slides(coded, told, imprint(here), least=given.least)

    name = f"folien-{here.title}-{space_title(codings.coded, row)}.pptx"
    return _taken(request, here, form, content, name, "results.slides", "results-report", space=space)


def _taken(
    request: HttpRequest,
    study: Study,
    form: Any,
    content: Callable[[Asked], bytes],
    name: str,
    action: str,
    page: str,
    **more: str,
) -> HttpResponse:
    """Send a file, and log who took what; where it cannot be made, say so on the page that led here."""
    if not form.is_valid():
        for error in [each for some in form.errors.values() for each in some]:
            messages.error(request, error)
        return redirect(page, study.uuid)
    try:
        made = content(form.asked)
    except WrongRequest as error:
        messages.error(request, str(error))
        return redirect(page, study.uuid)
    kind = Path(name).suffix[1:]
    log.write(request.user, action, study, after={"kind": kind, "whose": form.asked.whose, **more})
    return sent(made, name)


def imprint(study: Study) -> Imprint:
    """Return what every file of a study carries. One question."""
    front = queries.front_of(study)
    return Imprint(
        id=str(study.uuid),
        title=study.title,
        city="",
        publisher=front.publisher or _("Team of the study"),
        date=timezone.localdate(),
        licence=front.licence,
        language=language(),
    )


@may(READ)
@require_safe
def report(request: HttpRequest, study: str) -> HttpResponse:
    """Show the chapters of the report: whether they are written, and what in them cannot be filled."""
    here = found(request, study, READ)
    form, codings = asked(request, here, ThemesForm)
    silent = counting.opened(here, codings, ())
    told, written = queries.told(here, silent)
    chapters = [(each.row or CITY, space_title(silent, each.row), each.text, gaps(silent, each)) for each in told]
    if silent.spaces or written:
        chapters.append((SPACES, _("Across spaces"), written, gaps(silent, Told(text=written))))
    page = {
        "study": here,
        "form": form,
        "whose": whose.told(here, form, codings),
        "query": query(form),
        "chapters": chapters,
        "across_key": SPACES,
        "front": queries.front_of(here),
        "may_write": request.user.has_perm(WRITE, here),
    }
    return render(request, "voices_results/report.html", page, status=422 if form.errors else 200)


@may(WRITE)
@require_http_methods(["GET", "POST"])
def chapter(request: HttpRequest, study: str) -> HttpResponse:
    """Change what the team writes about a space."""
    here = found(request, study, WRITE)
    space = request.GET.get("raum", "")
    titles = queries.titles(here, spaces())
    if space not in titles:
        raise Http404
    form = ChapterForm(request.POST or None, initial=_initial(queries.chapter_of(here, space)))

    def store() -> None:
        actions.write_chapter(here, space, form.cleaned_data["words"], form.cleaned_data["version"], request.user)

    page = {"study": here, "title": titles[space], "kinds": [(each.pattern, _(each.does)) for each in KINDS]}
    return stored(request, form, store, _initial, "voices_results/chapter.html", page, ("results-report", here.uuid))


def _initial(row: Any) -> dict[str, Any]:
    return {"words": row.words, "version": row.version}


@may(WRITE)
@require_http_methods(["GET", "POST"])
def front(request: HttpRequest, study: str) -> HttpResponse:
    """Change who publishes the report."""
    here = found(request, study, WRITE)
    form = FrontForm(request.POST or None, initial=_front(queries.front_of(here)))

    def store() -> None:
        given = {name: form.cleaned_data[name] for name in ("publisher", "licence")}
        actions.write_front(here, given, form.cleaned_data["version"], request.user)

    return stored(
        request, form, store, _front, "voices_results/front.html", {"study": here}, ("results-report", here.uuid)
    )


def _front(row: Any) -> dict[str, Any]:
    return {"publisher": row.publisher, "licence": row.licence, "version": row.version}
