"""What the coding page of a text shows and what its script is told."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from nahraum_site.accounts.models import User
from nahraum_site.voices.categories import kept
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.coding import markup, queries
from nahraum_site.voices.coding.asked import Desk
from nahraum_site.voices.texts import queries as texts
from nahraum_site.voices.texts.queries import Beside
from nahraum_site.voices.texts.shown import lines as lines_of

NOTHING = Beside(photo=None, recordings=(), shown=frozenset())


def sheet(user: User, here: Desk, words: str, *, travels: bool = False) -> dict[str, Any]:
    """Return the context of the page; what ``travels`` leaves photograph and recordings behind.

    Raises as `texts.content_of`.
    """
    now = timezone.now()
    row = categories.row_of(here.study)
    system = kept.system_of(row.current) if row else categories.first_of(here.study)
    shown = queries.seen_by(user, here.text, sees_all=here.sees_all).filter(removed_at=None)
    rows = queries.rows(shown, user)
    numbers = {each.id: n for n, each in enumerate(system.categories)}
    choices = queries.choices(system, queries.former(here.study, system, {each[1] for each in rows}))
    undo, redo = queries.can_undo(here.text, user)
    data = {
        "codings": rows,
        "categories": choices,
        "coders": queries.coders(rows),
        "now": now.isoformat(),
        "version": row.version if row else 1,
        "undo": undo,
        "redo": redo,
        "mayCode": here.may_code,
        "watches": here.sees_all,
        "step": reverse("coding-step", args=[here.study.uuid, here.text.uuid]),
        "state": reverse("coding-state", args=[here.study.uuid, here.text.uuid]),
        "more": reverse("coding-categories", args=[here.study.uuid]),
        "memo": reverse("new-memo", args=[here.study.uuid, "kodierung", "0"]),
    }
    can_lead = user.has_perm("voices.lead_study", here.study)
    beside = NOTHING if travels else texts.beside(here.text, leads=can_lead)
    lines = list(lines_of(words, texts.structure_of(here.text))) if beside else []
    if beside.recordings:
        data["times"] = [(each.start, each.start_ms) for each in lines if each.start_ms is not None]
    return {
        "study": here.study,
        "text": here.text,
        "desk": here,
        "body": markup.body(words, rows, numbers),
        "data": data,
        "version": data["version"],
        "choices": choices,
        "can_lead": can_lead,
        "beside": beside,
        "lines": lines,
        "is_through": here.may_code and queries.is_through(here.text, user),
    }
