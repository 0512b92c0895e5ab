"""Charts for print: an area beside its city, series with visible breaks, rank intervals."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap

from nahraum.base import State
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.dynamics import Segment
from nahraum.evidence.indicators.show.palette import HIGH, INK, LOW
from nahraum.evidence.indicators.show.rows import Ranked, Spine, shown, shown_number

FONT = "Fira Sans, Arial, sans-serif"
WIDTH = 720.0
NAME, LINE = 58, 11.0  # letters of an indicator's name on one line, and the height of a second line
GREY, SOFT, RULE = "#5a6770", "#d7dde1", "#9aa5ad"
WARM, COOL = "#{:02x}{:02x}{:02x}".format(*HIGH), "#{:02x}{:02x}{:02x}".format(*LOW)


def _svg(height: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" font-family="{FONT}" role="img">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _text(
    x: float, y: float, words: str, *, size: float = 11, anchor: str = "start", fill: str = INK, weight: str = ""
) -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"{bold}>{escape(words)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" stroke-width="{width}"{dashed}/>'


def spine_chart(rows: Sequence[tuple[str, Sequence[Spine]]], title: str) -> str:
    """Return bars of deviation from the city value (in SD, unfavourable to the right) by Lebenslage, with values beside them."""
    left, right, city_x, value_x, row_height = 300.0, 560.0, 640.0, 710.0, 16.5
    middle = (left + right) / 2
    limit = max([3.0, *(abs(row.z) for _domain, group in rows for row in group if row.z is not None)])
    unit = (right - left) / 2 / min(limit, 4.0)
    parts, y = [], 34.0
    parts.append(_text(left, 12, _("more favourable"), size=10, fill=GREY))
    parts.append(_text(right, 12, _("less favourable"), size=10, anchor="end", fill=GREY))
    parts.append(_text(city_x, 12, _("city"), size=10, anchor="end", fill=GREY))
    parts.append(_text(value_x, 12, _("area"), size=10, anchor="end", fill=GREY))
    for domain, group in rows:
        parts.append(_text(0, y, domain, size=11.5, weight="600"))
        y += row_height
        for row in group:
            lines = wrap(row.indicator.name, NAME, max_lines=2, placeholder=" …")
            parts += [_text(8, y + n * LINE, line, size=10.5) for n, line in enumerate(lines)]
            parts += _spine_row(row, y, left, right, middle, unit, city_x, value_x)
            y += row_height + LINE * (len(lines) - 1)
        y += 5
    for step in range(-int((right - middle) // unit), int((right - middle) // unit) + 1):
        x = middle + step * unit
        parts.insert(0, _line(x, 20, x, y - 12, RULE if step == 0 else SOFT, 1.2 if step == 0 else 0.7))
        parts.append(_text(x, y, number(step, 0, sign=True), size=9.5, anchor="middle", fill=GREY))
    parts.append(
        _text(
            middle,
            y + 14,
            _("deviation from the city value in standard deviations"),
            size=10,
            anchor="middle",
            fill=GREY,
        )
    )
    return _svg(y + 22, title, parts)


def _spine_row(
    row: Spine, y: float, left: float, right: float, middle: float, unit: float, city_x: float, value_x: float
) -> list[str]:
    digits = row.indicator.digits
    parts = [_text(city_x, y, shown_number(row.city, digits), size=10.5, anchor="end", fill=GREY)]
    parts.append(_text(value_x, y, shown(row.value, digits), size=10.5, anchor="end", weight="600"))
    if row.z is None:
        words = State.PROTECTED.label if row.value.state is State.PROTECTED else State.MISSING.label
        parts.append(_text(middle + 4, y, words, size=9.5, fill=GREY))
        return parts
    x = min(max(middle + row.z * unit, left), right)
    start, width = min(x, middle), abs(x - middle)
    parts.append(
        f'<rect x="{start:.1f}" y="{y - 9:.1f}" width="{max(width, 0.8):.1f}" height="11" fill="{WARM if row.z > 0 else COOL}"/>'
    )
    return parts


def series_chart(segments: Sequence[Segment], city: Sequence[tuple[str, float | None]], title: str, unit: str) -> str:
    """Return one small series: the area's line interrupted at breaks and gaps, the city's line dashed."""
    periods = [period for segment in segments for period, _value in segment.values]
    values = [v.number for s in segments for _p, v in s.values if v.state is State.NUMBER]
    known = values + [value for _period, value in city if value is not None]
    if not known:
        return ""
    low, high = min(0.0, *known), max(known)
    top = high + 0.08 * (high - low or 1.0)
    left, right, floor, ceiling = 44.0, WIDTH - 12, 160.0, 14.0

    def x(n: int) -> float:
        return left + (right - left) * (n + 0.5) / len(periods)

    def y(value: float) -> float:
        return floor - (value - low) / (top - low) * (floor - ceiling)

    parts = []
    for tick in (low, (low + high) / 2, high):
        parts.append(_line(left, y(tick), right, y(tick), SOFT, 0.8))
        parts.append(
            _text(left - 6, y(tick) + 4, number(tick, 0 if high >= 20 else 1), size=13, anchor="end", fill=GREY)
        )
    place = {str(period): n for n, period in enumerate(periods)}
    parts += _polyline([(x(place[p]), y(v)) if v is not None else None for p, v in city if p in place], GREY, "5 4")
    n = 0
    for segment in segments:
        if segment.broken_by is not None and n:
            edge = (x(n - 1) + x(n)) / 2
            parts.append(_line(edge, ceiling, edge, floor, INK, 1.2, "2 3"))
            parts.append(_text(edge + 4, ceiling + 9, _("break"), size=12, fill=INK))
        points = []
        for _period, value in segment.values:
            points.append((x(n), y(value.number)) if value.state is State.NUMBER else None)
            n += 1
        parts += _polyline(points, WARM, "")
        parts += [f'<circle cx="{p[0]:.1f}" cy="{p[1]:.1f}" r="3.4" fill="{WARM}"/>' for p in points if p]
    step = max(1, len(periods) // 10)
    for each in range(0, len(periods), step):
        parts.append(_text(x(each), floor + 18, periods[each].label, size=13, anchor="middle", fill=GREY))
    return _svg(186, f"{title} ({unit})", parts)


def _polyline(points: Sequence[tuple[float, float] | None], stroke: str, dash: str) -> list[str]:
    parts, run = [], []
    for point in [*points, None]:
        if point is not None:
            run.append(point)
            continue
        if len(run) > 1:
            steps = " ".join(f"{px:.1f},{py:.1f}" for px, py in run)
            dashed = f' stroke-dasharray="{dash}"' if dash else ""
            parts.append(f'<polyline points="{steps}" fill="none" stroke="{stroke}" stroke-width="2.2"{dashed}/>')
        run = []
    return parts


def rank_chart(rows: Sequence[Ranked], title: str) -> str:
    """Return rank intervals: a line from the 5th to the 95th percentile of the rank, a dot for the rank itself."""
    ranked = [row for row in rows if row.rank and row.rank_low is not None and row.rank_high is not None]
    left, right, row_height = 250.0, WIDTH - 14, 15.0
    last = max((row.rank_high or 0 for row in ranked), default=1)

    def x(rank: float) -> float:
        return left + (rank - 1) / max(last - 1, 1) * (right - left)

    parts, y = [], 26.0
    marks = [1, *range(10, int(last) + 1, max(10, int(last // 80) * 10))]
    for mark in marks:
        parts.append(_line(x(mark), 16, x(mark), 20 + row_height * len(ranked), SOFT, 0.7))
        parts.append(_text(x(mark), 11, number(mark, 0), size=10, anchor="middle", fill=GREY))
    for row in ranked:
        parts.append(_text(left - 10, y + 4, f"{row.name}{' *' if row.small else ''}", size=10.5, anchor="end"))
        parts.append(_line(x(row.rank_low or 1), y, x(row.rank_high or 1), y, RULE, 4))
        parts.append(f'<circle cx="{x(row.rank):.1f}" cy="{y:.1f}" r="3.6" fill="{WARM}"/>')
        y += row_height
    return _svg(y + 4, title, parts)


def share_bars(rows: Sequence[tuple[str, float]], title: str) -> str:
    """Return horizontal bars of shares (0 to 1)."""
    parts, y = [], 16.0
    for label, share in rows:
        parts.append(_text(250, y, label, size=12, anchor="end"))
        parts.append(
            f'<rect x="260" y="{y - 10:.1f}" width="{max(share, 0.003) * 380:.1f}" height="13" fill="{COOL}"/>'
        )
        parts.append(_text(268 + max(share, 0.003) * 380, y, f"{number(share * 100, 0)} %", size=12))
        y += 24
    return _svg(y, title, parts)
