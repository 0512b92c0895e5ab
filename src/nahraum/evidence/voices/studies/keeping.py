"""What must be deleted when, who is reminded before, and which quotations are held back.

Quotations are held back where so few people could have said them that insiders know who did. Whoever sat in the room
leaves out herself and the voices she knows: of three, two remain at most, of five still four. Hence the default: fewer
than five. An interview has one speaker; the crowd she stands in is all whom the same method heard in the same space,
for that is what stands beside a quotation; of them only those whose texts are here, for a collection is noted in a
minute. Unknown is not many, so an unknown number holds back too.
"""

from __future__ import annotations

from collections.abc import Collection as Ids
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nahraum.base import Issue, Severity
from nahraum.evidence.voices.studies.terms import INTERVIEWS, Collection, Method

FEW = 5
REMINDER_DAYS = (30, 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A collection whose texts must go, the day since when, and whether because consent was withdrawn."""

    collection: Collection
    since: date
    is_withdrawn: bool


def due(collections: Iterable[Collection], on: date) -> tuple[Due, ...]:
    """Return the collections whose texts must be deleted on that day, the longest overdue first."""
    found = []
    for each in collections:
        days = [day for day in (each.withdrawn_on, each.delete_on) if day is not None and day <= on]
        if days:
            found.append(Due(collection=each, since=min(days), is_withdrawn=each.withdrawn_on in days))
    return tuple(sorted(found, key=lambda each: (each.since, each.collection.id)))


def reminders(collection: Collection, days_before: Sequence[int] = REMINDER_DAYS) -> tuple[date, ...]:
    """Return the days on which the team is reminded that the texts will be deleted; none without such a day."""
    if collection.delete_on is None:
        return ()
    return tuple(sorted(collection.delete_on - timedelta(days=days) for days in days_before))


def crowd(collection: Collection, collections: Sequence[Collection]) -> int | None:
    """Return how many people could have said what is quoted from a collection; None where that is not known."""
    if collection.method not in INTERVIEWS:
        return collection.participants
    others = (each for each in collections if each.holds_texts and _is_alike(each, collection))
    heard = {each.id: each.participants for each in (collection, *others)}
    known = [people for people in heard.values() if people is not None]
    return sum(known) if len(known) == len(heard) else None


def held_back(
    collection: Collection, collections: Sequence[Collection], *, few: int = FEW, released: Ids[str] = frozenset()
) -> Issue | None:
    """Say why quotations from a collection are held back; None where they may be shown.

    ``collections``: all of the study; ``released``: ids of those that a releaser decided on. Documents were written to
    be read and are never held back.
    """
    people = crowd(collection, collections)
    if collection.method is Method.DOCUMENT or collection.id in released or (people is not None and people >= few):
        return None
    message = (
        "“{collection}”: quotations are held back, for it is not known how many people could have said them."
        if people is None
        else "“{collection}”: quotations are held back, for insiders may know the speaker; it was one of {count}."
    )
    return Issue(
        code="quotations-held-back",
        severity=Severity.WARNING,
        message=message,
        remedy="A releaser decides whether they may be shown.",
        params={"id": collection.id, "collection": collection.name, "count": people, "few": few},
    )


def _is_alike(one: Collection, other: Collection) -> bool:
    return (one.method, one.space) == (other.method, other.space)
