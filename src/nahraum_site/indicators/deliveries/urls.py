"""Addresses of the deliveries."""

from django.urls import path

from nahraum_site.indicators.deliveries import views

urlpatterns = [
    path("lieferungen/", views.deliveries, name="deliveries"),
    path("lieferungen/<uuid:batch>/", views.delivery, name="delivery"),
    path("lieferungen/<uuid:batch>/datei/", views.download, name="delivery-file"),
    path("lieferungen/<uuid:batch>/zurueckziehen/", views.withdraw, name="delivery-withdraw"),
]
