"""The app of people and roles."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles, organisations."""

    name = "nahraum_site.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Pass on to the log what allauth tells."""
        from nahraum_site.accounts.signals import listen

        listen()
