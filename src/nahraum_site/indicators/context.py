"""What every template may ask for."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from nahraum_site.indicators.queries import latest_edition


def current_edition(request: HttpRequest) -> dict[str, object]:
    """Give templates the latest edition, asked for only if they use it, once per request."""
    return {"edition": SimpleLazyObject(latest_edition)}
