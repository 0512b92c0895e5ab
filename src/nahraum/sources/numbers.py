"""Numbers as clerks write them: German and English marks, blanks, percent signs, signs for missing and secret.

A cell alone often does not tell how it is meant (``1.234``: one thousand or one point two?). The column tells, then
the other columns of the table, and where nothing tells, nobody guesses: the cell becomes an issue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from nahraum.base import State
from nahraum.sources.terms import TableSpec

AT_ONCE = 200_000  # cells parsed together: the texts between take several times their room
BLANKS = "[\u00a0\u202f\u2009]"
UNUSUAL = r"[^0-9.,\-+eE]"
PLAIN = r"^[-+]?\d+([eE][-+]?\d+)?$"
COMMA_DECIMAL = r"^[-+]?(\d+|\d{1,3}(\.\d{3})+),\d+$"
POINT_DECIMAL = r"^[-+]?(\d+|\d{1,3}(,\d{3})+)\.\d+([eE][-+]?\d+)?$"
POINT_GROUP = r"^[-+]?[1-9]\d{0,2}\.\d{3}$"  # 1.234: may be a thousand, may be a decimal
COMMA_GROUP = r"^[-+]?[1-9]\d{0,2},\d{3}$"
POINT_GROUPS = r"^[-+]?[1-9]\d{0,2}(\.\d{3}){2,}$"  # 1.234.567: can only be thousands
COMMA_GROUPS = r"^[-+]?[1-9]\d{0,2}(,\d{3}){2,}$"
POINT_ODD = r"^[-+]?[1-9]\d{0,2}\.\d{4,}$"  # 1.0457: among many thousands a slip
COMMA_ODD = r"^[-+]?[1-9]\d{0,2},\d{4,}$"
SMALL = r"^[-+]?[1-9]\d{0,2}$"
LARGE = r"^[-+]?\d{4,}$"
WITH_SHARE = r"^(.*?)\s*\(\s*([-+]?\d[\d.,]*?)\s*%\s*\)$"
FORMULA_ERROR = r"^#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|NV|WERT!|BEZUG!|ZAHL!|SPILL!|CALC!)$|^Err:\d+$"
DATE = r"^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}(\.\d+)?)?$|^\d{1,2}\.\d{1,2}\.(\d{4})?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How the numbers of one column are written.

    ``decimal``: the decimal mark, so that the other mark groups thousands; ``?`` where ``1.234`` could be either;
    empty where no number has a mark. ``mixed``: decimals with the other mark occur too and are read by their shape.
    ``slips``: among the thousands of the column, four and more digits after a mark are a slip (``1.0457``).
    """

    decimal: str
    mixed: bool = False
    slips: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """What the cells of one column say: numbers of cells per shape."""

    comma: int  # cells that can only have a decimal comma (12,5; 1.234,5; 1.234.567)
    point: int
    point_group: int
    comma_group: int
    point_odd: int
    comma_odd: int
    small: int
    large: int

    @property
    def slips(self) -> bool:
        return 0 < self.point_odd <= self.point_group or 0 < self.comma_odd <= self.comma_group

    @property
    def says_comma(self) -> bool:
        return self.comma > 0 or self.comma_odd > self.comma_group

    @property
    def says_point(self) -> bool:
        return self.point > 0 or self.point_odd > self.point_group


NO_EVIDENCE = _Evidence(comma=0, point=0, point_group=0, comma_group=0, point_odd=0, comma_odd=0, small=0, large=0)


def cleaned(texts: pl.Series) -> pl.Series:
    """Take blanks between groups of three, percent signs and typographic minus signs out of numbers."""
    if not texts.str.contains(UNUSUAL).any():
        return texts
    frame = pl.DataFrame({"t": texts}).with_columns(
        pl.col("t")
        .str.replace_all(BLANKS, " ")
        .str.replace_all("[\u2212\u2013]", "-")
        .str.replace(r"^\(\s*(.*?)\s*%\s*\)$", "$1")
        .str.replace(r"\s*%$", "")
        .str.replace(r"^([-+])\s+(\d)", "$1$2")
        .str.strip_chars()
    )
    grouped = pl.col("t").str.contains(r"^[-+]?\d{1,3}([ '’]\d{3})+([.,]\d+)?$")
    return frame.select(
        pl.when(grouped).then(pl.col("t").str.replace_all("[ '’]", "")).otherwise(pl.col("t"))
    ).to_series()


