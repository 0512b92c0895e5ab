"""Classes of a map that a reader chooses: equal numbers of areas, equal widths, natural breaks, limits of their own.

A limit itself lies in the lower class, everywhere. Values that are no number (None) have class 0; they neither make
nor move a limit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.methods.classify import equal_limits, jenks_limits, quantiles
from nahraum.evidence.indicators.panel import Floats

FEWEST, MOST = 2, 7  # more than seven classes nobody can tell apart on a map
SIGNS = 200  # letters of a list of limits; more is no list of limits

METHODS: dict[str, Callable[[Floats, int], Floats]] = {
    "quantiles": lambda values, count: quantiles(values, np.arange(1, count) / count),
    "equal": equal_limits,
    "jenks": jenks_limits,
}


def limits_of(values: Sequence[float | None], method: str, count: int) -> tuple[float, ...]:
    """Return the limits between at most ``count`` classes, rising; fewer where ties or few values allow no more.

    ``method``: ``quantiles``, ``equal`` or ``jenks``. No class is empty except with ``equal``. Without any value there
    are no limits.
    """
    known = _known(values)
    if known.size == 0:
        return ()
    count = min(max(count, FEWEST), MOST)
    found = sorted({float(limit) for limit in METHODS[method](known, count)})
    if method != "equal":  # the highest value up to a limit divides in the same way, and two limits between it are one
        found = sorted({float(known[known <= limit].max()) for limit in found})
    return tuple(limit for limit in found if known.min() <= limit < known.max())


def change_limits(values: Sequence[float | None]) -> tuple[float, ...]:
    """Return four limits around zero for differences: half and one and a half times their root mean square.

    Five classes: strong and slight fall, about the same, slight and strong rise. No limits if nothing changed.
    """
    known = _known(values)
    size = float(np.sqrt((known**2).mean())) if known.size else 0.0
    return (-1.5 * size, -0.5 * size, 0.5 * size, 1.5 * size) if size > 0 else ()


def numbers_of(values: Sequence[float | None], limits: Sequence[float]) -> tuple[int, ...]:
    """Return the class of each value from 1 (lowest), 0 for None."""
    return tuple(0 if value is None else 1 + sum(value > limit for limit in limits) for value in values)


def reaches_of(limits: Sequence[float | None], count: int, digits: int, *, sign: bool = False) -> tuple[str, ...]:
    """Return in words from where to where each of ``count`` classes reaches; empty words where limits are unknown."""
    known = [limit for limit in limits if limit is not None]
    if len(known) != count - 1 or not known:
        return ("",) * count
    said = [number(limit, digits, sign=sign) for limit in known]
    between = [_("{low} to {high}").format(low=low, high=high) for low, high in pairwise(said)]
    return (_("up to {limit}").format(limit=said[0]), *between, _("above {limit}").format(limit=said[-1]))


def read_limits(text: str) -> tuple[float, ...]:
    """Read limits as people type them: ``10; 20,5; 30``, parted by semicolons or blanks, rising.

    A comma is a decimal comma, a point a decimal point. Raises WrongRequest with a sentence that says how to mend it.
    """
    parts = [part for part in re.split(r"[;\s]+", text[: SIGNS + 1].strip()) if part]
    if len(text) > SIGNS or not 1 <= len(parts) <= MOST - 1:
        raise WrongRequest(
            _("Write one to {most} limits, parted by semicolons, for example 10; 20; 30.").format(most=MOST - 1)
        )
    found = []
    for part in parts:
        if not re.fullmatch(r"[-+\u2212]?\d{1,12}([.,]\d{1,9})?", part):
            raise WrongRequest(_("“{text}” is not a number. Write limits like 10; 20,5; 30.").format(text=part[:30]))
        found.append(float(part.replace("\u2212", "-").replace(",", ".")))
    if any(high <= low for low, high in pairwise(found)):
        raise WrongRequest(_("Each limit must be higher than the one before it."))
    return tuple(found)


def _known(values: Sequence[float | None]) -> Floats:
    return np.array([value for value in values if value is not None], dtype=np.float64)
