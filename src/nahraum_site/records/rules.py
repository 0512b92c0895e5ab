"""Who may read what about what was done. Staff are people too: the log names who did something, so few may read it."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import action, is_administrator

read_log = action("records.read_log", _("Read the log of everybody's actions"), is_administrator)
edit_pages = action("records.edit_pages", _("Edit imprint, privacy page and accessibility statement"), is_administrator)
see_health = action("records.see_health", _("See how the operation is doing"), is_administrator)


@rules.predicate  # type: ignore[untyped-decorator]
def is_about_oneself(user: Any, entry: Any) -> bool:
    """Return whether somebody did this, or somebody else did it with their account."""
    own = str(user.uuid)
    return entry.actor == own or (entry.kind == "accounts.user" and entry.thing == own)


may_read_entry = is_administrator | is_about_oneself
