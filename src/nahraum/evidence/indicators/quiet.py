"""What results must not say: nothing about areas in which too few people live, nothing that a hidden count decides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nahraum.disclosure.suppression import few_inhabitants
from nahraum.evidence.indicators.edition import Dynamics, Edition, IndexResult, Profile, Robustness
from nahraum.evidence.indicators.few import inhabitants_of
from nahraum.evidence.indicators.methods.normalise import rank_descending
from nahraum.evidence.indicators.panel import Panel
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
    """Return the deviations as they are published, and the areas to study: computed from the protected ``panel``.

    Neither which areas are named nor their order comes from hidden counts: a case more here and one less next door
    would change them while everything else that is published stays the same.
    """
    inside = edition.profile
    p = panel.periods.index(inside.period)
    left_out = {key for key, gone in zip(panel.areas, quiet[p], strict=True) if gone}
    if edition.indices:
        left_out |= set(edition.indices[0].excluded_in(inside.period))
    return deviation_profile(panel, edition.domains, inside.rule, left_out, min_share=inside.min_share)
