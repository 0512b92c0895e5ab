"""The leaders' page, its PDF, and where somebody lands after signing in."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from nahraum.base.areas import named
from nahraum.base.language import gettext as _
from nahraum.reports.outstanding import in_common, order_words, remark_words, summary_of
from nahraum_site.accounts.permissions import may, signed_in
from nahraum_site.accounts.roles import Role
from nahraum_site.places.actions import select_areas
from nahraum_site.reports import overview
from nahraum_site.reports.waiting import waits


@may("reports.see_dashboard")
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show which areas stand out; the first time after a publication the worker works it out."""
    editions = overview.editions()
    if not editions:
        return render(request, "reports/overview.html", waits(request.user) | {"rows": None})
    made = overview.overview_of(editions)
    if made is None:
        return redirect("job", overview.ask(request.user).uuid)
    rows = [overview.from_json(each) for each in made.rows]
    page = waits(request.user) | {
        "current": editions[0],
        "before": editions[1:2],
        "rows": rows,
        "summary": rows and summary_of(rows),
        "order": order_words(),
        "remark": remark_words(is_either_way=editions[0].is_either_way),
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


@may("voices.begin_study")
@require_POST
def begin_study(request: HttpRequest) -> HttpResponse:
    """Keep which of the areas that stand out were chosen, with lasting links to their profiles, and begin a study."""
    editions = overview.editions()
    made = overview.overview_of(editions) if editions else None
    if made is None or request.POST.get("edition") != str(editions[0].uuid):
        messages.error(request, _("A newer edition was published meanwhile. Please choose once more."))
        return redirect("overview")
    wanted = set(request.POST.getlist("areas"))
    rows = [row for row in map(overview.from_json, made.rows) if row.key in wanted]
    if not rows:
        messages.error(request, _("Tick the areas that the study is to be about."))
        return redirect("overview")
    lasting = f"?ausgabe={editions[0].uuid}"
    names = {row.key: named(row.key, {row.key: row.name}) for row in rows}
    areas = [
        {"key": row.key, "name": names[row.key], "address": f"{reverse('area', args=[row.key])}{lasting}#profil"}
        for row in rows
    ]
    chosen = select_areas(
        areas,
        request.user,
        reason="\n".join(f"{names[row.key]}: {row.why}" for row in rows),
        origin=editions[0].named,
        address=reverse("areas") + lasting,
    )
    return redirect(f"{reverse('begin-study')}?auswahl={chosen.uuid}")


@signed_in
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Lead leaders to their page, others to the start."""
    return redirect("overview" if Role.LEADER in request.user.roles else "start")
