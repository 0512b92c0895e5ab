"""What a view of the atlas shows beneath and above its areas: context layers, and a map service as background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from nahraum_site.indicators.asked import Asked
from nahraum_site.places.layers.queries import shown_layers, with_shapes
from nahraum_site.places.models import ContextLayer

__all__ = ["Choice", "choices", "offered", "source_lines", "with_shapes"]

Z, X, Y = 271_828_182, 314_159_265, 141_421_356  # stand in for the numbers of a tile in an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A layer that can be shown, and whether this view shows it."""

    layer: ContextLayer
    on: bool


def choices(asked: Asked) -> list[Choice]:
    """Return every layer in the order in which they are drawn. One question."""
    words = asked.layers.split()
    return [Choice(layer=each, on=each.word in words if asked.layers else each.shown) for each in shown_layers()]


def source_lines(layers: list[ContextLayer]) -> list[str]:
    """Return a line per layer that names it and its source."""
    return [_("Map layer {name}: {origin}").format(name=layer, origin=layer.origin) for layer in layers]


def offered(found: Sequence[Choice], asked: Asked) -> dict[str, Any]:
    """Return what a page with a map needs: ``layers``, ``grounds``, the chosen ``ground``, and ``beneath`` for the
    script that draws them.
    """
    ground = settings.MAP_SERVICES.get(asked.ground)
    return {
        "layers": found,
        "grounds": list(settings.MAP_SERVICES.values()),
        "ground": ground,
        "beneath": {
            "layers": [
                {
                    "word": each.layer.word,
                    "kind": each.layer.kind,
                    "address": reverse("layer-drawn", args=[each.layer.uuid]),
                    "on": each.on,
                }
                for each in found
            ],
            "grounds": {name: _tiles(name) for name in settings.MAP_SERVICES},
            "ground": ground.name if ground else "",
        },
    }


def _tiles(name: str) -> dict[str, str]:
    address = reverse("map-tile", args=[name, Z, X, Y])
    for number, mark in ((Z, "{z}"), (X, "{x}"), (Y, "{y}")):
        address = address.replace(str(number), mark)
    return {"tiles": address, "state": reverse("map-service-state", args=[name])}
