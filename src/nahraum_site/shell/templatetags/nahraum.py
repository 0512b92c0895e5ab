"""Numbers and states as readers see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape

from django import template
from django.utils.formats import date_format
from django.utils.safestring import mark_safe

from nahraum.base import State
from nahraum.base.language import number

register = template.Library()


@register.filter
def digits(value: float | None, places: int = 1) -> str:
    """Write a number in the visitor's language; an en dash where there is none."""
    return "–" if value is None else number(value, int(places))


@register.filter
def signed(value: float | None, places: int = 2) -> str:
    """Write a number with its sign."""
    return "–" if value is None else number(value, int(places), sign=True)


@register.filter
def percent(share: float | None, places: int = 0) -> str:
    """Write a share (0 to 1) in per cent."""
    return "–" if share is None else f"{number(share * 100, int(places))} %"


@register.filter
def state_word(state: int) -> str:
    """Return the word for a state that is no number."""
    return State(state).label


@register.filter
def day(iso: str | date) -> str:
    """Write a day that is kept as ISO text, as in a project file."""
    return date_format(date.fromisoformat(str(iso)), "DATE_FORMAT")


@register.simple_tag
def options(choices: Iterable[tuple[str, str]], chosen: str = "") -> str:
    """Write the choices (value, words) of a select: hundreds in a loop of a template take longer than all the rest."""
    marked = {True: " selected", False: ""}
    written = (f'<option value="{escape(v)}"{marked[v == chosen]}>{escape(words)}</option>' for v, words in choices)
    return mark_safe("".join(written))  # noqa: S308 every text was escaped
