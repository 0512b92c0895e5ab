"""Every write about agreement: agreed codings, each step once, only while coders see each other's codings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.voices.agreement import queries, uncoded
from nahraum_site.voices.agreement.models import Decision
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.coding.queries import is_open
from nahraum_site.voices.coding.steps import current
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Text

MOST = 1000  # codings at one place


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stretch that the team agrees on."""

    text: Text
    category: str
    start: int
    end: int
    is_quotation: bool = False


@transaction.atomic
def take(text: Text, codings: Iterable[UUID], key: UUID, user: User) -> int:
    """Agree on codings of one coder or several; return how many agreed codings were made.

    Raises WrongRequest, and stores nothing, while coders are blind, and where a coding is not there any more.
    """
    study = _held(text.collection.study)
    found = _standing(text, codings)
    rows = [Wanted(text, current(text, each.category), each.start, each.end, each.is_quotation) for each in found]
    return _agree(study, rows, key, user)


@transaction.atomic
def leave_uncoded(text: Text, codings: Iterable[UUID], reason: str, key: UUID, user: User) -> None:
    """Agree that a place stays uncoded: the stretch of these codings, all of one category. Raises WrongRequest as
    `take`, and where the team agreed on a coding there.
    """
    _held(text.collection.study)
    found = _standing(text, codings)
    if len({each.category for each in found}) > 1:
        raise WrongRequest(_("These codings have several categories. Decide on one after the other."))
    uncoded.leave(text, found, reason, key, user)


@transaction.atomic
def open_again(text: Text, uuid: UUID, user: User) -> None:
    """Take back that a place stays uncoded. Raises WrongRequest while coders are blind."""
    _held(text.collection.study)
    uncoded.take_back(text, uuid, user)


def _standing(text: Text, codings: Iterable[UUID]) -> list[Coding]:
    """Return the codings of coders that a request names. Raises WrongRequest where one is not there any more."""
    wanted = set(codings)
    own = Coding.objects.filter(text=text, removed_at=None, is_agreed=False)
    found = list(own.filter(uuid__in=wanted)) if len(wanted) <= MOST else []
    if not wanted or len(found) != len(wanted):
        raise WrongRequest(_("One of these codings is not there any more. Look at the page as it is now."))
    return found


@transaction.atomic
def write_down(text: Text, category: str, start: int, end: int, key: UUID, user: User) -> int:
    """Agree on a stretch that nobody coded so. Raises WrongRequest as `take`, and outside the text."""
    study = _held(text.collection.study)
    if not 0 <= start < end <= text.length:
        raise WrongRequest(_("The stretch does not lie in the text. Select it again."))
    return _agree(study, [Wanted(text, current(text, category), start, end)], key, user)


@transaction.atomic
def take_same(study: Study, one: User, other: User, text: Text | None, key: UUID, user: User) -> tuple[int, int]:
    """Agree on all that two people coded alike, in one text or all; return how many, and how many are left out since
    their category takes no codings any more. Raises WrongRequest while coders are blind.
    """
    here = _held(study)
    both = Coding.objects.filter(text__collection__study=here, coder__in=[one, other], is_agreed=False, removed_at=None)
    quoted = set(both.filter(is_quotation=True).values_list("text", "category", "start", "end"))
    standing: dict[str, str | None] = {}
    rows, left_out = [], 0
    for each in queries.same(here, one, other, text):
        for mark in each.marks:
            if mark.category not in standing:
                standing[mark.category] = _current(each.text, mark.category)
            category = standing[mark.category]
            if category is None:
                left_out += 1
            else:
                is_quotation = (each.text.pk, mark.category, mark.start, mark.end) in quoted
                rows.append(Wanted(each.text, category, mark.start, mark.end, is_quotation))
    return _agree(here, rows, key, user), left_out


def _current(text: Text, category: str) -> str | None:
    try:
        return current(text, category)
    except WrongRequest:
        return None


@transaction.atomic
def remove(text: Text, coding: UUID, user: User) -> None:
    """Remove an agreed coding. Removed again it does nothing. Raises WrongRequest while coders are blind."""
    _held(text.collection.study)
    now = timezone.now()
    agreed = Coding.objects.filter(text=text, uuid=coding, is_agreed=True, removed_at=None)
    if agreed.update(removed_at=now, changed_at=now):
        log.write(user, "consensus.removed", text, after={"codings": 1})


@transaction.atomic
def undo(study: Study, key: UUID, user: User) -> int:
    """Take back one's own step; return how many agreed codings went with it. Raises WrongRequest while blind."""
    here = _held(study)
    step = Decision.objects.filter(study=here, key=key, by=user, undone_at=None).first()
    if step is None:
        return 0
    now = timezone.now()
    count = step.codings.filter(removed_at=None).update(removed_at=now, changed_at=now)
    step.undone_at = now
    step.save(update_fields=["undone_at"])
    log.write(user, "consensus.undone", here, after={"codings": count})
    return count


def _held(study: Study) -> Study:
    """Return a study that nobody else agrees on codings of meanwhile. Raises WrongRequest while coders are blind."""
    held = Study.objects.select_for_update().get(pk=study.pk)
    if not is_open(held):
        raise WrongRequest(_("Coders are blind to each other. Who leads the study opens it first."))
    return held


def _agree(study: Study, wanted: Sequence[Wanted], key: UUID, user: User) -> int:
    """Store what is not agreed on already. A step with the same key was carried out before."""
    step, is_new = Decision.objects.get_or_create(key=key, defaults={"study": study, "by": user})
    if not is_new:
        return 0
    standing = Coding.objects.filter(text__collection__study=study, is_agreed=True, removed_at=None)
    known = set(standing.values_list("text", "category", "start", "end"))
    rows = {(each.text.pk, each.category, each.start, each.end): each for each in wanted}
    made = [
        Coding(
            text_id=text,
            coder=user,
            category=category,
            made_with=category,
            start=start,
            end=end,
            is_quotation=each.is_quotation,
            is_agreed=True,
        )
        for (text, category, start, end), each in rows.items()
        if (text, category, start, end) not in known
    ]
    step.codings.add(*Coding.objects.bulk_create(made))
    overruled = uncoded.overrule(study, made)
    log.write(user, "consensus.agreed", study, after={"codings": len(made), "overruled": overruled})
    return len(made)
