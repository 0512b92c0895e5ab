"""Every read for coding on the way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from nahraum_site.accounts.models import User
from nahraum_site.voices import queries as studies
from nahraum_site.voices.away.models import Taking
from nahraum_site.voices.coding import queries as coding
from nahraum_site.voices.coding.models import Coding, Worked
from nahraum_site.voices.models import Collection, Study
from nahraum_site.voices.texts.models import Text
from nahraum_site.voices.texts.queries import listed

DAYS = timedelta(days=7)  # a text stays on a device for no longer


def is_allowed(study: Study) -> bool:
    """Say whether texts of a study may be taken along. One question."""
    return Taking.objects.filter(study=study, is_allowed=True).exists()


def allowing(user: User) -> list[Study]:
    """Return the studies whose texts somebody may take along. A question for each study, and one more."""
    found = studies.visible_to(user).filter(taking__is_allowed=True)
    return [each for each in found if user.has_perm("voices.code", each)]


def to_take(study: Study, today: date) -> QuerySet[Text]:
    """Return the texts that may leave, without what is sealed: not those that have to be deleted."""
    due = Q(collection__delete_on__lte=today) | Q(collection__withdrawn_on__isnull=False)
    return listed(study).exclude(due)


def ends(collection: Collection, today: date) -> date:
    """Return the day on which a text that is taken today has to be gone from the device."""
    last = today + DAYS
    return min(last, collection.delete_on) if collection.delete_on else last


def offered(user: User, today: date) -> list[dict[str, Any]]:
    """Return the studies that allow it with their texts, as the page lists them. Four questions for each study."""
    return [
        {
            "title": each.title,
            "address": reverse("study-away", args=[each.uuid]),
            "texts": _texts(each, user, today),
        }
        for each in allowing(user)
    ]


def _texts(study: Study, user: User, today: date) -> list[dict[str, Any]]:
    done = coding.coded_through(study, user)
    return [
        {
            "id": str(each.uuid),
            "name": each.name,
            "collection": str(each.collection),
            "through": each.pk in done,
            "ends": ends(each.collection, today).isoformat(),
        }
        for each in to_take(study, today)
    ]


def standing(user: User, asked: Iterable[UUID], today: date) -> dict[str, dict[str, Any]]:
    """Return of those texts that somebody may still have with them the own codings and whether they are through.

    Three questions for each study that allows it.
    """
    wanted, found = set(asked), {}
    for study in allowing(user):
        texts = {each.pk: str(each.uuid) for each in to_take(study, today).filter(uuid__in=wanted)}
        found |= {uuid: {"codings": [], "through": False} for uuid in texts.values()}
        own = list(Coding.objects.filter(text__in=texts, coder=user, is_agreed=False))
        for each, row in zip(own, coding.rows(own, user), strict=True):
            found[texts[each.text_id]]["codings"].append(row)
        for text in Worked.objects.filter(text__in=texts, coder=user).values_list("text", flat=True):
            found[texts[text]]["through"] = True
    return found
