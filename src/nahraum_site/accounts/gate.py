"""The gate before every view: what does not say who may see it is seen by nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages import ERROR, get_messages
from django.contrib.messages.storage.session import SessionStorage
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from nahraum_site.accounts.permissions import PUBLIC, SIGNED_IN, actions, require

FOREIGN = ("allauth.", "django.views.", "django.contrib.staticfiles.", "nahraum_site.shell.")  # check for themselves
SEEN_EVERY = 300  # seconds between two notes that a session is alive


class Messages(SessionStorage):
    """What is told on the next page, in words as soon as it is said: who looks on the way keeps it storable."""

    def add(self, level: int, message: object, extra_tags: str = "") -> None:
        """Keep a sentence; one that is translated lazily is translated now."""
        super().add(level, str(message), extra_tags)


class GateMiddleware:
    """Ask for what the view needs before it runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; keep nothing that was only for people signed in in any cache."""
        if request.user.is_authenticated:
            _keep_alive(request)
        response = self.get_response(request)
        if request.method == "POST" and request.user.is_authenticated:
            _tell_stored(request, response)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _arguments: object, _keywords: object
    ) -> HttpResponse | None:
        """Answer None to let pass, a redirect to the sign-in page, or raise PermissionDenied."""
        if view.__module__.startswith(FOREIGN):
            return None
        need = getattr(view, "needs", None)
        if need is None:
            raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} does not say who may see it")
        if need == PUBLIC:
            return None
        if not request.user.is_authenticated:
            if "HX-Request" in request.headers:  # a piece of a page: the sign-in page has no place there
                return render(request, "accounts/ended.html")
            return redirect_to_login(here(request))
        if need != SIGNED_IN:
            require(request.user, need)
        return None


def here(request: HttpRequest) -> str:
    """Return the page that a visitor can open again: what was sent cannot be, so it is the page with the form."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return "/"
    return urlsplit(before)._replace(scheme="", netloc="", fragment="").geturl() or "/"


def _tell_stored(request: HttpRequest, response: HttpResponse) -> None:
    """Note for the next page which form was stored: only then the browser forgets what was typed into it."""
    form = request.POST.get("kept", "")
    if not form or response.status_code not in (302, 303):
        return
    told = get_messages(request)
    if not any(each.level >= ERROR for each in told):
        request.session["saved"] = form[:500]
    told.used = False  # looked at, not shown


def _keep_alive(request: HttpRequest) -> None:
    """Renew the session's end now and then; without a sign of life it ends after SESSION_COOKIE_AGE."""
    now = int(timezone.now().timestamp())
    began = request.session.setdefault("began", now)
    if now - began > settings.LONGEST_SESSION:
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        request.session.flush()
        request.user = AnonymousUser()
    elif now - request.session.get("seen", 0) > SEEN_EVERY:
        request.session["seen"] = now
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say which action the visitor's roles do not include."""
    words = next((each.words for each in actions() if each.key == str(exception)), "")
    return render(request, "shell/403.html", {"words": _(words) if words else ""}, status=403)


def wrong_mark(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form's mark against forgery does not fit, and lead back to the form."""
    return render(request, "shell/csrf.html", {"back": here(request)}, status=403)
