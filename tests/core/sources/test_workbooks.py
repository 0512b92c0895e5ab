from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from nahraum.sources import Reading, TableSpec, read_table
from tests.core.sources.binary import write_ods, write_xls
from tests.core.sources.delivery import codes, values

ROWS: list[list[str | float]] = [["gebiet", "wert"], ["01", 1.5], ["02", 2], ["03", ""]]


def write_xlsx(
    path: Path, rows: list[list[object]], *, at: tuple[int, int] = (0, 0), sheets: tuple[str, ...] = ()
) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(sheets[0] if sheets else "Daten")
        for name in sheets[1:]:
            book.add_worksheet(name)
        dates = book.add_format({"num_format": "dd.mm.yyyy"})
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                place = (at[0] + r, at[1] + c)
                if isinstance(value, str) and value.startswith("#"):
                    sheet.write_formula(*place, "=1/0", None, value)
                elif isinstance(value, datetime):
                    sheet.write_datetime(*place, value, dates)
                else:
                    sheet.write(*place, value)
    return path


def read(path: Path, **spec) -> Reading:
    spec.setdefault("variables", {"w": "wert"})
    return read_table(TableSpec(id="t", file=path.name, area="gebiet", period="2024", **spec), path.parent)


@pytest.fixture(params=["xlsx", "xls", "ods"])
def written(request, tmp_path):
    write = {"xlsx": write_xlsx, "xls": write_xls, "ods": write_ods}[request.param]
    return lambda rows: write(tmp_path / f"t.{request.param}", rows)


def test_every_kind_of_workbook_is_read(written) -> None:
    reading = read(written(ROWS))
    assert values(reading) == [1.5, 2, "MISSING"]
    assert codes(reading) == []
    assert reading.rows.select("row", "letter", "column").row(1) == (3, "B", "wert")


def test_an_error_of_the_spreadsheet_is_told_and_is_neither_missing_nor_zero(written) -> None:
    reading = read(written([*ROWS[:2], ["02", "#DIV/0!"], ["03", "#N/A"]]))
    assert codes(reading) == ["formula-error", "formula-error"]
    assert [(issue.row, issue.value) for issue in reading.issues] == [(3, "#DIV/0!"), (4, "#N/A")]
    assert values(reading) == [1.5]


def test_an_error_as_result_of_a_formula_in_an_old_workbook_is_told(tmp_path) -> None:
    path = write_xls(tmp_path / "t.xls", [*ROWS[:2], ["02", "#DIV/0!"]], formula=True)
    assert codes(read(path)) == ["formula-error"]


def test_rows_and_letters_are_those_that_the_program_shows(tmp_path) -> None:
    reading = read(write_xlsx(tmp_path / "t.xlsx", ROWS, at=(3, 2)), header_row=4)
    assert reading.rows.select("row", "letter").rows() == [(5, "D"), (6, "D"), (7, "D")]


def test_numbers_typed_as_text_are_understood_as_a_clerk_would(tmp_path) -> None:
    """A number cell 1.234 and a text "1.234" look alike and are a thousand apart."""
    rows = [["gebiet", "wert"], ["1", "1.234"], ["2", 534], ["3", "12,5"], ["4", 1.234], ["5", "1.234,5"]]
    assert values(read(write_xlsx(tmp_path / "t.xlsx", rows))) == [1234, 534, 12.5, 1.234, 1234.5]


def test_a_number_that_became_a_date_is_told(tmp_path) -> None:
    rows = [["gebiet", "wert"], ["1", 5], ["2", datetime(2024, 5, 1)]]  # noqa: DTZ001
    assert codes(read(write_xlsx(tmp_path / "t.xlsx", rows))) == ["date-in-number"]


def test_keys_that_became_numbers_are_filled_up(tmp_path) -> None:
    rows = [["gebiet", "wert"], [1001000, 1], [11000000, 2]]
    path = write_xlsx(tmp_path / "t.xlsx", rows)
    assert read(path, area_width=8).rows["area"].to_list() == ["01001000", "11000000"]
    (issue,) = read(path).issues
    assert (issue.code, issue.row, issue.params["width"]) == ("leading-zeros-lost", 2, 8)


def test_several_sheets_need_a_name_and_a_wrong_name_gets_the_nearest(tmp_path) -> None:
    path = write_xlsx(tmp_path / "t.xlsx", ROWS, sheets=("Werte", "Hinweise"))
    assert codes(read(path)) == ["sheet-unnamed"]
    assert "Werte, Hinweise" in read(path).issues[0].sentence
    assert "Werte" in read(path, sheet="Werde").issues[0].advice
    assert values(read(path, sheet="Werte")) == [1.5, 2, "MISSING"]
    assert codes(read(path, sheet="Hinweise")) == ["sheet-empty"]


def test_a_damaged_workbook_is_told(tmp_path) -> None:
    path = write_xlsx(tmp_path / "t.xlsx", ROWS)
    path.write_bytes(path.read_bytes()[:-200])
    assert codes(read(path)) == ["workbook-unreadable"]
    for raw in (b"", b"gebiet;wert\n1;2\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)):
        path.write_bytes(raw)
        assert codes(read(path)) == ["workbook-unreadable"]


def test_a_workbook_with_a_password_is_told_as_such(tmp_path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + "EncryptedPackage".encode("utf-16-le"))
    assert codes(read(path)) == ["workbook-encrypted"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (64 << 20))
    (issue,) = read(path).issues
    assert issue.code == "zip-bomb"
    assert issue.params["size"] == 64


def test_a_workbook_that_declares_entities_is_refused(tmp_path) -> None:
    path = write_xlsx(tmp_path / "t.xlsx", [*ROWS, ["04", "#N/A"]])
    evil = tmp_path / "u.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(evil, "w") as new:
        for name in old.namelist():
            raw = old.read(name)
            if name == "xl/workbook.xml":
                raw = raw.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
            new.writestr(name, raw)
    assert codes(read(evil)) == ["workbook-unreadable"]


def test_a_formula_whose_result_was_never_saved_is_no_missing_value(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["gebiet", "a", "b"])
    for n in range(12):
        book.active.append([str(n), n + 3, f"=B{n + 2}*2"])
    book.save(tmp_path / "t.xlsx")
    reading = read_table(
        TableSpec(id="t", file="t.xlsx", area="gebiet", period="2024", variables={"a": "a", "b": "b"}), tmp_path
    )
    assert {issue.code for issue in reading.issues} == {"formula-error"}
    assert len(reading.issues) == 12
    assert reading.rows["variable"].unique().to_list() == ["a"]


def test_a_formula_that_gives_an_empty_text_beside_a_formatted_empty_cell_is_no_error(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "made.xlsx")
    sheet, grey = book.add_worksheet(), book.add_format({"bg_color": "#eeeeee"})
    sheet.write_row(0, 0, ["gebiet", "a", "leer", "b"])
    for n in range(1, 6):
        sheet.write_row(n, 0, [str(n), n])
        sheet.write_blank(n, 2, None, grey)
        sheet.write_formula(n, 3, '=IF(B2>9,1,"")', None, "empty")
    book.close()
    with zipfile.ZipFile(tmp_path / "made.xlsx") as made, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as saved:
        for name in made.namelist():  # as the spreadsheet program saves an empty text
            saved.writestr(name, made.read(name).replace(b"<v>empty</v>", b"<v></v>"))
    names = {"a": "a", "leer": "leer", "b": "b"}
    reading = read_table(TableSpec(id="t", file="t.xlsx", area="gebiet", period="2024", variables=names), tmp_path)
    assert codes(reading) == []
