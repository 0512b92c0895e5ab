"""What the numbers rest on: reconciliation, issues, sources, and a sheet for every indicator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from nahraum.base import Severity
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.edition import Edition
from nahraum.evidence.indicators.terms import Indicator
from nahraum.reports.blocks import Block, Bullets, Heading, Paragraph, Table
from nahraum.sources.terms import SourceFile

MANY_SHEETS = 4
NAMED = 40  # issues printed; the rest is counted


def quality(edition: Edition) -> Iterator[Block]:
    """Yield reconciliation of the latest period, the issues of the delivered tables, and the files."""
    yield Heading(text=_("Do the areas add up? Data quality"), new_page=True)
    yield from _reconciliation(edition)
    yield from _issues(edition)
    yield Table(
        caption=_("Delivered files"),
        head=(_("File"), _("Sheet"), _("Rows"), _("Fingerprint (SHA-256)")),
        rows=tuple(_files(edition.sources)),
        right=(2,),
        widths=(4, 2.5, 1, 2.5),
        small=True,
    )


def _reconciliation(edition: Edition) -> Iterator[Block]:
    period = edition.profile.period
    names = {indicator.id: indicator.name for indicator in edition.panel.indicators}
    parts = {"numerator": _("cases"), "denominator": _("people who could be"), "value": _("value")}
    found = [row for row in edition.reconciliation if row.period == period]
    if not found:
        return
    if not any(row.areas_sum == row.areas_sum for row in found):
        yield Table(
            caption=_("Areas with a value, {period}").format(period=period.label),
            head=(_("Indicator"), _("Areas")),
            rows=tuple((names[row.indicator], f"{row.covered} / {row.expected}") for row in found),
            right=(1,),
            widths=(5, 1.5),
            small=True,
        )
        return
    yield Paragraph(
        text=_(
            "The sum over the areas is compared with the official total of the city. People without a "
            "known address and protected values "
            "are missing from the sum."
        )
    )
    rows = [
        (
            names[row.indicator],
            parts[row.part],
            _count(row.areas_sum),
            _count(row.official),
            _count(row.difference),
            f"{row.covered} / {row.expected}",
        )
        for row in found
    ]
    yield Table(
        caption=_("Sum of the areas and official total, {period}").format(period=period.label),
        head=(_("Indicator"), _("Part"), _("Sum of areas"), _("Official"), _("Difference"), _("Areas")),
        rows=tuple(rows),
        right=(2, 3, 4, 5),
        widths=(5, 2, 1.7, 1.7, 1.7, 1.5),
        small=True,
    )


def _issues(edition: Edition) -> Iterator[Block]:
    yield Heading(text=_("What was remarkable in the tables"), level=2)
    inside = edition.is_protected and not edition.protection.public
    if not edition.issues:
        found = (
            _("Nothing in keys, boundaries and sums.")
            if inside
            else _("Nothing: all tables were complete and free of contradictions.")
        )
        yield Paragraph(text=found)
    shown = sorted(edition.issues, key=lambda issue: issue.severity is Severity.NOTICE)[:NAMED]
    if shown:
        yield Bullets(items=tuple(f"{issue.severity.label}: {_where(issue.place)}{issue.sentence}" for issue in shown))
    if len(edition.issues) > len(shown):
        yield Paragraph(text=_("… and {count} more notices.").format(count=len(edition.issues) - len(shown)), note=True)
    if inside:
        yield Paragraph(text=_("Notices on single values stay inside: they could tell protected ones."), note=True)


def _files(sources: Sequence[SourceFile]) -> Iterator[tuple[str, ...]]:
    """Yield one row per file, its sheets in one cell."""
    for file, group in groupby(sources, key=lambda each: (each.file, each.sha256)):
        sheets = list(group)
        names = [each.sheet for each in sheets if each.sheet]
        words = ", ".join(names) if len(names) < MANY_SHEETS else _("{count} sheets").format(count=len(names))
        yield file[0], words or "–", str(sum(each.rows for each in sheets) or "–"), file[1][:16] or _("inside")


def _where(place: str) -> str:
    return f"{place}: " if place else ""


def _count(value: float) -> str:
    return "–" if value != value else number(value, 0)


def annex(edition: Edition) -> Iterator[Block]:
    """Yield a sheet for every indicator."""
    yield Heading(text=_("Annex: the indicators"), new_page=True)
    for indicator in edition.panel.indicators:
        yield Heading(text=indicator.name, level=2)
        yield Table(
            caption=_("Sheet: {name}").format(name=indicator.name),
            head=(_("Entry"), _("Meaning")),
            rows=tuple(_sheet(indicator)),
            widths=(1.4, 5),
            small=True,
        )


def _sheet(indicator: Indicator) -> Iterator[tuple[str, str]]:
    entries = (
        (_("Definition"), indicator.definition),
        (_("Formula"), _formula(indicator)),
        (_("Unit"), indicator.unit),
        (_("Source"), indicator.source),
        (_("Holder"), indicator.holder),
        (_("Licence"), indicator.licence),
        (_("Breaks"), "; ".join(f"{each.period.label}: {each.reason}" for each in indicator.breaks)),
        (_("Comment"), indicator.comment),
    )
    return ((label, words) for label, words in entries if words)


def _formula(indicator: Indicator) -> str:
    if not indicator.is_rate:
        return _("delivered ready made ({variable})").format(variable=indicator.value)
    upper, lower = (" + ".join(names).replace("+ -", "− ") for names in (indicator.numerator, indicator.denominator))
    return f"({upper}) / ({lower}) × {indicator.per:g}"
