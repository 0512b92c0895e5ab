"""Passkeys belong to the name of the site, whatever proxy stands before it."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings


class Adapter(DefaultMFAAdapter):
    """The second factor under our own name."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return who asks for a passkey."""
        return {"id": settings.PASSKEY_HOST, "name": "Nahraum"}
