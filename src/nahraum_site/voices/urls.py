"""Addresses of studies."""

from django.urls import path

from nahraum_site.voices import collection_views, lead_views, register_views, removal_views, study_views, together_views

urlpatterns = [
    path("", study_views.studies, name="studies"),
    path("neu/", study_views.begin, name="begin-study"),
    path("ohne-leitung/", lead_views.without_lead, name="studies-without-lead"),
    path("ohne-leitung/<uuid:study>/", lead_views.name_lead, name="name-lead"),
    path("<uuid:study>/", study_views.study, name="study"),
    path("<uuid:study>/fragen/", study_views.questions, name="study-questions"),
    path("<uuid:study>/plan/", study_views.packages, name="study-plan"),
    path("<uuid:study>/gebiete/", study_views.spaces, name="study-spaces"),
    path("<uuid:study>/team/", study_views.team, name="study-team"),
    path("<uuid:study>/uebergeben/", lead_views.hand_over, name="hand-over"),
    path("<uuid:study>/loeschen/", removal_views.delete, name="delete-study"),
    path("<uuid:study>/stichprobe.<str:kind>", collection_views.sample, name="study-sample"),
    path("<uuid:study>/erhebungen/neu/", collection_views.new_collection, name="new-collection"),
    path("<uuid:study>/erhebungen/gemeinsam/", together_views.together, name="collections-together"),
    path("<uuid:study>/erhebungen/<uuid:collection>/", collection_views.collection, name="collection"),
    path(
        "<uuid:study>/erhebungen/<uuid:collection>/loeschen/",
        collection_views.remove_collection,
        name="remove-collection",
    ),
    path(
        "<uuid:study>/erhebungen/<uuid:collection>/vorlage.<str:kind>",
        collection_views.template,
        name="collection-template",
    ),
    path("<uuid:study>/einladungen/", register_views.register, name="register"),
    path("<uuid:study>/einladungen/neu/", register_views.new_contact, name="new-contact"),
    path("<uuid:study>/einladungen/liste.csv", register_views.letter, name="register-file"),
    path("<uuid:study>/einladungen/loeschen/", register_views.remove_register, name="remove-register"),
    path("<uuid:study>/einladungen/<uuid:contact>/", register_views.contact, name="contact"),
    path("<uuid:study>/einladungen/<uuid:contact>/versuch/", register_views.attempt, name="attempt"),
    path("<uuid:study>/einladungen/<uuid:contact>/loeschen/", register_views.remove_contact, name="remove-contact"),
]
