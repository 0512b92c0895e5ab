"""The app of the monitoring; it names the work that jobs do here."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Indicators, deliveries, recipes, editions."""

    name = "nahraum_site.indicators"
    label = "indicators"

    def ready(self) -> None:
        """Name the jobs."""
        from nahraum_site.indicators.actions import intake
        from nahraum_site.records import jobs

        jobs.register("deliveries.check", intake.check_job, needs="sources.import_tables")
        jobs.register("deliveries.confirm", intake.confirm_job, needs="sources.import_tables")
