"""Every read of releases."""

from __future__ import annotations

from django.db.models import QuerySet

from nahraum.evidence.voices.studies.keeping import held_back
from nahraum_site.accounts.models import User
from nahraum_site.voices.models import Member, Study
from nahraum_site.voices.queries import judged
from nahraum_site.voices.releases.models import Release


def released(study: Study) -> frozenset[str]:
    """Return the ids of the collections whose quotations may be shown although few people took part. One question."""
    rows = Release.objects.filter(collection__study=study, is_released=True, ended_at=None)
    return frozenset(str(uuid) for uuid in rows.order_by().values_list("collection__uuid", flat=True))


def held_back_in(study: Study) -> frozenset[str]:
    """Return the ids of the collections whose quotations are held back. Two questions."""
    every, free = [each.noun for each in judged(study)], released(study)
    return frozenset(each.id for each in every if held_back(each, every, released=free))


def asked_in(study: Study) -> dict[int, Release]:
    """Return the latest wish for each collection, by primary key. One question."""
    rows = Release.objects.filter(collection__study=study).select_related("asked_by", "decided_by", "ended_by")
    return {each.collection_id: each for each in rows.order_by("pk")}


def to_decide(user: User) -> QuerySet[Release]:
    """Return what releasers see: wishes of studies to whose team they do not belong, and that they did not ask
    themselves before they left it. One question.
    """
    own = Member.objects.filter(user=user).values("study")
    found = Release.objects.exclude(collection__study__in=own).exclude(asked_by=user)
    return found.select_related("collection__study", "asked_by", "decided_by", "ended_by")
