"""Who may do what with the monitoring. Delivered values are unprotected: only the planning role sees them."""

from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import action, is_leader, is_planner, is_releaser, is_researcher

reads_inside = is_planner | is_researcher | is_releaser | is_leader

read_catalogue = action("indicators.read_catalogue", _("Read the indicator catalogue"), reads_inside)
edit_catalogue = action("indicators.edit_catalogue", _("Write the indicator catalogue"), is_planner)
read_deliveries = action("indicators.read_deliveries", _("Read delivered values and download their files"), is_planner)
withdraw_delivery = action("indicators.withdraw_delivery", _("Withdraw a delivery"), is_planner)
