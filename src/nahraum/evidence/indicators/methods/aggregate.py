"""Children become their parent: weighted means, the minimum, the first principal component."""

from __future__ import annotations

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.recipe import Method


def combine(children: Floats, weights: Floats, method: Method, min_share: float = 1.0) -> Floats:
    """Return the parent (any shape ...) of C x ... children with C weights; NaN where fewer than ``min_share`` of
    them are there.

    ``sum`` wants every child, since a sum over fewer is not comparable. Raises WrongRequest where a geometric mean
    meets a value that is not above 0.
    """
    there = np.isfinite(children)
    weight = weights.reshape(-1, *[1] * (children.ndim - 1))
    available = there.mean(axis=0)
    enough = available >= (1.0 if method is Method.SUM else max(min_share, 1e-12)) - 1e-9
    if method is Method.MINIMUM:
        result = np.where(there, children, np.inf).min(axis=0)
    elif method is Method.SUM:
        result = np.where(there, children * weight, 0.0).sum(axis=0)
    else:
        if method is Method.GEOMETRIC:
            if (children[there] <= 0).any():
                raise WrongRequest(
                    _("A geometric mean needs values above 0. Normalise with min_max, low = 1 and high = 100.")
                )
            children = np.log(np.where(there, children, 1.0))
        total = np.where(there, weight, 0.0).sum(axis=0)
        result = np.where(there, children * weight, 0.0).sum(axis=0) / np.where(total > 0, total, 1.0)
        result = np.exp(result) if method is Method.GEOMETRIC else result
    return np.where(enough, result, np.nan)


def first_component(children: Floats, *, sample: bool = True) -> tuple[Floats, Floats, float]:
    """Return scores (N), loadings (C) and explained share of the first principal component of C x N standardised
    children.

    Rows with a gap have no score. The sign is arbitrary; the caller anchors it. ``sample``: scale by the sample SD.
    """
    whole = np.isfinite(children).all(axis=0)
    known = children[:, whole]
    if known.shape[1] < 2:
        return np.full(children.shape[1], np.nan), np.full(children.shape[0], np.nan), float("nan")
    spread = known.std(axis=1, ddof=1 if sample else 0)
    z = (known - known.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)[:, None]
    values, vectors = np.linalg.eigh(z @ z.T)
    loadings = vectors[:, -1]
    scores = np.full(children.shape[1], np.nan)
    scores[whole] = loadings @ z
    return scores, loadings, float(values[-1] / values.sum()) if values.sum() > 0 else float("nan")


def anchored(scores: Floats, anchor: Floats) -> Floats:
    """Return the scores turned so that they correlate positively with the anchor."""
    both = np.isfinite(scores) & np.isfinite(anchor)
    x, y = scores[both] - scores[both].mean(), anchor[both] - anchor[both].mean()
    return -scores if (x * y).sum() < 0 else scores
