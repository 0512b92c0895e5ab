"""The chapters on deviations: which areas stand out, and one page for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nahraum.base import State
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.edition import Edition, ProfileRule
from nahraum.evidence.indicators.panel import Floats, Ints
from nahraum.evidence.indicators.profile import city_values
from nahraum.evidence.indicators.show import rows as show
from nahraum.evidence.indicators.terms import Direction
from nahraum.reports.blocks import Block, Figure, Heading, Paragraph, Table
from nahraum.reports.results import locator
from nahraum.reports.svg_charts import series_chart, spine_chart

SERIES = 6  # small series on an area's page


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """How far an area lies from the city: indicators beyond the limit out of those with a value, the Lebenslage with
    the largest mean deviation (in standard deviations, plus: less favourable); ``mean`` None where nothing is known.
    ``is_either_way``: what is better than in the city counts, too, and the mean has no sign.
    """

    beyond: int
    available: int
    domain: str
    mean: float | None
    is_either_way: bool = False


def deviation(edition: Edition, key: str) -> Deviation:
    """Return how strongly and how often one area deviates."""
    profile = edition.profile
    a = profile.areas.index(key)
    limit = profile.rule.limits.index(profile.rule.beyond) if profile.rule.beyond in profile.rule.limits else 0
    mean = _means(edition)[:, a]
    known = bool(np.isfinite(mean).any())
    strongest = int(np.nanargmax(mean)) if known else 0
    return Deviation(
        beyond=int(_beyond(edition)[limit][:, a].sum()),
        available=int(profile.available[:, a].sum()),
        domain={domain.id: domain.name for domain in edition.domains}[profile.domains[strongest]],
        mean=float(mean[strongest]) if known else None,
        is_either_way=profile.rule.is_either_way,
    )


def _means(edition: Edition) -> Floats:
    """Return how far each Lebenslage lies from the city as the rule looks at it, D x A."""
    return edition.profile.strength if edition.profile.rule.is_either_way else edition.profile.mean


def _beyond(edition: Edition) -> Ints:
    """Return how many indicators lie beyond each limit on the sides that the rule looks at, T x D x A."""
    profile = edition.profile
    return profile.above + profile.below if profile.rule.is_either_way else profile.above


def why(edition: Edition, key: str) -> str:
    """Say of one area how strongly and how often it deviates."""
    found = deviation(edition, key)
    name = show.names(edition).get(key, key)
    parent = show.parent_names(edition).get(key, "")
    place = f"{name} ({key}, {parent})" if parent else f"{name} ({key})"
    if found.mean is None:
        return _("{place}: its values are protected").format(place=place)
    if found.is_either_way:
        sentence = _(
            "{place}: {beyond} of {available} indicators beyond the limit, in one direction or the other; strongest in "
            "“{domain}” (on average {mean})"
        )
    else:
        sentence = _("{place}: {beyond} of {available} indicators beyond the limit; strongest in “{domain}” ({mean})")
    return sentence.format(
        place=place,
        beyond=found.beyond,
        available=found.available,
        domain=found.domain,
        mean=number(found.mean, 1, sign=not found.is_either_way),
    )


def deviations(edition: Edition) -> Iterator[Block]:
    """Yield the deviation profile of the selected areas and, if there is one, status by dynamics."""
    profile = edition.profile
    names = show.names(edition)
    domains = {domain.id: domain.name for domain in edition.domains}
    yield Heading(text=_("How strongly and how often areas deviate"), new_page=True)
    yield Paragraph(text=_table_words(profile.rule))
    chosen = [profile.areas.index(key) for key in profile.selected] or _strongest(edition)
    judged = np.flatnonzero(profile.available.any(axis=1))
    head = (
        _("No."),
        _("Area"),
        *[domains[profile.domains[d]] for d in judged],
        *[f"> {number(limit, 1)}" for limit in profile.rule.limits],
    )
    rows = []
    for a in chosen[:60]:
        key = profile.areas[a]
        means = [show.shown_number(float(profile.mean[d, a]), 2, sign=True) for d in judged]
        counts = [str(int(each[:, a].sum())) for each in _beyond(edition)]
        rows.append((key, names.get(key, key), *means, *counts))
    yield Table(
        caption=_("Deviation profile, {period}").format(period=profile.period.label),
        head=head,
        rows=tuple(rows),
        right=tuple(range(2, len(head))),
        widths=(1.3, 4, *[2.0] * len(judged), *[1.0] * len(profile.rule.limits)),
        small=True,
    )
    yield from _status_and_dynamics(edition)


def _table_words(rule: ProfileRule) -> str:
    if rule.is_either_way:
        sentence = _(
            "For each Lebenslage the table tells the mean deviation from the city value in standard deviations (plus "
            "means: less favourable), and for all indicators how many lie more than {limits} standard deviations away "
            "from it, in one direction or the other."
        )
    else:
        sentence = _(
            "For each Lebenslage the table tells the mean deviation from the city value in standard "
            "deviations (plus means: less favourable), and "
            "for all indicators how many lie beyond {limits} standard deviations on the unfavourable side."
        )
    return sentence.format(limits=" / ".join(number(limit, 1) for limit in rule.limits))


def _strongest(edition: Edition) -> list[int]:
    peak = np.nan_to_num(_means(edition), nan=-np.inf).max(axis=0, initial=-np.inf)
    return [int(a) for a in np.argsort(-peak)[:10]]


def _status_and_dynamics(edition: Edition) -> Iterator[Block]:
    found = edition.dynamics
    if found is None:
        return
    status = [_(label) for label in found.status_labels] or [
        str(n) for n in range(1, int(found.status.max(initial=1)) + 1)
    ]
    change = [_(label) for label in found.dynamics_labels] or [
        str(n) for n in range(1, int(found.dynamics.max(initial=1)) + 1)
    ]
    rows = [
        (label, *[str(int(((found.status == s) & (found.dynamics == d)).sum())) for d in range(1, len(change) + 1)])
        for s, label in enumerate(status, start=1)
    ]
    yield Heading(text=_("Status and dynamics"), level=2)
    if found.since:
        yield Paragraph(
            text=_(
                "Change from {since} to {until}. Where the definition or the boundaries changed, nothing is subtracted."
            ).format(since=found.since.label, until=found.period.label)
        )
    yield Table(
        caption=_("Number of areas by status and dynamics"),
        head=(_("Status"), *change),
        rows=tuple(rows),
        right=tuple(range(1, len(change) + 1)),
        widths=(2, *[1.0] * len(change)),
    )


def areas(edition: Edition) -> Iterator[Block]:
    """Yield one page for each selected area."""
    names = show.names(edition)
    for key in edition.profile.selected[:30]:
        name = names.get(key, key)
        yield Heading(text=f"{name} ({key})", new_page=True)
        yield Paragraph(text=why(edition, key))
        yield from fact_sheet(edition, key)
        rows = show.spine(edition, key)
        yield beside_the_city(edition, key)
        series = list(_series(edition, key, rows))
        if series:
            yield Paragraph(text=_("Over time; dashed: the whole city"), note=True)
        yield from series or locator(edition, key)


def fact_sheet(edition: Edition, key: str) -> Iterator[Table]:
    """Yield the key figures of an area, if the project names any."""
    figures = show.key_figures(edition, key)
    if figures:
        yield Table(
            caption=_("{name} in figures").format(name=show.names(edition).get(key, key)),
            head=tuple(label for label, _value in figures),
            rows=(tuple(value for _label, value in figures),),
            small=True,
        )


def beside_the_city(edition: Edition, key: str) -> Figure:
    """Return an area's deviation from the city, indicator by indicator."""
    name, rows = show.names(edition).get(key, key), _judged(show.spine(edition, key))
    groups = [(domain.name, [row for row in rows if row.indicator.domain == domain.id]) for domain in edition.domains]
    return Figure(
        svg=spine_chart([(domain, group) for domain, group in groups if group], name),
        caption=_("{name} beside the city, {period}").format(name=name, period=edition.profile.period.label),
        alt=_spine_alt(name, rows),
    )


