"""Passkeys belong to the name of the site, whatever proxy stands before it."""

from __future__ import annotations

from typing import ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class Adapter(DefaultMFAAdapter):
    """The second factor under our own name."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Codes of an app are valid for half a minute only."),
        "cannot_generate_recovery_codes": _(
            "Recovery codes need a second factor. Set up a code app or a passkey first."
        ),
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return who asks for a passkey."""
        return {"id": settings.PASSKEY_HOST, "name": "Nahraum"}
