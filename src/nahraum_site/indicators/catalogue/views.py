"""The catalogue to read: list, sheet, values of the areas, values as they were delivered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from nahraum.base import Period, State
from nahraum.base.language import number
from nahraum.evidence.indicators.definition import BREAK_KINDS, DIRECTIONS
from nahraum.evidence.indicators.show import glance
from nahraum.evidence.indicators.terms import Indicator as CoreIndicator
from nahraum_site.accounts.permissions import may
from nahraum_site.indicators.catalogue import queries
from nahraum_site.indicators.catalogue.history import told_rows
from nahraum_site.indicators.deliveries import queries as deliveries
from nahraum_site.indicators.deliveries.rows import value_row, words_of
from nahraum_site.indicators.models import Cell, Indicator, Recipe, Value

AREAS = 100  # areas on a page
CityValue = tuple[str, float | None]  # period and value
STATES = ("offen", "ohne", "alt")


@may("indicators.read_catalogue")
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the indicators by Lebenslage: found by words, filtered by holder and by what is open."""
    ground, edition = queries.ground(), queries.latest_edition()
    everything, domains = queries.indicators(), queries.domains()
    city = queries.city_series(edition)
    chosen = {name: request.GET.get(name, "").strip() for name in ("suche", "lage", "stelle", "stand")}
    rows = [_entry(each, ground, city.get(each.key, [])) for each in everything if _fits(each, chosen)]
    rows = [row for row in rows if _is_in_state(row, chosen["stand"])]
    groups = [(domain, [row for row in rows if row["part"].get("domain") == domain.key]) for domain in domains]
    page = {
        "groups": [(domain, found) for domain, found in groups if found],
        "count": len(rows),
        "any": bool(everything),
        "domains": domains,
        "holders": sorted({each.part["holder"] for each in everything if each.part.get("holder")}),
        "states": list(zip(STATES, (_("with open issues"), _("without open issues"), _("retired")), strict=True)),
        "chosen": chosen,
        "edition": edition,
        "areas": ground.areas,
    }
    return render(request, "indicators/catalogue/list.html", page)


def _fits(indicator: Indicator, chosen: dict[str, str]) -> bool:
    part = indicator.part
    text = " ".join(str(part.get(name, "")) for name in ("name", "id", "definition", "source")).lower()
    return (
        all(word in text for word in chosen["suche"].lower().split())
        and chosen["lage"] in ("", part.get("domain"))
        and chosen["stelle"] in ("", part.get("holder"))
        and (indicator.retired_at is not None) == (chosen["stand"] == "alt")
    )


def _is_in_state(row: dict[str, Any], state: str) -> bool:
    return state not in ("offen", "ohne") or bool(row["open"]) == (state == "offen")


def _entry(indicator: Indicator, ground: queries.Ground, city: Sequence[CityValue]) -> dict[str, Any]:
    core = queries.core_of(indicator)
    periods = glance.periods_of(core, ground.delivered)
    issues = ground.issues(core)
    broken = {str(each.period) for each in core.breaks if not each.areas}
    return {
        "indicator": indicator,
        "part": indicator.part,
        "unit": core.unit,
        "direction": _(DIRECTIONS[core.direction]),
        "latest": periods[-1].label if periods else "",
        "with_values": glance.areas_with_values(core, ground.delivered, periods[-1]) if periods else None,
        "spark": glance.spark([value for _text, value in city], [text in broken for text, _value in city]),
        "spark_words": _spark_words(core, city),
        "open": [issue for issue in issues if issue.severity > queries.CALM],
        "breaks": len(core.breaks),
    }


def _spark_words(core: CoreIndicator, city: Sequence[CityValue]) -> str:
    """Say in words what the small line shows."""
    known = [(text, value) for text, value in city if value is not None]
    if not known:
        return ""
    ends = [f"{Period.parse(text).label}: {number(value, core.digits)}" for text, value in (known[0], known[-1])]
    return _("City, {first} to {last}").format(first=ends[0], last=ends[1]) if len(known) > 1 else ends[0]


@may("indicators.read_catalogue")
@require_safe
def sheet(request: HttpRequest, key: str) -> HttpResponse:
    """Show everything about one indicator."""
    found = get_object_or_404(Indicator, key=key)
    core, ground, edition = queries.core_of(found), queries.ground(), queries.latest_edition()
    domain = next((each for each in queries.domains() if each.key == core.domain), None)
    variables = [
        (name, ground.labels.get(name, name), held) for name, held in queries.holders_of(found, ground.batches)
    ]
    revising = {batch.pk: batch for _name, _label, held in variables for batch in held if batch.revises}
    unprotected = request.user.has_perm("indicators.read_deliveries")
    cells = deliveries.revised_cells([name for name, *_more in variables], ground.batches) if unprotected else []
    series = queries.city_series(edition, key).get(key, [])
    page = {
        "indicator": found,
        "core": core,
        "domain": domain,
        "formula": glance.formula(core, ground.labels),
        "upper": glance.sum_of(core.numerator, ground.labels),
        "lower": glance.sum_of(core.denominator, ground.labels),
        "direction": _(DIRECTIONS[core.direction]),
        "level": _level(ground),
        "times": _times(core, ground),
        "breaks": [(each, each.period.label, _(BREAK_KINDS[each.kind])) for each in core.breaks],
        "issues": [each for each in ground.issues(core) if each.severity > queries.CALM],
        "variables": variables,
        "series": _series(core, series),
        "edition": edition,
        "editions": _editions(found, queries.editions_with(key)),
        "revising": [revising[pk] for pk in sorted(revising, reverse=True)],
        "cells": [_cell(each, ground.labels) for each in cells[: deliveries.PAGE]],
        "more_cells": len(cells) > deliveries.PAGE,
        "history": told_rows(queries.history(found)),
        "address": request.build_absolute_uri(request.path),
        "in_recipe": queries.names_it(Recipe.objects.first(), key),
    }
    return render(request, "indicators/catalogue/sheet.html", page)


