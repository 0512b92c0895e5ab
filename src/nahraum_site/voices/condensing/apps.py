"""The app of condensing."""

from django.apps import AppConfig


class CondensingConfig(AppConfig):
    """Steps of Mayring's chain, and summaries of cells."""

    name = "nahraum_site.voices.condensing"
    label = "voices_condensing"
