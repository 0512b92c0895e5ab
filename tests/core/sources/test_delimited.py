from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from nahraum.base import Severity
from nahraum.sources import Reading, TableSpec, read_table
from tests.core.sources.delivery import codes, deliver, values

TABLE = "gebiet;jahr;größe\nÖstlich;2023;1,5\nSüd;2023;2,5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_encodings_are_recognised(tmp_path, encoding: str) -> None:
    reading = deliver(tmp_path, TABLE, encoding=encoding, period_column="jahr", variables={"g": "größe"})
    assert reading.rows["area"].to_list() == ["Östlich", "Süd"]
    assert codes(reading) == []


def test_umlauts_that_come_late_in_a_large_file_are_still_windows(tmp_path) -> None:
    text = "gebiet;wert\n" + "".join(f"a{n};1\n" for n in range(60_000)) + "Süd;2\n"
    reading = deliver(tmp_path, text, encoding="cp1252")
    assert reading.source.encoding == "cp1252"
    assert reading.rows["area"][-1] == "Süd"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters_are_recognised(tmp_path, delimiter: str) -> None:
    reading = deliver(
        tmp_path, "id;a;b\n1;2;3\n4;5;6\n".replace(";", delimiter), variables={"a": "a", "b": "b"}, area="id"
    )
    assert values(reading) == [2, 5, 3, 6]
    assert reading.source.delimiter == delimiter


def test_garbled_letters_are_an_error_with_the_row(tmp_path) -> None:
    reading = deliver(tmp_path, "gebiet;wert\nNord;1\nSÃ¼d;2\n")
    assert codes(reading) == ["encoding-garbled"]
    assert reading.issues[0].row == 3
    assert "SÃ¼d" in reading.issues[0].value
    assert reading.rows.height == 0


def test_an_old_dos_file_is_not_read_as_windows(tmp_path) -> None:
    assert codes(deliver(tmp_path, "gebiet;wert\nKäfertal;1\n", encoding="cp850")) == ["encoding-garbled"]


def test_bytes_of_two_encodings_are_an_error_with_the_row(tmp_path) -> None:
    (tmp_path / "t.csv").write_bytes("gebiet;wert\nSüd;1\n".encode() + "Köln;2\n".encode("cp1252"))
    reading = read_table(TableSpec(id="t", file="t.csv", area="gebiet", variables={"w": "wert"}), tmp_path)
    assert codes(reading) == ["encoding-wrong"]
    assert reading.issues[0].row == 3


def deliver_as(folder: Path, encoding: str) -> Reading:
    spec = TableSpec(id="t", file="t.csv", area="gebiet", variables={"g": "jahr"}, encoding=encoding)
    return read_table(spec, folder)


def test_a_wrong_encoding_given_by_the_project_is_told(tmp_path) -> None:
    (tmp_path / "t.csv").write_bytes(TABLE.encode("cp1252"))
    assert codes(deliver_as(tmp_path, "utf-8")) == ["encoding-wrong"]
    assert codes(deliver_as(tmp_path, "klingonisch")) == ["encoding-wrong"]


def test_a_quoted_line_break_counts_as_one_row(tmp_path) -> None:
    reading = deliver(tmp_path, 'gebiet;wert\n"Nord\nOst";1\nSüd;x\n')
    assert reading.issues[0].row == 3
    assert reading.rows["row"].to_list() == [2]


def test_empty_lines_and_titles_keep_the_row_numbers(tmp_path) -> None:
    reading = deliver(tmp_path, "Tabelle 1\n\ngebiet;wert\n1;5\n\n;\n2;6\n", header_row=3)
    assert reading.rows.select("area", "row").rows() == [("1", 4), ("2", 7)]
    assert codes(reading) == []


def test_a_quotation_mark_inside_of_a_cell_is_a_letter(tmp_path) -> None:
    reading = deliver(tmp_path, 'gebiet;wert\nRohr 5" lang;1\nSüd;2\n')
    assert reading.rows["area"].to_list() == ['Rohr 5" lang', "Süd"]


def test_a_quotation_mark_that_never_closes_is_an_error_with_the_row(tmp_path) -> None:
    reading = deliver(tmp_path, 'gebiet;wert\n1;2\n2;"3\n4;5\n')
    assert codes(reading) == ["quote-unclosed"]
    assert reading.issues[0].row == 3


