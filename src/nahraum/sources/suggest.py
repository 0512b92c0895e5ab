"""How a new file is probably to be read: as the earlier one like it, else by what it looks like.

A suggestion is for a person to confirm. Whatever is not plainly the same says why, and is marked to be checked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nahraum.base import Period, PeriodKind
from nahraum.base.language import gettext as _
from nahraum.sources.grid import is_period
from nahraum.sources.matching import Match, match_headers, pattern_of, similar
from nahraum.sources.preview import Recognised
from nahraum.sources.sniff import Detected
from nahraum.sources.years import advanced_period, school_years_in, years_in, years_of_period

ENOUGH = 0.5  # share of an earlier table's columns that a file must have to count as like it
# What a delivery says about itself alone and the next one must say anew.
ONCE = {"id", "file", "sheet", "period", "corrections", "revises", "incomplete", "header_row", "encoding", "delimiter"}
COLUMNS = ("area", "period_column", "variable_column", "value_column")
WIDE = "wide"
MOSTLY_AREAS = 0.6  # share of a column's first texts that must be keys of areas


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """How a file may be read. ``table``: keys of ``TableSpec``; ``reasons``: key (``variables.x`` for one variable)
    -> sentence; ``check``: keys that a person should look at.

    ``new``: number columns that no variable takes; ``missing``: columns of the earlier table that are not there;
    ``earlier``: the id of that table, empty without one.
    """

    table: Mapping[str, Any]
    reasons: Mapping[str, str]
    check: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    earlier: str = ""


def suggest(
    found: Recognised,
    earlier: Sequence[Mapping[str, Any]] = (),
    *,
    prefer: Mapping[str, Any] | None = None,
    areas: Collection[str] = (),
) -> Suggestion:
    """Suggest how to read a file; ``earlier``: confirmed ``[[tables]]`` sections, oldest first.

    The earlier table most like it is followed: its variables stay with the same columns, its period moves on to the
    year that the file tells (never kept silently). Without one, the file's looks decide. ``prefer``: the table that is
    followed before any other, if the file is like it at all. ``areas``: keys of the areas; a column that holds them is
    the one of the areas, whatever else it looks like.
    """
    like = (most_like(found, [prefer]) if prefer else None) or most_like(found, earlier)
    taken = [str(table.get("id", "")) for table in earlier]
    suggestion = _following(found, like, taken) if like else _by_looks(found, taken, areas)
    return _with_sum_row(found, suggestion)


def _with_sum_row(found: Recognised, suggestion: Suggestion) -> Suggestion:
    """Add the sum row that has no key; ``city`` stands for the whole."""
    table, last = suggestion.table, found.suggestions.get("sum_row", ())
    at = found.headers.index(table["area"]) if table.get("area") in found.headers else -1
    if not last or at < 0 or last[at] or table.get("totals") or "" in table.get("skip_rows", {}):
        return suggestion
    why = _("The last row has no key and looks like the sum of the others: it is taken as the sum row of the whole.")
    return replace(
        suggestion,
        table={**table, "totals": {"": "city"}},
        reasons={**suggestion.reasons, "totals": why},
        check=(*suggestion.check, "totals"),
    )


def most_like(found: Recognised, earlier: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the earlier table that a file is most like, by headers, file name and sheet; the latest of equals."""
    best, reached = None, 0.0
    for table in earlier:
        names = _names_of(table)
        matched = match_headers(names, found.headers)
        share = sum(each is not None for each in matched.values()) / max(len(names), 1)
        same_file = pattern_of(Path(str(table.get("file", ""))).name) == pattern_of(found.name)
        same_sheet = pattern_of(str(table.get("sheet", ""))) == pattern_of(found.sheet)
        score = 4 * share + 3 * same_file + same_sheet + similar(str(table.get("file", "")), found.name)
        if (share >= ENOUGH or (same_file and share > 0)) and score >= reached:
            best, reached = table, score
    return best


def sheet_like(sheets: Sequence[str], name: str, earlier: Mapping[str, Any]) -> str:
    """Return the sheet of a new file that stands where the earlier table's stood; empty where none does.

    ``name``: the file's. Of sheets that differ by their year, the one of the file name's year, else the latest.
    """
    old = str(earlier.get("sheet", ""))
    alike = [sheet for sheet in sheets if pattern_of(sheet) == pattern_of(old)]
    if not years_in(old):
        return old if old in sheets else next(iter(alike), "")
    of_file = [sheet for sheet in alike if set(years_in(sheet)) & set(years_in(name))]
    return max(of_file or alike, key=years_in, default="")


def _names_of(table: Mapping[str, Any]) -> list[str]:
    """Return the headers that a table section names."""
    names = [str(table[key]) for key in COLUMNS if table.get(key)]
    if table.get("shape", WIDE) == WIDE:
        names += [str(name) for name in table.get("variables", {}).values()]
    return list(dict.fromkeys(names))


