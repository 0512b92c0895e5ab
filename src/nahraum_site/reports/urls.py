"""Addresses of start page, report and downloads."""

from django.urls import path

from nahraum_site.reports import views

urlpatterns = [
    path("", views.start, name="start"),
    path("bericht/", views.report, name="report"),
    path("dateien/<uuid:file>/<str:name>", views.download, name="download"),
]
