"""The city's map services through this server: no visitor ever asks them."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from nahraum_site.accounts.permissions import public
from nahraum_site.places.layers import tiles

A_MINUTE = 60
EACH, ALL = 300, 1_500  # new pictures a minute: for one visitor, for everybody
# One transparent pixel: a map without its background is still a map.
NOTHING = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAen63NgAAAAASUVORK5CYII="
)


@public
@require_safe
def tile(request: HttpRequest, name: str, z: int, x: int, y: int) -> HttpResponse:
    """Send one picture of a map service; a transparent one if there is none at the moment."""
    service = _service(name)
    if z > tiles.DEEPEST or max(x, y) >= 2**z:
        raise Http404
    picture = tiles.kept(service, z, x, y)
    if picture is None and _may_ask(request):
        picture = tiles.fetched(service, z, x, y)
    picture = picture or tiles.kept(service, z, x, y, stale=True)
    response = HttpResponse(picture or NOTHING, content_type=tiles.kind_of(picture or NOTHING))
    response.headers["Cache-Control"] = "public, max-age=86400" if picture else "no-store"
    return response


@public
@require_safe
def state(request: HttpRequest, name: str) -> HttpResponse:
    """Say whether a map service brought no picture when it was asked last."""
    response = JsonResponse({"failing": tiles.is_failing(_service(name))})
    response.headers["Cache-Control"] = "no-store"
    return response


def _service(name: str) -> Any:
    try:
        return settings.MAP_SERVICES[name]
    except KeyError:
        raise Http404 from None


def _may_ask(request: HttpRequest) -> bool:
    """Count a question to a service, and say whether this visitor and all together have asked for few enough."""
    try:
        visitor = get_adapter(request).get_client_ip(request)
    except PermissionDenied:  # no address that can be told: counted as one visitor
        visitor = ""
    return all(_counted(f"tiles:{who}") <= most for who, most in ((visitor, EACH), ("all", ALL)))


def _counted(key: str) -> int:
    if cache.add(key, 1, A_MINUTE):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # its minute ended just now
        return 1
