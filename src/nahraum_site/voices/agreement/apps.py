"""The app of agreement."""

from django.apps import AppConfig


class AgreementConfig(AppConfig):
    """Agreement and consensus."""

    name = "nahraum_site.voices.agreement"
    label = "voices_agreement"
