"""Short names of tables and variables: what is typed in capitals is taken in small letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ShortNameField(forms.RegexField):
    """Letters a to z, digits and underscores; ``hyphens`` as well where asked for. Capitals become small letters."""

    def __init__(self, *, hyphens: bool = False, **keywords: Any) -> None:
        words = _("Small letters, digits and underscores only, a letter first.")
        if hyphens:
            words = _("Small letters, digits, hyphens and underscores only, a letter first.")
        keywords.setdefault("error_messages", {"invalid": words})
        super().__init__(r"^[a-z][a-z0-9_-]*$" if hyphens else r"^[a-z][a-z0-9_]*$", **keywords)

    def to_python(self, value: Any) -> str:
        """Return the name in small letters."""
        return str(super().to_python(value)).lower()
