"""One area, or two, beside the city: profile, spread of all areas, series, areas in a similar situation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from nahraum.base import Period, State
from nahraum.base.language import number
from nahraum.evidence.indicators.show import charts
from nahraum.evidence.indicators.show.alike import Alike, Profiles, Spread, most_alike, spread, together
from nahraum.evidence.indicators.show.changes import break_between
from nahraum_site.indicators import queries
from nahraum_site.indicators.models import Area, Edition, Layer, LayerPeriod
from nahraum_site.indicators.queries import AreaView, Placed, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """Where every area of the edition stands in every indicator, and how deviations and values are spread."""

    by_layer: dict[int, list[Standing]]
    deviations: dict[int, Spread | None]
    values: dict[int, Spread | None]
    profiles: Profiles  # the indicators in the order of ``by_layer``

    @classmethod
    def of(cls, edition: Edition) -> Standings:
        """Return those of an edition; worked out once."""
        return queries.held(edition, cls._worked_out)

    @classmethod
    def _worked_out(cls, edition: Edition) -> Standings:
        found = queries.standings(edition)
        return cls(
            by_layer=found,
            deviations={layer: spread([each.z for each in everywhere]) for layer, everywhere in found.items()},
            values={layer: spread([each.value for each in everywhere]) for layer, everywhere in found.items()},
            profiles=_profiles(list(found.values())),
        )


def _profiles(layers: list[list[Standing]]) -> Profiles:
    found: dict[str, list[float | None]] = {}
    for n, everywhere in enumerate(layers):
        for each in everywhere:
            found.setdefault(each.area, [None] * len(layers))[n] = each.z
    return Profiles.of(found)


def now_of(view: AreaView, period: str) -> dict[int, Placed | None]:
    """Return an area's cell in one period, by layer."""
    return {layer.pk: next((c for c in view.cells[layer.pk] if c.period == period), None) for layer in view.layers}


def score(edition: Edition, layer: Layer, cell: Placed) -> dict[str, Any]:
    """Return a score with the words for its class, or why there is none."""
    return {
        "layer": layer,
        "cell": cell,
        "class": layer.labels[cell.class_number - 1] if cell.class_number else "",
        "why": edition.without_score(cell, layer),
    }


def limits(view: AreaView, period: str) -> list[tuple[str, str]]:
    """Return between which values the classes of index and Lebenslagen lie; the same limits together."""
    found: dict[str, list[str]] = {}
    for layer in view.layers:
        here = view.city[layer.pk].get(period)
        if layer.kind != "indicator" and here and here.limits:
            words = "; ".join("–" if each is None else number(each, 2) for each in here.limits)
            found.setdefault(words, []).append(layer.name)
    return [(", ".join(names), words) for words, names in found.items()]


def profile_row(
    layer: Layer, cell: Placed, city: LayerPeriod | None, standings: Standings, siblings: set[str]
) -> dict[str, Any]:
    """Return one indicator of an area beside its social space and the city; ``siblings``: areas of the social space."""
    everywhere = standings.by_layer.get(layer.pk, [])
    values = standings.values.get(layer.pk)
    beside = [each for each in everywhere if each.area in siblings]
    people = [each.people for each in beside]
    whole = len(beside) == len(siblings)
    space = together([each.value for each in beside], people) if whole else None
    space_z = together([each.z for each in beside], people) if whole else None
    return {
        "layer": layer,
        "cell": cell,
        "city": city.city if city else None,
        "space": space,
        "space_z": space_z,
        "spread": standings.deviations.get(layer.pk),
        "lowest": values.low if values else None,
        "highest": values.high if values else None,
        "name": layer.name,
        "z": cell.z,
        "value": number(cell.value, layer.digits) if cell.value is not None else State(cell.state).label,
    }


