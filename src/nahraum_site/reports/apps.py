"""The app of start page, editions and reports; it names the work that jobs do here."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Editions and reports."""

    name = "nahraum_site.reports"
    label = "reports"

    def ready(self) -> None:
        """Name the jobs."""
        from nahraum_site.records import jobs
        from nahraum_site.reports import actions, overview, releasing

        jobs.register("editions.draft", actions.draft_job, needs="indicators.draft")
        jobs.register("reports.publish", releasing.publish_job, needs="reports.review")
        jobs.register("reports.overview", overview.overview_job, needs="reports.see_dashboard")
