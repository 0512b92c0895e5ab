"""Signs that something happened last when: the worker lives, a backup was written, the chain was checked."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from nahraum_site.records.models import Sign


def give(name: str, **told: Any) -> None:
    """Note that it happened now. One write."""
    Sign.objects.update_or_create(name=name, defaults={"at": timezone.now(), "told": told})


def last(name: str) -> Sign | None:
    """Return the latest sign of this name, or None. One question."""
    return Sign.objects.filter(name=name).first()
