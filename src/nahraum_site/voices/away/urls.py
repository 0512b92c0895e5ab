"""Addresses of coding on the way."""

from django.urls import path

from nahraum_site.voices.away import views

urlpatterns = [
    path("unterwegs/", views.shell, name="away"),
    path("unterwegs/arbeiter.js", views.worker, name="away-worker"),
    path("unterwegs/nahraum.webmanifest", views.manifest, name="away-manifest"),
    path("unterwegs/stand/", views.standing, name="away-standing"),
    path("studien/<uuid:study>/unterwegs/", views.study_away, name="study-away"),
    path("studien/<uuid:study>/unterwegs/erlauben/", views.allow, name="allow-away"),
    path("studien/<uuid:study>/texte/<uuid:text>/unterwegs/durch/", views.through, name="away-through"),
    path("studien/<uuid:study>/texte/<uuid:text>/unterwegs/notiz/", views.note, name="away-note"),
]
