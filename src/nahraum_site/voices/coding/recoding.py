"""Guided recoding: codings of a replaced system find new ones beside them, one by one; the old ones stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from nahraum.evidence.voices.categories import System
from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.voices.coding import followed
from nahraum_site.voices.coding.models import Coding, Receipt
from nahraum_site.voices.coding.steps import current, remember
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the recoding of an old category is."""

    category: str
    name: str
    done: int
    all: int


def old(study: Study, system: System, user: User) -> QuerySet[Coding]:
    """Return one's codings at categories that are not in force any more, each with whether it has a new one."""
    ids = [each.id for each in system.categories]
    new = Coding.objects.filter(replaces=OuterRef("pk"), removed_at=None)
    found = followed.of(study).filter(coder=user, removed_at=None).exclude(category__in=ids)
    return found.annotate(is_done=Exists(new))


def progress(codings: QuerySet[Coding], names: Mapping[str, str]) -> list[Progress]:
    """Count, for each old category, how many codings have a new one. One question."""
    counted = codings.order_by("category").values("category")
    done = Count("pk", filter=Q(is_done=True))
    return [
        Progress(category=each["category"], name=names.get(each["category"], "?"), done=each["done"], all=each["all"])
        for each in counted.annotate(all=Count("pk"), done=done)
    ]


@transaction.atomic
def recode(study: Study, chosen: Iterable[tuple[Coding, str]], key: UUID, user: User) -> int:
    """Give old codings new ones on the same stretches; return how many. Sent again it does nothing."""
    if not Receipt.objects.get_or_create(key=key)[1]:
        return 0
    made: dict[Text, list[Coding]] = {}
    for before, wanted in chosen:
        category = current(before.text, wanted)
        new = Coding(
            text=before.text,
            coder=user,
            category=category,
            made_with=category,
            start=before.start,
            end=before.end,
            is_quotation=before.is_quotation,
            is_agreed=before.is_agreed,
            replaces=before,
        )
        made.setdefault(before.text, []).append(new)
    for text, codings in made.items():
        Coding.objects.bulk_create(codings)
        remember(text, user, [(each, {"removed": True}, {"removed": False}) for each in codings])
    count = sum(map(len, made.values()))
    log.write(user, "coding.recoded", study, after={"codings": count})
    return count
