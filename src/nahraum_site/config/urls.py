"""Addresses of the site."""

from django.urls import include, path

from nahraum_site.shell.views import choose_language

urlpatterns = [
    path("sprache/", choose_language, name="language"),
    path("", include("nahraum_site.indicators.urls")),
    path("", include("nahraum_site.reports.urls")),
]
handler404 = "nahraum_site.shell.views.not_found"