def test_a_row_longer_than_the_header_is_an_error(tmp_path) -> None:
    reading = deliver(tmp_path, "gebiet,wert\n1,2\n2,1,5\n", variables={"w": "wert"}, area="gebiet")
    assert codes(reading) == ["row-too-long"]
    assert reading.issues[0].row == 3


def test_a_row_shorter_than_the_header_is_a_warning(tmp_path) -> None:
    reading = deliver(tmp_path, "gebiet;a;b\n1;2;3\n2;1\n")
    assert codes(reading) == ["row-too-short"]
    assert reading.issues[0].severity is Severity.WARNING
    assert values(reading, "b") == [3, "MISSING"]


def test_empty_columns_at_the_right_are_no_fault(tmp_path) -> None:
    reading = deliver(tmp_path, "gebiet;a;;\n1;2;;\n2;3;;\n", variables={"a": "a"})
    assert values(reading) == [2, 3]
    assert codes(reading) == []


def test_windows_and_old_mac_line_ends_are_line_ends(tmp_path) -> None:
    for end in ("\r\n", "\r"):
        reading = deliver(tmp_path, "gebiet;a\n1;2\n2;3\n".replace("\n", end), area="gebiet", variables={"a": "a"})
        assert values(reading) == [2, 3]


def test_a_stray_carriage_return_inside_of_a_cell_ends_no_line(tmp_path) -> None:
    reading = deliver(tmp_path, "gebiet;wert\nNord\rOst;1\nSüd;2\n")
    assert reading.rows.select("area", "row").rows() == [("Nord Ost", 2), ("Süd", 3)]


@pytest.mark.parametrize("text", ["", "gebiet;wert\n", "\n\n"])
def test_an_empty_table_is_told(tmp_path, text: str) -> None:
    assert codes(deliver(tmp_path, text, area="gebiet", variables={"w": "wert"})) == ["sheet-empty"]


def test_a_picture_is_no_table(tmp_path) -> None:
    (tmp_path / "t.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    assert codes(deliver_as(tmp_path, "")) == ["not-a-table"]


def test_a_compressed_table_is_read_and_a_damaged_one_told(tmp_path) -> None:
    packed = gzip.compress(b"gebiet;wert\n1;2\n")
    (tmp_path / "t.csv.gz").write_bytes(packed)
    spec = TableSpec(id="t", file="t.csv.gz", area="gebiet", variables={"w": "wert"})
    assert values(read_table(spec, tmp_path)) == [2]
    (tmp_path / "t.csv.gz").write_bytes(packed[:-9])
    assert codes(read_table(spec, tmp_path)) == ["file-damaged"]


def test_a_missing_file_is_told_with_the_nearest_name(tmp_path) -> None:
    (tmp_path / "arbeitslose_2024.csv").write_text("a;b\n", encoding="utf-8")
    spec = TableSpec(id="t", file="arbeitslos_2024.csv", area="a", variables={"b": "b"})
    (issue,) = read_table(spec, tmp_path).issues
    assert issue.code == "file-missing"
    assert "arbeitslose_2024.csv" in issue.advice


@pytest.mark.parametrize(
    "encoding",
    [
        *("punycode", "idna", "utf-7", "zlib", "rot13", "unicode_escape", "raw_unicode_escape", "hex", "undefined"),
        *("../utf-8", "utf-8\0", "os", "nahraum.cli.main", "x" * 10_000, "cp037", "hz"),
    ],
)
def test_only_encodings_that_offices_write_are_read(tmp_path, encoding: str) -> None:
    (tmp_path / "t.csv").write_bytes(b"gebiet;jahr\n1;2\n")
    reading = deliver_as(tmp_path, encoding)
    assert codes(reading) == ["encoding-wrong"]
    assert reading.rows.is_empty()


@pytest.mark.parametrize("encoding", ["UTF-8", "latin1", "windows-1252", "cp1250", "iso-8859-15", "macroman", "cp850"])
def test_the_others_are_read_however_their_name_is_written(tmp_path, encoding: str) -> None:
    (tmp_path / "t.csv").write_bytes("gebiet;jahr\nMühle;2\n".encode(encoding))
    reading = deliver_as(tmp_path, encoding)
    assert codes(reading) == []
    assert reading.rows["area"].to_list() == ["Mühle"]
