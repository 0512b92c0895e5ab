"""What the core makes of an uploaded layer."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.places.context import Context, cut
from nahraum.places.degrees import metric_boundaries
from nahraum.sources.geo import read_geometry
from nahraum.sources.preview import Recognised, called, recognise
from nahraum_site.places.layers import queries
from nahraum_site.records.models import File

LARGEST_MB = 50
# The reader of boundaries speaks of the project file; here the remedy is a field of the form.
REMEDIES = {
    "crs-absent": gettext_noop("The file does not say its coordinate system. Give it below, for example EPSG:25832."),
    "crs-wrong": gettext_noop("The coordinates do not fit the coordinate system. Give the right one below."),
    "geometry-absent": gettext_noop("This layer has no geometry. Choose another layer or file."),
}


def recognise_layer(file: File) -> Recognised:
    """Look at an uploaded file. WrongRequest for one that is too large, not what its name says, or holds no map."""
    if file.size > LARGEST_MB * 1_000_000:
        raise WrongRequest(
            _("{name} is larger than {size} MB. Take only what lies in the city, in the GIS.").format(
                name=file.name, size=LARGEST_MB
            )
        )
    look = recognise(file.path, file.name)
    if not look.has_boundaries:
        raise WrongRequest(
            _("{name} holds no map. Deliver GeoJSON (.geojson), GeoPackage (.gpkg) or a zipped Shapefile.").format(
                name=file.name
            )
        )
    return look


def read_layer(file: File, layer: str, crs: str) -> Context:
    """Return a layer of a file cut to the city. WrongRequest, saying how to mend it, where that cannot be."""
    city = metric_boundaries({area.key: area.geometry for area in queries.bounded_areas()})
    if city is None:
        raise WrongRequest(_("There are no boundaries yet. Upload them first: layers are cut to the city."))
    try:
        with called(file.path, file.name) as path:
            table = read_geometry(path, layer=layer, crs=crs, metric_crs=city.crs)
    except BadInput as error:
        found = [
            _(REMEDIES[each.code]) if each.code in REMEDIES else f"{each.sentence} {each.advice}".strip()
            for each in error.issues
        ]
        raise WrongRequest(" ".join(found)) from None
    return cut(table.geometry, city)
