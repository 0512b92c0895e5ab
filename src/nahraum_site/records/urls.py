"""Addresses of log and jobs."""

from django.urls import path

from nahraum_site.records import operation, views

urlpatterns = [
    path("protokoll/", views.entries, name="log"),
    path("protokoll/protokoll.csv", views.download, name="log-download"),
    path("protokoll/pruefen/", views.check_chain, name="log-check"),
    path("konto/protokoll/", views.own_entries, name="own-log"),
    path("arbeit/<uuid:job>/", views.job, name="job"),
    path("arbeit/<uuid:job>/wiederholen/", views.repeat, name="job-repeat"),
    path("gesundheit/", operation.health, name="health"),
    path("impressum/", operation.page, {"key": "imprint"}, name="imprint"),
    path("datenschutz/", operation.page, {"key": "privacy"}, name="privacy"),
    path("barrierefreiheit/", operation.page, {"key": "accessibility"}, name="accessibility"),
    path("impressum/bearbeiten/", operation.edit_page, {"key": "imprint"}, name="edit-imprint"),
    path("datenschutz/bearbeiten/", operation.edit_page, {"key": "privacy"}, name="edit-privacy"),
    path("barrierefreiheit/bearbeiten/", operation.edit_page, {"key": "accessibility"}, name="edit-accessibility"),
]
