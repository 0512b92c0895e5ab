"""A composed report: own and standard chapters, recommendations that are never lost, and the standards it keeps."""

import zipfile
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from pypdf import PdfReader

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
from nahraum.reports.blocks import Bullets, CoSignature, Front, Heading, Table
from nahraum.reports.compose import compose, compose_report
from nahraum.reports.recommendations import Carried, Recommendation, Status, carry, recommendation_blocks, what_became
from nahraum.reports.resolve import ChapterText
from tests.pdf.verapdf import failures

OWN = """# Lage

Im {{gebiet: Hafen}} liegt der Anteil bei **{{wert: unemployment | Hafen}}**, *kursiv*,
Lücke {{wert: gibtsnicht}}. \U0001f600

1. erstens
2. zweitens
   - darunter

Dazwischen.

1. wieder erstens

> Hier halten die Leute zusammen.
>
> - und **zwar**
>   1. gern

- > Zitat im Punkt
  > {{wert: unemployment}}

  Absatz im Punkt

{{tabelle: unemployment | Hafen}}

{{karte: index}}

{{reihe: unemployment | 1306}}

{{profil: 1306}}
"""
CHAPTERS = (
    ChapterText(title="Am Hafen", text=OWN),
    ChapterText(title="", text="{{kapitel: methode}}"),
    ChapterText(title="Abweichungen", text="{{kapitel: abweichungen}}\n\n{{auswahl}}"),
)
FRONT = Front(
    title="Sozialbericht Hafen",
    version="0.3",
    cosigned=(
        CoSignature(office="Jugendamt", day=date(2025, 3, 1)),
        CoSignature(office="Sozialamt", day=date(2025, 3, 2)),
    ),
)
SINCE = date(2024, 6, 30)


def recommendation(id, **more):
    given = {
        "text": f"Empfehlung {id}",
        "addressed_to": "Jugendamt",
        "made_in": "Bericht 2023",
        "made_on": date(2023, 5, 1),
    }
    return Recommendation(id=id, **{**given, **more})


SILENT = recommendation("still")
STALE = recommendation("alt", status=Status.UNDER_WAY, outcome="Grundstück gekauft", told_on=date(2024, 2, 1))
FRESH = recommendation("neues", status=Status.UNDER_WAY, outcome="Bau begonnen", told_on=date(2025, 1, 15))
DONE = recommendation("fertig", status=Status.DONE, outcome="Kita eröffnet", told_on=date(2023, 9, 1))
DROPPED = recommendation("vorbei", status=Status.DROPPED, outcome="kein Geld", told_on=date(2025, 1, 1))
NEW = recommendation("neu", made_on=date(2025, 3, 31), made_in="Bericht 2025", areas=("1306", "weg"))
ALL = Carried(items=(SILENT, STALE, FRESH, DONE, DROPPED, NEW), since=SINCE)


@pytest.fixture(scope="module")
def pdf(published, tmp_path_factory):
    path = tmp_path_factory.mktemp("composed") / "bericht.pdf"
    compose_report(published, CHAPTERS, ALL, path, front=FRONT)
    return path


@pytest.mark.slow
def test_the_pdf_is_accessible_and_archivable(pdf):
    assert failures(pdf, "ua1", "3a") == {"ua1": [], "3a": []}


def flat(page):
    return " ".join(page.extract_text().replace("\xad\n", "").replace("\xad", "-").split())


def test_the_first_page_names_version_and_cosignatures_and_the_second_lists_chapters(pdf):
    pages = [flat(page) for page in PdfReader(pdf).pages]
    for words in (
        "Sozialbericht Hafen",
        "Fassung 0.3",
        "Mitgezeichnet: Jugendamt, 01.03.2025",
        "Mitgezeichnet: Sozialamt, 02.03.2025",
    ):
        assert words in pages[0]
    for chapter in ("Am Hafen", "Wie der Index entsteht", "Abweichungen", "Empfehlungen"):
        assert chapter in pages[1]
    assert all("kleine Zahlen geschützt" in page and "31.03.2025" in page for page in pages[1:])
    assert any("[Lücke: wert: gibtsnicht]" in page for page in pages)


