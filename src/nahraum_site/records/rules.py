"""Who may read what about what was done. Staff are people too: the log names who did something, so few may read it."""

from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import action, is_administrator

read_log = action("records.read_log", _("Read the log of everybody's actions"), is_administrator)
edit_pages = action("records.edit_pages", _("Edit imprint, privacy page and accessibility statement"), is_administrator)
see_health = action("records.see_health", _("See how the operation is doing"), is_administrator)
