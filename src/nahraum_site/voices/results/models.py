"""What the team writes for the report of a study. Tables and quotations are made anew from the codings each time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from nahraum_site.voices.models import Study

ACROSS = "*"  # beside the keys of spaces and "-", city-wide: what is said across spaces


class Chapter(models.Model):
    """The team's words about one space. They stay when texts are deleted: quotations come in by placeholders."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="chapters")
    space = models.CharField(max_length=200)
    words = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        """Every space has one."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["study", "space"], name="chapter_once_per_space")]

    def __str__(self) -> str:
        """Return the key of the space."""
        return self.space


class Front(models.Model):
    """Who publishes the report of a study, and what may be done with it."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="front")
    publisher = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        """Return who publishes it."""
        return self.publisher
