"""The plan of a study: where each work package stands on the calendar, what overlaps, where nothing goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter

from nahraum.base import Issue, Severity
from nahraum.evidence.voices.studies.terms import WorkPackage

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line of the plan: days from the plan's first day to the package's, and how many days it takes."""

    package: WorkPackage
    offset_days: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The lines of the plan over ``days`` from ``start``; packages that run at once; spans (ends included) without any.

    ``issues``: what cannot be as planned.
    """

    start: date | None
    days: int
    bars: tuple[Bar, ...]
    overlaps: tuple[tuple[str, str], ...]
    gaps: tuple[tuple[date, date], ...]
    issues: tuple[Issue, ...]


def plan(packages: Sequence[WorkPackage]) -> Plan:
    """Lay the work packages on the calendar, in their order; those that end before they start are issues only."""
    possible = [package for package in packages if package.start <= package.end]
    start = min((package.start for package in possible), default=None)
    last = max((package.end for package in possible), default=None)
    overlaps = [
        (one.id, two.id)
        for n, one in enumerate(possible)
        for two in possible[n + 1 :]
        if one.start <= two.end and two.start <= one.end
    ]
    return Plan(
        start=start,
        days=(last - start).days + 1 if start and last else 0,
        bars=tuple(
            Bar(package=each, offset_days=(each.start - start).days, days=(each.end - each.start).days + 1)
            for each in possible
            if start
        ),
        overlaps=tuple(overlaps),
        gaps=_gaps(possible),
        issues=tuple(_issues(packages)),
    )


def _gaps(packages: Sequence[WorkPackage]) -> tuple[tuple[date, date], ...]:
    gaps = []
    busy_until: date | None = None
    for package in sorted(packages, key=lambda each: each.start):
        if busy_until and package.start > busy_until + DAY:
            gaps.append((busy_until + DAY, package.start - DAY))
        busy_until = max(busy_until or package.end, package.end)
    return tuple(gaps)


def _issues(packages: Sequence[WorkPackage]) -> list[Issue]:
    known = {package.id: package for package in packages}
    found = []
    for package in packages:
        if package.end < package.start:
            found.append(
                Issue(
                    code="package-ends-early",
                    severity=Severity.ERROR,
                    message="The work package “{package}” ends before it starts.",
                    remedy="Correct one of its dates.",
                    params={"package": package.title},
                )
            )
        for id in package.after:
            before = known.get(id)
            if before is None:
                found.append(
                    Issue(
                        code="package-unknown",
                        severity=Severity.ERROR,
                        message="The work package “{package}” waits for “{before}”, which does not exist.",
                        remedy="Name one of the study's work packages.",
                        params={"package": package.title, "before": id},
                    )
                )
            elif package.start <= before.end:
                found.append(
                    Issue(
                        code="package-starts-early",
                        severity=Severity.WARNING,
                        message="The work package “{package}” starts before “{before}” is done, which it waits for.",
                        remedy="Move one of them, or drop the dependency.",
                        params={"package": package.title, "before": before.title},
                    )
                )
    return found + _circle(known)


def _circle(known: dict[str, WorkPackage]) -> list[Issue]:
    try:
        TopologicalSorter({id: package.after for id, package in known.items()}).prepare()
    except CycleError as error:
        names = [known[id].title for id in error.args[1]]
        return [
            Issue(
                code="packages-in-circle",
                severity=Severity.ERROR,
                message="Work packages wait for each other: {packages}.",
                remedy="Drop one of the dependencies.",
                params={"packages": " → ".join(names)},
            )
        ]
    return []
