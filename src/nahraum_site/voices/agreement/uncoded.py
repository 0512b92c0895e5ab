"""That a place stays uncoded because the team agreed on it: written down, taken back, read, led on with categories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.agreement.beside import Mark
from nahraum.evidence.voices.categories import Change, elsewhere
from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.records.sealing import Seal, Seals
from nahraum_site.voices.agreement.models import LeftUncoded
from nahraum_site.voices.categories.following import Follower
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Text

LONGEST = 500  # characters of a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is told about a place that stays uncoded."""

    id: str
    by: str
    at: datetime
    reason: str


def standing(study: Study, text: Text | None = None) -> QuerySet[LeftUncoded]:
    """Return what holds in a study, or in one text of it."""
    found = LeftUncoded.objects.filter(taken_back_at=None)
    return found.filter(text=text) if text else found.filter(text__collection__study=study)


def marks(study: Study, text: Text | None = None) -> dict[int, list[Mark]]:
    """Return the same as the core knows it, by the primary key of the text. One question."""
    found: dict[int, list[Mark]] = {}
    for key, *place, uuid in standing(study, text).values_list("text", "start", "end", "category", "uuid"):
        found.setdefault(key, []).append(Mark(*place, str(uuid)))
    return found


def told(text: Text) -> dict[str, Left]:
    """Return who left what of a text uncoded, when and why. One question. Raises as Seal does."""
    seals, owner = Seals(), text.collection.uuid
    return {
        str(each.uuid): Left(
            id=str(each.uuid),
            by=each.by.name,
            at=each.at,
            reason=seals[owner].open(each.sealed, each.place).decode() if each.sealed else "",
        )
        for each in standing(text.collection.study, text).select_related("by")
    }


def leave(text: Text, codings: Sequence[Coding], reason: str, key: UUID, user: User) -> None:
    """Write down that the place of these codings, all of one category, stays uncoded; inside a transaction.

    A request with the same key was carried out before. Raises WrongRequest where the team agreed on a coding there, and
    for a reason that is too long.
    """
    if len(reason) > LONGEST:
        raise WrongRequest(_("The reason is longer than {count} characters. Shorten it.").format(count=LONGEST))
    (category,) = {each.category for each in codings}
    start, end = min(each.start for each in codings), max(each.end for each in codings)
    agreed = Coding.objects.filter(text=text, category=category, is_agreed=True, removed_at=None)
    if agreed.filter(start__lt=end, end__gt=start).exists():
        raise WrongRequest(_("The team agreed on a coding here. Remove that first."))
    if LeftUncoded.objects.filter(key=key).exists():
        return
    row = LeftUncoded(key=key, text=text, category=category, start=start, end=end, by=user)
    if said := reason.strip():
        row.sealed = Seal(text.collection.uuid).close(said.encode(), row.place)
    row.save()
    log.write(user, "consensus.uncoded", text, after={"places": 1})


@transaction.atomic
def take_back(text: Text, uuid: UUID, user: User) -> None:
    """Take it back; taken back again it does nothing."""
    if LeftUncoded.objects.filter(text=text, uuid=uuid, taken_back_at=None).update(taken_back_at=timezone.now()):
        log.write(user, "consensus.open_again", text, after={"places": 1})


def overrule(study: Study, made: Iterable[Coding]) -> int:
    """Take back what says that a place stays uncoded where agreed codings were made now; return how many places. Two
    questions.
    """
    by_place: dict[tuple[int, str], list[Coding]] = {}
    for each in made:
        by_place.setdefault((each.text_id, each.category), []).append(each)
    gone = [
        row.pk
        for row in standing(study)
        if any(each.start < row.end and row.start < each.end for each in by_place.get((row.text_id, row.category), ()))
    ]
    LeftUncoded.objects.filter(pk__in=gone).update(taken_back_at=timezone.now())
    return len(gone)


class Places(Follower):
    """Places that stay uncoded follow a category that is merged; of one that is split, they are open again."""

    def follow(self, study: Study, changes: Sequence[Change]) -> None:
        """Lead on what stands elsewhere. Decisions on single codings name these by number; ours are below zero."""
        rows = LeftUncoded.objects.filter(text__collection__study=study)
        here = {-pk: category for pk, category in rows.values_list("pk", "category")}
        for pk, category in elsewhere(here, changes).items() if here else ():
            rows.filter(pk=-pk).update(category=category)
