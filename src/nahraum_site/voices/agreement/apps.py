"""The app of agreement."""

from django.apps import AppConfig


class AgreementConfig(AppConfig):
    """Agreement and consensus."""

    name = "nahraum_site.voices.agreement"
    label = "voices_agreement"

    def ready(self) -> None:
        """Let places that stay uncoded follow their categories."""
        from nahraum_site.voices.agreement.uncoded import Places
        from nahraum_site.voices.categories import following

        following.followers.append(Places())