def spine(rows: list[dict[str, Any]], area: Area, above: str) -> dict[str, Any]:
    """Return the chart of an area's profile, with its social space where that is known; ``above``: what it is a part
    of is called.
    """
    space = area.parent if area.parent != area.name else f"{area.parent} ({above})"
    who = (area.name, space) if area.parent and any(row["space_z"] is not None for row in rows) else (area.name,)
    lines = []
    for row in filter(lambda each: each["spread"] and not each["neutral"], rows):
        said = (_said(row, row["cell"].value, area.name), _said(row, row["space"], space))
        marks = (row["z"], row["space_z"])
        lines.append(
            {
                **_span(row),
                "marks": dict(zip(who, marks, strict=False)),
                "words": dict(zip(who, said, strict=False)),
            }
        )
    return charts.spine_chart(lines, title=area.name, who=who)


def spine_of_two(rows: list[dict[str, Any]], names: tuple[str, str]) -> dict[str, Any]:
    """Return the chart of two areas' profiles; ``rows``: ``one`` and ``other`` are profile rows."""
    return charts.spine_chart(
        [
            {
                **_span(row["one"]),
                "marks": dict(zip(names, (row["one"]["z"], row["other"]["z"]), strict=True)),
                "words": {
                    name: _said(each, each["cell"].value, name)
                    for name, each in zip(names, (row["one"], row["other"]), strict=True)
                },
            }
            for row in rows
            if row["one"]["spread"] and not row["one"]["neutral"]
        ],
        title=" – ".join(names),
        who=names,
    )


def _span(row: dict[str, Any]) -> dict[str, Any]:
    around = row["spread"]
    return {
        "name": row["name"],
        "low": around.low,
        "quarter": around.quarter,
        "three_quarters": around.three_quarters,
        "high": around.high,
    }


def _said(row: dict[str, Any], value: float | None, who: str) -> str:
    layer = row["layer"]
    words = number(value, layer.digits) if value is not None else "–"
    return f"{who}: {row['name']}: {words} {layer.unit}".strip()


def alike(view: AreaView, indicators: list[Layer], standings: Standings, areas: dict[str, Area]) -> dict[str, Any]:
    """Return areas in a similar situation, over which indicators; none where too much is unknown."""
    counted = [layer for layer in indicators if standings.deviations.get(layer.pk)]
    places = list(standings.by_layer)
    profiles = standings.profiles.over([places.index(layer.pk) for layer in counted])
    names, known = [layer.name for layer in counted], profiles.known(view.area.key)
    return {
        "areas": [_alike(each, areas, names) for each in most_alike(profiles, view.area.key) if each.area in areas],
        "over": [name for name, is_known in zip(names, known, strict=False) if is_known],
        "without": [name for name, is_known in zip(names, known, strict=False) if not is_known],
        "of": len(counted),
    }


def _alike(each: Alike, areas: dict[str, Area], names: list[str]) -> dict[str, Any]:
    return {
        "area": areas[each.area],
        "distance": each.distance,
        "over": len(each.over),
        "apart": names[each.apart] if each.apart is not None else "",
    }


def by_deviation(layers: list[Layer], now: dict[int, Placed | None]) -> list[Layer]:
    """Return the indicators, the least favourable first."""

    def deviation(layer: Layer) -> float:
        cell = now[layer.pk]
        return -(cell.z if cell and cell.z is not None else -99.0)

    return sorted(layers, key=deviation)


def series(layer: Layer, view: AreaView, revised: Mapping[tuple[str, str, str], date]) -> dict[str, Any]:
    """Return table rows and chart of one series; a break begins a new segment, nothing is drawn across it.

    It stands at the first period that is delivered after it.
    """
    cells, city = view.cells[layer.pk], view.city[layer.pk]
    broken = {
        here.period: reason
        for last, here in pairwise(cells)
        if (reason := break_between(layer.breaks, view.area.key, last.period, here.period))
    }
    rows, points, segment, whole = [], [], 0, _("City")
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
                "revised": revised.get((layer.key, view.area.key, cell.period)),
            }
        )
        points.append({"period": label, "value": cell.value, "who": view.area.name, "segment": f"a{segment}"})
        points.append({"period": label, "value": there.city if there else None, "who": whole, "segment": f"c{segment}"})
    marks = [{"period": Period.parse(period).label, "reason": reason} for period, reason in broken.items()]
    return {
        "layer": layer,
        "rows": rows,
        "breaks": list(broken.values()),
        "chart": charts.series_chart(points, marks, title=layer.name, unit=layer.unit, who=(view.area.name, whole)),
    }
