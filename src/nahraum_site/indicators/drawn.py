"""Maps of a published view as they were drawn once: drawing costs up to a second, and everybody may ask for it.

Kept by edition, layers of the map, language and view. New drawings are rationed, so that twenty strangers do not take
the time of all. A draft is drawn each time for the one who asks, and never kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nahraum_site.accounts.visitors import A_MINUTE, may_ask
from nahraum_site.indicators.models import Edition
from nahraum_site.indicators.picture import Picture
from nahraum_site.places.layers import queries as layers

MOST_BYTES = 48_000_000
LARGEST = 4_000_000  # bytes of a drawing that is worth keeping
AT_ONCE, PATIENCE = 2, 4.0  # of eight threads, the others must stay free for pages
EACH, ALL = 30, 60  # new drawings a minute: for one visitor, for all who have no account

_drawings: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
_turning = threading.Lock()
_places = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """Too many drawings were asked for in a short time."""


def drawn(
    request: HttpRequest, picture: Picture, way: tuple[str, ...], draw: Callable[[], bytes | None]
) -> bytes | None:
    """Return what ``draw`` returned the first time for this view and ``way`` (everything else that it hangs on).

    Raises Busy where it would have to be drawn and too much was drawn already.
    """
    mark = (picture.edition.uuid, layers.mark(), request.LANGUAGE_CODE, *way)
    if (found := _drawings.get(mark)) is not None:  # the edition was asked for: this visitor may see it
        return found
    if not request.user.is_authenticated and not may_ask(request, "drawn", each=EACH, all_together=ALL):
        raise Busy
    if not _places.acquire(timeout=PATIENCE):
        raise Busy
    try:
        content = _drawings.get(mark) or draw()  # somebody may have drawn it while we waited
    finally:
        _places.release()
    if content and _is_public(picture.edition) and layers.mark() == mark[1]:
        _keep(mark, content)
    return content


def _is_public(edition: Edition) -> bool:
    return edition.stage == Edition.Stage.PUBLISHED and edition.withdrawn_at is None


def _keep(mark: tuple[object, ...], content: bytes) -> None:
    if len(content) > LARGEST:
        return
    with _turning:
        _drawings[mark] = content
        while sum(map(len, _drawings.values())) > MOST_BYTES:
            _drawings.popitem(last=False)


def busy(request: HttpRequest) -> HttpResponse:
    """Ask the visitor to wait a minute."""
    response = render(request, "indicators/busy.html", status=429)
    response.headers["Retry-After"] = str(A_MINUTE)
    return response
