"""Later tables revise earlier ones: for what they deliver, their cell holds; the former cell stays told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nahraum.base import Issue, Severity, State, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.panel import Former
from nahraum.sources.terms import Reading, TableSpec

NAMED = 5  # largest changes named in the notice; the rest is counted
CELL = ("variable", "area", "p")
MET = ("variable", "value", "state", "value_before", "state_before")


@dataclass(frozen=True, kw_only=True)
class Order:
    """Who revises whom. ``before``: table -> all earlier tables it revises, also through others; ``age``: table ->
    place in an order in which every table stands after those it revises (-1 in neither role).
    """

    before: Mapping[int, frozenset[int]]
    age: tuple[int, ...]

    @classmethod
    def of(cls, tables: Sequence[TableSpec], finest: str) -> Order:
        """Return the order of these tables; ``finest``: the level of tables that name none.

        Raises WrongRequest for an unknown table, a circle, or tables of different levels.
        """
        place = {table.id: n for n, table in enumerate(tables)}
        graph = {n: {_place(id, table, place) for id in table.revises} for n, table in enumerate(tables)}
        try:
            order = list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = " → ".join(tables[n].id for n in error.args[1])
            raise WrongRequest(
                _("The tables revise each other in a circle: {circle}. The later one revises the earlier one.").format(
                    circle=circle
                )
            ) from None
        before: dict[int, frozenset[int]] = {}
        for n in order:
            before[n] = frozenset(graph[n]).union(*(before[earlier] for earlier in graph[n]))
            for earlier in graph[n]:
                _refuse_other_level(tables[n], tables[earlier], finest)
        known = {n for n, earlier in before.items() if earlier} | {e for earlier in before.values() for e in earlier}
        age = tuple(order.index(n) if n in known else -1 for n in range(len(tables)))
        return cls(before={n: before[n] for n in order if before[n]}, age=age)


def _place(id: str, table: TableSpec, place: Mapping[str, int]) -> int:
    if id in place:
        return place[id]
    near = get_close_matches(id, place, n=1)
    hint = _("Did you mean “{near}”?").format(near=near[0]) if near else ""
    message = _("Table “{table}” revises “{id}”, but there is no such table.").format(table=table.id, id=id)
    raise WrongRequest(f"{message} {hint}".strip())


def _refuse_other_level(table: TableSpec, earlier: TableSpec, finest: str) -> None:
    if (table.level or finest) != (earlier.level or finest):
        raise WrongRequest(
            _("Table “{table}” revises “{earlier}”, which is delivered for another level of areas.").format(
                table=table.id, earlier=earlier.id
            )
        )


def revised(
    rows: pl.DataFrame, order: Order, cell: Sequence[str] = CELL
) -> tuple[pl.DataFrame, pl.DataFrame, dict[int, pl.DataFrame]]:
    """Return the rows that stand, the former ones, and what each revising table met.

    ``cell`` names the columns that say which cell a row is. A row counts as delivered where a number or a sign stands;
    an empty cell of a revising table changes nothing. The third: for each revising table one row per cell that it
    delivers and an earlier table had, with ``value``, ``state`` (now) and ``value_before``, ``state_before``.
    """
    table = rows["table"].to_numpy()
    blank = rows.select((pl.col("text") == "").fill_null(value=False)).to_series().to_numpy()
    ids = cell_ids(rows, cell)
    age = np.asarray(order.age)[table]
    silent, former = np.zeros(table.shape, dtype=np.bool_), np.zeros(table.shape, dtype=np.bool_)
    met: dict[int, pl.DataFrame] = {}
    for later, before in order.before.items():
        own = table == later
        earlier = np.isin(table, list(before)) & ~silent
        silent |= own & blank & np.isin(ids, ids[earlier])
        met_now = np.flatnonzero(earlier & np.isin(ids, ids[own & ~blank]))
        former[met_now] = True
        # The latest of the earlier cells, and of cells of one age the first, is what the new one is compared with.
        latest = met_now[np.lexsort((met_now, -age[met_now], ids[met_now]))]
        latest = latest[np.unique(ids[latest], return_index=True)[1]]
        now = np.flatnonzero(own & ~blank)
        now = now[np.unique(ids[now], return_index=True)[1]]
        now = now[np.isin(ids[now], ids[latest])]  # both in the order of their ids
        new = rows[now].select(*cell, "value", "state").with_columns(pl.Series("at", now))
        old = rows[latest].select(pl.col("value", "state").name.suffix("_before"))
        met[later] = pl.concat([new, old], how="horizontal").sort("at").drop("at")
    stands = ~(silent | former)
    return rows.filter(pl.Series(stands)), rows.filter(pl.Series(former & ~silent)), met


def cell_ids(rows: pl.DataFrame, cell: Sequence[str]) -> NDArray[np.int64]:
    """Return one number per row, equal where all columns of ``cell`` are."""
    ids = np.zeros(rows.height, dtype=np.int64)
    for name in cell:
        texts = rows[name].unique()
        known = pl.DataFrame({name: texts, "id": pl.int_range(texts.len(), eager=True)})
        number_of = rows.select(name).join(known, on=name, how="left", maintain_order="left")["id"].to_numpy()
        ids = ids * texts.len() + number_of
    return ids


def formers_of(rows: pl.DataFrame, order: Order, areas: int) -> dict[str, Former]:
    """Return the former cells by variable; ``rows``: placed rows (p, a) that a later table revised."""
    ages = pl.Series(order.age, dtype=pl.Int64)
    rows = rows.with_columns(
        (pl.col("p").cast(pl.Int64) * areas + pl.col("a")).alias("at"),
        ages.gather(rows["table"].cast(pl.Int64)).alias("age"),
    ).sort("at", "age", maintain_order=True)
    return {
        str(key[0]): Former(
            at=part["at"].to_numpy(),
            table=part["table"].to_numpy(),
            row=part["row"].to_numpy(),
            value=part["value"].to_numpy(),
            text=part["text"],
        )
        for key, part in rows.partition_by("variable", as_dict=True, maintain_order=True).items()
    }


def revision_issues(
    met: Mapping[int, pl.DataFrame],
    met_totals: Mapping[int, pl.DataFrame],
    readings: Sequence[Reading],
    names: Mapping[str, str],
    periods: Sequence[str],
) -> list[Issue]:
    """Tell for each revising table how many cells it changed, how many it confirmed, and the largest changes.

    The changes stand in ``value``: like every cell, they are left out of what is published.
    """
    is_number = (pl.col("state") == State.NUMBER) & (pl.col("state_before") == State.NUMBER)
    same = (pl.col("state") == pl.col("state_before")) & (~is_number | (pl.col("value") == pl.col("value_before")))
    issues = []
    for table in sorted(met):
        labels = pl.col("p").replace_strict(dict(enumerate(periods)), return_dtype=pl.String)
        areas = pl.col("area").cast(pl.String).replace(dict(names))
        parts = [met[table].select(areas.alias("place"), labels.alias("period"), *MET)]
        if table in met_totals:
            parts.append(
                met_totals[table].select(pl.col("total").alias("place"), pl.col("period").cast(pl.String), *MET)
            )
        cells = pl.concat(parts)
        changed = cells.filter(~same)
        reading = readings[table]
        issues.append(
            Issue(
                code="values-revised",
                severity=Severity.NOTICE,
                message="The table “{table}” revises {earlier}: {changed} values changed, {equal} stayed as they were.",
                file=reading.source.file,
                sheet=reading.source.sheet,
                value=_largest(changed),
                params={
                    "table": reading.table.id,
                    "earlier": ", ".join(reading.table.revises),
                    "changed": changed.height,
                    "equal": cells.height - changed.height,
                },
            )
        )
    return issues


def _largest(changed: pl.DataFrame) -> str:
    """Name the changes that are largest in proportion; a number that comes or goes is larger than any."""
    now, before = pl.col("value").fill_nan(None), pl.col("value_before").fill_nan(None)
    share = ((now - before) / pl.max_horizontal(now.abs(), before.abs())).abs()
    largest = changed.with_columns(share.fill_null(2.0).alias("size")).sort(
        "size", descending=True, maintain_order=True
    )
    parts = [
        f"{place}, {period}, {variable}: {_shown(old, was)} → {_shown(new, state)}"
        for place, period, variable, new, state, old, was in largest.head(NAMED)
        .select("place", "period", *MET)
        .iter_rows()
    ]
    return "; ".join(parts) + ("; …" if changed.height > NAMED else "")


def _shown(value: float, state: int) -> str:
    if state != State.NUMBER:
        return State(state).label
    return number(value, 0) if value == round(value) else number(value, 2)
