"""Every delivered row finds its area and its period, or an issue says why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nahraum.base import AreaSystem, Issue, Period, State, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.misplaced import cut_off, double_issues, foreign_keys, unknown_issues
from nahraum.evidence.indicators.panel import Floats, Former, Ints, States
from nahraum.evidence.indicators.revisions import Order, formers_of, revised, revision_issues
from nahraum.places.crosswalk import Crosswalk
from nahraum.sources.terms import Reading

PLAIN_NUMBER = r"^-?\d+([.,]\d+)?$"  # a cell like this needs no copy of its text: the number says it all

HOW = pl.Enum(["same", "spread", "merged", "split"])

Totals = Mapping[str, Mapping[str, Mapping[str, float]]]


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One variable over P x A: number (NaN where there is none), state and the cell it stood in (``table`` -1: none).

    ``merged``: the number is a sum over areas of an earlier version, which only counts allow.
    """

    number: Floats
    state: States
    table: NDArray[np.int16]
    row: Ints
    column: NDArray[np.int16]
    text: Mapping[tuple[int, int], str]
    merged: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """All variables in their places. ``columns``: header and letter by column index; ``totals``: level -> variable ->
    period text -> sum row as delivered; ``unknown``: keys that the area system does not know; ``former``: by variable,
    the cells that later tables revised.
    """

    areas: tuple[str, ...]
    periods: tuple[Period, ...]
    variables: Mapping[str, Variable]
    columns: tuple[tuple[str, str], ...]
    totals: Totals
    unknown: tuple[str, ...]
    issues: tuple[Issue, ...]
    former: Mapping[str, Former]


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An earlier version of the areas (``id`` of its system): periods that end by ``until`` (ISO day) are delivered on
    it.
    """

    until: str
    crosswalk: Crosswalk
    id: str = ""


def place(readings: Sequence[Reading], system: AreaSystem, earlier: Sequence[Earlier] = ()) -> Placed:
    """Place the rows of all readings on the finest areas of the system.

    A table of a coarser level is spread to the areas in it; a row without period holds for every period. Under an
    earlier version of the areas counts of merged areas are added up and values of split areas are *not applicable*:
    nobody knows their parts. Of a table that revises others its cells hold. Raises WrongRequest if no table says a
    period, or if the tables revise each other in no order.
    """
    order = Order.of([reading.table for reading in readings], system.finest.id)
    rows, columns = _gathered(readings, system)
    rows, totals, met_totals = _split_totals(rows, readings, order)
    periods = _periods(rows)
    rows = _with_periods(rows, periods)
    targets = _targets(system, readings, periods, earlier)
    targets = targets.cast({name: rows.schema[name] for name in ("level", "area")}, strict=False)
    unknown = rows.join(targets, on=["level", "area", "p"], how="anti")
    rows = rows.join(targets, on=["level", "area", "p"], how="inner").drop("level")
    areas = tuple(area.key for area in system.at(system.finest.id))
    placed = set(rows["table"].unique())
    issues = [
        *foreign_keys(unknown, placed, readings, system),
        *unknown_issues(unknown, placed, readings, system),
        *cut_off(rows, readings, areas, periods),
    ]
    former: dict[str, Former] = {}
    if order.before:
        rows, gone, met = revised(rows, order)
        former = formers_of(gone, order, len(areas))
        names = {area.key: area.name for area in system.areas}
        issues += revision_issues(met, met_totals, readings, names, [period.label for period in periods])
    issues += double_issues(rows, readings)
    parts = rows.partition_by("variable", as_dict=True, maintain_order=True)
    del rows  # the parts are a copy; on a large panel there is no room for both
    return Placed(
        areas=areas,
        periods=periods,
        variables={str(key[0]): _variable(parts.pop(key), len(periods), len(areas)) for key in list(parts)},
        columns=tuple((c or "", letter or "") for c, letter in columns.iter_rows()),
        totals=totals,
        unknown=tuple(unknown["area"].unique(maintain_order=True)),
        issues=tuple(issues),
        former=former,
    )


def _gathered(readings: Sequence[Reading], system: AreaSystem) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of all tables, and what their ``c`` stands for: header and letter of a column.

    A coarse table grows many times when it is spread: what is only text is shed before, and keys become numbers.
    """
    levels = pl.Enum([level.id for level in system.levels])
    frames = [
        reading.rows.with_columns(
            pl.lit(n, dtype=pl.Int16).alias("table"),
            pl.lit(reading.table.level or system.finest.id, dtype=levels).alias("level"),
        )
        for n, reading in enumerate(readings)
    ]
    keys = {name: pl.Enum(_words(frames, name)) for name in ("area", "variable", "period", "column", "letter")}
    plain = pl.col("text").fill_null("").str.contains(PLAIN_NUMBER)
    text = pl.when(plain).then(None).otherwise(pl.col("text")).alias("text")
    rows = pl.concat([frame.with_columns(text).cast(keys) for frame in frames])  # type: ignore[arg-type]
    pair = _numbers(rows["column"]) * (len(keys["letter"].categories) + 1) + _numbers(rows["letter"])
    _first, at, c = np.unique(pair, return_index=True, return_inverse=True)
    heads = rows[at].select(pl.col("column", "letter").cast(pl.String))
    return rows.drop("column", "letter").with_columns(pl.Series("c", c, dtype=pl.UInt32)), heads


