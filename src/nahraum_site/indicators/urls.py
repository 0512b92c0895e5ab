"""Addresses of atlas, areas, method, workbench and project."""

from django.urls import path

from nahraum_site.indicators.views import areas, atlas, downloads, intake, project, workbench

urlpatterns = [
    path("atlas/", atlas.atlas, name="atlas"),
    path("atlas/druck/", atlas.printed, name="atlas-print"),
    path("atlas/ansicht.<str:kind>", downloads.download, name="atlas-file"),
    path("atlas/<uuid:edition>/gebiete.json", atlas.shapes, name="shapes"),
    path("einbetten/atlas/", atlas.embedded, name="embedded"),
    path("gebiete/", areas.areas, name="areas"),
    path("gebiete/vergleich/", areas.compare, name="areas-compare"),
    path("gebiete/<str:key>/", areas.area, name="area"),
    path("methode/", areas.method, name="method"),
    path("einlesen/<uuid:upload>/pruefen/", intake.check, name="check"),
    path("einlesen/<uuid:upload>/neu-pruefen/", intake.recheck, name="recheck"),
    path("einlesen/<uuid:upload>/speichern/", intake.confirm, name="confirm"),
    path("einlesen/<uuid:upload>/geprueft.xlsx", intake.workbook, name="checked-workbook"),
    path("werkstatt/", workbench.workbench, name="workbench"),
    path("werkstatt/probe/", workbench.tried, name="workbench-try"),
    path("werkstatt/doppelt/", workbench.double, name="workbench-double"),
    path("werkstatt/fassungen/", workbench.versions, name="workbench-versions"),
    path("werkstatt/sichern/", workbench.save, name="workbench-save"),
    path("projekt/", project.project, name="project"),
]
