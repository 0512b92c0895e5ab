"""Who may deliver and who sees what was delivered."""

from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import action, is_planner, is_releaser, is_researcher

import_tables = action("sources.import_tables", _("Import tables"), is_planner)
see_calendar = action("sources.see_calendar", _("See the delivery calendar"), is_planner | is_researcher | is_releaser)
keep_calendar = action("sources.keep_calendar", _("Keep the delivery calendar"), is_planner)
