"""Areas of one version of a division of the city, with their boundaries."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from nahraum.base.areas import named
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
    name = models.TextField()
    finest = models.TextField()
    above = models.TextField(blank=True)
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
    name = models.TextField()
    parent = models.TextField(blank=True)
    position = models.PositiveIntegerField()
    geometry = models.JSONField(null=True)

    class Meta:
        """Keys are unique within a system."""

        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "key"], name="area_key_unique_in_system")]

    def __str__(self) -> str:
        """Return name and key."""
        return named(self.key, {self.key: self.name})


class AreaSelection(models.Model):
    """Areas that somebody chose for further work, and where: whoever shows it later knows only words and addresses.

    ``areas``: [{"key", "name", "address"}]; ``origin`` and ``address``: name and lasting page of what was looked at.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    areas = models.JSONField()
    reason = models.TextField(blank=True)
    origin = models.TextField()
    address = models.CharField(max_length=300)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        """Return the name of what was looked at."""
        return self.origin


class ContextLayer(models.Model):
    """Streets, water, green or something else that helps to find one's way on every map; everybody sees it.

    ``shapes``: GeoJSON geometries in WGS 84, cut to the city; they never change. ``size``: their bytes;
    ``tolerance_m``: how far they were simplified (0: not at all); ``dropped``: pieces that were too small for that;
    ``points``: points of the file, which are not drawn. ``shown``: whether a map shows it unless asked otherwise.
    """

    class Kind(models.TextChoices):
        """What is drawn; each kind has its colours."""

        STREETS = "streets", _("Streets and railways")
        WATER = "water", _("Water")
        GREEN = "green", _("Green spaces")
        OTHER = "other", _("Something else (drawn as lines)")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    source = models.CharField(max_length=200)
    licence = models.CharField(max_length=100, blank=True)
    shown = models.BooleanField(default=True)
    position = models.PositiveIntegerField()
    shapes = models.JSONField()
    size = models.PositiveIntegerField()
    tolerance_m = models.FloatField(default=0)
    dropped = models.PositiveIntegerField(default=0)
    points = models.PositiveIntegerField(default=0)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        """Return the name in the reader's language."""
        return (self.name_en if get_language() == "en" else "") or self.name

    @property
    def word(self) -> str:
        """Return the word that stands for this layer in the address of a map."""
        return self.uuid.hex[:8]

    @property
    def origin(self) -> str:
        """Return source and licence in a line."""
        return ", ".join(filter(None, (self.source, self.licence)))
