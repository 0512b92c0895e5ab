"""The app of log, files and jobs; it listens to what the accounts tell."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Log, files, jobs."""

    name = "nahraum_site.records"
    label = "records"

    def ready(self) -> None:
        """Write into the log what is told about people, and who signs in and out."""
        from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

        from nahraum_site.accounts.signals import written
        from nahraum_site.records import log

        written.connect(log.told, dispatch_uid="records.written")
        user_logged_in.connect(log.signed_in, dispatch_uid="records.signed_in")
        user_logged_out.connect(log.signed_out, dispatch_uid="records.signed_out")
        user_login_failed.connect(log.sign_in_failed, dispatch_uid="records.sign_in_failed")
