"""Every read of areas."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from nahraum_site.places.models import AreaSystem


def systems() -> QuerySet[AreaSystem]:
    """Return the versions of the areas with the number of areas, latest first. One question."""
    return AreaSystem.objects.annotate(count=Count("areas")).select_related("made_by").order_by("-pk")
