"""Atlas, areas and method: fetch rows, call the core, show."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nahraum.base import Period, State
from nahraum.base.language import number
from nahraum.evidence.indicators.show import charts
from nahraum.evidence.indicators.show.palette import HIGH, LOW
from nahraum_site.accounts.permissions import public
from nahraum_site.indicators import queries
from nahraum_site.indicators.models import Cell, Layer, LayerPeriod

WARM, COOL = "#{:02x}{:02x}{:02x}".format(*HIGH), "#{:02x}{:02x}{:02x}".format(*LOW)
CHARTED = 12  # series shown as charts on an area's page; every series stands in a table


@public
@require_safe
def atlas(request: HttpRequest) -> HttpResponse:
    """Show map, table and chart of one layer in one period; the address holds the whole view."""
    edition = queries.latest_edition()
    view = queries.atlas(edition, request.GET.get("zeige", ""), request.GET.get("zeit", "")) if edition else None
    if edition is None or view is None:
        return render(request, "indicators/nothing.html")
    layer, period = view.layer, view.period
    rows = [_row(cell, layer, place) for place, cell in enumerate(view.cells, start=1)]
    states = {cell.state for cell in view.cells if cell.value is None}
    page = {
        "edition": edition,
        "view": view,
        "rows": rows,
        "legend": _legend(layer, period, states),
        "period_label": Period.parse(period.period).label,
        "data": {
            "shapes": reverse("shapes", args=[edition.uuid]),
            "areas": {row["key"]: [row["colour"], row["pattern"]] for row in rows},
            "chart": charts.ranking_chart(
                [{k: row[k] for k in ("key", "name", "value", "colour", "label")} for row in rows],
                title=layer.name,
                unit=layer.unit,
                city=period.city if layer.kind == "indicator" else None,
            ),
        },
    }
    template = "indicators/atlas_view.html" if request.htmx else "indicators/atlas.html"
    return render(request, template, page)


def _row(cell: Cell, layer: Layer, place: int) -> dict[str, Any]:
    label = layer.labels[cell.class_number - 1] if cell.class_number else ""
    words = (
        number(cell.value, layer.digits, sign=layer.kind != "indicator")
        if cell.value is not None
        else State(cell.state).label
    )
    return {
        "key": cell.area.key,
        "name": cell.area.name,
        "parent": cell.area.parent,
        "value": cell.value,
        "words": words,
        "class": label,
        "colour": layer.colours[cell.class_number - 1] if cell.class_number else "",
        "pattern": "" if cell.class_number else "protected" if cell.state == State.PROTECTED else "missing",
        "rank": place if cell.value is not None else None,
        "interval": (cell.rank_low, cell.rank_high) if cell.rank_low is not None else None,
        "small": cell.small,
        "label": f"{cell.area.name}: {words} {layer.unit}".strip(),
    }


def _legend(layer: Layer, period: LayerPeriod, states: set[int]) -> list[dict[str, str]]:
    """Return the classes, highest first, with their limits, and what is no number."""
    limits = period.limits if all(limit is not None for limit in period.limits) else []
    entries = []
    for n in range(len(layer.labels), 0, -1):
        low = number(limits[n - 2], layer.digits) if limits and n > 1 else ""
        high = number(limits[n - 1], layer.digits) if limits and n <= len(limits) else ""
        reach = (
            _("{low} to {high}").format(low=low, high=high)
            if low and high
            else _("up to {limit}").format(limit=high)
            if high
            else _("above {limit}").format(limit=low)
            if low
            else ""
        )
        entries.append({"colour": layer.colours[n - 1], "pattern": "", "label": layer.labels[n - 1], "reach": reach})
    for state in sorted(states):
        pattern = "protected" if state == State.PROTECTED else "missing"
        entries.append({"colour": "", "pattern": pattern, "label": State(state).label, "reach": ""})
    return entries


@public
@require_safe
def shapes(request: HttpRequest, edition: str) -> HttpResponse:
    """Return the boundaries as GeoJSON; a published edition never changes, so browsers may keep it."""
    found = get_object_or_404(queries.visible_editions(request.user).select_related("system"), uuid=edition)
    features = [
        {"type": "Feature", "id": n, "properties": {"key": area.key, "name": area.name}, "geometry": area.geometry}
        for n, area in enumerate(queries.shapes(found))
        if area.geometry
    ]
    context = [
        {"type": "Feature", "properties": {"name": name}, "geometry": geometry}
        for name, geometry in found.system.context
    ]
    response = JsonResponse(
        {
            "areas": {"type": "FeatureCollection", "features": features},
            "context": {"type": "FeatureCollection", "features": context},
        }
    )
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@public
@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """List the areas; a search box finds them by name, social space or number."""
    edition = queries.latest_edition()
    if edition is None:
        return render(request, "indicators/nothing.html")
    words = request.GET.get("suche", "").strip()
    found = queries.areas(edition, words)
    selected = set(edition.selected)
    page = {
        "edition": edition,
        "words": words,
        "areas": [(each, each.key in selected) for each in found],
        "above": edition.system.above,
    }
    return render(request, "indicators/areas.html", page)


@public
@require_safe
def area(request: HttpRequest, key: str) -> HttpResponse:
    """Show one area: where it stands, its profile, its series and where each number comes from."""
    edition = queries.latest_edition()
    view = queries.area(edition, key) if edition else None
    if edition is None or view is None:
        raise Http404
    period = edition.profile_period
    now = {layer.pk: next((c for c in view.cells[layer.pk] if c.period == period), None) for layer in view.layers}
    indicators = [layer for layer in view.layers if layer.kind == "indicator" and now[layer.pk]]
    profile = [_profile_row(layer, now[layer.pk], view.city[layer.pk].get(period)) for layer in indicators]
    index = next((layer for layer in view.layers if layer.kind == "index"), None)
    page = {
        "edition": edition,
        "area": view.area,
        "period_label": Period.parse(period).label,
        "index": _score(index, now[index.pk]) if index and now[index.pk] else None,
        "domains": [_score(layer, now[layer.pk]) for layer in view.layers if layer.kind == "domain" and now[layer.pk]],
        "selected": view.area.key in edition.selected,
        "figures": edition.spoken["key_figures"].get(view.area.key, []),
        "profile": profile,
        "series": [_series(layer, view) for layer in _by_deviation(indicators, now) if len(view.cells[layer.pk]) > 1],
        "data": {
            "profile": charts.profile_chart(
                [{k: row[k] for k in ("name", "z", "colour", "words")} for row in profile], title=view.area.name
            )
        },
    }
    page["data"]["series"] = [each["chart"] for each in page["series"][:CHARTED]]
    return render(request, "indicators/area.html", page)


def _score(layer: Layer, cell: Cell) -> dict[str, Any]:
    return {"layer": layer, "cell": cell, "class": layer.labels[cell.class_number - 1] if cell.class_number else ""}


def _profile_row(layer: Layer, cell: Cell, city: LayerPeriod | None) -> dict[str, Any]:
    words = number(cell.value, layer.digits) if cell.value is not None else State(cell.state).label
    return {
        "layer": layer,
        "cell": cell,
        "city": city.city if city else None,
        "name": layer.name,
        "z": cell.z,
        "colour": WARM if (cell.z or 0) > 0 else COOL,
        "value": words,
        "words": f"{layer.name}: {words} {layer.unit}",
    }


def _by_deviation(layers: list[Layer], now: dict[int, Cell | None]) -> list[Layer]:
    def deviation(layer: Layer) -> float:
        cell = now[layer.pk]
        return -(cell.z if cell and cell.z is not None else -99.0)

    return sorted(layers, key=deviation)


def _series(layer: Layer, view: queries.AreaView) -> dict[str, Any]:
    """Return table rows and chart of one series; a break begins a new segment, nothing is drawn across it."""
    cells, city = view.cells[layer.pk], view.city[layer.pk]
    broken = {period: reason for period, reason, only in layer.breaks if not only or view.area.key in only}
    rows, points, segment = [], [], 0
    for cell in cells:
        segment += cell.period in broken
        label = Period.parse(cell.period).label
        there = city.get(cell.period)
        words = number(cell.value, layer.digits) if cell.value is not None else State(cell.state).label
        rows.append(
            {
                "period": label,
                "words": words,
                "city": there.city if there else None,
                "break": broken.get(cell.period, ""),
            }
        )
        points.append({"period": label, "value": cell.value, "who": view.area.name, "segment": f"a{segment}"})
        points.append(
            {"period": label, "value": there.city if there else None, "who": _("City"), "segment": f"c{segment}"}
        )
    marks = [{"period": Period.parse(period).label, "reason": reason} for period, reason in broken.items()]
    return {
        "layer": layer,
        "rows": rows,
        "breaks": list(broken.values()),
        "chart": charts.series_chart(points, marks, title=layer.name, unit=layer.unit, who=(view.area.name, _("City"))),
    }


@public
@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """Tell how the index is made, whether the areas add up and what the numbers rest on."""
    edition = queries.latest_edition()
    if edition is None:
        return render(request, "indicators/nothing.html")
    layers = [layer for layer in edition.layers.all() if layer.kind == "indicator"]
    return render(request, "indicators/method.html", {"edition": edition, "layers": layers})
