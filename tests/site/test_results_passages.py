"""The passages behind a cell as files: all of them, with what they are cited by, and nothing that is held back."""

from __future__ import annotations

import io
from urllib.parse import urlencode

import openpyxl
from docx import Document

from tests.site.cast import words
from tests.site.coding_fixtures import apart, at, enter, forgetful, hire, study, system, team
from tests.site.condensing_fixtures import rows_of
from tests.site.test_formulas import refuse_formulas
from tests.site.test_results import coded

__all__ = ["apart", "coded", "enter", "forgetful", "hire", "study", "system", "team"]
KINDS = ("csv", "xlsx", "docx")


def asked(study, kind, row, column="*", **more):
    return at(study, f"ergebnisse/stellen{kind}?" + urlencode({"zeile": row, "spalte": column, **more}, doseq=True))


def told(kind, content):
    """Return all words of a file."""
    if kind == "csv":
        return content.decode()
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(str(each.value) for sheet in book.worksheets for row in sheet.iter_rows() for each in row)
    return "\n".join(each.text for each in Document(io.BytesIO(content)).paragraphs)


def test_a_file_holds_what_the_page_shows_with_all_that_is_cited(enter, study, system, team, coded):
    from nahraum_site.voices.models import Collection

    Collection.objects.filter(title="Café Hafen").update(day="2025-03-01")
    reader, row = enter(team["Rita"]), system["Verkehr"]
    page = words(reader.get(asked(study, "/", row, gezaehlt="kodierungen")))
    assert page.count("ergebnisse/stellen.") == 3
    assert "=1+1.txt</a>, Zeile 1 ·" in page
    answer = reader.get(asked(study, ".csv", row))
    assert "textstellen-" in answer["Content-Disposition"]
    bus, rent, altstadt, nordstadt = rows_of(answer.content)
    assert bus["Textstelle"] == "Der Bus fährt selten."
    assert (bus["Raum"], bus["Methode"], bus["Tag der Erhebung"]) == ("Hafen", "World-Café", "2025-03-01")
    assert (bus["Erhebung"], bus["Text"]) == ("Café Hafen", "'=1+1.txt")
    assert (rent["Von Zeile"], rent["Bis Zeile"], rent["Ab Zeichen"], rent["Bis Zeichen"]) == ("2", "2", "22", "31")
    assert (bus["Kategorie"], bus["Kodiert von"], rent["Kodiert von"]) == ("Bedarfe › Verkehr", "Ada; Cem", "Ada")
    assert (bus["Originalzitat"], rent["Originalzitat"]) == ("ja", "nein")
    assert (altstadt["Textstelle"], nordstadt["Tag der Erhebung"]) == ("(zurückgehalten)", "")
    assert "3" in altstadt["Zurückgehalten, weil"]
    # what is long and holds for all stands once
    assert "Wessen Kodierungen gelten: die Kodierungen aller" in bus["Hinweis"]
    assert "Hier: 1 von 4 Textstellen" in bus["Hinweis"]
    assert {each["Hinweis"] for each in (rent, altstadt, nordstadt)} == {""}
    assert {each["Quelle"] for each in (bus, rent)} == {f"Team der Studie: {study.title}"}
    # the same filters
    one = rows_of(reader.get(asked(study, ".csv", row, "Hafen", wessen=team["Cem"].pk, nur="raum=Hafen")).content)
    assert [(each["Textstelle"], each["Kodiert von"]) for each in one] == [("Der Bus fährt selten.", "Cem")]
    assert "Nur Texte mit" in one[0]["Hinweis"]


def test_every_kind_says_the_same_defuses_formulas_and_is_logged_without_words(enter, study, system, team, coded):
    from nahraum_site.records.models import LogEntry

    reader = enter(team["Rita"])
    for kind in KINDS:
        content = reader.get(asked(study, f".{kind}", system["Verkehr"])).content
        if kind != "docx":
            refuse_formulas(content, kind, named=False)
        for said in ("Der Bus fährt selten.", "Café Nordstadt", "Bedarfe › Verkehr", "(zurückgehalten)",
                     "Wessen Kodierungen gelten", "1 von 4", study.title, "Originalzitat"):  # fmt: skip
            assert said in told(kind, content), (kind, said)
        for not_said in ("flüstert", "ganze Stadt", "Lizenz"):
            assert not_said not in told(kind, content), (kind, not_said)
    logged = LogEntry.objects.filter(action="results.passages").order_by("pk")
    assert [each.after for each in logged] == [{"kind": kind, "whose": "alle"} for kind in KINDS]
    assert reader.get(asked(study, ".pdf", system["Verkehr"])).status_code == 404
    for wrong in ({"row": "nowhere"}, {"row": system["Verkehr"], "wessen": "unsinn"}):
        assert reader.get(asked(study, ".csv", **wrong)).status_code == 302
    assert enter(team["Olga"]).get(asked(study, ".csv", system["Verkehr"])).status_code == 404
    assert LogEntry.objects.filter(action="results.passages").count() == 3


def test_who_codes_blind_takes_the_own_passages_only(enter, study, system, team, coded):
    ada = enter(team["Ada"])
    rows = rows_of(ada.get(asked(study, ".csv", system["Verkehr"])).content)
    assert {each["Kodiert von"] for each in rows} == {"Ada"}
    assert "kein Bus" not in str(rows)
    for whose in ("alle", team["Cem"].pk):
        assert ada.get(asked(study, ".csv", system["Verkehr"], wessen=whose)).status_code == 302


def test_behind_attributes_of_few_texts_no_words_leave(enter, study, system, team, coded):
    from nahraum_site.voices.texts.models import Text

    Text.objects.filter(pk=coded["Hafen"].pk).update(variables={"Rolle": "Wirt"})
    given = {"tabelle": "merkmal:Rolle", "row": system["Verkehr"], "column": "Wirt"}
    for kind in KINDS:
        said = told(kind, enter(team["Rita"]).get(asked(study, f".{kind}", **given)).content)
        assert "Bus" not in said
        assert "(zurückgehalten)" in said
        assert "2 von 2" in said


def test_what_the_team_agreed_on_names_nobody(enter, study, system, team, coded):
    from nahraum_site.voices.coding.models import Coding

    Coding.objects.filter(coder=team["Cem"]).update(is_agreed=True)
    rows = rows_of(enter(team["Rita"]).get(asked(study, ".csv", system["Verkehr"])).content)
    assert {each["Kodiert von"] for each in rows} == {"Im Team vereinbart"}


def test_many_passages_ask_no_more_questions(enter, study, system, team, coded):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from nahraum_site.voices.coding.models import Coding

    reader = enter(team["Rita"])

    def taken(kind):
        with CaptureQueriesContext(connection) as questions:
            content = reader.get(asked(study, kind, system["Ressourcen"], "Hafen")).content
        return len(questions), content

    for kind in KINDS:  # what every first request asks
        taken(f".{kind}")
    few = {kind: taken(f".{kind}")[0] for kind in KINDS}
    text = coded["Hafen"]
    Coding.objects.bulk_create(
        Coding(text=text, coder=team["Ada"], category=system["Ressourcen"], made_with=system["Ressourcen"],
               start=start, end=end)
        for start in range(text.length) for end in range(start + 1, text.length + 1)
    )  # fmt: skip
    every = Coding.objects.filter(category=system["Ressourcen"]).values_list("start", "end").distinct().count()
    assert every > 2_000
    for kind in KINDS:
        questions, _content = taken(f".{kind}")
        assert questions <= few[kind], kind
    assert len(rows_of(taken(".csv")[1])) == every  # not only those on the first page
