"""No cell that leaves the house as CSV is taken for a formula, and what we wrote we can read again."""

import csv
import io

import pytest

from nahraum.base.cells import as_delivered, csv_text, harmless

# OWASP, CSV Injection (https://owasp.org/www-community/attacks/CSV_Injection), full-width signs as Excel reads them
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0"]
HARMLESS = ["", "Hafen", "1306", "a=b", "'=1", " x", "–", "−1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_a_text_and_back(text):
    assert harmless(text) == f"'{text}"
    assert as_delivered(harmless(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay(text):
    assert harmless(text) == text


def test_numbers_stay_numbers_and_nothing_is_empty():
    assert csv_text([("a", "b"), (-1.5, None), (2, "=x")]) == "a;b\n-1.5;\n2;'=x\n"


def test_a_cell_cannot_begin_another_one():
    """Separators, quotation marks and line breaks inside a cell stay inside it."""
    evil = ["a;=1+1", 'a"\n=1+1', "a\r\n=1+1;x", '";=1']
    (row,) = csv.reader(io.StringIO(csv_text([evil]), newline=""), delimiter=";")
    assert row == evil
