"""Addresses of the versions of the areas."""

from django.urls import path

from nahraum_site.places import spaces, storing, views

urlpatterns = [
    path("gebietsstaende/", views.systems, name="systems"),
    path("gebietsstaende/neu/", storing.upload, name="upload-areas"),
    path("gebietsstaende/neu/<uuid:file>/", storing.describe, name="describe-areas"),
    path("gebietsstaende/<uuid:system>/", views.system, name="system"),
    path("gebietsstaende/<uuid:system>/gegen/<uuid:earlier>/", views.compare, name="compare-areas"),
    path("gebietsstaende/<uuid:system>/gegen/<uuid:earlier>/aenderungen.csv", views.changes, name="area-changes"),
    path("gebietsstaende/<uuid:system>/gegen/<uuid:earlier>/ueberleitung.csv", views.crosswalk, name="crosswalk"),
    path("gebietsstaende/<uuid:system>/gegen/<uuid:earlier>/uebernehmen/", views.adopt, name="adopt-crosswalk"),
    path("menschen/<uuid:user>/sozialraeume/", spaces.give, name="give-spaces"),
]
