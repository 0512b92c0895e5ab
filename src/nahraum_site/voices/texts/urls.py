"""Addresses of texts."""

from django.urls import path

from nahraum_site.voices.texts import import_views, photo_views, views

urlpatterns = [
    path("<uuid:study>/texte/", views.texts, name="texts"),
    path("<uuid:study>/texte/einlesen/", import_views.import_texts, name="import-texts"),
    path("<uuid:study>/texte/einlesen/<uuid:source>/", import_views.source, name="text-source"),
    path("<uuid:study>/texte/einlesen/<uuid:source>/tabelle/", import_views.table, name="text-table"),
    path("<uuid:study>/texte/einlesen/<uuid:source>/verwerfen/", import_views.discard, name="discard-source"),
    path("<uuid:study>/texte/einlesen/<uuid:source>/karten/", photo_views.cards, name="cards"),
    path("<uuid:study>/texte/einlesen/<uuid:source>/bild/", photo_views.waiting_picture, name="waiting-picture"),
    path("<uuid:study>/texte/<uuid:text>/", views.text, name="text"),
    path("<uuid:study>/texte/<uuid:text>/merkmale/", views.describe, name="describe-text"),
    path("<uuid:study>/texte/<uuid:text>/original/", views.original, name="text-original"),
    path("<uuid:study>/texte/<uuid:text>/bild/", photo_views.picture, name="text-picture"),
    path("<uuid:study>/texte/<uuid:text>/aufnahme/", photo_views.lay_beside, name="lay-beside"),
    path("<uuid:study>/neben/<uuid:source>/zeigen/", photo_views.state, name="state-shown"),
    path("<uuid:study>/aufnahmen/<uuid:recording>/", photo_views.recording, name="recording"),
    path("<uuid:study>/aufnahmen/<uuid:recording>/entfernen/", photo_views.take_away, name="remove-recording"),
    path("<uuid:study>/erhebungen/<uuid:collection>/pseudonyme/", views.pseudonyms, name="pseudonyms"),
    path("<uuid:study>/erhebungen/<uuid:collection>/texte-loeschen/", views.delete, name="delete-texts"),
]
