"""What a table says is handed on whole: every value once, in order, with its cell, and never a number for a sign."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.base import Severity, State
from nahraum.sources import TableSpec, read_table
from nahraum.sources.values import laid_by, lay_by, values_of

SIGNS = {"-": State.MISSING, ".": State.PROTECTED, "x": State.NOT_APPLICABLE, "": State.MISSING}
SPEC = {"area": "gebiet", "period": "2024", "missing": ("-",), "protected": (".",), "not_applicable": ("x",)}
STRANGE = ["n/a", "12a", "1,2,3", "--", "#REF!", "5 Euro", "1 2", "٣", "0x1F", "1e", "NaN", "inf", "−", "1..2"]
CELLS = st.one_of(
    st.integers(-10_000, 10**9).map(str),
    st.tuples(st.integers(0, 10**6), st.integers(0, 99)).map(lambda pair: f"{pair[0]},{pair[1]:02}"),
    st.sampled_from(sorted(SIGNS)),
    st.sampled_from(STRANGE),
)


@settings(max_examples=300)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=15), st.integers(1, 7))
def test_any_table_is_handed_on_exactly_or_says_what_is_wrong(rows, chunk) -> None:
    lines = [f"A{n};{a};{b}" for n, (a, b) in enumerate(rows, start=1)]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "t.csv").write_text("gebiet;eins;zwei\n" + "\n".join(lines), encoding="utf-8")
        about = TableSpec(
            id="t", file="t.csv", delimiter=";", decimal=",", variables={"a": "eins", "b": "zwei"}, **SPEC
        )
        reading = read_table(about, Path(folder))
    chunks = list(values_of(reading, chunk))
    assert all(len(part) == chunk for part in chunks[:-1])
    found = {(variable, area): rest for part in chunks for variable, area, *rest in part}
    wrong = sum(issue.severity is Severity.ERROR for issue in reading.issues)
    left_out = 0
    for at, (variable, header) in enumerate((("a", "eins"), ("b", "zwei"))):
        for n, cells in enumerate(rows, start=1):
            text = cells[at]
            if (variable, f"A{n}") not in found:
                left_out += 1
                assert text in STRANGE  # nothing that is a number or a known sign may be lost
                continue
            period, state, value, row, column, stood = found[variable, f"A{n}"]
            assert (period, row, column, stood) == ("2024", n + 1, header, text)
            if text in SIGNS:
                assert (state, value) == (SIGNS[text], None)
            else:
                assert (state, value) == (State.NUMBER, float(text.replace(",", ".")))
    assert bool(left_out) == bool(wrong)
    assert len(found) + left_out == 2 * len(rows)


def test_a_value_is_plain_and_no_state_is_a_number(tmp_path) -> None:
    (tmp_path / "t.csv").write_text("gebiet;eins\nA;1,5\nB;.\n", encoding="utf-8")
    reading = read_table(TableSpec(id="t", file="t.csv", variables={"a": "eins"}, **SPEC), tmp_path)
    assert list(values_of(reading)) == [
        [
            ("a", "A", "2024", 0, 1.5, 2, "eins", "1,5"),
            ("a", "B", "2024", 3, None, 3, "eins", "."),
        ]
    ]
    assert not any(isinstance(each, float) and math.isnan(each) for each in next(values_of(reading))[1])


@pytest.mark.parametrize("height", [0, 1, 20_001])
def test_the_pieces_hold_everything_once(tmp_path, height) -> None:
    lines = "".join(f"A{n};{n}\n" for n in range(height))
    (tmp_path / "t.csv").write_text(f"gebiet;eins\n{lines}", encoding="utf-8")
    reading = read_table(TableSpec(id="t", file="t.csv", delimiter=";", variables={"a": "eins"}, **SPEC), tmp_path)
    assert [value[4] for part in values_of(reading) for value in part] == list(range(height))


def test_what_was_laid_by_is_what_was_read(tmp_path) -> None:
    (tmp_path / "t.csv").write_text("gebiet;eins\nA;1,5\nB;.\nC;\n", encoding="utf-8")
    reading = read_table(TableSpec(id="t", file="t.csv", variables={"a": "eins"}, **SPEC), tmp_path)
    lay_by(reading, tmp_path / "rows")
    assert list(values_of(laid_by(reading.table, reading.source, tmp_path / "rows"))) == list(values_of(reading))
    with pytest.raises(OSError, match="nothing"):
        laid_by(reading.table, reading.source, tmp_path / "nothing")
