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


def pair_chart(rows: Sequence[dict[str, Any]], *, names: tuple[str, str], same: bool) -> Spec:
    """Return points of two values per area. ``rows``: key, name, value, second, colour, label.

    ``same``: both axes show the same, and a line stands where nothing would differ.
    """
    values = [row for row in rows if row["value"] is not None and row["second"] is not None]
    scale = {"zero": False}
    points: Spec = {
        "mark": {"type": "point", "filled": True, "size": 60, "cursor": "pointer", "strokeWidth": 1},
        "encoding": {
            "x": {"field": "second", "type": "quantitative", "title": wrap(names[1], 60), "scale": scale},
            "y": {"field": "value", "type": "quantitative", "title": wrap(names[0], 32), "scale": scale},
            "color": {"field": "colour", "type": "nominal", "scale": None},
            "stroke": {"value": "currentColor"},
            "strokeWidth": {"condition": {"test": "datum.key === picked", "value": 3.5}, "value": 0.7},
            "size": {"condition": {"test": "datum.key === picked", "value": 160}, "value": 60},
            "description": {"field": "label"},
        },
    }
    layers: list[Spec] = [points]
    if same and values:
        ends = [value for row in values for value in (row["value"], row["second"])]
        layers.insert(
            0,
            {
                "data": {"values": [{"end": min(ends)}, {"end": max(ends)}]},
                "mark": {"type": "line", "strokeDash": [4, 3], "strokeWidth": 1, "color": "gray"},
                "encoding": {
                    "x": {"field": "end", "type": "quantitative"},
                    "y": {"field": "end", "type": "quantitative"},
                },
            },
        )
    return {
        "description": _("{first} beside {second}: {count} areas").format(
            first=names[0], second=names[1], count=len(values)
        ),
        "width": "container",
        "height": 300,
        "params": [{"name": "picked", "value": ""}],
        "data": {"values": values},
        "layer": layers,
    }


def spine_chart(rows: Sequence[dict[str, Any]], *, title: str, who: tuple[str, ...]) -> Spec:
    """Return a row per indicator: the span of all areas, its middle half, the city at zero, and marks of one area (or
    two, or of its social space).

    ``rows``: name, low, quarter, three_quarters, high and ``marks``: who -> deviation or None, ``words``: who -> words.
    """
    lines = [{**row, "name": _in_lines(row["name"])} for row in rows if row["low"] is not None]
    spans = [{k: row[k] for k in ("name", "low", "quarter", "three_quarters", "high")} for row in lines]
    marks = [
        {"name": row["name"], "who": each, "z": row["marks"][each], "words": row["words"][each]}
        for row in lines
        for each in reversed(who)
        if row["marks"][each] is not None
    ]
    axis = {"labelLimit": 230, "labelExpr": f"split(datum.label, '{BREAK}')", "ticks": False, "domain": False}
    y: Spec = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": axis}
    title_ = _("more favourable ← standard deviations from the city value → less favourable")
    x: Spec = {"type": "quantitative", "title": wrap(title_, 34)}
    layers: list[Spec] = [
        _span("low", "high", 2, "wide", x, y),
        _span("quarter", "three_quarters", 10, "middle", x, y),
        {"data": {"values": [{"z": 0}]}, "mark": {"type": "rule"}, "encoding": {"x": {**x, "field": "z"}}},
        {
            "data": {"values": marks},
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {"y": y, "x": {**x, "field": "z"}, **_told_apart(who), "description": {"field": "words"}},
        },
    ]
    return {
        "description": _("{title}: deviation from the city value in standard deviations").format(title=title),
        "width": "container",
        "height": 32 * len(spans) + 10,
        "data": {"values": spans},
        "layer": layers,
    }


def _told_apart(who: tuple[str, ...]) -> Spec:
    """Tell marks apart by shape and colour, with a legend."""
    shapes = ["circle", "diamond", "square"][: len(who)]
    return {
        "shape": {"field": "who", "title": None, "scale": {"domain": list(who), "range": shapes}},
        "color": {
            "field": "who",
            "type": "nominal",
            "title": None,
            "scale": {"domain": list(who)},
            "legend": {"orient": "top", "labelLimit": 260, "columns": 1},
        },
    }


def _span(low: str, high: str, size: int, style: str, x: Spec, y: Spec) -> Spec:
    """Return a bar from one column to another; the page colours the style."""
    return {
        "mark": {"type": "bar", "size": size, "style": style},
        "encoding": {"y": y, "x": {**x, "field": low}, "x2": {"field": high}},
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
