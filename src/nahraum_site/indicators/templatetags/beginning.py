"""The steps of an empty site, for every page that has nothing to show yet."""

from __future__ import annotations

from django import template

from nahraum_site.indicators.beginning import first_steps as found

register = template.Library()


@register.inclusion_tag("indicators/first_steps.html")
def first_steps() -> dict[str, object]:
    """Show the way to the first edition."""
    return {"steps": found()}
