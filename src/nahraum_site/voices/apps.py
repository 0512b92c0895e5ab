"""The app of voices."""

from django.apps import AppConfig


class VoicesConfig(AppConfig):
    """Studies, their teams and their collections."""

    name = "nahraum_site.voices"
    label = "voices"
