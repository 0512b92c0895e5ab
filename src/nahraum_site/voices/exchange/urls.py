"""Addresses of exchange."""

from django.urls import path

from nahraum_site.voices.exchange import arrival_views, views

urlpatterns = [
    path("<uuid:study>/austausch/", views.exchange, name="exchange"),
    path("<uuid:study>/austausch/projekt.qdpx", views.project, name="project-file"),
    path("<uuid:study>/austausch/kodierungen.csv", views.codings, name="codings-file"),
    path("<uuid:study>/austausch/<uuid:arrival>/", arrival_views.arrival, name="arrival"),
    path("<uuid:study>/austausch/<uuid:arrival>/verwerfen/", views.discard, name="discard-arrival"),
]
