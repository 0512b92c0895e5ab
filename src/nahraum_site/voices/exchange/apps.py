"""The app of exchange."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Projects that wait to be imported, and what leaves for other programs."""

    name = "nahraum_site.voices.exchange"
    label = "voices_exchange"

    def ready(self) -> None:
        """Set waiting projects aside when texts are deleted: they may hold the same words."""
        from nahraum_site.voices.exchange.receiving import set_aside_all
        from nahraum_site.voices.texts import forgetting

        forgetting.followers.append(set_aside_all)
