"""Changes of a sheet in words: field by field, what stood there and what came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from nahraum.base import Period, WrongRequest
from nahraum.evidence.indicators.definition import BREAK_KINDS, DIRECTIONS, WORDS
from nahraum.evidence.indicators.show.glance import tidy
from nahraum.evidence.indicators.terms import BreakKind, Direction
from nahraum_site.indicators.catalogue.queries import Told

ACTIONS = {
    "indicator.created": gettext_noop("added"),
    "indicator.changed": gettext_noop("changed"),
    "indicator.retired": gettext_noop("retired"),
    "indicator.revived": gettext_noop("taken up again"),
}


def told_rows(told: Iterable[Told]) -> list[dict[str, Any]]:
    """Return the history as rows: when, who, what happened, and the changed fields with before and after."""
    return [
        {
            "entry": each.entry,
            "who": each.who,
            "what": _(ACTIONS[each.entry.action]) if each.entry.action in ACTIONS else each.entry.action,
            "because": each.entry.after.get("because", ""),
            "fields": differences(each.entry.before, each.entry.after),
        }
        for each in told
    ]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return label, words before and words after of every field that either names, in the order of the sheet."""
    return [
        (_(words[0]), told(name, before.get(name)), told(name, after.get(name)))
        for name, words in WORDS.items()
        if (name in before or name in after) and before.get(name) != after.get(name)
    ]


def told(field: str, value: Any) -> str:
    """Return a field's value in words; an en dash where it is empty or as it is by default."""
    if value in (None, "", [], {}):
        return "–"
    if field == "direction":
        return _(DIRECTIONS[Direction(value)])
    if field == "breaks":
        return "\n".join(_break(each) for each in value)
    if isinstance(value, Mapping):
        return "\n".join(f"{_period(text)}: {tidy(each)}" for text, each in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return tidy(value) if isinstance(value, int | float) else str(value)


def _break(part: Mapping[str, Any]) -> str:
    areas = f" ({', '.join(part['areas'])})" if part.get("areas") else ""
    return f"{_period(part['period'])}, {_(BREAK_KINDS[BreakKind(part['kind'])])}: {part['reason']}{areas}"


def _period(text: str) -> str:
    try:
        return Period.parse(text).label
    except WrongRequest:
        return text
