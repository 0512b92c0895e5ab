"""Each format gives the words a person sees in it, and tells what it leaves out."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import Severity
from nahraum.evidence.voices.texts import Answers, read, suggested
from tests.core.voices.text_files import CSV, FILES, ODF, SRT, VTT, counts, docx, odt, one, p, pdf, refusal, zipped

STYLES = (
    '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Frage"><w:name w:val="Frage"/><w:basedOn w:val="berschrift1"/></w:style></w:styles>'
)
NOTES = (
    '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    f'<w:footnote w:id="7">{p("sagte sie leise")}</w:footnote></w:footnotes>'
)


def codes(text):
    return {issue.code for issue in text.issues}


def sections(text):
    return [(each.heading, text.text[each.start : each.end]) for each in text.segments]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_plain_text_in_unicode_is_read_as_it_stands(encoding):
    text = one("Größe:\r\n 5 €\rEnde\n".encode(encoding))
    assert text.text == "Größe:\n 5 €\nEnde\n"
    assert text.issues == ()
    assert text.sha256 == hashlib.sha256("Größe:\n 5 €\nEnde\n".encode()).hexdigest()


def test_nothing_is_normalised():
    assert one("a\u0308 ä\u2028\x85".encode()).text == "a\u0308 ä\u2028\x85"


def test_windows_encoding_is_read_and_told():
    text = one("eins\nzwei „groß“ €".encode("cp1252"))
    assert text.text == "eins\nzwei „groß“ €"
    assert [(issue.code, issue.row, issue.severity) for issue in text.issues] == [
        ("text-encoding-assumed", 2, Severity.WARNING)
    ]


def test_what_is_neither_is_refused_with_its_row():
    assert refusal("Grüße\n".encode() + b"b\xfcse").row == 2  # began as UTF-8
    assert refusal(b"a\nb\n\x81\x8d").row == 3  # no characters of Windows-1252
    assert refusal(b"\xff\xfea\x00\n\x00\x00\xd8b\x00").row == 2  # half a pair in UTF-16


def test_garbled_letters_are_told_with_their_row():
    (issue,) = one("gut\nGrÃ¼ÃŸe".encode()).issues
    assert (issue.code, issue.row, issue.severity) == ("text-garbled", 2, Severity.WARNING)


def test_markdown_headings_make_sections():
    text = one(b"vorn\n\n# Eins\na\n## Zwei ##\nb\n#kein")
    assert sections(text) == [("Eins", "# Eins\na"), ("Zwei", "## Zwei ##\nb\n#kein")]
    assert [text.text[a:b] for a, b in text.paragraphs] == ["vorn", "# Eins", "a", "## Zwei ##", "b", "#kein"]


def test_docx_headings_lists_and_cells():
    cells = "".join(f"<w:tc>{p(word)}</w:tc>" for word in ("links", "rechts"))
    body = (
        p("Kopf", '<w:pStyle w:val="berschrift1"/>')
        + p("Punkt", '<w:numPr><w:numId w:val="1"/></w:numPr>')
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        + p("Wo?", '<w:pStyle w:val="Frage"/>')
        + "<w:p><w:hyperlink><w:r><w:t>da</w:t><w:tab/><w:t>hin</w:t><w:br/><w:t>ja</w:t></w:r></w:hyperlink></w:p>"
    )
    text = one(docx(body, styles=STYLES))
    assert text.text == "Kopf\nPunkt\nlinks\nrechts\nWo?\nda\thin\nja"
    assert sections(text) == [("Kopf", "Kopf\nPunkt\nlinks\nrechts"), ("Wo?", "Wo?\nda\thin\nja")]
    assert codes(text) == {"text-numbers-left-out"}


def test_docx_keeps_insertions_and_leaves_deletions_out():
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        f"<w:p>{run.format('Es ')}<w:del><w:r><w:delText>war</w:delText></w:r></w:del>"
        f"<w:ins>{run.format('ist')}</w:ins><w:moveFrom>{run.format('weg')}</w:moveFrom></w:p>"
        # the end of this paragraph was deleted: the next one continues it
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run.format('ein')}</w:p><w:p>{run.format('fach')}</w:p>"
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('alt')}</w:tc></w:tr></w:tbl>"
    )
    text = one(docx(body))
    assert text.text == "Es ist\neinfach"
    assert counts(text) == {"text-deleted-left-out": 3}


def test_docx_notes_comments_hidden_words_and_pictures():
    body = (
        '<w:p><w:r><w:t>Ja</w:t><w:footnoteReference w:id="7"/><w:commentReference w:id="1"/></w:r>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>geheim</w:t></w:r>"
        "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>!</w:t></w:r>"
        "<w:r><w:drawing/></w:r><w:r><w:drawing><w:txbxContent>"
        f"{p('im Kasten')}</w:txbxContent></w:drawing></w:r><w:r><w:sym w:char='F0E0'/></w:r></w:p>"
    )
    text = one(docx(body, footnotes=NOTES, header1=NOTES, header2="<x/>"))
    assert text.text == "Ja[1]!\ufffd\nim Kasten\n[1] sagte sie leise"
    assert counts(text) == {
        "text-comments-left-out": 1,
        "text-hidden-left-out": 1,
        "text-pictures-left-out": 1,
        "text-signs-unknown": 1,
        "text-margins-left-out": 1,
    }


def test_docx_reads_only_one_of_two_ways_to_write_the_same():
    way = f"<w:drawing><w:txbxContent>{p('Kasten')}</w:txbxContent></w:drawing>"
    both = f"<mc:AlternateContent xmlns:mc='m'><mc:Choice>{way}</mc:Choice><mc:Fallback>{way}</mc:Fallback>"
    assert one(docx(f"<w:p><w:r>{both}</mc:AlternateContent></w:r></w:p>")).text.split() == ["Kasten"]


def test_odt_headings_lists_cells_and_blanks():
    body = (
        '<text:h text:outline-level="1">Kopf</text:h><text:list><text:list-item><text:p>Punkt</text:p></text:list-item>'
        "</text:list><table:table><table:table-row><table:table-cell><text:p>links</text:p></table:table-cell>"
        "<table:table-cell><text:p>rechts</text:p></table:table-cell></table:table-row></table:table>"
        '<text:p>\n  a <text:span> b</text:span><text:s text:c="2"/>c<text:tab/>d<text:line-break/>e\n f</text:p>'
    )
    text = one(odt(body))
    assert text.text == "Kopf\nPunkt\nlinks\nrechts\na b  c\td\ne f"
    assert sections(text) == [("Kopf", text.text)]


def test_odt_notes_comments_deletions_boxes():
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>alt</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:p>Ja<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>leise</text:p></text:note-body></text:note><office:annotation><text:p>hm</text:p>"
        "</office:annotation>!<draw:frame><draw:object/><draw:image/>"
        "<title>Bild</title></draw:frame><draw:frame><draw:text-box><text:p>Kasten</text:p>"
        "</draw:text-box></draw:frame></text:p>"
    )
    margin = (
        f"<office:document-styles {ODF}><office:master-styles><style:master-page><style:footer>"
        "<text:p>Seite</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>"
    )
    text = one(odt(body, styles=margin))
    assert text.text == "Ja[1]!\nKasten\n[1] leise"
    assert counts(text) == {
        "text-comments-left-out": 1,
        "text-deleted-left-out": 1,
        "text-pictures-left-out": 1,
        "text-margins-left-out": 1,
    }


def test_pdf_pages_and_hyphens():
    text = one(pdf(["Das ist ein Nach-", "bar."], [], ["Ende"]))
    assert text.text == "Das ist ein Nach-\nbar.\nEnde"
    assert [(each.page, text.text[each.start : each.end]) for each in text.segments] == [
        (1, "Das ist ein Nach-\nbar."),
        (3, "Ende"),
    ]
    (issue,) = text.issues
    assert (issue.code, issue.params["pages"]) == ("text-pages-without-text", "2")


def test_a_scan_and_a_locked_pdf_say_how_to_mend():
    assert refusal(pdf([])).code == "text-scanned"
    locked = "/Encrypt << /Filter /Standard /V 1 /R 2 /O <{0}> /U <{0}> /P -4 >> /ID [<00><00>] ".format("41" * 32)
    assert refusal(pdf(["geheim"], extra=locked)).code == "text-encrypted"


def test_rtf_words_in_every_way_they_may_be_written():
    raw = (
        rb"{\rtf1\ansi\ansicpg1250\deff0{\fonttbl{\f0 Arial;}}{\stylesheet{\s1 heading 1;}}{\*\generator Riched20;}"
        rb"{\info{\author Jemand}}\pard\outlinelevel0 Kopf\par\pard"
        b"\r\n"
        rb"\'b3\uc2\u322 ?? \uc0\u8211\uc1 \emdash\~\{x\}\\{\b fett}\tab t\line z\u-10179?\u-8704?\par"
        rb"{\v geheim \b ja}{\deleted weg}{\header Rand}{\*\shppict{\pict 0102}}{\nonshppict{\pict 01}}"
        rb"{\*\annotation hm}ab{\footnote Note}\bin3 }{xc\par"
        rb"\trowd links\cell rechts\cell\row}"
    )
    text = one(raw)
    assert text.text == "Kopf\nłł –—\u00a0{x}\\fett\tt\nz😀\nab[Note]c\nlinks\nrechts"
    assert sections(text)[0] == ("Kopf", text.text)
    assert counts(text) == {
        "text-hidden-left-out": 1,
        "text-deleted-left-out": 1,
        "text-margins-left-out": 1,
        "text-pictures-left-out": 1,
        "text-comments-left-out": 1,
    }


def test_rtf_boxes_are_read_once_and_without_their_settings():
    box = rb"{\shp{\*\shpinst\shpleft1{\sp{\sn shapeType}{\sv 202}}{\shptxt Kasten}}{\shprslt{\*\do Kasten}Kasten}}"
    assert one(rb"{\rtf1 a " + box + rb" b}").text == "a Kasten b"


def test_rtf_of_several_bytes_to_a_character_and_broken_rtf():
    assert one(rb"{\rtf1\ansi\ansicpg932 \'93\'fa\'96\'7b}").text == "日本"
    assert refusal(rb"{\rtf1 offen").code == "text-damaged"
    assert refusal(rb"{\rtf1 a}}").code == "text-damaged"


def test_srt_speakers_and_times():
    text = one(SRT.encode())
    assert text.text == "Mod: Guten Tag alle\nJa."
    assert [(each.speaker, each.start_ms, each.end_ms) for each in text.segments] == [
        ("Mod", 1000, 2500),
        ("", 60_000, 3_600_050),
    ]


def test_vtt_voices_marks_and_remarks():
    text = one(VTT.encode())
    assert text.text == "Frau A: Hier & da\nB: nein"
    assert [(each.speaker, each.start_ms, each.end_ms) for each in text.segments] == [
        ("Frau A", 1000, 2500),
        ("B", 1000, 2500),
    ]
    assert counts(text) == {"text-remarks-left-out": 1}


def test_faulty_times_lose_no_words():
    text = one(b"1\n00:00:09,000 --> 00:00:02,500\nrueckwaerts\n\nohne Zeit\n\n3\n00:00:10,0 --> 00:00:11\nhalb\n")
    assert text.text == "rueckwaerts\nohne Zeit\n3 00:00:10,0 --> 00:00:11 halb"
    assert text.segments == ()
    assert [(issue.code, issue.row, issue.params["count"]) for issue in text.issues] == [
        ("text-times-backwards", 1, 1),
        ("text-times-missing", 5, 2),
    ]


def test_marks_go_and_signs_stay():
    text = one(b"1\n00:00:01,000 --> 00:00:02,500\n<font color='red'>a</font> <3 b> {\\an8}c {x} <i>d</I>\n")
    assert text.text == "a <3 b> c {x} d"


def test_a_sentence_with_a_colon_is_no_speaker():
    text = one(b"1\n00:00:01,000 --> 00:00:02,500\nDas habe ich immer so gesagt: nein.\n")
    assert text.segments[0].speaker == ""


def test_each_row_of_a_survey_is_a_text():
    texts = read("Umfrage", CSV.encode(), answers=Answers(answer="Was fehlt?", variables=("Alter", "Nr")))
    assert [(t.name, t.text, dict(t.variables), t.segments[0].row) for t in texts] == [
        ("Umfrage, 2", "Ein Platz", {"Alter": "jung", "Nr": "1"}, 2),
        ("Umfrage, 4", "Bänke\nund Licht", {"Alter": "jung", "Nr": "3"}, 4),
    ]
    assert {t.segments[0].heading for t in texts} == {"Was fehlt?"}
    assert counts(texts[0]) == {"text-rows-without-answer": 1}


def test_the_answers_of_a_survey_are_no_variable():
    texts = read("Umfrage", CSV.encode(), answers=Answers(answer="Was fehlt?", variables=("Alter", "Was fehlt?")))
    assert {name for each in texts for name in each.variables} == {"Alter"}


def test_a_survey_as_workbook(tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "u") as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([("Ort", "Antwort"), ("Nord", "Mehr Grün, bitte"), ("Nord", "Ruhe am Abend")]):
            sheet.write_row(row, 0, cells)
    content = (tmp_path / "u").read_bytes()
    found = suggested("u.txt", content)
    assert (found.answer, found.variables) == ("Antwort", ("Ort",))
    assert [t.text for t in read("u.txt", content, answers=found)] == ["Mehr Grün, bitte", "Ruhe am Abend"]
    assert refusal(content).code == "text-is-a-table"


def test_an_answer_that_nobody_sees_is_none():
    (text,) = read("u", "a;b\n1;ja\n2;\u3000\ufeff\n".encode(), answers=Answers(answer="b"))
    assert text.text == "ja"


def test_a_survey_says_which_column_is_missing_or_empty():
    assert refusal(CSV.encode(), answers=Answers(answer="Was felt?")).params["near"] == "Was fehlt?"
    assert refusal(b"a;b\n1;\n", answers=Answers(answer="b")).code == "text-unanswered"


@pytest.mark.parametrize("kind", FILES)
def test_the_content_decides_and_not_the_name(kind):
    named = [one(FILES[kind], name) for name in (f"a.{kind}", "a.pdf", "a", "")]
    assert len({text.text for text in named}) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "text-empty"),
        (b" \n\t", "text-empty"),
        (b"\x89PNG\r\n\x1a\n", "text-is-a-recording"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "text-format-unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "text-encrypted"),
        (zipped({"project.qde": "<Project/>"}), "text-is-a-project"),
        (zipped({"a.txt": "a"}), "text-format-unknown"),
        ("Hallo".encode("utf-16-le"), "text-not-a-text"),
        (docx("<w:p/>"), "text-empty"),
        (b"PK\x03\x04rest", "text-damaged"),
    ],
)
def test_what_is_no_text_is_refused(content, code):
    assert refusal(content).code == code


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\r\n\t\x0b\ufeff"), max_size=60))
def test_any_text_saved_as_utf_8_keeps_every_character(words):
    """Against the rule as one would apply it by hand: line ends, marks, and nothing else changes."""
    wanted = words.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    if wanted.strip():
        assert one(("a" + words).encode()).text == "a" + wanted


@pytest.mark.real_data
def test_the_statements_of_a_real_study_are_texts(shared):
    content = (shared / "data" / "leverkusen" / "statements.csv").read_bytes()
    found = suggested("statements", content)
    texts = read("statements", content, answers=found)
    assert found.answer == "text"
    assert set(found.variables) == {"space", "main", "sub"}
    assert len(texts) == 372
    assert len({text.segments[0].row for text in texts}) == 372
