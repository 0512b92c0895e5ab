"""For those who decide: which quarters stand out, since when, and what changed since the last edition.

Only editions of the same recipe, limits and areas are compared; otherwise it is said that nothing is known. A row
holds data; its sentences are made in the language spoken when they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from nahraum.base import Period, State
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop, ngettext
from nahraum.evidence.indicators.dynamics import breaks_between
from nahraum.evidence.indicators.edition import Edition
from nahraum.evidence.indicators.profile import counted, deviation_profile
from nahraum.evidence.indicators.show import rows as show
from nahraum.reports.deviations import Deviation, deviation

FIRST = gettext_noop("there is no earlier edition")
OTHER_RECIPE = gettext_noop("the index was made by another recipe")
OTHER_LIMITS = gettext_noop("other limits decided which areas deviate")
OTHER_AREAS = gettext_noop("the areas were others")
OTHER_INDICATORS = gettext_noop("indicators were defined otherwise")
NO_EARLIER_NUMBERS = gettext_noop("there are no earlier numbers")
NOT_ALL_KNOWN = gettext_noop("not all earlier numbers are known")


class Standing(StrEnum):
    """How an area stands beside the last edition."""

    NEW = "new"
    STILL = "still"
    NO_LONGER = "no_longer"
    UNKNOWN = "unknown"  # it stands out; whether it did before cannot be compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where an area lies in one edition; rank 0, class and indicator empty where it has none."""

    rank: int = 0
    class_label: str = ""
    strongest: str = ""
    rank_low: float | None = None
    rank_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One area that stands out, or no longer does. ``since``: the first period of which it is known without a gap;
    ``is_certain``: it did not stand out before that; otherwise ``before`` says why more is not known. ``last`` is None
    where nothing can be compared, and ``incomparable`` says why. ``planned`` is filled by who knows what is planned.
    ``left_out``: why the recipe leaves out an area that stood out before (an English msgid or the project's own words).
    """

    key: str
    name: str
    parent: str
    standing: Standing
    deviation: Deviation
    now: Position
    last: Position | None = None
    incomparable: str = ""
    since: Period | None = None
    is_certain: bool = False
    before: str = ""
    planned: str = ""
    left_out: str = ""

    @property
    def why(self) -> str:
        """Say what stands out, without judging anybody."""
        if self.left_out:
            return _("not in the index: {reason}").format(reason=_(self.left_out))
        if self.standing is Standing.NO_LONGER:
            return _("No longer beyond the limits.")
        if self.deviation.mean is None:
            return _("Its values are protected.")
        said = self._either_way() if self.deviation.is_either_way else self._less_favourable()
        return said.format(
            beyond=self.deviation.beyond, available=self.deviation.available, domain=self.deviation.domain
        )

    def _either_way(self) -> str:
        return ngettext(
            "{beyond} of {available} indicators lies clearly away from the city value, in one direction or the other, "
            "most of all in “{domain}”.",
            "{beyond} of {available} indicators lie clearly away from the city value, in one direction or the other, "
            "most of all in “{domain}”.",
            self.deviation.beyond,
        )

    def _less_favourable(self) -> str:
        return ngettext(
            "{beyond} of {available} indicators lies clearly on the less favourable side of the city value, most of "
            "all in “{domain}”.",
            "{beyond} of {available} indicators lie clearly on the less favourable side of the city value, most of all "
            "in “{domain}”.",
            self.deviation.beyond,
        )

    @property
    def where(self) -> str:
        """Say class and rank of the index, empty where the area has none."""
        if not self.now.rank:
            return ""
        return _("Class “{label}”, rank {rank}.").format(label=_(self.now.class_label) or "–", rank=self.now.rank)

    @property
    def since_words(self) -> str:
        """Say since when the area stands out, and what is not known about it."""
        if self.standing is Standing.NO_LONGER:
            return "–"
        if self.since is None:
            return _("not known")
        if self.is_certain:
            return _("since {period}").format(period=self.since.label)
        return _("at least since {period}; before that not known: {reason}").format(
            period=self.since.label, reason=_(self.before)
        )

    @property
    def changed(self) -> tuple[str, ...]:
        """Say what changed since the last edition."""
        if self.last is None:
            return (_("Not known: {reason}.").format(reason=_(self.incomparable)),)
        said = [*self._standing_words(), *self._changes(self.last)]
        return tuple(said) or (_("Nothing changed in class, rank and strongest indicator."),)

    def _standing_words(self) -> Iterator[str]:
        if self.standing is Standing.NEW:
            yield _("New among the areas that stand out.")

    def _changes(self, last: Position) -> Iterator[str]:
        now = self.now
        if last.class_label != now.class_label:
            yield _("Class: formerly {before}, now {now}.").format(
                before=_(last.class_label) or "–", now=_(now.class_label) or "–"
            )
        if last.rank != now.rank:
            yield _("Rank: formerly {before}, now {now}{firm}.").format(
                before=last.rank or "–", now=now.rank or "–", firm=self._firm(last)
            )
        if last.strongest != now.strongest:
            yield _("Furthest from the city value: formerly {before}, now {now}.").format(
                before=last.strongest or "–", now=now.strongest or "–"
            )

    def _firm(self, last: Position) -> str:
        low, high = self.now.rank_low, self.now.rank_high
        if low is None or high is None or not low <= last.rank <= high:
            return ""
        return _(" (within what the method itself leaves open: {low}–{high})").format(
            low=f"{low:.0f}", high=f"{high:.0f}"
        )


def why_not_comparable(now: Edition, before: Edition) -> str:
    """Return why two editions cannot be compared (an English msgid), empty if they can."""
    if now.indices[0].recipe != before.indices[0].recipe:
        return OTHER_RECIPE
    if replace(now.profile.rule, period="") != replace(before.profile.rule, period=""):
        return OTHER_LIMITS
    if _areas(now) != _areas(before):
        return OTHER_AREAS
    return "" if _definitions(now) == _definitions(before) else OTHER_INDICATORS


def _areas(edition: Edition) -> tuple[object, ...]:
    system = edition.system
    return system.id, system.valid_from, frozenset(area.key for area in system.at(system.finest.id))


def _definitions(edition: Edition) -> frozenset[tuple[object, ...]]:
    return frozenset(
        (each.id, each.value, each.numerator, each.denominator, each.per, each.direction)
        for each in edition.panel.indicators
    )


def outstanding(editions: Sequence[Edition]) -> tuple[Row, ...]:
    """Return the areas that stand out in the newest edition, most deviating first, then those that no longer do.

    ``editions``: protected ones, newest first; the second is the last edition, with which the newest is compared.
    """
    assert editions, "one edition is needed"
    assert all(edition.is_protected for edition in editions), "leaders see what may be published"
    newest = editions[0]
    reason = why_not_comparable(newest, editions[1]) if len(editions) > 1 else FIRST
    last = None if reason else editions[1]
    verdicts = _verdicts(editions)
    rows = [_row(newest, last, key, reason, verdicts) for key in newest.profile.selected]
    return (*rows, *(_row(newest, last, key, reason, verdicts) for key in _gone(editions, is_comparable=not reason)))


def _gone(editions: Sequence[Edition], *, is_comparable: bool) -> Iterator[str]:
    """Yield the areas that stood out in the last edition and no longer do; where the two cannot be compared, those that
    the recipe leaves out now: nothing else says where they are.
    """
    newest, left_out = editions[0], _left_out(editions[0])
    for key in editions[1].profile.selected if len(editions) > 1 else ():
        if key in newest.profile.areas and key not in newest.profile.selected and (is_comparable or key in left_out):
            yield key


def _left_out(edition: Edition) -> Mapping[str, str]:
    return edition.indices[0].excluded_in(edition.profile.period)


Verdicts = Mapping[Period, Mapping[str, bool | None]]


def _row(newest: Edition, last: Edition | None, key: str, reason: str, verdicts: Verdicts) -> Row:
    stands = key in newest.profile.selected
    if not stands:
        standing = Standing.NO_LONGER
    elif last is None:
        standing = Standing.UNKNOWN
    else:
        standing = Standing.STILL if key in last.profile.selected else Standing.NEW
    since, is_certain, before = _since(newest, key, verdicts) if stands else (None, False, "")
    return Row(
        key=key,
        name=show.names(newest).get(key, key),
        parent=show.parent_names(newest).get(key, ""),
        standing=standing,
        deviation=deviation(newest, key),
        now=_position(newest, key),
        last=_position(last, key) if last else None,
        incomparable=reason,
        since=since,
        is_certain=is_certain,
        before=before,
        left_out="" if stands else _left_out(newest).get(key, ""),
    )


def _position(edition: Edition, key: str) -> Position:
    index, profile, strongest = show.main(edition), edition.profile, ""
    judged = [k for k in _judged(edition) if np.isfinite(profile.z[k, profile.areas.index(key)])]
    if judged:
        z = profile.z[:, profile.areas.index(key)]
        far = np.abs(z) if profile.rule.is_either_way else z
        k = max(judged, key=lambda k: float(far[k]))
        strongest = edition.panel.indicators[k].name
    if key not in index.areas:
        return Position(strongest=strongest)
    p, a = index.now, index.areas.index(key)
    n = int(index.classes[0].number[p, a]) if index.classes else 0
    label = (index.classes[0].labels[n - 1] if index.classes[0].labels else str(n)) if n else ""
    rank, firm = int(index.rank[p, a]), edition.robustness
    told = firm is not None and rank and firm.period == index.periods[p] and key in firm.areas
    low, high = (firm.rank_low[a], firm.rank_high[a]) if told and firm is not None else (np.nan, np.nan)
    return Position(
        rank=rank,
        class_label=label,
        strongest=strongest,
        rank_low=show.number_or_none(low),
        rank_high=show.number_or_none(high),
    )


def _judged(edition: Edition) -> list[int]:
    """Return the positions of the indicators that decide whether an area stands out."""
    counts = counted(edition.panel.indicators, edition.profile.rule)
    return [k for k, each in enumerate(edition.panel.indicators) if each.id in counts]


def _verdicts(editions: Sequence[Edition]) -> Verdicts:
    """Return by period which areas stood out: as the comparable editions said, otherwise computed from the numbers
    of the newest; None where protected or missing numbers might have decided.
    """
    newest = editions[0]
    found: dict[Period, Mapping[str, bool | None]] = {}
    for edition in editions:
        if edition is newest or not why_not_comparable(newest, edition):
            chosen = set(edition.profile.selected)
            found.setdefault(edition.profile.period, {key: key in chosen for key in edition.profile.areas})
    for period in newest.panel.periods:
        if period < newest.profile.period and period not in found:
            found[period] = _computed(newest, period)
    return found


def _computed(edition: Edition, period: Period) -> Mapping[str, bool | None]:
    panel, rule = edition.panel, replace(edition.profile.rule, period=str(period))
    left_out = frozenset(edition.indices[0].excluded_in(period))
    least = edition.profile.min_share
    chosen = set(deviation_profile(panel, edition.domains, rule, left_out, min_share=least).selected)
    judged = _judged(edition)
    then = panel.state[judged, panel.periods.index(period)]
    now = panel.state[judged, panel.periods.index(edition.profile.period)]
    unknown = ((then == State.PROTECTED) | ((then == State.MISSING) & (now != State.MISSING))).any(axis=0)
    return {key: True if key in chosen else None if unknown[a] else False for a, key in enumerate(panel.areas)}


def _since(edition: Edition, key: str, verdicts: Verdicts) -> tuple[Period, bool, str]:
    """Return the first period without a gap since which an area stands out, whether it is certain, and why not."""
    panel, a = edition.panel, edition.panel.areas.index(key)
    since = edition.profile.period
    for period in sorted((each for each in verdicts if each < since), reverse=True):
        broken = [each for k in _judged(edition) for each in breaks_between(panel, k, a, period, since)]
        if broken:
            return since, False, broken[0].reason
        verdict = verdicts[period].get(key)
        if verdict is None:
            return since, False, NOT_ALL_KNOWN
        if not verdict:
            return since, True, ""
        since = period
    return since, False, NO_EARLIER_NUMBERS


def in_common(rows: Sequence[Row]) -> Mapping[str, str]:
    """Return what all rows say alike, as one sentence each by what it is about: ``since``, ``changed``.

    A column that says the same everywhere tells less than one sentence; fewer than two rows have nothing in common.
    """
    parts = {
        "since": (_("Since when"), [row.since_words for row in rows]),
        "changed": (_("Since the last edition"), [" ".join(row.changed) for row in rows]),
    }
    return {
        part: _("{head}, for all these areas: {words}").format(head=head, words=words[0])
        for part, (head, words) in parts.items()
        if len(words) > 1 and len(set(words)) == 1
    }


def order_words() -> str:
    """Say by what the rows are ordered."""
    return _(
        "Areas in which most indicators deviate come first; among equals, the one whose Lebenslage deviates most. The "
        "rank of the index is another order. Areas that no longer stand out come last."
    )


def remark_words(*, is_either_way: bool) -> str:
    """Say what the numbers show of these areas, and what they do not."""
    if is_either_way:
        return _(
            "The numbers show where areas differ clearly from the city, in one direction or the other; they say "
            "nothing about the people who live there."
        )
    return _(
        "The numbers show where burdens come together and where a city can do more; they say nothing about the "
        "people who live there."
    )


def summary_of(rows: Sequence[Row]) -> str:
    """Say in one sentence how many areas stand out and how many are new or no longer among them."""
    count = {each: sum(row.standing is each for row in rows) for each in Standing}
    stand = len(rows) - count[Standing.NO_LONGER]
    words = ngettext("{count} area stands out", "{count} areas stand out", stand).format(count=stand)
    if count[Standing.UNKNOWN]:
        return f"{words}."
    return _("{words}: {new} new, {gone} no longer.").format(
        words=words, new=count[Standing.NEW], gone=count[Standing.NO_LONGER]
    )
