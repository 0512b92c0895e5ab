"""Whether the texts of a study may be taken along; what was taken lies on the devices only."""

from __future__ import annotations

from django.db import models

from nahraum_site.voices.models import Study


class Taking(models.Model):
    """Whether coders may take texts of a study along; without a row they may not."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="taking")
    is_allowed = models.BooleanField(default=False)

    def __str__(self) -> str:
        """Return whether they may."""
        return str(self.is_allowed)
