"""Results of a study: whose codings count, tables, what stands behind a cell, themes, files, what the team writes."""

from __future__ import annotations

import io
import re
from urllib.parse import urlencode
from uuid import uuid4

import openpyxl
import pytest
from docx import Document
from pptx import Presentation
from pypdf import PdfReader

from tests.site.cast import words
from tests.site.coding_fixtures import apart, at, enter, forgetful, hire, study, system, team
from tests.site.studies_fixtures import typed
from tests.site.test_formulas import refuse_formulas
from tests.site.texts_fixtures import imported

__all__ = ["apart", "enter", "forgetful", "hire", "study", "system", "team"]

# What is coded, by collection: category, words, whose, whether marked as a quotation. All of it is invented.
SPACES = {"Hafen": 12, "Altstadt": 3, "Nordstadt": 9}
SAID = {
    "Hafen": "Der Bus fährt selten.\nDie Miete steigt, sagt =1+1.\nEs gibt einen Chor.",
    "Altstadt": "Der Bus ist laut, flüstert jemand.\nHier fehlt nichts.",
    "Nordstadt": "Am Abend fährt kein Bus.",
    "": "Die ganze Stadt braucht Busse.",
}
CODED = {
    "Hafen": [("Verkehr", "Der Bus fährt selten.", "Ada", True), ("Verkehr", "Der Bus fährt selten.", "Cem", True),
              ("Wohnen", "Die Miete steigt, sagt =1+1.", "Ada", False), ("Verkehr", "Die Miete", "Ada", False),
              ("Ressourcen", "Es gibt einen Chor.", "Cem", False)],
    "Altstadt": [("Verkehr", "Der Bus ist laut, flüstert jemand.", "Ada", True)],
    "Nordstadt": [("Verkehr", "Am Abend fährt kein Bus.", "Cem", False)],
    "": [("Verkehr", "Die ganze Stadt braucht Busse.", "Ada", False)],
}  # fmt: skip


@pytest.fixture
def coded(study, system, team):
    """Return the texts by space: three spaces and one collection city-wide, coded by two."""
    from nahraum_site.voices import actions
    from nahraum_site.voices.coding.models import Coding

    actions.change_plan(
        study, {"spaces": ["Hafen", "Altstadt", "Nordstadt", "Weidengrund"]}, study.version, team["Ada"]
    )
    study.refresh_from_db()
    texts = {}
    for space, said in SAID.items():
        given = {
            "method": "world_cafe",
            "title": f"Café {space}",
            "space": space,
            "participants": SPACES.get(space, 20),
        }
        collection = actions.note_collection(study, given, team["Ada"])
        name = "=1+1.txt" if space == "Hafen" else f"{space or 'stadt'}.txt"
        (texts[space],) = imported(study, collection, team["Ada"], name, said.encode(), replaced=False)
        for category, stretch, who, is_quotation in CODED[space]:
            start = said.index(stretch)
            Coding.objects.create(
                text=texts[space], coder=team[who], category=system[category], made_with=system[category],
                start=start, end=start + len(stretch), is_quotation=is_quotation,
            )  # fmt: skip
    return texts


def table_of(answer) -> tuple[list[str], dict[str, list[str]]]:
    """Return columns and rows of the table of a page, as people see them."""
    html = answer.content.decode()
    head = re.findall(r"<th[^>]*>(.*?)</th>", html[html.index("<thead") : html.index("</thead")])
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", html)
    cells = {name: [re.sub("<[^>]+>", "", each) for each in re.findall(r"<td.*?</td>", row)] for name, row in rows}
    return head[1:], cells


