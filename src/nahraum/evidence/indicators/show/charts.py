"""Charts for a browser as Vega-Lite specifications: data inside, colours left to the page."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from nahraum.base.language import gettext as _

Spec = dict[str, Any]
NAME, BREAK = 40, "|"  # letters of an indicator's name on one line of an axis, and what parts the lines


def ranking_chart(rows: Sequence[dict[str, Any]], *, title: str, unit: str, city: float | None) -> Spec:
    """Return bars of the areas' values, highest first. ``rows``: key, name, value, colour, label; without value left
    out.

    The parameter ``picked`` holds the key of the area that is pointed at elsewhere on the page.
    """
    values = [row for row in rows if row["value"] is not None]
    bars: Spec = {
        "mark": {"type": "bar", "cursor": "pointer"},
        "encoding": {
            "x": {"field": "name", "type": "nominal", "sort": None, "axis": None},
            "y": {"field": "value", "type": "quantitative", "title": unit or _("value")},
            "color": {"field": "colour", "type": "nominal", "scale": None},
            "stroke": {"condition": {"test": "datum.key === picked", "value": "currentColor"}, "value": None},
            "strokeWidth": {"value": 2},
            "description": {"field": "label"},
        },
    }
    layers: list[Spec] = [bars]
    if city is not None:
        layers.append(
            {
                "data": {"values": [{"city": city}]},
                "mark": {"type": "rule", "strokeDash": [4, 3]},
                "encoding": {"y": {"field": "city", "type": "quantitative"}},
            }
        )
    return {
        "description": _("{title}: values of {count} areas, highest first").format(title=title, count=len(values)),
        "width": "container",
        "height": 170,
        "params": [{"name": "picked", "value": ""}],
        "data": {"values": values},
        "layer": layers,
    }


def profile_chart(rows: Sequence[dict[str, Any]], *, title: str) -> Spec:
    """Return bars of deviation from the city value by indicator. ``rows``: name, domain, z, words."""
    values = [{**row, "name": _in_lines(row["name"])} for row in rows if row["z"] is not None]
    return {
        "description": _("{title}: deviation from the city value in standard deviations").format(title=title),
        "width": "container",
        "height": (30 if any(BREAK in row["name"] for row in values) else 20) * len(values) + 10,
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {
                "field": "name",
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {
                    "labelLimit": 230,
                    "labelExpr": f"split(datum.label, '{BREAK}')",
                    "ticks": False,
                    "domain": False,
                },
            },
            "x": {
                "field": "z",
                "type": "quantitative",
                "title": _("less favourable → standard deviations from the city value"),
            },
            "color": {"field": "colour", "type": "nominal", "scale": None},
            "description": {"field": "words"},
        },
    }


def _in_lines(name: str) -> str:
    """Return a name cut into the two lines that an axis has room for; the table below says it whole."""
    return BREAK.join(wrap(name, NAME, max_lines=2, placeholder=" …"))


def series_chart(
    points: Sequence[dict[str, Any]], breaks: Sequence[dict[str, Any]], *, title: str, unit: str, who: tuple[str, str]
) -> Spec:
    """Return an area's line and the city's, cut at breaks; ``who`` names the two.

    ``points``: period, value (or None), who, segment; ``breaks``: period, reason.
    """
    line: Spec = {
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "period", "type": "ordinal", "title": None, "axis": {"labelAngle": 0, "labelOverlap": True}},
            "y": {"field": "value", "type": "quantitative", "title": unit or None, "scale": {"zero": True}},
            "color": {
                "field": "who",
                "type": "nominal",
                "title": None,
                "scale": {"domain": list(who)},
                "legend": {"orient": "top"},
            },
            "strokeDash": {
                "field": "who",
                "type": "nominal",
                "title": None,
                "scale": {"domain": list(who), "range": [[1, 0], [4, 3]]},
            },
            "detail": {"field": "segment"},
        },
    }
    layers: list[Spec] = [line]
    if breaks:
        layers.append(
            {
                "data": {"values": list(breaks)},
                "mark": {"type": "rule", "strokeDash": [2, 3]},
                "encoding": {
                    "x": {"field": "period", "type": "ordinal", "bandPosition": 0},
                    "description": {"field": "reason"},
                },
            }
        )
    return {
        "description": _("{title}: series of the area and the city").format(title=title),
        "width": "container",
        "height": 150,
        "data": {"values": list(points)},
        "layer": layers,
    }
