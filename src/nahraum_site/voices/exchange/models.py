"""Projects of other programs that wait until somebody decides about them: each sealed with a key of its own."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nahraum_site.accounts.models import User
from nahraum_site.records.models import Job
from nahraum_site.voices.models import Study


class Arrival(models.Model):
    """A project that came as a file. The file lies sealed until it is imported or set aside; then its key is destroyed.

    ``about``: sealed JSON, its name and why it was refused; empty once it is imported. ``counts``: what was imported.
    ``job``: that reads or imports it, or did so last.
    """

    class Stage(models.TextChoices):
        """How far it is."""

        ARRIVING = "arriving", _("is being uploaded")
        READING = "reading", _("is being read")
        WAITING = "waiting", _("to be confirmed")
        REFUSED = "refused", _("could not be read")
        DONE = "done", _("imported")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="arrivals")
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    about = models.BinaryField(default=bytes)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.ARRIVING)
    version = models.PositiveIntegerField(default=1)
    counts = models.JSONField(default=dict)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        """Return how far it is: the name is sealed."""
        return str(self.get_stage_display())

    @property
    def path(self) -> Path:
        """Return where it lies sealed, in a folder of its own."""
        return Path(settings.SEALED, str(self.uuid), "project")
