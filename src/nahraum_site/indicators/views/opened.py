"""Which edition a visitor sees, and the view of it that the address asks for."""

from __future__ import annotations

from django.http import HttpRequest

from nahraum_site.indicators import queries
from nahraum_site.indicators.asked import Asked
from nahraum_site.indicators.levels import at_level, level_asked
from nahraum_site.indicators.models import Edition
from nahraum_site.indicators.picture import Picture, compose


def opened_edition(request: HttpRequest) -> tuple[Edition | None, bool]:
    """Return the edition that the address names, else the latest, and whether there is a newer one."""
    return queries.edition_asked(Asked.of(request.GET).edition, request.user)


def opened_picture(request: HttpRequest) -> Picture | None:
    """Return the view that the address asks for; None if there is nothing to show."""
    edition, newer = opened_edition(request)
    asked = Asked.of(request.GET)
    view = queries.atlas(edition, asked.layer, asked.period) if edition else None
    if edition is None or view is None:
        return None
    wanted = asked.beside or asked.beside_period
    beside = queries.beside(view, asked.beside, asked.beside_period) if wanted else None
    if level := level_asked(edition, asked.level, view, beside):
        view, beside = at_level(view, level), at_level(beside, level) if beside else None
    return compose(edition, asked, view, beside, newer=newer)