def _evidence(columns: Sequence[pl.Series]) -> list[_Evidence]:
    """Return what each column says; narrow ones are looked at together, for each look takes its time."""
    found: list[_Evidence] = []
    waiting: list[pl.Series] = []
    cells = 0
    for column in columns:
        if cells + len(column) > AT_ONCE:
            found += _evidence_of(waiting)
            waiting, cells = [], 0
        waiting.append(column)
        cells += len(column)
    return found + _evidence_of(waiting)


def _evidence_of(columns: Sequence[pl.Series]) -> list[_Evidence]:
    if not columns:
        return []
    number = np.repeat(np.arange(len(columns)), [len(column) for column in columns])
    texts = pl.concat([column.alias("t") for column in columns])
    frame = pl.DataFrame({"t": texts, "n": number}).drop_nulls().unique()
    cells = pl.DataFrame({"t": cleaned(frame["t"]), "n": frame["n"]})
    t = pl.col("t").str
    point_odd, comma_odd = t.contains(POINT_ODD), t.contains(COMMA_ODD)
    comma = (t.contains(COMMA_DECIMAL) & ~t.contains(COMMA_GROUP) & ~comma_odd) | t.contains(POINT_GROUPS)
    point = (t.contains(POINT_DECIMAL) & ~t.contains(POINT_GROUP) & ~point_odd) | t.contains(COMMA_GROUPS)
    counts = cells.group_by("n").agg(
        comma=comma.sum(),
        point=point.sum(),
        point_group=t.contains(POINT_GROUP).sum(),
        comma_group=t.contains(COMMA_GROUP).sum(),
        point_odd=point_odd.sum(),
        comma_odd=comma_odd.sum(),
        small=t.contains(SMALL).sum(),
        large=t.contains(LARGE).sum(),
    )
    said = {row.pop("n"): _Evidence(**row) for row in counts.to_dicts()}
    return [said.get(n, NO_EVIDENCE) for n in range(len(columns))]


def marks_of(columns: Sequence[pl.Series], given: str, beside: Sequence[pl.Series] = ()) -> tuple[list[Marks], bool]:
    """Find out how the numbers of each column are written, and whether the table mixes both decimal marks.

    ``given``: what the project says. ``beside``: further texts that tell the table's habit (shares in brackets).
    """
    found, others = _evidence(columns), _evidence(beside)
    comma = any(each.says_comma for each in [*found, *others])
    point = any(each.says_point for each in [*found, *others])
    if given:
        other = "says_point" if given == "," else "says_comma"
        marks = [Marks(decimal=given, mixed=getattr(each, other), slips=each.slips) for each in found]
        return marks, any(each.mixed for each in marks)
    return [_marks(each, comma=comma, point=point) for each in found], comma and point


def _marks(each: _Evidence, *, comma: bool, point: bool) -> Marks:
    """Decide for one column; ``comma`` and ``point``: decimals of that kind stand anywhere in the table."""
    if each.says_comma and each.says_point:
        return Marks(decimal="?", mixed=True, slips=each.slips)
    if each.says_comma:
        return Marks(decimal="?" if point and each.comma_group else ",", mixed=False)
    if each.says_point:
        return Marks(decimal="?" if comma and each.point_group else ".", mixed=False)
    if each.point_group and each.comma_group:
        return Marks(decimal="?")
    if each.point_group or each.comma_group:
        grouping_is_point = each.point_group > 0
        thousands, decimals = (",", ".") if grouping_is_point else (".", ",")
        for_thousands, for_decimals = (comma, point) if grouping_is_point else (point, comma)
        if for_thousands and not for_decimals:
            return Marks(decimal=thousands)
        if for_decimals and not for_thousands:
            # A column that groups no thousand although it has some, or that holds nothing but three decimals.
            return Marks(decimal=decimals if each.large or not each.small else "?")
        # 1.234 beside 534, nowhere a 1234: three decimals would also stand behind 534.
        return Marks(decimal=thousands if each.small and not (each.large and not comma and not point) else "?")
    return Marks(decimal="")


def parse(texts: pl.Series, spec: TableSpec, marks: Marks, *, is_number: pl.Series | None = None) -> pl.DataFrame:
    """Return one row per text: ``value`` (NaN unless a number), ``state``, ``fault`` (empty, or what is wrong).

    ``is_number``: cells that are numbers by type, written with a decimal point whatever the column does. Faults:
    ``formula`` (an error of the spreadsheet program), ``date``, ``ambiguous`` (thousand or decimal?), ``malformed``
    (marks that fit neither), ``text``; and ``blank`` (``- 23``), which is read nevertheless.
    """
    typed = is_number if is_number is not None else pl.Series([False]).new_from_index(0, texts.len())
    pieces = [slice(at, at + AT_ONCE) for at in range(0, max(texts.len(), 1), AT_ONCE)]
    return pl.concat([_parse(texts[piece], spec, marks, typed[piece]) for piece in pieces])


