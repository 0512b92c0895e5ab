"""Areas and method: fetch rows, call the core, show."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nahraum.base import Period, State
from nahraum_site.accounts.permissions import public
from nahraum_site.indicators import portrait, queries
from nahraum_site.indicators.kept import kept
from nahraum_site.indicators.models import Edition
from nahraum_site.indicators.views.atlas import nothing
from nahraum_site.indicators.views.opened import opened_edition

CHARTED = 24  # series shown as charts on an area's page; every series stands in a table


@public
@require_safe
@kept
def areas(request: HttpRequest) -> HttpResponse:
    """List the areas; a search box finds them by name, social space or number."""
    edition, newer = opened_edition(request)
    if edition is None:
        return nothing(request)
    words = request.GET.get("suche", "").strip()
    found = queries.areas(edition, words)
    selected = set(edition.selected)
    page = {
        "edition": edition,
        "newer": newer,
        "words": words,
        "areas": [(each, each.key in selected) for each in found],
        "above": edition.system.above,
    }
    return render(request, "indicators/areas.html", page)


@public
@require_safe
@kept
def area(request: HttpRequest, key: str) -> HttpResponse:
    """Show one area: where it stands, its profile, its series and where each number comes from."""
    edition, newer = opened_edition(request)
    everybody = {each.key: each for each in queries.areas(edition)} if edition else {}
    if edition is None or key not in everybody:
        raise Http404
    view = queries.area(edition, everybody[key])
    now = portrait.now_of(view, edition.profile_period)
    standings = portrait.Standings.of(edition)
    profile = _profile(edition, view, standings, everybody)
    revised = queries.revised(edition, area=view.area)
    for row in profile:
        row["revised"] = revised.get((row["layer"].key, view.area.key, edition.profile_period))
    judged = [row["layer"] for row in profile if not row["neutral"]]
    neutral = [row["layer"] for row in profile if row["neutral"]]
    index = next((layer for layer in view.layers if layer.kind == "index"), None)
    page = {
        "edition": edition,
        "newer": newer,
        "area": view.area,
        "above": edition.system.above,
        "period_label": Period.parse(edition.profile_period).label,
        "index": portrait.score(edition, index, cell) if index and (cell := now[index.pk]) else None,
        "domains": [
            portrait.score(edition, layer, cell)
            for layer in view.layers
            if layer.kind == "domain" and (cell := now[layer.pk])
        ],
        "limits": portrait.limits(view, edition.profile_period),
        "selected": view.area.key in edition.selected,
        "figures": edition.spoken["key_figures"].get(view.area.key, []),
        "profile": profile,
        "spaced": any(row["space"] is not None for row in profile),
        "alike": portrait.alike(view, judged, standings, everybody),
        "neutral": [layer.name for layer in neutral],
        "others": [(each.key, each.name) for each in everybody.values() if each.key != view.area.key],
        "series": [
            portrait.series(layer, view, revised)
            for layer in (*portrait.by_deviation(judged, now), *neutral)
            if len(view.cells[layer.pk]) > 1
        ],
        "data": {"profile": portrait.spine(profile, view.area, edition.system.above)},
    }
    page["data"]["series"] = [each["chart"] for each in page["series"][:CHARTED]]
    return render(request, "indicators/area.html", page)


def _profile(
    edition: Edition, view: queries.AreaView, standings: portrait.Standings, everybody: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the rows of an area's profile, for indicators that it has in the profile's period and for every other one
    that the index counts.
    """
    now = portrait.now_of(view, edition.profile_period)
    nothing = queries.Placed(view.area, edition.profile_period, int(State.MISSING), None)
    unjudged = edition.neutral
    siblings = {key for key, each in everybody.items() if view.area.parent and each.parent == view.area.parent}
    return [
        portrait.profile_row(layer, cell, view.city[layer.pk].get(edition.profile_period), standings, siblings)
        | {"neutral": layer.key in unjudged, "origin": view.origins.get(layer.pk, ())}
        for layer in view.layers
        if layer.kind == "indicator"
        and (cell := now[layer.pk] or (nothing if layer.key in edition.counted else None)) is not None
    ]


@public
@require_safe
@kept
def compare(request: HttpRequest) -> HttpResponse:
    """Show two areas beside the city: which is chosen stands in the address."""
    edition, newer = opened_edition(request)
    if edition is None:
        return nothing(request)
    everybody = {each.key: each for each in queries.areas(edition)}
    keys = [request.GET.get(word, "") for word in ("eins", "zwei")]
    views = [queries.area(edition, everybody[key]) if key in everybody else None for key in keys]
    page: dict[str, Any] = {
        "edition": edition,
        "newer": newer,
        "keys": keys,
        "areas": list(everybody.values()),
        "period_label": Period.parse(edition.profile_period).label,
    }
    one, other = views
    if one and other and one.area.key != other.area.key:
        page |= _two(edition, one, other, everybody)
    return render(request, "indicators/compare.html", page)


def _two(edition: Edition, one: queries.AreaView, other: queries.AreaView, everybody: dict[str, Any]) -> dict[str, Any]:
    standings = portrait.Standings.of(edition)
    second = {row["layer"].key: row for row in _profile(edition, other, standings, everybody)}
    rows = [
        {"one": row, "other": second[row["layer"].key]}
        for row in _profile(edition, one, standings, everybody)
        if row["layer"].key in second
    ]
    figures = edition.spoken["key_figures"]
    beside = dict(figures.get(other.area.key, []))
    return {
        "one": one.area,
        "other": other.area,
        "rows": rows,
        "neutral": [row["one"]["name"] for row in rows if row["one"]["neutral"]],
        "figures": [(label, words, beside.get(label, "–")) for label, words in figures.get(one.area.key, [])],
        "data": {"profile": portrait.spine_of_two(rows, _named(one.area, other.area)), "series": []},
    }


def _named(one: Any, other: Any) -> tuple[str, str]:
    """Return two names, with their numbers where they are the same."""
    return (one.name, other.name) if one.name != other.name else (str(one), str(other))


@public
@require_safe
@kept
def method(request: HttpRequest) -> HttpResponse:
    """Tell how the index is made, whether the areas add up and what the numbers rest on."""
    edition, newer = opened_edition(request)
    if edition is None:
        return nothing(request)
    layers = [layer for layer in queries.layers_of(edition) if layer.kind == "indicator"]
    compared = any(row["official"] is not None for row in edition.reconciliation)
    counted = edition.counted
    page = {
        "edition": edition,
        "newer": newer,
        "counted": [layer for layer in layers if layer.key in counted],
        "shown": [layer for layer in layers if layer.key not in counted],
        "compared": compared,
        "fingerprints": any(source.get("sha256") for source in edition.sources),
    }
    return render(request, "indicators/method.html", page)