def test_tables_say_what_they_count_and_whose_and_lead_behind_every_cell(enter, study, system, team, coded):
    reader = enter(team["Rita"])
    page = reader.get(at(study, "ergebnisse/"))
    columns, rows = table_of(page)
    assert columns == ["Hafen", "Altstadt", "Nordstadt", "Weidengrund", "Alle Räume", "gesamtstädtisch"]
    assert rows["Bedarfe › Verkehr"] == ["2", "1", "1", "–", "4", "1"]  # segments: two marked the same one
    assert rows["Bedarfe › Wohnen"] == ["1", "0", "0", "–", "1", "0"]
    text = words(page)
    assert "Wessen Kodierungen gelten: die Kodierungen aller" in text
    assert "Aus Weidengrund gibt es keinen Text: Eine Null sagt dort nichts." in text
    assert "gezählt, und nichts gefunden" in text
    counted = table_of(reader.get(at(study, "ergebnisse/?gezaehlt=kodierungen")))[1]
    assert counted["Bedarfe › Verkehr"][:3] == ["3", "1", "1"]
    one = table_of(reader.get(at(study, f"ergebnisse/?wessen={team['Cem'].pk}&gezaehlt=kodierungen")))[1]
    assert one["Bedarfe › Verkehr"][:3] == ["1", "0", "1"]
    assert table_of(reader.get(at(study, "ergebnisse/?ebene=1")))[1]["Bedarfe"][:3] == ["3", "1", "1"]
    assert table_of(reader.get(at(study, "ergebnisse/?tabelle=methode")))[1]["Bedarfe › Verkehr"] == ["5"]
    texts = table_of(reader.get(at(study, "ergebnisse/?tabelle=text&gezaehlt=personen")))[1]
    assert texts["=1+1.txt"] == ["1", "2", "1"]
    meet = {
        kind: table_of(reader.get(at(study, f"ergebnisse/?tabelle={kind}")))[1]["Bedarfe › Verkehr"]
        for kind in ("ueberlappung", "ineinander", "absatz")
    }
    # Wohnen, Verkehr, Ressourcen. The two equal codings of the bus lie in each other, both ways
    assert meet == {"ueberlappung": ["1", "1", "0"], "ineinander": ["1", "2", "0"], "absatz": ["1", "1", "0"]}
    # every number leads to as many passages
    for rest in ("", "?tabelle=methode", "?tabelle=text", "?ebene=1", "?tabelle=absatz"):
        html = reader.get(at(study, f"ergebnisse/{rest}")).content.decode()
        links = re.findall(r'<td class="num"><a href="([^"]+)">(\d+)</a>', html)
        assert links
        for address, count in links:
            behind = reader.get(address.replace("&amp;", "&")).content.decode()
            assert behind.count('<blockquote class="passage">') == (int(count) if "absatz" not in rest else
                                                                   2 if "Wohnen" in behind else 1)  # fmt: skip
    assert reader.get(at(study, "ergebnisse/?wessen=unsinn")).status_code == 422


def test_behind_a_cell_stand_its_passages_and_what_is_held_back_says_why(enter, study, system, team, coded):
    reader = enter(team["Rita"])
    asked = {"wessen": "alle", "tabelle": "raum", "zeile": system["Verkehr"], "spalte": "*"}
    page = reader.get(at(study, "ergebnisse/stellen/?" + urlencode(asked)))
    html, text = page.content.decode(), words(page)
    assert [html.index(said) for said in ("Der Bus fährt selten.", "Der Bus ist laut")]
    assert f"{at(study)}texte/{coded['Altstadt'].uuid}/kodieren/?stelle=0" in html
    assert "kodiert von Ada, Cem" in text
    assert text.count("Originalzitat") == 2
    assert text.count("Aus dem Protokoll, nicht als Zitat gekennzeichnet") == 2
    held = html[html.index('class="panel withheld"') :].partition("</li>")[0]
    assert html.count("withheld__why") == 1
    assert "flüstert jemand" in held
    assert "3" in held
    assert "Café Hafen, World-Café, Hafen" in text
    assert "ganze Stadt" not in text
    assert "ganze Stadt" in words(reader.get(at(study, "ergebnisse/stellen/?" + urlencode(asked | {"spalte": "-"}))))
    for wrong in ({"zeile": "nowhere"}, {"tabelle": "ueberlappung", "spalte": system["Bedarfe"]}):
        assert reader.get(at(study, "ergebnisse/stellen/?" + urlencode(asked | wrong))).status_code == 422
    assert enter(team["Olga"]).get(at(study, "ergebnisse/stellen/?" + urlencode(asked))).status_code == 404


def test_who_codes_blind_learns_nothing_of_the_others(enter, study, system, team, coded):
    ada = enter(team["Ada"])
    page = ada.get(at(study, "ergebnisse/?gezaehlt=kodierungen"))
    assert table_of(page)[1]["Bedarfe › Verkehr"] == ["2", "1", "0", "–", "3", "1"]
    assert "Cem" not in words(page)
    for path in ("ergebnisse/", "ergebnisse/stellen/", "ergebnisse/raumuebergreifend/", "ergebnisse/bericht/"):
        for whose in ("alle", team["Cem"].pk):
            answer = ada.get(at(study, f"{path}?wessen={whose}&zeile={system['Verkehr']}&spalte=Nordstadt"))
            assert answer.status_code == 422
            assert "kein Bus" not in words(answer)
            assert "<td" not in answer.content.decode() or path.endswith("bericht/")
    for path in ("tabellen.csv", "bericht.docx", "folien.pptx"):
        answer = ada.get(at(study, f"ergebnisse/{path}?wessen=alle&raum=Nordstadt"))
        assert answer.status_code == 302
    from nahraum_site.voices.coding.models import Openness

    Openness.objects.create(study=study, is_open=True)
    assert table_of(ada.get(at(study, "ergebnisse/?gezaehlt=kodierungen")))[1]["Bedarfe › Verkehr"][0] == "3"


