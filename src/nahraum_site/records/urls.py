"""Addresses of log and jobs."""

from django.urls import path

from nahraum_site.records import views

urlpatterns = [
    path("protokoll/", views.entries, name="log"),
    path("protokoll/protokoll.csv", views.download, name="log-download"),
    path("protokoll/pruefen/", views.check_chain, name="log-check"),
    path("konto/protokoll/", views.own_entries, name="own-log"),
    path("arbeit/<uuid:job>/", views.job, name="job"),
    path("arbeit/<uuid:job>/wiederholen/", views.repeat, name="job-repeat"),
]
