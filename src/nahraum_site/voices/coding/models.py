"""Codings, what each coder did last and coded through, and memos. Only memos repeat what people said: sealed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nahraum_site.accounts.models import User
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Text


class Coding(models.Model):
    """Somebody marked a stretch of a text (code points, half-open) with a category.

    ``uuid`` is made where it is coded, so that sending it twice stores it once. ``category`` follows the category
    system, ``made_with`` stays. ``removed_at``: taken back; the row stays, so that it can come again. ``replaces``: the
    coding of a replaced system that this one stands for.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="codings")
    coder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=40)
    made_with = models.CharField(max_length=40)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    is_quotation = models.BooleanField(default=False)
    is_found = models.BooleanField(default=False)  # given to the hit of a search, not to a stretch somebody read
    is_agreed = models.BooleanField(default=False)  # the team agreed on it; ``coder`` wrote that down
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="new_ones")
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """In the order of the text."""

        ordering: ClassVar = ["text", "start", "end", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["category"], name="coding_category"),
            models.Index(fields=["text", "changed_at"], name="coding_text_changed"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(start__lt=models.F("end")), name="coding_has_length")
        ]

    def __str__(self) -> str:
        """Return where it stands."""
        return f"{self.text_id}: {self.start}-{self.end}"


class Step(models.Model):
    """Something a coder did in a text that can be undone: ``changes`` is [[uuid of a coding, before, after]]."""

    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="+")
    coder = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    changes = models.JSONField()
    is_undone = models.BooleanField(default=False)

    class Meta:
        """In the order in which they were done."""

        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        """Return how many codings it touched."""
        return str(len(self.changes))


class Receipt(models.Model):
    """That a request of a coder was carried out: sent again, it does nothing more."""

    key = models.UUIDField(unique=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        """Return the key."""
        return str(self.key)


class Openness(models.Model):
    """Whether the coders of a study see each other's codings; without a row they do not."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="openness")
    is_open = models.BooleanField(default=False)

    def __str__(self) -> str:
        """Return whether it is open."""
        return str(self.is_open)


class Worked(models.Model):
    """Somebody coded a text through: what they marked nowhere in it is then judged "not given", not left open."""

    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="worked")
    coder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Once for each text and coder."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["text", "coder"], name="worked_once")]

    def __str__(self) -> str:
        """Return which text."""
        return str(self.text_id)


class Memo(models.Model):
    """A thought on a coding, a text, a category or the study.

    On texts and codings it is sealed with the key of their collection (``sealed``): it goes when they go. On categories
    and the study it stands in ``words``, and the page says to quote nobody there.
    """

    class About(models.TextChoices):
        """What a memo is about."""

        STUDY = "studie", _("the study")
        CATEGORY = "kategorie", _("a category")
        TEXT = "text", _("a text")
        CODING = "kodierung", _("a coding")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="memos")
    about = models.CharField(max_length=10, choices=About)
    category = models.CharField(max_length=40, blank=True)
    text = models.ForeignKey(Text, on_delete=models.CASCADE, null=True, related_name="memos")
    coding = models.ForeignKey(Coding, on_delete=models.CASCADE, null=True, related_name="memos")
    sealed = models.BinaryField(default=bytes)
    words = models.TextField(blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """The one changed last comes first."""

        ordering: ClassVar = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        """Return what it is about."""
        return self.get_about_display()

    @property
    def place(self) -> str:
        """Return what binds the sealed words to this row."""
        return f"voices_coding.memo {self.uuid} words"
