"""Every write about people: one function per intent, atomic, told to the log."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.models import Assignment, OneTimeLink, Organisation, User
from nahraum_site.accounts.roles import Role
from nahraum_site.accounts.signals import written
from nahraum_site.shell.overtaken import Overtaken

ALONE_AFTER = timedelta(days=7)  # since somebody else administrated
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


def _organisation(name: str) -> Organisation | None:
    """Return the organisation of this name, made if it is new; None if none was named."""
    return Organisation.objects.get_or_create(name=name.strip())[0] if name.strip() else None


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
def invite(email: str, name: str, roles: Iterable[str], organisation: str, actor: User) -> tuple[User, str]:
    """Store a person who cannot sign in yet, and return them with the secret of the invitation.

    ``organisation``: its name, may be empty. WrongRequest if the address is taken.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, name=name, organisation=_organisation(organisation))
    except IntegrityError:
        raise WrongRequest(_("{email} has an account already.").format(email=email)) from None
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
    OneTimeLink.objects.filter(user=user, used_at=None).update(used_at=timezone.now())
    end_sessions(user)
    _tell(user, "password.set", user, None, {"by": link.purpose})
    return user


@transaction.atomic
def change_person(
    user: User,
    *,
    name: str,
    roles: Iterable[str],
    organisation: str,
    is_active: bool,
    seen: Mapping[str, Any],
    actor: User,
) -> None:
    """Change name, roles, organisation (by name) and access; ``seen``: what the change was made on.

    Overtaken if that is no longer so: access that somebody ended must not come back with a corrected name.
    WrongRequest if nobody would be left to administrate, and for who gives a role to themselves while there is another
    administrator: that takes four eyes. Who is alone may, and the log says so; but not soon after taking another's
    administration away, or anybody could be alone for a moment.
    """
    list(Assignment.objects.select_for_update().filter(role=Role.ADMINISTRATOR))  # two may want to remove each other
    user = User.objects.select_for_update().get(pk=user.pk)
    if said(user) != seen:
        raise Overtaken(user)
    before, roles = _state(user), set(roles)
    more = roles - user.roles if user == actor else set()
    if more and has_other_administrators(actor):
        raise WrongRequest(_("Nobody gives a role to themselves. Please ask another administrator."))
    if more and _lost_another_lately(actor):
        raise WrongRequest(
            _(
                "Somebody else administrated until recently. "
                "Who is alone since may give roles to themselves after a week."
            )
        )
    if user != actor and user.is_active and Role.ADMINISTRATOR in user.roles - (roles if is_active else set()):
        user.administrated_until = timezone.now()
    renamed = {"renamed": True} if user.name != name else {}
    user.name, user.organisation, user.is_active = name, _organisation(organisation), is_active
    user.save(update_fields=["name", "organisation", "is_active", "administrated_until"])
    user.assignments.all().delete()
    _assign(user, roles)
    if not administrators().exists():
        raise WrongRequest(_("At least one active person must remain administrator."))
    if not is_active:
        end_sessions(user)
        user.links.filter(used_at=None).update(used_at=timezone.now())
    alone = {"alone": True} if more else {}
    _tell(actor, "person.changed", user, before, _state(user) | renamed | alone)


def administrators() -> QuerySet[User]:
    """Return who can administrate at once: invited people who have never been here cannot help anybody yet."""
    here = Q(last_login__isnull=False) | ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return User.objects.filter(here, is_active=True, assignments__role=Role.ADMINISTRATOR)


def has_other_administrators(user: User) -> bool:
    """Return whether somebody else can administrate. One question."""
    return administrators().exclude(pk=user.pk).exists()


def _lost_another_lately(user: User) -> bool:
    lately = timezone.now() - ALONE_AFTER
    return User.objects.exclude(pk=user.pk).filter(administrated_until__gt=lately).exists()


def end_sessions(user: User, but: str = "") -> int:
    """End every session of this person except the one with this key, and return how many."""
    sessions = UserSession.objects.filter(user=user).exclude(session_key=but)
    for session in sessions:
        session.end()
    return len(sessions)


@transaction.atomic
def close_sessions(user: User, actor: User, but: str = "") -> None:
    """End the sessions of this person because somebody asked for it."""
    _tell(actor, "session.closed", user, None, {"sessions": end_sessions(user, but)})


@transaction.atomic
def close_session(session: UserSession, actor: User) -> None:
    """End one session."""
    session.end()
    _tell(actor, "session.closed", actor, None, {"sessions": 1})


@transaction.atomic
def remove_second_factor(user: User, actor: User) -> None:
    """Take every second factor away; sessions end, so that only the password opens again."""
    gone, _details = Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    _tell(actor, "second_factor.taken", user, None, {"removed": gone})


@transaction.atomic
def anonymise(user: User, actor: User) -> None:
    """Replace name and e-mail address, delete everything that opens the account; the log keeps the number only.

    WrongRequest while the person may still sign in.
    """
    if user.is_active:
        raise WrongRequest(_("End this person's access first."))
    end_sessions(user)
    user.assignments.all().delete()
    user.links.all().delete()
    for kind in (EmailAddress, Authenticator, SocialAccount):
        kind.objects.filter(user=user).delete()
    user.name, user.email = _("Former member of staff"), f"{user.uuid}@entfernt.invalid"
    user.organisation, user.last_login, user.removed_at = None, None, timezone.now()
    user.set_unusable_password()
    user.save()
    _tell(actor, "person.removed", user, None, {})


@transaction.atomic
def forget_traces() -> int:
    """Delete what is no longer needed about people: ended sessions with their addresses, links that are over."""
    ended = [session for session in UserSession.objects.all() if session.purge()]
    links, _details = OneTimeLink.objects.filter(expires_at__lt=timezone.now()).delete()
    return len(ended) + links


def said(user: User) -> dict[str, Any]:
    """Return what a form says about a person."""
    organisation = user.organisation.name if user.organisation else ""
    roles = [role.value for role in Role if role in user.roles]
    return {"name": user.name, "roles": roles, "organisation": organisation, "is_active": user.is_active}


def _state(user: User) -> dict[str, Any]:
    now = said(user)
    return {"roles": sorted(now["roles"]), "organisation": now["organisation"], "active": now["is_active"]}


def _assign(user: User, roles: Iterable[str]) -> None:
    Assignment.objects.bulk_create(Assignment(user=user, role=role) for role in sorted(set(roles)))
    user.__dict__.pop("roles", None)


def _use(link: OneTimeLink) -> None:
    """Mark a link as used; WrongRequest if somebody was quicker."""
    fresh = OneTimeLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=timezone.now())
    if not fresh.update(used_at=timezone.now()):
        raise WrongRequest(_("This link has been used or has expired. Ask your administration for a new one."))
