"""Addresses of start page, report and downloads."""

from django.urls import path

from nahraum_site.reports import edition_views, views

urlpatterns = [
    path("", views.start, name="start"),
    path("bericht/", views.report, name="report"),
    path("dateien/<uuid:file>/<str:name>", views.download, name="download"),
    path("ausgaben/", edition_views.editions, name="editions"),
    path("ausgaben/neu/", edition_views.new_edition, name="new-edition"),
    path("ausgaben/<uuid:edition>/", edition_views.edition, name="edition"),
    path("ausgaben/<uuid:edition>/projekt.zip", edition_views.export, name="export-edition"),
    path("ausgaben/<uuid:edition>/vorlegen/", edition_views.submit, name="submit-edition"),
    path("ausgaben/<uuid:edition>/zurueckgeben/", edition_views.give_back, name="return-edition"),
    path("ausgaben/<uuid:edition>/veroeffentlichen/", edition_views.publish, name="publish-edition"),
    path("ausgaben/<uuid:edition>/zurueckziehen/", edition_views.withdraw, name="withdraw-edition"),
]
