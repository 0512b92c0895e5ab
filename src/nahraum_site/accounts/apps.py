"""The app of people and roles."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles, organisations."""

    name = "nahraum_site.accounts"
    label = "accounts"