def _following(found: Recognised, earlier: Mapping[str, Any], taken: Sequence[str]) -> Suggestion:
    old_file = Path(str(earlier.get("file", ""))).name
    matches = match_headers(_names_of(earlier), found.headers, found.name, str(earlier.get("period", "")))
    table: dict[str, Any] = {"file": found.name}
    table |= {key: value for key, value in earlier.items() if key not in ONCE}
    reasons: dict[str, str] = {}
    check: list[str] = []
    for key in COLUMNS:
        if key in table:
            _take(table, key, key, matches[str(table[key])], reasons, check)
    if table.get("shape", WIDE) == WIDE:
        table["variables"] = dict(earlier.get("variables", {}))
        for variable, name in earlier.get("variables", {}).items():
            _take(table["variables"], variable, f"variables.{variable}", matches[str(name)], reasons, check)
        _without_lost_variables(table)
    _layout(found, earlier, table, reasons, check)
    if "period" in earlier:
        _period(found, earlier, table, reasons, check)
    table["id"] = _free_id(str(earlier.get("id", "")), found, table, taken)
    reasons["id"] = _("As in the earlier import of “{file}”.").format(file=old_file)
    used = {each.header for each in matches.values() if each}
    return Suggestion(
        table=table,
        reasons=reasons,
        check=tuple(dict.fromkeys(check)),
        new=tuple(name for name in _numbers(found) if name not in used),
        missing=tuple(name for name, each in matches.items() if each is None),
        earlier=str(earlier.get("id", "")),
    )


def _take(
    into: dict[str, Any], key: str, named: str, match: Match | None, reasons: dict[str, str], check: list[str]
) -> None:
    """Put a found column in; a column that is gone takes its key with it."""
    if match is None:
        reasons[named] = _("The column “{column}” of the earlier import is not there.").format(column=into.pop(key))
        check.append(named)
        return
    reasons[named] = match.reason(str(into[key]))
    into[key] = match.header
    if match.is_doubtful:
        check.append(named)


def _without_lost_variables(table: dict[str, Any]) -> None:
    known = table["variables"]
    if "share_of" in table:
        table["share_of"] = {name: base for name, base in table["share_of"].items() if name in known and base in known}
    if "zeros_are_missing" in table:
        table["zeros_are_missing"] = [name for name in table["zeros_are_missing"] if name in known]


def _layout(
    found: Recognised, earlier: Mapping[str, Any], table: dict[str, Any], reasons: dict[str, str], check: list[str]
) -> None:
    """Say sheet and header row as this file has them."""
    if len(found.sheets) > 1 or (found.sheet and "sheet" in earlier):
        table["sheet"] = found.sheet
        wanted = sheet_like(found.sheets, found.name, earlier)
        reasons["sheet"] = _("The earlier import read the sheet “{sheet}”.").format(sheet=earlier.get("sheet", ""))
        if wanted != found.sheet:
            check.append("sheet")
    before = earlier.get("header_row", 1)
    if found.header_row != 1:
        table["header_row"] = found.header_row
    if found.header_row != before:
        reasons["header_row"] = _("The header stands in row {row}; in the earlier import in row {before}.").format(
            row=found.header_row, before=before
        )
        check.append("header_row")


def _period(
    found: Recognised, earlier: Mapping[str, Any], table: dict[str, Any], reasons: dict[str, str], check: list[str]
) -> None:
    """Move the period on to the year that sheet, file name or headers tell."""
    old = str(earlier["period"])
    told = _told_year(found, earlier)
    period, sure = advanced_period(old, told) if told else ("", False)
    if Period.parse(old).kind is PeriodKind.SCHOOL_YEAR:
        period, sure = next(iter(school_years_in(f"{found.sheet} {found.name}")), ""), True
    if not period:
        reasons["period"] = _("Neither file name nor sheet nor headers tell the year; formerly {period}.").format(
            period=old
        )
    elif period == old:
        reasons["period"] = _("The same period as in the earlier import; is this a correction?")
    else:
        reasons["period"] = _("The file tells {year}; formerly {period}.").format(year=told or period, period=old)
    if period:
        table["period"] = period
    if not (period and sure) or period == old:
        check.append("period")


def _told_year(found: Recognised, earlier: Mapping[str, Any]) -> int | None:
    """Return the one year that the file tells; None where it tells none or several."""
    old_years = years_of_period(str(earlier.get("period", "")))
    pairs = [
        (str(earlier.get("sheet", "")), found.sheet),
        (Path(str(earlier.get("file", ""))).name, found.name),
        (" ".join(_names_of(earlier)), " ".join(found.headers)),
    ]
    for before, now in pairs:
        was, years = years_in(before), years_in(now)
        if len(set(years)) == 1:
            return years[0]
        places = [n for n, year in enumerate(was) if year in old_years]
        if len(was) == len(years) and len(places) == 1:  # several years, as the day of delivery: the same place tells
            return years[places[0]]
        if years:
            return None
    return None


