"""Every read of layers."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from nahraum_site.places.models import Area, AreaSystem, ContextLayer


def layers() -> QuerySet[ContextLayer]:
    """Return the layers in their order, without what is drawn. One question."""
    return ContextLayer.objects.defer("shapes").select_related("file", "made_by")


def shown_layers() -> list[ContextLayer]:
    """Return what maps need to know about the layers, in their order. One question."""
    return list(ContextLayer.objects.only("uuid", "name", "name_en", "kind", "source", "licence", "shown"))


def mark() -> tuple[object, ...]:
    """Return what changes whenever a layer is added, changed, moved or removed. One question."""
    return tuple(ContextLayer.objects.values_list("uuid", "version", "position"))


def with_shapes(layers: Collection[ContextLayer]) -> list[ContextLayer]:
    """Return these layers with what is drawn. One question; none for no layers."""
    return list(ContextLayer.objects.filter(pk__in=[each.pk for each in layers])) if layers else []


def bounded_areas() -> list[Area]:
    """Return the areas of the latest version that has boundaries. Two questions."""
    latest = AreaSystem.objects.filter(areas__geometry__isnull=False).order_by("-pk").only("pk").first()
    return list(latest.areas.all()) if latest else []
