"""How allauth behaves here: nobody signs up on their own; an identity provider only opens what was invited."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render


class AccountAdapter(DefaultAccountAdapter):
    """Accounts begin with an invitation; mail is sent only where a mail server is set up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people are invited."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, if there is a mail server; otherwise the administration makes a link."""
        if settings.EMAIL_HOST:
            super().send_mail(template_prefix, email, context)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Who comes from the identity provider is the invited person with the same verified address, or nobody."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return False: a sign-in from outside makes no account."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect a first sign-in with the invited account; refuse what is not invited or not verified."""
        if sociallogin.is_existing:
            return
        verified = [address.email.lower() for address in sociallogin.email_addresses if address.verified]
        known = EmailAddress.objects.select_related("user").filter(email__in=verified, user__is_active=True).first()
        if known is None:
            raise ImmediateHttpResponse(render(request, "accounts/not_invited.html", status=403))
        sociallogin.connect(request, known.user)
