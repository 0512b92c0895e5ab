"""Addresses of results."""

from django.urls import path

from nahraum_site.voices.results import release_views, report_views, views

urlpatterns = [
    path("<uuid:study>/ergebnisse/", views.results, name="results"),
    path("<uuid:study>/ergebnisse/stellen/", views.cell, name="results-cell"),
    path("<uuid:study>/ergebnisse/stellen.<str:kind>", report_views.passages, name="results-passages"),
    path("<uuid:study>/ergebnisse/raumuebergreifend/", views.across, name="results-across"),
    path("<uuid:study>/ergebnisse/tabellen.<str:kind>", report_views.tables, name="results-tables"),
    path("<uuid:study>/ergebnisse/bericht/", report_views.report, name="results-report"),
    path("<uuid:study>/ergebnisse/bericht/angaben/", report_views.front, name="results-front"),
    path("<uuid:study>/ergebnisse/bericht/kapitel/", report_views.chapter, name="results-chapter"),
    path("<uuid:study>/ergebnisse/bericht.<str:kind>", report_views.report_file, name="results-report-file"),
    path("<uuid:study>/ergebnisse/folien.pptx", report_views.slides, name="results-slides"),
    path("<uuid:study>/ergebnisse/zurueckgehalten/", release_views.held, name="held-back"),
    path("<uuid:study>/ergebnisse/zurueckgehalten/<uuid:collection>/", release_views.ask, name="ask-release"),
    path("freigaben/", release_views.releases, name="releases"),
    path("freigaben/<uuid:release>/", release_views.release, name="release"),
    path("freigaben/<uuid:release>/entscheiden/", release_views.decide, name="decide-release"),
]
