"""u-alpha of one code over many texts: sums per text, so that texts can be drawn anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.evidence.voices.agreement.krippendorff import u_alpha
from nahraum.evidence.voices.agreement.levels import begins_of, covered_by
from nahraum.evidence.voices.agreement.ratings import Floats
from nahraum.evidence.voices.codings import Codings, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """What u-alpha is made from, for each of T texts: ``together`` T x 2 x 2 (gap, stretch), ``itself`` T; and how many
    stretches each coder has (``given``), ``size``: characters.
    """

    together: Floats
    itself: Floats
    given: Ints
    size: int

    def __add__(self, other: Stretches) -> Stretches:
        """Return both, as if the texts of one code lay behind those of the other."""
        return Stretches(
            self.together + other.together,
            self.itself + other.itself,
            self.given + other.given,
            self.size + other.size,
        )

    @property
    def value(self) -> float:
        """Return u-alpha; NaN where nobody marked anything or all marked all of it alike."""
        return float(u_alpha(self.together.sum(axis=0), self.itself.sum()))

    def interval(self, random: np.random.Generator, runs: int = 1000, level: float = 0.95) -> tuple[float, float]:
        """Return the bounds between which it lies in most samples of whole texts (percentile bootstrap)."""
        texts = len(self.itself)
        often = random.multinomial(texts, np.full(texts, 1 / texts), size=runs).astype(float)
        found = u_alpha(np.einsum("rt,tij->rij", often, self.together), often @ self.itself)
        known = found[np.isfinite(found)]
        tail = (1 - level) / 2
        low, high = np.quantile(known, (tail, 1 - tail)) if known.size else (np.nan, np.nan)
        return float(low), float(high)


def by_stretch(codings: Codings, code: int) -> Stretches:
    """Return how the stretches of a code lie to each other in texts that two coders or more worked on.

    Overlapping stretches of one coder count as one. With coders who left texts out, a pair of judgements weighs by the
    number of coders of its text, as in alpha.
    """
    found = codings.of(code)
    begins = begins_of(codings)
    cuts, covered = covered_by(found, begins)
    of_text = np.searchsorted(begins, cuts[:-1], side="right") - 1
    coders = codings.worked.sum(axis=0)[of_text]
    marked = (covered * codings.worked[:, of_text]).sum(axis=0)
    free = coders - marked
    width = np.diff(cuts) / (coders - 1)
    texts = len(codings.length)

    def per_text(pairs: Ints) -> Floats:
        return np.asarray(np.bincount(of_text, pairs * width, minlength=texts), dtype=float)

    mixed = per_text(marked * free)
    together = np.stack([per_text(free * (free - 1)), mixed, mixed, per_text(marked * (marked - 1))], axis=1)
    text, coder, long = _units(found)
    gaps = codings.length * codings.worked.sum(axis=0) - np.bincount(text, long, minlength=texts)
    itself = gaps + np.bincount(text, long.astype(float) ** 2, minlength=texts)
    size = int(codings.length.sum())
    given = np.bincount(coder, minlength=len(codings.worked))
    return Stretches(together.reshape(-1, 2, 2), itself, given, size)


def _units(found: Codings) -> tuple[Ints, Ints, Ints]:
    """Return text, coder and length of the stretches, those of one coder that overlap put together."""
    order = np.lexsort((found.end, found.start, found.coder, found.text))
    text, coder, start, end = (each[order] for each in (found.text, found.coder, found.start, found.end))
    row = text * len(found.worked) + coder
    far = np.int64(found.length.max(initial=0) + 1)
    upto = np.maximum.accumulate(end + row * far)  # rows rise, so what ends in one never reaches the next
    first = np.ones(len(text), dtype=bool)
    first[1:] = (start + row * far)[1:] >= upto[:-1]
    begin = np.flatnonzero(first)
    last = np.append(begin[1:], len(text)) - 1
    long = (upto - row * far)[last] - start[begin] if len(text) else np.zeros(0, dtype=np.int64)
    return text[begin], coder[begin], long
