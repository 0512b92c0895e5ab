"""The app of areas."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Area systems and whose space is whose."""

    name = "nahraum_site.places"
    label = "places"