def test_themes_across_spaces_with_what_decides(enter, study, team, coded):
    reader = enter(team["Rita"])
    page = reader.get(at(study, "ergebnisse/raumuebergreifend/?mindestens=3"))
    html = page.content.decode()
    rows = {name: cells for name, *cells in (
        [re.sub("<[^>]+>", "", each) for each in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", html)
    )}  # fmt: skip
    assert rows["Verkehr"] == ["3", "ja", "ja", "nein", "1"]
    assert rows["Wohnen"] == ["1", "nein", "nein", "nein", "0"]
    decided = html[html.index('id="entscheidet"') :]
    assert "Der Bus ist laut, flüstert jemand." in decided
    assert "Am Abend fährt kein Bus." in decided
    assert "Der Bus fährt selten." not in decided  # Hafen has two segments
    assert "withheld" in decided
    assert reader.get(at(study, "ergebnisse/raumuebergreifend/?mindestens=5")).status_code == 422
    link = re.search(r'<th scope="row"><a href="([^"]+)">Verkehr</a>', html)[1].replace("&amp;", "&")
    assert reader.get(link).content.decode().count("<blockquote") == 4


def test_files_are_logged_hold_no_formula_and_no_quotation_of_few(enter, study, team, coded):
    from nahraum_site.records.models import LogEntry

    reader = enter(team["Rita"])
    for kind in ("csv", "xlsx"):
        content = reader.get(at(study, f"ergebnisse/tabellen.{kind}")).content
        refuse_formulas(content, kind)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len(book.worksheets) == 12
    assert Document(io.BytesIO(reader.get(at(study, "ergebnisse/tabellen.docx?ebene=1")).content)).tables
    coder = enter(team["Cem"])
    address = at(study, "ergebnisse/bericht/kapitel/?raum=Altstadt")
    given = typed(coder.get(address)) | {
        "words": "# Lage\n\nZur Altstadt: {{nennungen: Verkehr}} mal der Bus.\n\n{{zitate: Verkehr}}"
    }
    assert coder.post(address, given).status_code == 302
    assert coder.post(address, given).status_code == 409  # somebody else was quicker
    front = at(study, "ergebnisse/bericht/angaben/")
    assert coder.post(front, typed(coder.get(front)) | {"publisher": "Stadt Musterstadt"}).status_code == 302
    assert enter(team["Rita"]).get(address).status_code == 403
    document = Document(io.BytesIO(reader.get(at(study, "ergebnisse/bericht.docx?mindestens=3")).content))
    told = "\n".join(each.text for each in document.paragraphs)
    pages = PdfReader(io.BytesIO(reader.get(at(study, "ergebnisse/bericht.pdf?mindestens=3")).content)).pages
    for report in (told, "\n".join(page.extract_text() for page in pages)):
        assert "Zur Altstadt: 1 mal der Bus." in report
        assert "Der Bus fährt selten." in report
        assert "flüstert" not in report
        assert "zurückgehalten" in report
        assert "Stadt Musterstadt" in report
    slides = reader.get(at(study, "ergebnisse/folien.pptx?raum=Hafen"))
    assert slides.content.startswith(b"PK")
    assert reader.get(at(study, "ergebnisse/folien.pptx?raum=-")).status_code == 200
    assert reader.get(at(study, "ergebnisse/folien.pptx?raum=Mond")).status_code == 404
    page = words(reader.get(at(study, "ergebnisse/bericht/?mindestens=3")))
    assert "Stadt Musterstadt" in page
    coder.post(address, typed(coder.get(address)) | {"words": "{{nennungen: Verkher}}"})
    assert "Es gibt keine Kategorie „Verkher“" in words(reader.get(at(study, "ergebnisse/bericht/")))
    logged = LogEntry.objects.filter(action__startswith="results.").values_list("action", "after")
    found = [(action, after.get("kind", after.get("space", ""))) for action, after in logged]
    assert sorted(found) == sorted([
        ("results.tables", "csv"), ("results.tables", "xlsx"), ("results.tables", "docx"),
        ("results.written", "Altstadt"), ("results.written", "Altstadt"), ("results.front", ""),
        ("results.report", "docx"), ("results.report", "pdf"), ("results.slides", "pptx"), ("results.slides", "pptx"),
    ])  # fmt: skip
    assert "flüstert" not in str(list(LogEntry.objects.values_list("after", flat=True)))


def test_a_releaser_outside_the_team_decides_on_quotations_of_few(enter, hire, study, team, coded):
    from nahraum_site.records.models import LogEntry
    from nahraum_site.voices.models import Member

    lead, vera, both = enter(team["Ada"]), hire("Vera", "releaser"), hire("Bea", "releaser", "researcher")
    Member.objects.create(study=study, user=both, part=Member.Part.READER)
    releaser, of_team = enter(vera), enter(both)
    one = coded["Altstadt"].collection
    listed = words(lead.get(at(study, "ergebnisse/zurueckgehalten/")))
    assert "Café Altstadt" in listed
    assert "Café Hafen" not in listed
    ask = at(study, f"ergebnisse/zurueckgehalten/{one.uuid}/")
    assert enter(team["Cem"]).post(ask, {"reason": "Bitte."}).status_code == 403
    assert "Café Altstadt" not in words(releaser.get("/studien/freigaben/"))
    assert lead.post(ask, {"reason": "Das Zitat trägt den Bericht."}).status_code == 302
    lead.post(ask, {"reason": "Noch einmal."})
    wish = one.releases.get()
    address = f"/studien/freigaben/{wish.uuid}/"
    assert of_team.get(address).status_code == 404  # four eyes
    assert lead.get(address).status_code == 403
    assert releaser.get(at(study)).status_code in (403, 404)  # nothing else of the study
    page = words(releaser.get(address))
    assert "Der Bus ist laut, flüstert jemand." in page
    assert "Das Zitat trägt den Bericht." in page
    assert "Der Bus fährt selten." not in page

    def printed() -> str:
        content = lead.get(at(study, f"ergebnisse/bericht.docx?wessen={team['Ada'].pk}&mindestens=3")).content
        return "\n".join(each.text for each in Document(io.BytesIO(content)).paragraphs)

    assert "flüstert" not in printed()
    assert releaser.post(f"{address}entscheiden/", {"decision": "release"}).status_code == 422  # without a reason
    assert releaser.post(f"{address}entscheiden/", {"decision": "release", "reason": "Alle sind einverstanden."}).url
    assert "flüstert" in printed()
    assert "Alle sind einverstanden." in words(lead.get(at(study, "ergebnisse/zurueckgehalten/")))
    releaser.post(f"{address}entscheiden/", {"decision": "refuse", "reason": "Doch nicht."})  # decided already
    assert one.releases.get().holds
    releaser.post(f"{address}entscheiden/", {"decision": "end", "reason": "Jemand hat Bedenken."})
    assert "flüstert" not in printed()
    assert "flüstert" not in words(releaser.get(address))  # what is closed shows its words to nobody
    assert lead.post(ask, {"reason": "Nach einem Gespräch."}).status_code == 302
    again = one.releases.first()
    releaser.post(f"/studien/freigaben/{again.uuid}/entscheiden/", {"decision": "refuse", "reason": "Zu heikel."})
    assert "flüstert" not in printed()
    logged = LogEntry.objects.filter(action__startswith="release.").order_by("pk")
    assert list(logged.values_list("action", flat=True)) == [
        "release.asked", "release.seen", "release.seen", "release.given", "release.ended", "release.asked",
        "release.refused",
    ]  # fmt: skip


def test_who_asked_cannot_leave_the_team_and_decide(enter, hire, study, team, coded):
    from nahraum_site.voices import actions
    from nahraum_site.voices.models import Member

    both = hire("Bea", "releaser", "researcher")
    Member.objects.create(study=study, user=both, part=Member.Part.LEAD)
    bea, one = enter(both), coded["Altstadt"].collection
    bea.post(at(study, f"ergebnisse/zurueckgehalten/{one.uuid}/"), {"reason": "Bitte."})
    wish = one.releases.get()
    actions.hand_over(study, team["Ada"], "", both)
    assert bea.get(at(study)).status_code == 404
    address = f"/studien/freigaben/{wish.uuid}/"
    assert bea.get(address).status_code == 404
    decided = bea.post(f"{address}entscheiden/", {"decision": "release", "reason": "Gern."})
    assert (decided.status_code, one.releases.get().holds) == (404, False)
    assert "Café Altstadt" not in words(bea.get("/studien/freigaben/"))
    assert "Café Altstadt" not in words(bea.get("/"))


def test_what_the_summary_grid_says_stands_in_the_report_until_its_basis_is_deleted(enter, study, system, team, coded):
    from nahraum_site.voices.texts import forgetting

    lead = enter(team["Ada"])
    cell = at(study, f"raster/zelle/?space=Hafen&category={system['Bedarfe']}")
    page = words(lead.get(cell))
    given = {"text": "Am Hafen fehlt vor allem der Bus.", "version": "0"}
    given["rests_on"] = re.findall(r'name="rests_on" value="([^"]+)"', page)
    assert lead.post(cell, given).status_code == 302
    report, slides = at(study, "ergebnisse/bericht.docx?mindestens=3"), at(study, "ergebnisse/folien.pptx?raum=Hafen")

    def said() -> bool:
        document = Document(io.BytesIO(lead.get(report).content))
        show = Presentation(io.BytesIO(lead.get(slides).content))
        spoken = [each.text_frame.text for slide in show.slides for each in slide.shapes if each.has_text_frame]
        found = ["vor allem der Bus" in " ".join(some) for some in ([p.text for p in document.paragraphs], spoken)]
        assert len(set(found)) == 1
        return found[0]

    assert said()
    forgetting.delete_texts(coded["Hafen"].collection, str(coded["Hafen"].collection), team["Ada"])
    assert not said()


def test_what_was_deleted_is_in_no_result(enter, study, system, team, coded):
    from nahraum_site.voices.texts import forgetting

    lead = enter(team["Ada"])
    given = {"words": "{{zitate: Verkehr}}", "version": "0"}
    lead.post(at(study, "ergebnisse/bericht/kapitel/?raum=Hafen"), given)
    collection = coded["Hafen"].collection
    forgetting.delete_texts(collection, str(collection), team["Ada"])
    for path in ("", "?tabelle=absatz", f"stellen/?zeile={system['Verkehr']}&spalte=*", "bericht/"):
        answer = lead.get(at(study, f"ergebnisse/{path}"))
        assert answer.status_code == 200
        assert "selten" not in words(answer)
    assert table_of(lead.get(at(study, "ergebnisse/")))[1]["Bedarfe › Verkehr"][:2] == ["–", "1"]
    content = lead.get(at(study, "ergebnisse/bericht.docx?mindestens=3")).content
    assert "selten" not in "\n".join(each.text for each in Document(io.BytesIO(content)).paragraphs)


def test_a_study_without_codings_or_spaces_says_so(enter, study, team):
    reader = enter(team["Rita"])
    assert "Noch ist nichts kodiert" in words(reader.get(at(study, "ergebnisse/")))
    assert "Diese Studie hat keine Räume" in words(reader.get(at(study, "ergebnisse/raumuebergreifend/")))
    assert "Raumübergreifend" not in words(reader.get(at(study, "ergebnisse/bericht/"))).partition("Kapitel")[2]
    assert reader.get(at(study, "ergebnisse/bericht.docx")).status_code == 200


def test_ten_thousand_codings_ask_no_more_questions(enter, study, system, team, coded, django, monkeypatch):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from nahraum_site.accounts import gate
    from nahraum_site.places.models import AreaSystem
    from nahraum_site.voices.coding.models import Coding

    monkeypatch.setattr(gate, "SEEN_EVERY", 86_400)  # noting that somebody is still here asks more, once a while
    AreaSystem.objects.create(key="t", name="T", finest="Quartier")  # its areas are one question more
    reader = enter(team["Rita"])
    paths = ("", "?tabelle=absatz", "?tabelle=text", f"stellen/?zeile={system['Verkehr']}&spalte=*",
             "raumuebergreifend/?mindestens=3", "bericht/")  # fmt: skip

    def asked(path) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert reader.get(at(study, f"ergebnisse/{path}")).status_code == 200
        return len(counted)

    asked("")  # what every first page asks
    before = [asked(path) for path in paths]
    ids, texts = [system[name] for name in ("Wohnen", "Verkehr", "Ressourcen")], list(coded.values())
    more = [imported(study, texts[n % 4].collection, team["Ada"], f"{n}.txt", f"Satz {n}: wenig Neues.".encode())[0]
            for n in range(8)]  # fmt: skip
    Coding.objects.bulk_create(
        Coding(uuid=uuid4(), text=(texts + more)[n % 12], coder=team["Ada"], category=ids[n % 3],
               made_with=ids[n % 3], start=n % 9, end=10 + n % 5)
        for n in range(10_000)
    )  # fmt: skip
    after = [asked(path) for path in paths]
    assert all(now <= then for now, then in zip(after, before, strict=True)), (before, after)
    assert max(after) <= 20
