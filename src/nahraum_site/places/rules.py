"""Who may see and store versions of the areas."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import action, is_administrator, is_planner, is_releaser, is_researcher
from nahraum_site.places.models import Stewardship
from nahraum_site.records import words

see_systems = action("places.see_systems", _("See the versions of the areas"), is_planner | is_researcher | is_releaser)
store_system = action("places.store_system", _("Upload boundaries and levels"), is_planner)
keep_layers = action("places.keep_layers", _("Keep the layers that help to find one's way on maps"), is_planner)
give_spaces = action("places.give_spaces", _("Say who looks after which social spaces"), is_administrator)

words.tell(
    {
        "areas.selected": _("selected areas for further work"),
        "layer.stored": _("stored a map layer"),
        "layer.changed": _("changed a map layer"),
        "layer.moved": _("moved a map layer"),
        "layer.removed": _("removed a map layer"),
    },
    {"places.contextlayer": _("map layer"), "places.areaselection": _("selection of areas")},
)


@rules.predicate  # type: ignore[untyped-decorator]
def looks_after(user: Any, area: str | None) -> bool:
    """Return whether the area with this key is this person's own. Without an area the question is open."""
    return area is None or Stewardship.objects.filter(user=user, user__is_active=True, area=area).exists()
