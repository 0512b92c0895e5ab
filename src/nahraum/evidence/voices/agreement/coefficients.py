"""Coefficients of agreement: observed agreement, corrected for what chance alone would bring.

All have the form (observed - expected) / (1 - expected) and differ in what they expect. With more than two coders and
with judgements left out they follow Gwet (2014), "Handbook of Inter-Rater Reliability", 4th ed.: a unit counts as soon
as two coders judged it, and each unit counts the same. Values agree with his irrCAC on its table of four raters. Each
returns one number per sample, NaN where undefined: no unit judged twice, or chance alone would agree on everything.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.agreement.ratings import NOTHING, Floats, Ratings


def percent(ratings: Ratings) -> Floats:
    """Return the share of pairs of judgements of the same unit that agree (0 to 1), averaged over the units."""
    counts = ratings.counts
    judged = counts.sum(axis=1)
    twice = judged >= 2
    pairs = np.where(twice, judged * (judged - 1), 1.0)
    agreeing = (counts * (counts - 1)).sum(axis=1) / pairs
    times = ratings.times * twice
    with np.errstate(invalid="ignore"):
        return np.asarray((times * agreeing).sum(axis=-1) / times.sum(axis=-1))


def cohen(ratings: Ratings) -> Floats:
    """Return Cohen's kappa (1960) of two coders: chance is that both keep to their own habits."""
    if len(ratings.codes) != 2:
        raise WrongRequest(_("Cohen's kappa compares exactly two coders; with more, take Fleiss or Krippendorff."))
    return conger(_judged_by_all(ratings))


def conger(ratings: Ratings) -> Floats:
    """Return Conger's kappa (1980): Cohen's for several coders; chance is the mean over all pairs of coders."""
    habits = np.stack([_shares(ratings, coder) for coder in ratings.codes])  # coders x ... x values
    together = habits.sum(axis=0)
    coders = len(habits)
    expected = ((together**2).sum(axis=-1) - (habits**2).sum(axis=(0, -1))) / (coders * (coders - 1))
    return _beyond(percent(ratings), expected)


def fleiss(ratings: Ratings) -> Floats:
    """Return Fleiss' kappa (1971): chance draws from what all coders gave together."""
    return _beyond(percent(ratings), (_given(ratings) ** 2).sum(axis=-1))


def brennan_prediger(ratings: Ratings, values: int = 0) -> Floats:
    """Return Brennan and Prediger's kappa (1981): chance gives each of the ``values`` alike (0: those that occur)."""
    return _beyond(percent(ratings), np.asarray(1.0 / max(values or len(ratings.values), 1)))


def gwet_ac1(ratings: Ratings) -> Floats:
    """Return Gwet's AC1 (2008): chance agreement counts only where it is hard to judge; stays fair for rare values."""
    given = _given(ratings)
    others = max(given.shape[-1] - 1, 1)
    return _beyond(percent(ratings), (given * (1 - given)).sum(axis=-1) / others)


def _beyond(observed: Floats, expected: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (observed - expected) / (1 - expected)
    return np.where(np.isclose(expected, 1.0), np.nan, found)


def _given(ratings: Ratings) -> Floats:
    """Return the share of each value, averaged over the units: ... x values."""
    counts = ratings.counts
    judged = counts.sum(axis=1)
    shares = counts / np.where(judged > 0, judged, 1.0)[:, None]
    with np.errstate(invalid="ignore"):
        return np.asarray(ratings.times @ shares / (ratings.times * (judged > 0)).sum(axis=-1)[..., None])


def _shares(ratings: Ratings, coder: NDArray[np.int64]) -> Floats:
    """Return the share of each value among what one coder gave: ... x values."""
    chosen = coder[:, None] == np.arange(len(ratings.values))
    with np.errstate(invalid="ignore"):
        return np.asarray(ratings.times @ chosen / (ratings.times * (coder != NOTHING)).sum(axis=-1)[..., None])


def _judged_by_all(ratings: Ratings) -> Ratings:
    both = (ratings.codes != NOTHING).all(axis=0)
    return Ratings(ratings.values, ratings.codes[:, both], ratings.times[..., both])
