"""One more table among those that are here: what is remarkable about it, and only about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nahraum.base import Issue, Severity
from nahraum.base.language import gettext as _
from nahraum.base.strict import convert
from nahraum.evidence.indicators import reconcile
from nahraum.evidence.indicators.columns import column_rows, labels_of
from nahraum.evidence.indicators.edition import Reconciliation
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.placing import Placed, place
from nahraum.evidence.indicators.read import build_panel
from nahraum.evidence.indicators.terms import Indicator
from nahraum.projects.areas import Places
from nahraum.projects.checks import check_table, too_many
from nahraum.projects.file import AreasSpec
from nahraum.projects.run import with_totals
from nahraum.sources.terms import Reading

#: Errors of single cells and rows: what stands in the others can be judged all the same.
SINGLE = {
    "text-in-number",
    "formula-error",
    "date-in-number",
    "number-malformed",
    "number-ambiguous",
    "share-does-not-fit",
    "area-doubled-in-table",
    "area-without-key",
}
#: What holds however those are mended.
FIRM = {
    "area-unknown",
    "keys-foreign",
    "count-negative",
    "share-outside-0-100",
    "numerator-over-denominator",
    "total-differs",
    "total-near",
    "total-broken",
}


@dataclass(frozen=True, kw_only=True)
class _Look:
    """What some tables yield together; without an indicator that has all its variables there is no panel."""

    issues: tuple[Issue, ...] = ()
    rows: tuple[Reconciliation, ...] = ()
    panel: Panel | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


def concerned(
    table: Mapping[str, Any], others: Sequence[Mapping[str, Any]], indicators: Iterable[Mapping[str, Any]], people: str
) -> list[str]:
    """Return the ids of the other tables that a table can agree or disagree with.

    Those that deliver its variables, what its indicators need beside them, or the inhabitants (``people``). All are
    sections of a project file.
    """
    own = set(table.get("variables", {}))
    wanted = {*own, people}
    for each in indicators:
        names = _names(each)
        wanted |= names if names & own else set()
    return [str(other["id"]) for other in others if wanted & set(other.get("variables", {}))]


def _names(indicator: Mapping[str, Any]) -> set[str]:
    names = [*indicator.get("numerator", ()), *indicator.get("denominator", ()), indicator.get("value", "")]
    return {str(name).removeprefix("-") for name in names if name}


def issues_of_delivery(
    reading: Reading,
    others: Sequence[Reading],
    indicators: Iterable[Mapping[str, Any]],
    places: Places,
    areas: AreasSpec,
) -> tuple[Issue, ...]:
    """Return what is remarkable about a reading, and what its rows change among the others.

    Indicators whose variables are not all delivered yet are not judged. Raises WrongRequest where the table names a
    level that is not there, where no table says a period, or tables revise each other in no order.
    """
    check_table(reading.table, areas)
    sections = list(indicators)
    others = _apart_by_name(others, reading.source.file)
    before = _looked_at(others, sections, places, areas.population) if others else _Look()
    now = _looked_at([*others, reading], sections, places, areas.population)
    known = {str(issue) for issue in before.issues}
    found = [*reading.issues, *now.issues, *_broken_totals(before, now)]
    new = {str(issue): issue for issue in found if str(issue) not in known}.values()
    return tuple(_with_stored_faults(new, {each.source.file: each.table.id for each in others}))


def _apart_by_name(others: Sequence[Reading], file: str) -> list[Reading]:
    """Return the other readings so that none of their files is called like the one that is checked."""
    return [
        replace(each, source=replace(each.source, file=f"{each.table.id}/{file}")) if each.source.file == file else each
        for each in others
    ]


def _with_stored_faults(issues: Iterable[Issue], tables: Mapping[str, str]) -> Iterator[Issue]:
    """Tell of too many cases in a stored table (``tables``: file -> its id) by a warning: this file cannot mend them.

    Whoever puts an edition together still meets the error.
    """
    issues = list(issues)
    wrong = [issue for issue in issues if issue.code == "numerator-over-denominator"]
    own = {issue.params["indicator"] for issue in wrong if issue.file and issue.file not in tables}
    for issue in issues:
        if issue not in wrong or issue.file not in {*tables, ""} or issue.params["indicator"] in own:
            yield issue
        elif issue.file:
            yield replace(
                issue,
                code="stored-over-denominator",
                severity=Severity.WARNING,
                message="“{indicator}”, in the table “{table}” that is stored already: more cases than people who "
                "could be ({numerator} of {denominator}).",
                remedy="If the cases are wrong, upload the right number and choose “Yes, read it as a correction”, or "
                "withdraw “{table}” on its page under “Deliveries”; this table may be stored before. If the people are "
                "wrong, correct this file. No edition can be made until then.",
                params={**issue.params, "table": tables[issue.file]},
            )
        else:  # those that are counted
            yield replace(issue, code="stored-over-denominator", severity=Severity.WARNING)


def _broken_totals(before: _Look, now: _Look) -> Iterator[Issue]:
    """Tell of official totals that the areas equalled exactly, and do not any more."""
    exact = {(row.indicator, row.period, row.part) for row in before.rows if not row.difference}
    for names, by_period in reconcile.differences(now.rows, now.panel).items():
        broken = [row for row in by_period.values() if (row.indicator, row.period, row.part) in exact]
        if broken:
            yield Issue(
                code="total-broken",
                severity=Severity.WARNING,
                message="“{variables}”: before, the areas added up exactly to the official total, with this table "
                "they do not any more: {differences}.",
                remedy="Is a number mistyped, or does the corrected sum row lack?",
                params=reconcile.about_differences([now.labels.get(name, name) for name in names], broken),
            )


def issues_beside_errors(
    reading: Reading,
    others: Sequence[Reading],
    indicators: Iterable[Mapping[str, Any]],
    places: Places,
    areas: AreasSpec,
) -> tuple[Issue, ...]:
    """Return what can be told of a table with errors beside them, so that one round shows it: unknown keys, and what
    is impossible in the cells that could be read. Raises WrongRequest as ``issues_of_delivery``.
    """
    codes = {issue.code for issue in reading.issues if issue.severity is Severity.ERROR}
    if reading.rows.is_empty() or not codes <= SINGLE:
        return issues_of_keys(reading, places, areas)
    found = issues_of_delivery(reading, others, indicators, places, areas)
    return tuple(issue for issue in found if issue.code in FIRM)


def issues_of_keys(reading: Reading, places: Places, areas: AreasSpec) -> tuple[Issue, ...]:
    """Return which keys the areas do not know: all that can be told of a table whose numbers cannot all be read.

    Raises WrongRequest as ``issues_of_delivery``.
    """
    check_table(reading.table, areas)
    if reading.rows.is_empty():
        return ()
    alone = replace(reading, table=replace(reading.table, revises=()))
    found = place([alone], places.system, places.earlier).issues
    return tuple(issue for issue in found if issue.code in ("area-unknown", "keys-foreign"))


def _looked_at(
    readings: Sequence[Reading], sections: Sequence[Mapping[str, Any]], places: Places, people: str
) -> _Look:
    delivered = {name for reading in readings for name in reading.rows["variable"].unique()}  # read, not only named
    known = {reading.table.id for reading in readings}
    readings = [_without_absent(reading, known) for reading in readings]
    chosen = [each for each in sections if _names(each) <= delivered]
    labels = labels_of(readings, sorted(delivered))
    if not chosen:
        placed = place(readings, places.system, places.earlier)
        columns = _columns(placed, sections)
        return _Look(issues=(*placed.issues, *reconcile.issues_of_totals(columns, labels)), rows=columns, labels=labels)
    indicators = convert(tuple[Indicator, ...], chosen, _("indicators"))
    made = build_panel(readings, indicators, places.system, earlier=places.earlier)
    panel = with_totals(made.panel, made.totals)
    columns = _columns(made.placed, sections)
    rows = reconcile.reconcile(made.panel, made.unknown)  # delivered totals are compared column by column
    issues = (*made.issues, *too_many(people, panel), *reconcile.issues_of(rows, panel, places.system))
    issues = (*issues, *reconcile.issues_of_totals(columns, labels))
    return _Look(issues=issues, rows=(*rows, *columns), panel=panel, labels=labels)


def _columns(placed: Placed, sections: Sequence[Mapping[str, Any]]) -> tuple[Reconciliation, ...]:
    values = {str(each["value"]) for each in sections if each.get("value")}
    counts = {name for each in sections for name in _names(each)} - values
    return column_rows(placed, counts, values)


def _without_absent(reading: Reading, known: set[str]) -> Reading:
    """Return a reading that revises only tables that are looked at."""
    revises = tuple(id for id in reading.table.revises if id in known)
    return (
        reading if revises == reading.table.revises else replace(reading, table=replace(reading.table, revises=revises))
    )
