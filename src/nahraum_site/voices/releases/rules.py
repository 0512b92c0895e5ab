"""Who decides on quotations of few people: a releaser who does not belong to the team of the study (four eyes)."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import action, is_releaser
from nahraum_site.records import words
from nahraum_site.voices.models import Member


@rules.predicate  # type: ignore[untyped-decorator]
def in_the_team(user: Any, study: Any) -> bool:
    """Say whether somebody belongs to the team of a study; without a study nobody does."""
    return study is not None and Member.objects.filter(study=study, user=user).exists()


decide = action(
    "voices.release_quotations",
    _("Decide whether quotations of few people may be shown, in a study of others"),
    is_releaser & ~in_the_team,
)

words.tell(
    {
        "release.asked": _("asked whether quotations of few people may be shown"),
        "release.seen": _("looked at quotations to be released"),
        "release.given": _("released quotations of few people"),
        "release.refused": _("did not release quotations of few people"),
        "release.ended": _("took the release of quotations back"),
    },
    {"voices_releases.release": _("release of quotations")},
)
