"""Numbers as clerks write them: German and English marks, blanks, percent signs, signs for missing and secret."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from nahraum.base import State
from nahraum.sources.terms import TableSpec

BLANKS = "[\u00a0\u202f\u2009 ']"
PLAIN = r"^[-+]?\d+$"
COMMA_DECIMAL = r"^[-+]?(\d+|\d{1,3}(\.\d{3})+),\d+$"
POINT_DECIMAL = r"^[-+]?(\d+|\d{1,3}(,\d{3})+)\.\d+([eE][-+]?\d+)?$"
POINT_THOUSANDS = r"^[-+]?[1-9]\d{0,2}(\.\d{3})+$"
COMMA_THOUSANDS = r"^[-+]?[1-9]\d{0,2}(,\d{3}){2,}$"
EXPONENT = r"^[-+]?\d+[eE][-+]?\d+$"
WITH_SHARE = r"^(.*?)\s*\(\s*([-+\d.,\s]+?)\s*%?\s*\)$"
FORMULA_ERRORS = (
    "#DIV/0!",
    "#N/A",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#REF!",
    "#VALUE!",
    "#NV",
    "#WERT!",
    "#BEZUG!",
    "#ZAHL!",
)


@dataclass(frozen=True, slots=True)
class Marks:
    """How numbers are written in a table: the decimal mark (empty where nothing tells), and whether both marks occur."""

    decimal: str
    mixed: bool = False


def cleaned(texts: pl.Expr) -> pl.Expr:
    """Take blanks, percent signs and typographic minus signs out of cells that otherwise hold a number."""
    text = texts.str.replace_all("[\u2212\u2013]", "-").str.replace(r"\s*%$", "")
    return (
        pl.when(text.str.contains(r"^[-+]?\s*\d[\d.,\s\u00a0\u202f\u2009']*([eE][-+]?\d+)?$"))
        .then(text.str.replace_all(BLANKS, ""))
        .otherwise(text)
    )


def marks_of(texts: list[pl.Series], given: str, *, typed: bool) -> Marks:
    """Find out which mark is the decimal one from all number columns of a table.

    ``given``: what the project says. ``typed``: the format itself writes numbers with a point (workbooks, JSON, SQL). A
    decimal comma or point anywhere decides; both together are *mixed*, and each cell is then read by its own shape.
    """
    every = pl.concat([series.drop_nulls().unique() for series in texts]) if texts else pl.Series([], dtype=pl.String)
    comma = bool(every.str.contains(COMMA_DECIMAL).any())
    grouped = every.str.contains(POINT_THOUSANDS)
    pointed = every.filter(every.str.contains(POINT_DECIMAL) & ~grouped)
    odd = pointed.str.contains(r"^[-+]?\d{1,3}\.\d{4,}$")
    # A point before four or more digits among many thousands points is a slip, not a decimal number.
    point = bool((~odd).any()) or (not comma and int(odd.sum()) > int(grouped.sum()))
    thousands = bool(grouped.any())
    if given:
        return Marks(given, mixed=(comma and point))
    if typed:
        return Marks(".", mixed=comma)
    if comma and point:
        return Marks(",", mixed=True)
    if comma:
        return Marks(",")
    if point:
        return Marks(".", mixed=False)
    large = bool(every.str.contains(r"^[-+]?\d{4,}$").any())
    if thousands and not large:
        # Only groups of three and no ungrouped thousand: these are thousands points, unless every number has one.
        small = bool(every.str.contains(r"^[-+]?\d{1,3}$").any())
        return Marks("," if small else "?")
    return Marks("?" if thousands else "")


def parse(texts: pl.Series, spec: TableSpec, marks: Marks) -> pl.DataFrame:
    """Return one row per text: ``value`` (NaN unless a number), ``state``, ``fault`` (empty, or what is wrong).

    Faults: ``formula`` (the program's own error), ``ambiguous`` (thousand or decimal?), ``malformed`` (a number that
    fits neither), ``text``, ``blank`` (a number with a blank in it, read nevertheless).
    """
    frame = pl.DataFrame({"raw": texts.cast(pl.String)}).with_columns(pl.col("raw").str.strip_chars())
    raw = pl.col("raw")
    stripped = raw.str.replace_all("[\u00a0\u202f\u2009]", " ").str.strip_chars()
    state = (
        pl.when(raw.is_null() | (stripped == ""))
        .then(State.MISSING)
        .when(stripped.is_in(list(spec.missing)))
        .then(State.MISSING)
        .when(stripped.is_in(list(spec.protected)))
        .then(State.PROTECTED)
        .when(stripped.is_in(list(spec.not_applicable)))
        .then(State.NOT_APPLICABLE)
        .otherwise(State.NUMBER)
        .cast(pl.Int8)
    )
    frame = frame.with_columns(state.alias("state"), cleaned(raw).alias("text"))
    text = pl.col("text")
    points = marks.decimal != ","
    as_comma = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    as_point = text.str.replace_all(",", "", literal=True)
    comma_shaped = text.str.contains(COMMA_DECIMAL)
    point_shaped = text.str.contains(POINT_DECIMAL) & (
        ~text.str.contains(POINT_THOUSANDS) if not points or marks.decimal == "?" else pl.lit(value=True)
    )
    thousands = text.str.contains(POINT_THOUSANDS) if not points else text.str.contains(COMMA_THOUSANDS)
    slip = text.str.contains(r"^[-+]?\d{1,3}\.\d{4,}$") if not points else pl.lit(value=False)
    number = (
        pl.when(text.str.contains(PLAIN) | text.str.contains(EXPONENT))
        .then(text)
        .when(slip)
        .then(None)
        .when(comma_shaped & (pl.lit(not points) | pl.lit(marks.mixed)))
        .then(as_comma)
        .when(point_shaped & (pl.lit(points) | pl.lit(marks.mixed)))
        .then(as_point)
        .when(thousands)
        .then(as_comma if not points else as_point)
        .otherwise(None)
    )
    value = number.cast(pl.Float64, strict=False)
    digits = text.str.contains(r"^[-+]?[\d.,]+$")
    fault = (
        pl.when(pl.col("state") != State.NUMBER)
        .then(pl.lit(""))
        .when(raw.is_in(list(FORMULA_ERRORS)))
        .then(pl.lit("formula"))
        .when(value.is_null() & digits & text.str.contains(POINT_THOUSANDS) & pl.lit(marks.decimal == "?"))
        .then(pl.lit("ambiguous"))
        .when(value.is_null() & digits)
        .then(pl.lit("malformed"))
        .when(value.is_null())
        .then(pl.lit("text"))
        .when(raw.str.contains(r"^[-\u2212\u2013+]\s"))
        .then(pl.lit("blank"))
        .otherwise(pl.lit(""))
    )
    frame = frame.with_columns(value.alias("value"), fault.alias("fault"))
    return frame.select(
        pl.when(pl.col("state") == State.NUMBER)
        .then(pl.col("value"))
        .otherwise(None)
        .fill_null(float("nan"))
        .alias("value"),
        "state",
        "fault",
        "text",
    )
