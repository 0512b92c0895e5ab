"""Addresses of start page, report and downloads."""

from django.urls import path

from nahraum_site.reports import (
    advice_views,
    chapter_views,
    edition_views,
    overview_views,
    published_views,
    report_views,
    views,
)

urlpatterns = [
    path("", views.start, name="start"),
    path("bericht/", views.report, name="report"),
    path("dateien/<uuid:file>/<str:name>", views.download, name="download"),
    path("ausgaben/", edition_views.editions, name="editions"),
    path("ausgaben/neu/", edition_views.new_edition, name="new-edition"),
    path("ausgaben/<uuid:edition>/", edition_views.edition, name="edition"),
    path("ausgaben/<uuid:edition>/projekt.zip", edition_views.export, name="export-edition"),
    path("ausgaben/<uuid:edition>/vorlegen/", edition_views.submit, name="submit-edition"),
    path("ausgaben/<uuid:edition>/zuruecknehmen/", edition_views.take_back, name="take-back-edition"),
    path("ausgaben/<uuid:edition>/zurueckgeben/", edition_views.give_back, name="return-edition"),
    path("ausgaben/<uuid:edition>/veroeffentlichen/", edition_views.publish, name="publish-edition"),
    path("ausgaben/<uuid:edition>/zurueckziehen/", edition_views.withdraw, name="withdraw-edition"),
    path("berichte/", report_views.reports, name="own-reports"),
    path("berichte/neu/", report_views.new_report, name="new-report"),
    path("berichte/<uuid:report>/", report_views.report, name="own-report"),
    path("berichte/<uuid:report>/beschreiben/", report_views.describe, name="describe-report"),
    path("berichte/<uuid:report>/lesen/", report_views.read, name="read-report"),
    path("berichte/<uuid:report>/ausgabe/", report_views.switch, name="switch-edition"),
    path("berichte/<uuid:report>/entwurf.<str:ending>", report_views.export, name="export-report"),
    path("berichte/<uuid:report>/mitzeichnen/", report_views.cosign, name="cosign-report"),
    path("berichte/<uuid:report>/vorlegen/", report_views.submit, name="submit-report"),
    path("berichte/<uuid:report>/zuruecknehmen/", report_views.take_back, name="take-back-report"),
    path("berichte/<uuid:report>/zurueckgeben/", report_views.give_back, name="return-report"),
    path("berichte/<uuid:report>/veroeffentlichen/", report_views.publish, name="publish-report"),
    path("berichte/<uuid:report>/kapitel/neu/", report_views.add_chapter, name="add-chapter"),
    path("bericht/<uuid:file>/<str:name>", report_views.download, name="report-file"),
    path("bericht/<uuid:report>/", published_views.own, name="web-report"),
    path("bericht/<uuid:report>/bild/<int:number>.svg", published_views.own_picture, name="report-picture"),
    path("bericht/ausgabe/<uuid:edition>/", published_views.standard, name="web-edition"),
    path(
        "bericht/ausgabe/<uuid:edition>/bild/<int:number>.svg", published_views.standard_picture, name="edition-picture"
    ),
    path("empfehlungen/", advice_views.recommendations, name="recommendations"),
    path("empfehlungen/neu/", advice_views.new_recommendation, name="new-recommendation"),
    path("empfehlungen/<uuid:recommendation>/", advice_views.recommendation, name="recommendation"),
    path("uebersicht/", overview_views.dashboard, name="overview"),
    path("uebersicht/uebersicht.pdf", overview_views.dashboard_file, name="overview-file"),
    path("uebersicht/studie/", overview_views.begin_study, name="study-of-areas"),
    path("willkommen/", overview_views.landing, name="landing"),
    *(
        path(f"berichte/<uuid:report>/kapitel/<uuid:chapter>/{rest}", view, name=name)
        for rest, view, name in (
            ("", chapter_views.chapter, "chapter"),
            ("vorschau/", chapter_views.preview, "preview-chapter"),
            ("verschieben/", chapter_views.move, "move-chapter"),
            ("herausnehmen/", chapter_views.remove, "remove-chapter"),
            ("verlauf/", chapter_views.history, "chapter-history"),
            ("wiederherstellen/", chapter_views.restore, "restore-chapter"),
            ("kommentare/", chapter_views.comment, "comment-chapter"),
            ("kommentare/<uuid:comment>/", chapter_views.resolve_comment, "resolve-comment"),
        )
    ),
]
