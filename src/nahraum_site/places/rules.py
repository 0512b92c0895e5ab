"""Who may see and store versions of the areas."""

from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import action, is_planner, is_releaser, is_researcher

see_systems = action("places.see_systems", _("See the versions of the areas"), is_planner | is_researcher | is_releaser)
store_system = action("places.store_system", _("Upload boundaries and levels"), is_planner)
