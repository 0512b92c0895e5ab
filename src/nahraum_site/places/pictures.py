"""What is remarkable about boundaries, as a drawing and as rows of a table."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from nahraum.base.areas import named
from nahraum.places.outlines import outlines, spot_paths
from nahraum.places.shapes import Spot
from nahraum.projects.areas import Places

LISTED = 100  # the largest of each kind come first
DRAWN = 1000
KINDS = {
    "invalid": _("Crossed outline"),
    "overlap": _("Overlap"),
    "gap": _("Gap"),
    "outside": _("Beyond the outline of the whole"),
    "uncovered": _("In no area"),
    "not-in-parent": _("Not in the area above that its key names"),
}


def picture(places: Places | None, *, always: bool = True) -> dict[str, Any]:
    """Return outlines (None without boundaries), marked places and their rows for ``places/picture.html``.

    ``always``: draw the outlines also where nothing is remarkable.
    """
    if places is None or places.boundaries is None or not (always or places.spots):
        return {}
    spots = places.spots
    kinds = dict.fromkeys(spot.kind for spot in spots)
    return {
        "drawn": outlines(places.boundaries),
        "spots": spot_paths(places.boundaries, spots[:DRAWN]),
        "kinds": [(kind, KINDS[kind], sum(spot.kind == kind for spot in spots)) for kind in kinds],
        "rows": _rows(places, spots[:LISTED]),
        "listed": LISTED,
        "found": len(spots),
    }


def _rows(places: Places, spots: tuple[Spot, ...]) -> list[dict[str, Any]]:
    """Return kind, areas, hectares and share; of what is not in its parent also that parent."""
    system = places.system
    own = {area.key: area.name for area in system.at(system.finest.id)}
    above: dict[str, str] = {}
    for level in system.levels[:0:-1]:
        above |= {area.key: area.name for area in system.at(level.id)}
    rows = []
    for spot in spots:
        keys = spot.areas[:1] if spot.kind == "not-in-parent" else spot.areas
        rows.append(
            {
                "kind": spot.kind,
                "words": KINDS[spot.kind],
                "areas": ", ".join(named(key, own) for key in keys) or "–",
                "parent": named(spot.areas[1], above) if spot.kind == "not-in-parent" else "",
                "hectares": spot.area_m2 / 10_000,
                "share": spot.share or None,
            }
        )
    return rows
