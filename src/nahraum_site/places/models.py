"""Areas of one version of a division of the city, with their boundaries."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AreaSystem(models.Model):
    """One version of a division of the city. ``context``: [name, GeoJSON geometry] of what helps to find one's way."""

    key = models.CharField(max_length=200)
    name = models.CharField(max_length=300)
    finest = models.CharField(max_length=200)
    above = models.CharField(max_length=200, blank=True)
    context = models.JSONField(default=list)

    def __str__(self) -> str:
        """Return the name."""
        return self.name


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
