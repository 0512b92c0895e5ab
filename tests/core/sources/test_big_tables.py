from __future__ import annotations

import gzip

from benchmarks.bench_big_table import READ, measured, write_table
from nahraum.sources import TableSpec, read_table
from nahraum.sources.delimited import whole_records
from nahraum.sources.texts import Decoding, text_pieces
from tests.core.sources.delivery import codes


def test_a_table_of_200_mb_needs_little_memory_beyond_what_is_kept(tmp_path) -> None:
    with (tmp_path / "big.csv").open("w", encoding="utf-8") as file:
        rows = write_table(file, 200_000_000, remark="x" * 70)
    _seconds, megabytes, kept = measured(READ, tmp_path, 1)
    assert rows > 1_900_000
    assert 0 < kept < 40_000
    assert megabytes < 500


def test_pieces_end_where_records_end_wherever_the_file_is_cut(tmp_path) -> None:
    text = 'gebiet;text\n1;"Süd\nOst"\n2;ü\n3;"a ""b""\n\nc"\n4;d\n'
    (tmp_path / "t.csv").write_bytes(text.encode())
    whole = {'gebiet;text\n', '1;"Süd\nOst"\n', '2;ü\n', '3;"a ""b""\n\nc"\n', "4;d\n"}  # fmt: skip
    for size in range(1, len(text.encode()) + 1):
        pieces = list(whole_records(text_pieces(tmp_path / "t.csv", Decoding(file="t.csv"), size), "t.csv"))
        assert "".join(pieces) == text
        ends = {len("".join(pieces[:n])) for n in range(1, len(pieces) + 1)}
        records = sorted(whole, key=text.index)
        assert ends <= {len("".join(records[:n])) for n in range(1, len(records) + 1)}


def test_an_umlaut_cut_in_two_by_a_piece_decides_the_encoding_all_the_same(tmp_path) -> None:
    for encoding in ("utf-8", "cp1252", "utf-16"):
        (tmp_path / "t.csv").write_bytes("gebiet;wert\nSüd;1\n".encode(encoding))
        for size in range(4, 40):
            pieces = text_pieces(tmp_path / "t.csv", Decoding(file="t.csv"), size)
            assert "".join(pieces).lstrip("\ufeff") == "gebiet;wert\nSüd;1\n"


def test_a_packed_text_that_grows_absurdly_is_refused_on_the_way(tmp_path) -> None:
    with gzip.open(tmp_path / "t.csv.gz", "wb") as file:
        file.write(b"gebiet;wert\n")
        for _ in range(300):
            file.write((b" " * 1023 + b"\n") * 1024)
    spec = TableSpec(id="t", file="t.csv.gz", area="gebiet", variables={"w": "wert"})
    (issue,) = read_table(spec, tmp_path).issues
    assert issue.code == "zip-bomb"
    assert 256 <= issue.params["size"] < 300


def test_a_text_without_line_ends_is_refused_before_it_fills_the_memory(tmp_path) -> None:
    (tmp_path / "t.csv").write_bytes(b"gebiet;wert\n" + b"1;" * (40 << 20))
    spec = TableSpec(id="t", file="t.csv", area="gebiet", variables={"w": "wert"})
    assert codes(read_table(spec, tmp_path)) == ["not-a-table"]
