"""Reading a published report on the web: everybody may, without an account and without a PDF."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from nahraum_site.accounts.permissions import public
from nahraum_site.reports import queries
from nahraum_site.reports.models import ReportFile, StoredFile
from nahraum_site.reports.published import ENDING, Page, page_of


@public
@require_safe
def own(request: HttpRequest, report: str) -> HttpResponse:
    """Show a report that the office wrote, with its files and what superseded it."""
    kept, page = _own(report)
    files = queries.public_files().filter(report=kept.report).exclude(file__name__endswith=ENDING)
    more = {"files": files, "superseded_by": queries.follower_of(kept.report)}
    return _shown(request, page, "report-picture", report, **more)


@public
@require_safe
def standard(request: HttpRequest, edition: str) -> HttpResponse:
    """Show the standard report of a published edition."""
    kept, page = _standard(edition)
    return _shown(request, page, "edition-picture", edition, stored=queries.printed_files(kept.edition))


@public
@require_safe
def own_picture(request: HttpRequest, report: str, number: int) -> HttpResponse:
    """Send one picture of a report that the office wrote."""
    return _picture(_own(report)[1], number)


@public
@require_safe
def standard_picture(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """Send one picture of the standard report of an edition."""
    return _picture(_standard(edition)[1], number)


def _own(report: str) -> tuple[ReportFile, Page]:
    kept = get_object_or_404(queries.public_files(), report__uuid=report, file__name__endswith=ENDING)
    return kept, _there(page_of(kept))


def _standard(edition: str) -> tuple[StoredFile, Page]:
    kept = get_object_or_404(queries.standard_reports(), edition__uuid=edition)
    return kept, _there(page_of(kept))


def _there(page: Page | None) -> Page:
    if page is None:
        raise Http404
    return page


def _shown(request: HttpRequest, page: Page, picture: str, key: str, **more: Any) -> HttpResponse:
    shown = {"words": page.words, "blocks": page.blocks, "contents": page.contents, "picture": picture, "key": key}
    return render(request, "reports/web.html", {**shown, **more})


def _picture(page: Page, number: int) -> HttpResponse:
    if number >= len(page.pictures):
        raise Http404
    response = HttpResponse(page.pictures[number], content_type="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=3600"  # what is withdrawn is soon gone from caches, too
    return response
