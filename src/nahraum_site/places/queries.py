"""Every read of areas."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from nahraum_site.accounts.models import User
from nahraum_site.places.models import Area, AreaSystem, Stewardship


def systems() -> QuerySet[AreaSystem]:
    """Return the versions of the areas with the number of areas, latest first. One question."""
    return AreaSystem.objects.annotate(count=Count("areas")).select_related("made_by").order_by("-pk")


def areas_of(system: AreaSystem, words: str = "") -> QuerySet[Area]:
    """Return the areas of a version without their shapes; ``words``: a part of the name or the beginning of the key."""
    found = system.areas.defer("geometry")
    return found.filter(Q(name__icontains=words) | Q(key__istartswith=words)) if words else found


def areas_in_use() -> list[Area]:
    """Return the areas of the latest version of the areas. Two questions."""
    latest = AreaSystem.objects.order_by("-pk").first()
    return list(latest.areas.all()) if latest else []


def spaces_of(user: User) -> list[str]:
    """Return the keys of the areas that somebody looks after. One question."""
    return list(Stewardship.objects.filter(user=user).values_list("area", flat=True))


def levels() -> dict[str, str]:
    """Return id -> name of every level that a version of the areas has, fine to coarse. One question."""
    parts = AreaSystem.objects.order_by("pk").values_list("part", flat=True)
    return {each["id"]: each["name"] for part in parts for each in part.get("levels", ())}


def area_keys() -> set[str]:
    """Return the keys of all areas of the latest version. One question."""
    return set(Area.objects.filter(system=AreaSystem.objects.order_by("-pk")[:1]).values_list("key", flat=True))
