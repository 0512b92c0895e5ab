"""Who may code, and add categories on the way; who leads the study also merges, splits and removes them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import action
from nahraum_site.records import words
from nahraum_site.voices.models import Member
from nahraum_site.voices.rules import can_join, has_part

code = action(
    "voices.code",
    _("Code texts of a study of one's team, and add categories on the way"),
    can_join & has_part(Member.Part.LEAD, Member.Part.CODER),
)

words.tell(
    {
        "categories.changed": _("changed a category system"),
        "categories.taken": _("downloaded a category system"),
    },
    {"voices_categories.categorysystem": _("category system")},
    {"changes": _("changes"), "categories": _("categories"), "version": _("version")},
)
