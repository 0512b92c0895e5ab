"""Delivered values as they are shown."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from nahraum.base import Period, State
from nahraum.evidence.indicators.show.glance import tidy
from nahraum_site.indicators.models import Value


def value_row(value: Value, labels: dict[str, str], stands: Value | None) -> dict[str, Any]:
    """Return a delivered value as it is shown; ``stands``: the later one that took its place."""
    return {
        "value": value,
        "variable": labels.get(value.variable, value.variable),
        "period": Period.parse(value.period).label if value.period else _("all"),
        "words": words_of(value.state, value.value),
        "stands": stands,
        "now": words_of(stands.state, stands.value) if stands else "",
    }


def words_of(state: int, value: float | None) -> str:
    """Return a number, or the word for what stands in its place."""
    return tidy(value) if state == State.NUMBER else State(state).label
