"""An uploaded file is recognised by its content, shown page by page with its issues, and given back annotated."""

from __future__ import annotations

import gzip
import io
import tempfile
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.base import BadInput, WrongRequest
from nahraum.sources import TableSpec, read_table, sniff
from nahraum.sources.annotated import annotated_workbook
from nahraum.sources.preview import WHOLE_ROW, grid, recognise
from tests.core.sources.binary import write_xls

CSV = "Gebiet;Jahr;Arbeitslose\n01;2024;12\n02;2024;k. A.\n03;2024;1,5\n04;2024;k. A.\n"


def xlsx(path: Path, rows, sheets=("Tabelle1",)) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                sheet.write_row(n, 0, row)
    return path


def spec(file="t.csv", **more):
    about = {"area": "Gebiet", "period_column": "Jahr", "variables": {"u": "Arbeitslose"}, **more}
    return TableSpec(id="t", file=file, **about)


def test_an_uploaded_file_is_recognised_under_its_own_name(tmp_path) -> None:
    (tmp_path / "3f2a").write_bytes(CSV.encode("cp1252"))
    found = recognise(tmp_path / "3f2a", "Arbeitslose 2024.csv")
    assert (found.name, found.format, found.size) == ("Arbeitslose 2024.csv", "csv", len(CSV))
    assert found.headers == ("Gebiet", "Jahr", "Arbeitslose")
    assert found.suggestions["period_column"] == "Jahr"
    assert found.first_rows[1] == ("02", "2024", "k. A.")
    assert len(found.sha256) == 64


@pytest.mark.parametrize("name", ["t.xlsx", "t.xls", "t.json", "t.sql", "t.csv.gz", "t.tsv", "t.geojson", "t.ods"])
def test_every_format_is_recognised_whatever_the_stored_file_is_called(tmp_path, name, town_project) -> None:
    made = tmp_path / name
    if name == "t.xlsx":
        xlsx(made, [["Gebiet", "Wert"], ["A", 1]])
    elif name == "t.xls":
        write_xls(made, [["Gebiet", "Wert"], ["A", 1.0]])
    elif name == "t.ods":
        write_ods(made, [["Gebiet", "Wert"], ["A", "x"]])
    elif name == "t.geojson":
        made.write_bytes((town_project.parent / "data" / "quartiere.geojson").read_bytes())
    else:
        raw = {
            "t.json": b'[{"Gebiet": "A", "Wert": 1}]',
            "t.sql": b"INSERT INTO t (Gebiet, Wert) VALUES ('A', 1);",
            "t.csv.gz": gzip.compress(b"Gebiet;Wert\nA;1\n"),
            "t.tsv": b"Gebiet\tWert\nA\t1\n",
        }
        made.write_bytes(raw[name])
    stored = made.rename(tmp_path / "stored")
    found = recognise(stored, name)
    assert found.has_boundaries == (name == "t.geojson")
    assert found.headers == (("Gebiet", "Wert") if name != "t.geojson" else found.headers)
    assert len(found.headers) > 1


def write_ods(path: Path, rows) -> None:
    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in row)
        + "</table:table-row>"
        for row in rows
    )
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    body = (
        f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Daten">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", body)


def test_the_layers_of_a_geopackage_are_its_sheets(tmp_path, town_project) -> None:
    import pyogrio

    frame = pyogrio.raw.read(town_project.parent / "data" / "quartiere.geojson")
    meta, _index, wkb, columns = frame
    for layer in ("quartiere", "noch_einmal"):
        pyogrio.raw.write(
            tmp_path / "t.gpkg",
            wkb,
            field_data=columns,
            fields=meta["fields"],
            crs=meta["crs"],
            geometry_type="MultiPolygon",
            promote_to_multi=True,
            layer=layer,
            append=layer != "quartiere",
        )
    (tmp_path / "t.gpkg").rename(tmp_path / "abc")
    found = recognise(tmp_path / "abc", "t.gpkg")
    assert (found.format, found.sheets, found.has_boundaries) == ("gpkg", ("quartiere", "noch_einmal"), True)
    assert {"nr", "name"} <= set(found.headers)
    with pytest.raises(WrongRequest, match="quartiere"):
        recognise(tmp_path / "abc", "t.gpkg", sheet="gibtsnicht")


