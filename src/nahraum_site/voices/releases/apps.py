"""The app of releases."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Decisions on quotations that are held back; below coding, which counts them."""

    name = "nahraum_site.voices.releases"
    label = "voices_releases"
