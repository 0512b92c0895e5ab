"""What is remarkable about the places of delivered rows: unknown keys, tables cut off, values delivered twice."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl

from nahraum.base import AreaSystem, Issue, Period, Severity
from nahraum.base.language import gettext_noop
from nahraum.evidence.indicators.revisions import cell_ids
from nahraum.sources.terms import Reading

ENOUGH = 8  # areas from which an end can be told from a beginning
MANY = 0.05  # share of areas that lack at the end of a table from which it looks cut off
SHOWN_ISSUES = 20  # of one kind; the rest is counted in one more issue
DATE_LIKE = re.compile(r"^\d{4}-\d\d-\d\d|^\d{1,2}\. ?(Jan|Feb|Mrz|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)")


def unknown_issues(
    unknown: pl.DataFrame, placed: set[int], readings: Sequence[Reading], system: AreaSystem
) -> list[Issue]:
    """Name keys that the area system does not know, in tables of which it knows others."""
    issues = []
    found = (
        unknown.filter(pl.col("table").is_in(list(placed)))
        .group_by("table", "area", maintain_order=True)
        .agg(pl.col("row").first(), pl.col("row").n_unique().alias("rows"))
    )
    for table, row, area, count in found.select("table", "row", "area", "rows").head(SHOWN_ISSUES).iter_rows():
        message, remedy = _about_key(area, system)
        issues.append(
            Issue(
                code="area-unknown",
                severity=Severity.ERROR,
                message=message,
                remedy=remedy,
                file=readings[table].source.file,
                sheet=readings[table].source.sheet,
                row=row,
                column=readings[table].table.area,
                value=area,
                params={"system": system.name, "count": count},
            )
        )
    return issues + _more(found.height, "area-unknown", "{count} more areas are not in the area system.")


def foreign_keys(
    unknown: pl.DataFrame, placed: set[int], readings: Sequence[Reading], system: AreaSystem
) -> list[Issue]:
    """Name tables of whose keys the area system knows none: another column, or keys of another kind."""
    issues = []
    for table in sorted(set(unknown["table"].unique()) - placed):
        ours = unknown.filter(pl.col("table") == table)["area"].unique(maintain_order=True)
        level = readings[table].table.level or system.finest.id
        issues.append(
            Issue(
                code="keys-foreign",
                severity=Severity.ERROR,
                message="None of the keys of this table ({keys}) is among the areas of the level “{level}” ({areas}).",
                remedy="Name the right key column under area, or the same column under key in [[areas.levels]]; "
                "key_pattern and area_width make keys alike.",
                file=readings[table].source.file,
                sheet=readings[table].source.sheet,
                column=readings[table].table.area,
                params={
                    "keys": ", ".join(ours.head(3)) + " …",
                    "level": next(storey.name for storey in system.levels if storey.id == level),
                    "areas": ", ".join(area.key for area in system.at(level)[:3]) + " …",
                },
            )
        )
    return issues


def _about_key(area: str, system: AreaSystem) -> tuple[str, str]:
    """Say what is probably wrong with an unknown key, and how to mend it."""
    if any(area == known.key for known in system.areas):
        return (
            gettext_noop("The area is in “{system}”, but the crosswalk from the earlier areas does not name it."),
            gettext_noop("Complete the crosswalk."),
        )
    if DATE_LIKE.search(area):
        return (
            gettext_noop("The spreadsheet program has turned this key into a date ({count} rows)."),
            gettext_noop("Format the column as text, type the keys again and save anew."),
        )
    return (
        gettext_noop("The area is not in the area system “{system}” ({count} rows)."),
        gettext_noop("Correct the key, or name the row under totals or skip_rows of the table."),
    )


def cut_off(
    rows: pl.DataFrame, readings: Sequence[Reading], areas: Sequence[str], periods: Sequence[Period]
) -> list[Issue]:
    """Name tables that end too early: whole areas lack at the end of the order in which the others are listed."""
    issues = []
    orders = [np.arange(len(areas)), np.argsort(np.argsort(np.array(areas)))]
    ours = rows.filter(pl.col("how") == "same").group_by("table", "p").agg(pl.col("a").unique())
    for table, p, found in ours.sort("table", "p").iter_rows():
        there = np.zeros(len(areas), dtype=np.bool_)
        there[found] = True
        gone = np.flatnonzero(~there)
        if len(areas) < ENOUGH or gone.size < max(2, MANY * len(areas)) or readings[table].table.incomplete:
            continue
        if readings[table].table.revises:
            continue  # a correction names only what it corrects
        if not any(order[gone].min() > order[there].max() for order in orders):
            continue
        issues.append(
            Issue(
                code="table-cut-off",
                severity=Severity.ERROR,
                message="{period}: the table ends after {areas} of {expected} areas; it looks cut off.",
                remedy="Ask for the whole table. If it is meant so, give the reason under incomplete.",
                file=readings[table].source.file,
                sheet=readings[table].source.sheet,
                params={"period": periods[p].label, "areas": int(there.sum()), "expected": len(areas)},
            )
        )
    return issues


def double_issues(rows: pl.DataFrame, readings: Sequence[Reading]) -> list[Issue]:
    """Name values that two tables deliver for the same area, period and variable."""
    several = rows.group_by("variable").agg(pl.col("table").n_unique()).filter(pl.col("table") > 1)["variable"]
    if several.is_empty():
        return []
    rows = rows.filter((pl.col("how") != "merged") & pl.col("variable").is_in(several.implode()))
    doubled = (
        rows.filter(pl.Series(cell_ids(rows, ("variable", "p", "a"))).is_duplicated())
        .group_by("variable", "p", "a", maintain_order=True)
        .agg(
            pl.col("table").n_unique().alias("tables"),
            pl.col("table").unique().alias("all"),
            pl.col("table").last(),
            pl.col("row").last(),
            pl.col("area").last(),
        )
        .filter(pl.col("tables") > 1)
    )
    return [
        Issue(
            code="value-in-two-tables",
            severity=Severity.ERROR,
            message="Two tables deliver the variable “{variable}” for the same areas and periods ({count} values): "
            "{tables}.",
            remedy="Take the variable out of one of them, or give each table its own period.",
            file=readings[table].source.file,
            row=row,
            value=area,
            params={
                "variable": variable,
                "count": count,
                "tables": ", ".join(readings[each].table.id for each in sorted(tables)),
            },
        )
        for variable, table, row, area, count, tables in doubled.group_by("variable", maintain_order=True)
        .agg(
            pl.col("table").first(),
            pl.col("row").first(),
            pl.col("area").first(),
            pl.len().alias("count"),
            pl.col("all").explode().unique(),
        )
        .iter_rows()
    ]


def _more(count: int, code: str, message: str) -> list[Issue]:
    if count <= SHOWN_ISSUES:
        return []
    return [Issue(code=code, severity=Severity.ERROR, message=message, params={"count": count - SHOWN_ISSUES})]
