"""What waits for somebody in studies: quotations to decide on, texts to delete, studies without a lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from nahraum.evidence.voices.studies import keeping, terms
from nahraum_site.voices import queries
from nahraum_site.voices.models import Collection, Member, Study
from nahraum_site.voices.releases.models import Release
from nahraum_site.voices.releases.queries import to_decide
from nahraum_site.voices.texts.models import Source, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What somebody has to decide. ``due``, ``soon``: texts that must go, and those that go within the reminder."""

    releases: tuple[Release, ...]
    due: tuple[tuple[Study, keeping.Due], ...]
    soon: tuple[tuple[Study, terms.Collection], ...]
    without_lead: int

    def __bool__(self) -> bool:
        """Say whether there is anything."""
        return bool(self.releases or self.due or self.soon or self.without_lead)


def waiting(user: Any, today: date) -> Waiting:
    """Return what waits for somebody. A question for each of the three that their roles decide on; else none."""
    releases = to_decide(user).filter(is_released=None) if user.has_perm("voices.release_quotations") else ()
    found = _ending(user, today) if user.has_perm("voices.delete_texts") else []
    studies = {str(each.uuid): each.study for each in found}
    due, soon = queries.to_delete([each.noun for each in found], today)
    return Waiting(
        releases=tuple(releases),
        due=tuple((studies[each.collection.id], each) for each in due),
        soon=tuple((studies[each.id], each) for each in soon),
        without_lead=queries.without_lead().count() if user.has_perm("voices.name_lead") else 0,
    )


def _ending(user: Any, today: date) -> list[Collection]:
    """Return the collections of studies somebody leads that hold texts or files whose time is over, or soon."""
    led = Member.objects.filter(user=user, part=Member.Part.LEAD).values("study")
    ends = Q(delete_on__lte=today + queries.SOON) | Q(withdrawn_on__lte=today)
    held = Q(Exists(Text.objects.filter(collection=OuterRef("pk"))))
    held |= Q(Exists(Source.objects.filter(collection=OuterRef("pk"))))
    return list(Collection.objects.filter(ends, held, study__in=led, deletion=None).select_related("study"))
