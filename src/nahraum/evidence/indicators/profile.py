"""The deviation profile: how strongly and how often an area deviates from the city."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nahraum.base import Period, State, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.edition import Profile, ProfileRule
from nahraum.evidence.indicators.methods.deviate import city_rate
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.recipe import Impute, Recipe
from nahraum.evidence.indicators.terms import Direction, Domain, Indicator

Bools = NDArray[np.bool_]

MOST_FREQUENT = 5  # indicators, where the rule names no number itself


def city_values(panel: Panel) -> Floats:
    """Return the value of the whole city, K x P: the official value where one is given, else from summed counts."""
    values = np.stack([city_rate(panel, k) for k in range(len(panel.indicators))])
    for k, indicator in enumerate(panel.indicators):
        for p, period in enumerate(panel.periods):
            values[k, p] = indicator.official.get(str(period), values[k, p])
    return values


def deviation_profile(
    panel: Panel,
    domains: Sequence[Domain],
    rule: ProfileRule,
    left_out: Collection[str] = (),
    *,
    min_share: float = 0.0,
) -> Profile:
    """Return deviations from the city value over the population SD of the areas, for one period.

    Positive is unfavourable; neutral indicators keep their sign and count only on the side ``both``. Ready-made values
    without a weighting variable are compared with the unweighted mean of the areas. An area is *strong* if the mean
    deviation in one Lebenslage reaches the rule's limit, *frequent* if enough indicators lie beyond ``beyond``. A
    Lebenslage has a mean only where at least ``min_share`` of its indicators have a value, as in the index.
    """
    p = _position(panel, rule)
    named = counted(panel.indicators, rule)
    rule = replace(rule, frequent=rule.frequent or min(MOST_FREQUENT, max(1, len(named) // 2)))
    z = _deviations(panel, p)
    counts = np.isin([each.id for each in panel.indicators], named)
    judged = np.where(counts[:, None], z, np.nan)
    member = np.array([[each.domain == domain.id for each in panel.indicators] for domain in domains])
    enough = _enough(np.isfinite(z), member & _named(panel.indicators, rule), min_share)
    mean, available = _means(judged, member)
    strength, _available = _means(np.abs(judged), member)
    mean, strength = (np.where(enough, each, np.nan) for each in (mean, strength))
    above, below = _counts(judged, member, rule.limits), _counts(-judged, member, rule.limits)
    beyond = _counts(judged if rule.side == "unfavourable" else np.abs(judged), member, (rule.beyond,))[0].sum(axis=0)
    # What is protected counts as the city has it: nobody is named because a value is hidden.
    taken = np.where(counts[:, None] & (panel.state[:, p] == State.PROTECTED), 0.0, judged)
    burden, _count = _means(taken if rule.side == "unfavourable" else np.abs(taken), member)
    burden = np.where(enough, burden, np.nan)
    peak = np.where(np.isfinite(burden), burden, -np.inf).max(axis=0, initial=-np.inf)
    strong, frequent = peak >= rule.strong, beyond >= rule.frequent
    chosen = np.flatnonzero((strong | frequent) & ~np.isin(panel.areas, list(left_out)))
    order = sorted(chosen, key=lambda a: (-int(beyond[a]), -float(peak[a]), panel.areas[a]))
    return Profile(
        rule=replace(rule, period=str(panel.periods[p])),
        min_share=min_share,
        period=panel.periods[p],
        areas=panel.areas,
        indicators=tuple(each.id for each in panel.indicators),
        domains=tuple(domain.id for domain in domains),
        z=z,
        strength=strength,
        mean=mean,
        above=above,
        below=below,
        available=available,
        strong=strong,
        frequent=frequent,
        selected=tuple(panel.areas[a] for a in order),
    )


def rule_for(rule: ProfileRule, recipe: Recipe) -> ProfileRule:
    """Return the rule with the indicators of this index, where it names none itself."""
    return rule if rule.indicators else replace(rule, indicators=tuple(leaf.id for leaf in recipe.tree.at(0)))


def min_share_of(recipe: Recipe) -> float:
    """Return which share of its indicators a Lebenslage needs in the index; 0 where the recipe estimates its gaps."""
    share = 1.0
    for step in recipe.steps:
        if isinstance(step, Impute):
            share = 0.0 if step.method == "regression" else step.min_share
    return share


def counted(indicators: Sequence[Indicator], rule: ProfileRule) -> list[str]:
    """Return the ids of the indicators that decide about an area; a neutral one does only where both sides count."""
    return [
        each.id
        for each, is_named in zip(indicators, _named(indicators, rule), strict=True)
        if is_named and (rule.side == "both" or each.direction is not Direction.NEUTRAL)
    ]


def _named(indicators: Sequence[Indicator], rule: ProfileRule) -> Bools:
    return np.array([not rule.indicators or each.id in rule.indicators for each in indicators], dtype=np.bool_)


def _enough(there: Bools, member: Bools, min_share: float) -> Bools:
    """Return D x A: whether enough of the indicators of a domain have a value, by the same measure as the index."""
    found = member.astype(np.int32) @ there.astype(np.int32)
    enough: Bools = found >= (min_share - 1e-9) * member.sum(axis=1)[:, None]
    return enough


def _position(panel: Panel, rule: ProfileRule) -> int:
    if rule.side not in ("unfavourable", "both"):
        raise WrongRequest(_("[profile]: side is “unfavourable” or “both”."))
    if not rule.period:
        return len(panel.periods) - 1
    period = Period.parse(rule.period)
    if period not in panel.periods:
        known = ", ".join(map(str, panel.periods))
        message = _("No table delivers the period {period}. Delivered: {known}.")
        raise WrongRequest(message.format(period=period, known=known))
    return panel.periods.index(period)


def _deviations(panel: Panel, p: int) -> Floats:
    city = city_values(panel)[:, p]
    z = np.full((len(panel.indicators), len(panel.areas)), np.nan)
    for k, indicator in enumerate(panel.indicators):
        values = panel.value[k, p]
        known = values[np.isfinite(values)]
        if known.size == 0:
            continue
        centre = city[k] if np.isfinite(city[k]) else known.mean()
        spread = known.std()
        sign = -1.0 if indicator.direction is Direction.HIGHER_IS_BETTER else 1.0
        z[k] = sign * (values - centre) / spread if spread > 0 else np.where(np.isfinite(values), 0.0, np.nan)
    return z


def _means(
    z: Floats, member: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> tuple[Floats, np.ndarray[tuple[int, ...], np.dtype[np.int32]]]:
    there = np.isfinite(z)
    available = (member.astype(np.int32) @ there.astype(np.int32)).astype(np.int32)
    total = member.astype(float) @ np.where(there, z, 0.0)
    return np.where(available > 0, total / np.maximum(available, 1), np.nan), available


def _counts(
    z: Floats, member: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], limits: Sequence[float]
) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """Return T x D x A: how many indicators of each domain lie beyond each limit."""
    with np.errstate(invalid="ignore"):
        return np.stack([(member.astype(np.int32) @ (z > limit).astype(np.int32)).astype(np.int32) for limit in limits])
