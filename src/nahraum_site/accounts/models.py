"""People, their roles and organisations, and links that work once."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import ClassVar

import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nahraum_site.accounts.roles import Role


class Organisation(models.Model):
    """A welfare organisation, an office, a club: what partners belong to, and later what actors and offers point to."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=300, unique=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class People(BaseUserManager["User"]):
    """Makes users; an e-mail address is written in small letters, so that nobody exists twice."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """Store a new person; without a password nobody can sign in with one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find by e-mail address, however it is written."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who works here. There are no superusers: every right comes from a role."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    administrated_until = models.DateTimeField(null=True)  # somebody else took administration or access away then
    removed_at = models.DateTimeField(null=True)  # name and address were replaced; nobody can sign in again

    objects = People()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        ordering: ClassVar = ["name", "email"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name or self.email

    @property
    def is_awaited(self) -> bool:
        """Return whether this person was invited and has never been here."""
        return self.is_active and not self.last_login and not self.has_usable_password()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Return whether the rules allow it: rights come from roles alone, so no table of rights is asked."""
        return bool(self.is_active and rules.has_perm(perm, self, obj))

    @cached_property
    def roles(self) -> frozenset[str]:
        """Return the roles. One question, asked once per request."""
        return frozenset(self.assignments.values_list("role", flat=True))

    @property
    def role_words(self) -> str:
        """Return the roles in words, in the order of the list."""
        return ", ".join(str(role.label) for role in Role if role.value in self.roles)


class Assignment(models.Model):
    """One role of one person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=30, choices=Role.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role"], name="role_once_per_person"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
        ]

    def __str__(self) -> str:
        """Return the role."""
        return str(Role(self.role).label)


class OneTimeLink(models.Model):
    """An invitation or a new password, by a link that works once. Only the hash of its secret is stored."""

    class Purpose(models.TextChoices):
        """What the link is for."""

        SETUP = "setup", _("first administrator")
        INVITATION = "invitation", _("invitation")
        PASSWORD = "password", _("new password")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="links")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        """Return what it is for."""
        return str(self.Purpose(self.purpose).label)

    @property
    def works(self) -> bool:
        """Return whether the link can still be used."""
        return self.used_at is None and self.expires_at > timezone.now()