def _parse(texts: pl.Series, spec: TableSpec, marks: Marks, typed: pl.Series) -> pl.DataFrame:
    frame = pl.DataFrame({"raw": texts}).with_columns(_state(spec).cast(pl.Int8).alias("state"))
    there = (pl.col("state") == State.NUMBER) & pl.col("raw").is_not_null()
    frame = frame.with_columns(pl.Series("text", cleaned(texts), dtype=pl.String))
    frame = frame.with_columns(typed.alias("typed").fill_null(value=False))
    number = pl.when(pl.col("typed")).then(pl.col("text")).otherwise(_plain(marks))
    frame = frame.with_columns(
        pl.when(there).then(number).otherwise(None).cast(pl.Float64, strict=False).alias("value")
    ).with_columns(pl.when(pl.col("value").is_finite()).then(pl.col("value")).otherwise(None).alias("value"))
    missed = there & pl.col("value").is_null()
    frame = frame.with_columns(fault=pl.lit(""))
    if frame.select(missed.any()).item():
        frame = frame.with_columns(pl.when(missed).then(_fault()).otherwise(pl.lit("")).alias("fault"))
    if frame["raw"].str.contains(r"^[-\u2212\u2013+]\s").any():
        blank = there & pl.col("value").is_not_null() & pl.col("raw").str.contains(r"^[-\u2212\u2013+]\s")
        frame = frame.with_columns(pl.when(blank).then(pl.lit("blank")).otherwise(pl.col("fault")).alias("fault"))
    return frame.select(pl.col("value").fill_null(float("nan")), "state", "fault")


def _state(spec: TableSpec) -> pl.Expr:
    """Say what the sign in a cell stands for; an empty cell is missing."""
    raw = pl.col("raw")
    state = pl.lit(int(State.NUMBER))
    for signs, meaning in (
        (spec.not_applicable, State.NOT_APPLICABLE),
        (spec.protected, State.PROTECTED),
        (spec.missing, State.MISSING),
    ):
        if signs:
            state = pl.when(raw.is_in(list(signs))).then(int(meaning)).otherwise(state)
    return pl.when(raw.is_null()).then(int(State.MISSING)).otherwise(state)


def _plain(marks: Marks) -> pl.Expr:
    """Return the text as a plain number with a decimal point, null where it fits no permitted shape."""
    text = pl.col("text")
    german = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    english = text.str.replace_all(",", "", literal=True)
    comma, point = text.str.contains(COMMA_DECIMAL), text.str.contains(POINT_DECIMAL)
    point_groups, comma_groups = text.str.contains(POINT_GROUPS), text.str.contains(COMMA_GROUPS)
    point_group, comma_group = text.str.contains(POINT_GROUP), text.str.contains(COMMA_GROUP)
    shapes: list[tuple[pl.Expr, pl.Expr]] = [(text.str.contains(PLAIN), text)]
    if marks.decimal == "?":
        shapes.append((point_group | comma_group, pl.lit(None, dtype=pl.String)))
    if marks.slips:
        odd = text.str.contains(POINT_ODD if marks.decimal != "." else COMMA_ODD)
        shapes.append((odd, pl.lit(None, dtype=pl.String)))
    if marks.decimal == ",":
        shapes.append((comma | point_group | point_groups, german))
    if marks.decimal == ".":
        shapes.append((point | comma_group | comma_groups, english))
    if marks.mixed or marks.decimal in ("", "?"):
        shapes += [(comma | point_groups, german), (point | comma_groups, english)]
    number = pl.lit(None, dtype=pl.String)
    for shape, plain in reversed(shapes):
        number = pl.when(shape).then(plain).otherwise(number)
    return number


def _fault() -> pl.Expr:
    """Say why a cell is no number."""
    raw, text = pl.col("raw"), pl.col("text")
    return (
        pl.when(raw.str.contains(FORMULA_ERROR))
        .then(pl.lit("formula"))
        .when(raw.str.contains(DATE) & ~text.str.contains(POINT_GROUP))
        .then(pl.lit("date"))
        .when(text.str.contains(POINT_GROUP) | text.str.contains(COMMA_GROUP))
        .then(pl.lit("ambiguous"))
        .when(text.str.contains(r"^[-+]?\d[\d.,]*$"))
        .then(pl.lit("malformed"))
        .otherwise(pl.lit("text"))
    )
