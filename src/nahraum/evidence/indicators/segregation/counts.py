"""What every measure starts from: a group and everybody, area by area, checked once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.panel import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A population split in a group and the rest, over A areas.

    ``group``, ``rest``, ``total``: people per area; ``share``: group over total, 0 where nobody lives.
    """

    group: Floats
    rest: Floats
    total: Floats
    share: Floats

    @property
    def city_share(self) -> float:
        """The group's share in the whole city, between 0 and 1 without the ends."""
        return float(self.group.sum() / self.total.sum())


def split(group: ArrayLike, total: ArrayLike) -> Split:
    """Return the split of the population, or refuse what cannot be measured.

    Raises WrongRequest for arrays of unequal length, missing or negative numbers, a group larger than everybody, and
    a group that is empty or holds everybody: nothing is segregated from nobody.
    """
    x, t = np.asarray(group, dtype=np.float64), np.asarray(total, dtype=np.float64)
    if x.shape != t.shape or x.ndim != 1:
        raise WrongRequest(_("Group and total must hold the same areas in the same order."))
    refuse_what_is_no_count(np.stack([x, t]))
    if (x > t).any():
        raise WrongRequest(_("In {n} areas the group is larger than the total.").format(n=int((x > t).sum())))
    if not 0 < x.sum() < t.sum():
        raise WrongRequest(_("The group is empty or holds everybody: there is nothing to compare."))
    return Split(group=x, rest=t - x, total=t, share=np.divide(x, t, out=np.zeros_like(x), where=t > 0))


def refuse_what_is_no_count(counts: Floats) -> None:
    """Raise WrongRequest where numbers of people are missing or negative; ``counts``: groups x areas."""
    if missing := int((~np.isfinite(counts)).any(axis=0).sum()):
        raise WrongRequest(
            _("{n} areas have no number of people. Leave them out and say so; missing is not zero.").format(n=missing)
        )
    if (counts < 0).any():
        raise WrongRequest(_("Numbers of people cannot be negative."))


def ratio(above: float, below: float) -> float:
    """Return the quotient, NaN where there is nothing to divide by."""
    return float(above / below) if below != 0 else float("nan")
