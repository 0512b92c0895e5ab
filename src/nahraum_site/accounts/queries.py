"""Every read about people."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet

from nahraum_site.accounts.actions import digest_of
from nahraum_site.accounts.models import OneTimeLink, User


def people() -> QuerySet[User]:
    """Return everybody with roles and organisation. Two questions."""
    return User.objects.select_related("organisation").prefetch_related("assignments")


def link_of(secret: str, *purposes: str) -> OneTimeLink | None:
    """Return the link with this secret, if it still works. One question."""
    open_to = Q(user=None) | Q(user__is_active=True)
    found = (
        OneTimeLink.objects.select_related("user")
        .filter(open_to, digest=digest_of(secret), purpose__in=purposes)
        .first()
    )
    return found if found and found.works else None


def somebody_is_here() -> bool:
    """Return whether the first administrator has been set up. One question."""
    return User.objects.exists()


def sessions_of(user: User) -> list[UserSession]:
    """Return the sessions of somebody that are still open, latest first; forgets the others. Two questions each."""
    found: list[UserSession] = UserSession.objects.purge_and_list(user)
    return sorted(found, key=lambda session: session.last_seen_at, reverse=True)


def open_sessions(user: User) -> int:
    """Return how many sessions of somebody are open; where and with what is nobody else's business."""
    return len(sessions_of(user))


def has_second_factor(user: User) -> bool:
    """Return whether this person signs in with a second factor or a passkey. One question."""
    found: bool = Authenticator.objects.filter(user=user).exists()
    return found
