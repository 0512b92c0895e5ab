"""The app of exchange."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Projects that wait to be imported, and what leaves for other programs."""

    name = "nahraum_site.voices.exchange"
    label = "voices_exchange"

    def ready(self) -> None:
        """Name the jobs; set waiting projects aside when texts are deleted: they may hold the same words."""
        from nahraum_site.records import jobs
        from nahraum_site.voices.exchange import working
        from nahraum_site.voices.exchange.receiving import set_aside_all
        from nahraum_site.voices.texts import forgetting

        jobs.register("exchange.read", working.read_job, needs=working.LEAD)
        jobs.register("exchange.import", working.import_job, needs=working.LEAD)
        forgetting.followers.append(set_aside_all)
