"""The rows of long tables: hundreds of them through the template engine take longer than all the rest."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from nahraum.base.language import number
from nahraum_site.indicators.picture import Picture

register = template.Library()
CHOSEN = ' class="is-chosen"'


@register.simple_tag
def ranking(picture: Picture, *, blank: bool = False) -> str:
    """Write a row per area shown, every text escaped; ``blank``: links leave the frame that the table stands in."""
    few = escape(_("few inhabitants: chance weighs more here"))
    star = f' <abbr title="{few}">*</abbr>'
    query = f"?{urlencode({'ausgabe': picture.asked.edition})}" if picture.asked.edition else ""
    pages, leaves = reverse("areas"), ' target="_blank" rel="noopener"' if blank else ""
    columns = ["words"]
    if picture.beside:
        columns += ["second_words", "change_words"] if picture.comparable else ["second_words"]

    def link(row: dict[str, Any]) -> str:
        own = f"{pages}{quote(row['key'], safe='')}/{query}"
        return f'<a href="{escape(row["address"] or own)}"{" data-level-link" if row["address"] else ""}{leaves}>'

    rows = (_row(row, columns, star, link(row), row["key"] == picture.selected) for row in picture.rows)
    return mark_safe("\n".join(rows))  # noqa: S308 every text was escaped


def _row(row: dict[str, Any], columns: list[str], star: str, link: str, chosen: bool) -> str:
    key, name, label, kind = (escape(row[word]) for word in ("key", "name", "label", "class"))
    interval = (
        f' <span class="muted">({"–".join(number(n, 0) for n in row["interval"])})</span>' if row["interval"] else ""
    )
    parent = f'<br><span class="muted">{escape(row["parent"])}</span>' if row["parent"] else ""
    revised = _revised(row, "<br>")
    kinds = dict.fromkeys(columns, "num") | {"words": "num" if row["value"] is not None else "num words"}
    cells = "".join(
        f'<td class="{kinds[column]}">{escape(row[column])}{revised if column == "words" else ""}</td>'
        for column in columns
    )
    return (
        f'<tr data-key="{key}" data-label="{label}" data-class="{kind}"{CHOSEN if chosen else ""}>'
        f'<td class="num">{row["rank"] or "–"}{interval}</td>'
        f'<th scope="row">{link}{name}</a>'
        f"{star if row['small'] else ''}{parent}</th>"
        f"{cells}<td>{kind or '–'}</td></tr>"
    )


@register.simple_tag
def years(series: dict[str, Any]) -> str:
    """Write a row per period of one series, every text escaped."""
    digits, apart = series["layer"].digits, f' <span class="muted">({escape(_("break"))})</span>'
    return mark_safe("".join(_year(row, digits, apart if row["break"] else "") for row in series["rows"]))  # noqa: S308


def _year(row: dict[str, Any], digits: int, apart: str) -> str:
    city = "–" if row["city"] is None else number(row["city"], digits)
    return (
        f'<tr><th scope="row">{escape(row["period"])}{apart}</th>'
        f'<td class="num">{escape(row["words"])}{_revised(row, " ")}</td><td class="num">{city}</td></tr>'
    )


def _revised(row: dict[str, Any], before: str) -> str:
    """Write when the value was revised, after the value."""
    if row["revised"] is None:
        return ""
    words = _("revised on %(day)s") % {"day": f"{row['revised']:%d.%m.%Y}"}
    return f'{before}<span class="muted">({escape(words)})</span>'
