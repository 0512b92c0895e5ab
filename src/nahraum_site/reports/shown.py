"""What the editor's pages show of the core: placeholders to insert, blocks, gaps with their lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from nahraum.base import Issue, Severity
from nahraum.base.language import gettext as _
from nahraum.base.language import language
from nahraum.evidence.indicators.edition import Edition as CoreEdition
from nahraum.reports.blocks import Block, plain
from nahraum.reports.insert import STANDARD
from nahraum.reports.lookup import subjects
from nahraum.reports.placeholders import KINDS


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What an edition's placeholders can ask for, as options: (value, words)."""

    subjects: list[tuple[str, str]]
    areas: list[tuple[str, list[tuple[str, str]]]]  # by level
    periods: list[tuple[str, str]]


def choices(edition: CoreEdition) -> Choices:
    """Return the options of the insert bar."""
    finest = {area.key for area in edition.system.at(edition.system.finest.id)}
    levels = []
    for level in edition.system.levels:
        own = level.id == edition.system.finest.id
        areas = [
            (area.key if own or area.key not in finest else f"{area.name} ({level.name})", f"{area.name} ({area.key})")
            for area in sorted(edition.system.at(level.id), key=lambda each: each.name)
        ]
        levels.append((level.name, areas))
    return Choices(
        subjects=[(each.id, each.name or each.id) for each in subjects(edition)],
        areas=levels,
        periods=[(str(period), period.label) for period in reversed(edition.panel.periods)],
    )


def kinds() -> list[dict[str, Any]]:
    """Return every kind of placeholder with its pattern, what it prints and what it asks for."""
    return [
        {
            "name": each.name,
            "pattern": each.pattern,
            "does": _(each.does),
            "arguments": " ".join(each.arguments),
            "required": each.required,
            "alone": each.alone,
        }
        for each in KINDS
    ]


def standard() -> list[tuple[str, str]]:
    """Return the standard chapters: the name a placeholder calls them by, and what they tell."""
    return [(each.german if language() == "de" else each.id, _(each.does)) for each in STANDARD]


def standard_text(name: str) -> str:
    """Return the text of a chapter that prints a standard one."""
    word = next(kind.name for kind in KINDS if kind.id == "chapter")
    return f"{{{{{word}: {name}}}}}"


def blocks(found: Iterable[Block], below: int) -> Iterator[dict[str, Any]]:
    """Yield blocks as data for the template; headings stand ``below`` so many levels of the page.

    A picture becomes an address that holds it: nothing of it can reach the page around it.
    """
    for block in found:
        data = plain(block)
        if data["kind"] == "heading":
            data["tag"] = f"h{min(data['level'] + below, 6)}"
        elif data["kind"] == "figure":
            data["address"] = f"data:image/svg+xml;charset=utf-8,{quote(data.pop('svg'))}"
        yield data


def faults(issues: Iterable[Issue]) -> list[dict[str, Any]]:
    """Return what could not be filled and notices, by line."""
    return [
        {
            "line": issue.row,
            "source": issue.value,
            "sentence": issue.sentence,
            "advice": issue.advice,
            "is_gap": issue.severity is Severity.ERROR,
        }
        for issue in sorted(issues, key=lambda each: each.row)
    ]
