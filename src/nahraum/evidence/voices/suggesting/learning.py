"""Suggestions of codes, learned from the team's own codings; how often they were right is measured and shown.

Nothing is applied by itself and nothing leaves the house: a suggestion is a question to a coder. Measured by
cross-validation over texts: no text is both learned from and asked about, for neighbouring segments resemble each
other. Which words are telling is found from all texts, without a look at their codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.codings import Codings, Ints
from nahraum.evidence.voices.suggesting.features import Features, Floats, learn_features
from nahraum.evidence.voices.suggesting.ridge import Weights, solve, sums

LEAST = 10  # segments of a code
LEAST_TEXTS = 3
FOLDS = 5
MOST = 3  # suggestions


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """N coded segments: their words, the number of the text of each, and which of K codes each has (N x K)."""

    words: Sequence[str]
    text: Ints
    given: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """How often suggestions were right for ``segments`` segments of texts that were not learned from.

    ``hit_rate``: share with a right code among the first 1, 2, .. suggestions; ``commonest``: the same for always
    naming the commonest codes, which a useful helper must beat. Per code: segments that have it (``given``), to which
    it was ``suggested``, and to which rightly.
    """

    segments: int
    folds: int
    hit_rate: Floats
    commonest: Floats
    given: Ints
    suggested: Ints
    right: Ints

    @property
    def is_useful(self) -> bool:
        """Say whether the suggestions were right more often than the commonest codes would have been."""
        return bool(self.hit_rate[-1] > self.commonest[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A code that may fit, and the words that speak for it most."""

    code: int
    score: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Helper:
    """What was learned, from which ``codes``; ``too_few``: codes that are never suggested, for want of examples."""

    features: Features
    weights: Weights
    codes: Ints
    too_few: Ints
    measured: Measured

    def suggest(self, words: Sequence[str], most: int = MOST) -> tuple[tuple[Suggestion, ...], ...]:
        """Return for each segment the codes that fit best, the best first; none where no known word stands in it."""
        rows = self.features.rows(words)
        scores = self.weights.scores(rows)
        named = self.features.names
        found = []
        for n, best in enumerate(ranked(scores, most).tolist()):
            row = rows[[n]].toarray()[0]
            speaks = row[: len(named), None] * self.weights.by_feature[: len(named), best]
            found.append(
                tuple(
                    Suggestion(
                        code=int(self.codes[code]),
                        score=float(scores[n, code]),
                        because=tuple(
                            named[w] for w in np.argsort(-speaks[:, k], kind="stable")[:3] if speaks[w, k] > 0
                        ),
                    )
                    for k, code in enumerate(best)
                    if row.any()
                )
            )
        return tuple(found)


def examples(codings: Codings, texts: Sequence[str], codes: int) -> Examples:
    """Return the coded segments of T texts: each stretch once, with all codes that anybody gave it."""
    keys = np.stack([codings.text, codings.start, codings.end])
    places, which = np.unique(keys, axis=1, return_inverse=True)
    given = np.zeros((places.shape[1], codes), dtype=bool)
    given[which.ravel(), codings.code] = True
    words = [texts[text][start:end] for text, start, end in places.T.tolist()]
    return Examples(words, places[0], given)


def learn(of: Examples, *, least: int = LEAST, most: int = MOST) -> Helper:
    """Learn from the examples and measure how well that works.

    Raises WrongRequest where there are too few: two codes with ``least`` segments in at least three texts are needed.
    """
    often = of.given.sum(axis=0)
    in_texts = np.array([len(np.unique(of.text[of.given[:, code]])) for code in range(of.given.shape[1])])
    enough = (often >= least) & (in_texts >= LEAST_TEXTS)
    if enough.sum() < 2:
        raise WrongRequest(
            _(
                "Too few examples to suggest codes: two codes with {least} segments each, from {texts} texts, are "
                "needed; so far {codes} have that many. Code some more texts first."
            ).format(least=least, texts=LEAST_TEXTS, codes=int(enough.sum()))
        )
    codes = np.flatnonzero(enough)
    features = learn_features(of.words)
    rows, given, fold = features.rows(of.words), of.given[:, codes].astype(float), folds(of.text)
    parts = [sums(rows[fold == n], given[fold == n]) for n in range(fold.max() + 1)]
    total = reduce(add, parts)
    best = np.empty((len(rows.indptr) - 1, min(most, len(codes))), dtype=np.int64)
    common = np.empty_like(best)
    for n, part in enumerate(parts):
        learned = solve(total - part)
        best[fold == n] = ranked(learned.scores(rows[fold == n]), most)
        common[fold == n] = ranked((total.y - part.y)[None], most)
    return Helper(
        features, solve(total), codes, np.flatnonzero(~enough), _measured(given > 0, best, common, len(parts))
    )


def folds(text: Ints, most: int = FOLDS) -> Ints:
    """Return the fold of each segment: texts stay whole, the largest first to the fold that is smallest so far."""
    texts, which, sizes = np.unique(text, return_inverse=True, return_counts=True)
    size = np.zeros(min(most, len(texts)), dtype=np.int64)
    of_text = np.empty(len(texts), dtype=np.int64)
    for n in np.argsort(-sizes, kind="stable"):
        of_text[n] = np.argmin(size)
        size[of_text[n]] += sizes[n]
    return of_text[which]


def ranked(scores: Floats, most: int) -> Ints:
    """Return for each row the columns with the highest scores, the highest first, the earlier one of equals."""
    return np.argsort(-scores, axis=1, kind="stable")[:, :most]


def _measured(given: NDArray[np.bool_], best: Ints, common: Ints, parts: int) -> Measured:
    """Compare what was suggested with what coders gave; a segment with none but rare codes counts as missed."""
    right = np.take_along_axis(given, best, axis=1)
    chance = np.take_along_axis(given, common, axis=1)
    codes = given.shape[1]
    return Measured(
        segments=len(given),
        folds=parts,
        hit_rate=np.logical_or.accumulate(right, axis=1).mean(axis=0),
        commonest=np.logical_or.accumulate(chance, axis=1).mean(axis=0),
        given=given.sum(axis=0),
        suggested=np.bincount(best.ravel(), minlength=codes),
        right=np.bincount(best[right], minlength=codes),
    )
