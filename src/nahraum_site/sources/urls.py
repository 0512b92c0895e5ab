"""Addresses of uploads and the delivery calendar."""

from django.urls import path

from nahraum_site.sources import views

urlpatterns = [
    path("einlesen/", views.uploads, name="uploads"),
    path("einlesen/<uuid:upload>/", views.describe, name="describe"),
    path("einlesen/<uuid:upload>/blatt/", views.sheet, name="sheet"),
    path("einlesen/<uuid:upload>/verwerfen/", views.discard, name="discard"),
    path("kalender/", views.calendar, name="calendar"),
    path("kalender/neu/", views.duty, name="new-duty"),
    path("kalender/<uuid:duty>/", views.duty, name="duty"),
    path("kalender/<uuid:duty>/beenden/", views.end_duty, name="end-duty"),
]
