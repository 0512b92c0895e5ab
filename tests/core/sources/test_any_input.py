"""Whatever is delivered, a reader answers with rows and issues, never with a crash."""

from __future__ import annotations

import csv
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.base import BadInput, Severity, State
from nahraum.sources import TableSpec, read_table, sniff
from nahraum.sources.delimited import read_delimited
from nahraum.sources.terms import ROW_SCHEMA, Shape

CELLS = st.text(alphabet='ab01289.,;-\t| "\n\r%()#äß\u00a0\ufeff', max_size=8)
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=8).map(
        lambda rows: "gebiet;jahr;a;b\n" + "\n".join(";".join(row) for row in rows)
    ),
)
SPECS = st.sampled_from(
    [
        {"variables": {"a": "a", "b": "b"}},
        {"variables": {"a": "a", "b": "b"}, "share_of": {"a": "b"}, "zeros_are_missing": ("a",)},
        {"variables": {"a": "a"}, "period_column": "jahr", "area_width": 5, "negative_is_missing": True},
        {"variables": {"a": "0"}, "shape": Shape.LONG, "variable_column": "a", "value_column": "b"},
        {"variables": {"a": ""}, "shape": Shape.YEARS},
        {"variables": {"a": ""}, "shape": Shape.INKAR},
        {"variables": {"a": "a"}, "header_row": 2},
        {"variables": {"a": "a"}, "skip_rows": {"": "r", "1": "r"}, "decimal": ",", "missing": ("-",)},
    ]
)


@settings(max_examples=400)
@given(TEXTS, SPECS, st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_text_gives_rows_and_issues(text: str, spec: dict[str, object], encoding: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "t.csv").write_bytes(text.encode(encoding, "replace"))
        check(Path(name), "t.csv", spec)


@settings(max_examples=150)
@given(st.binary(max_size=300), st.sampled_from(["t.csv", "t.csv.gz", "t.xlsx", "t.xls", "t.ods", "t.json", "t.sql"]))
def test_any_bytes_give_rows_and_issues(raw: bytes, file: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / file).write_bytes(raw)
        check(Path(name), file, {"variables": {"a": "a"}})


def check(folder: Path, file: str, spec: dict[str, object]) -> None:
    reading = read_table(TableSpec(**{"id": "t", "file": file, "area": "gebiet", **spec}), folder)  # type: ignore[arg-type]
    assert reading.rows.columns == list(ROW_SCHEMA)
    numbers = reading.rows.filter(reading.rows["state"] == State.NUMBER)
    assert numbers["value"].is_finite().all()
    assert reading.rows.filter(reading.rows["state"] != State.NUMBER)["value"].is_nan().all()
    for issue in reading.issues:
        assert issue.file == file
        assert issue.sentence
        assert str(issue)
        assert issue.severity in Severity


@settings(max_examples=200)
@given(st.binary(max_size=300), st.sampled_from(["t.csv", "t.csv.gz", "t.xlsx", "t.xls", "t.ods", "t.json", "t.sql"]))
def test_any_bytes_can_be_looked_at_or_are_refused(raw: bytes, file: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / file).write_bytes(raw)
        with suppress(BadInput):
            assert sniff(Path(name) / file).format


@settings(max_examples=300)
@given(
    st.lists(st.lists(st.text(alphabet='ab1;,"\nß.| ', max_size=6), min_size=3, max_size=3), min_size=1, max_size=12),
    st.sampled_from([";", ",", "\t", "|"]),
)
def test_what_another_program_writes_as_csv_is_read_cell_by_cell(rows: list[list[str]], delimiter: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "t.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([["eins", "zwei", "drei"], *rows])
        spec = TableSpec(id="t", file="t.csv", delimiter=delimiter)
        filled = [[cell.strip() or None for cell in row] for row in rows]
        if not any(any(row) for row in filled):
            return
        grid = read_delimited(path, spec, "t.csv")
        assert grid.header == ("eins", "zwei", "drei")
        assert [list(row) for row in grid.cells.rows()] == [row for row in filled if any(row)]
        assert grid.rows.to_list() == [n for n, row in enumerate(filled, start=2) if any(row)]
