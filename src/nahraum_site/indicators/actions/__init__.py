"""Every write of the monitoring: one function per intent, atomic, told to the log."""

from nahraum_site.indicators.actions.editions import store_edition

__all__ = ["store_edition"]
