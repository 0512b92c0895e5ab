"""Each request speaks one language, the visitor's choice, else German; what names nothing is not looked up."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation

from nahraum.base.language import gettext as _
from nahraum.base.language import speaking

LONGEST_QUERY = 40_000  # signs


class LanguageMiddleware:
    """Speak the language of the cookie, for Django and for the core."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the visitor's language."""
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language), speaking(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class NamingMiddleware:
    """Answer addresses that hold a NUL as not found: nothing is named so, and PostgreSQL refuses to look.

    Likewise addresses that ask for more than anybody types: SQLite refuses to look for words of 50,000 bytes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or raise Http404."""
        asked = request.META.get("QUERY_STRING", "")
        if "\0" in request.path or "%00" in asked or "\0" in asked:
            raise Http404
        if len(asked) > LONGEST_QUERY:
            return HttpResponse(_("This address is too long."), status=414, content_type="text/plain; charset=utf-8")
        return self.get_response(request)
