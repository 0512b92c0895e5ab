"""Areas of one version of a division of the city, with their boundaries."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from nahraum_site.accounts.models import User
from nahraum_site.records.models import File
from nahraum_site.records.ordered import OrderedJSON


class AreaSystem(models.Model):
    """One version of a division of the city.

    ``part``: its section [areas]; ``context``: [name, GeoJSON geometry] of what helps to find one's way; ``checked``:
    what the check of geometry and hierarchy found.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    part = OrderedJSON(default=dict)
    checked = models.JSONField(default=list)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=300)
    finest = models.CharField(max_length=200)
    above = models.CharField(max_length=200, blank=True)
    context = models.JSONField(default=list)

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class SystemFile(models.Model):
    """A file that the section [areas] names: boundaries, tables of levels, crosswalks, water."""

    system = models.ForeignKey(AreaSystem, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=300)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "name"], name="system_file_name_unique")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Stewardship(models.Model):
    """Whose space it is: a person looks after the areas with this key (of any level)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="stewardships")
    area = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "area"], name="steward_once_per_area")]

    def __str__(self) -> str:
        """Return the area."""
        return self.area


class Area(models.Model):
    """One area of the finest level; ``geometry``: GeoJSON geometry in WGS 84, or None."""

    system = models.ForeignKey(AreaSystem, on_delete=models.CASCADE, related_name="areas")
    key = models.CharField(max_length=100)
    name = models.CharField(max_length=300)
    parent = models.CharField(max_length=300, blank=True)
    position = models.PositiveIntegerField()
    geometry = models.JSONField(null=True)

    class Meta:
        """Keys are unique within a system."""

        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "key"], name="area_key_unique_in_system")]

    def __str__(self) -> str:
        """Return name and key."""
        return f"{self.name} ({self.key})"
