"""What a page or a form sent, as a wish; whatever is wrong with it is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.voices.asked import sent_json
from nahraum_site.voices.coding.steps import Kind, Wish


def from_json(raw: bytes) -> Wish:
    """Return the wish in a request of a page. Raises WrongRequest."""
    return _wish(sent_json(raw))


def from_form(given: Mapping[str, str], text: str) -> Wish:
    """Return the wish of a form without script: lines instead of places. Raises WrongRequest."""
    wanted: dict[str, Any] = {"key": given.get("key", ""), "kind": given.get("kind", "")}
    wanted |= {"coding": given.get("coding") or str(uuid4()), "category": given.get("category")}
    if wanted["kind"] == Kind.MAKE:
        wanted |= _lines(given, text)
    if "quotation" in given:
        wanted["quotation"] = given["quotation"] == "1"
    return _wish(wanted)


def _lines(given: Mapping[str, str], text: str) -> dict[str, int]:
    ends = [n for n, sign in enumerate(text) if sign == "\n"] + [len(text)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    try:
        first = int(given.get("from", ""))
        last = int(given.get("to") or first)
    except ValueError:
        raise WrongRequest(_("Write from which line to which line.")) from None
    if not 1 <= first <= last <= len(ends):
        raise WrongRequest(_("This text has the lines 1 to %(last)d.") % {"last": len(ends)})
    return {"start": starts[first - 1], "end": ends[last - 1]}


def _wish(given: Mapping[str, Any]) -> Wish:
    try:
        return Wish(
            key=UUID(str(given.get("key"))),
            kind=Kind(given.get("kind")),
            coding=UUID(str(given["coding"])) if given.get("coding") else None,
            start=_place(given.get("start", 0)),
            end=_place(given.get("end", 0)),
            category=str(given["category"])[:40] if given.get("category") else None,
            is_quotation=bool(given["quotation"]) if given.get("quotation") is not None else None,
        )
    except ValueError:
        raise WrongRequest(_("This request cannot be read.")) from None


def _place(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ValueError(value)
    return value
