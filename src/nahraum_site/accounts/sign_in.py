"""Signing in: those pages of allauth that are wanted here, under addresses of ours; all others are not there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from allauth.socialaccount import views as outside
from allauth.socialaccount.providers.openid_connect import views as provider
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, re_path
from django.utils.translation import gettext_noop as _
from requests import RequestException

from nahraum_site.accounts.permissions import public

View = Callable[..., HttpResponse]
logger = logging.getLogger(__name__)

#: Sentences of allauth that this house says its own way: its catalogue goes before allauth's.
SENTENCES = (
    _("Email"),
    _("Email address"),
    _("Password"),
    _("Password (again)"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("You must type the same password each time."),
    _("Code"),
    _("Authenticator code"),
    _("Passwordless"),
    _(
        "Enabling passwordless operation allows you to sign in using just this key, but imposes additional requirements such as biometrics or PIN protection."  # noqa: E501
    ),
    _("Master key"),
    _("Backup key"),
    _("Key nr. {number}"),
    _("Use your password"),
    _("Use authenticator app or code"),
    _("Use a security key"),
)


def whole(view: View) -> View:
    """Store what a page of allauth changes together with its entry in the log, or neither."""

    @wraps(view)
    def wrapped(request: HttpRequest, *arguments: Any, **keywords: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *arguments, **keywords)
        with transaction.atomic():
            return view(request, *arguments, **keywords)

    return wrapped


def by_mail(view: View) -> View:
    """Offer a page only where mail can be sent."""

    @wraps(view)
    def wrapped(request: HttpRequest, *arguments: Any, **keywords: Any) -> HttpResponse:
        if not settings.EMAIL_HOST:
            raise Http404
        return view(request, *arguments, **keywords)

    return wrapped


@public
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the visitor to the identity provider.

    By a page of our own, because browsers apply ``form-action 'self'`` to every redirect that follows a form. Where the
    provider does not answer, the page says so and leads to the password.
    """
    try:
        answer: HttpResponse = provider.login(request, provider_id=provider_id)
    except RequestException:
        logger.exception("the identity provider does not answer")
        return render(request, "socialaccount/authentication_error.html", status=503)
    away = answer.status_code == 302 and answer.headers["Location"].startswith(("https://", "http://"))
    if not away:
        return answer
    return render(request, "accounts/to_provider.html", {"address": answer.headers["Location"]})


@public
def not_here(request: HttpRequest, **_given: str) -> HttpResponse:
    """Answer for pages whose names allauth asks for, but which make no sense where people are invited."""
    raise Http404


MISSING = (
    "account_signup",
    "account_email",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "account_request_login_code",
    "socialaccount_signup",
    "socialaccount_connections",
)

urlpatterns = [
    path("anmelden/", account.login, name="account_login"),
    path("anmelden/gesperrt/", account.account_inactive, name="account_inactive"),
    path("anmelden/bestaetigen/", second.authenticate, name="mfa_authenticate"),
    path("anmelden/passkey/", passkey.login_webauthn, name="mfa_login_webauthn"),
    path("anmelden/oidc/", to_provider, {"provider_id": "oidc"}, name="openid_connect_login"),
    path("anmelden/oidc/zurueck/", provider.callback, {"provider_id": "oidc"}, name="openid_connect_callback"),
    path("anmelden/oidc/abgebrochen/", outside.login_cancelled, name="socialaccount_login_cancelled"),
    path("anmelden/passwort/", by_mail(account.password_reset), name="account_reset_password"),
    path("anmelden/passwort/verschickt/", by_mail(account.password_reset_done), name="account_reset_password_done"),
    path(
        "anmelden/passwort/gesetzt/",
        by_mail(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^anmelden/passwort/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        by_mail(whole(account.password_reset_from_key)),
        name="account_reset_password_from_key",
    ),
    path("abmelden/", account.logout, name="account_logout"),
    path("konto/bestaetigen/", account.reauthenticate, name="account_reauthenticate"),
    path("konto/bestaetigen/code/", second.reauthenticate, name="mfa_reauthenticate"),
    path("konto/bestaetigen/passkey/", passkey.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("konto/passwort/", whole(account.password_change), name="account_change_password"),
    path("konto/passwort/setzen/", whole(account.password_set), name="account_set_password"),
    path("konto/schutz/", second.index, name="mfa_index"),
    path("konto/schutz/app/", whole(totp.activate_totp), name="mfa_activate_totp"),
    path("konto/schutz/app/entfernen/", whole(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("konto/schutz/notfallcodes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("konto/schutz/notfallcodes/neu/", whole(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("konto/schutz/notfallcodes/datei/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("konto/schutz/passkeys/", passkey.list_webauthn, name="mfa_list_webauthn"),
    path("konto/schutz/passkeys/neu/", whole(passkey.add_webauthn), name="mfa_add_webauthn"),
    path("konto/schutz/passkeys/<int:pk>/", whole(passkey.edit_webauthn), name="mfa_edit_webauthn"),
    path("konto/schutz/passkeys/<int:pk>/entfernen/", whole(passkey.remove_webauthn), name="mfa_remove_webauthn"),
    *(path(f"gibt-es-nicht/{name}/", not_here, name=name) for name in MISSING),
]
