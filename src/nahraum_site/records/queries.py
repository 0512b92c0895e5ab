"""Every read of log and jobs."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.paginator import Page, Paginator

from nahraum_site.accounts.models import User
from nahraum_site.records.models import Job, LogEntry

PAGE = 50


def entries(page: str, *, action: str = "", actor: str = "", thing: str = "") -> Page[LogEntry]:
    """Return a page of the log, latest first. Two questions."""
    found = LogEntry.objects.all()
    for field, value in (("action__startswith", action), ("actor", actor), ("thing", thing)):
        if value:
            found = found.filter(**{field: value})
    return Paginator(found, PAGE).get_page(page)


def names_of(uuids: set[str]) -> Mapping[str, str]:
    """Return the names of people by uuid. One question."""
    found = User.objects.filter(uuid__in=[each for each in uuids if each])
    return {str(user.uuid): user.name for user in found}


def jobs_of(user: User) -> list[Job]:
    """Return the latest jobs of somebody. One question."""
    return list(Job.objects.filter(owner=user)[:20])
