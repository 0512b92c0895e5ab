"""Files that belong to an edition: report, tables, map; and the office's own reports."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from nahraum_site.indicators.models import Edition
from nahraum_site.reports.writing import (
    Chapter,
    ChapterVersion,
    Comment,
    News,
    Overview,
    Recommendation,
    Report,
    ReportFile,
    Signature,
    Switch,
)

__all__ = [
    "Chapter",
    "ChapterVersion",
    "Comment",
    "News",
    "Overview",
    "Recommendation",
    "Report",
    "ReportFile",
    "Signature",
    "StoredFile",
    "Switch",
]


class StoredFile(models.Model):
    """One file of an edition; it lies in the private folder and leaves it only through a view."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        """A name occurs once in an edition."""

        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "name"], name="file_name_unique_in_edition")
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name