def _judged(rows: list[show.Spine]) -> list[show.Spine]:
    """Leave out indicators of open direction: none of their sides is more favourable."""
    return [row for row in rows if row.indicator.direction is not Direction.NEUTRAL]


def _spine_alt(name: str, rows: list[show.Spine]) -> str:
    known = sorted((row for row in rows if row.z is not None), key=lambda row: -(row.z or 0))
    strongest = ", ".join(f"{row.indicator.name} {number(row.z or 0, 1, sign=True)}" for row in known[:3])
    return _("Bars of the deviation of {name} from the city value. Largest: {strongest}.").format(
        name=name, strongest=strongest
    )


def _series(edition: Edition, key: str, rows: list[show.Spine]) -> Iterator[Block]:
    """Show the series of the indicators that deviate most, if there are several periods."""
    if len(edition.panel.periods) < 3:
        return
    a = edition.panel.areas.index(key)
    order = sorted((row for row in _judged(rows) if row.z is not None), key=lambda row: -(row.z or 0))[:SERIES]
    for row in order:
        k = edition.panel.index_of(row.indicator.id)
        if (edition.panel.state[k, :, a] == State.NUMBER).sum() >= 3:
            yield from over_time(edition, key, k, width=48)


def over_time(edition: Edition, key: str, k: int, *, width: int) -> Iterator[Figure]:
    """Yield the series of an indicator in one of the finest areas beside the city's, if it has any number."""
    indicator, city = edition.panel.indicators[k], city_values(edition.panel)
    line = [(str(period), show.number_or_none(city[k, p])) for p, period in enumerate(edition.panel.periods)]
    svg = series_chart(show.series_of(edition, key, k), line, indicator.name, indicator.unit)
    if svg:
        yield Figure(
            svg=svg,
            caption=f"{indicator.name} ({indicator.unit})",
            alt=_("Series of {indicator}: {values}.").format(
                indicator=indicator.name, values=_spoken(edition, k, edition.panel.areas.index(key))
            ),
            width=width,
        )


def _spoken(edition: Edition, k: int, a: int) -> str:
    digits = edition.panel.indicators[k].digits
    return ", ".join(
        f"{period.label}: {show.shown(edition.panel.at(k, p, a), digits)}"
        for p, period in enumerate(edition.panel.periods)
    )


def limits_words(rule: ProfileRule) -> str:
    """Say in a sentence beyond which limits an area counts as deviating."""
    if rule.is_either_way:
        sentence = _(
            "An area counts as deviating if the indicators of one Lebenslage lie on average at least {strong} standard "
            "deviations away from the city value, in one direction or the other, or if at least {frequent} indicators "
            "lie more than {beyond} away from it. A protected value counts as the city's: no area is named because a "
            "value is hidden."
        )
    else:
        sentence = _(
            "An area counts as deviating if one Lebenslage lies on average at least {strong} standard "
            "deviations on the "
            "unfavourable side of the city value, or if at least {frequent} indicators lie more than "
            "{beyond} beyond it. A protected value counts as the city's: no area is named because a value is hidden."
        )
    return sentence.format(strong=number(rule.strong, 1), frequent=rule.frequent, beyond=number(rule.beyond, 1))
