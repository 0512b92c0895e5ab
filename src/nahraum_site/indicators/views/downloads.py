"""The shown view to take along."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from nahraum_site.accounts.permissions import public
from nahraum_site.indicators.drawn import Busy, busy, drawn
from nahraum_site.indicators.files import DRAWN, KINDS, file_of, name_of
from nahraum_site.indicators.models import Edition
from nahraum_site.indicators.views.opened import opened_picture
from nahraum_site.records import log
from nahraum_site.records.downloads import sent


@public
@require_safe
def download(request: HttpRequest, kind: str) -> HttpResponse:
    """Send the view that the address asks for as a file; ``karte=2`` asks for the second map."""
    picture = opened_picture(request) if kind in KINDS else None
    if picture is None:
        raise Http404
    lasting = picture.asked.address(edition=str(picture.edition.uuid))
    address = request.build_absolute_uri(f"{reverse('atlas')}?{lasting}")
    second = request.GET.get("karte") == "2"

    def draw() -> bytes | None:
        return file_of(picture, kind, second=second, address=address)

    try:
        content = drawn(request, picture, (kind, str(second), address), draw) if kind in DRAWN else draw()
    except Busy:
        return busy(request)
    if content is None:
        raise Http404
    if picture.edition.stage != Edition.Stage.PUBLISHED:
        log.write(request.user, "edition.downloaded", picture.edition, after={"file": name_of(picture, kind)})
    return sent(content, name_of(picture, kind))
