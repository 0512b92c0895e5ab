"""Every table that leaves the house goes through the function that defuses formulas."""

from __future__ import annotations

from tests.repo.tree import ROOT, files, name

SRC = [path for path in files(".py") if path.is_relative_to(ROOT / "src")]


def test_csv_is_written_in_one_place() -> None:
    writers = [name(path) for path in SRC if any(w in path.read_text("utf-8") for w in ("csv.writer", "DictWriter"))]
    assert writers == ["src/nahraum/base/cells.py"]
    frames = [name(path) for path in SRC if ".write_csv(" in path.read_text("utf-8")]
    assert frames == []


def test_whoever_writes_a_workbook_knows_formulas() -> None:
    for path in SRC:
        text = path.read_text("utf-8")
        if "xlsxwriter.Workbook(" in text:
            assert '"strings_to_formulas": False' in text, name(path)
            assert "is_like_formula" in text or "write_table(" in text, name(path)
            assert ".write_formula(" not in text, name(path)
            assert "sheet.write(" not in text, name(path)
