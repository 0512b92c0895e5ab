"""Addresses of agreement."""

from django.urls import path

from nahraum_site.voices.agreement import beside_views, step_views, views

urlpatterns = [
    path("<uuid:study>/uebereinstimmung/", views.values, name="agreement"),
    path("<uuid:study>/uebereinstimmung/werte.<str:kind>", views.file, name="agreement-file"),
    path("<uuid:study>/uebereinstimmung/gleiches/", step_views.same, name="agree-on-same"),
    path("<uuid:study>/uebereinstimmung/zuruecknehmen/", step_views.undo, name="undo-agreed"),
    path("<uuid:study>/uebereinstimmung/<uuid:text>/", beside_views.beside, name="beside"),
    path("<uuid:study>/uebereinstimmung/<uuid:text>/festhalten/", beside_views.decide, name="agree"),
]
