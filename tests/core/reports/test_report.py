"""The report keeps its standards, its bytes and its promises to readers."""

import zipfile
from io import BytesIO

import openpyxl
import pytest
from docx import Document
from pypdf import PdfReader

from nahraum.base import WrongRequest
from nahraum.reports import write_report
from nahraum.reports.blocks import Figure, Heading, Table
from nahraum.reports.chapters import chapters
from tests.pdf.verapdf import failures


@pytest.fixture(scope="module")
def pdf(published, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "bericht.pdf"
    write_report(published, path)
    return path


@pytest.mark.slow
def test_the_pdf_is_accessible_and_archivable(pdf):
    assert failures(pdf, "ua1", "3a") == {"ua1": [], "3a": []}


@pytest.mark.slow
def test_the_checker_finds_a_pdf_that_is_not(tmp_path):
    import typst

    (tmp_path / "bad.typ").write_text(
        "= Bad\n#image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>\"))"
    )
    (tmp_path / "bad.pdf").write_bytes(typst.compile(tmp_path / "bad.typ"))
    assert failures(tmp_path / "bad.pdf", "ua1")["ua1"]


def test_equal_input_gives_equal_bytes(published, pdf, tmp_path):
    for ending in (".pdf", ".docx", ".xlsx"):
        first, second = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
        write_report(published, first)
        write_report(published, second)
        assert first.read_bytes() == second.read_bytes(), ending
    assert (tmp_path / "a.pdf").read_bytes() == pdf.read_bytes()


def words_of(page):
    """The page's text; line breaks inside words and the sign that Typst writes for a hyphen undone."""
    return page.extract_text().replace("\xad\n", "").replace("\xad", "-")


def test_every_page_carries_source_date_licence_and_protection(published, pdf):
    pages = [" ".join(words_of(page).split()) for page in PdfReader(pdf).pages[1:]]
    licence = f"Lizenz {published.imprint.licence}"
    for words in ("Stadt Musterstadt", "31.03.2025", licence, "kleine Zahlen geschützt", "erfunden"):
        assert all(words in page for page in pages), words


def test_the_summary_fits_on_one_page_and_names_the_areas(published, pdf):
    pages = [words_of(page) for page in PdfReader(pdf).pages]
    summary = next(page for page in pages if page.startswith("Zusammenfassung"))
    names = {area.key: area.name for area in published.system.at("quarter")}
    flat = " ".join(summary.split())
    for key in published.profile.selected:
        assert f"{names[key]} ({key}" in flat
    assert "Wie der Index entsteht" not in summary


def test_each_selected_area_has_a_page_of_its_own(published, pdf):
    pages = [words_of(page) for page in PdfReader(pdf).pages]
    names = {area.key: area.name for area in published.system.at("quarter")}
    for key in published.profile.selected:
        assert sum(page.startswith(f"{names[key]} ({key})") for page in pages) == 1, key


def test_every_picture_says_what_it_shows(published):
    figures = [block for block in chapters(published) if isinstance(block, Figure)]
    assert len(figures) > 10
    assert all(len(figure.alt) > 20 and "nan" not in figure.svg for figure in figures)


def test_tables_are_whole(published):
    tables = [block for block in chapters(published) if isinstance(block, Table)]
    assert all(len(row) == len(table.head) for table in tables for row in table.rows)
    assert all(not table.widths or len(table.widths) == len(table.head) for table in tables)


def test_the_document_holds_the_same_chapters(published, tmp_path):
    path = tmp_path / "bericht.docx"
    write_report(published, path)
    document = Document(str(path))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == [b.text for b in chapters(published) if isinstance(b, Heading) and b.level == 1]
    xml = zipfile.ZipFile(path).read("word/document.xml").decode()
    assert xml.count("w:tblHeader") == len(document.tables)
    assert 'descr=""' not in xml


def test_a_city_may_bring_its_own_template(published, tmp_path):
    own = Document()
    own.styles["Heading 1"].font.name = "Stadtschrift"
    own.save(str(tmp_path / "vorlage.docx"))
    write_report(published, tmp_path / "b.docx", template=tmp_path / "vorlage.docx")
    assert Document(str(tmp_path / "b.docx")).styles["Heading 1"].font.name == "Stadtschrift"


def test_a_template_without_the_styles_gets_them_and_one_that_is_no_word_file_is_refused(published, tmp_path):
    bare = Document()
    for name in ("Caption", "List Bullet", "Table Grid"):
        bare.styles[name].delete()
    bare.add_paragraph("Vorwort der Oberbürgermeisterin")
    bare.save(str(tmp_path / "karg.docx"))
    write_report(published, tmp_path / "b.docx", template=tmp_path / "karg.docx")
    assert Document(str(tmp_path / "b.docx")).paragraphs[0].text == "Vorwort der Oberbürgermeisterin"
    (tmp_path / "keine.docx").write_text("Hallo")
    with pytest.raises(WrongRequest, match=r"keine\.docx"):
        write_report(published, tmp_path / "c.docx", template=tmp_path / "keine.docx")
    assert not (tmp_path / "c.docx").exists()


def test_the_workbook_holds_no_formula_and_every_sheet_its_source(published, tmp_path):
    write_report(published, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(BytesIO((tmp_path / "t.xlsx").read_bytes()))
    assert {"werte", "indikatoren", "abweichungsprofil", "robustheit", "abgleich"} <= set(book.sheetnames)
    for sheet in book.worksheets[1:]:
        assert f"Lizenz {published.imprint.licence}" in sheet["A2"].value
        assert all(cell.data_type != "f" for row in sheet.iter_rows(max_row=60) for cell in row)


def test_another_ending_is_refused_and_nothing_is_left(published, tmp_path):
    with pytest.raises(WrongRequest, match="pdf"):
        write_report(published, tmp_path / "bericht.odt")
    assert list(tmp_path.iterdir()) == []


def test_a_failing_report_leaves_the_old_one(published, tmp_path, monkeypatch):
    path = tmp_path / "bericht.pdf"
    path.write_bytes(b"old")
    monkeypatch.setattr("nahraum.reports.write._content", lambda *_: (_ for _ in ()).throw(RuntimeError("power cut")))
    with pytest.raises(RuntimeError):
        write_report(published, path)
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["bericht.pdf"]
