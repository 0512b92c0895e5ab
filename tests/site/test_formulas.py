"""A city whose every name begins with = : no file of the site can be made to compute by a spreadsheet program."""

from __future__ import annotations

import csv
import io
import json
import re

import openpyxl
import pytest

from tests.site.cast import enter, forgetful, hire, words
from tests.site.test_permissions import patterns

__all__ = ["enter", "forgetful", "hire"]
pytestmark = pytest.mark.once
SIGN = "=1+"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
#: How every address that sends a table is asked; a new one needs an entry.
TABLES = {
    "atlas/ansicht.<str:kind>",
    "einlesen/<uuid:upload>/geprueft.xlsx",
    "gebietsstaende/<uuid:system>/gegen/<uuid:earlier>/ueberleitung.csv",
    "gebietsstaende/<uuid:system>/gegen/<uuid:earlier>/aenderungen.csv",
    "protokoll/protokoll.csv",
    "dateien/<uuid:file>/<str:name>",
    "studien/<uuid:study>/einladungen/liste.csv",  # asked in test_studies_register
    "studien/<uuid:study>/ergebnisse/tabellen.<str:kind>",  # asked in test_results
    "studien/<uuid:study>/ergebnisse/stellen.<str:kind>",  # asked in test_results_passages
    "studien/<uuid:study>/austausch/kodierungen.csv",  # asked in test_exchange
    "studien/<uuid:study>/uebereinstimmung/werte.<str:kind>",  # asked in test_agreement
    "studien/<uuid:study>/raster/raster.<str:kind>",  # asked in test_condensing_grid
    "studien/<uuid:study>/verdichten/tabelle.<str:kind>",  # asked in test_condensing_files
}
AS_DELIVERED = {"lieferungen/<uuid:batch>/datei/"}  # the file itself, byte for byte: for planners, who delivered it


@pytest.fixture(scope="module")
def evil_town(tmp_path_factory):
    """Return a project in which areas, spaces, levels, domains, indicators and the publisher begin with =."""
    from tests.town.make import make

    path = make(tmp_path_factory.mktemp("evil"))
    text = path.read_text("utf-8")
    text = re.sub(r'^(name|publisher|licence|title|notes) = "', rf'\1 = "{SIGN}', text, flags=re.MULTILINE)
    path.write_text(text, "utf-8")
    shapes = path.parent / "data" / "quartiere.geojson"
    found = json.loads(shapes.read_text("utf-8"))
    for feature in found["features"]:
        for name in ("name", "sr_name", "bz_name"):
            feature["properties"][name] = SIGN + feature["properties"][name]
    shapes.write_text(json.dumps(found), "utf-8")
    return path


@pytest.fixture
def evil(evil_town, edition):
    from nahraum_site.reports.actions import publish_project

    return publish_project(evil_town, None, lambda _step, _share: None)[0]


def cells_of(content: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(content.decode(), newline=""), delimiter=";") for cell in row]


def refuse_formulas(content: bytes, where: str, *, named: bool = True) -> None:
    """Fail if a cell could be taken for a formula; ``named``: the evil names must stand in it, as texts."""
    if content.startswith(b"PK"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        every = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value]
        assert not [cell for cell in every if cell.data_type == "f"], where
        evil = [cell for cell in every if isinstance(cell.value, str) and cell.value.startswith(DANGEROUS)]
        assert evil, where
        assert all(cell.quotePrefix for cell in evil), where
    else:
        every = cells_of(content)
        numbers = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
        wrong = [cell for cell in every if cell.startswith(DANGEROUS) and not numbers.fullmatch(cell)]
        assert not wrong, (where, wrong[:3])
        assert not named or any(cell.startswith("'" + SIGN) for cell in every), where


