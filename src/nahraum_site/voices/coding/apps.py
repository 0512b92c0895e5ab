"""The app of coding."""

from django.apps import AppConfig


class CodingConfig(AppConfig):
    """Codings and memos."""

    name = "nahraum_site.voices.coding"
    label = "voices_coding"

    def ready(self) -> None:
        """Let codings follow their categories."""
        from nahraum_site.voices.categories import following
        from nahraum_site.voices.coding.followed import Codings

        following.followers.append(Codings())