def packed(**members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return stream.getvalue()


BOMB = packed(xl__workbook_dot_xml="<x/>", xl__worksheets__a="0" * (64 << 20))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
DISGUISED = {
    "program.csv": (b"MZ\x90\0" + b"\0" * 99, "ein Programm"),
    "seite.xls": (b"\xef\xbb\xbf \n<!DOCTYPE html><html><table></table></html>", "eine Webseite"),
    "export.xls": (b'<?xml version="1.0"?><Workbook/>', "XLSX"),
    "bild.csv": (b"\x89PNG\r\n\x1a\n", "ein Bild"),
    "bericht.xlsx": (b"%PDF-1.7", "ein PDF-Dokument"),
    "text.xlsx": (packed(word__document_dot_xml="<x/>"), "ein Textdokument"),
    "binaer.xlsx": (packed(xl__workbook_dot_bin="x"), "XLSX"),
    "alt.xls": (packed(xl__workbook_dot_xml="<x/>"), r"\.xlsx"),
    "gepackt.csv": (gzip.compress(b"a;b\n1;2\n"), r"\.csv\.gz"),
    "archiv.csv": (packed(a="x"), "ein Archiv"),
    "mappe.csv": (packed(xl__workbook_dot_xml="<x/>"), r"\.xlsx"),
    "bombe.xlsx": (BOMB, "MB"),
    "geheim.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "Kennwort"),
    "brief.xls": (OLE + "WordDocument\0".encode("utf-16-le"), "ein Textdokument"),
    "leer.csv": (b"", "leer"),
    "karte.gpkg": (b"a;b\n1;2\n", r"\.csv"),
    "brief.docx": (b"x", "CSV"),
    "kaputt.json": (b"[{", "JSON"),
    "nullen.csv": (b"a;b\n\0\1\0\0\0\0" * 9, "keine Tabelle"),
}


@pytest.mark.parametrize("name", DISGUISED)
def test_a_file_that_is_not_what_its_name_says_is_refused_with_a_remedy(tmp_path, name) -> None:
    raw, words = DISGUISED[name]
    (tmp_path / "stored").write_bytes(raw)
    with pytest.raises(WrongRequest, match=words):
        recognise(tmp_path / "stored", name)


@settings(max_examples=200)
@given(
    st.binary(max_size=300),
    st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a.ods", "a.json", "a.sql", "a.gpkg", "a.zip"]),
)
def test_any_bytes_are_recognised_or_refused(raw, name) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "stored").write_bytes(raw)
        with suppress(WrongRequest):
            assert recognise(Path(folder) / "stored", name).format


def test_issues_stand_in_their_cells_and_an_issue_for_many_marks_all(tmp_path) -> None:
    (tmp_path / "t.csv").write_text(CSV, encoding="utf-8")
    issues = read_table(spec(), tmp_path).issues
    page = grid(tmp_path / "t.csv", spec(), first=0, count=10, issues=issues)
    assert page.headers == ("Gebiet", "Jahr", "Arbeitslose")
    assert [(row.row, row.texts) for row in page.rows][1] == (3, ("02", "2024", "k. A."))
    marked = {(row.row, at): [each.code for each in found] for row in page.rows for at, found in row.marks.items()}
    assert marked == {(3, 2): ["text-in-number"], (5, 2): ["text-in-number"]}
    assert (page.total, page.all) == (4, 4)


def test_only_rows_with_issues_can_be_paged_through(tmp_path) -> None:
    lines = [f"{n};2024;{'x' if n % 10 == 0 else n}" for n in range(1, 101)]
    (tmp_path / "t.csv").write_text("Gebiet;Jahr;Arbeitslose\n" + "\n".join(lines), encoding="utf-8")
    issues = read_table(spec(), tmp_path).issues
    page = grid(tmp_path / "t.csv", spec(), first=4, count=3, issues=issues, only_issues=True)
    assert [row.texts[0] for row in page.rows] == ["50", "60", "70"]
    assert (page.total, page.all) == (10, 100)
    beyond = grid(tmp_path / "t.csv", spec(), first=99, count=3, issues=issues, only_issues=True)
    assert beyond.rows == ()


def test_issues_of_rows_columns_and_tables_have_their_place(tmp_path) -> None:
    (tmp_path / "t.csv").write_text("Gebiet;Jahr;Arbeitslose\n1;2024;2.345\n2;2024\n3;2024;1.234\n", encoding="utf-8")
    issues = read_table(spec(), tmp_path).issues
    page = grid(tmp_path / "t.csv", spec(), first=0, count=9, issues=issues)
    placed = {
        *((row.row, at, each.code) for row in page.rows for at, found in row.marks.items() for each in found),
        *((0, at, each.code) for at, found in page.column_issues.items() for each in found),
        *((0, None, each.code) for each in page.issues),
    }
    assert (3, WHOLE_ROW, "row-too-short") in placed
    assert {(2, 2, "number-ambiguous"), (4, 2, "number-ambiguous")} <= placed
    assert {code for _row, _at, code in placed} == {issue.code for issue in issues}