def _numbers(words: pl.Series) -> NDArray[np.int64]:
    """Return which word of its Enum each cell holds, from 1 on; 0 for none."""
    return words.to_physical().cast(pl.Int64).fill_null(-1).to_numpy() + 1


def _words(frames: Sequence[pl.DataFrame], name: str) -> pl.Series:
    """Return each word of a column once; the empty one is always among them."""
    found = pl.concat([pl.Series(name, [""]), *(frame[name].unique(maintain_order=True) for frame in frames)])
    return found.unique(maintain_order=True).drop_nulls()


def _split_totals(
    rows: pl.DataFrame, readings: Sequence[Reading], order: Order
) -> tuple[pl.DataFrame, Totals, Mapping[int, pl.DataFrame]]:
    """Take the sum rows out; the third: what revising tables met in them (see ``revised``)."""
    keys = [(n, key, level) for n, reading in enumerate(readings) for key, level in reading.table.totals.items()]
    if not keys:
        return rows, {}, {}
    table = pl.DataFrame(keys, schema={"table": pl.Int16, "area": pl.String, "total": pl.String}, orient="row")
    table = table.cast({"area": rows.schema["area"]}, strict=False)
    sums = rows.join(table, on=["table", "area"], how="inner")
    met: Mapping[int, pl.DataFrame] = {}
    if order.before:
        sums, _gone, met = revised(sums, order, ("total", "variable", "period"))
    sums = sums.filter(pl.col("state") == State.NUMBER)
    totals: dict[str, dict[str, dict[str, float]]] = {}
    for level, variable, period, value in sums.select("total", "variable", "period", "value").iter_rows():
        totals.setdefault(level, {}).setdefault(variable, {})[period] = value
    return rows.join(table, on=["table", "area"], how="anti"), totals, met


def _periods(rows: pl.DataFrame) -> tuple[Period, ...]:
    texts = [text for text in rows["period"].unique() if text]
    if not texts:
        raise WrongRequest(
            _("No table says which period its values hold for. Give period or period_column in [[tables]].")
        )
    return tuple(sorted(Period.parse(text) for text in texts))


def _with_periods(rows: pl.DataFrame, periods: tuple[Period, ...]) -> pl.DataFrame:
    """Number the periods; a row without period is repeated for each."""
    numbers = pl.DataFrame(
        {"period": [str(p) for p in periods], "p": range(len(periods))},
        schema={"period": rows.schema["period"], "p": pl.Int32},
    )
    timeless = rows.filter(pl.col("period") == "").drop("period")
    dated = rows.filter(pl.col("period") != "").join(numbers, on="period", how="left").drop("period")
    return pl.concat([dated, timeless.join(numbers, how="cross").select(dated.columns)]) if timeless.height else dated


