"""Who may do what with the monitoring."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import action, is_leader, is_planner, is_releaser, is_researcher


@rules.predicate  # type: ignore[untyped-decorator]
def made_by_somebody_else(user: Any, edition: Any) -> bool:
    """Return whether somebody else made it: four eyes. Without an edition the question is open."""
    return edition is None or edition.author_id != user.pk


keep_project = action("indicators.keep_project", _("Change title, areas in use and protection"), is_planner)
see_drafts = action(
    "indicators.see_drafts", _("See drafts; outside planning the one that is in review"), is_planner | is_releaser
)
see_values = action("indicators.see_values", _("See delivered values before protection"), is_planner)
use_workbench = action("indicators.use_workbench", _("Try recipes in the workbench"), is_planner)
save_recipe = action("indicators.save_recipe", _("Save a version of the index"), is_planner)
draft = action("indicators.draft", _("Make a draft and submit it for review"), is_planner)
review = action(
    "indicators.review", _("Review and publish what somebody else made"), is_releaser & made_by_somebody_else
)
withdraw = action("indicators.withdraw", _("Withdraw a published edition"), is_releaser)
reads_inside = is_planner | is_researcher | is_releaser | is_leader
read_catalogue = action("indicators.read_catalogue", _("Read the indicator catalogue"), reads_inside)
edit_catalogue = action("indicators.edit_catalogue", _("Write the indicator catalogue"), is_planner)
read_deliveries = action("indicators.read_deliveries", _("Read delivered values and download their files"), is_planner)
withdraw_delivery = action("indicators.withdraw_delivery", _("Withdraw a delivery"), is_planner)
