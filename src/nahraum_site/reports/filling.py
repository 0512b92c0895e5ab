"""From stored chapters to a report that the core fills: chapters, recommendations, what was used, what changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from nahraum.base import BadInput, WrongRequest
from nahraum.evidence.indicators.edition import Edition as CoreEdition
from nahraum.reports.recommendations import Carried, Status, carry
from nahraum.reports.recommendations import Recommendation as CoreRecommendation
from nahraum.reports.resolve import Chapter as Filled
from nahraum.reports.resolve import ChapterText, Used, resolve
from nahraum.reports.revised import Change, changes
from nahraum_site.indicators.assembly import core_edition
from nahraum_site.indicators.models import Edition
from nahraum_site.records.told import kept
from nahraum_site.reports import queries
from nahraum_site.reports.models import Chapter, Recommendation, Report

DAY = timedelta(days=1)


def numbers_of(report: Report, edition: Edition | None = None) -> CoreEdition:
    """Return the edition whose numbers a report takes, in the report's language. The first call takes seconds.

    WrongRequest for an edition that was made before its parts were kept.
    """
    core = core_edition(edition or report.edition)
    return replace(core, imprint=replace(core.imprint, language=report.language))


def texts(chapters: Iterable[Chapter]) -> list[ChapterText]:
    """Return chapters as the core reads them."""
    return [ChapterText(title=each.title, text=each.text) for each in chapters]


def fill(report: Report, text: ChapterText, edition: Edition | None = None) -> Filled:
    """Fill one chapter with the numbers of the report's edition, or of another one."""
    return resolve(text, numbers_of(report, edition), carried(report))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a chapter's placeholders stand for and what could not be filled, as the database keeps it."""

    used: list[dict[str, Any]]
    issues: list[dict[str, Any]]


def found_in(report: Report, text: ChapterText) -> Found:
    """Return what a chapter's placeholders stand for; nothing where the edition cannot be computed any more.

    A text is stored in any case: no sentence is lost because a number cannot be had.
    """
    try:
        return found(fill(report, text))
    except (WrongRequest, BadInput):
        return Found(used=[], issues=[])


def found(filled: Filled) -> Found:
    """Return what a filled chapter tells, as the database keeps it."""
    return Found(used=[asdict(each) for each in filled.used], issues=[kept(each) for each in filled.issues])


def used_of(chapters: Iterable[Chapter]) -> list[Used]:
    """Return what the placeholders stood for when the chapters were filled last."""
    return [Used(**each) for chapter in chapters for each in chapter.used]


@dataclass(frozen=True, kw_only=True)
class Refilled:
    """A report with the numbers of another edition: what was found in every chapter, and every change."""

    found: Mapping[int, Found]  # primary key of the chapter
    changes: Sequence[Change]


def refill(report: Report, chapters: Sequence[Chapter], edition: Edition) -> Refilled:
    """Fill every chapter with the numbers of another edition and tell what changes. Takes seconds for a new one."""
    filled = {chapter.pk: fill(report, text, edition) for chapter, text in zip(chapters, texts(chapters), strict=True)}
    told: list[Change] = []
    for chapter in chapters:  # by chapter: the same placeholder may stand in several
        told += changes(used_of([chapter]), filled[chapter.pk].used)
    return Refilled(found={pk: found(each) for pk, each in filled.items()}, changes=told)


def carried(report: Report) -> Carried:
    """Return the recommendations a report prints: all of earlier reports, as they are told now, and its own.

    What the last published report printed is carried on in any case; what a published one printed stays. Two questions.
    """
    last = queries.last_published(report)
    since = timezone.localdate(last.published_at) if last and last.published_at else None
    if report.published_at:
        return Carried(items=tuple(from_json(each) for each in report.recommended), since=since)
    now = [_plain(each, since if each.report_id == report.pk else None) for each in queries.recommendations_for(report)]
    earlier = [from_json(each) for each in last.recommended] if last else []
    return Carried(items=carry(earlier, now), since=since)


def _plain(each: Recommendation, after: date | None) -> CoreRecommendation:
    """Return a recommendation as the core knows it; the report's own ones count as made after the last report."""
    return CoreRecommendation(
        id=str(each.uuid),
        text=each.text,
        addressed_to=each.addressed_to,
        made_in=each.made_in,
        made_on=max(each.made_on, after + DAY) if after else each.made_on,
        areas=tuple(each.areas),
        status=Status(each.status) if each.status else None,
        outcome=each.outcome,
        told_on=each.told_on,
    )


def as_json(each: CoreRecommendation) -> dict[str, Any]:
    """Return a recommendation as the database keeps it with the report that printed it."""
    days = {"made_on": each.made_on.isoformat(), "told_on": each.told_on.isoformat() if each.told_on else None}
    return {**asdict(each), "areas": list(each.areas), "status": each.status.value if each.status else None, **days}


def from_json(kept: Mapping[str, Any]) -> CoreRecommendation:
    """Return a kept recommendation."""
    return CoreRecommendation(
        **{
            **kept,
            "areas": tuple(kept["areas"]),
            "status": Status(kept["status"]) if kept["status"] else None,
            "made_on": date.fromisoformat(kept["made_on"]),
            "told_on": date.fromisoformat(kept["told_on"]) if kept["told_on"] else None,
        }
    )


def today() -> date:
    """Return the day it is here."""
    return timezone.localdate()
