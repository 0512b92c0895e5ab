"""Files and texts of collections, sealed with their collection's key (ADR 0015)."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nahraum_site.accounts.models import User
from nahraum_site.voices.models import Collection


def folder_of(collection: uuid.UUID) -> Path:
    """Return where the sealed files of a collection lie."""
    return Path(settings.SEALED, str(collection))


class Source(models.Model):
    """A file as it came: sealed in a file of its own, with whatever names it holds.

    ``sha256``: the mark of the file (`Seal.mark`); ``stored_sha256``: of what lies sealed. ``about``: sealed JSON, its
    name, and how a survey table or the cards of a photograph are read ({"name", "answers"}). ``beside``: the text whose
    recording it is.
    """

    class Stage(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("to be confirmed")
        FROZEN = "frozen", _("imported")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="sources")
    kind = models.CharField(max_length=20)  # a key of `reading.KINDS`
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_sha256 = models.CharField(max_length=64)
    about = models.BinaryField()
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING)
    version = models.PositiveIntegerField(default=1)
    beside = models.ForeignKey("Text", on_delete=models.CASCADE, null=True, related_name="recordings")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """In the order in which they came; the same file once in a collection."""

        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "sha256"], name="source_once_per_collection")
        ]

    def __str__(self) -> str:
        """Return the kind: the name is sealed."""
        return self.kind

    @property
    def path(self) -> Path:
        """Return where it lies sealed."""
        return folder_of(self.collection.uuid) / str(self.uuid)


class Text(models.Model):
    """One text. Once frozen it never changes: the database itself refuses (migration 0002).

    ``name`` and ``variables`` ({name: value}) are what the team calls it and knows of it, without names of people.
    ``content``: sealed UTF-8. ``structure``: sealed JSON, what is known of its stretches
    (`nahraum.evidence.voices.texts.Segment`). ``length`` in code points; ``sha256``: the mark (`Seal.mark`) of
    the UTF-8, empty where there was only a bare hash and no key to make it with (migration 0004).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="texts")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="texts")
    position = models.PositiveIntegerField()  # in its collection, from 1
    name = models.CharField(max_length=200)
    variables = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    length = models.PositiveIntegerField()
    content = models.BinaryField()
    structure = models.BinaryField()
    version = models.PositiveIntegerField(default=1)  # of name and variables
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Collection by collection, as they were imported."""

        ordering: ClassVar = ["collection_id", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "position"], name="text_position_in_collection")
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Pseudonyms(models.Model):
    """Who stands behind the pseudonyms of a collection: sealed, and read by who leads the study only."""

    collection = models.OneToOneField(Collection, on_delete=models.PROTECT, related_name="pseudonyms")
    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        """Return the collection's name."""
        return str(self.collection)


class Deletion(models.Model):
    """That the texts of a collection were deleted. Its key never comes back, so that it takes no more texts."""

    collection = models.OneToOneField(Collection, on_delete=models.CASCADE, related_name="deletion")
    texts = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        """Return the day."""
        return str(self.at.date())
