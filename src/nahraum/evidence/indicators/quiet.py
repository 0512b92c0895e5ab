"""What results must not say: nothing about areas in which too few people live, nothing that only a hidden count
decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nahraum.base import State
from nahraum.disclosure.suppression import few_inhabitants
from nahraum.evidence.indicators.edition import Dynamics, Edition, IndexResult, Profile, Robustness
from nahraum.evidence.indicators.few import inhabitants_of
from nahraum.evidence.indicators.methods.normalise import rank_descending
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.profile import deviation_profile

Bools = NDArray[np.bool_]


def quiet_areas(edition: Edition) -> Bools:
    """Return the areas (P x A) about which nothing may be said, because too few people live there."""
    rule, panel = edition.protection.at(edition.system.finest.id), edition.panel
    return few_inhabitants(inhabitants_of(panel, edition.population), panel.state.shape[1:], rule)


def quiet_index(index: IndexResult, panel: Panel, quiet: Bools) -> IndexResult:
    """Return an index without scores, ranks and classes of quiet areas (``quiet``: P x A of the panel); what a recipe
    puts in place of missing values is no result of theirs. That they are protected is all that is said of them, even
    where the recipe leaves them out.
    """
    if not quiet.any() or index.areas != panel.areas:
        return index
    gone = quiet[[panel.periods.index(period) for period in index.periods]]
    score = {
        node: np.where(gone, np.nan, values) if values.shape == gone.shape else values
        for node, values in index.score.items()
    }
    keys = np.array(panel.areas)
    left_out = tuple(
        {key: reason for key, reason in out.items() if key not in set(keys[here])}
        for out, here in zip(index.left_out, gone, strict=True)
    )
    return replace(
        index,
        left_out=left_out,
        leaf=np.where(gone, np.nan, index.leaf),
        score=score,
        rank=np.stack([rank_descending(row) for row in score[index.recipe.tree.id]]).astype(index.rank.dtype),
        classes=tuple(replace(each, number=np.where(gone, 0, each.number).astype(np.int16)) for each in index.classes),
    )


def quiet_robustness(firm: Robustness | None, panel: Panel, quiet: Bools) -> Robustness | None:
    """Return rank intervals and class probabilities without those of quiet areas."""
    if firm is None or not quiet.any() or firm.areas != panel.areas:
        return firm
    gone = quiet[panel.periods.index(firm.period)]
    return replace(
        firm,
        reference_rank=np.where(gone, 0, firm.reference_rank).astype(firm.reference_rank.dtype),
        rank_low=np.where(gone, np.nan, firm.rank_low),
        rank_median=np.where(gone, np.nan, firm.rank_median),
        rank_high=np.where(gone, np.nan, firm.rank_high),
        class_probability=np.where(gone[:, None], np.nan, firm.class_probability),
    )


def quiet_dynamics(found: Dynamics | None, panel: Panel, quiet: Bools) -> Dynamics | None:
    """Return status and dynamics without those of quiet areas."""
    if found is None or not quiet.any() or found.areas != panel.areas:
        return found
    gone = quiet[panel.periods.index(found.period)]
    return replace(
        found,
        status=np.where(gone, 0, found.status).astype(np.int16),
        dynamics=np.where(gone, 0, found.dynamics).astype(np.int16),
        change=np.where(gone, np.nan, found.change),
    )


def quiet_profile(edition: Edition, panel: Panel, quiet: Bools) -> Profile:
    """Return the deviations as they are published: computed from the protected ``panel``.

    The areas to study are those that were chosen on all values, but for those where a hidden count alone decides: there
    the list would tell it. Such an area is chosen on what is published; likewise the order of the list.
    """
    inside = edition.profile
    outside = deviation_profile(panel, edition.domains, inside.rule, min_share=inside.min_share)
    p = panel.periods.index(inside.period)
    left_out = {key for key, by in zip(inside.areas, inside.strong | inside.frequent, strict=True) if by}
    left_out -= set(inside.selected)
    stands = np.isin(inside.areas, inside.selected)
    alone = np.zeros_like(stands)
    order = [inside.selected]
    for guess in _guesses(edition, panel, p):
        other = deviation_profile(guess, edition.domains, inside.rule, min_share=inside.min_share)
        order.append(other.selected)
        alone |= np.isin(inside.areas, other.selected) != (stands | np.isin(inside.areas, list(left_out)))
    alone &= (panel.state[:, p] == State.PROTECTED).any(axis=0)
    chosen = {
        key
        for a, key in enumerate(inside.areas)
        if (key in outside.selected if alone[a] else stands[a]) and not quiet[p, a] and key not in left_out
    }
    orders = {tuple(key for key in each if key in chosen) for each in order}
    if len(orders) == 1:
        return replace(outside, selected=orders.pop())
    place = {key: n for n, key in enumerate(outside.selected)}
    return replace(outside, selected=tuple(sorted(chosen, key=lambda key: (place.get(key, len(place)), key))))


def _guesses(edition: Edition, panel: Panel, p: int) -> Iterator[Panel]:
    """Yield the inner panel with every hidden count at the low and at the high end of what outsiders must believe."""
    inner, level = edition.panel, edition.system.finest.id
    gone = panel.state[:, p] == State.PROTECTED
    if not gone.any():
        return
    for step in (-1.0, 1.0):
        value = inner.value.copy()
        for k in np.flatnonzero(gone.any(axis=1)):
            indicator = inner.indicators[k]
            if indicator.is_rate:
                limit = edition.protection.at(level, indicator.id).min_numerator
                counts = _guessed(inner.numerator[k, p], inner.denominator[k, p], limit, step)
                people = np.where(inner.denominator[k, p] > 0, inner.denominator[k, p], np.nan)
                value[k, p] = np.where(gone[k], counts / people * indicator.per, value[k, p])
        yield replace(inner, value=value, city=panel.city)


def _guessed(counts: Floats, people: Floats, limit: int, step: float) -> Floats:
    """Return a small count at an end of its range, those who are no case likewise, any other count one step off."""
    few, most = (counts > 0) & (counts < limit), (people - counts > 0) & (people - counts < limit)
    end = np.where(few, 1.0 if step < 0 else limit - 1.0, counts + step)
    return np.clip(np.where(most, people - (limit - 1.0 if step < 0 else 1.0), end), 0.0, people)
