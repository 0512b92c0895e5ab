"""Every write about people: one function per intent, atomic, told to the log."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.models import Assignment, OneTimeLink, Organisation, User
from nahraum_site.accounts.roles import Role
from nahraum_site.accounts.signals import written

LASTS = {
    OneTimeLink.Purpose.SETUP: timedelta(hours=24),
    OneTimeLink.Purpose.INVITATION: timedelta(days=7),
    OneTimeLink.Purpose.PASSWORD: timedelta(hours=24),
}


def _tell(actor: User | None, action: str, thing: Any, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    written.send(sender=type(thing), actor=actor, action=action, thing=thing, before=before or {}, after=after)


def digest_of(secret: str) -> str:
    """Return what is stored of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_link(purpose: str, user: User | None, actor: User | None) -> str:
    """Return the secret of a new link; earlier ones of the same purpose for the same person end."""
    earlier = OneTimeLink.objects.filter(purpose=purpose, user=user, used_at=None)
    earlier.update(used_at=timezone.now())
    secret = secrets.token_urlsafe(32)
    link = OneTimeLink.objects.create(
        purpose=purpose,
        digest=digest_of(secret),
        user=user,
        made_by=actor,
        expires_at=timezone.now() + LASTS[OneTimeLink.Purpose(purpose)],
    )
    if purpose != OneTimeLink.Purpose.SETUP:
        _tell(actor, f"link.{purpose}", user, None, {"expires": link.expires_at.isoformat()})
    return secret


@transaction.atomic
def invite(
    email: str, name: str, roles: Iterable[str], organisation: Organisation | None, actor: User
) -> tuple[User, str]:
    """Store a person who cannot sign in yet, and return them with the secret of the invitation.

    WrongRequest if the address is taken.
    """
    if User.objects.filter(email=email.strip().lower()).exists():
        raise WrongRequest(_("{email} has an account already.").format(email=email))
    user = User.objects.create_user(email, name=name, organisation=organisation)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _assign(user, roles)
    _tell(actor, "person.invited", user, None, {"roles": sorted(roles)})
    return user, make_link(OneTimeLink.Purpose.INVITATION, user, actor)


@transaction.atomic
def create_first_administrator(link: OneTimeLink, email: str, name: str, password: str) -> User:
    """Store the first person: administrator and planner, so that work can begin. WrongRequest if there is one."""
    if User.objects.exists():
        raise WrongRequest(_("There is an administrator already."))
    user = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _assign(user, [Role.ADMINISTRATOR, Role.PLANNER])
    _use(link)
    _tell(user, "person.first", user, None, {"roles": sorted(user.roles)})
    return user


@transaction.atomic
def set_password(link: OneTimeLink, password: str) -> User:
    """Set a password through an invitation or a reset link, which thereby ends; every open session ends too."""
    user = link.user
    assert user is not None
    user.set_password(password)
    user.save(update_fields=["password"])
    _use(link)
    end_sessions(user)
    _tell(user, "password.set", user, None, {"by": link.purpose})
    return user


@transaction.atomic
def change_person(
    user: User, *, name: str, roles: Iterable[str], organisation: Organisation | None, is_active: bool, actor: User
) -> None:
    """Change name, roles, organisation and access. WrongRequest if nobody would be left to administrate."""
    before = _state(user)
    user.name, user.organisation, user.is_active = name, organisation, is_active
    user.save(update_fields=["name", "organisation", "is_active"])
    user.assignments.all().delete()
    _assign(user, roles)
    if not Assignment.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True).exists():
        raise WrongRequest(_("At least one active person must remain administrator."))
    if not is_active:
        end_sessions(user)
    _tell(actor, "person.changed", user, before, _state(user))


def end_sessions(user: User) -> None:
    """End every session of this person."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def _state(user: User) -> dict[str, Any]:
    organisation = user.organisation.name if user.organisation else ""
    return {"roles": sorted(user.roles), "organisation": organisation, "active": user.is_active}


def _assign(user: User, roles: Iterable[str]) -> None:
    Assignment.objects.bulk_create(Assignment(user=user, role=role) for role in sorted(set(roles)))
    user.__dict__.pop("roles", None)


def _use(link: OneTimeLink) -> None:
    """Mark a link as used; WrongRequest if somebody was quicker."""
    fresh = OneTimeLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=timezone.now())
    if not fresh.update(used_at=timezone.now()):
        raise WrongRequest(_("This link has been used or has expired. Ask your administration for a new one."))
