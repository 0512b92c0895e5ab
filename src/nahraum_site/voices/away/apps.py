"""The app of coding on the way."""

from django.apps import AppConfig


class AwayConfig(AppConfig):
    """Texts that are taken along, and what comes back."""

    name = "nahraum_site.voices.away"
    label = "voices_away"
