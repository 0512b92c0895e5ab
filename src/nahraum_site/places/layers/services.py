"""The city's map services through this server: no visitor ever asks them."""

from __future__ import annotations

import base64
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from nahraum_site.accounts.permissions import public
from nahraum_site.accounts.visitors import may_ask
from nahraum_site.places.layers import tiles

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
    if picture is None and may_ask(request, "tiles", each=EACH, all_together=ALL):
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
