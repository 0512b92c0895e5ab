"""Maps for print: a plain SVG writer, so that a map is drawn in a few milliseconds and says what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Any

import numpy as np
import shapely

from nahraum.base import State
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.show.palette import INK, WATER, colours, ink_on
from nahraum.places.boundaries import Boundaries

WIDTH = 720.0  # user units; the height follows the city
DETAIL = 600  # the outline is simplified to about this many steps across
FONT = "Fira Sans, Arial, sans-serif"
LEGEND_ROW = 20.0
LINE_ROW = 14.0  # of what is printed below the legend
OUTSIDE = "#e4e8eb"
# Kind of a context shape -> fill, line and its width; every other kind is water.
CONTEXT = {
    "streets": ("none", "#46525c", 0.7),
    "green": ("#bfd8b0", "#bfd8b0", 1.5),
    "other": ("none", "#5b2a6e", 1.2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MapData:
    """What a map shows: class number (0: none) and state by area key, words and limits of the classes."""

    numbers: Mapping[str, int]
    states: Mapping[str, State]
    labels: Sequence[str]
    limits: Sequence[float]
    title: str
    digits: int = 2
    names: Mapping[str, str]
    marked: str = ""  # key of an area that is outlined strongly
    colours: Sequence[str] = ()  # of the classes, if not the customary ones
    outside: frozenset[str] = frozenset()  # areas that are drawn without a value, for orientation
    lines: Sequence[str] = ()  # printed below the legend: source, date, licence, protection
    blank: str = ""  # words for areas without a value, if not the customary ones
    heading: bool = False  # whether the title is printed above the map


@dataclass(frozen=True, slots=True)
class _Frame:
    left: float
    top: float
    scale: float
    height: float

    def x(self, east: float) -> float:
        return (east - self.left) * self.scale

    def y(self, north: float) -> float:
        return (self.top - north) * self.scale


def svg_map(boundaries: Boundaries, data: MapData, *, labels: bool = True) -> str:
    """Return a choropleth as SVG text: areas, water, numbers of areas where they fit, legend, scale bar.

    Areas without a value are white and hatched, protected ones dotted; both stand in the legend if they occur.
    """
    bounds = shapely.total_bounds(boundaries.geometry)
    span = max(bounds[2] - bounds[0], bounds[3] - bounds[1], 1.0)
    shapes = (
        shapely.coverage_simplify(boundaries.geometry, span / DETAIL)
        if len(boundaries.keys) > 1
        else boundaries.geometry
    )
    scale = WIDTH * 0.96 / (bounds[2] - bounds[0])
    title, above = _title(data)
    height = above + (bounds[3] - bounds[1]) * scale + 12
    frame = _Frame(bounds[0] - 0.02 * WIDTH / scale, bounds[3] + (above + 6) / scale, scale, height)
    palette = tuple(data.colours) or colours(len(data.labels) or 1)
    shown = [key for key in boundaries.keys if key not in data.outside]
    states = {data.states.get(key, State.MISSING) for key in shown if not data.numbers.get(key, 0)}
    legend = _legend(data, palette, states, frame.height + 16)
    lines = _lines(data, frame.height + 36 + legend[1])
    height = frame.height + 30 + legend[1] + lines[1]
    body = [_area(frame, key, shape, data, palette) for key, shape in zip(boundaries.keys, shapes, strict=True)]
    body += [_context(frame, name, shape, bounds) for name, shape in boundaries.context]
    body += [_outline(frame, shape) for key, shape in zip(boundaries.keys, shapes, strict=True) if key == data.marked]
    if labels:
        body += _labels(frame, boundaries.keys, shapes, data, palette)
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" font-family="{FONT}" role="img">',
            f"<title>{escape(data.title)}</title>",
            _patterns(),
            *body,
            _scale_bar(frame),
            *legend[0],
            *title,
            *lines[0],
            "</svg>",
        ]
    )


def _title(data: MapData) -> tuple[list[str], float]:
    """Return the printed title, in lines that fit, and its height; nothing unless it is wished for."""
    rows = wrap(data.title, 68) if data.heading else []
    return [
        f'<text x="8" y="{20 + 22 * row}" font-size="18" font-weight="600" fill="{INK}">{escape(words)}</text>'
        for row, words in enumerate(rows)
    ], (22.0 * len(rows) + 10 if rows else 0.0)


def _lines(data: MapData, top: float) -> tuple[list[str], float]:
    rows = [row for line in data.lines for row in wrap(line, 122)]
    return [
        f'<text x="8" y="{top + LINE_ROW * row:.1f}" font-size="10.5" fill="{INK}">{escape(words)}</text>'
        for row, words in enumerate(rows)
    ], LINE_ROW * len(rows)


def _patterns() -> str:
    return (
        '<defs><pattern id="none" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#ffffff"/><rect width="1.2" height="6" fill="#9aa5ad"/></pattern>'
        '<pattern id="hidden" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#ffffff"/>'
        '<circle cx="3" cy="3" r="1.1" fill="#5a6770"/></pattern></defs>'
    )


def _fill(data: MapData, key: str, palette: Sequence[str]) -> str:
    if key in data.outside:
        return OUTSIDE
    n = data.numbers.get(key, 0)
    if n:
        return palette[n - 1]
    return "url(#hidden)" if data.states.get(key) is State.PROTECTED else "url(#none)"


def _area(frame: _Frame, key: str, shape: Any, data: MapData, palette: Sequence[str]) -> str:
    return f'<path d="{_path(frame, shape)}" fill="{_fill(data, key, palette)}" stroke="#ffffff" stroke-width="0.8" stroke-linejoin="round"/>'


def _outline(frame: _Frame, shape: Any) -> str:
    """Mark an area: an outline, and a ring around it that finds the eye on a map of hundreds."""
    x, y = shapely.centroid(shape).coords[0]
    return (
        f'<path d="{_path(frame, shape)}" fill="none" stroke="{INK}" stroke-width="2.4" stroke-linejoin="round"/>'
        f'<circle cx="{frame.x(x):.1f}" cy="{frame.y(y):.1f}" r="26" fill="none" stroke="{INK}" stroke-width="2"/>'
    )


def _path(frame: _Frame, shape: Any) -> str:
    parts = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type != "Polygon":
            continue
        for ring in (polygon.exterior, *polygon.interiors):
            points = np.asarray(ring.coords)[:-1]
            steps = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in points[:, :2])
            parts.append(f"M{steps}Z")
    return "".join(parts)


def _context(frame: _Frame, kind: str, shape: Any, bounds: Any) -> str:
    shape = shapely.clip_by_rect(shape, *bounds)
    if shape.is_empty:
        return ""
    fill, line, width = CONTEXT.get(kind, (WATER, WATER, 4.0))
    if shape.geom_type.endswith("Polygon"):
        edge = f'stroke="{line}" stroke-width="{width}"' if fill == "none" else 'stroke="none"'
        return f'<path d="{_path(frame, shape)}" fill="{fill}" {edge}/>'
    lines = []
    for each in shapely.get_parts(shape):
        steps = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in np.asarray(each.coords)[:, :2])
        lines.append(
            f'<polyline points="{steps}" fill="none" stroke="{line}" stroke-width="{width:g}" stroke-linecap="round"/>'
        )
    return "".join(lines)


def _labels(frame: _Frame, keys: Sequence[str], shapes: Any, data: MapData, palette: Sequence[str]) -> list[str]:
    """Write the key of an area where its largest inner circle is wide enough for it."""
    found = []
    for key, shape in zip(keys, shapes, strict=True):
        if shape.is_empty:
            continue
        circle = shapely.maximum_inscribed_circle(shape)
        (x, y), radius = circle.coords[0][:2], circle.length * frame.scale
        size = min(13.0, 2 * radius / (0.62 * len(key)))
        if size < 7.5:
            continue
        n = 0 if key in data.outside else data.numbers.get(key, 0)
        ink = ink_on(palette[n - 1]) if n else INK
        halo = ' stroke="#ffffff" stroke-width="2.5" paint-order="stroke"' if not n else ""
        found.append(
            f'<text x="{frame.x(x):.1f}" y="{frame.y(y) + size * 0.35:.1f}" font-size="{size:.1f}" text-anchor="middle" fill="{ink}"{halo}>{escape(key)}</text>'
        )
    return found


def _scale_bar(frame: _Frame) -> str:
    """Draw a bar of a round number of kilometres, and where north is."""
    rounds = [0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200]
    wanted = 0.18 * WIDTH / frame.scale / 1000
    km = min(rounds, key=lambda each: abs(each - wanted))
    length, x, y = km * 1000 * frame.scale, WIDTH - 14, frame.height + 14
    words = f"{number(km, 1 if km < 1 else 0)} km"
    return (
        f'<line x1="{x - length:.1f}" y1="{y:.1f}" x2="{x:.1f}" y2="{y:.1f}" stroke="{INK}" stroke-width="2"/>'
        f'<text x="{x - length / 2:.1f}" y="{y + 13:.1f}" font-size="10" text-anchor="middle" fill="{INK}">{words}</text>'
        f'<path d="M{x - length - 20:.1f},{y + 5:.1f} l5,-14 l5,14 l-5,-4 Z" fill="{INK}"/>'
        f'<text x="{x - length - 15:.1f}" y="{y + 16:.1f}" font-size="9" text-anchor="middle" fill="{INK}">N</text>'
    )


def _legend(data: MapData, palette: Sequence[str], states: set[State], top: float) -> tuple[list[str], float]:
    """Return the legend's elements and its height: highest class first, then what is no number."""
    entries = [(palette[n - 1], f"{data.labels[n - 1]}{_range(data, n)}") for n in range(len(data.labels), 0, -1)]
    if State.PROTECTED in states:
        entries.append(("url(#hidden)", _("protected")))
    if states - {State.PROTECTED}:
        entries.append(("url(#none)", data.blank or _("no value")))
    parts = []
    for row, (fill, words) in enumerate(entries):
        y = top + row * LEGEND_ROW
        parts.append(
            f'<rect x="8" y="{y:.1f}" width="22" height="13" fill="{fill}" stroke="#7b8790" stroke-width="0.5"/>'
        )
        parts.append(f'<text x="38" y="{y + 10.5:.1f}" font-size="13" fill="{INK}">{escape(words)}</text>')
    return parts, len(entries) * LEGEND_ROW


def _range(data: MapData, n: int) -> str:
    """Say from where to where a class reaches."""
    if not len(data.limits) or not all(np.isfinite(data.limits)):
        return ""
    low = number(float(data.limits[n - 2]), data.digits) if n > 1 else ""
    high = number(float(data.limits[n - 1]), data.digits) if n <= len(data.limits) else ""
    if low and high:
        return f" ({low} " + _("to") + f" {high})"
    return " (" + (_("up to {limit}").format(limit=high) if high else _("above {limit}").format(limit=low)) + ")"
