"""Every read of deliveries on their way in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from nahraum_site.records.models import File
from nahraum_site.sources.models import Duty, Upload

REMEMBERED = 200


def open_uploads() -> QuerySet[Upload]:
    """Return the deliveries that are not confirmed yet, latest first: planners work on them together. One question."""
    over = (Upload.Stage.CONFIRMED, Upload.Stage.DISCARDED)
    return Upload.objects.exclude(stage__in=over).select_related("file", "owner", "duty", "job")


def earlier_parts() -> list[dict[str, Any]]:
    """Return how confirmed deliveries were read, oldest first. One question."""
    found = Upload.objects.filter(stage=Upload.Stage.CONFIRMED).values_list("part", flat=True)
    return list(found[:REMEMBERED])[::-1]


def twin_of(file: File) -> Upload | None:
    """Return an earlier, confirmed delivery with the same content, if there is one. One question."""
    same = Upload.objects.filter(file__sha256=file.sha256, stage=Upload.Stage.CONFIRMED).exclude(file=file)
    return same.select_related("file", "owner").first()


def duties() -> QuerySet[Duty]:
    """Return the calendar, the next one first. One question."""
    return Duty.objects.filter(ended_at=None).select_related("organisation")


def duty_of(mark: str) -> Duty | None:
    """Return the line of the calendar that an address names; None where it names none. At most one question."""
    try:
        return duties().filter(uuid=UUID(mark)).first()
    except ValueError:
        return None
