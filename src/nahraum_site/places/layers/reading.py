"""What the core makes of an uploaded layer."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.places.context import Context, cut
from nahraum.places.degrees import metric_boundaries
from nahraum.sources import apart
from nahraum.sources.content import refuse_disguised
from nahraum.sources.geo import read_geometry
from nahraum.sources.preview import called
from nahraum_site.places.layers import queries
from nahraum_site.records.models import File
from nahraum_site.records.remedies import in_the_browser

LARGEST_MB = 50
ENDINGS = (".geojson", ".json", ".gpkg", ".zip")
# The reader of boundaries speaks of the project file; here the remedy is a field of the form.
REMEDIES = {
    "crs-absent": gettext_noop("The file does not say its coordinate system. Give it below, for example EPSG:25832."),
    "crs-wrong": gettext_noop("The coordinates do not fit the coordinate system. Give the right one below."),
    "geometry-unreadable": gettext_noop("The file cannot be read as a map. Export it from the GIS again."),
    "geometry-absent": gettext_noop("This layer has no geometry. Choose another layer or file."),
}


def layers_in(file: File) -> tuple[str, ...]:
    """Return the names of the layers of an uploaded file.

    WrongRequest for one that is too large, not what its name says, or holds no map.
    """
    if file.size > LARGEST_MB * 1_000_000:
        raise WrongRequest(
            _("{name} is larger than {size} MB. Take only what lies in the city, in the GIS.").format(
                name=file.name, size=LARGEST_MB
            )
        )
    refuse_disguised(file.path, file.name)
    if file.path.suffix not in ENDINGS:
        raise WrongRequest(
            _("{name} holds no map. Deliver GeoJSON (.geojson), GeoPackage (.gpkg) or a zipped Shapefile.").format(
                name=file.name
            )
        )
    try:
        return apart.map_layers(file.path, file.name)
    except BadInput as error:
        raise WrongRequest(_told(error)) from None


def read_layer(file: File, layer: str, crs: str) -> Context:
    """Return a layer of a file cut to the city. WrongRequest, saying how to mend it, where that cannot be."""
    city = metric_boundaries({area.key: area.geometry for area in queries.bounded_areas()})
    if city is None:
        raise WrongRequest(_("There are no boundaries yet. Upload them first: layers are cut to the city."))
    try:
        with called(file.path, file.name) as path:
            table = read_geometry(path, layer=layer, crs=crs, metric_crs=city.crs)
    except BadInput as error:
        raise WrongRequest(_told(error)) from None
    return cut(table.geometry, city)


def _told(error: BadInput) -> str:
    return " ".join(
        _(REMEDIES[each.code]) if each.code in REMEDIES else in_the_browser(each).said for each in error.issues
    )
