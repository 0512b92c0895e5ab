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
from nahraum_site.records.models import LogEntry
from nahraum_site.records.words import tell

WRITING = (
    *("report.begun", "report.described", "report.switched", "report.submitted"),
    *("chapter.added", "chapter.saved", "chapter.moved", "chapter.removed", "chapter.taken_up"),
)


@rules.predicate  # type: ignore[untyped-decorator]
def written_by_others(user: Any, report: Any) -> bool:
    """Return whether none of it was written by this person: four eyes. Without a report the question is open."""
    if report is None:
        return True
    if report.author_id == user.pk or report.chapters.filter(versions__by=user).exists():
        return False
    # Also who renamed it, moved or took out a chapter, chose its numbers or recommended something has written in it.
    things = {str(report.uuid), *map(str, report.chapters.values_list("uuid", flat=True))}
    theirs = LogEntry.objects.filter(actor=str(user.uuid))
    written = theirs.filter(thing__in=things, action__in=WRITING).exists()
    return not written and not theirs.filter(action="recommendation.made", after__report=str(report.uuid)).exists()


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

tell(
    {
        "chapter.added": _("added a chapter to a report"),
        "chapter.moved": _("moved a chapter"),
        "chapter.removed": _("took a chapter out of a report"),
        "chapter.saved": _("stored a chapter"),
        "chapter.taken_up": _("took a chapter up again"),
        "comment.made": _("commented on a chapter"),
        "comment.reopened": _("opened a comment again"),
        "comment.resolved": _("marked a comment as done"),
        "overview.made": _("worked the overview out"),
        "recommendation.made": _("added a recommendation"),
        "recommendation.told": _("told what became of a recommendation"),
        "report.begun": _("began a report"),
        "report.cosigned": _("co-signed a report"),
        "report.described": _("changed title or note of a report"),
        "report.exported": _("took the draft of a report along"),
        "report.file_written": _("wrote the file of a published report"),
        "report.published": _("published a report"),
        "report.returned": _("returned a report for more work"),
        "report.submitted": _("submitted a report for review"),
        "report.switched": _("gave a report the numbers of another edition"),
        "report.taken_back": _("took a report back from review"),
    },
    {
        "reports.chapter": _("chapter"),
        "reports.comment": _("comment"),
        "reports.recommendation": _("recommendation"),
        "reports.report": _("report"),
    },
    {
        "answers": _("answers"),
        "changes": _("changes"),
        "chapter": _("chapter"),
        "edition": _("edition"),
        "follows": _("follows"),
        "format": _("format"),
        "gaps": _("gaps"),
        "hints": _("hints"),
        "issues": _("issues"),
        "place": _("place"),
        "report": _("report"),
        "rows": _("rows"),
        "status": _("status"),
        "text": _("text (hash)"),
        "version": _("version"),
    },
)
