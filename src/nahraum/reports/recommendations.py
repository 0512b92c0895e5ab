"""Recommendations, carried from report to report with what became of them; none is dropped without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nahraum.base import WrongRequest
from nahraum.base.areas import named
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.edition import Edition
from nahraum.reports.blocks import Block, Bullets, Heading, Paragraph, Table
from nahraum.reports.stamp import day_words


class Status(StrEnum):
    """What became of a recommendation."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """Return the status in the reader's words."""
        return {
            Status.OPEN: _("still open"),
            Status.UNDER_WAY: _("under way"),
            Status.DONE: _("carried out"),
            Status.DROPPED: _("not pursued further"),
        }[self]

    @property
    def is_settled(self) -> bool:
        """Say whether nothing more is to be expected."""
        return self in (Status.DONE, Status.DROPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What a report recommends, and what became of it.

    ``id`` stays the same from report to report. ``areas``: keys of the areas it is about, empty for the whole city;
    ``addressed_to``: who should act; ``made_in``: the report (its title) and ``made_on`` the day it was made.
    ``status`` and ``outcome`` as told on ``told_on``; None where nobody has told anything yet.
    """

    id: str
    text: str
    addressed_to: str
    made_in: str
    made_on: date
    areas: tuple[str, ...] = ()
    status: Status | None = None
    outcome: str = ""
    told_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """The recommendations of a report; news of earlier ones count from the day after ``since``, when the last report
    was made (None: there was none).
    """

    items: tuple[Recommendation, ...] = ()
    since: date | None = None


def carry(earlier: Sequence[Recommendation], now: Sequence[Recommendation]) -> tuple[Recommendation, ...]:
    """Return all recommendations: those of earlier reports first, each as it is told now where it is; then the new.

    An earlier one of which nothing is told now stays as it was. Raises WrongRequest if one id stands twice in ``now``.
    """
    told = {each.id: each for each in now}
    if len(told) < len(now):
        twice = sorted({each.id for each in now if sum(other.id == each.id for other in now) > 1})
        raise WrongRequest(_("These recommendations stand twice: {ids}.").format(ids=", ".join(twice)))
    kept = {each.id: told.get(each.id, each) for each in earlier}
    return (*kept.values(), *(each for each in now if each.id not in kept))


def what_became(item: Recommendation, since: date | None = None) -> str:
    """Say what became of a recommendation; where nothing was told after ``since``, that there is no news yet.

    What is settled stays settled and needs no news.
    """
    if item.status is None:
        return _("no news yet")
    told = f"{item.status.label}: {item.outcome}" if item.outcome else item.status.label
    stale = since is not None and (item.told_on is None or item.told_on <= since)
    if stale and not item.status.is_settled:
        return _("no news yet; last known: {told}").format(told=f"{told} ({_day(item.told_on)})")
    return f"{told} ({_day(item.told_on)})" if item.told_on else told


def _day(day: date | None) -> str:
    return day_words(day) if day else _("without a date")


def recommendation_blocks(edition: Edition, carried: Carried) -> Iterator[Block]:
    """Yield the new recommendations as a list, and what became of earlier ones as a table."""
    new, old = _parted(carried)
    if not carried.items:
        yield Paragraph(text=_("This report makes no recommendations, and there are none of earlier reports."))
        return
    if new:
        yield Heading(text=_("New recommendations"), level=2)
        yield Bullets(items=tuple(_sentence(edition, each) for each in new))
    if old:
        yield Heading(text=_("What became of earlier recommendations"), level=2)
        yield Table(
            caption=_("Earlier recommendations: {settled} of {count} settled").format(
                settled=sum(each.status is not None and each.status.is_settled for each in old), count=len(old)
            ),
            head=(_("Recommendation"), _("Concerns"), _("Addressed to"), _("Made in"), _("What became of it")),
            rows=tuple(
                (
                    each.text,
                    _where(edition, each),
                    each.addressed_to,
                    f"{each.made_in} ({_day(each.made_on)})",
                    what_became(each, carried.since),
                )
                for each in old
            ),
            widths=(5, 2.4, 2.4, 2.4, 4),
            small=True,
        )


def _parted(carried: Carried) -> tuple[list[Recommendation], list[Recommendation]]:
    """Return new and earlier recommendations; without an earlier report those without a status are new."""

    def is_new(each: Recommendation) -> bool:
        return each.status is None if carried.since is None else each.made_on > carried.since

    return [each for each in carried.items if is_new(each)], [each for each in carried.items if not is_new(each)]


def _sentence(edition: Edition, each: Recommendation) -> str:
    words = (
        f"{each.text.rstrip('.')} ({_where(edition, each)}; {_('addressed to {who}').format(who=each.addressed_to)})"
    )
    return f"{words} – {what_became(each)}" if each.status is not None else words


def _where(edition: Edition, each: Recommendation) -> str:
    """Return the names of the areas; keys that this edition does not know are printed as they are."""
    if not each.areas:
        return edition.imprint.city
    return ", ".join(_named(edition, each.areas))


def _named(edition: Edition, keys: Iterable[str]) -> Iterator[str]:
    names: dict[str, str] = {}
    for area in edition.system.areas:
        names.setdefault(area.key, area.name)
    return (named(key, names) for key in keys)
