"""Log entries in a chain, kept files, jobs."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nahraum.base.language import language
from nahraum_site.accounts.models import User


class LogEntry(models.Model):
    """Who did what, when, to which thing; each entry holds the hash of the one before.

    ``before`` and ``after`` hold settings, states, counts and ids, never texts of people and never passwords. The
    database refuses to change an entry, and to delete one that no ``Retention`` covers.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=36, blank=True)  # uuid of a person; empty: the program itself
    action = models.CharField(max_length=60, db_index=True)
    kind = models.CharField(max_length=60, blank=True)
    thing = models.CharField(max_length=64, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-number"]
        indexes: ClassVar = [models.Index(fields=["kind", "thing"], name="log_by_thing")]

    def __str__(self) -> str:
        """Return number and action."""
        return f"{self.number} {self.action}"


class Retention(models.Model):
    """Entries up to ``until`` were deleted because their time was over; the chain goes on from ``digest``."""

    until = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-until"]

    def __str__(self) -> str:
        """Return the last number that was deleted."""
        return str(self.until)


class File(models.Model):
    """A file exactly as it was delivered; it lies in a private folder under its uuid and is never changed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=300)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    kept_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-kept_at"]

    def __str__(self) -> str:
        """Return the name it was delivered under."""
        return self.name

    @property
    def path(self) -> Path:
        """Return where it lies."""
        folder: Path = settings.KEPT
        return folder / f"{self.uuid}{Path(self.name).suffix.lower()}"


class Job(models.Model):
    """Something that takes long: waits, runs in the worker with a sign of life, ends; a lost one can be repeated."""

    class State(models.TextChoices):
        """Where a job stands."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        LOST = "lost", _("interrupted")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    key = models.CharField(max_length=100)  # the same key is not worked on twice at a time
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="jobs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=300, blank=True)
    share = models.FloatField(default=0.0)
    attempt = models.PositiveIntegerField(default=1)
    alive_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    message = models.TextField(blank=True)  # what went wrong, for the person who waits
    result = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "made_at"], name="job_by_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(state__in=["waiting", "running"]), name="job_open_once_per_key"
            )
        ]

    def __str__(self) -> str:
        """Return kind and state."""
        return f"{self.kind} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Return whether it still waits or runs."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int:
        """Return the share done, in per cent."""
        return round(self.share * 100)


class Sign(models.Model):
    """When something of the operation happened last: ``worker`` lives, ``backup`` written, ``chain`` checked."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
    told = models.JSONField(default=dict)

    def __str__(self) -> str:
        """Return what happened."""
        return self.name


class Page(models.Model):
    """A page that the administration writes itself; while there is none, the program shows its first text."""

    class Key(models.TextChoices):
        """Which pages there are."""

        IMPRINT = "imprint", _("Imprint")
        PRIVACY = "privacy", _("Privacy")
        ACCESSIBILITY = "accessibility", _("Accessibility")

    key = models.CharField(max_length=20, choices=Key.choices, primary_key=True)
    german = models.TextField()
    english = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        """Return the title."""
        return str(self.Key(self.key).label)

    @property
    def only_german(self) -> bool:
        """Return whether the visitor speaks English and there is no English text."""
        return language() == "en" and not self.english

    @property
    def text(self) -> str:
        """Return the text in the visitor's language, or German where there is no other."""
        return self.english if language() == "en" and self.english else self.german