def _level(ground: queries.Ground) -> str:
    if ground.project is None:
        return ""
    words = ngettext("{count} area ({system})", "{count} areas ({system})", ground.areas)
    return words.format(count=number(ground.areas, 0), system=ground.project.system.name)


def _times(core: CoreIndicator, ground: queries.Ground) -> str:
    periods = glance.periods_of(core, ground.delivered)
    if not periods:
        return ""
    if len(periods) == 1:
        return periods[0].label
    words = _("{first} to {last}, {count} periods")
    return words.format(first=periods[0].label, last=periods[-1].label, count=len(periods))


def _series(core: CoreIndicator, city: Sequence[CityValue]) -> list[dict[str, Any]]:
    """Return the city's values by period, latest first, beside what was published elsewhere."""
    broken = {str(each.period): each.reason for each in core.breaks}
    values = dict(city)
    periods = sorted({*values, *core.official}, key=Period.parse, reverse=True)
    return [
        {
            "period": Period.parse(text).label,
            "city": values.get(text),
            "official": core.official.get(text),
            "break": broken.get(text, ""),
        }
        for text in periods
    ]


def _editions(indicator: Indicator, layers: list[Any]) -> list[dict[str, Any]]:
    """Return the published editions with the sheet each was made with; ``same``: it is today's."""
    return [
        {
            "edition": layer.edition,
            "layer": layer,
            "same": layer.name == indicator.part["name"]
            and dict(map(tuple, layer.sheet)).get(_("Definition"), "") == indicator.part.get("definition", ""),
        }
        for layer in layers
    ]


def _cell(cell: deliveries.Revised, labels: dict[str, str]) -> dict[str, Any]:
    return {
        "cell": cell,
        "variable": labels.get(cell.variable, cell.variable),
        "period": Period.parse(cell.period).label if cell.period else _("all"),
        "old": words_of(cell.old_state, cell.old_value),
        "new": words_of(cell.new_state, cell.new_value),
    }


@may("indicators.read_catalogue")
@require_safe
def areas(request: HttpRequest, key: str) -> HttpResponse:
    """Show the values of the areas over all periods, as the latest edition publishes them."""
    found, edition = get_object_or_404(Indicator, key=key), queries.latest_edition()
    layer = next((each for each in queries.editions_with(key) if edition and each.edition_id == edition.pk), None)
    if edition is None or layer is None:
        raise Http404
    words = request.GET.get("suche", "").strip()
    page = Paginator(queries.areas_of(edition, words), AREAS).get_page(request.GET.get("seite"))
    city = {row.period: row.city for row in layer.periods.all()}
    periods = sorted(city, key=Period.parse)
    cells: dict[int, dict[str, Cell]] = {}
    for cell in Cell.objects.filter(layer=layer, area__in=list(page)).only("area_id", "period", "state", "value"):
        cells.setdefault(cell.area_id, {})[cell.period] = cell
    rows = [(area, [_words(cells.get(area.pk, {}).get(p), layer.digits) for p in periods]) for area in page]
    data = {
        "indicator": found,
        "edition": edition,
        "layer": layer,
        "periods": [Period.parse(p).label for p in periods],
        "city": [city[p] for p in periods],
        "rows": rows,
        "page": page,
        "words": words,
    }
    return render(request, "indicators/catalogue/areas.html", data)


def _words(cell: Cell | None, digits: int) -> str:
    if cell is None:
        return State.MISSING.label
    return number(cell.value, digits) if cell.value is not None else State(cell.state).label


@may("indicators.read_deliveries")
@require_safe
def values(request: HttpRequest, key: str) -> HttpResponse:
    """Show the values as they were delivered, with the cell each stood in: old ones and withdrawn ones too."""
    found = get_object_or_404(Indicator, key=key)
    chosen = {name: request.GET.get(word, "").strip() for name, word in (("area", "gebiet"), ("period", "zeit"))}
    rows = Value.objects.filter(variable__in=deliveries.variables_in(found.part)).select_related("batch")
    rows = rows.filter(**{name: wanted for name, wanted in chosen.items() if wanted}).order_by(
        "variable", "area", "period", "pk"
    )
    page = Paginator(rows, deliveries.PAGE).get_page(request.GET.get("seite"))
    ground = queries.ground()
    now = deliveries.standing(list(page), ground.batches)
    data = {
        "indicator": found,
        "page": page,
        "rows": [value_row(each, ground.labels, now.get(each.pk)) for each in page],
        "chosen": chosen,
        "with_batch": True,
    }
    return render(request, "indicators/catalogue/values.html", data)
