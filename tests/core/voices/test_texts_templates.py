"""A guide becomes a template; what people make of it comes back question by question."""

import io
import zipfile
from xml.etree import ElementTree as ET

import pytest
from docx import Document

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import speaking
from nahraum.evidence.voices.texts import Guide, Questions, docx_template, filled, odt_template
from nahraum.evidence.voices.texts.guide import hints
from tests.core.voices.text_files import GUIDE, docx, p

MAKERS = pytest.mark.parametrize("make", [docx_template, odt_template])


def answers(found):
    """Return the words under each question, the question itself left out."""
    said = {}
    for segment in found.text.segments:
        if segment.question:
            head, _, rest = found.text.text[segment.start : segment.end].partition("\n")
            assert segment.heading in head
            said[segment.question] = rest
    return said


def word(change):
    """Return the template after ``change(document)``, as Word would save it."""
    document = Document(io.BytesIO(docx_template(GUIDE)))
    change(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def at(document, words):
    return next(each for each in document.paragraphs if words in each.text)


@MAKERS
@pytest.mark.parametrize("language", ["de", "en"])
def test_an_empty_template_finds_its_collection_and_questions(make, language):
    with speaking(language):
        content = make(GUIDE)
        assert make(GUIDE) == content
    found = filled("Vorlage", content)
    assert (found.collection, found.version, found.unanswered) == ("0b2f-77", 3, (1, 2, 3))
    assert [(each.question, each.heading) for each in found.text.segments if each.question] == [
        (1, "Was fehlt?"),
        (2, "Wem fehlt es?"),
        (3, "Was hilft?"),
    ]
    assert not any(hint in found.text.text for hint in hints())


def test_the_docx_has_real_headings_and_shows_its_code():
    document = Document(io.BytesIO(docx_template(GUIDE)))
    levels = [each.style.name for each in document.paragraphs if each.style.name.startswith("Heading")]
    assert levels == [f"Heading {n}" for n in (1, 2, 3, 3, 2, 3)]
    code = at(document, "Nahraum-Vorlage: 0b2f-77/3")
    assert not any(run.font.hidden for run in code.runs)
    assert document.core_properties.title == GUIDE.title


def test_the_odt_is_well_formed_and_names_its_type_first():
    with zipfile.ZipFile(io.BytesIO(odt_template(GUIDE))) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        parts = {name: ET.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")}
    text = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    levels = [each.get(f"{text}outline-level") for each in parts["content.xml"].iter(f"{text}h")]
    assert levels == ["1", "2", "3", "3", "2", "3"]
    listed = {
        each.get("{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}full-path")
        for each in parts["META-INF/manifest.xml"]
    }
    assert listed == {"/", "content.xml", "styles.xml", "meta.xml"}


def test_what_people_add_stays_under_its_question():
    def change(document):
        first = at(document, "1: Was fehlt?")._p
        table = document.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Bank", "Licht"
        bold = document.add_paragraph()
        bold.add_run("ein ")
        bold.add_run("Platz").bold = True
        own = document.add_heading("Eigene Überschrift", 4)
        point = document.add_paragraph("zum Sitzen", style="List Bullet")
        for element in reversed([bold._p, table._tbl, own._p, point._p]):
            first.addnext(element)
        for paragraph in list(document.paragraphs):  # somebody deletes the hints
            if paragraph.text in hints():
                paragraph._p.getparent().remove(paragraph._p)

    found = filled("Protokoll", word(change))
    assert answers(found) == {1: "ein Platz\nBank\nLicht\nEigene Überschrift\nzum Sitzen", 2: "", 3: ""}
    assert found.unanswered == (2, 3)
    assert "Stärken" in found.text.text  # a block's title belongs to no question


def test_an_answer_that_begins_like_a_question_is_none():
    def change(document):
        at(document, "2: Wem fehlt es?")._p.addnext(document.add_paragraph("Frage 3: wurde hier besprochen")._p)

    assert answers(filled("x", word(change)))[2] == "Frage 3: wurde hier besprochen"


def test_questions_are_found_where_the_headings_lost_their_format():
    def change(document):
        for paragraph in document.paragraphs:
            paragraph.style = "Normal"
        document.add_paragraph("viel")

    assert answers(filled("x", word(change)))[3] == "viel"


def test_a_question_that_was_copied_keeps_both_answers_and_is_told():
    content = docx(
        p("Nahraum-Vorlage: k/1")
        + "".join(p("Frage 1: Wo?", '<w:outlineLvl w:val="1"/>') + p(words) for words in ("hier", "dort"))
    )
    found = filled("x", content)
    assert found.text.text == "Frage 1: Wo?\nhier\nFrage 1: Wo?\ndort"
    assert [(each.question, each.start) for each in found.text.segments] == [(1, 0), (1, 18)]
    assert [issue.code for issue in found.text.issues] == ["template-question-twice"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"Nahraum-Vorlage: a/1\nFrage 1: Wo?", "template-unknown"),
        (docx(p("Frage 1: Wo?")), "template-unknown"),
        (docx(p("Nahraum-Vorlage: a/1") + p("nichts")), "template-without-questions"),
        (docx(p("Nahraum-Vorlage: a/1") + p("Nahraum-Vorlage: b/1") + p("Frage 1: x")), "template-of-several"),
    ],
)
def test_what_is_no_template_is_refused(content, code):
    with pytest.raises(BadInput) as caught:
        filled("x", content)
    assert [issue.code for issue in caught.value.issues] == [code]
    assert str(caught.value)


def test_words_that_no_document_can_hold_are_left_out():
    guide = Guide(collection="k", version=1, title="a\x00b\ud800", blocks=(Questions(questions=("\x0bWo\n?\ufffe",)),))
    for make in (docx_template, odt_template):
        assert [each.heading for each in filled("x", make(guide)).text.segments][-1] == "Wo ?"


@pytest.mark.parametrize("wrong", [{"collection": "a b"}, {"collection": ""}, {"version": -1}, {"blocks": ()}])
def test_a_guide_that_makes_no_template_is_refused(wrong):
    whole = {"collection": "k", "version": 1, "title": "t", "blocks": (Questions(questions=("?",)),)}
    with pytest.raises(WrongRequest):
        Guide(**{**whole, **wrong})
