"""Addresses of the site."""

from django.urls import include, path

from nahraum_site.shell.views import choose_language

urlpatterns = [
    path("sprache/", choose_language, name="language"),
    path("", include("nahraum_site.accounts.urls")),
    path("", include("nahraum_site.records.urls")),
    path("", include("nahraum_site.places.urls")),
    path("", include("nahraum_site.places.layers.urls")),
    path("", include("nahraum_site.sources.urls")),
    path("", include("nahraum_site.indicators.urls")),
    path("", include("nahraum_site.indicators.deliveries.urls")),
    path("", include("nahraum_site.indicators.catalogue.urls")),
    path("studien/", include("nahraum_site.voices.urls")),
    path("studien/", include("nahraum_site.voices.texts.urls")),
    path("studien/", include("nahraum_site.voices.categories.urls")),
    path("studien/", include("nahraum_site.voices.coding.urls")),
    path("studien/", include("nahraum_site.voices.results.urls")),
    path("studien/", include("nahraum_site.voices.exchange.urls")),
    path("studien/", include("nahraum_site.voices.agreement.urls")),
    path("studien/", include("nahraum_site.voices.condensing.urls")),
    path("", include("nahraum_site.voices.away.urls")),
    path("", include("nahraum_site.reports.urls")),
]
handler400 = "nahraum_site.shell.views.not_understood"
handler403 = "nahraum_site.accounts.gate.refused"
handler404 = "nahraum_site.shell.views.not_found"
handler500 = "nahraum_site.shell.views.gone_wrong"
