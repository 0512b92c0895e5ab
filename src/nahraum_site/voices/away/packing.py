"""What a coder takes along of a text: a coding page that needs no network, and what the list on the way says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.voices.away import queries
from nahraum_site.voices.away.models import Taking
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.coding import queries as coding
from nahraum_site.voices.coding.asked import Desk
from nahraum_site.voices.coding.sheet import sheet
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.queries import contents_of

MOST = 100  # texts at a time: what a device holds and a request can make


@transaction.atomic
def allow(study: Study, user: User, *, is_allowed: bool) -> None:
    """Let coders take texts of a study along, or no more."""
    Taking.objects.update_or_create(study=study, defaults={"is_allowed": is_allowed})
    log.write(user, "away.allowed" if is_allowed else "away.forbidden", study)


@transaction.atomic
def pack(study: Study, user: User, wanted: Sequence[UUID]) -> list[dict[str, Any]]:
    """Return the texts as they travel.

    Raises WrongRequest where that is not allowed, for no text, too many and texts that may not leave; and as
    `contents_of`.
    """
    today = timezone.localdate()
    if not queries.is_allowed(study):
        raise WrongRequest(_("Texts of this study may not be taken along. Who leads it can allow it."))
    if not 0 < len(wanted) <= MOST:
        raise WrongRequest(_("Choose at least one text and at most %(most)d of a study.") % {"most": MOST})
    texts = list(queries.to_take(study, today).defer(None).filter(uuid__in=wanted))
    if len(texts) != len(set(wanted)):
        raise WrongRequest(_("A text that you chose is not there any more. Load the page again."))
    said, is_open = contents_of(texts), coding.is_open(study)
    colours = categories.stylesheet(categories.system_of(study))
    packed = []
    for text in texts:
        text.collection.study = study
        here = Desk(study=study, text=text, is_open=is_open, may_code=True, sees_all=is_open)
        ends = queries.ends(text.collection, today).isoformat()
        packed.append({"ends": ends, **_travelling(user, here, said[text.uuid], colours)})
    log.write(user, "away.packed", study, after={"texts": len(packed)})
    return packed


def _travelling(user: User, here: Desk, words: str, colours: str) -> dict[str, Any]:
    page = sheet(user, here, words, travels=True)
    own = [row for row in page["data"]["codings"] if not row[4]]
    address = [here.study.uuid, here.text.uuid]
    through, note = reverse("away-through", args=address), reverse("away-note", args=address)
    page["data"] |= {
        "away": True,
        "watches": False,
        "undo": False,
        "redo": False,
        "memo": "",
        "more": "",
        "colours": colours,
        "through": through,
        "isThrough": page["is_through"],
    }
    page |= {"away": True, "person": user.uuid, "language": get_language()}
    return {
        "id": str(here.text.uuid),
        "study": here.study.title,
        "name": here.text.name,
        "collection": str(here.text.collection),
        "step": page["data"]["step"],
        "throughAt": through,
        "note": note,
        "codings": own,
        "through": page["is_through"],
        "page": render_to_string("voices_away/code.html", page),
    }
