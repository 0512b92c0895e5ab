from __future__ import annotations

from pathlib import Path

import pytest

from nahraum.base import BadInput
from nahraum.sources import TableSpec, read_table, sniff
from nahraum.sources.terms import Shape
from tests.core.sources.binary import write_xls


def test_a_csv_file_is_described_below_its_title(tmp_path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("Arbeitslose in Köln\n\nGebiet;Jahr;Anteil\n01;2023;12,5\n02;2023;3,5\n".encode("cp1252"))
    found = sniff(path)
    assert (found.format, found.encoding, found.delimiter, found.decimal) == ("csv", "cp1252", ";", ",")
    assert (found.header_row, found.headers) == (3, ("Gebiet", "Jahr", "Anteil"))
    assert found.first_rows[0] == ("01", "2023", "12,5")
    told = {"area": "Gebiet", "period_column": "Jahr", "shape": "wide", "numbers": ("Anteil",)}
    assert found.suggestions == told | {"title": "Arbeitslose in Köln"}


def test_a_table_of_very_many_columns_is_refused_in_words(tmp_path) -> None:
    def wide(width: int) -> Path:
        (tmp_path / "t.csv").write_text(";".join(f"c{n}" for n in range(width)) + "\n" + ";".join("x" * width) + "\n")
        return tmp_path / "t.csv"

    assert len(sniff(wide(60)).headers) == 60
    with pytest.raises(BadInput) as refusal:
        sniff(wide(2001))
    assert [issue.code for issue in refusal.value.issues] == ["too-many-columns"]


def test_a_long_table_is_recognised(tmp_path) -> None:
    rows = "".join(f"{a};{y};{m};{a * 3}\n" for a in range(1, 9) for y in (2023, 2024) for m in ("alo", "ew"))
    (tmp_path / "t.csv").write_text(f"gebiet;jahr;merkmal;wert\n{rows}", encoding="utf-8")
    assert sniff(tmp_path / "t.csv").suggestions == {
        "area": "gebiet",
        "shape": "long",
        "variable_column": "merkmal",
        "value_column": "wert",
        "period_column": "jahr",
        "numbers": (),
    }


def test_a_table_of_years_is_recognised(tmp_path) -> None:
    (tmp_path / "t.csv").write_text("gebiet;2022;2023\nNord;5;6\nSüd;7;8\n", encoding="utf-8")
    found = sniff(tmp_path / "t.csv")
    assert found.suggestions["shape"] == "years"
    assert found.suggestions["area"] == "gebiet"


def test_an_inkar_workbook_is_recognised_and_can_be_read_as_suggested(tmp_path) -> None:
    rows: list[list[str | float]] = [
        ["Kennziffer", "Raumeinheit", "Quote", "Quote"],
        ["", "", "2022", "2023"],
        ["01001", "Flensburg", 5.5, 6.5],
        ["01002", "Kiel", 7.5, 8.5],
    ]
    found = sniff(write_xls(tmp_path / "t.xls", rows))
    assert (found.sheets, found.header_row, found.suggestions["shape"]) == (("Daten",), 1, "inkar")
    assert found.letters == ("A", "B", "C", "D")
    spec = TableSpec(
        id="t",
        file="t.xls",
        shape=Shape(str(found.suggestions["shape"])),
        header_row=found.header_row,
        area=str(found.suggestions["area"]),
        variables={"rate": "Quote"},
    )
    assert read_table(spec, tmp_path).rows["value"].to_list() == [5.5, 7.5, 6.5, 8.5]


def test_the_tables_of_a_dump_are_listed(tmp_path) -> None:
    (tmp_path / "t.sql").write_text("INSERT INTO a (x, y) VALUES (1, 2.5);\nINSERT INTO b (z) VALUES (3);\n")
    found = sniff(tmp_path / "t.sql")
    assert (found.sheets, found.sheet, found.headers) == (("a", "b"), "a", ("x", "y"))


@pytest.mark.parametrize(("name", "raw"), [("t.csv", b"\x00\x01" * 50), ("t.doc", b"x"), ("t.xlsx", b"x")])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, name: str, raw: bytes) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(BadInput):
        sniff(tmp_path / name)


def test_an_empty_file_has_no_headers(tmp_path) -> None:
    (tmp_path / "t.csv").write_bytes(b"")
    assert sniff(tmp_path / "t.csv").headers == ()
