"""Addresses of condensing."""

from django.urls import path

from nahraum_site.voices.condensing import chain_views, file_views, grid_views, suggestion_views

urlpatterns = [
    path("<uuid:study>/verdichten/", chain_views.condense, name="condense"),
    path("<uuid:study>/verdichten/tabelle.<str:kind>", file_views.chain, name="condense-file"),
    path("<uuid:study>/verdichten/zelle/", chain_views.condense_cell, name="condense-cell"),
    path("<uuid:study>/verdichten/reduktion/<uuid:step>/", chain_views.reduction, name="reduction"),
    path("<uuid:study>/raster/", grid_views.grid, name="grid"),
    path("<uuid:study>/raster/zelle/", grid_views.grid_cell, name="grid-cell"),
    path("<uuid:study>/raster/raster.<str:kind>", file_views.grid, name="grid-file"),
    path("<uuid:study>/vorschlaege/", suggestion_views.suggestions, name="suggestions"),
]
