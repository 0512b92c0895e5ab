"""What the monitoring is made from: the parts of a project folder, each with who, when and why (ADR 0011)."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from nahraum_site.accounts.models import User
from nahraum_site.places.models import AreaSystem
from nahraum_site.records.models import File
from nahraum_site.records.ordered import OrderedJSON


class Project(models.Model):
    """The one project of this site. ``parts``: the sections [project], [protection] and [report] of its file."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    system = models.ForeignKey(AreaSystem, on_delete=models.PROTECT, related_name="+")
    parts = OrderedJSON(default=dict)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        """Return the title."""
        return str(self.parts["project"]["title"])


class Domain(models.Model):
    """One Lebenslage. ``part``: its section [[domains]]."""

    key = models.CharField(max_length=100, unique=True)
    position = models.PositiveIntegerField()
    part = OrderedJSON(default=dict)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        """Return the name."""
        return str(self.part.get("name", self.key))


class Indicator(models.Model):
    """One indicator of the catalogue. ``part``: its section [[indicators]]; ``version`` counts its changes."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=100, unique=True)
    position = models.PositiveIntegerField()
    part = OrderedJSON(default=dict)
    version = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True)  # no longer part of new editions; earlier ones keep it

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        """Return the name."""
        return str(self.part.get("name", self.key))


class Batch(models.Model):
    """One confirmed delivery: its file as it came, how it is read ([[tables]]), who confirmed it and when.

    A batch never changes. A later one may revise it cell by cell (``part["revises"]``); withdrawing leaves it and its
    values readable, but nothing is computed from it any more.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=100, unique=True)  # the id of its table
    part = OrderedJSON(default=dict)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="batches")
    values_count = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=list)  # [variable, period, state, areas], counted once when it was confirmed
    issues = models.JSONField(default=list)  # as they were shown and, where they were warnings, confirmed
    note = models.TextField(blank=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        """Return the id of the table."""
        return self.key

    @property
    def revises(self) -> list[str]:
        """Return the ids of the tables whose cells this one replaces."""
        found: list[str] = self.part.get("revises", [])
        return found


class Value(models.Model):
    """One delivered value with the cell it stood in; appended with its batch, never changed, never computed from."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="values")
    variable = models.CharField(max_length=100)
    area = models.CharField(max_length=100)
    period = models.CharField(max_length=40)
    state = models.PositiveSmallIntegerField()
    value = models.FloatField(null=True)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=300, blank=True)
    text = models.CharField(max_length=300, blank=True)  # what stood there, untouched

    class Meta:
        indexes: ClassVar = [models.Index(fields=["variable", "area", "period"], name="value_by_cell")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state=0, value__isnull=False) | (~models.Q(state=0) & models.Q(value__isnull=True)),
                name="value_goes_with_state",
            )
        ]

    def __str__(self) -> str:
        """Return place, time and variable."""
        return f"{self.variable} {self.area} {self.period}"


class Recipe(models.Model):
    """One named version of the index: [[indices]], [profile], [dynamics] and [robustness], with the reason for it.

    A version never changes; a new one is based on it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=200)
    reason = models.TextField()
    parts = OrderedJSON(default=dict)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        """Return name and number."""
        return f"{self.name} ({self.number})"

    def section(self, name: str) -> Any:
        """Return one section of the recipe, or None."""
        return self.parts.get(name)
