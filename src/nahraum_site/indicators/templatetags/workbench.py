"""The long parts of the workbench, written at once: through the template engine they take longer than the index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from django import template
from django.utils.safestring import mark_safe

from nahraum.base.language import number

register = template.Library()
Row = Mapping[str, Any]
NONE = "–"
CURRENT = ' aria-current="true"'


@register.simple_tag
def ranked_areas(rows: Sequence[Row], chosen: str) -> str:
    """Write a row per area, every text escaped."""
    return mark_safe("".join(_ranked(row, row["key"] == chosen) for row in rows))  # noqa: S308


def _ranked(row: Row, is_chosen: bool) -> str:
    score = NONE if row["score"] is None else number(row["score"], 2, sign=True)
    firm = NONE if row["rank_low"] is None else f"{number(row['rank_low'], 0)}–{number(row['rank_high'], 0)}"
    likely = NONE if row["probability"] is None else f"{row['probability']} %"
    return (
        f'<tr data-area="{escape(row["key"])}"{CURRENT if is_chosen else ""}>'
        f'<td class="num">{row["rank"] or NONE}</td>'
        f'<th scope="row">{escape(row["name"])}{" *" if row["small"] else ""}</th><td class="num">{score}</td>'
        f"<td>{escape(row['class_label'] or row['excluded'] or NONE)}</td>"
        f'<td class="num">{firm}</td><td class="num">{likely}</td></tr>'
    )


@register.simple_tag
def areas_to_choose(rows: Sequence[Row], chosen: str) -> str:
    """Write an option per area, every text escaped."""
    return mark_safe("".join(_option(row, row["key"] == chosen) for row in rows))  # noqa: S308


def _option(row: Row, is_chosen: bool) -> str:
    rank = f"{row['rank']}. " if row["rank"] else ""
    selected = " selected" if is_chosen else ""
    return f'<option value="{escape(row["key"])}"{selected}>{rank}{escape(row["name"])}</option>'


@register.simple_tag
def areas_drawn(areas: Iterable[Row], chosen: str) -> str:
    """Write the outline of each area with its words, every text escaped."""
    return mark_safe("".join(_drawn(area, area["key"] == chosen) for area in areas))  # noqa: S308


def _drawn(area: Row, is_chosen: bool) -> str:
    marked = ' class="is-chosen"' if is_chosen else ""
    return (
        f'<path data-area="{escape(area["key"])}" d="{area["path"]}" fill="{area["colour"]}"{marked}>'
        f"<title>{escape(area['words'])}</title></path>"
    )


@register.simple_tag
def sentences(each_one: Iterable[Row]) -> str:
    """Write a list item per sentence, every text escaped."""
    return mark_safe("".join(f"<li>{escape(each['sentence'])}</li>" for each in each_one))  # noqa: S308
