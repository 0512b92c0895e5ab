"""Every read of log and jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone

from nahraum_site.accounts.models import User
from nahraum_site.records import words
from nahraum_site.records.models import LogEntry

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for in the log: a person, an action, a thing, days (both included)."""

    actor: str = ""
    action: str = ""
    thing: str = ""
    first: date | None = None
    last: date | None = None

    def of(self, entries: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        """Return those of the entries that fit."""
        given = {"actor": self.actor, "action": self.action, "thing": self.thing}
        entries = entries.filter(**{field: value for field, value in given.items() if value})
        if self.first:
            entries = entries.filter(at__gte=_midnight(self.first))
        if self.last:
            entries = entries.filter(at__lt=_midnight(self.last + timedelta(days=1)))
        return entries


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def visible_to(user: User) -> QuerySet[LogEntry]:
    """Return what somebody may read: everything, or what they did and what others did with their account."""
    if user.has_perm("records.read_log"):
        return LogEntry.objects.all()
    return concerning(user)


def concerning(user: User) -> QuerySet[LogEntry]:
    """Return what somebody did, and what others did with their account."""
    own = str(user.uuid)
    return LogEntry.objects.filter(Q(actor=own) | Q(kind="accounts.user", thing=own))


def page_of(entries: QuerySet[LogEntry], number: str) -> Page[LogEntry]:
    """Return a page of the log, latest first. Two questions."""
    return Paginator(entries, PAGE).get_page(number)


def in_words(entries: list[LogEntry]) -> Iterator[dict[str, Any]]:
    """Yield each entry as a page or a table shows it. One question."""
    names = names_of(
        {each.actor for each in entries} | {each.thing for each in entries if each.kind == "accounts.user"}
    )
    for each in entries:
        yield {
            "entry": each,
            "who": names.get(each.actor, ""),
            "what": words.of_action(each.action),
            "kind": words.of_kind(each.kind),
            "thing": names.get(each.thing, ""),
            "before": words.of_details(each.before),
            "after": words.of_details(each.after),
        }


def all_in_words(entries: QuerySet[LogEntry]) -> Iterator[dict[str, Any]]:
    """Yield every entry in words, in portions that fit into memory."""
    chunk: list[LogEntry] = []
    for each in entries.iterator(chunk_size=1000):
        chunk.append(each)
        if len(chunk) == 1000:
            yield from in_words(chunk)
            chunk = []
    yield from in_words(chunk)


def names_of(uuids: set[str]) -> Mapping[str, str]:
    """Return the names of people by uuid. One question."""
    found = User.objects.filter(uuid__in=[each for each in uuids if each])
    return {str(user.uuid): user.name for user in found}


def kept_until() -> tuple[datetime | None, datetime | None]:
    """Return when the oldest entry was written, and when it will be deleted. One question."""
    oldest = LogEntry.objects.order_by("number").first()
    return (oldest.at, oldest.at + timedelta(days=settings.LOG_DAYS)) if oldest else (None, None)


def actors() -> list[User]:
    """Return everybody who can have done something. One question."""
    return list(User.objects.all())
