"""Addresses of atlas, areas and method."""

from django.urls import path

from nahraum_site.indicators.views import areas, atlas, downloads

urlpatterns = [
    path("atlas/", atlas.atlas, name="atlas"),
    path("atlas/druck/", atlas.printed, name="atlas-print"),
    path("atlas/ansicht.<str:kind>", downloads.download, name="atlas-file"),
    path("atlas/<uuid:edition>/gebiete.json", atlas.shapes, name="shapes"),
    path("einbetten/atlas/", atlas.embedded, name="embedded"),
    path("gebiete/", areas.areas, name="areas"),
    path("gebiete/vergleich/", areas.compare, name="areas-compare"),
    path("gebiete/<str:key>/", areas.area, name="area"),
    path("methode/", areas.method, name="method"),
]
