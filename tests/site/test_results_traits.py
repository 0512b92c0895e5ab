"""Results by what is known of texts: a table for each attribute, and limits to attributes, method and space."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import urlencode

import openpyxl
import pytest
from docx import Document

from tests.site.cast import words
from tests.site.coding_fixtures import apart, at, enter, forgetful, hire, study, system, team
from tests.site.test_formulas import refuse_formulas
from tests.site.test_results import coded, table_of

__all__ = ["apart", "coded", "enter", "forgetful", "hire", "study", "system", "team"]

NOTED = {
    "Hafen": {"Rolle": "Mieterin", "A=%3D": "=1+1"},
    "Altstadt": {"Rolle": "Wirt & <b>Wirtin</b>"},
    "Nordstadt": {"Rolle": "Mieterin"},
}


@pytest.fixture
def noted(coded):
    """Return the texts by space, with attributes; the text of the whole city has none."""
    from nahraum_site.voices.models import Collection
    from nahraum_site.voices.texts.models import Text

    for space, variables in NOTED.items():
        Text.objects.filter(pk=coded[space].pk).update(variables=variables)
    Collection.objects.filter(pk=coded["Nordstadt"].collection_id).update(day="2024-02-29", method="focus_group")
    return coded


def asked(study, rest="", **given) -> str:
    return at(study, f"ergebnisse/{rest}?" + urlencode(given, doseq=True))


def test_a_table_by_attribute_counts_each_value_and_leads_to_its_quotations(enter, study, system, team, noted):
    reader = enter(team["Rita"])
    page = reader.get(asked(study, tabelle="merkmal:Rolle"))
    columns, rows = table_of(page)
    assert columns == ["Mieterin (2)", "Wirt &amp; &lt;b&gt;Wirtin&lt;/b&gt; (1)", "ohne Angabe (1)"]
    assert rows["Bedarfe › Verkehr"] == ["3", "1", "1"]  # two codings of the same words are one segment
    assert rows["Bedarfe › Wohnen"] == ["1", "0", "0"]
    assert "Wessen Kodierungen gelten: die Kodierungen aller" in words(page)
    assert "In Klammern: die Zahl der Texte." in words(page)
    for measure, cells in {
        "texte": ["2", "1", "1"],
        "personen": ["2", "1", "1"],
        "kodierungen": ["4", "1", "1"],
    }.items():
        counted = table_of(reader.get(asked(study, tabelle="merkmal:Rolle", gezaehlt=measure)))[1]
        assert counted["Bedarfe › Verkehr"] == cells
    assert table_of(reader.get(asked(study, tabelle="merkmal:Rolle", ebene="1")))[1]["Bedarfe"] == ["4", "1", "1"]
    assert table_of(reader.get(asked(study, tabelle="monat")))[0] == ["2024-02 (1)", "ohne Angabe (3)"]
    assert reader.get(at(study, "ergebnisse/stellen/?tabelle=tag&zeile=x&spalte=x")).status_code in (200, 422)
    assert table_of(reader.get(asked(study, tabelle="merkmal:A%3D%253D")))[0] == ["=1+1 (1)", "ohne Angabe (3)"]
    for table in ("merkmal:Rolle", "merkmal:A%3D%253D", "jahr", "tag"):
        html = reader.get(asked(study, tabelle=table)).content.decode()
        links = re.findall(r'<td class="num"><a href="([^"]+)">(\d+)</a>', html)
        assert links
        for address, count in links:
            behind = reader.get(address.replace("&amp;", "&")).content.decode()
            assert behind.count('<blockquote class="passage">') == int(count)
    cell = {"tabelle": "merkmal:Rolle", "zeile": system["Verkehr"], "spalte": "Mieterin"}
    behind = words(reader.get(asked(study, "stellen/", **cell)))
    assert "Rolle: Mieterin" in behind
    assert "Am Abend fährt kein Bus." in behind
    assert "laut" not in behind
    # of the café at the harbour, where twelve were heard, a single text says Mieterin
    assert "So viele Texte derselben Methode aus demselben Raum haben sie: 1." in behind
    without = words(reader.get(asked(study, "stellen/", **cell | {"spalte": ""})))
    assert "So viele Texte derselben Methode aus demselben Raum haben sie: 1." in without
    held = reader.get(asked(study, "stellen/", **cell | {"tabelle": "raum", "spalte": "Hafen"})).content.decode()
    assert "withheld" not in held


def test_tables_and_passages_are_limited_to_texts_and_say_so(enter, study, system, team, noted):
    reader = enter(team["Rita"])
    only = ["merkmal:Rolle=Mieterin", "merkmal:Rolle=Wirt & <b>Wirtin</b>", "methode=world_cafe"]
    page = reader.get(asked(study, nur=only))
    columns, rows = table_of(page)
    assert columns == ["Hafen", "Altstadt", "Nordstadt", "Weidengrund", "Alle Räume"]
    assert rows["Bedarfe › Verkehr"] == ["2", "1", "–", "–", "3"]  # in Nordstadt there was another method
    assert "Nur Texte mit: Rolle: Mieterin oder Wirt & <b>Wirtin</b>; Methode: World-Café." in words(page)
    html = page.content.decode()
    assert html.count(" checked") == 3
    assert re.search(r'<details class="ask__only"[^>]* open>', html)
    assert table_of(reader.get(asked(study, tabelle="text", nur=only)))[1].keys() == {"=1+1.txt", "Altstadt.txt"}
    assert table_of(reader.get(asked(study, tabelle="methode", nur=only)))[0] == ["World-Café"]
    assert table_of(reader.get(asked(study, tabelle="absatz", nur=only)))[1]["Bedarfe › Verkehr"] == ["1", "1", "0"]
    links = re.findall(r'<td class="num"><a href="([^"]+)">(\d+)</a>', html)
    for address, count in links:
        behind = reader.get(address.replace("&amp;", "&"))
        assert behind.content.decode().count('<blockquote class="passage">') == int(count)
        assert "Nur Texte mit: Rolle: Mieterin oder Wirt" in words(behind)
        assert "Am Abend" not in words(behind)
    both = {"tabelle": "merkmal:Rolle", "nur": ["raum=Nordstadt", "merkmal:A%3D%253D==1+1"]}
    assert "Hier gibt es nichts zu zählen." in words(reader.get(asked(study, **both)))
    assert "Nur diese Texte" in words(reader.get(asked(study)))


def test_what_no_text_of_this_study_has_is_refused(enter, study, system, team, noted):
    reader = enter(team["Rita"])
    wrong = ["merkmal:Rolle=Kaiser", "merkmal:Rolle=", "merkmal:Rolle", "merkmal:=", "²", "",
             "raum=" + "9" * 5000, "methode=walk", "jahr=2023", "attribute:Rolle=Mieterin"]  # fmt: skip
    for each in wrong:
        for rest in ("", "stellen/"):
            answer = reader.get(asked(study, rest, nur=each, zeile=system["Verkehr"], spalte="*"))
            assert answer.status_code == 422, each
        assert reader.get(asked(study, "tabellen.csv", nur=each)).status_code == 302
    for table in ("merkmal:Alter", "merkmal:", "²", "year", "attribute:Rolle"):
        assert reader.get(asked(study, tabelle=table)).status_code == 422
    for column in ("²", "Kaiser", "*"):
        given = {"tabelle": "merkmal:Rolle", "zeile": system["Verkehr"], "spalte": column}
        answer = reader.get(asked(study, "stellen/", **given))
        assert answer.status_code == 200
        assert "<blockquote" not in answer.content.decode()
    assert reader.get(asked(study, "stellen/", tabelle="merkmal:Rolle", zeile="²")).status_code == 422
    assert "Das hat kein Text, oder nicht mehr." in words(reader.get(asked(study, nur="methode=walk")))
    olga = enter(team["Olga"])
    for rest in ("", "stellen/", "tabellen.csv"):
        assert olga.get(asked(study, rest, tabelle="merkmal:Rolle")).status_code in (403, 404)


def test_files_hold_the_tables_by_attribute_and_the_limit(enter, study, team, noted):
    reader = enter(team["Rita"])
    for kind in ("csv", "xlsx"):
        content = reader.get(asked(study, f"tabellen.{kind}")).content
        refuse_formulas(content, kind)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len(book.worksheets) == 12 + 5  # year, month, day, two attributes
    assert any(name.endswith(" Rolle · Textstellen") for name in book.sheetnames), book.sheetnames
    given = {"gezaehlt": "kodierungen", "nur": ["merkmal:Rolle=Mieterin", "raum=Hafen"]}
    content = reader.get(asked(study, "tabellen.csv", **given)).content.decode()
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff")), delimiter=";"))
    said = "Nur Texte mit: Rolle: Mieterin; Sozialraum oder Gebiet: Hafen."
    assert rows
    assert all(said in row["gezaehlt"] for row in rows if row["gezaehlt"])
    assert {row["tabelle"] for row in rows} == {row["tabelle"] for row in rows if row["gezaehlt"]}
    buses = [row for row in rows if row["tabelle"].startswith("Rolle nach") and row["zeile"].endswith("Verkehr")]
    assert [(row["spalte"], row["anzahl"]) for row in buses] == [("Mieterin (1)", "3")]
    document = Document(io.BytesIO(reader.get(asked(study, "tabellen.docx", **given)).content))
    assert any(said in each.text for each in document.paragraphs)
    assert any("Eingeweihte" in each.text for each in document.paragraphs)


def test_attributes_and_limits_ask_no_more_questions(enter, study, system, team, noted, django, monkeypatch):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from nahraum_site.accounts import gate

    monkeypatch.setattr(gate, "SEEN_EVERY", 86_400)
    reader = enter(team["Rita"])

    def count(rest="", **given) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert reader.get(asked(study, rest, **given)).status_code == 200
        return len(counted)

    count()
    plain = count()
    only = {"nur": ["merkmal:Rolle=Mieterin", "raum=Hafen"]}
    assert count(tabelle="merkmal:Rolle") == count(**only) == count(tabelle="monat", **only) == plain
    cell = {"zeile": system["Verkehr"], "spalte": "Hafen"}
    behind = count("stellen/", **cell)
    assert count("stellen/", **cell, **only) == behind
    assert count("stellen/", **cell | {"tabelle": "merkmal:Rolle", "spalte": "Mieterin"}) == behind


def test_who_codes_blind_counts_the_own_codings_by_attribute_too(enter, study, team, noted):
    ada = enter(team["Ada"])
    rows = table_of(ada.get(asked(study, tabelle="merkmal:Rolle", gezaehlt="kodierungen")))[1]
    assert rows["Bedarfe › Verkehr"] == ["2", "1", "1"]
    assert ada.get(asked(study, tabelle="merkmal:Rolle", wessen="alle")).status_code == 422
