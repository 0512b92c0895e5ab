"""Recommendations: list, filter, a new one, what became of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.permissions import may, require
from nahraum_site.reports import advising, filling, queries
from nahraum_site.reports.forms import NewsForm, RecommendationForm
from nahraum_site.reports.models import Recommendation, Report
from nahraum_site.shell.overtaken import stored

ROWS = 50


@may("reports.read_drafts")
@require_safe
def recommendations(request: HttpRequest) -> HttpResponse:
    """List recommendations by status, area and words."""
    chosen = {name: request.GET.get(name, "").strip() for name in ("status", "gebiet", "suche")}
    page = Paginator(queries.recommendations(request.user, **chosen), ROWS).get_page(request.GET.get("seite", "1"))
    names = queries.area_names()
    rows = [(each, [names.get(key, key) for key in each.areas]) for each in page]
    context = {
        "page": page,
        "rows": rows,
        "chosen": chosen,
        "areas": sorted(names.items(), key=lambda pair: pair[1]),
        "states": Recommendation.State.choices,
        "any": page.paginator.count or Recommendation.objects.exists(),
    }
    return render(request, "reports/recommendations.html", context)


@may("reports.write")
@require_http_methods(["GET", "POST"])
def new_recommendation(request: HttpRequest) -> HttpResponse:
    """Store a recommendation of a report, or of an earlier one on paper."""
    names = sorted(queries.area_names().items(), key=lambda pair: pair[1])
    drafts = queries.visible_reports(request.user).filter(stage__in=(Report.Stage.DRAFT, Report.Stage.RETURNED))
    form = RecommendationForm(
        request.POST or None,
        areas=[(key, f"{name} ({key})") for key, name in names],
        reports=drafts,
        initial={"report": request.GET.get("bericht"), "made_on": filling.today()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            advising.recommend(user=request.user, **form.cleaned_data)
        except WrongRequest as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Stored. It will be carried into every further report."))
            return redirect("recommendations")
    return render(request, "reports/new_recommendation.html", {"form": form})


@may("reports.read_drafts")
@require_http_methods(["GET", "POST"])
def recommendation(request: HttpRequest, recommendation: str) -> HttpResponse:
    """Show what became of a recommendation, and take what is told now."""
    visible = queries.visible_recommendations(request.user).select_related("report", "author")
    item = get_object_or_404(visible, uuid=recommendation)
    fresh = {"status": item.status or Recommendation.State.OPEN, "told_on": filling.today(), "version": item.version}
    form = NewsForm(request.POST or None, initial=fresh)
    if request.method == "POST":
        require(request.user, "reports.write")
    names = queries.area_names()
    page = {
        "item": item,
        "areas": [names.get(key, key) for key in item.areas],
        "news": item.news.select_related("by"),
    }

    def store() -> None:
        advising.tell(item, user=request.user, **form.cleaned_data)

    return stored(request, form, store, _told, "reports/recommendation.html", page, ("recommendation", item.uuid))


def _told(item: Recommendation) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ("status", "outcome", "told_on", "version")}
