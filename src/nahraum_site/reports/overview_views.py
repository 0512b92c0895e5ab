"""The leaders' page, its PDF, and where somebody lands after signing in."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from nahraum.reports.outstanding import in_common, order_words, summary_of
from nahraum_site.accounts.permissions import may, signed_in
from nahraum_site.accounts.roles import Role
from nahraum_site.reports import overview


@may("reports.see_dashboard")
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show which areas stand out; the first time after a publication the worker works it out."""
    editions = overview.editions()
    if not editions:
        return render(request, "reports/overview.html", {"rows": None})
    made = overview.overview_of(editions)
    if made is None:
        return redirect("job", overview.ask(request.user).uuid)
    rows = [overview.from_json(each) for each in made.rows]
    page = {
        "current": editions[0],
        "before": editions[1:2],
        "rows": rows,
        "summary": rows and summary_of(rows),
        "order": order_words(),
        "common": in_common(rows),
        "has_file": made.file.path.is_file(),
        "planned": any(row.planned for row in rows),
    }
    return render(request, "reports/overview.html", page)


@may("reports.see_dashboard")
@require_safe
def dashboard_file(request: HttpRequest) -> HttpResponse:
    """Send the page as PDF."""
    editions = overview.editions()
    made = overview.overview_of(editions) if editions else None
    if made is None or not made.file.path.is_file():
        raise Http404
    return FileResponse(made.file.path.open("rb"), filename=made.file.name)


@signed_in
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Lead leaders to their page, others to the start."""
    return redirect("overview" if Role.LEADER in request.user.roles else "start")
