"""Pages of a published edition, kept as they were written: what never changes need not be written twice.

Of several who ask for a page at once one has it written, and the others wait for it: after a publication everybody
opens the same pages. Only for visitors without a session, and only for the edition that is the latest; a lasting link,
somebody signed in and anything but a plain GET is always answered anew.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token

from nahraum_site.indicators import queries
from nahraum_site.places.layers import queries as layers

MOST = 300  # pages
MOST_BYTES = 64_000_000
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')
MARK = secrets.token_hex(16).encode()  # nobody can put it into an address

_pages: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
_turning = threading.Lock()
_of_page = [threading.Lock() for _each in range(64)]  # a page takes the one that its key falls to
# Python computes one page at a time anyway: written side by side, each of eight would take eight times as long. The
# second works while the first waits for the database.
_at_work = threading.Semaphore(2)


def kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a public view whose answer hangs on nothing but edition, layers of the map, language and address."""

    @wraps(view)
    def answer(request: HttpRequest, *arguments: Any, **keywords: Any) -> HttpResponse:
        edition = None if _is_personal(request) else queries.mark()
        if edition is None:
            return view(request, *arguments, **keywords)
        key = (edition, layers.mark(), request.LANGUAGE_CODE, bool(request.htmx), request.build_absolute_uri())
        if (page := _pages.get(key)) is None:
            with _of_page[hash(key) % len(_of_page)]:
                if (page := _pages.get(key)) is None:
                    with _at_work:
                        response = view(request, *arguments, **keywords)
                    # somebody may have published or withdrawn an edition while this was written
                    if response.status_code == 200 and queries.mark() == edition:
                        _keep(key, TOKEN.sub(lambda found: found[1] + MARK, response.content))
                    return response
        _wanted_again(key)
        return HttpResponse(page.replace(MARK, get_token(request).encode()))

    return answer


def _is_personal(request: HttpRequest) -> bool:
    return request.method != "GET" or settings.SESSION_COOKIE_NAME in request.COOKIES or "ausgabe" in request.GET


def _wanted_again(key: tuple[object, ...]) -> None:
    """Note that a page was wanted: what many read is not pushed out by addresses that nobody reads twice."""
    with _turning:
        if key in _pages:
            _pages.move_to_end(key)


def _keep(key: tuple[object, ...], page: bytes) -> None:
    with _turning:
        _pages[key] = page
        while len(_pages) > MOST or sum(map(len, _pages.values())) > MOST_BYTES:
            _pages.popitem(last=False)
