"""Addresses of the catalogue. Keys of indicators may hold a slash: the fixed addresses come first."""

from django.urls import path

from nahraum_site.indicators.catalogue import domains, editing, views

urlpatterns = [
    path("indikatoren/", views.catalogue, name="catalogue"),
    path("indikatoren/neu/", editing.new, name="indicator-new"),
    path("indikatoren/lebenslagen/", domains.domains, name="domains"),
    path("indikatoren/lebenslagen/neu/", domains.new, name="domain-new"),
    path("indikatoren/lebenslagen/<int:domain>/", domains.edit, name="domain"),
    path("indikatoren/lebenslagen/<int:domain>/platz/", domains.move, name="domain-move"),
    path("indikatoren/lebenslagen/<int:domain>/entfernen/", domains.remove, name="domain-remove"),
    path("indikatoren/<path:key>/bearbeiten/", editing.edit, name="indicator-edit"),
    path("indikatoren/<path:key>/ruhestand/", editing.retire, name="indicator-retire"),
    path("indikatoren/<path:key>/gebiete/", views.areas, name="indicator-areas"),
    path("indikatoren/<path:key>/werte/", views.values, name="indicator-values"),
    path("indikatoren/<path:key>/", views.sheet, name="indicator"),
]
