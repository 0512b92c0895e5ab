"""The atlas as a page, for print and in another site's frame; the address holds the whole view."""

from __future__ import annotations

from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from nahraum.evidence.indicators.show.classes import FEWEST, MOST
from nahraum.evidence.indicators.show.palette import PALETTES
from nahraum_site.accounts.permissions import public
from nahraum_site.indicators import beneath, queries
from nahraum_site.indicators.asked import METHODS, OTHER_YEAR, OWN
from nahraum_site.indicators.drawn import Busy, busy, drawn
from nahraum_site.indicators.files import KINDS, map_svg
from nahraum_site.indicators.kept import kept
from nahraum_site.indicators.levels import level_asked, outlines
from nahraum_site.indicators.models import Edition
from nahraum_site.indicators.picture import Picture
from nahraum_site.indicators.views.opened import opened_picture


@public
@require_safe
@kept
def atlas(request: HttpRequest) -> HttpResponse:
    """Show map, table and chart of a view."""
    picture = opened_picture(request)
    if picture is None:
        return nothing(request)
    page = {**_page(picture), **_choices(picture), **_links(request, picture)}
    template = "indicators/atlas_view.html" if request.htmx else "indicators/atlas.html"
    return render(request, template, page)


def nothing(request: HttpRequest) -> HttpResponse:
    """Say that nothing is published yet; a link to an edition that is not there is not found."""
    if request.GET.get("ausgabe"):
        raise Http404
    return render(request, "indicators/nothing.html")


@public
@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """Show a view on paper: maps drawn here, legend, table, source; no script."""
    picture = opened_picture(request)
    if picture is None:
        return nothing(request)
    try:
        maps = [_printed(request, picture, n) for n in range(len(picture.maps))]
    except Busy:
        return busy(request)
    # the writer escapes every text; the drawing holds no style, no script and no address
    drawings = [(mark_safe(svg), side.painted.note) for svg, side in zip(maps, picture.maps, strict=True) if svg]  # noqa: S308
    return render(request, "indicators/print.html", {**_page(picture), "drawings": drawings})


def _printed(request: HttpRequest, picture: Picture, n: int) -> str:
    def draw() -> bytes:
        return (map_svg(picture, n, alone=False) or "").encode()

    return (drawn(request, picture, ("print", str(n), picture.asked.address()), draw) or b"").decode()


@public
@require_safe
def embedded(request: HttpRequest) -> HttpResponse:
    """Show a view in the frame of a site that is named in the settings; without any, there is no such page."""
    if not settings.EMBED:
        raise Http404
    picture = opened_picture(request)
    if picture is None:
        raise Http404
    page = {**_page(picture), "to_atlas": f"{reverse('atlas')}?{picture.asked.address()}"}
    framed = csp_replace({"frame-ancestors": settings.EMBED})(xframe_options_exempt(render))
    return framed(request, "indicators/embedded.html", page)


def _page(picture: Picture) -> dict[str, Any]:
    """Return what every way of showing needs."""
    under = beneath.offered(picture.layers, picture.asked)
    return {
        **under,
        "edition": picture.edition,
        "picture": picture,
        "view": picture.view,
        "newest": picture.asked.address(edition=""),
        "data": {
            "shapes": _address_of_shapes(picture),
            "maps": [_painted(picture, n) for n in range(len(picture.maps))],
            "chart": picture.chart,
            "selected": picture.selected,
            "beneath": under["beneath"],
        },
    }


def _address_of_shapes(picture: Picture) -> str:
    address = reverse("shapes", args=[picture.edition.uuid])
    return f"{address}?{urlencode({'ebene': picture.level.id})}" if picture.level else address


def _painted(picture: Picture, n: int) -> dict[str, tuple[str, str]]:
    painted, inside = picture.maps[n].painted, set(picture.inside)
    return {
        cell.area.key: (painted.colour(cell.area.key), painted.pattern(cell.area.key))
        if cell.area.key in inside
        else ("", "outside")
        for cell in picture.view.cells
    }


def _choices(picture: Picture) -> dict[str, Any]:
    """Return what can be chosen."""
    ways = {
        "": _("as published"),
        "quantile": _("equal numbers of areas"),
        "gleich": _("equal widths"),
        "jenks": _("natural breaks (Jenks)"),
        OWN: _("own limits"),
    }
    periods = picture.view.periods
    place = periods.index(picture.view.period)
    return {
        "ways": ways,
        "counts": range(FEWEST, MOST + 1),
        "counted": picture.asked.classes in METHODS,
        "own": picture.asked.classes == OWN,
        "palettes": {key: _(palette.name) for key, palette in PALETTES.items()},
        "place": place,
        "before": picture.asked.address(period=periods[place - 1].period) if place else "",
        "after": picture.asked.address(period=periods[place + 1].period) if place + 1 < len(periods) else "",
        "beside_periods": picture.beside.periods if picture.beside else periods,
        "second": OTHER_YEAR,
        "areas": [(row["key"], row["name"]) for row in sorted(picture.rows, key=itemgetter("name", "key"))],
    }


def _links(request: HttpRequest, picture: Picture) -> dict[str, Any]:
    """Return the ways on from this view."""
    lasting = picture.asked.address(edition=str(picture.edition.uuid))
    return {
        "lasting": request.build_absolute_uri(f"{reverse('atlas')}?{lasting}"),
        "to_print": f"{reverse('atlas-print')}?{picture.asked.address()}",
        "downloads": [
            (f"{reverse('atlas-file', args=[kind])}?{picture.asked.address()}", kind, _(words))
            for kind, words in KINDS.items()
        ],
        "second_picture": len(picture.maps) > 1,
        "embedded": request.build_absolute_uri(f"{reverse('embedded')}?{lasting}") if settings.EMBED else "",
    }


@public
@require_safe
def shapes(request: HttpRequest, edition: str) -> HttpResponse:
    """Return the boundaries as GeoJSON, ``ebene`` those of a coarser level; a published edition never changes, so
    browsers may keep it.
    """
    found = get_object_or_404(queries.visible_editions(request.user).select_related("system"), uuid=edition)
    level = level_asked(found, request.GET.get("ebene", ""))
    drawn = outlines(found, level)
    names = level.names if level else {area.key: area.name for area in queries.areas(found)}
    features = [
        {"type": "Feature", "id": n, "properties": {"key": key, "name": names[key]}, "geometry": geometry}
        for n, (key, geometry) in enumerate(drawn.items())
        if geometry
    ]
    context = [
        {"type": "Feature", "properties": {"name": name}, "geometry": geometry}
        for name, geometry in found.system.context
    ]
    response = JsonResponse(
        {
            "areas": {"type": "FeatureCollection", "features": features},
            "context": {"type": "FeatureCollection", "features": context},
        }
    )
    is_public = found.stage == Edition.Stage.PUBLISHED and found.withdrawn_at is None
    who = "public" if is_public else "private"
    response.headers["Cache-Control"] = f"{who}, max-age=31536000, immutable"
    return response
