"""The app of texts."""

from django.apps import AppConfig


class TextsConfig(AppConfig):
    """Files, texts and pseudonyms of collections; a slice of its own inside of voices."""

    name = "nahraum_site.voices.texts"
    label = "voices_texts"
