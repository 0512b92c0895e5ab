"""Addresses of the layers."""

from django.urls import path

from nahraum_site.places.layers import services, views

urlpatterns = [
    path("gebietsstaende/ebenen/", views.layers, name="layers"),
    path("gebietsstaende/ebenen/neu/", views.upload, name="upload-layer"),
    path("gebietsstaende/ebenen/neu/<uuid:file>/", views.describe, name="describe-layer"),
    path("gebietsstaende/ebenen/<uuid:layer>/", views.edit, name="layer"),
    path("gebietsstaende/ebenen/<uuid:layer>/platz/", views.move, name="layer-move"),
    path("gebietsstaende/ebenen/<uuid:layer>/entfernen/", views.remove, name="layer-remove"),
    path("karten/ebenen/<uuid:layer>.json", views.drawn, name="layer-drawn"),
    path("karten/wms/<str:name>/stand.json", services.state, name="map-service-state"),
    path("karten/wms/<str:name>/<int:z>/<int:x>/<int:y>.png", services.tile, name="map-tile"),
]
