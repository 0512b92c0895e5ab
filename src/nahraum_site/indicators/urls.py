"""Addresses of atlas, areas and method."""

from django.urls import path

from nahraum_site.indicators import views

urlpatterns = [
    path("atlas/", views.atlas, name="atlas"),
    path("atlas/<uuid:edition>/gebiete.json", views.shapes, name="shapes"),
    path("gebiete/", views.areas, name="areas"),
    path("gebiete/<str:key>/", views.area, name="area"),
    path("methode/", views.method, name="method"),
]
