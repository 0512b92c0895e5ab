"""Addresses of category systems."""

from django.urls import path

from nahraum_site.voices.categories import views

urlpatterns = [
    path("<uuid:study>/kategorien/", views.categories, name="categories"),
    path("<uuid:study>/kategorien/einlesen/", views.take, name="take-categories"),
    path("<uuid:study>/kategorien.<str:kind>", views.file, name="categories-file"),
    path("<uuid:study>/kategorien/farben-<int:version>.css", views.colours, name="category-colours"),
]
