"""What became of a wish to show quotations that are held back: a record, nothing in it is undone."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from nahraum_site.accounts.models import User
from nahraum_site.voices.models import Collection


class Release(models.Model):
    """Asked with a reason, decided with a reason, and perhaps taken back with a reason. Nobody is quoted in them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="releases")
    why = models.TextField()
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    is_released = models.BooleanField(null=True)  # None: not decided yet
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    end_reason = models.TextField(blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first; a collection waits for one decision at a time."""

        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["collection"], condition=models.Q(is_released=None), name="release_asked_once"
            )
        ]

    def __str__(self) -> str:
        """Return the collection."""
        return str(self.collection)

    @property
    def holds(self) -> bool:
        """Say whether quotations may be shown because of it."""
        return bool(self.is_released) and self.ended_at is None
