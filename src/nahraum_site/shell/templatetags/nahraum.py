"""Numbers and states as readers see them."""

from __future__ import annotations

from django import template

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
def percent(share: float | None) -> str:
    """Write a share (0 to 1) in per cent."""
    return "–" if share is None else f"{number(share * 100, 0)} %"


@register.filter
def state_word(state: int) -> str:
    """Return the word for a state that is no number."""
    return State(state).label
