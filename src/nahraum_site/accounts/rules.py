"""Who may do what with accounts."""

from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import action, is_administrator

manage_people = action("accounts.manage_people", _("Invite people, give roles, end access"), is_administrator)
