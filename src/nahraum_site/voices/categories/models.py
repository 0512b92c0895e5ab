"""Category systems in versions. What a version holds and what a change did are kept as the core's own nouns."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from nahraum_site.accounts.models import User
from nahraum_site.voices.models import Study


class CategorySystem(models.Model):
    """The categories of a study: the first version and the one in force (`kept.of_system`), each with its colour."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="category_system")
    first = models.JSONField()
    current = models.JSONField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        """Return the study and the version."""
        return f"{self.study_id}: {self.version}"


class CategoryChange(models.Model):
    """What led to a version (`kept.of_change`), by whom and when. Changes are never changed."""

    system = models.ForeignKey(CategorySystem, on_delete=models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    change = models.JSONField()
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """One change leads to a version."""

        ordering: ClassVar = ["version"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "version"], name="one_change_per_version")]

    def __str__(self) -> str:
        """Return the version it led to."""
        return f"{self.system_id}: {self.version}"