def test_files_of_an_edition_and_of_a_view_hold_no_formula(evil, client):
    from nahraum_site.reports.models import StoredFile

    page = words(client.get("/bericht/"))
    files = [each for each in StoredFile.objects.filter(edition=evil) if each.name.endswith((".csv", ".xlsx"))]
    assert {each.name for each in files} >= {"werte.csv", "indikatoren.csv", "tabellen.xlsx", "abgleich.csv"}
    for each in files:
        address = f"/dateien/{each.uuid}/{each.name}"
        assert address in page
        content = b"".join(client.get(address).streaming_content)
        refuse_formulas(content, each.name, named=each.name != "abgleich.csv")  # holds keys only
    for kind in ("csv", "xlsx"):
        refuse_formulas(client.get(f"/atlas/ansicht.{kind}").content, kind)
        refuse_formulas(client.get(f"/atlas/ansicht.{kind}?neben_zeit=2018").content, kind)


def test_the_log_holds_no_formula(hire, enter, client):
    from nahraum_site.records import log

    evil = hire("Eva", "administrator")
    type(evil).objects.filter(pk=evil.pk).update(name="=HYPERLINK(1)")
    log.write(evil, "page.changed", evil, before={"=1+a": "x"}, after={"because": "=1+cmd"})
    content = b"".join(enter(evil).get("/protokoll/protokoll.csv").streaming_content)
    wrong = [cell for cell in cells_of(content) if cell.startswith(DANGEROUS)]
    assert not wrong
    assert "'=HYPERLINK(1)" in cells_of(content)


def test_a_crosswalk_holds_no_formula_and_is_read_again(hire, enter, django):
    from tests.site.test_areas import FOUR, stored

    planner = enter(hire("Petra", "planner"))
    first = stored(planner, [(f"=1+{key}", *rest) for key, *rest in FOUR])
    second = stored(planner, [(f"@{key}", *rest) for key, *rest in FOUR], name="=2+1", valid_from="2024-01-01")
    address = f"/gebietsstaende/{second.uuid}/gegen/{first.uuid}"
    answer = planner.get(f"{address}/ueberleitung.csv")
    refuse_formulas(answer.content, "ueberleitung.csv")
    refuse_formulas(planner.get(f"{address}/aenderungen.csv").content, "aenderungen.csv")
    assert cells_of(answer.content)[3:5] == ["'=1+1", "'@1"]
    adopted = planner.post(
        f"{address}/uebernehmen/",
        {"valid_to": "2023-12-31", "file": io.BytesIO(answer.content)},
        follow=True,
    )
    assert "Gespeichert" in words(adopted), re.findall(r'class="told[^>]*>.*?<', words(adopted))


def test_a_checked_table_holds_no_formula(hire, enter, django, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.site import wizard

    wizard.found(tmp_path)
    planner = enter(hire("Petra", "planner"))
    table = b"nr;=1+name;n\n01;=1+2;7\n02;@x;8\n03;+y;9\n04;-z;x1\n"
    sent = planner.post("/einlesen/", {"files": SimpleUploadedFile("evil.csv", table)})
    from nahraum_site.sources.models import Upload

    upload = Upload.objects.latest("pk")
    form = wizard.form_of(planner.get(sent.url))
    form |= {"area": ["nr"], "period": ["2024"], "shape": ["wide"], "column": ["n"], "variable": ["n"]}
    assert planner.post(f"/einlesen/{upload.uuid}/", form).status_code == 302
    planner.get(f"/einlesen/{upload.uuid}/pruefen/")
    answer = planner.get(f"/einlesen/{upload.uuid}/geprueft.xlsx")
    refuse_formulas(b"".join(answer.streaming_content), "geprueft.xlsx")


def test_every_address_that_sends_a_table_is_asked_here(django):
    from django.urls import get_resolver

    sends = re.compile(r"csv|xlsx|datei|ansicht")
    found = {route for route, _ in patterns(get_resolver().url_patterns) if sends.search(route)}
    tables = {route for route in found if not re.search(r"neu/<uuid:file>|notfallcodes", route)}
    assert tables - TABLES - AS_DELIVERED == set()
