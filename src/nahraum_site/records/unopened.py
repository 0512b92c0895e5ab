"""Whoever asks for what is sealed while its key is not here is told so, wherever it was opened."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nahraum_site.records.sealing import Damaged, Destroyed


class UnopenedMiddleware:
    """Answer 410 with what is wrong and how to mend it; views that can show the rest of their page catch it before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what could not be opened, nothing else."""
        if not isinstance(exception, Destroyed | Damaged):
            return None
        return render(request, "records/unopened.html", {"words": str(exception)}, status=410)
