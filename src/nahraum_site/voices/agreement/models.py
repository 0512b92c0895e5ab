"""What the team agreed on, step by step: which codings somebody wrote down at once. No words of texts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from nahraum_site.accounts.models import User
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.models import Study


class Decision(models.Model):
    """Agreed codings that were written down in one step. ``key``: of the request; sent again, it does nothing more."""

    key = models.UUIDField(unique=True)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    codings = models.ManyToManyField(Coding, related_name="decisions")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        """In the order in which they were made."""

        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        """Return the key."""
        return str(self.key)
