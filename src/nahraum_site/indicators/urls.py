"""Addresses of atlas, areas and method."""

from django.urls import path

from nahraum_site.indicators import delivery_views, project_views, views, workbench_views

urlpatterns = [
    path("atlas/", views.atlas, name="atlas"),
    path("atlas/<uuid:edition>/gebiete.json", views.shapes, name="shapes"),
    path("gebiete/", views.areas, name="areas"),
    path("gebiete/<str:key>/", views.area, name="area"),
    path("einlesen/<uuid:upload>/pruefen/", delivery_views.check, name="check"),
    path("einlesen/<uuid:upload>/neu-pruefen/", delivery_views.recheck, name="recheck"),
    path("einlesen/<uuid:upload>/speichern/", delivery_views.confirm, name="confirm"),
    path("einlesen/<uuid:upload>/geprueft.xlsx", delivery_views.workbook, name="checked-workbook"),
    path("werkstatt/", workbench_views.workbench, name="workbench"),
    path("werkstatt/probe/", workbench_views.tried, name="workbench-try"),
    path("werkstatt/doppelt/", workbench_views.double, name="workbench-double"),
    path("werkstatt/sichern/", workbench_views.save, name="workbench-save"),
    path("projekt/", project_views.project, name="project"),
    path("methode/", views.method, name="method"),
]
