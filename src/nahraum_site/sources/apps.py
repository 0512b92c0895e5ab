"""The app of deliveries on their way in."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """Uploads and the delivery calendar."""

    name = "nahraum_site.sources"
    label = "sources"
