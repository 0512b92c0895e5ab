"""Who may do what with the office's own reports."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import (
    action,
    is_contact,
    is_leader,
    is_neighbourhood_manager,
    is_planner,
    is_releaser,
    is_researcher,
)


@rules.predicate  # type: ignore[untyped-decorator]
def written_by_others(user: Any, report: Any) -> bool:
    """Return whether none of it was written by this person: four eyes. Without a report the question is open."""
    if report is None:
        return True
    return report.author_id != user.pk and not report.chapters.filter(versions__by=user).exists()


is_reader = is_planner | is_researcher | is_releaser | is_leader | is_contact | is_neighbourhood_manager

read_drafts = action("reports.read_drafts", _("Read drafts of reports"), is_reader)
comment = action("reports.comment", _("Comment on a report"), is_reader)
write = action(
    "reports.write", _("Write chapters, choose their numbers, keep recommendations"), is_planner | is_researcher
)
cosign = action("reports.cosign", _("Co-sign a report"), is_leader | is_contact | is_releaser)
review = action("reports.review", _("Review and publish a report that others wrote"), is_releaser & written_by_others)
see_dashboard = action(
    "reports.see_dashboard",
    _("See the overview of the areas that stand out"),
    is_leader | is_planner | is_contact | is_releaser | is_researcher,
)
