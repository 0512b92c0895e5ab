"""Pages that belong to no slice: the choice of language, what is not there."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language and go back to where the visitor was."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=31_536_000,
            samesite="Lax",
            httponly=True,
            secure=settings.HTTPS,
        )
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, and where to go from here."""
    return render(request, "shell/404.html", status=404)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that a request cannot be answered as it came."""
    return _alone("shell/400.html", 400)


def gone_wrong(request: HttpRequest) -> HttpResponse:
    """Say that something failed here."""
    return _alone("shell/500.html", 500)


def _alone(template: str, status: int) -> HttpResponse:
    """Answer with a page that asks nothing, neither who is there nor the database: that may be what failed."""
    return HttpResponse(get_template(template).render(), status=status)