def _free_id(old: str, found: Recognised, table: Mapping[str, Any], taken: Sequence[str]) -> str:
    """Return the earlier id with its year moved on, or with a number where it is taken."""
    period = years_of_period(str(table.get("period", ""))) or years_in(found.name)
    years = years_in(old)
    if years and period:
        old = old.replace(str(years[-1]), str(period[-1]))
    plain = re.sub(r"(_\d{1,2})+$", "", old)
    return slug(plain if plain in taken else old, taken)  # after jobs and jobs_2 comes jobs_3


def _by_looks(found: Recognised, taken: Sequence[str], areas: Collection[str]) -> Suggestion:
    column = _area_column(found, areas)
    if column:
        numbers = [name for name in _numbers(found) if name != column]
        found = replace(found, suggestions={**found.suggestions, "area": column, "numbers": tuple(numbers)})
    table = guess(found, Path(found.name).stem.removesuffix(".csv"), (), taken)
    table["file"] = found.name
    check = ["area", *(key for key in ("period_column", "variable_column", "value_column", "sheet") if key in table)]
    reasons = dict.fromkeys(check, _("Guessed from what the columns hold."))
    if "period_column" not in table and table.get("shape", WIDE) in (WIDE, "long"):
        title = str(found.suggestions.get("title", ""))
        years = set(years_in(found.sheet) or years_in(found.name) or years_in(title))
        if len(years) == 1 and "period" not in table:
            table["period"] = str(years.pop())
        reasons["period"] = (
            _("Taken from sheet, file name or title.")
            if "period" in table
            else _("No column and no name tells the period; please give it.")
        )
        check.append("period")
    return Suggestion(table=table, reasons=reasons, check=tuple(check))


def _area_column(found: Recognised, areas: Collection[str]) -> str:
    """Return the column whose first texts are mostly keys of areas (zeros in front may lack); empty where none is."""
    keys = {key.lstrip("0") for key in areas}
    best, reached = "", MOSTLY_AREAS
    for at, name in enumerate(found.headers):
        texts = [row[at] for row in found.first_rows if at < len(row) and row[at]]
        share = sum(text.lstrip("0") in keys for text in texts) / max(len(texts), 1)
        if name and share > reached:
            best, reached = name, share
    return best


def guess(found: Detected, name: str, taken_variables: Iterable[str], taken_ids: Iterable[str] = ()) -> dict[str, Any]:
    """Return the keys of ``TableSpec`` that a file's looks suggest, all but ``file``; ``name``: its name, no ending.

    ``taken_variables``: ids that other tables use already. Defaults are left out.
    """
    hints = found.suggestions
    shape = str(hints.get("shape", WIDE))
    table: dict[str, Any] = {"id": slug(name, taken_ids)}
    if len(found.sheets) > 1:
        table["sheet"] = found.sheet
    if shape != WIDE:
        table["shape"] = shape
    if found.header_row != 1:
        table["header_row"] = found.header_row
    table["area"] = str(hints.get("area", "") or next(iter(found.headers), ""))
    if hints.get("period_column"):
        table["period_column"] = str(hints["period_column"])
    elif shape not in ("years", "inkar") and is_period(found.sheet):
        table["period"] = found.sheet
    if shape == "long":
        table |= {key: str(hints.get(key, "")) for key in ("variable_column", "value_column")}
    variables: dict[str, str] = {}
    taken = list(taken_variables)
    for column in number_columns(found, shape, name):
        variables[slug(column, [*taken, *variables])] = column
    table["variables"] = variables
    return table


def _numbers(found: Detected) -> list[str]:
    numbers = found.suggestions.get("numbers", ())
    taken = {str(found.suggestions.get(key, "")) for key in ("area", "period_column")}
    return [name for name in numbers if name and name not in taken] if isinstance(numbers, tuple) else []


def number_columns(found: Detected, shape: str, name: str) -> list[str]:
    """Return what would become a variable: number columns, the words of a long table, the file itself."""
    if shape in ("years", "inkar"):
        return [name]
    if shape == "long":
        column = str(found.suggestions.get("variable_column", ""))
        place = found.headers.index(column) if column in found.headers else -1
        return list(dict.fromkeys(row[place] for row in found.first_rows if 0 <= place < len(row) and row[place]))
    return _numbers(found)


def slug(name: str, taken: Iterable[str]) -> str:
    """Return an id for a column: lower-case letters, digits and underscores, not taken yet."""
    folded = name.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "spalte"
    found = f"v_{found}" if found[0].isdigit() else found
    known, n, free = set(taken), 2, found
    while free in known:
        free, n = f"{found}_{n}", n + 1
    return free
