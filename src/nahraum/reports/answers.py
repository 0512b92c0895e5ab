"""What stands in a sentence in place of a placeholder: words, the number behind them, and what it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from nahraum.base import Issue, Period, Severity, State, Value
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.dynamics import breaks_between, difference
from nahraum.evidence.indicators.edition import Edition, LevelValues
from nahraum.evidence.indicators.methods.normalise import rank_descending
from nahraum.evidence.indicators.profile import city_values
from nahraum.evidence.indicators.show import rows as show
from nahraum.evidence.indicators.show.store import CUTS, city_labels
from nahraum.evidence.indicators.terms import Break, BreakKind
from nahraum.reports.lookup import Spot, Subject, Unfilled, find_period, find_spot, find_subject, latest_of, unfilled
from nahraum.reports.placeholders import AREA, PERIOD, SINCE, SUBJECT, Call

SCORE_DIGITS = 2


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Words for a sentence; ``number`` None where there is none (``state`` says why). ``about``: what it is, for
    readers; ``key``: the same placeholder in another edition, whatever its numbers; ``notices``: what to know.
    """

    words: str
    number: float | None = None
    state: State = State.NUMBER
    about: str
    key: str
    notices: tuple[Issue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Asked:
    subject: Subject
    spot: Spot
    period: Period
    key: str
    about: str


def answer(edition: Edition, call: Call) -> Answer:
    """Return what a placeholder in a sentence stands for. Raises Unfilled."""
    return ANSWERS[call.kind.id](edition, call)


def value_at(edition: Edition, subject: Subject, spot: Spot, period: Period) -> Value:
    """Return a value of an indicator, a Lebenslage or an index. Raises Unfilled where there can be none."""
    if subject.index is not None:
        return _score(edition, subject, spot, period)
    k, p = subject.k, edition.panel.periods.index(period)
    if spot.is_city:
        return _value(float(city_values(edition.panel)[k, p]), State.MISSING)
    if spot.level == edition.system.finest.id:
        if spot.key not in edition.panel.areas:
            return Value(state=State.MISSING)
        return edition.panel.at(k, p, edition.panel.areas.index(spot.key))
    level, g = _level(edition, spot)
    return _value(float(level.value[k, p, g]), State(int(level.state[k, p, g])))


def _value(found: float, state: State) -> Value:
    return Value(state=State.NUMBER, number=found) if np.isfinite(found) else Value(state=state)


def _level(edition: Edition, spot: Spot) -> tuple[LevelValues, int]:
    for level in edition.levels:
        if level.level == spot.level:
            return level, level.areas.index(spot.key)
    raise _nothing(spot.label)


def _score(edition: Edition, subject: Subject, spot: Spot, period: Period) -> Value:
    index = subject.index
    assert index is not None
    if spot.level != index.level or spot.key not in index.areas:
        raise _nothing(spot.label, subject.name)
    p, a = index.periods.index(period), index.areas.index(spot.key)
    return _value(float(index.score[subject.node][p, a]), show.unscored(edition, index, spot.key, period).state)


def no_number(edition: Edition, subject: Subject, spot: Spot, period: Period, state: State) -> str:
    """Return the words in place of a number: that the recipe leaves the area out, else the word for the state."""
    if state is State.NOT_APPLICABLE and subject.index is not None:
        return show.left_out(edition, subject.index, period).get(spot.key, state.label)
    return state.label


def _nothing(area: str, subject: str = "") -> Unfilled:
    return unfilled(
        "placeholder-unsuited",
        message="There is no such number for {area} ({subject}).",
        remedy="An index is computed for areas of one level; counts and series are shown of the finest areas.",
        area=area,
        subject=subject or "–",
    )


def shown_at(edition: Edition, subject: Subject, spot: Spot, period: Period) -> str:
    """Return a value as readers see it, with its unit; words where there is no number. Raises Unfilled."""
    value = value_at(edition, subject, spot, period)
    if subject.indicator is None:
        if value.state is not State.NUMBER:
            return no_number(edition, subject, spot, period, value.state)
        return number(value.number, SCORE_DIGITS, sign=True)
    return show.shown(value, subject.indicator.digits, subject.indicator.unit)


def _asked(edition: Edition, call: Call) -> _Asked:
    subject, spot = find_subject(edition, call[SUBJECT]), find_spot(edition, call[AREA])
    period = find_period(edition, subject, call[PERIOD])
    key = "|".join((call.kind.id, subject.id, spot.level, spot.key, call[PERIOD] and str(period)))
    about = _("{subject}, {area} {period}").format(subject=subject.name, area=spot.label, period=period.label)
    return _Asked(subject=subject, spot=spot, period=period, key=key, about=about)


def _answered(asked: _Asked, value: Value, words: str, notices: tuple[Issue, ...] = ()) -> Answer:
    found = show.number_or_none(value.number)
    return Answer(words=words, number=found, state=value.state, about=asked.about, key=asked.key, notices=notices)


def _of_value(edition: Edition, call: Call) -> Answer:
    asked = _asked(edition, call)
    value = value_at(edition, asked.subject, asked.spot, asked.period)
    words = shown_at(edition, asked.subject, asked.spot, asked.period)
    return _answered(asked, value, words, _incomplete(edition, asked))


def _incomplete(edition: Edition, asked: _Asked) -> tuple[Issue, ...]:
    """Notice a sum over areas of which some have no value."""
    spot, subject = asked.spot, asked.subject
    if spot.is_city or subject.index is not None or spot.level == edition.system.finest.id:
        return ()
    level, g = _level(edition, spot)
    p = edition.panel.periods.index(asked.period)
    if level.complete[subject.k, p, g] or level.state[subject.k, p, g] != State.NUMBER:
        return ()
    issue = Issue(
        code="placeholder-sum-incomplete",
        severity=Severity.NOTICE,
        message="{about}: not every area in it has a value; this is the value of those that have one.",
        params={"about": asked.about},
    )
    return (issue,)


def _of_rank(edition: Edition, call: Call) -> Answer:
    asked = _asked(edition, call)
    subject, spot = asked.subject, asked.spot
    value = value_at(edition, subject, spot, asked.period)
    if subject.index is None:
        if spot.level != edition.system.finest.id:
            raise _nothing(spot.label, subject.name)
        values = edition.panel.value[subject.k, edition.panel.periods.index(asked.period)]
        rank = rank_descending(values)[edition.panel.areas.index(spot.key)] if spot.key in edition.panel.areas else 0
    else:
        p, a = subject.index.periods.index(asked.period), subject.index.areas.index(spot.key)
        whole = not subject.is_group
        rank = subject.index.rank[p, a] if whole else rank_descending(subject.index.score[subject.node][p])[a]
    if not rank:
        state = State.MISSING if value.state is State.NUMBER else value.state
        return _answered(asked, Value(state=state), no_number(edition, subject, spot, asked.period, state))
    return _answered(asked, Value(state=State.NUMBER, number=float(rank)), str(int(rank)))


def _of_class(edition: Edition, call: Call) -> Answer:
    asked = _asked(edition, call)
    subject = asked.subject
    if subject.index is None:
        raise unfilled(
            "placeholder-unsuited",
            message="“{subject}” has no classes; only an index and its Lebenslagen have.",
            subject=subject.name,
        )
    value = value_at(edition, subject, asked.spot, asked.period)
    if value.state is not State.NUMBER:
        return _answered(asked, value, no_number(edition, subject, asked.spot, asked.period, value.state))
    if subject.is_group or not subject.index.classes:
        n = 1 + sum(value.number > cut for cut in CUTS)
        return _answered(asked, Value(state=State.NUMBER, number=n), city_labels()[n - 1])
    classes = subject.index.classes[0]
    p, a = subject.index.periods.index(asked.period), subject.index.areas.index(asked.spot.key)
    n = int(classes.number[p, a])
    return _answered(asked, Value(state=State.NUMBER, number=n), show.class_label(classes, n))


def _of_count(edition: Edition, call: Call) -> Answer:
    asked = _asked(edition, call)
    subject, spot = asked.subject, asked.spot
    rate = subject.indicator is not None and subject.indicator.is_rate
    if not rate or spot.level != edition.system.finest.id:
        raise _nothing(spot.label, subject.name)
    value = value_at(edition, subject, spot, asked.period)
    found = value.numerator if call.kind.id == "numerator" else value.denominator
    if value.state is not State.NUMBER or not np.isfinite(found):
        state = value.state if value.state is not State.NUMBER else State.MISSING
        return _answered(asked, Value(state=state), state.label)
    return _answered(asked, Value(state=State.NUMBER, number=found), number(found, 0))


def _of_change(edition: Edition, call: Call) -> Answer:
    asked = _asked(edition, call)
    subject, spot = asked.subject, asked.spot
    if subject.indicator is None:
        raise unfilled(
            "placeholder-unsuited",
            message="“{subject}” is set anew in every period, so that no change can be computed from it.",
            remedy="Write its rank or class in both periods.",
            subject=subject.name,
        )
    since = find_period(edition, subject, call[SINCE])
    first, last = sorted((since, asked.period))
    about = _("{subject}, change, {area} {since} to {until}").format(
        subject=subject.name, area=spot.label, since=first.label, until=last.label
    )
    asked = _Asked(subject=subject, spot=spot, period=last, key=f"{asked.key}|{since}", about=about)
    value, broken = _change(edition, asked, first)
    if broken:
        words = _("not comparable ({reason})").format(reason=broken.reason)
        issue = Issue(
            code="change-across-break",
            severity=Severity.NOTICE,
            message="{about}: there is a break in between ({reason}); nothing is subtracted across it.",
            params={"about": about, "reason": broken.reason},
        )
        return _answered(asked, Value(state=State.NOT_APPLICABLE), words, (issue,))
    if value.state is not State.NUMBER:
        return _answered(asked, value, value.state.label)
    unit = _("percentage points") if subject.indicator.unit == "%" else subject.indicator.unit
    words = f"{number(value.number, subject.indicator.digits, sign=True)}\u202f{unit}".strip()
    return _answered(asked, value, words)


def _change(edition: Edition, asked: _Asked, since: Period) -> tuple[Value, Break | None]:
    """Return the difference and the break that forbids it, if there is one."""
    panel, k, spot = edition.panel, asked.subject.k, asked.spot
    if spot.level == edition.system.finest.id and spot.key in panel.areas:
        a = panel.areas.index(spot.key)
        broken = breaks_between(panel, k, a, since, asked.period)
        return difference(panel, k, a, since, asked.period), broken[-1] if broken else None
    inside = set(areas_in(edition, spot))
    for each in panel.indicators[k].breaks:
        if since < each.period <= asked.period and _concerns(each, inside, is_city=spot.is_city):
            return Value(state=State.NOT_APPLICABLE), each
    before, after = (value_at(edition, asked.subject, spot, each) for each in (since, asked.period))
    state = max(before.state, after.state)
    if state is not State.NUMBER:
        return Value(state=State(state)), None
    return Value(state=State.NUMBER, number=after.number - before.number), None


def _concerns(each: Break, inside: set[str], *, is_city: bool) -> bool:
    """Say whether a break concerns a sum of areas; moved inner boundaries leave the city as it was."""
    if is_city and each.kind is BreakKind.BOUNDARY and each.areas:
        return False
    return not each.areas or bool(inside & set(each.areas))


def areas_in(edition: Edition, spot: Spot) -> tuple[str, ...]:
    """Return the finest areas that an area holds: itself, those within it, or all of the city."""
    finest = edition.system.at(edition.system.finest.id)
    if spot.is_city:
        return tuple(area.key for area in finest)
    found = ((area.key, edition.system.ancestor(area, spot.level)) for area in finest)
    return tuple(key for key, above in found if above and above.key == spot.key)


def _of_area(edition: Edition, call: Call) -> Answer:
    spot = find_spot(edition, call[AREA])
    return Answer(words=spot.name, about=spot.label, key=f"area|{spot.level}|{spot.key}")


def _of_period(edition: Edition, call: Call) -> Answer:
    subject = find_subject(edition, call[SUBJECT] or "index")
    period = latest_of(edition, subject)
    about = _("{subject}, latest period").format(subject=subject.name)
    return Answer(words=period.label, about=about, key=f"period|{subject.id}")


def _of_selection(edition: Edition, call: Call) -> Answer:
    count = len(edition.profile.selected)
    return Answer(words=str(count), number=count, about=_("Number of areas that deviate"), key=call.kind.id)


ANSWERS: Mapping[str, Callable[[Edition, Call], Answer]] = {
    "value": _of_value,
    "change": _of_change,
    "rank": _of_rank,
    "class": _of_class,
    "numerator": _of_count,
    "denominator": _of_count,
    "area": _of_area,
    "period": _of_period,
    "count": _of_selection,
}
