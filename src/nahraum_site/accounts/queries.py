"""Every read about people."""

from __future__ import annotations

from django.db.models import QuerySet

from nahraum_site.accounts.actions import digest_of
from nahraum_site.accounts.models import OneTimeLink, User


def people() -> QuerySet[User]:
    """Return everybody with roles and organisation. Two questions."""
    return User.objects.select_related("organisation").prefetch_related("assignments")


def link_of(secret: str, *purposes: str) -> OneTimeLink | None:
    """Return the link with this secret, if it still works. One question."""
    found = OneTimeLink.objects.select_related("user").filter(digest=digest_of(secret), purpose__in=purposes).first()
    return found if found and found.works else None


def somebody_is_here() -> bool:
    """Return whether the first administrator has been set up. One question."""
    return User.objects.exists()