def test_the_document_has_styles_lists_headers_and_alternative_texts(published, tmp_path):
    path = tmp_path / "bericht.docx"
    composed = compose_report(published, CHAPTERS, ALL, path, front=FRONT)
    document = Document(str(path))
    styles = {p.style.name for p in document.paragraphs}
    assert {"Heading 1", "Heading 2", "List Number", "List Bullet 2", "Quote", "Caption", "TOC Heading"} <= styles
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == [b.text for b in composed.blocks if isinstance(b, Heading) and b.level == 1]
    xml = zipfile.ZipFile(path).read("word/document.xml").decode()
    assert xml.count("w:tblHeader") == len(document.tables) > 2
    assert 'descr=""' not in xml
    assert xml.count("descr=") >= 3
    assert "TOC \\o" in xml
    numbered = [p for p in document.paragraphs if p.style.name == "List Number"]
    first, _second, again = (p._p.pPr.numPr.numId.val for p in numbered)
    assert first != again  # the second list counts anew
    runs = {run.text: run for p in document.paragraphs for run in p.runs}
    assert runs["kursiv"].italic
    assert runs["[Lücke: wert: gibtsnicht]"].font.highlight_color is not None


def test_a_template_without_lists_that_count_still_gets_numbers(published, tmp_path):
    bare = Document()
    bare.styles["List Number"].delete()
    bare.save(str(tmp_path / "karg.docx"))
    compose_report(published, CHAPTERS[:1], None, tmp_path / "b.docx", template=tmp_path / "karg.docx")
    texts = [p.text for p in Document(str(tmp_path / "b.docx")).paragraphs if p.style.name == "List Number"]
    assert texts == ["1. erstens", "2. zweitens", "1. wieder erstens"]


def test_equal_input_gives_equal_bytes(published, pdf, tmp_path):
    compose_report(published, CHAPTERS, ALL, tmp_path / "b.pdf", front=FRONT)
    assert (tmp_path / "b.pdf").read_bytes() == pdf.read_bytes()
    for name in ("a.docx", "b.docx"):
        compose_report(published, CHAPTERS, ALL, tmp_path / name, front=FRONT)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def test_another_ending_is_refused(published, tmp_path):
    with pytest.raises(WrongRequest, match="docx"):
        compose_report(published, CHAPTERS, ALL, tmp_path / "b.xlsx")


def test_an_unprotected_edition_is_refused(town, tmp_path):
    with pytest.raises(AssertionError):
        compose_report(town, CHAPTERS, None, tmp_path / "b.pdf")
    assert list(tmp_path.iterdir()) == []


def test_recommendations_come_last_unless_a_chapter_prints_them(published):
    composed = compose(published, CHAPTERS[1:2], ALL)
    assert [block.text for block in composed.blocks if isinstance(block, Heading) and block.level == 1][
        -1
    ] == "Empfehlungen"
    placed = compose(published, [ChapterText(title="Was wir raten", text="{{empfehlungen}}")], ALL)
    assert placed.ending == ()
    assert compose(published, CHAPTERS[1:2]).ending == ()


def test_every_recommendation_is_printed_with_what_became_of_it(published):
    with speaking("de"):
        blocks = list(recommendation_blocks(published, ALL))
    (new,) = [block for block in blocks if isinstance(block, Bullets)]
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert new.items == ("Empfehlung neu (Gewerbegebiet Hafeninsel (1306), weg; gerichtet an: Jugendamt)",)
    assert {row[0]: row[-1] for row in table.rows} == {
        "Empfehlung still": "noch nichts Neues",
        "Empfehlung alt": "noch nichts Neues; zuletzt bekannt: in Umsetzung: Grundstück gekauft (01.02.2024)",
        "Empfehlung neues": "in Umsetzung: Bau begonnen (15.01.2025)",
        "Empfehlung fertig": "umgesetzt: Kita eröffnet (01.09.2023)",
        "Empfehlung vorbei": "nicht weiterverfolgt: kein Geld (01.01.2025)",
    }
    assert "2 von 5" in table.caption


def test_recommendations_are_carried_and_none_is_lost():
    told = replace(SILENT, status=Status.DONE, outcome="erledigt", told_on=date(2025, 2, 1))
    carried = carry([SILENT, STALE, DONE], [NEW, told])
    assert carried == (told, STALE, DONE, NEW)
    with pytest.raises(WrongRequest, match="neu"):
        carry([], [NEW, NEW])


def test_the_first_report_lists_its_own_recommendations_as_new(published):
    with speaking("de"):
        blocks = list(recommendation_blocks(published, Carried(items=(SILENT, NEW))))
        assert [len(block.items) for block in blocks if isinstance(block, Bullets)] == [2]
        assert not [block for block in blocks if isinstance(block, Table)]
        assert what_became(SILENT) == "noch nichts Neues"
        assert "keine Empfehlungen" in next(iter(recommendation_blocks(published, Carried()))).text


def test_without_a_last_report_what_is_told_stands_in_the_table(published):
    with speaking("de"):
        blocks = list(recommendation_blocks(published, Carried(items=(FRESH, SILENT))))
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert [row[0] for row in table.rows] == ["Empfehlung neues"]
