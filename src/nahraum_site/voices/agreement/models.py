"""What the team agreed on: codings, step by step, and what stays uncoded. Reasons may quote, so they lie sealed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from nahraum_site.accounts.models import User
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Text


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


class LeftUncoded(models.Model):
    """The team agreed that a category is not given to a stretch (code points, half-open).

    ``key``: of the request; sent again, it does nothing more. ``sealed``: the reason, with the key of the collection;
    empty without one.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=40)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    sealed = models.BinaryField(default=bytes)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        """In the order of the text."""

        ordering: ClassVar = ["text", "start", "end", "pk"]

    def __str__(self) -> str:
        """Return where it stands."""
        return f"{self.text_id}: {self.start}-{self.end}"

    @property
    def place(self) -> str:
        """Return what binds the sealed reason to this row."""
        return f"voices_agreement.leftuncoded {self.uuid} reason"