def _targets(
    system: AreaSystem, readings: Sequence[Reading], periods: tuple[Period, ...], earlier: Sequence[Earlier]
) -> pl.DataFrame:
    """List, for each level and period, where a delivered key goes: area index and how (same, spread, merged, split)."""
    finest = system.at(system.finest.id)
    index = {area.key: a for a, area in enumerate(finest)}
    parts: list[pl.DataFrame] = []

    def add(level: str, goes: list[tuple[str, int, str]], periods: Sequence[int]) -> None:
        keys = pl.DataFrame(goes, schema={"area": pl.String, "a": pl.Int32, "how": HOW}, orient="row")
        numbers = pl.DataFrame({"p": periods}, schema={"p": pl.Int32})
        parts.append(keys.with_columns(pl.lit(level).alias("level")).join(numbers, how="cross"))

    for level in dict.fromkeys(reading.table.level or system.finest.id for reading in readings):
        if level != system.finest.id:
            above = [(system.ancestor(area, level), a) for a, area in enumerate(finest)]
            add(level, [(area.key, a, "spread") for area, a in above if area], range(len(periods)))
            continue
        for p, period in enumerate(periods):
            version = next((e for e in sorted(earlier, key=lambda e: e.until) if str(period.end) <= e.until), None)
            goes = _goes(version.crosswalk, index) if version else [(key, a, "same") for key, a in index.items()]
            add(level, goes, [p])
    return pl.concat(parts)


def _goes(crosswalk: Crosswalk, index: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """Say where each old area goes: unchanged, into a merged one, or into parts that nobody counted."""
    parts: dict[str, int] = {}
    sources: dict[str, int] = {}
    for old, new in zip(crosswalk.old, crosswalk.new, strict=True):
        parts[old] = parts.get(old, 0) + 1
        sources[new] = sources.get(new, 0) + 1
    goes = []
    for old, new in zip(crosswalk.old, crosswalk.new, strict=True):
        if new in index:
            how = "split" if parts[old] > 1 else "merged" if sources[new] > 1 else "same"
            goes.append((old, index[new], how))
    return goes


def _variable(rows: pl.DataFrame, periods: int, areas: int) -> Variable:
    """Lay the rows of one variable out over P x A; merged areas add up, of doubled values the first stands."""
    shape = (periods, areas)
    number = np.full(shape, np.nan)
    state = np.full(shape, State.MISSING, dtype=np.int8)
    table = np.full(shape, -1, dtype=np.int16)
    row = np.zeros(shape, dtype=np.int32)
    column = np.zeros(shape, dtype=np.int16)
    merged = np.zeros(shape, dtype=np.bool_)
    rows = rows.reverse()  # so that of two values the first delivered one is written last and stands
    p, a = rows["p"].to_numpy(), rows["a"].to_numpy()
    number[p, a] = rows["value"].to_numpy()
    state[p, a] = rows["state"].to_numpy()
    table[p, a] = rows["table"].to_numpy()
    row[p, a] = rows["row"].to_numpy()
    column[p, a] = rows["c"].to_numpy()
    carried = rows.filter(pl.col("how").is_in(["merged", "split"])).sort("how")  # split comes last and stands
    for (pp, aa, how), parts in carried.group_by("p", "a", "how", maintain_order=True):
        cell = (int(str(pp)), int(str(aa)))
        merged[cell] = True
        state[cell] = State.NOT_APPLICABLE if how == "split" else parts["state"].to_numpy().max()
        number[cell] = parts["value"].sum() if state[cell] == State.NUMBER else np.nan
    number[state != State.NUMBER] = np.nan
    unusual = rows.filter(~pl.col("text").fill_null("").str.contains(PLAIN_NUMBER) & (pl.col("text") != ""))
    text = {(pp, aa): t for pp, aa, t in unusual.select("p", "a", "text").iter_rows()}
    return Variable(number=number, state=state, table=table, row=row, column=column, text=text, merged=merged)
