"""What waits for somebody, as the pages that people land on show it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from nahraum_site.reports.queries import to_review
from nahraum_site.voices.waiting import waiting as waiting_in_studies


def waits(user: Any) -> dict[str, Any]:
    """Return what ``reports/waiting.html`` shows. No question for people who decide on nothing."""
    return {"waiting": to_review(user), "studies_waiting": waiting_in_studies(user, timezone.localdate())}
