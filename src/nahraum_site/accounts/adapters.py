"""How allauth behaves here: nobody signs up on their own; an identity provider only opens what was invited."""

from __future__ import annotations

import logging
import threading
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from nahraum_site.accounts.signals import written

journal = logging.getLogger("nahraum.mail")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts begin with an invitation; mail is sent only where a mail server is set up."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("E-mail address and password do not fit together."),
        "enter_current_password": _("Please type your current password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code is not right. Codes of an app are valid for half a minute only."),
        "invalid_password_reset": _("This link is over. Have a new one sent to you."),
        "too_many_login_attempts": _(
            "Too many attempts failed. Wait five minutes, or ask your administration for a link to set a new password."
        ),
        "rate_limited": _("Too many attempts in a short time. Please wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people are invited."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, if there is a mail server; beside the request, so that its duration tells nobody who has an account."""
        if settings.EMAIL_HOST:
            mail = self.render_mail(template_prefix, email, context)
            threading.Thread(target=_send, args=[mail], name="mail").start()

    def format_email_subject(self, subject: str) -> str:
        """Return the subject as it is: the name of the site stands in it."""
        return subject


def _send(mail: EmailMessage) -> None:
    try:
        mail.send()
    except OSError as error:  # what smtplib raises; the address itself stays out of the log
        journal.warning("Eine Mail konnte nicht verschickt werden: %s", type(error).__name__)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Who comes from the identity provider is the invited person with the same verified address, or nobody."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return False: a sign-in from outside makes no account."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect a first sign-in with the invited account; refuse what is not invited or not verified."""
        if sociallogin.is_existing:
            if sociallogin.user.is_active:
                return
            raise _not_invited(request)
        verified = [address.email.lower() for address in sociallogin.email_addresses if address.verified]
        known = EmailAddress.objects.select_related("user").filter(email__in=verified, user__is_active=True).first()
        if known is None:
            raise _not_invited(request)
        sociallogin.connect(request, known.user)
        written.send(
            sender=type(known.user),
            actor=known.user,
            action="provider.connected",
            thing=known.user,
            before={},
            after={},
        )


def _not_invited(request: HttpRequest) -> ImmediateHttpResponse:
    return ImmediateHttpResponse(render(request, "accounts/not_invited.html", status=403))
