"""Addresses of coding."""

from django.urls import path

from nahraum_site.voices.coding import category_views, deciding_views, finding_views, memo_views, views

urlpatterns = [
    path("<uuid:study>/kodierungen/", views.overview, name="codings"),
    path("<uuid:study>/kodierungen/suchen/", finding_views.search, name="code-hits"),
    path("<uuid:study>/kodierungen/einsehen/", views.openness, name="coding-openness"),
    path("<uuid:study>/kodierungen/kategorien/", category_views.categories, name="coding-categories"),
    path("<uuid:study>/texte/<uuid:text>/kodieren/", views.code, name="code"),
    path("<uuid:study>/texte/<uuid:text>/kodieren/schritt/", views.step, name="coding-step"),
    path("<uuid:study>/texte/<uuid:text>/kodieren/stand.json", views.state, name="coding-state"),
    path("<uuid:study>/texte/<uuid:text>/kodieren/durch/", views.through, name="coded-through"),
    path("<uuid:study>/kategorien/<str:category>/aufteilen/", deciding_views.decide, name="decide-codings"),
    path("<uuid:study>/kodierungen/umkodieren/", deciding_views.recode, name="recode"),
    path("<uuid:study>/memos/", memo_views.all_memos, name="memos"),
    path("<uuid:study>/memos/neu/<slug:about>/<str:id>/", memo_views.new_memo, name="new-memo"),
    path("<uuid:study>/memos/<uuid:memo>/", memo_views.memo, name="memo"),
    path("<uuid:study>/memos/<uuid:memo>/loeschen/", memo_views.remove_memo, name="remove-memo"),
]
