"""The app of results."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """Tables of what was coded, and what the team writes about it."""

    name = "nahraum_site.voices.results"
    label = "voices_results"