@settings(max_examples=100)
@given(
    st.lists(st.lists(st.text(alphabet='abc1 ;,"äß\n=', max_size=5), min_size=3, max_size=3), min_size=1, max_size=12),
    st.integers(0, 12),
    st.integers(1, 12),
)
def test_any_table_is_shown_as_it_stands(rows, first, count) -> None:
    import csv

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter=";").writerows([["a", "b", "c"], *rows])
        wanted = [
            (n, tuple(cell.strip() for cell in row))
            for n, row in enumerate(rows, start=2)
            if any(cell.strip() for cell in row)
        ]
        about = spec(delimiter=";")
        if not wanted:
            with pytest.raises(BadInput):
                grid(path, about, first=first, count=count)
            return
        page = grid(path, about, first=first, count=count)
        assert [(row.row, row.texts) for row in page.rows] == wanted[first : first + count]


def test_the_first_page_of_a_million_values_comes_at_once(tmp_path) -> None:
    head = "Gebiet;Jahr;" + ";".join(f"v{n}" for n in range(200))
    tail = ";".join(str(n) for n in range(200))
    with (tmp_path / "t.csv").open("w", encoding="utf-8") as stream:
        stream.write(head + "\n")
        stream.writelines(f"{a:04};{y};{tail}\n" for y in range(2015, 2025) for a in range(500))
    start = time.perf_counter()
    page = grid(tmp_path / "t.csv", spec(variables={"v": "v1"}), first=0, count=50)
    assert time.perf_counter() - start < 5  # a third of a second on a quiet machine
    assert (len(page.rows), page.all) == (50, 5000)


def test_the_annotated_workbook_has_every_cell_in_its_place_and_every_sentence(tmp_path) -> None:
    text = "Titel\n\nGebiet;Jahr;Arbeitslose\n01;2024;12\n02;2024;=1+1\n03;2024;k. A.\n04;2024;-5\n05;2024;k. A.\n"
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    about = spec(header_row=3, delimiter=";")
    issues = read_table(about, tmp_path).issues
    out = annotated_workbook(tmp_path / "t.csv", about, issues, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(out)
    sheet, listed = book.worksheets
    assert [cell.value for cell in sheet[3]] == ["Gebiet", "Jahr", "Arbeitslose"]
    assert [sheet.cell(row, 3).value for row in range(4, 9)] == ["12", "=1+1", "k. A.", "-5", "k. A."]
    assert sheet["A4"].value == "01"
    formula = sheet["C5"]
    assert (formula.data_type, formula.quotePrefix) == ("s", True)
    for place in ("C5", "C6", "C8"):
        assert sheet[place].fill.fgColor.rgb == "FFFFC7CE"
        assert issues[0].sentence[:20] in sheet[place].comment.text
    assert sheet["C4"].comment is None
    found = list(listed.iter_rows(min_row=2, values_only=True))
    assert len(found) == len(issues)
    assert {row[4] for row in found} == {issue.sentence for issue in issues}
    assert "=1+1" in {row[3] for row in found}
    assert all(cell.data_type != "f" for row in listed.iter_rows() for cell in row)
    again = annotated_workbook(tmp_path / "t.csv", about, issues, tmp_path / "again.xlsx")
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.parametrize("name", ["t.json", "t.sql", "t.xlsx"])
def test_tables_of_other_formats_are_annotated_too(tmp_path, name) -> None:
    if name == "t.xlsx":
        xlsx(tmp_path / name, [["", "Gebiet", "Wert"], ["", "A", 1], ["", "B", "x"]])
    else:
        text = (
            '[{"Gebiet": "A", "Wert": 1}, {"Gebiet": "B", "Wert": "x"}]'
            if name == "t.json"
            else "INSERT INTO t (Gebiet, Wert) VALUES\n('A', 1), ('B', 'x');"
        )
        (tmp_path / name).write_text(text)
    about = TableSpec(
        id="t", file=name, sheet="t" if name == "t.sql" else "", area="Gebiet", period="2024", variables={"w": "Wert"}
    )
    issues = read_table(about, tmp_path).issues
    assert [issue.code for issue in issues] == ["text-in-number"]
    out = annotated_workbook(tmp_path / name, about, issues, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(out).worksheets[0]
    place = "C3" if name == "t.xlsx" else "B3"
    assert sheet[place].value == "x"
    assert sheet[place].comment is not None


def test_sniffing_still_answers_for_plain_paths(tmp_path) -> None:
    (tmp_path / "t.csv").write_text(CSV, encoding="utf-8")
    assert sniff(tmp_path / "t.csv").headers == recognise(tmp_path / "t.csv").headers
