"""Who may write for the report of a study; the whole team reads its results."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import action
from nahraum_site.records import words
from nahraum_site.voices.models import Member
from nahraum_site.voices.rules import can_join, has_part

write = action(
    "voices.write_results",
    _("Write what stands in the report of a study of one's team"),
    can_join & has_part(Member.Part.LEAD, Member.Part.CODER),
)

words.tell(
    {
        "results.tables": _("downloaded unpublished tables of a study"),
        "results.passages": _("downloaded unpublished passages of a study"),
        "results.report": _("downloaded the unpublished report of a study"),
        "results.slides": _("downloaded unpublished slides of a study"),
        "results.written": _("changed a chapter in the report of a study"),
        "results.front": _("changed who publishes the report of a study"),
    },
    {},
    {"whose": _("whose codings"), "space": _("social space")},
)
