"""Deliveries on their way in, and who owes which table when."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nahraum_site.accounts.models import Organisation, User
from nahraum_site.records.models import File, Job
from nahraum_site.records.ordered import OrderedJSON


class Duty(models.Model):
    """A table that somebody owes at regular intervals. ``part``: how it was read last ([[tables]])."""

    class Rhythm(models.IntegerChoices):
        """How often, in months."""

        YEARLY = 12, _("every year")
        HALF_YEARLY = 6, _("every half-year")
        QUARTERLY = 3, _("every quarter")
        MONTHLY = 1, _("every month")
        ONCE = 0, _("once")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, unique=True)
    holder = models.CharField(max_length=200)  # the office that delivers
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    rhythm = models.PositiveSmallIntegerField(choices=Rhythm.choices, default=Rhythm.YEARLY)
    due = models.DateField()  # the next one
    note = models.TextField(blank=True)
    part = OrderedJSON(default=dict)
    version = models.PositiveIntegerField(default=1)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due", "name"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    @property
    def is_late(self) -> bool:
        """Return whether the day has passed."""
        return self.ended_at is None and self.due < date.today()  # noqa: DTZ011 - a day in the office's calendar


class Upload(models.Model):
    """A file on its way to become a delivery: kept, recognised, described (``part``), read, confirmed or discarded.

    Nothing of it counts before it is confirmed; everything typed is kept, so that closing the browser loses nothing.
    """

    class Stage(models.TextChoices):
        """How far it is."""

        NEW = "new", _("to be described")
        READING = "reading", _("being read")
        READ = "read", _("to be confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        DISCARDED = "discarded", _("discarded")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="uploads")
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="uploads")
    duty = models.ForeignKey(Duty, on_delete=models.SET_NULL, null=True, blank=True, related_name="uploads")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.NEW)
    recognised = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    part = OrderedJSON(default=dict)
    reasons = models.JSONField(default=dict)  # field -> why it was suggested
    issues = models.JSONField(default=list)
    summary = models.JSONField(default=dict)  # values, areas, periods, reconciliation
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        """Return the name of the file."""
        return self.file.name
