"""What can harm is read elsewhere: the same words come back, and what grows or computes without end is broken off."""

import io
import resource
import time
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest

from nahraum.base import BadInput
from nahraum.evidence.voices.texts import Answers
from nahraum.evidence.voices.texts import elsewhere as apart
from nahraum.evidence.voices.texts import read as read_here
from nahraum.sources import apart as machinery
from tests.core.voices.text_files import CSV, VTT, docx, p, pdf, zipped

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
pytestmark = pytest.mark.once


def workbook(*rows):
    book, found = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(found)
    return found.getvalue()


def repeated(rows, length):
    """A workbook with one long shared text in every cell of its column."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{int(n > 1)}</v></c></row>' for n in range(1, rows + 2))
    made = io.BytesIO(workbook(["Was fehlt?"]))
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    start, end = sheet.index("<sheetData>"), sheet.index("</sheetData>")
    parts["xl/worksheets/sheet1.xml"] = f"{sheet[:start]}<sheetData>{cells}{sheet[end:]}"
    parts["xl/sharedStrings.xml"] = f"<sst {MAIN}><si><t>Was fehlt?</t></si><si><t>{'x' * length}</t></si></sst>"
    of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    links = parts["xl/_rels/workbook.xml.rels"]
    if "sharedStrings" not in links:
        link = f'<Relationship Id="rShared" Type="{of}" Target="sharedStrings.xml"/></Relationships>'
        parts["xl/_rels/workbook.xml.rels"] = links.replace("</Relationships>", link)
    return zipped(parts)


def in_use():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def broken_off(reader):
    with pytest.raises(BadInput) as told:
        reader()
    return [each.code for each in told.value.issues] == ["text-broken-off"]


def plain(texts):
    return [(each.name, each.text, each.segments, dict(each.variables), each.issues) for each in texts]


def test_words_places_and_issues_come_back_as_they_were_read():
    pages = pdf(["Was fehlt?", "Ein Platz"], [], ["Licht"])
    assert plain(apart.read("a.pdf", pages)) == plain(read_here("a.pdf", pages))
    table = workbook(
        ["Alter", "Was fehlt?"], ["jung", "Ein Platz am Wasser"], ["alt", None], ["jung", "Bänke 😀"], ["alt", "Licht"]
    )
    answers = apart.suggested("a.xlsx", table)
    assert answers == Answers(answer="Was fehlt?", variables=("Alter",), sheet="Sheet", header_row=1)
    assert apart.columns("a.xlsx", table, answers) == ("Alter", "Was fehlt?")
    assert plain(apart.read("a.xlsx", table, answers=answers)) == plain(read_here("a.xlsx", table, answers=answers))


def test_a_refusal_comes_back_as_it_is():
    with pytest.raises(BadInput) as told:
        apart.read("a.pdf", pdf([]))
    assert [(each.code, each.file) for each in told.value.issues] == [("text-scanned", "a.pdf")]


def test_one_word_in_thousands_of_cells_grows_elsewhere_and_is_broken_off(monkeypatch):
    monkeypatch.setattr(machinery, "MEMORY", 1 << 30)
    table = repeated(3000, 1_000_000)
    assert len(table) < 30_000
    before = in_use()
    assert broken_off(lambda: apart.suggested("a.xlsx", table))
    assert in_use() - before < 100 << 20


def test_a_page_that_computes_without_end_is_broken_off(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 4.0)
    stream = zlib.compress(b"BT /F1 9 Tf (a) Tj ET " * 200_000, 9).decode("latin-1")
    page = pdf(["a"]).decode("latin-1")
    at, end = page.index("<< /Length", page.index("/Contents")), page.index("endstream")
    page = f"{page[:at]}<< /Length {len(stream)} /Filter /FlateDecode >>\nstream\n{stream}\n{page[end:]}"
    began = time.monotonic()
    assert broken_off(lambda: apart.read("a.pdf", page.encode("latin-1")))
    assert time.monotonic() - began < 12


def test_what_cannot_harm_waits_for_no_process(monkeypatch):
    monkeypatch.setattr(apart, "done_apart", lambda *_: None)
    assert apart.read("a.vtt", VTT.encode())
    assert apart.read("a.docx", docx(p("Ein Platz")))
    answers = apart.suggested("a.csv", CSV.encode())
    assert len(apart.read("a.csv", CSV.encode(), answers=answers)) == 2
    assert broken_off(lambda: apart.read("a.pdf", pdf(["a"])))
