"""The app of category systems."""

from django.apps import AppConfig


class CategoriesConfig(AppConfig):
    """Category systems and their versions."""

    name = "nahraum_site.voices.categories"
    label = "voices_categories"
